"""The library on the page: what is analyzed stays, is found, named, deleted, and nobody else's."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from interhuman.annotations import Annotations, Note, packed
from interhuman.answers.saved import dump, load
from interhuman.errors import InterhumanConfigError, LibraryError
from interhuman.library.library import Library
from interhuman.library.rows import UNDATED
from interhuman.library.workers import WORKED_ON
from interhuman.media.facts import SoundChoice
from interhuman.page import address, open_kept, player, secrets_file, sign_in
from interhuman.page.keys import Key
from interhuman.page.library import entry
from interhuman.page.library import library as library_page
from interhuman.page.result import downloads
from interhuman.runs import recording as recording_module
from interhuman.runs.kept_results import kept_results
from interhuman.runs.record import OPENED
from interhuman.runs.recording import UploadedRecording
from tests import clips, examples
from tests.media.odd_clips import joined
from tests.page.conftest import Page, page_of
from tests.page.kept import BODY, KeptPlace, answer, use_library
from tests.page.result.test_result import open_tab, sent_to
from tests.server import ANALYZE, Scripted, Server, api_error

ALICE = {"is_logged_in": True, "iss": "https://id.example", "sub": "alice"}
BOB = {"is_logged_in": True, "iss": "https://id.example", "sub": "bob"}
AUTH = {
    "redirect_uri": "http://localhost/oauth2callback",
    "cookie_secret": "a long secret of the tests alone",
    "client_id": "c",
    "client_secret": "s",
    "server_metadata_url": "https://id.example/.well-known/openid-configuration",
}
ANSWER = Scripted(status=200, body=BODY)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KeptPlace:
    """A library beside the page, whose visitor sits at this machine."""
    return use_library(monkeypatch, tmp_path / "library")


def analyzed(server: Server, data: bytes | None = None) -> Page:
    """Analyze a recording with `server` as the API."""
    return page_of(server).upload(data or clips.recording()).analyze()


def the_id(page: Page) -> str:
    """Return the id of the result that is shown."""
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.kept_id is not None
    return page.visit.results.shown.kept_id


def edit(page: Page, id: str) -> Page:
    """Open the dialog for an analysis, as a click in the list does, which AppTest cannot do."""
    entry.edit(page.visit, id)
    return page.rerun()


# Keeping


def test_an_analysis_is_kept_and_found_by_its_address_in_a_new_visit(place: KeptPlace) -> None:
    recording = clips.recording()
    with Server() as server:
        server.script(ANALYZE, ANSWER)
        first = analyzed(server, recording)
        id = the_id(first)
        assert first.address == {"result": id}
        second = Page(address={"result": id})
        assert len(server.requests(ANALYZE)) == 1
    assert first.visit.results.shown is not None
    shown = second.visit.results.shown
    assert shown is not None
    assert shown.analysis == first.visit.results.shown.analysis
    assert shown.recording is not None
    assert shown.recording.path.read_bytes() == recording
    assert shown.recording.path.is_relative_to(place.folder), "the library's own file, no copy"
    assert second.address == {"result": id}
    assert not second.at.exception


def test_what_a_kept_recording_is_was_read_before_it_was_sent(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server() as server:
        server.script(ANALYZE, ANSWER)
        first = analyzed(server)
    before = first.visit.results.shown
    assert before is not None
    assert before.recording is not None
    monkeypatch.setattr(recording_module, "probe", lambda *_: pytest.fail("it is read again"))
    shown = Page(address={"result": the_id(first)}).visit.results.shown
    assert shown is not None
    assert shown.recording is not None
    assert shown.recording.probe == before.recording.probe


@pytest.mark.parametrize("odd", [None, 1, {"container": 1}, {"a": 1}, {"width": 5}])
def test_a_header_of_another_form_is_read_anew(place: KeptPlace, odd: object) -> None:
    path = place.folder / "talk.mp4"
    path.write_bytes(clips.recording(4.0))
    assert UploadedRecording.in_file("talk.mp4", path, "0" * 64, header=odd).probe.has_picture


def test_which_track_was_analyzed_is_known_when_the_result_is_opened_again(
    place: KeptPlace,
) -> None:
    silent, voice = (
        clips.recording(4.0, video=False, container="m4a", silences=silences)
        for silences in (((0.0, 4.0),), ())
    )
    with Server() as server:
        server.script(ANALYZE, ANSWER)
        first = page_of(server).upload(joined(clips.recording(4.0, audio=False), silent, voice))
        id = the_id(first.read_through().analyze())
        again = Page(address={"result": id})
    assert again.visit.results.shown is not None
    assert again.visit.results.shown.sound == SoundChoice(1)
    assert player.OTHER_TRACK.format(2) in [caption.value for caption in again.at.caption]
    assert player.OTHER_TRACK.format(2) not in [caption.value for caption in first.at.caption]


def test_a_row_says_what_was_asked_and_what_came(place: KeptPlace) -> None:
    recording = clips.recording(duration_s=12)
    with Server() as server:
        server.script(ANALYZE, ANSWER)
        id = the_id(analyzed(server, recording))
    row = place.of().get(id)
    assert row is not None
    assert (row.name, row.model, row.state, row.sandbox) == ("talk.mp4", "inter-1", "done", False)
    assert row.size_bytes == len(recording)
    assert row.duration_s == pytest.approx(12, abs=0.2)
    assert row.signal_count == len(examples.FULL["signals"])
    assert row.options["include"] == [
        "conversation_quality_overall",
        "conversation_quality_timeline",
    ]
    assert place.of().raw(id) == BODY


def test_a_failed_analysis_is_kept_with_its_reason(place: KeptPlace) -> None:
    with Server() as server:
        server.script(ANALYZE, Scripted(status=200, body=b"not JSON"))
        analyzed(server)
    (row,) = place.of().page().rows
    assert row.state == "failed"
    assert row.failure
    assert place.of().raw(row.id) == b"not JSON"


def test_a_result_that_could_not_be_kept_is_on_the_page_and_says_so(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise LibraryError("The disk that holds the library is full.", problem="full")

    monkeypatch.setattr(Library, "store_answer", refuse)
    with Server() as server:
        server.script(ANALYZE, ANSWER)
        page = analyzed(server)
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.kept_id is None
    assert page.address == {}
    assert any("library is full" in warning.value for warning in page.at.main.warning)
    (row,) = place.of().page().rows
    assert row.state == "failed"
    assert "couldn't be saved" in (row.failure or "")


def test_a_library_that_cannot_be_opened_costs_no_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("INTERHUMAN_LIBRARY", str(tmp_path / "file"))
    monkeypatch.setattr(sign_in, "is_local_visitor", lambda: True)
    with Server() as server:
        server.script(ANALYZE, ANSWER)
        page = analyzed(server)
    assert page.visit.results.shown is not None
    warnings = [warning.value.replace("\\", "") for warning in page.at.main.warning]
    assert any("can't be opened" in words for words in warnings)
    assert any("kept in memory only" in error.value for error in page.at.error)


def test_an_opened_file_is_kept_the_same_bytes_once(place: KeptPlace) -> None:
    for _ in range(2):
        page = Page().press("Open a saved result")
        page.at.file_uploader(key="saved").set_value(("a.json", BODY, "application/json"))
        page.press("Open this result")
        assert page.visit.results.shown is not None
    (row,) = place.of().page().rows
    assert row.options == {OPENED: True, UNDATED: True}
    assert page.address == {"result": row.id}


def test_a_file_that_is_opened_twice_is_one_result_with_what_the_second_adds(
    place: KeptPlace,
) -> None:
    analysis = examples.read(examples.FULL)
    note = Note("0123456789ab", 3.0, 3.0, "Look here")
    page = Page()
    for notes, about in (((), ""), ((note,), "Second take"), ((note,), "Third take")):
        saved = dump(
            analysis,
            recording="talk.mp4",
            saved_at=datetime.now(UTC),
            annotations=Annotations(notes=notes),
            note=about,
        )
        page.new_analysis().press("Open a saved result")
        page.at.file_uploader(key="saved").set_value(("a.json", saved, "application/json"))
        page.press("Open this result")
    (result,) = page.visit.results.all
    assert page.visit.results.shown is result
    assert sent_to(page, "now")["annotations"]["items"] == packed(Annotations((note,)))
    assert result.note == "Second take", "what is kept is not replaced by a file's"
    (row,) = place.of().page().rows
    assert row.note == "Second take"


@pytest.mark.parametrize(
    ("raw", "submitted_at"),
    [
        (BODY, None),
        (
            b'{"job_id": "%s", "status": "completed", "created_at": "2024-02-29T12:30:00Z", '
            b'"result": {"windows": []}}' % (b"0" * 32),
            datetime(2024, 2, 29, 12, 30, tzinfo=UTC),
        ),
    ],
    ids=["Inter-1", "a job"],
)
def test_an_answer_from_a_file_has_the_date_that_it_says_or_none(
    raw: bytes, submitted_at: datetime | None, place: KeptPlace
) -> None:
    page = Page().press("Open a saved result")
    page.at.file_uploader(key="saved").set_value(("a.json", raw, "application/json"))
    page.press("Open this result")
    result, library = page.visit.results.shown, place.of()
    assert result is not None
    (row,) = library.page().rows
    (exported,) = kept_results(library, [row.id], leave_out=lambda *_: None)
    again = load(downloads.SAVED.make(result, Annotations()))
    dates = {result.named().analyzed_at, row.analyzed_at, exported.analyzed_at, again.saved_at}
    assert dates == {submitted_at}
    assert ("date not known" in page.text) == (submitted_at is None)


def test_a_saved_result_has_the_date_of_its_file_unless_that_lies_ahead(place: KeptPlace) -> None:
    old, ahead = datetime(2024, 2, 29, 12, 30, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
    page = Page()
    for said, saved_at in ((examples.FULL, old), ({"signals": []}, ahead)):
        saved = dump(examples.read(said), recording="talk.mp4", saved_at=saved_at)
        page.new_analysis().press("Open a saved result")
        page.at.file_uploader(key="saved").set_value(("a.json", saved, "application/json"))
        page.press("Open this result")
    first, second = page.visit.results.all
    assert first.arrived_at == first.named().analyzed_at == old
    assert old < second.arrived_at <= datetime.now(UTC)
    listed = [(row.id, row.created_at) for row in place.of().page().rows]
    assert listed == [(one.kept_id, one.arrived_at) for one in (second, first)]


def test_a_kept_answer_that_nothing_read_yet_opens(place: KeptPlace) -> None:
    id = place.add(read=False)
    page = Page(address={"result": id})
    assert page.visit.results.shown is not None
    assert page.visit.kept.libraries is not None
    assert page.visit.kept.libraries.wait_until_caught_up(30)
    row = place.of().get(id)
    assert row is not None
    assert row.state == "done"


LOOK = {"t": "12.5", "types": "0", "q": "a", "panel": "moments", "score": "clarity", "tab": "json"}


def test_what_is_looked_at_stays_in_the_address_and_goes_with_its_result(place: KeptPlace) -> None:
    id, other = place.add(), place.add()
    page = Page(address={"result": id, **LOOK})
    assert page.address == {"result": id, **LOOK}
    assert sent_to(page, "now")["tab"] == "json"
    open_tab(page, "Table")
    assert sent_to(page, "now")["tab"] == "table"
    assert page.address == {"result": id, **LOOK}, "the browser alone writes it"
    open_kept.open_result(page.visit, other)
    assert page.rerun().address == {"result": other}
    assert sent_to(page, "now")["tab"] == ""
    assert page.go_to("library").address == {}


def test_what_makes_no_sense_in_the_address_is_ignored(place: KeptPlace) -> None:
    wrong = {"t": "<script>", "types": "x,999", "panel": "1", "score": "**", "tab": "**"}
    page = Page(address={"result": place.add(), **wrong})
    assert sent_to(page, "now")["tab"] == ""
    assert sent_to(page, "chips")["filter"] == {"rows": [], "probabilities": [], "phrase": ""}
    assert not page.at.exception


def test_back_and_forward_open_what_the_address_names(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [place.add(), place.add()]
    page = Page(address={"result": ids[0]})
    open_kept.open_result(page.visit, ids[1])
    page.rerun()
    monkeypatch.setattr(address, "is_from_history", lambda: True)
    for leads_to in ({"result": ids[0], "tab": "table"}, {}, {"result": ids[1]}):
        page.at.query_params.clear()
        for name, value in leads_to.items():
            page.at.query_params[name] = value
        page.rerun()
        shown = page.visit.results.shown
        assert (shown.kept_id if shown is not None else None) == leads_to.get("result")
        assert page.address == leads_to
    assert len(page.visit.results.all) == 2
    page.at.query_params["result"] = "0" * 22
    assert open_kept.NOT_HERE in [info.value for info in page.rerun().at.info]
    assert page.address == {}


# The recording


def test_without_its_recording_a_result_asks_for_it_and_knows_it(place: KeptPlace) -> None:
    with Server() as server:
        server.script(ANALYZE, ANSWER)
        recording = clips.recording()
        id = the_id(analyzed(server, recording))
    recordings = place.of().recordings
    assert recordings is not None
    recordings.delete_unused(tuple, freed={hashlib.sha256(recording).hexdigest()})
    for data, another in ((clips.recording(duration_s=7), True), (recording, False)):
        page = Page(address={"result": id})
        shown = page.visit.results.shown
        assert shown is not None
        assert shown.recording is None
        page.at.file_uploader(key=shown.key("recording")).set_value(
            ("talk.mp4", data, "video/mp4")
        ).run()
        assert page.visit.results.shown is not None
        assert page.visit.results.shown.recording is not None
        warnings = [warning.value for warning in page.at.main.warning]
        assert any("isn't the file that was analyzed" in words for words in warnings) == another
        assert (recordings.space_used() > 0) == (not another)


def test_recordings_are_not_kept_where_that_is_off(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERHUMAN_RECORDINGS_MB", "off")
    with Server() as server:
        server.script(ANALYZE, ANSWER)
        page = analyzed(server)
    assert the_id(page)
    assert not (place.folder / "recordings").exists()
    assert "recordings aren't saved" in page.go_to("library").text.replace("\\", "")


# The page "Library"


def test_an_empty_library_says_what_it_is_for(place: KeptPlace) -> None:
    page = Page().go_to("library")
    captions = [caption.value for caption in page.at.caption]
    assert library_page.EMPTY in captions
    assert any("mylib" in words or "library" in words for words in captions)
    assert not page.at.exception


def test_a_library_where_its_file_can_be_damaged_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_library(monkeypatch, tmp_path / "OneDrive - Work" / "library")
    (warning,) = Page().go_to("library").at.warning
    assert "in a folder that OneDrive syncs" in warning.value.replace("\\", "")


def test_it_lists_searches_and_opens(place: KeptPlace) -> None:
    ids = {name: place.add(name=f"{name}.mp4") for name in ("pitch", "lesson")}
    page = Page().go_to("library")
    assert all(f"{name}.mp4" in page.text for name in ids)
    assert r"\"caption\": \"2 analyses\"" in page.text
    page.at.text_input(key=Key.LIBRARY_SEARCH).input("PITCH").run()
    assert "pitch.mp4" in page.text
    assert "lesson.mp4" not in page.text
    assert r"\"caption\": \"1 of 2 analyses\"" in page.text
    page.at.text_input(key=Key.LIBRARY_SEARCH).input("neither").run()
    assert library_page.NO_MATCH in [caption.value for caption in page.at.caption]
    open_kept.open_result(page.visit, ids["lesson"])
    page.rerun()
    assert page.visit.results.shown is not None
    assert page.address == {"result": ids["lesson"]}


def test_fifty_rows_are_on_a_page(place: KeptPlace) -> None:
    library = place.of()
    for number in range(library_page.ROWS + 1):
        library.fail(library.begin(name=f"talk-{number:03d}.mp4", model="inter-1"), "no")
    page = Page().go_to("library")
    assert page.text.count("talk-050.mp4")
    assert "talk-000.mp4" not in page.text
    page.at.session_state[Key.LIBRARY_PAGE] = 2
    page.rerun()
    assert "talk-000.mp4" in page.text
    assert "talk-050.mp4" not in page.text
    page.at.text_input(key=Key.LIBRARY_SEARCH).input("talk-050").run()
    assert "talk-050.mp4" in page.text


def test_title_labels_and_note_are_kept(place: KeptPlace) -> None:
    id = place.add()
    page = Page(address={"result": id}).go_to("library")
    edit(page, id)
    page.at.text_input(key=f"{Key.ENTRY_TITLE}-{id}").input(" My *first*  pitch ")
    page.at.text_input(key=f"{Key.ENTRY_LABELS}-{id}").input("sales, , pitch, SALES")
    page.at.text_area(key=f"{Key.ENTRY_NOTE}-{id}").input("Watch the pause.")
    page.press("Save")
    row = place.of().get(id)
    assert row is not None
    assert (row.title, row.labels, row.note) == (
        "My *first* pitch",
        ("sales", "pitch"),
        "Watch the pause.",
    )
    assert page.visit.kept.editing is None
    assert page.visit.results.all[0].name == "My *first* pitch"
    assert not page.at.exception


def test_a_deleted_analysis_comes_back_with_undo(place: KeptPlace) -> None:
    id = place.add()
    page = Page(address={"result": id}).go_to("library")
    assert entry.FILES_STAY in edit(page, id).text
    page.press("Delete")
    assert place.of().get(id) is None
    assert page.visit.results.present == []
    assert page.visit.results.shown is None
    assert library_page.EMPTY in page.text
    page.press("Undo")
    assert place.of().get(id) is not None
    assert len(page.visit.results.present) == 1
    assert not page.offers("Undo")


def test_undo_is_offered_after_a_reload_and_in_another_tab(place: KeptPlace) -> None:
    id = place.add()
    edit(Page().go_to("library"), id).press("Delete")
    again = Page().go_to("library")
    assert again.offers("Undo")
    again.press("Undo")
    assert place.of().get(id) is not None


def test_an_undo_that_failed_is_still_offered(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = place.add()
    page = edit(Page().go_to("library"), id).press("Delete")
    with monkeypatch.context() as locked:
        locked.setattr(Library, "undo", _fail)
        page.press("Undo")
    assert "It is locked" in page.text
    assert page.rerun().press("Undo").offers("Undo") is False
    assert place.of().get(id) is not None


def test_results_stay_where_not_everything_could_be_deleted(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(address={"result": place.add()}).go_to("library")
    with monkeypatch.context() as locked:
        locked.setattr(Library, "delete_everything", _fail)
        page.press("Delete 1 analysis")
    assert "It is locked" in page.text
    assert len(page.visit.results.present) == 1


def _fail(*_: object) -> None:
    raise LibraryError("It is locked.", problem="locked")


def test_two_tabs_that_edit_one_analysis_both_keep_what_they_changed(place: KeptPlace) -> None:
    id = place.add()
    one, other = (edit(Page(address={"result": id}), id) for _ in range(2))
    one.at.text_input(key=f"{Key.ENTRY_TITLE}-{id}").input("First pitch")
    one.press("Save")
    other.at.text_area(key=f"{Key.ENTRY_NOTE}-{id}").input("Speaks fast")
    other.press("Save")
    row = place.of().get(id)
    assert row is not None
    assert (row.title, row.note) == ("First pitch", "Speaks fast")
    shown = other.visit.results.shown
    assert shown is not None
    assert (shown.name, shown.note) == ("First pitch", "Speaks fast"), "its head has both"


def test_an_edit_that_fails_on_a_result_says_so_there_and_opens_nothing_later(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = place.add()
    page = Page(address={"result": id})
    with monkeypatch.context() as locked:
        locked.setattr(Library, "get", _fail)
        edit(page, id)
    assert [warning.value for warning in page.at.main.warning] == [r"It is locked\."]
    page.rerun()
    assert "It is locked" not in page.text
    assert page.visit.kept.editing is None


def test_a_dialog_that_back_left_open_does_not_open_again_by_itself(place: KeptPlace) -> None:
    id = place.add()
    page = edit(Page(address={"result": id}), id)
    assert page.offers("Save")
    page.go_to("library")
    assert not page.offers("Save")
    page.at.query_params["result"] = id  # as the address is to which Back leads
    page.go_to("")
    assert page.visit.results.shown is not None
    assert not page.offers("Save")


def test_what_two_tabs_changed_is_replaced_only_when_asked_for_again(place: KeptPlace) -> None:
    id = place.add()
    one, other = (edit(Page().go_to("library"), id) for _ in range(2))
    for page, title in ((one, "First"), (other, "Second")):
        page.at.text_input(key=f"{Key.ENTRY_TITLE}-{id}").input(title)
        page.press("Save")
    assert "In another tab, the title was changed to “First”" in other.text
    assert [row.title for row in place.of().page().rows] == ["First"]
    other.press("Save")
    assert [row.title for row in place.of().page().rows] == ["Second"]
    assert other.visit.kept.editing is None


def test_everything_is_deleted_at_once_after_a_question(place: KeptPlace) -> None:
    recordings = place.of().recordings
    assert recordings is not None
    left_over = recordings.find(recordings.keep(b"of nobody"))
    assert isinstance(left_over, Path)
    os.utime(left_over, (10, 10))
    ids = [place.add(), place.add(owner="somebody else")]
    page = Page(address={"result": ids[0]}).go_to("library")
    assert entry.FILES_STAY in page.text
    page.press("Delete 1 analysis")
    assert place.of().page().total == 0
    assert recordings.space_used() == 0
    assert page.visit.results.present == []
    assert place.of("somebody else").get(ids[1]) is not None


def test_a_failure_is_forgotten_with_everything_else(place: KeptPlace) -> None:
    with Server() as server:
        server.script(ANALYZE, api_error(500, "ih1001"))
        page = analyzed(server).go_to("library")
        assert "The analysis of" in page.text
        page.press("Delete 1 analysis")
    assert page.visit.failure is None
    assert "The analysis of" not in page.rerun().text


def test_the_page_says_why_there_is_no_library(page: Page) -> None:
    assert "library is turned off" in page.go_to("library").text


def test_a_library_of_a_newer_version_is_read_and_not_changed(place: KeptPlace) -> None:
    id = place.add()
    with place.of().access.writing() as connection:
        connection.exec_driver_sql("INSERT INTO schema_version VALUES (999, 0)")
    page = Page(address={"result": id})
    assert page.visit.results.shown is not None
    page.go_to("library")
    assert any("newer version" in info.value for info in page.at.info)
    edit(page, id)
    assert page.locked("Save")
    assert page.locked("Delete")
    assert not page.offers("Delete 1 analysis")


def test_text_from_outside_stays_text(place: KeptPlace) -> None:
    id = place.add(name=examples.HOSTILE)
    place.of().describe(id, title="**bold** <script>x</script>")
    page = Page().go_to("library")
    edit(page, id)
    for node in page.nodes("markdown"):
        assert "<script>" not in node.proto.body
    page.press("Delete")
    words = next(m.value for m in page.at.markdown if "You can undo" in m.value)
    assert r"\*\*bold" in words


# Whose


def test_a_visitor_from_outside_gets_nothing_by_any_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = use_library(monkeypatch, tmp_path / "library", local=lambda: False)
    id = place.add(name="SecretPitch.mp4")
    library = place.of()
    library.attach_job(id, job_id="a" * 32, expires_at=None)
    for query in (
        {"result": id},
        {"result": id, "t": "3"},
        {"job": "a" * 32, "at": "interhuman"},
        {"run": "a" * 32},
    ):
        page = Page(address=query)
        assert page.visit.kept.library is None
        assert page.visit.results.all == []
        assert "SecretPitch" not in page.text
        assert "SecretPitch" not in page.go_to("library").text
        assert "tell its visitors apart" in page.text


def test_the_words_are_the_same_whether_a_result_exists_or_not(place: KeptPlace) -> None:
    others = place.add(owner="somebody else", name="SecretPitch.mp4")
    said = []
    for id in (others, "A" * 22, "x", "../../etc/passwd", "<script>"):
        page = Page(address={"result": id})
        assert page.visit.results.all == []
        said.append([info.value for info in page.at.info])
        assert page.address == {}
    assert open_kept.NOT_HERE in said[0]
    assert all(words == said[0] for words in said)


def test_with_sign_in_everybody_has_rows_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = use_library(monkeypatch, tmp_path / "library", local=lambda: False)
    of_alice = place.add(owner="https://id.example alice", name="AlicePitch.mp4")
    mine = Page(address={"result": of_alice}, user=ALICE, auth=AUTH)
    assert mine.visit.results.shown is not None
    assert "AlicePitch" in mine.go_to("library").text
    for user in (BOB, {"is_logged_in": False}, {**ALICE, "is_logged_in": False}, {}):
        other = Page(address={"result": of_alice}, user=user, auth=AUTH)
        assert other.visit.results.all == []
        assert "AlicePitch" not in other.text
        assert "AlicePitch" not in other.go_to("library").text
        # What a page sends back is no more to be believed than its address.
        other.visit.kept.editing = of_alice
        open_kept.open_result(other.visit, of_alice)
        other.rerun()
        assert other.visit.results.all == []
        assert "AlicePitch" not in other.text


def test_with_sign_in_nobody_is_the_person_at_the_machine(place: KeptPlace) -> None:
    id = place.add(name="SecretPitch.mp4")
    for named in (id, "x"):
        page = Page(address={"result": named, "t": "30"}, user={"is_logged_in": False}, auth=AUTH)
        assert page.visit.kept.library is None
        assert page.visit.address_after_sign_in == f"result={named}&t=30"
        assert [info.value for info in page.at.info][-1] == open_kept.SIGN_IN_FIRST
        assert page.offers("Sign in")
    assert "SecretPitch" not in page.go_to("library").text
    assert page.offers("Sign in")


def test_settings_that_cannot_be_read_show_nobody_anything(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise InterhumanConfigError("The secrets file can't be read.")

    id = place.add(name="SecretPitch.mp4")
    before = Page(address={"result": id})
    monkeypatch.setattr(secrets_file, "table", refuse)
    for page in (before.rerun(), Page(address={"result": id})):
        assert not page.at.exception
        assert page.visit.kept.library is None
        assert "SecretPitch" not in page.text
        assert "SecretPitch" not in page.go_to("library").text
        assert not page.at.exception


def test_whoever_signs_out_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = use_library(monkeypatch, tmp_path / "library", local=lambda: False)
    id = place.add(owner="https://id.example alice", name="AlicePitch.mp4")
    page = Page(address={"result": id}, user=ALICE, auth=AUTH)
    assert page.visit.results.all
    page.at.user = {"is_logged_in": False}
    page.rerun()
    assert page.visit.results.all == []
    assert "AlicePitch" not in page.text


def test_an_address_of_a_job_that_is_kept_asks_nobody(place: KeptPlace) -> None:
    id = place.add()
    place.of().attach_job(id, job_id="a" * 32, expires_at=None)
    with Server() as server:
        page = page_of(server, address={"job": "a" * 32, "at": "interhuman"})
        assert server.seen == []
    assert page.visit.results.shown is not None
    assert page.address == {"result": id}


def test_the_same_answer_of_an_analysis_and_of_a_file_is_one(place: KeptPlace) -> None:
    id = place.add()
    found = place.of().of_answer(BODY)
    assert found is not None
    assert found.id == id
    assert place.of("somebody else").of_answer(BODY) is None
    assert place.of().of_answer(BODY + b" ") is None
    assert answer().body == BODY


def test_with_sign_in_the_address_of_a_job_gives_nobody_anothers_result(
    place: KeptPlace,
) -> None:
    alice, bob = (f"https://id.example {name}" for name in ("alice", "bob"))
    place.of(alice).attach_job(place.add(owner=alice), job_id="a" * 32, expires_at=None)
    for user in (BOB, {"is_logged_in": False}):
        page = Page(address={"job": "a" * 32, "at": "sandbox"}, user=user, auth=AUTH).finish()
        assert page.visit.results.all == []
        assert "job" not in page.address
        assert place.of(bob).page().total == 0


def test_editing_what_another_tab_deleted_says_that_it_is_gone(place: KeptPlace) -> None:
    id = place.add()
    one = edit(Page().go_to("library"), id)
    place.of().delete(id)
    one.at.text_input(key=f"{Key.ENTRY_TITLE}-{id}").input("First pitch")
    one.press("Save")
    assert "no longer in the library" in one.text
    gone = edit(Page().go_to("library"), id)
    assert "no longer in the library" in gone.text
    assert gone.visit.kept.editing is None


def test_what_was_deleted_can_be_erased_at_once(place: KeptPlace) -> None:
    place.of().delete(place.add())
    page = Page().go_to("library")
    assert place.of().page().total == 0
    page.press("Delete what's left")
    assert place.of().space_used() == 0


def test_a_response_that_cannot_be_read_is_taken_away_from_the_library(place: KeptPlace) -> None:
    with Server() as server:
        server.script(ANALYZE, replace(ANSWER, body=b"\xff\xfe paid for"))
        analyzed(server)
    (row,) = place.of().page().rows
    page = Page(address={"result": row.id})
    assert "press Edit in the library" in str(page.visit.notice)
    page = edit(page.go_to("library"), row.id)
    offered = [node.proto.label for node in page.nodes("download_button")]
    assert offered == ["Download the response as received"]
    assert place.of().raw(row.id) == b"\xff\xfe paid for"


@pytest.mark.parametrize(
    "delete",
    [lambda library: library.delete(library.page().rows[0].id), Library.delete_everything],
    ids=["its row", "everything"],
)
def test_an_answer_whose_row_was_deleted_gets_another(
    place: KeptPlace, delete: Callable[[Library], None]
) -> None:
    with Server() as server:
        server.script(ANALYZE, replace(ANSWER, before=lambda: delete(place.of())))
        id = the_id(analyzed(server, clips.recording()))
    assert [row.id for row in place.of().page().rows] == [id]
    assert place.of().raw(id) == BODY
    assert not WORKED_ON, "the deleted row, which may be brought back, is nobody's work"
    again = Page(address={"result": id}).visit.results.shown
    assert again is not None
    assert again.recording is not None, "it went with the row, and is kept again"


def place_of(page: Page, words: str) -> tuple[int, ...]:
    """Return where on the page the first element with these words is drawn."""

    def find(node: Any, path: tuple[int, ...]) -> tuple[int, ...] | None:
        for number, child in getattr(node, "children", {}).items():
            here = (*path, number)
            if not getattr(child, "children", None) and words in str(getattr(child, "proto", "")):
                return here
            if (inside := find(child, here)) is not None:
                return inside
        return None

    place = find(page.at.main, ())
    assert place is not None, words
    return place


def test_what_takes_turns_in_one_place_moves_nothing(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list or its caption, the notice of a deletion, and that of a failure."""
    id = place.add()
    page = Page().go_to("library")
    places = [place_of(page, "Saved in")]

    def now() -> None:
        places.append(place_of(page.rerun(), "Saved in"))

    page.at.text_input(key=Key.LIBRARY_SEARCH).set_value("no such analysis").run()
    assert library_page.NO_MATCH in page.text
    now()
    page.at.text_input(key=Key.LIBRARY_SEARCH).set_value("").run()
    place.of().delete(id)
    page.rerun()
    assert page.offers("Undo")
    assert library_page.EMPTY in page.text
    now()
    with monkeypatch.context() as broken:
        broken.setattr(Library, "undo", _fail)
        page.press("Undo")
    assert "It is locked" in page.text
    places.append(place_of(page, "Saved in"))
    page.press("Undo")
    assert not page.offers("Undo")
    now()
    assert len(set(places)) == 1
