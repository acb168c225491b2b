"""What was analyzed is found again: by its address, after a restart, and in the list."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from interhuman.library.engine import FILE_NAME
from tests import clips
from tests.browser.conftest import OpenPage
from tests.browser.dashboard import Dashboard
from tests.browser.waiting import at_rest, count_of, read

RESULT = re.compile(r"/\?result=[\w-]{22}$")


class Machine:
    """A machine whose dashboard can be restarted; the library is in its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.library = folder / "library"
        self._dashboard = self._started()

    def _started(self) -> Dashboard:
        return Dashboard(self._folder, {"INTERHUMAN_LIBRARY": str(self.library)})

    @property
    def url(self) -> str:
        """Where the dashboard is at the moment."""
        return self._dashboard.url

    def stop(self) -> None:
        """End the dashboard."""
        self._dashboard.stop()

    def restart(self) -> None:
        """End the dashboard, and start it again at another port."""
        self.stop()
        self._dashboard = self._started()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(tmp_path_factory.mktemp("machine"))
    yield machine
    machine.stop()


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording with a silence."""
    path = tmp_path_factory.mktemp("media") / "talk.mp4"
    path.write_bytes(clips.recording(duration_s=12, silences=((4.0, 7.0),)))
    return path


def analyze(page: Page, recording: Path) -> None:
    """Analyze a recording with the sandbox and wait for its result."""
    page.locator("input[type=file]").first.set_input_files(recording)
    page.get_by_role("button", name="Analyze").click()
    wait_for_result(page, recording.name)


def wait_for_result(page: Page, name: str = "talk.mp4") -> None:
    """Wait until a result is drawn."""
    page.get_by_role("heading", name=name, level=1).wait_for()
    page.locator(".st-key-tracks").wait_for()
    at_rest(page)


def open_library(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    page.get_by_role("heading", name="Library", level=1).wait_for()
    at_rest(page)


def rows(page: Page) -> Locator:
    return page.locator("tbody tr")


def edit(page: Page, title: str) -> Locator:
    """Open the dialog for an analysis."""
    page.get_by_role("button", name=f"Edit {title}").click()
    return page.get_by_role("dialog")


def test_it_is_found_by_its_address_after_a_reload_a_restart_and_in_another_tab(
    open_page: OpenPage, machine: Machine, talk: Path
) -> None:
    page = open_page(url=machine.url)
    analyze(page, talk)
    expect(page).to_have_url(RESULT)
    address = page.url.removeprefix(machine.url)
    page.reload()
    wait_for_result(page)
    page.locator(".st-key-player video").wait_for()
    another_tab = open_page(url=machine.url + address)
    wait_for_result(another_tab)
    for left in (page, another_tab):
        left.close()
    machine.restart()
    after = open_page(url=machine.url + address)
    wait_for_result(after)
    after.locator(".st-key-player video").wait_for()
    expect(after).to_have_url(RESULT)


def test_a_link_leads_to_its_moment(open_page: OpenPage, machine: Machine, talk: Path) -> None:
    page = open_page(url=machine.url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=machine.url)
    analyze(page, talk)
    page.get_by_role("button", name="Next signal").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = read(page, "navigator.clipboard.readText()")
    match = re.fullmatch(rf"{machine.url}/\?result=[\w-]{{22}}&t=(\d+\.\d)", link)
    assert match is not None
    assert float(match[1]) > 0
    other = open_page(url=link)
    wait_for_result(other)
    expect(other.locator(".st-key-now")).to_contain_text(f"Now, 0:{int(float(match[1])):02d}")
    time = "document.querySelector('.st-key-player video').currentTime"
    other.wait_for_function(f"Math.abs({time} - {match[1]}) < 0.1")


def test_the_list_finds_names_deletes_and_brings_back(
    open_page: OpenPage, machine: Machine, talk: Path, screenshot: Callable[[Page, str], Path]
) -> None:
    page = open_page(url=machine.url)
    analyze(page, talk)
    open_library(page)
    before = count_of(rows(page))
    dialog = edit_first(page)
    dialog.get_by_label("Title", exact=True).fill("A *good* pitch")
    dialog.get_by_label("Labels, with commas between them").fill("sales, june")
    dialog.get_by_role("button", name="Save").click()
    title = page.get_by_role("button", name="A *good* pitch", exact=True)
    expect(title).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    search = page.get_by_label("Search in titles, names, labels and notes")
    search.fill("june PITCH")
    expect(rows(page)).to_have_count(1)
    screenshot(page, "library")
    assert Axe().run(at_rest(page)).response["violations"] == []
    edit(page, "A *good* pitch").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("was deleted")).to_be_visible()
    expect(rows(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(1)
    search.fill("")
    expect(rows(page)).to_have_count(before)
    title.click()
    wait_for_result(page, "A *good* pitch")
    expect(page).to_have_url(RESULT)


def edit_first(page: Page) -> Locator:
    rows(page).first.get_by_role("button", name="Edit").click()
    return page.get_by_role("dialog")


def test_headings_sort(open_page: OpenPage, machine: Machine, talk: Path, tmp_path: Path) -> None:
    longer = tmp_path / "0-longer.mp4"
    longer.write_bytes(clips.recording(duration_s=16))
    page = open_page(url=machine.url)
    analyze(page, longer)
    open_library(page)
    head = page.get_by_role("columnheader", name="Length")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(rows(page).first).to_contain_text("0:16")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(rows(page).last).to_contain_text("0:16")
    page.get_by_role("columnheader", name="Title").get_by_role("button").click()
    expect(rows(page).first).to_contain_text("0-longer.mp4")


def test_everything_goes_from_the_disk(open_page: OpenPage, machine: Machine) -> None:
    page = open_page(url=machine.url)
    open_library(page)
    expect(rows(page).first).to_be_visible()
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("button", name="Erase them all").click()
    expect(page.get_by_text("Nothing is here yet")).to_be_visible()
    with sqlite3.connect(machine.library / FILE_NAME) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            for table in ("analyses", "answers")
        ]
    assert counts == [(0,), (0,)]
    recordings = [path for path in (machine.library / "recordings").rglob("*") if path.is_file()]
    assert recordings == []
