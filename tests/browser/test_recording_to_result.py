"""The whole way in a real browser: a recording goes in, its pause comes out at its time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import clips, examples
from tests.browser.conftest import (
    SETTLE_MS,
    OpenPage,
    open_connection,
    open_saved_result,
    rehearse,
)

Shot = Callable[[Page, str], Path]

SILENCE_S = (4.0, 7.0)
RATIONALE = "3.0 s without speech from 0:04"
SECRET = "typed-into-the-browser-s3cr3t"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of our own with one known silence; its name is as odd as names get."""
    path = tmp_path_factory.mktemp("media") / "Wéndy's “talk” 🎬 v2.mp4"
    path.write_bytes(clips.recording(duration_s=12, silences=(SILENCE_S,)))
    return path


def analyze(page: Page, recording: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(recording)
    page.get_by_role("button", name="Analyze").click()
    page.get_by_role("heading", name="Keep it").wait_for()


def played_to_s(page: Page) -> float:
    return float(page.evaluate("document.querySelector('.st-key-player video').currentTime"))


def choose_first_row(page: Page) -> None:
    """Click into the first row of the table of signals; it is drawn on a canvas."""
    expect(page.locator(".st-key-result-1-table")).to_contain_text("Hesitation")
    table = page.locator(".st-key-result-1-table .dvn-scroller").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 90, box["y"] + 50)
    page.wait_for_timeout(SETTLE_MS)
    page.mouse.click(box["x"] + 90, box["y"] + 60)


def first_bar(page: Page) -> tuple[float, float]:
    """Return the middle of the first signal that is drawn as a bar, in pixels."""
    chart = page.locator(".st-key-result-1-timeline")
    expect(chart.locator(".bars path").first).to_be_attached()
    chart.locator(".nsewdrag").first.scroll_into_view_if_needed()
    page.wait_for_timeout(SETTLE_MS)
    area = chart.locator(".nsewdrag").first.bounding_box()
    assert area is not None
    for bar in chart.locator(".bars path").all():
        box = bar.bounding_box()
        if box and box["x"] >= area["x"] - 4 and box["y"] >= area["y"] and box["width"] > 8:
            return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    raise AssertionError("no bar is drawn")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420], ids=["wide", "narrow"])
def test_a_known_silence_is_found_on_the_page_at_its_time(
    open_page: OpenPage, screenshot: Shot, talk: Path, width: int, dark: bool
) -> None:
    page = open_page(width=width, dark=dark)
    name = f"{'dark' if dark else 'light'}-{width}"
    screenshot(page, f"empty-{name}")
    analyze(page, talk)
    expect(page.get_by_text("not Interhuman's model").last).to_be_visible()
    chart = page.locator(".st-key-result-1-timeline")
    expect(chart.locator(".nsewdrag").first).to_be_attached()
    expect(chart).to_contain_text("Hesitation")
    expect(page.locator(".st-key-result-1-table")).to_contain_text("0:04")
    choose_first_row(page)
    expect(page.get_by_test_id("stText").filter(has_text=RATIONALE)).to_be_visible()
    screenshot(page, f"full-{name}")
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, "the page scrolls sideways"


def test_a_chart_and_a_row_move_the_recording(open_page: OpenPage, talk: Path) -> None:
    page = open_page()
    analyze(page, talk)
    page.mouse.click(*first_bar(page))
    page.wait_for_function(
        f"document.querySelector('.st-key-player video').currentTime == {SILENCE_S[0]}"
    )
    expect(page.locator(".interhuman-now").first).to_be_visible()

    page.evaluate("document.querySelector('.st-key-player video').currentTime = 0")
    choose_first_row(page)
    page.wait_for_function(
        f"document.querySelector('.st-key-player video').currentTime == {SILENCE_S[0]}"
    )
    expect(page.locator(".st-key-player video")).to_be_in_viewport()


def test_credentials_leave_the_page_as_soon_as_they_are_given(open_page: OpenPage) -> None:
    page = open_page()
    open_connection(page).get_by_text("Interhuman API", exact=True).click()
    page.get_by_label("Key ID").fill("my-key-id")
    page.get_by_label("Key secret").fill(SECRET)
    page.get_by_role("button", name="Use these").click()
    page.get_by_text("Your own credentials are in use").wait_for()
    expect(page.get_by_label("Key secret")).to_have_value("")
    assert SECRET not in page.content()
    assert SECRET not in page.url


def test_hostile_text_stays_text(open_page: OpenPage, screenshot: Shot, tmp_path: Path) -> None:
    saved = tmp_path / "hostile.json"
    saved.write_bytes(examples.read(examples.HOSTILE_PAYLOAD).raw_bytes)
    page = open_page()
    open_saved_result(page, saved)
    page.get_by_role("heading", name="Keep it").wait_for()
    page.mouse.move(*first_bar(page))
    page.locator(".hoverlayer .hovertext").first.wait_for()
    screenshot(page, "hostile")
    assert page.title() == "Interhuman dashboard"
    assert page.locator("[src='x'], script:text('owned'), a[href^='javascript']").count() == 0
    assert page.locator("a[href*='evil.example']").count() == 0


def test_a_failure_is_explained_where_the_person_looks(
    open_page: OpenPage, screenshot: Shot, talk: Path
) -> None:
    page = open_page()
    rehearse(page, "ih3003")
    page.locator("input[type=file]").first.set_input_files(talk)
    page.get_by_role("button", name="Analyze").click()
    page.get_by_text("What to do now").wait_for()
    expect(page.get_by_text("Correlation id: copy it")).to_be_visible()
    expect(page.get_by_role("link", name="Read about this error")).to_be_visible()
    expect(page.get_by_text("What to do now")).to_be_in_viewport()
    screenshot(page, "failed")


def test_the_sample_plays_and_is_analyzed(open_page: OpenPage, screenshot: Shot) -> None:
    page = open_page()
    page.get_by_role("button", name="Try the sample").click()
    page.get_by_role("heading", name="Keep it").wait_for()
    page.wait_for_function("document.querySelector('video')?.videoWidth > 0")
    page.locator(".st-key-result-1-timeline .bars path").first.wait_for()
    screenshot(page, "sample")
