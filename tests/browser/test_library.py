"""What was analyzed is found again: by its address, after a restart, and in the list."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from interhuman.answers.answer import Answer
from interhuman.library.engine import FILE_NAME, open_engine
from interhuman.library.libraries import LOCAL_OWNER
from interhuman.library.library import Library
from interhuman.library.migrations import library_id
from interhuman.library.object_store import Bucket
from interhuman.library.reading import summarize
from interhuman.library.recordings_store import RecordingsStore
from tests import clips, examples
from tests.browser.conftest import OpenPage, open_tab
from tests.browser.dashboard import Dashboard
from tests.browser.result_view import CLEAR
from tests.browser.waiting import PATIENCE_MS, at_rest, box_of, count_of, read, text_of
from tests.object_store import ObjectStore
from tests.server import ANALYZE, EXAMPLE, Scripted, Server

VIDEO = ".st-key-player video"
RESULT = re.compile(r"/\?result=[\w-]{22}$")


class Machine:
    """A machine whose dashboard can be restarted; the library is in its folder.

    Recordings are in an object store, as for a machine whose disk doesn't last.
    """

    def __init__(self, folder: Path, api: Server, store: ObjectStore) -> None:
        self.store = store
        self._place = store.new_place()
        self._folder = folder
        self._api = api
        self.library = folder / "library"
        self._dashboard = self._started()

    def _started(self) -> Dashboard:
        environ = {
            "INTERHUMAN_LIBRARY": str(self.library),
            "INTERHUMAN_KEY_ID": "id",
            "INTERHUMAN_KEY_SECRET": "word",
            "INTERHUMAN_BASE_URL": self._api.base_url,
            "INTERHUMAN_RECORDINGS": f"s3://{self._place.bucket}/{self._place.prefix}",
            **self.store.environ,
        }
        return Dashboard(self._folder, environ)

    def add(self, name: str, *, length_s: float) -> None:
        """Add an analysis with a recording, as an earlier process did."""
        engine = open_engine(self.library)
        library = Library(engine, owner=LOCAL_OWNER)
        recordings = RecordingsStore(
            Bucket(self._place), owner=LOCAL_OWNER, library=library_id(engine)
        )
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        id = library.begin(name=name, model="inter-1", duration_s=length_s, sha256=sha256)
        recordings.keep(name.encode())
        body = json.dumps(examples.FULL).encode()
        library.store_answer(id, Answer(ANALYZE, 200, body, None, False, datetime.now(UTC)))
        library.finish(id, summary=summarize(examples.read(examples.FULL)))

    @property
    def recordings(self) -> list[str]:
        """The keys of the recordings in the store."""
        return self.store.keys(self._place)

    @property
    def url(self) -> str:
        """Where the dashboard is at the moment."""
        return self._dashboard.url

    def stop(self) -> None:
        """End the dashboard."""
        self._dashboard.stop()

    def restart(self) -> None:
        """End the dashboard, and start it again."""
        self.stop()
        self._dashboard = self._started()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    store = ObjectStore()
    with Server() as api:
        api.may_be_cut = True
        quality = {"conversation_quality": examples.FULL["conversation_quality"]}
        api.script(ANALYZE, Scripted(json=EXAMPLE | quality))
        machine = Machine(tmp_path_factory.mktemp("machine"), api, store)
        yield machine
        machine.stop()
    store.stop()


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
    open_page: OpenPage, machine: Machine, tmp_path: Path
) -> None:
    talk = tmp_path / "talk.mp4"
    talk.write_bytes(clips.recording(duration_s=6))
    page = open_page(url=machine.url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=machine.url)
    page.locator("input[type=file]").first.set_input_files(talk)
    page.get_by_role("button", name="Analyze").click()
    wait_for_result(page)
    expect(page).to_have_url(RESULT)
    address = page.url.removeprefix(machine.url)
    check_that_a_reload_finds_the_result_and_the_filter(page)
    check_that_a_link_leads_to_what_is_looked_at(open_page, page, machine)
    check_that_back_and_forward_go_between_results(page)
    page.close()
    machine.restart()
    after = open_page(url=machine.url + address)
    wait_for_result(after)
    expect(after).to_have_url(RESULT)
    check_that_it_plays_from_the_store(after, machine.store)


def check_that_it_plays_from_the_store(page: Page, store: ObjectStore) -> None:
    """Play and seek; in a tab that opens while the store is away, try again once it is back."""
    play_from_second_4(page)
    own = (
        rf"^(http://{re.escape(urlsplit(page.url).netloc)})?/app/static/recordings/[0-9a-f]{{32}}$"
    )
    expect(page.locator(VIDEO)).to_have_attribute("src", re.compile(own))
    other = page.context.new_page()  # the browser's own word on a failed request is no fault here
    other.set_default_timeout(PATIENCE_MS)
    again = other.get_by_role("button", name="Try again")
    store.stop()
    try:
        other.goto(page.url)
        expect(other.get_by_text("The recording couldn't be loaded.")).to_be_visible()
    finally:
        store.start()
    again.click()
    play_from_second_4(other)
    expect(again).to_have_count(0)
    other.close()


def play_from_second_4(page: Page) -> None:
    """Play the recording from there, and wait until it does."""
    page.wait_for_function(f"document.querySelector('{VIDEO}')?.duration > 5")
    page.locator(VIDEO).evaluate("(video) => { video.currentTime = 4; return video.play(); }")
    page.wait_for_function(f"document.querySelector('{VIDEO}').currentTime > 4.1")


def check_that_a_reload_finds_the_result_and_the_filter(page: Page) -> None:
    """Filter by a type and by words, which the address holds; then take it back."""
    chip = page.get_by_role("group", name="Types").get_by_role("button").first
    search = page.get_by_role("searchbox", name="Search signals and reasons")
    chip.click()
    search.fill("a")
    expect(page).to_have_url(re.compile(r"\?result=[\w-]{22}&types=0&q=a$"))
    page.reload()
    wait_for_result(page)
    page.locator(VIDEO).wait_for()
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(search).to_have_value("a")
    open_library(page)
    page.go_back()
    wait_for_result(page)
    expect(search).to_have_value("a")
    expect(page).to_have_url(re.compile(r"&types=0&q=a$"))
    before = read(page, "testTraffic.sent")
    page.locator(CLEAR).click()
    expect(page).to_have_url(RESULT)
    page.wait_for_function("(before) => testTraffic.sent > before", arg=before)
    at_rest(page)


def check_that_back_and_forward_go_between_results(page: Page) -> None:
    """Go to the start page and back to what was looked at, and there again."""
    before = page.url
    page.get_by_role("button", name="New analysis").click()
    page.get_by_role("heading", name="Interhuman dashboard", level=1).wait_for()
    expect(page).to_have_url(re.compile(r"/$"))
    page.go_back()
    wait_for_result(page)
    expect(page).to_have_url(before)
    page.go_forward()
    page.get_by_role("heading", name="Interhuman dashboard", level=1).wait_for()
    expect(page).to_have_url(re.compile(r"/$"))


def check_that_a_link_leads_to_what_is_looked_at(
    open_page: OpenPage, page: Page, machine: Machine
) -> None:
    """Copy the link to a signal, a score, a panel and a tab, and open it in another tab."""
    page.get_by_role("button", name="Next signal").click()
    page.locator(".st-key-quality").get_by_role("button", name="Clarity").click()
    page.get_by_role("tab", name=re.compile("^Moments")).click()
    open_tab(page, "Table")
    look = r"t=(\d+\.\d)&panel=moments&score=clarity&tab=table"
    expect(page).to_have_url(re.compile(rf"/\?result=[\w-]{{22}}&{look}$"))
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied (this computer only)")).to_be_visible()
    expect(page.locator(".ih-card").get_by_role("status")).to_contain_text("Copied")
    link = read(page, "navigator.clipboard.readText()")
    assert link == page.url
    match = re.search(look, link)
    assert match is not None
    assert float(match[1]) > 0
    page.reload()
    other = open_page(url=link)
    for each in (page, other):
        wait_for_result(each)
        expect(each.locator(".st-key-now")).to_contain_text(f"Now, 0:{int(float(match[1])):02d}")
        time = "document.querySelector('.st-key-player video').currentTime"
        each.wait_for_function(f"Math.abs({time} - {match[1]}) < 0.1")
        expect(each.get_by_role("button", name="Clarity", pressed=True)).to_be_visible()
        for tab in ("Moments", "Table"):
            opened = each.get_by_role("tab", name=re.compile(f"^{tab}"), selected=True)
            expect(opened).to_be_visible()
        expect(each).to_have_url(link)
    other.close()


def test_the_list_sorts_finds_names_deletes_and_brings_back(
    open_page: OpenPage, machine: Machine, screenshot: Callable[[Page, str], None]
) -> None:
    machine.add("0-longer.mp4", length_s=16.0)
    machine.add("talk.mp4", length_s=12.0)
    page = open_page(url=machine.url)
    open_library(page)
    check_that_headings_sort(page)
    before = count_of(rows(page))
    dialog = edit(page, "0-longer.mp4")
    dialog.get_by_label("Title", exact=True).fill("A *good* pitch")
    dialog.get_by_label("Labels (comma-separated)").fill("sales, june")
    dialog.get_by_role("button", name="Save").click()
    title = page.get_by_role("button", name="A *good* pitch", exact=True)
    expect(title).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Edit A *good* pitch")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="A *good* pitch saved.")).to_have_count(1)
    search = page.get_by_label("Search titles, names, labels and notes")
    page.get_by_role("button", name="Label sales").click()
    expect(search).to_have_value('label:"sales"')
    expect(rows(page)).to_have_count(1)
    search.fill("june PITCH")
    expect(rows(page)).to_have_count(1)
    screenshot(page, "library")
    assert Axe().run(at_rest(page)).response["violations"] == []
    place = box_of(search)
    edit(page, "A *good* pitch").wait_for()
    assert Axe().run(at_rest(page)).response["violations"] == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit A *good* pitch")).to_be_focused()
    edit(page, "A *good* pitch").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("deleted. You can undo")).to_be_visible()
    expect(rows(page)).to_have_count(0)
    assert box_of(search) == place, "the notice moves the page"
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="A *good* pitch is back.")).to_have_count(1)
    page.wait_for_function("document.activeElement !== document.body")
    search.fill("")
    expect(rows(page)).to_have_count(before)
    title.click()
    wait_for_result(page, "A *good* pitch")
    expect(page).to_have_url(RESULT)
    page.go_back()
    page.get_by_role("heading", name="Library", level=1).wait_for()


def check_that_headings_sort(page: Page) -> None:
    """Sort the list by a column both ways, and by another one."""
    head = page.get_by_role("columnheader", name="Length")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(rows(page).first).to_contain_text("0:16")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(rows(page).last).to_contain_text("0:16")
    page.get_by_role("columnheader", name="Title").get_by_role("button").click()
    expect(rows(page).first).to_contain_text("0-longer.mp4")


@pytest.mark.parametrize("name", ["Asia/Kolkata", "America/St_Johns"])
def test_times_are_those_of_the_visitor(open_page: OpenPage, machine: Machine, name: str) -> None:
    zone = ZoneInfo(name)
    before = datetime.now(zone).replace(second=0, microsecond=0)
    machine.add("when.mp4", length_s=9.0)
    page = open_page(url=machine.url, time_zone=name)
    open_library(page)
    row = rows(page).filter(has_text="when.mp4").first
    month, day, year, time = text_of(row.locator("td:not(.tick)").first).replace(",", "").split()
    shown = datetime.strptime(f"{month} {day} {year} {time}", "%b %d %Y %H:%M").replace(tzinfo=zone)
    assert before <= shown <= datetime.now(zone)


def test_everything_goes_from_the_disk(open_page: OpenPage, machine: Machine) -> None:
    machine.add("gone.mp4", length_s=9.0)
    assert machine.recordings != []
    page = open_page(url=machine.url)
    open_library(page)
    expect(rows(page).first).to_be_visible()
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("button", name=re.compile(r"^Delete \d+ analys[ei]s$")).click()
    expect(page.get_by_text("No analyses yet")).to_be_visible()
    with sqlite3.connect(machine.library / FILE_NAME) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            for table in ("analyses", "answers")
        ]
    assert counts == [(0,), (0,)]
    assert machine.recordings == []
