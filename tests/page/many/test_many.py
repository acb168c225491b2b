"""The list of many recordings on the page, without a browser."""

from __future__ import annotations

import gc
import json
import threading
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import streamlit as st

from interhuman.annotations import Annotations, Note
from interhuman.errors import LibraryError
from interhuman.library import libraries
from interhuman.library.added import Added
from interhuman.library.annotating import annotations_of
from interhuman.library.library import Library
from interhuman.library.queueing import QueueRows
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.library.rows import DONE
from interhuman.media.joining import Joined, JoinedFile
from interhuman.page import sign_in, state
from interhuman.page.connect import API, SANDBOX_SIGN_IN, Connection
from interhuman.page.keys import Key
from interhuman.page.many import acting, listing, many, reading
from interhuman.page.many.desk import Desk
from interhuman.page.many.many import LOOK_EVERY_S
from interhuman.page.many.panel import draw_panel
from interhuman.page.many.sums import IDLE_LOOK_EVERY_S
from interhuman.runs import joining
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.queue import QueueStatus
from interhuman.runs.queue.states import ItemState
from interhuman.runs.recording import UploadedRecording
from interhuman.settings import Credentials
from tests import clips
from tests.page.conftest import PATIENCE_S, Page
from tests.page.kept import KeptPlace, use_library
from tests.page.many.conftest import arrive
from tests.page.many.fake_queue import FakeQueue, item
from tests.processes import wait_until


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KeptPlace:
    """A library beside the page, whose visitor sits at this machine."""
    return use_library(monkeypatch, tmp_path / "library")


@pytest.fixture
def fake(place: KeptPlace, monkeypatch: pytest.MonkeyPatch) -> FakeQueue:
    """A queue in the place of the process's own."""
    queue = FakeQueue()
    monkeypatch.setattr(state, "queue", lambda _, **__: queue)
    return queue


def open_list(page: Page) -> Page:
    """Look at the list, as a click on its line at the start does."""
    page.visit.results.list_many()
    return page.rerun()


def rows(page: Page) -> list[dict[str, Any]]:
    """Return the rows of the list as they are sent to the browser."""
    sent = [str(node.proto.json) for node in page.nodes("bidi_component")]
    (data,) = [each for each in sent if '"arrived"' in each and '"rows"' in each]
    return cast("list[dict[str, Any]]", json.loads(data)["rows"])


def states(page: Page) -> dict[str, str]:
    """Return what the list says of each recording, by its title."""
    return {row["title"]: row["state"] for row in rows(page)}


def id_of(page: Page, title: str) -> str:
    """Return the id of the row with a title."""
    return str(next(row["id"] for row in rows(page) if row["title"] == title))


def desk_of(page: Page) -> Desk:
    """Return what the list of this visit is drawn from, in the sandbox."""
    library = cast(Library, page.visit.kept.library)
    sandbox = state.sandbox().base_url
    connection = Connection(sandbox, Credentials(SANDBOX_SIGN_IN, SANDBOX_SIGN_IN), sandbox=True)
    return reading.desk_of(page.visit, connection, library)


def waiting(id: str, account: str, **known: Any) -> QueueItem:
    """Return an item that waits for an account that is stopped or isn't known."""
    return item(id, ItemState.WAITING, account=account, is_held_back=True, **known)


def stop(fake: FakeQueue, account: str) -> None:
    """Have nothing more sent on an account."""
    fake.state = QueueStatus(0, 4, problems={account: "Your quota is used up."})


def act(page: Page, name: str, id: str) -> Page:
    """Press one of the buttons of a row, which AppTest itself cannot do."""
    acting.act(desk_of(page), name, id)
    return page.rerun()


def words(page: Page) -> str:
    """Return the words above the list."""
    texts = [*page.at.markdown, *page.at.caption, *page.at.warning]
    return "\n".join(each.value.replace("\\", "") for each in texts)


def button(page: Page, key: str) -> Any:
    """Return a button of the page by its key."""
    return next(each for each in page.at.button if each.key == key)


def ended(page: Page) -> bool:
    """Whether nothing of the list goes on any more."""
    is_over = not desk_of(page).sums.moving
    page.rerun()
    return is_over


def is_done(library: Library) -> bool:
    """Whether the newest analysis of a library has its result."""
    return library.page().rows[0].state == DONE


# From files to results, with the process's own queue


def test_many_are_analyzed_once_each_and_a_bad_one_stops_nobody(
    place: KeptPlace, tmp_path: Path
) -> None:
    page = open_list(Page())
    talk = clips.recording(duration_s=4)
    for name, data in (
        ("one.mp4", talk),
        ("broken.mp4", b"no recording"),
        ("copy.mp4", talk),
        ("two.mp4", clips.recording(duration_s=5)),
    ):
        arrive(page, tmp_path, name, data)
    page.rerun()
    assert states(page) == {
        "one.mp4": "Ready to start",
        "broken.mp4": "Can't be analyzed",
        "copy.mp4": "Already in this list",
        "two.mp4": "Ready to start",
    }
    assert "2 recordings, 0:09 in all · 2 requests" in words(page)
    assert place.of().page().total == 4
    page.press("Analyze 2 recordings")
    wait_until(lambda: ended(page), within_s=PATIENCE_S)
    done = states(page)
    assert (done["one.mp4"], done["two.mp4"], done["copy.mp4"]) == (
        "Done",
        "Done",
        "Analyzed before",
    )
    assert done["broken.mp4"] == "Can't be analyzed"
    assert "2 recordings analyzed · 1 can't be analyzed · 1 repeated" in words(page)
    act(page, "open", id_of(page, "two.mp4"))
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.name == "two.mp4"
    assert page.address["result"] == page.visit.results.shown.kept_id


def test_the_list_outlives_the_visit(place: KeptPlace, tmp_path: Path) -> None:
    first = open_list(Page())
    first.at.segmented_control(key=Key.MODEL).select("inter-2-audio").run()
    arrive(first, tmp_path, "one.mp4")
    first.rerun()
    second = Page(address={"list": "open"})
    assert states(second) == {"one.mp4": "Ready to start"}
    assert second.visit.options.model == "inter-2-audio"


def test_what_arrives_after_the_start_is_started_as_well(place: KeptPlace, tmp_path: Path) -> None:
    page = Page()
    page.visit.kept.many.is_uploading = True  # as the browser says
    arrive(open_list(page), tmp_path, "one.mp4", clips.recording(duration_s=4))
    page.rerun().press("Analyze all as they arrive")
    arrive(page, tmp_path, "two.mp4", clips.recording(duration_s=5))
    arrive(page, tmp_path, "copy.mp4", clips.recording(duration_s=4))
    wait_until(lambda: ended(page), within_s=PATIENCE_S)
    assert states(page) == {"one.mp4": "Done", "two.mp4": "Done", "copy.mp4": "Analyzed before"}


# What is set for all


def test_options_chosen_later_hold_for_all_that_is_not_started(
    place: KeptPlace, tmp_path: Path
) -> None:
    page = open_list(Page())
    arrive(page, tmp_path, "voice.wav", clips.sound_only())
    page.rerun()
    assert states(page) == {"voice.wav": "Can't be analyzed"}
    assert "needs video" in rows(page)[0]["problem"]
    page.at.segmented_control(key=Key.MODEL).select("inter-2-audio").run()
    page.at.checkbox(key=Key.QUALITY_TIMELINE).uncheck().run()
    assert states(page) == {"voice.wav": "Ready to start"}
    row = place.of().get(id_of(page, "voice.wav"))
    assert row is not None
    assert row.model == "inter-2-audio"
    assert row.options["include"] == ["conversation_quality_overall"]


def test_other_options_make_no_repeat(place: KeptPlace, tmp_path: Path) -> None:
    page = open_list(Page())
    arrive(page, tmp_path, "one.mp4")
    page.rerun().press("Analyze 1 recording")
    wait_until(lambda: ended(page), within_s=PATIENCE_S)
    arrive(page, tmp_path, "again.mp4")
    assert states(page.rerun())["again.mp4"] == "Analyzed before"
    page.at.checkbox(key=Key.QUALITY_OVERALL).uncheck().run()
    assert states(page)["again.mp4"] == "Paused"


# What is offered and said, by where the queue is


def test_an_empty_list_says_what_to_do(fake: FakeQueue) -> None:
    page = open_list(Page())
    assert rows(page) == []
    assert "Nothing is sent until you press Analyze" in words(page)
    assert button(page, Key.MANY_START).disabled
    assert page.address == {"list": "open"}


def test_without_a_connection_nothing_can_be_started(fake: FakeQueue, tmp_path: Path) -> None:
    page = open_list(Page())
    arrive(page, tmp_path, "one.mp4")
    page.rerun()
    page.at.radio(key=Key.TARGET).set_value(API).run()
    assert button(page, Key.MANY_START).disabled
    assert "Add an API key" in words(page)


def test_pausing_and_canceling_all(fake: FakeQueue) -> None:
    fake.put(item("a", ItemState.SENDING), item("b", ItemState.WAITING))
    page = open_list(Page())
    assert "0 of 2 analyzed" in words(page)
    page.press("Pause")
    assert [each.state for each in fake.held.values()] == [ItemState.SENDING, ItemState.PAUSED]
    assert "Start the other one" in [each.label for each in page.at.button]
    page.press("Cancel all")
    assert {each.state for each in fake.held.values()} == {ItemState.CANCELED}
    page.press("Clear finished")
    assert fake.held == {}


def test_clearing_leaves_what_would_be_lost_or_come_apart(
    fake: FakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = (JoinedFile("1.mp4", 0.0, 4.0), JoinedFile("2.mp4", 4.0, 8.0))
    joined = Joined(files, is_timed=True, ids=("1", "2"))
    fake.put(
        item("a", ItemState.DONE),
        item("b", ItemState.CANCELED),
        item("c", ItemState.CANCELED, joined=joined),
    )
    page = open_list(Page())
    with monkeypatch.context() as patch:
        patch.setattr(Desk, "has_library", False)
        page.press("Clear finished")
    assert list(fake.held) == ["a", "c"]
    acting.clear(desk_of(page))
    assert list(fake.held) == ["c"]


def test_the_visit_s_own_key_is_named_only_while_something_goes_on_with_it(
    fake: FakeQueue,
) -> None:
    page = open_list(Page())
    fake.put(item("a", ItemState.SENDING, account="own"))
    assert not desk_of(page).moves_on_own_key
    page.visit.kept.many.own_key = "own"
    assert desk_of(page).moves_on_own_key
    fake.put(waiting("a", "own"))
    assert not desk_of(page).moves_on_own_key


def test_the_list_is_drawn_anew_where_another_library_is_the_visit_s(
    fake: FakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_list(Page())
    monkeypatch.setattr(many, "known_library", lambda _: None)
    monkeypatch.setattr(st, "rerun", lambda: pytest.fail("drawn anew"))
    library = cast(Library, page.visit.kept.library)
    with pytest.raises(pytest.fail.Exception, match="drawn anew"):
        many._draw(page.visit, None, library, moved=False, acts=0)


def test_what_may_be_billed_is_sent_again_only_by_that_button(fake: FakeQueue) -> None:
    billed = {"may_retry": True, "may_be_billed": True}
    fake.put(item("a", ItemState.UNANSWERED, **billed))
    page = open_list(Page())
    act(page, "retry", "a")
    assert fake.held["a"].state is ItemState.UNANSWERED
    assert "wasn't possible" in words(page)
    act(page, "send_again", "a")
    assert (fake.sent_again, fake.held["a"].state) == (["a"], ItemState.WAITING)
    assert "wasn't possible" not in words(page)


def test_a_list_is_looked_at_again_also_when_another_tab_has_it_moving(
    fake: FakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragment = st.fragment
    looks: list[float | None] = []

    def noted(draw: Any = None, *, run_every: float | None = None) -> Any:
        if draw is None:
            return fragment(run_every=run_every)
        looks.append(run_every)
        return fragment(draw)

    monkeypatch.setattr(st, "fragment", noted)
    fake.put(item("a"))
    page = open_list(Page())
    assert looks[-1] == IDLE_LOOK_EVERY_S
    fake.put(item("a", ItemState.SENDING))
    page.rerun().rerun()
    assert looks[-1] == LOOK_EVERY_S


def test_the_line_counts_as_the_list_does(place: KeptPlace, tmp_path: Path) -> None:
    page = open_list(Page())
    for name, data in (("one.mp4", None), ("copy.mp4", None), ("broken.mp4", b"no recording")):
        arrive(page, tmp_path, name, data)
    page.rerun().visit.new_analysis()
    assert "1 not started · 1 can't be analyzed · 1 repeated" in words(page.rerun())


def test_that_recordings_are_being_uploaded_is_known_at_once(
    fake: FakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page()
    told: list[bool] = []
    monkeypatch.setattr(listing, "_chooser", lambda **known: known["on_begun_change"]())
    listing.draw_chooser(page.visit, on_begun=lambda: told.append(True))
    assert (page.visit.kept.many.is_uploading, told) == (True, [True])


@pytest.mark.parametrize(("name", "id"), [("explode", "a"), ("open", "nobody"), ("", "")])
def test_what_the_browser_may_not_ask_for_changes_nothing(
    fake: FakeQueue, name: str, id: str
) -> None:
    fake.put(item("a", ItemState.WAITING))
    page = act(open_list(Page()), name, id)
    assert page.visit.results.shown is None
    assert fake.held["a"].state is ItemState.WAITING


def test_a_stopped_account_and_a_missing_key_are_said(fake: FakeQueue) -> None:
    page = open_list(Page())
    stop(fake, fake.accounts[0].key)
    fake.put(waiting("a", fake.accounts[0].key))
    page.rerun()
    assert "Your quota is used up." in words(page)
    assert "the work goes on" not in words(page)
    assert "0 of 1 analyzed · 1 can't be sent yet" in words(page)
    assert not page.visit.kept.many.moves
    fake.state = QueueStatus(0, 4, slowed="Interhuman asked to wait.", lacks_account=True)
    page.rerun()
    assert "Interhuman asked to wait." in words(page)
    assert "wait for the key" in words(page)


def test_one_press_goes_on_after_a_stop_and_starts_nothing_else(fake: FakeQueue) -> None:
    page = open_list(Page())
    key = fake.accounts[0].key
    stop(fake, key)
    fake.put(waiting("a", key), item("b", ItemState.PAUSED), waiting("c", "another"))
    page.rerun().press("Try again")
    assert "used up" not in words(page)
    assert not fake.held["a"].is_held_back
    assert fake.held["b"].state is ItemState.PAUSED
    assert fake.held["c"].is_held_back, "that would send it on a key that it wasn't started with"
    assert not page.offers("Try again")


def test_an_account_that_is_not_in_use_is_not_tried_again(fake: FakeQueue) -> None:
    fake.put(item("a", ItemState.DONE))
    stop(fake, "another")
    page = open_list(Page())
    assert "used up" not in words(page), "nothing waits for it"
    fake.put(waiting("a", "another", sandbox=False))
    page.rerun()
    assert "wait for a key that isn't in use. Your quota is used up." in words(page)
    assert not page.offers("Try again")
    assert not page.offers("Send them with the key in use")
    fake.put(waiting("a", "another"))
    page.rerun().press("Send them with the key in use")
    assert not fake.held["a"].is_held_back


def test_what_waits_for_a_key_can_be_sent_with_the_one_in_use(fake: FakeQueue) -> None:
    fake.put(waiting("a", "another"), waiting("b", "another", sandbox=False))
    fake.state = QueueStatus(0, 4, lacks_account=True)
    page = open_list(Page())
    page.press("Send them with the key in use")
    assert not fake.held["a"].is_held_back
    assert fake.held["b"].is_held_back, "the sandbox doesn't answer for the API"
    assert not page.offers("Send them with the key in use")


def test_recordings_that_are_not_kept_are_said_to_be_lost_by_a_restart(fake: FakeQueue) -> None:
    fake.put(item("a", ItemState.WAITING, in_memory_only=True))
    assert "are lost" in words(open_list(Page()))


@pytest.mark.usefixtures("in_process")
def test_parts_of_a_camera_become_one_recording_and_are_taken_apart_again(
    place: KeptPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    are_chosen = threading.Event()
    joined_recording = joining.joined_recording

    def join_later(*given: Any, **more: Any) -> UploadedRecording:
        assert are_chosen.wait(PATIENCE_S)
        return joined_recording(*given, **more)

    monkeypatch.setattr(joining, "joined_recording", join_later)
    page = open_list(Page())
    one = clips.camera_part(4.0, created="2026-11-27T12:00:00Z")
    talk, two = clips.camera_part(6.0), clips.camera_part(5.0, created="2026-11-27T12:01:04Z")
    for name, data in (("GX010042.MP4", one), ("talk.mp4", talk), ("GX020042.MP4", two)):
        arrive(page, tmp_path, name, data)
    page.rerun()
    assert "parts of one, **GX0042**, with 1:00 missing in between" in words(page)
    assert "each file is still a request of its own" in words(page)
    page.press("Join into one recording")
    assert page.visit.acts.text == "Joining GX0042."
    (run,) = page.visit.kept.many.joins
    page.at.checkbox(key=Key.QUALITY_TIMELINE).uncheck().run()
    are_chosen.set()
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert page.visit.acts.text == "GX0042 is one recording now."
    assert states(page) == {"talk.mp4": "Ready to start", "GX0042.mp4": "Ready to start"}
    joined = rows(page)[1]
    kept = place.of().get(joined["id"])
    assert kept is not None
    assert kept.options["include"] == ["conversation_quality_overall"]
    assert "2 files joined, 1:00 missing · 1:09 · " in joined["about"]
    assert "Each file is sent by itself: 2 requests" in joined["about"]
    assert "3 requests" in words(page)
    assert not page.offers("Join into one recording")
    assert [action["text"] for action in joined["actions"]] == ["Take apart"]
    act(page, "take_apart", joined["id"])
    assert [row["title"] for row in rows(page)] == ["GX010042.MP4", "GX020042.MP4", "talk.mp4"]
    page.press("Keep GX0042 separate")
    assert not page.offers("Join into one recording")


def test_two_clicks_join_once_and_not_before_all_have_arrived(
    place: KeptPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []

    def begin(series: object, **_: object) -> SimpleNamespace:
        begun.append(series)
        return SimpleNamespace(series=series, finished=False, progress=None, cancel=bool)

    monkeypatch.setattr(acting, "JoinRun", begin)
    page = open_list(Page())
    desks: list[Desk] = []
    monkeypatch.setattr(many, "draw_panel", desks.append)
    for name in ("GX010042.MP4", "GX020042.MP4"):
        arrive(page, tmp_path, name, clips.camera_part(4.0))
    page.rerun()
    desk = desks[-1]
    page.visit.kept.many.is_uploading = True
    assert desk.series == []
    page.visit.kept.many.is_uploading = False
    (series,) = desk.series
    for _ in range(2):
        acting.join(desk, series)
    assert begun == [series]
    # Another click that was on its way sends none of the parts alone.
    assert desk.sums.ready
    acting.start(desk)
    acting.act(desk, "start", series.ids[0])
    assert page.visit.kept.many.notice == acting.TOO_LATE
    monkeypatch.setattr(many, "draw_panel", draw_panel)
    page.rerun()
    assert set(states(page).values()) == {"Being joined"}
    assert button(page, Key.MANY_START).disabled
    assert all(row.stage == ItemState.PAUSED for row in QueueRows(desk.library.access).all())


def test_parts_without_times_are_joined_end_to_end_and_that_is_said(
    place: KeptPlace, tmp_path: Path
) -> None:
    page = open_list(Page())
    for name in ("GX010042.MP4", "GX020042.MP4"):
        arrive(page, tmp_path, name, clips.camera_part(4.0))
    assert "they would be joined end to end" in words(page.rerun())
    other = clips.camera_part(4.0, size=(64, 48))
    arrive(page, tmp_path, "GX020043.MP4", other)
    arrive(page, tmp_path, "GX010043.MP4", clips.camera_part(4.0))
    assert "GX0043" not in words(page.rerun())


def test_names_from_outside_are_text(fake: FakeQueue) -> None:
    name = "**a** <img src=x onerror=alert(1)> $x$.mp4"
    fake.put(item("a", file_name=name))
    page = open_list(Page())
    assert rows(page)[0]["title"] == name
    assert "onerror" not in words(page)


def test_a_library_that_cannot_be_read_is_said(
    fake: FakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_list(Page())

    def fail(*_: object, **__: object) -> None:
        raise LibraryError("The disk is gone.")

    monkeypatch.setattr(fake, "items", fail)
    page.rerun()
    assert any("The disk is gone." in each.value.replace("\\", "") for each in page.at.error)


# Elsewhere on the page


def test_the_start_page_leads_to_the_list(fake: FakeQueue) -> None:
    assert not Page().offers("Show the list")
    fake.put(item("a", ItemState.DONE), item("b", ItemState.SENDING), item("c"))
    page = Page()
    assert "**Many recordings:** 1 not started · 1 of 2 analyzed" in words(page)
    page.press("Show the list")
    assert len(rows(page)) == 3
    page.press("Close the list")
    assert page.offers("Show the list")
    assert page.address == {}


def test_a_recording_of_an_earlier_visit_is_not_sent_again_unasked(place: KeptPlace) -> None:
    data = clips.recording(duration_s=4)
    assert Page().upload(data).analyze().visit.results.shown is not None
    again = Page().upload(data, "renamed.mp4")
    assert "You analyzed this recording with the same options" in words(again)
    assert again.offers("Analyze it again")
    again.press("Open that result")
    assert again.visit.run is None
    assert again.visit.results.shown is not None
    assert again.visit.results.shown.name == "talk.mp4"


def test_other_options_are_another_analysis(place: KeptPlace) -> None:
    data = clips.recording(duration_s=4)
    Page().upload(data).analyze()
    again = Page().upload(data)
    again.at.checkbox(key=Key.QUALITY_TIMELINE).uncheck().run()
    assert not again.offers("Open that result")
    assert again.offers("Analyze")


# Without a library


def test_without_a_library_results_last_for_the_visit_and_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTERHUMAN_LIBRARY", "off")
    page = open_list(Page())
    arrive(page, tmp_path, "one.mp4", clips.recording(duration_s=8))
    page.rerun()
    assert "gone when you close or reload it" in words(page)
    own = page.visit.kept.many.own
    assert own is not None
    folder = own.recordings.folder.parent.parent
    assert folder.is_dir()
    page.press("Analyze 1 recording")
    library = own.library
    wait_until(partial(is_done, library), within_s=PATIENCE_S)
    page.rerun()
    connection = Connection(state.sandbox().base_url, Credentials("id", "word"), sandbox=True)
    acting.act(reading.desk_of(page.visit, connection, library), "open", id_of(page, "one.mp4"))
    page.rerun()
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.name == "one.mp4"
    assert page.address == {}
    page.visit.results.all.clear()
    page.visit.results.put_away()
    page.visit.kept.many.own = None
    del own, library
    gc.collect()
    assert not folder.exists()


def test_a_library_that_comes_late_hides_nothing_and_can_take_the_results(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(libraries, "RETRY_AFTER_S", 0.0)
    blocking = tmp_path / "library"
    blocking.write_text("not a folder yet")
    monkeypatch.setenv("INTERHUMAN_LIBRARY", str(blocking))
    monkeypatch.setattr(sign_in, "is_local_visitor", lambda: True)
    page = open_list(Page())
    for number in (1, 2):
        arrive(page, tmp_path, f"{number}.mp4", clips.recording(duration_s=3 + number))
    page.rerun()
    blocking.unlink()
    place = KeptPlace(blocking)
    page.rerun()
    assert page.visit.kept.library is not None
    assert list(states(page)) == ["1.mp4", "2.mp4"]
    assert "begun without your library" in words(page)
    page.press("Show the library's list")
    assert states(page) == {}
    assert "2 recordings added without your library" in words(page)
    page.press("Show that list")
    page.press("Analyze 2 recordings")
    own = page.visit.kept.many.own
    assert own is not None
    wait_until(lambda: all(row.state == DONE for row in own.library.page().rows))
    page.rerun()
    connection = Connection(state.sandbox().base_url, Credentials("id", "word"), sandbox=True)
    desk = reading.desk_of(page.visit, connection, own.library)
    acting.act(desk, "open", id_of(page, "1.mp4"))
    opened = page.visit.results.all[0]
    note = Note("00000000-note", 1.0, 1.0, "Look here")
    added = Added(None, None, before=Annotations(notes=(note,)))
    page.at.session_state[opened.key("added")] = added
    kept = page.visit.kept.library
    kept_in = cast(RecordingsFolder, kept.recordings)
    kept_in.limit_bytes = len(clips.recording(duration_s=4))
    assert len(clips.recording(duration_s=5)) > kept_in.limit_bytes
    open_list(page).press("Save 2 results to the library")
    assert states(page) == {}
    assert "**2.mp4** was saved without its recording: The recording is larger" in words(page)
    rows_there = place.of().page().rows
    assert {row.name: row.state for row in rows_there} == {"1.mp4": DONE, "2.mp4": DONE}
    has_recording = {row.name: kept_in.find(row.sha256 or "") is not None for row in rows_there}
    assert has_recording == {"1.mp4": True, "2.mp4": False}
    kept_id = page.visit.results.all[0].kept_id
    assert kept_id in {row.id for row in rows_there if row.name == "1.mp4"}
    assert annotations_of(kept.access, kept_id or "") == added.annotations
    assert not page.offers("Show that list")
    page.visit.kept.many.shows_library = True
    assert not page.rerun().visit.kept.many.shows_library


def test_a_key_that_was_taken_back_is_not_used_any_more(fake: FakeQueue) -> None:
    page = Page()
    before = {each.key for each in fake.accounts}
    page.visit.access.credentials = Credentials("own", "word")
    page.visit.access.starts_with_api = True
    page.at.radio(key=Key.TARGET).set_value(API).run()
    (own,) = {each.key for each in fake.accounts} - before
    page.visit.use_credentials(Credentials("another", "word"))
    page.rerun()
    (other,) = {each.key for each in fake.accounts} - before
    assert other != own
    page.visit.use_credentials(None)
    page.rerun()
    assert {each.key for each in fake.accounts} == before
