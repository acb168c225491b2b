"""The whole way in a real browser: a recording goes in, its pause comes out at its time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import clips
from tests.browser.conftest import (
    OpenPage,
    open_connection,
    open_tab,
    rehearse,
    wait_for_result,
    wait_for_tracks,
)
from tests.browser.waiting import at_rest, box_of, read

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
    wait_for_result(page)
    wait_for_tracks(page)


def choose_first_row(page: Page) -> None:
    """Click into the first row of the table of signals; it is drawn on a canvas."""
    open_tab(page, "Table")
    shown = page.locator("[class*=st-key-result-1-table]")
    expect(shown).to_contain_text("Hesitation")
    table = shown.locator(".dvn-scroller").first
    table.scroll_into_view_if_needed()
    box = box_of(table)
    page.mouse.move(box["x"] + 90, box["y"] + 50)
    at_rest(page)
    page.mouse.click(box["x"] + 90, box["y"] + 60)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420], ids=["wide", "narrow"])
def test_a_known_silence_is_found_on_the_page_at_its_time(
    open_page: OpenPage, screenshot: Shot, talk: Path, width: int, dark: bool
) -> None:
    page = open_page(width=width, dark=dark)
    name = f"{'dark' if dark else 'light'}-{width}"
    screenshot(page, f"empty-{name}")
    analyze(page, talk)
    expect(page.get_by_role("button", name="Sandbox: not Interhuman's model")).to_be_visible()
    expect(page.locator(".ih-tracks")).to_contain_text("Hesitation")
    pause = (
        page.get_by_role("listbox", name="Signals").get_by_role("option").filter(has_text="0:04")
    )
    expect(pause).to_contain_text("Hesitation")
    pause.click()
    expect(page.locator(".ih-card")).to_contain_text(RATIONALE)
    screenshot(page, f"full-{name}")
    overflow = read(page, "document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, "the page scrolls sideways"


def test_a_row_of_the_table_moves_the_recording(open_page: OpenPage, talk: Path) -> None:
    page = open_page()
    analyze(page, talk)
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
    assert SECRET not in at_rest(page).content()
    assert SECRET not in page.url


def test_a_failure_is_explained_where_the_person_looks(
    open_page: OpenPage, screenshot: Shot, talk: Path
) -> None:
    page = open_page()
    rehearse(page, "ih3003")
    page.locator("input[type=file]").first.set_input_files(talk)
    page.get_by_role("button", name="Analyze").click()
    page.get_by_text("What to do now").wait_for()
    expect(page.get_by_text("Correlation ID, for support")).to_be_visible()
    expect(page.get_by_role("link", name="Read about this error")).to_be_visible()
    expect(page.get_by_text("What to do now")).to_be_in_viewport()
    screenshot(page, "failed")


def test_the_sample_plays_and_is_analyzed(open_page: OpenPage, screenshot: Shot) -> None:
    page = open_page()
    page.get_by_role("button", name="Try the sample").click()
    wait_for_result(page)
    page.wait_for_function("document.querySelector('.st-key-player video')?.videoWidth > 0")
    page.locator(".ih-tracks .barlayer path").first.wait_for()
    screenshot(page, "sample")
