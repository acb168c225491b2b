"""The start page as it is used: by keyboard, heard, on small windows, and while something runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from interhuman.colors import palette
from interhuman.page.start.progress import FAST_POLLING_S
from tests import clips
from tests.browser.conftest import (
    Held,
    OpenPage,
    open_connection,
    open_options,
    rehearse,
    wait_for_result,
)
from tests.browser.dashboard import Dashboard
from tests.browser.test_accessibility import assert_no_faults
from tests.browser.waiting import at_rest, box_of, read
from tests.server import ANALYZE, EXAMPLE, Scripted

VISITS = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 2
"""So often a fault that shows itself now and then is looked for."""

FOCUS = "document.activeElement.tagName + ' ' + document.activeElement.className"
SIDEWAYS = """[document.documentElement, document.querySelector('[data-testid=stMain]')]
  .map((element) => element.scrollWidth - element.clientWidth)"""

COUNT_ABSENCES = """() => {
  window.absences = 0;
  new MutationObserver(() => {
    window.absences += !document.querySelector(".st-key-analysis .stButton button");
  }).observe(document.body, { subtree: true, childList: true });
}"""

ANALYZING_FOR = """(seconds) => {
  const [, minutes, rest] = document.body.innerText.match(/Analyzing for (\\d+):(\\d+)/) ?? [];
  return 60 * minutes + Number(rest) >= seconds;
}"""
"""Whether the page counts at least so many seconds; it may leave some out."""

TOPS = """(keys) =>
  keys.map((key) => document.querySelector(`.st-key-${key}`).getBoundingClientRect().top)"""


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording whose picture is as wide as most."""
    path = tmp_path_factory.mktemp("media") / "talk.mp4"
    path.write_bytes(clips.recording(duration_s=3))
    return path


def choose(page: Page, recording: Path) -> None:
    page.locator(".st-key-upload input[type=file]").set_input_files(recording)
    page.wait_for_function("document.querySelector('.st-key-recording video')?.videoWidth > 0")
    expect(page.get_by_role("button", name="Analyze")).to_be_enabled()
    expect(page.get_by_text("Reading")).to_have_count(0)


def tops(page: Page, *keys: str) -> list[float]:
    """Return how far below the window's top edge each part of the page begins, all at once."""
    return cast("list[float]", read(page, TOPS, list(keys)))


@pytest.fixture(scope="module")
def chosen(held_dashboard: Dashboard, open_shared_page: OpenPage, talk: Path) -> Page:
    """A recording chosen in the dashboard whose API holds its answers back."""
    page = open_shared_page(url=held_dashboard.url)
    choose(page, talk)
    return page


def test_nothing_moves_while_it_runs(chosen: Page, held: Held, talk: Path) -> None:
    page = chosen
    button = page.get_by_role("button", name="Analyze")
    for width in (1440, 390):
        held.api.let_go.clear()
        page.set_viewport_size({"width": width, "height": 900})
        button.scroll_into_view_if_needed()
        before = tops(page, "recording", "analysis", "options")
        button.click()
        page.get_by_text("Analyzing for").wait_for()
        expect(page.locator(".st-key-analysis")).to_be_in_viewport()
        after = tops(page, "recording", "analysis", "options")
        assert after == pytest.approx(before, abs=1), width
        if width == 1440:
            assert_no_faults(page, "running")
        held.let_go()
        page.goto(held.url)
        choose(page, talk)


def test_analyze_by_keyboard_keeps_the_focus_and_is_heard(chosen: Page, held: Held) -> None:
    page = chosen
    page.get_by_role("button", name="Analyze").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"({FOCUS}).includes('st-key-analysis')")
    spoken = page.get_by_role("status").filter(has_text="The analysis of talk.mp4 is in progress")
    expect(spoken).to_have_count(1)
    at_rest(page)  # a key reaches only what is drawn
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Notify me when it's done")).to_be_focused()
    page.keyboard.press("Tab")
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_focused()
    page.evaluate(COUNT_ABSENCES)
    page.wait_for_function(ANALYZING_FOR, arg=FAST_POLLING_S + 2)
    expect(cancel).to_be_focused()
    assert read(page, "window.absences") == 0
    held.let_go()
    page.wait_for_function(f"({FOCUS}).startsWith('H1')")
    spoken = page.get_by_role("status").filter(has_text="Showing the result for talk.mp4")
    expect(spoken).to_have_count(1)
    expect(page.get_by_role("heading", name="talk.mp4")).to_be_in_viewport()


def test_a_failure_is_in_view_above_the_button_and_has_the_focus(
    open_page: OpenPage, talk: Path
) -> None:
    page = open_page()
    rehearse(page, "ih1001")
    choose(page, talk)
    for width, height in ((1440, 900), (1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        at_rest(page)
        page.get_by_role("button", name="Analyze").click()
        failure = page.locator(".st-key-failure")
        alert = failure.get_by_role("alert")
        expect(alert).to_contain_text("What to do now")
        expect(failure).to_be_focused()
        for part in (alert, failure.get_by_role("button", name="Send the recording again")):
            expect(part).to_be_in_viewport(ratio=1)
        if width > 640:
            expect(failure).to_be_in_viewport(ratio=1)
        failure_px, analysis_px, options_px = tops(page, "failure", "analysis", "options")
        assert failure_px < analysis_px < options_px
        spoken = page.get_by_role("status").filter(has_text="The analysis of talk.mp4 failed")
        expect(spoken).to_have_count(1)
        failure.get_by_role("button", name="Dismiss").click()
        failure.wait_for(state="detached")


def test_the_other_ways_stand_beside_the_drop_zone_the_sample_first(open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.locator(".js-plotly-plot .main-svg").first.wait_for()  # all else is in its place by then
    zone = box_of(page.locator(".st-key-upload section"))
    sample, record, saved = (
        box_of(page.locator(f".st-key-{key}"))
        for key in ("try-sample", "record-yourself", "open-result")
    )
    assert sample["x"] > zone["x"] + zone["width"]
    assert sample["y"] == pytest.approx(zone["y"], abs=2)
    assert record["y"] == saved["y"] > sample["y"] + sample["height"]
    assert record["y"] + record["height"] == pytest.approx(zone["y"] + zone["height"], abs=2)
    assert sample["height"] > 2 * record["height"]


def test_the_example_takes_the_colors_of_another_theme(open_page: OpenPage) -> None:
    page = open_page()
    page.locator(".st-key-example text").first.wait_for()
    expect(page.locator(".ih-radar polygon").first).to_be_visible()
    for dark in (True, False):
        page.emulate_media(color_scheme="dark" if dark else "light")
        color = palette(dark).text
        red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
        fills = "[...document.querySelectorAll('.st-key-example text')].map(getComputedStyle)"
        named = f"{fills}.some(({{ fill }}) => fill === 'rgb({red}, {green}, {blue})')"
        page.wait_for_function(named)


def test_the_menu_of_a_phone_can_be_closed(open_page: OpenPage) -> None:
    page = open_page(width=390)
    page.get_by_test_id("stExpandSidebarButton").click()
    close = page.get_by_role("button", name="Collapse sidebar")
    close.click()
    close.wait_for(state="hidden")
    expect(page.locator(".st-key-connection button")).to_be_visible()


def test_the_sign_in_opens_however_early_it_is_pressed(open_page: OpenPage) -> None:
    page = open_page()
    for number in range(VISITS):
        open_connection(page).get_by_text("Interhuman API", exact=True).click()
        if number % 2:
            page.keyboard.press("Escape")
        page.get_by_role("button", name="Sign in").click()
        opened = page.get_by_test_id("stPopoverBody").get_by_label("Key ID")
        expect(opened).to_be_visible()
        at_rest(page)
        expect(opened).to_be_visible()
        page.reload()


def test_an_analysis_can_be_followed_by_another(
    open_page: OpenPage, held: Held, talk: Path
) -> None:
    soon = Scripted(json=EXAMPLE)
    held.api.script(ANALYZE, *[soon] * 2 * VISITS)
    held.let_go()
    page = open_page(url=held.url)
    before = held.analyses
    for number in range(VISITS):
        page.get_by_role("button", name="Try the sample").click()
        wait_for_result(page)
        if number % 2:
            check_that_the_start_page_lists_the_result(page)
        page.get_by_role("button", name="New analysis").click()
        if number % 2:
            open_options(page)  # what was folded is in the browser only now
            choose(page, talk)
            page.get_by_role("button", name="Analyze").click()
            expect(page.get_by_role("heading", name="talk.mp4")).to_be_visible()
        else:
            page.get_by_role("button", name="Try the sample").click()
            # Not the result alone: the first may still be in the page, and looks the same.
            expect(page.get_by_text("You already analyzed this recording")).to_be_visible()
        wait_for_result(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        page.goto(page.url.partition("?")[0])
    assert held.analyses - before == VISITS + VISITS // 2


def check_that_the_start_page_lists_the_result(page: Page) -> None:
    """Go to the start page, where nothing is too wide, and back by the list there."""
    # Beside a result, the link of the page that is looked at leads to its start.
    page.get_by_role("link", name="Analyze").first.click()
    page.get_by_role("button", name="Try the sample").wait_for()
    listed = page.locator(".st-key-recent").get_by_role("button")
    expect(listed).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 900})
    assert read(page, SIDEWAYS) == [0, 0]
    page.set_viewport_size({"width": 1280, "height": 900})
    at_rest(page)
    listed.focus()
    page.keyboard.press("Enter")
    wait_for_result(page)


def test_no_window_scrolls_sideways(
    open_page: OpenPage, screenshot: Callable[[Page, str], None], talk: Path
) -> None:
    page = open_page()

    def look(name: str) -> None:
        for width in (1440, 1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert read(page, SIDEWAYS) == [0, 0], (name, width)
        screenshot(page, f"{name}-320")

    look("start")
    choose(page, talk)
    look("start-chosen")
