"""What the list of many recordings shows of rows, and what it reports, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from interhuman.page.browser import script
from interhuman.page.many.listing import LIST
from tests.browser.test_sending_javascript import PLACE
from tests.browser.waiting import read_now

DRAW = """([rows, uploading, place]) => {
  window.reported ??= [];
  component({
    data: { rows, uploading, arrived: [], place },
    parentElement: document.body,
    setStateValue: (name, value) => window.reported.push([name, value]),
    setTriggerValue: (name, value) => window.reported.push([name, value]),
  });
}"""


def row(id: str, kind: str) -> dict[str, Any]:
    """Return a row as the server sends it."""
    words = {"state": kind, "about": "", "problem": "", "result": "", "signals": ""}
    return {"id": id, "title": id, "kind": kind, "share": None, "actions": [], **words}


class Shown:
    """The list on an empty page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        exported = script(*LIST).replace("export default", "window.component =")
        page.add_script_tag(content=exported)

    def draw(self, *rows: dict[str, Any], uploading: bool = False) -> None:
        """Draw rows, as after a run of the page."""
        self.page.evaluate(DRAW, [rows, uploading, PLACE])

    def reported(self) -> Any:
        """Return what the list told the server."""
        return read_now(self.page, "window.reported")


@pytest.fixture
def shown(browser: Browser) -> Iterator[Shown]:
    """An empty page with the list's script."""
    page = browser.new_page()
    yield Shown(page)
    page.close()


def test_the_filters_tell_what_is_not_started_from_what_is_under_way(shown: Shown) -> None:
    kinds = ["unstarted"] * 4 + ["waiting", "active", "done", "canceled"] * 2 + ["failed"]
    shown.draw(*(row(str(number), kind) for number, kind in enumerate(kinds)))
    filters = shown.page.get_by_role("group", name="Show").get_by_role("button")
    expect(filters).to_have_text(
        ["All 13", "Need you 1", "Not started 4", "Under way 4", "Finished 4"]
    )
    filters.nth(2).click()
    expect(shown.page.get_by_role("row").filter(visible=True)).to_have_count(1 + 4)


def test_the_caption_counts_what_is_still_being_uploaded(shown: Shown) -> None:
    shown.draw(row("a", "unstarted"))
    expect(shown.page.locator("caption")).to_have_text("1 recording")
    shown.page.evaluate(
        "sending().files.push({ key: 'b', name: 'b.mp4', file: new File(['x'], 'b.mp4') })"
    )
    shown.draw(row("a", "unstarted"))
    expect(shown.page.locator("caption")).to_have_text("2 recordings")


def test_a_recording_whose_bytes_are_out_is_uploaded(shown: Shown) -> None:
    shown.page.evaluate(
        """sending().files.push({
          key: 'b', name: 'b.mp4', file: new File(['xx'], 'b.mp4'), state: 'sending', share: 1,
        })"""
    )
    shown.draw()
    expect(shown.page.locator("td .state")).to_have_text(["Uploaded"])
    expect(shown.page.get_by_role("progressbar")).to_have_count(0)


def test_a_list_that_comes_back_reports_that_nothing_is_uploaded_any_more(shown: Shown) -> None:
    shown.draw(uploading=True)
    assert shown.reported() == [["uploading", False]]
    shown.draw(uploading=False)
    assert shown.reported() == [["uploading", False]]


FOCUSED = "document.activeElement.innerText"


def test_the_focus_of_a_button_that_is_gone_stays_at_its_place(shown: Shown) -> None:
    def rows(*ids: str, text: str = "Cancel") -> list[dict[str, Any]]:
        action = {"name": "act", "text": text, "confirm": None}
        return [row(id, "waiting") | {"actions": [action]} for id in ids]

    shown.draw(*rows("a", "b", "c"))
    shown.page.get_by_role("button", name="Cancel: b").focus()
    shown.draw(*rows("a"), *rows("b", text="Remove"), *rows("c"))
    assert read_now(shown.page, FOCUSED).startswith("b")
    shown.page.get_by_role("button", name="Remove: b").focus()
    shown.draw(*rows("a", "c"))
    assert read_now(shown.page, FOCUSED).startswith("c")
    shown.draw(*rows("a"))
    assert read_now(shown.page, FOCUSED).startswith("a")
