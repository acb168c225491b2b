"""The table of signals in a real browser: it sorts by time, and a filter moves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import clips, examples
from tests.browser.conftest import SETTLE_MS, TRIES, OpenPage, open_saved_result

FIRST_ROW_PX, ROW_PX, TYPE_PX, FROM_PX = 57, 37, 90, 190
STARTS = {"agreement": 600.0, "stress": 595.0, "interest": 5.5, "confusion": 65.0}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A result in no order of time, and a recording to play beside it."""
    folder = tmp_path_factory.mktemp("saved")
    signals = [examples.signal(name, at, at + 1, "high", "Why.") for name, at in STARTS.items()]
    (folder / "talk.json").write_text(json.dumps({"signals": signals}), encoding="utf-8")
    (folder / "talk.mp4").write_bytes(clips.recording(duration_s=12))
    return [folder / "talk.json", folder / "talk.mp4"]


@pytest.fixture
def page(open_page: OpenPage, files: list[Path]) -> Page:
    """The page with that result."""
    opened = open_page()
    open_saved_result(opened, *files)
    opened.get_by_role("heading", name="Keep it").wait_for()
    expect(opened.locator(".st-key-result-1-table")).to_contain_text("Agreement")
    return opened


def click(page: Page, x_px: float, y_px: float) -> None:
    """Click into the table, which is drawn on a canvas."""
    table = page.locator(".st-key-result-1-table .dvn-scroller").first
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(SETTLE_MS)
    box = table.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + x_px, box["y"] + y_px - 5)
    page.wait_for_timeout(SETTLE_MS)
    page.mouse.click(box["x"] + x_px, box["y"] + y_px)


def types(page: Page) -> list[str]:
    """Return the types in the order of the table's rows."""
    page.wait_for_timeout(SETTLE_MS)
    text = page.locator(".st-key-result-1-table canvas table").first.inner_text()
    return sorted(STARTS, key=lambda name: text.index(name.capitalize()))


def test_from_sorts_by_time(page: Page) -> None:
    assert types(page) == list(STARTS)
    click(page, FROM_PX, 18)
    by_time = sorted(STARTS, key=lambda name: STARTS[name])
    for _ in range(TRIES):
        if types(page) == by_time:
            break
    assert types(page) == by_time


def test_a_filter_leaves_the_choice_and_the_recording(page: Page) -> None:
    click(page, TYPE_PX, FIRST_ROW_PX + 2 * ROW_PX)
    card = page.get_by_test_id("stText").filter(has_text="Interest, 0:05.5")
    expect(card).to_be_visible()
    page.wait_for_function("document.querySelector('.st-key-player video').currentTime == 5.5")
    page.evaluate("document.querySelector('.st-key-player video').currentTime = 1")
    choose(page, "types", "Interest")
    expect(page.get_by_text("1 of 4 signals.")).to_be_visible()
    expect(card).to_be_visible()
    choose(page, "types", "Stress")
    expect(page.get_by_text("2 of 4 signals.")).to_be_visible()
    expect(card).to_be_visible()
    choose(page, "probabilities", "Low")
    expect(page.get_by_text("0 of 4 signals.")).to_be_visible()
    expect(card).to_have_count(0)
    page.wait_for_timeout(SETTLE_MS)
    assert page.evaluate("document.querySelector('.st-key-player video').currentTime") == 1


def choose(page: Page, box: str, option: str) -> None:
    """Choose one more option in a filter above the table."""
    page.locator(f".st-key-result-1-{box}").get_by_role("combobox").click()
    page.keyboard.type(option)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
