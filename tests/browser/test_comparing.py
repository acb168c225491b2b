"""Comparing analyses of the library: chosen there or from a result, read, reloaded and left."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Download, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import OpenPage
from tests.browser.dashboard import Dashboard
from tests.browser.test_accessibility import assert_no_faults
from tests.browser.waiting import at_rest, box_of, read, text_of
from tests.page.kept import KeptPlace

NAMES = ("first run.mp4", "after coaching.mp4", "demo day.mp4", "interview.mp4")
WINDOW = (1440, 900)


class Shelf:
    """A dashboard with a library of four analyses, and one of somebody else's."""

    def __init__(self, folder: Path) -> None:
        self.library = KeptPlace(folder / "library")
        self.ids = [self.library.add(name=name) for name in NAMES]
        self.another = self.library.add(owner="bob", name="bob's secret.mp4")
        for id in self.ids[:3]:
            self.library.of().describe(id, labels=["pitch"])
        environ = {"INTERHUMAN_LIBRARY": str(self.library.folder)}
        self.dashboard = Dashboard(folder, environ)

    def address(self, *ids: str) -> str:
        """Return the address of a comparison."""
        return f"{self.dashboard.url}/?compare={','.join(ids)}"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    yield shelf
    shelf.dashboard.stop()


def who(page: Page) -> Locator:
    return page.get_by_role("list", name="What is compared").get_by_role("listitem")


def wait_for_comparison(page: Page, number: int) -> None:
    title = f"Comparing {number} analyses"
    page.get_by_role("heading", name=title, level=1).wait_for()
    expect(who(page)).to_have_count(number)
    at_rest(page)


def wait_for_result(page: Page, name: str) -> None:
    page.get_by_role("heading", name=name, level=1).wait_for()
    page.locator(".ih-card").wait_for()
    at_rest(page)


def test_two_of_the_library_are_compared_and_one_is_opened_and_left(
    open_page: OpenPage, shelf: Shelf
) -> None:
    width, height = WINDOW
    page = open_page(url=shelf.dashboard.url, width=width, height=height)
    downloads: list[Download] = []
    page.on("download", partial(downloads.append))  # Playwright can't hold a built-in method
    page.get_by_role("link", name="Library").click()
    tick_in_a_search(page)
    check_that_the_two_are_downloaded(page)
    page.get_by_role("button", name="Compare 2").click()
    wait_for_comparison(page, 2)
    expect(page).to_have_title(re.compile(r"^Comparing 2 analyses · "))
    expect(who(page).first).to_contain_text(NAMES[0])
    check_that_all_is_seen_without_scrolling(page)
    check_that_the_report_is_printed(page)
    address = page.url
    page.context.grant_permissions(
        ["clipboard-read", "clipboard-write"], origin=shelf.dashboard.url
    )
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert read(page, "navigator.clipboard.readText()") == address
    assert sorted(address.rpartition("=")[2].split("%2C")) == sorted(shelf.ids[:2])
    page.go_back()
    page.get_by_role("heading", name="Library", level=1).wait_for()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    page.go_forward()
    wait_for_comparison(page, 2)
    page.reload()
    wait_for_comparison(page, 2)
    expect(page).to_have_url(address)
    page.get_by_role("button", name=f"{NAMES[1]} at 0:20").first.click()
    wait_for_result(page, NAMES[1])
    expect(page).to_have_url(re.compile(rf"\?result={shelf.ids[1]}&t=20\.0$"))
    expect(page.locator(".st-key-now")).to_contain_text("Now, 0:20")
    page.go_back()
    wait_for_comparison(page, 2)
    expect(page).to_have_url(address)
    assert len(downloads) == 1, "the file is saved once, wherever the visit leads"


def check_that_the_two_are_downloaded(page: Page) -> None:
    """Download the workbook of what is ticked, which the browser saves when it is written."""
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Workbook (XLSX)").click()
    assert download.value.suggested_filename == "interhuman 2 analyses.xlsx"
    summary = pd.read_excel(download.value.path(), sheet_name="Summary")
    assert summary["recording"].tolist() == [NAMES[0], NAMES[1]]
    expect(page.get_by_role("link", name="interhuman 2 analyses.xlsx")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Workbook (XLSX)")).to_be_hidden()


def check_that_the_report_is_printed(page: Page) -> None:
    """Print the page: the report comes on paper, and the page is as it was afterwards."""
    printed = PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = "\n".join(sheet.extract_text() for sheet in printed.pages)
    assert f"1 / {len(printed.pages)}" in text
    for name in NAMES[:2]:
        assert name in text
    assert text.count("A long pause before the price is named.") >= len(NAMES[:2])
    expect(page.locator(".ih-printed")).to_have_count(0)


def tick_in_a_search(page: Page) -> None:
    """Tick one analysis, search, and tick one of what is found: the first stays ticked."""
    compare = page.get_by_role("button", name=re.compile("^Compare"))
    expect(compare).to_be_disabled()
    page.get_by_role("checkbox", name=f"Select {NAMES[0]}").check()
    expect(page.get_by_role("button", name="Compare 1")).to_be_disabled()
    search = page.get_by_label("Search titles, names, labels and notes")
    search.fill("coaching")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("checkbox", name=f"Select {NAMES[1]}").check()
    expect(page.get_by_role("button", name="Compare 2")).to_be_enabled()
    search.fill("")
    expect(page.locator("tbody tr")).to_have_count(len(NAMES))
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)


def check_that_all_is_seen_without_scrolling(page: Page) -> None:
    """Look where each of the parts that are read first ends."""
    for part in (".ihc-who", ".ihc-radars", ".ihc-scores", ".ihc-rates"):
        box = box_of(page.locator(part))
        assert box["y"] + box["height"] <= WINDOW[1], part
        assert box["x"] + box["width"] <= WINDOW[0], part
    for name in ("Signal", "Recordings", "Beginning", "Middle", "End"):
        expect(page.get_by_role("columnheader", name=name)).to_have_count(1)


def test_what_was_deleted_meanwhile_and_what_is_anothers_is_told_alike(
    open_page: OpenPage, shelf: Shelf
) -> None:
    gone = shelf.library.add(name="gone.mp4")
    page = open_page(url=shelf.address(*shelf.ids[:2], gone))
    wait_for_comparison(page, 3)
    page.get_by_role("heading", name="Over time").wait_for()
    assert_no_faults(page, "over time")
    shelf.library.of().delete(gone)
    page.reload()
    wait_for_comparison(page, 2)
    told = page.get_by_text("One of these analyses can't be found.")
    expect(told).to_be_visible()
    page.goto(shelf.address(*shelf.ids[:2], shelf.another))
    wait_for_comparison(page, 2)
    expect(told).to_be_visible()
    assert "secret" not in text_of(page.locator("body"))
    expect(page).to_have_url(re.compile(rf"\?compare={shelf.ids[0]}(,|%2C){shelf.ids[1]}$"))


def test_the_keyboard_alone_compares_a_result_on_a_narrow_page(
    open_page: OpenPage, shelf: Shelf
) -> None:
    page = open_page(url=f"{shelf.dashboard.url}/?result={shelf.ids[0]}", width=390, height=844)
    wait_for_result(page, NAMES[0])
    page.get_by_role("button", name="Compare with…").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    search = dialog.get_by_label("Search titles, names, labels and notes")
    at_rest(page)
    offered = dialog.get_by_role("listitem")
    expect(offered.first).to_contain_text(NAMES[2])  # the newest of the same label
    search.focus()
    page.keyboard.type("coaching")
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text(NAMES[1])
    page.keyboard.press("Tab")
    expect(offered.get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    wait_for_comparison(page, 2)
    expect(dialog).to_have_count(0)
    for place in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        assert read(page, f"{place}.scrollWidth") <= 390, place
    page.wait_for_function("document.activeElement !== document.body")
    page.get_by_role("button", name=NAMES[1], exact=True).focus()
    page.keyboard.press("Enter")
    wait_for_result(page, NAMES[1])
    page.get_by_role("button", name="Back to comparison").focus()
    page.keyboard.press("Enter")
    wait_for_comparison(page, 2)
