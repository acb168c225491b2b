"""The table of signals in a real browser: it sorts by time, and a filter moves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import clips, examples
from tests.browser.conftest import (
    OpenPage,
    open_saved_result,
    open_tab,
    wait_for_result,
    wait_for_tracks,
)
from tests.browser.result_view import CLEAR
from tests.browser.waiting import at_rest, box_of, count_of, eventually, read, text_of

TABLE = "[class*=st-key-result-1-table]:not([data-stale=true])"
FIRST_ROW_PX, TYPE_PX, FROM_PX = 57, 90, 300
STARTS = {"agreement": 600.0, "stress": 595.0, "interest": 5.5, "confusion": 65.0}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A result in no order of time, and a recording to play beside it."""
    folder = tmp_path_factory.mktemp("saved")
    signals = [examples.signal(name, at, at + 1, "high", "Why.") for name, at in STARTS.items()]
    (folder / "talk.json").write_text(json.dumps({"signals": signals}), encoding="utf-8")
    (folder / "talk.mp4").write_bytes(clips.recording(duration_s=12))
    return [folder / "talk.json", folder / "talk.mp4"]


@pytest.fixture(scope="module")
def shared(open_shared_page: OpenPage, files: list[Path]) -> Page:
    """The table of that result."""
    opened = open_shared_page()
    open_saved_result(opened, *files)
    wait_for_result(opened)
    wait_for_tracks(opened)
    open_tab(opened, "Table")
    expect(opened.locator(TABLE)).to_contain_text("Agreement")
    return opened


@pytest.fixture
def page(shared: Page) -> Page:
    """The table of that result, unfiltered and at the beginning of the recording."""
    clear = shared.locator(CLEAR)
    if count_of(clear):
        clear.click()
        expect(shared.locator(TABLE)).to_contain_text("Agreement")
    shared.get_by_role("slider", name="Playhead").press("0")
    shared.wait_for_function("document.querySelector('.st-key-player video').currentTime === 0")
    return at_rest(shared)


def click(page: Page, x_px: float, y_px: float) -> None:
    """Click into the table, which is drawn on a canvas."""
    table = page.locator(f"{TABLE} .dvn-scroller").first
    table.scroll_into_view_if_needed()
    box = box_of(table)
    page.mouse.move(box["x"] + x_px, box["y"] + y_px - 5)
    at_rest(page)
    page.mouse.click(box["x"] + x_px, box["y"] + y_px)


def types(page: Page) -> list[str]:
    """Return the types in the order of the table's rows."""
    text = text_of(page.locator(f"{TABLE} canvas table").first)
    return sorted(STARTS, key=lambda name: text.index(name.capitalize()))


def test_a_filter_leaves_the_choice_and_the_recording(page: Page) -> None:
    click(page, TYPE_PX, FIRST_ROW_PX)
    card = page.locator(".ih-card")
    expect(card).to_contain_text("Interest")
    page.wait_for_function("document.querySelector('.st-key-player video').currentTime == 5.5")
    choose(page, "Interest")
    expect(page.get_by_text("1 of 4", exact=True)).to_be_visible()
    expect(card).to_contain_text("Interest")
    choose(page, "Stress")
    expect(page.get_by_text("2 of 4", exact=True)).to_be_visible()
    expect(card).to_contain_text("Interest")
    choose(page, "Interest")
    expect(page.get_by_text("1 of 4", exact=True)).to_be_visible()
    expect(card).to_contain_text("No signal here")
    # At rest, or a move that comes later would be missed.
    assert read(page, "document.querySelector('.st-key-player video').currentTime") == 5.5


def test_a_row_after_a_filter_is_its_own_signal(page: Page) -> None:
    choose(page, "Interest")
    expect(page.get_by_text("1 of 4", exact=True)).to_be_visible()
    expect(page.locator(TABLE)).not_to_contain_text("Agreement")
    click(page, TYPE_PX, FIRST_ROW_PX)
    page.wait_for_function("document.querySelector('.st-key-player video').currentTime == 5.5")
    expect(page.locator(".ih-card")).to_contain_text("Interest")


def test_from_sorts_by_time(page: Page) -> None:
    by_time = sorted(STARTS, key=lambda name: STARTS[name])
    assert types(page) == by_time
    click(page, FROM_PX, 18)
    click(page, FROM_PX, 18)
    eventually(lambda: types(page), lambda found: found == by_time[::-1])


def choose(page: Page, name: str) -> None:
    """Choose one more chip of the filter, or leave it."""
    page.get_by_role("group", name="Types").get_by_role("button", name=name).click()
