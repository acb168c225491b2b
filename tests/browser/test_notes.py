"""Notes at a time and judgments of signals, through a whole visit and after it."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.browser import known_talk
from tests.browser.conftest import (
    OpenPage,
    open_saved_result,
    wait_for_result,
    wait_for_tracks,
)
from tests.browser.dashboard import Dashboard
from tests.browser.person import Person
from tests.browser.waiting import at_rest, box_of, count_of

HOSTILE = "=1+1 <b>bold</b> *and*"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard with a library, in which each test has a result of its own."""
    folder = tmp_path_factory.mktemp("kept")
    running = Dashboard(folder, {"INTERHUMAN_LIBRARY": str(folder / "library")})
    yield running
    running.stop()


NUMBERS = itertools.count(1)


@pytest.fixture
def page(open_page: OpenPage, kept: Dashboard) -> Page:
    """A result that is kept, in a visit of its own; the same bytes would be one result for all."""
    return with_result(open_page(url=kept.url, width=1440))


@pytest.fixture(scope="module")
def shared(open_shared_page: OpenPage, kept: Dashboard) -> Page:
    """A result that is kept, for tests that do not mind each other's notes."""
    return with_result(open_shared_page(url=kept.url, width=1440))


def with_result(page: Page) -> Page:
    saved = known_talk.saved()
    saved["buffer"] += b" " * next(NUMBERS)
    open_saved_result(page, saved)
    wait_for_result(page)
    wait_for_tracks(page)
    return page


def write(page: Page, text: str) -> None:
    """Write a note at the playhead by key."""
    page.keyboard.press("m")
    field = page.get_by_role("textbox", name="Note at")
    expect(field).to_be_focused()
    field.fill(text)
    field.press("Enter")
    expect(field).to_be_hidden()


def item(page: Page, text: str) -> Locator:
    return page.get_by_role("listbox", name="Signals").get_by_role("option").filter(has_text=text)


def pin(page: Page, text: str) -> Locator:
    return page.get_by_role("group", name="Notes").get_by_role("button").filter(has_text=text)


def downloaded(page: Page, label: str) -> bytes:
    at_rest(page)  # the server has what was added
    page.get_by_role("button", name="Download", exact=True).click()
    menu = page.get_by_test_id("stPopoverBody")
    if label != "Saved result":
        menu.get_by_text("Single files").click()
        at_rest(page)  # Unfolding moves what is in it from under the pointer.
    with page.expect_download() as coming:
        menu.get_by_role("button", name=label).click()
    page.keyboard.press("Escape")
    return Path(coming.value.path()).read_bytes()


def test_notes_and_judgments_outlive_a_reload_and_are_taken_away(page: Page) -> None:
    card = page.locator(".ih-card")
    page.get_by_role("slider", name="Playhead").focus()
    page.keyboard.press("3")
    expect(card).to_contain_text("Now, 0:18")
    write(page, HOSTILE)
    expect(page.get_by_role("slider", name="Playhead")).to_be_focused()
    expect(item(page, HOSTILE)).to_contain_text("Note0:18")
    expect(pin(page, HOSTILE)).to_have_attribute("title", f"Note at 0:18: {HOSTILE}")
    assert count_of(page.locator(".ih-item b, .ih-pin b, .ih-note b")) == 0
    page.keyboard.press("a")
    expect(card.get_by_role("button", name="Agree", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.press("]")
    page.keyboard.press("a")
    page.keyboard.press("d")
    expect(page.get_by_text("You looked at 2 of 22 and agreed with 1.")).to_be_visible()
    write(page, "second")
    at_rest(page)

    page.reload()
    wait_for_result(page)
    wait_for_tracks(page)
    expect(page.get_by_text("You looked at 2 of 22 and agreed with 1.")).to_be_visible()
    expect(item(page, "✕ you disagree")).to_have_count(1)
    pin(page, HOSTILE).click()
    expect(card).to_contain_text("Now, 0:18")
    expect(item(page, HOSTILE)).to_have_attribute("aria-selected", "true")

    table = downloaded(page, "Signals (CSV)").decode("utf-8-sig")
    says = [row["person_says"] for row in csv.DictReader(io.StringIO(table))]
    assert sorted(filter(None, says)) == ["agree", "disagree"]
    notes = [*csv.DictReader(io.StringIO(downloaded(page, "Notes (CSV)").decode("utf-8-sig")))]
    assert [note["note"] for note in notes] == [f"'{HOSTILE}", "second"]
    assert HOSTILE in downloaded(page, "Captions (SRT)").decode().translate(
        str.maketrans("＜＞", "<>")
    )


def test_a_note_is_searched_edited_and_deleted_where_it_is_read(page: Page) -> None:
    card = page.locator(".ih-card")
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("textbox", name="Note at 0:00").fill("an opening")
    page.keyboard.press("Escape")
    expect(item(page, "an opening")).to_have_count(0)
    expect(page.get_by_role("group", name="Notes")).to_be_hidden()
    write(page, "an opening")
    search = page.get_by_role("searchbox", name="Search signals and reasons")
    search.fill("openin")
    expect(item(page, "an opening").locator("mark")).to_have_text("openin")
    search.fill("no such thing")
    expect(item(page, "an opening")).to_be_hidden()
    search.fill("")
    item(page, "an opening").click()
    entry = page.get_by_role("option", name="Note, 0:00", exact=True)
    expect(entry).to_have_accessible_description("an opening")
    for act in ("Edit", "Delete"):
        card.get_by_role("button", name=act).focus()
        page.keyboard.press("]")
        page.keyboard.press("]")  # from here on the note is not shown
        expect(card.get_by_role("button", name=act)).to_be_hidden()
        expect(page.get_by_role("slider", name="Playhead")).to_be_focused()
        item(page, "an opening").click()
    card.get_by_role("button", name="Edit").click()
    field = page.get_by_role("textbox", name="Note at 0:00")
    expect(field).to_have_value("an opening")
    field.fill("a strong opening")
    card.get_by_role("button", name="Save").click()
    expect(pin(page, "a strong opening")).to_be_visible()
    expect(card).to_contain_text("a strong opening")
    card.get_by_role("button", name="Delete").click()
    expect(item(page, "opening")).to_have_count(0)
    at_rest(page)
    page.get_by_role("button", name="Edit", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Delete")).to_have_count(0)
    dialog.get_by_label("Title", exact=True).fill("Second try")
    dialog.get_by_label("Note").fill(f"Whole: {HOSTILE}\nline two")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="Second try")).to_be_visible()
    at_rest(page)
    page.reload()
    wait_for_result(page)
    expect(page.get_by_role("heading", name="Second try")).to_be_visible()
    wait_for_tracks(page)
    expect(page.get_by_role("group", name="Notes")).to_be_hidden()
    expect(page.locator(".st-key-result-note")).to_have_text(f"Whole: {HOSTILE}\nline two")


def test_on_a_phone_the_line_for_a_note_comes_into_view(shared: Page) -> None:
    page, before = shared, shared.viewport_size
    assert before is not None
    page.locator(".st-key-player input[type=file]").set_input_files(known_talk.recording())
    page.locator(".st-key-player video").wait_for()
    at_rest(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".st-key-list").evaluate("(part) => part.scrollIntoView({ block: 'start' })")
    at_rest(page)
    page.get_by_role("slider", name="Playhead").evaluate(
        "(slider) => slider.focus({ preventScroll: true })"
    )
    page.keyboard.press("m")
    field = page.get_by_role("textbox", name="Note at")
    expect(field).to_be_focused()
    recording, line = box_of(page.locator(".st-key-player")), box_of(field)
    assert line["y"] >= recording["y"] + recording["height"]
    assert line["y"] + line["height"] <= 844
    page.keyboard.press("Escape")
    page.set_viewport_size(before)


def test_a_note_on_a_stretch_ends_where_the_playhead_has_come(shared: Page) -> None:
    page = shared
    page.get_by_role("button", name="Add note").click()
    field = page.get_by_role("textbox", name="Note at 0:00")
    field.fill("so far")
    page.get_by_role("listbox", name="Signals").get_by_role("option").filter(
        has_text="0:30"
    ).first.click()
    page.get_by_role("button", name="Until 0:30").click()
    expect(page.get_by_role("textbox", name="Note on 0:00–0:30")).to_have_value("so far")
    page.keyboard.press("Enter")
    expect(pin(page, "so far")).to_have_attribute("title", "Note at 0:00–0:30: so far")


def test_a_note_goes_with_a_saved_result(
    page: Page, open_page: OpenPage, dashboard: Dashboard
) -> None:
    write(page, "goes along")
    page.keyboard.press("a")
    saved = downloaded(page, "Saved result")
    elsewhere = open_page(url=dashboard.url, width=1440)
    file: FilePayload = {
        "name": "talk.interhuman.json",
        "mimeType": "application/json",
        "buffer": saved,
    }
    open_saved_result(elsewhere, file)
    wait_for_result(elsewhere)
    wait_for_tracks(elsewhere)
    expect(pin(elsewhere, "goes along")).to_be_visible()
    expect(item(elsewhere, "✓ you agree")).to_have_count(1)
    elsewhere.get_by_role("button", name="Add note").click()
    expect(elsewhere.get_by_text("Kept for this visit: there's no library here.")).to_be_visible()


def test_a_note_after_a_restart_of_the_server_is_kept(browser: Browser, tmp_path: Path) -> None:
    environ = {"INTERHUMAN_LIBRARY": str(tmp_path / "library")}
    first = Dashboard(tmp_path, environ)
    person = Person(browser, first.url)  # whose console may say that the server is away
    open_saved_result(person.page, known_talk.saved())
    wait_for_result(person.page)
    wait_for_tracks(person.page)
    first.stop()
    again = Dashboard(tmp_path, environ, port=int(first.url.rpartition(":")[2]))
    expect(person.page.get_by_test_id("stStatusWidget")).to_have_count(0)
    at_rest(person.page)
    person.page.get_by_role("slider", name="Playhead").focus()
    write(person.page, "after the restart")
    at_rest(person.page)
    person.page.reload()
    wait_for_result(person.page)
    expect(pin(person.page, "after the restart")).to_be_visible()
    person.context.close()
    again.stop()


def test_a_tab_that_is_looked_at_again_shows_the_notes_of_another(
    shared: Page, open_page: OpenPage
) -> None:
    page = shared
    other = open_page(url=page.url, width=1440)
    wait_for_result(other)
    wait_for_tracks(other)
    other.get_by_role("slider", name="Playhead").focus()
    write(other, "one")
    write(other, "two")  # Where one is already, both can be seen and pressed.
    at_rest(other)
    one, two = (box_of(pin(other, text))["x"] for text in ("one", "two"))
    assert abs(one - two) >= 18
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(pin(page, "one")).to_be_visible()
    expect(item(page, "two")).to_be_visible()
    other.close()


def test_what_is_said_of_a_result_that_is_left_at_once_is_kept(shared: Page) -> None:
    """Comes last of those that share the result: it leaves it."""
    page = shared
    page.locator("#ih-signal-1").click()
    address = page.url
    page.evaluate("""() => {
      document.querySelector(".ih-judge[data-says=agree]").click();
      document.querySelector(".st-key-new-analysis button").click();
    }""")
    page.get_by_role("button", name="Open a saved result").wait_for()
    at_rest(page)
    page.goto(address)
    wait_for_result(page)
    expect(item(page, "✓ you agree")).to_have_count(1)
