from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from interhuman.errors import LibraryError
from interhuman.library import changes
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.listing import MAX_ROWS, SORT_KEYS
from interhuman.library.reading import Summary, read_kept, summarize
from interhuman.library.rows import (
    MAX_LABEL,
    MAX_LABELS,
    MAX_NAME,
    MAX_NOTE,
    MAX_TITLE,
    label_of_search,
    label_search,
)
from interhuman.library.workers import ALIVE_FOR
from interhuman.page.library.listing import row_data
from interhuman.text import displayable
from tests.library.conftest import BODY, NOW, Clock, answer, begin

SUMMARY = Summary(duration_s=31.5, quality_index=64.2, signal_count=3, tracks={"toward": "019"})


def names(library: Library, **how: Any) -> list[str]:
    return [row.name for row in library.page(**how).rows]


def test_an_analysis_from_its_beginning_to_its_end(library: Library) -> None:
    id = library.begin(
        name="Grüße 😀.mp4",
        model="inter-1",
        options={"include": ["conversation_quality_overall"], "context": "a\0b\ud800"},
        duration_s=30.0,
        size_bytes=3_000_000_000,
        sha256="ab" * 32,
    )
    begun = library.get(id)
    assert begun is not None
    assert (begun.state, begun.quality_index, begun.signal_count) == ("running", None, None)
    assert begun.options == {"include": ["conversation_quality_overall"], "context": "a\0b\ud800"}
    assert library.raw(id) is None

    library.store_answer(id, answer(sandbox=True))
    assert library.raw(id) == BODY
    assert library.unread() == (), "this process works on it"
    library.release(id)
    assert [row.id for row in library.unread()] == [id]
    library.finish(id, summary=SUMMARY)

    done = library.get(id)
    assert done is not None
    assert done == replace(
        begun,
        state="done",
        sandbox=True,
        correlation_id="550e8400-e29b",
        duration_s=31.5,
        quality_index=64.2,
        signal_count=3,
        tracks={"toward": "019"},
        updated_at=done.updated_at,
    )
    assert begun.created_at is not None
    assert begun.updated_at is not None
    assert done.updated_at is not None
    assert begun.created_at < begun.updated_at + timedelta(seconds=1) <= done.updated_at
    assert (done.size_bytes, done.sha256) == (3_000_000_000, "ab" * 32)
    assert library.unread() == ()
    assert library.page().rows == (done,)


def test_an_answer_comes_back_byte_for_byte_with_what_came_with_it(library: Library) -> None:
    body = bytes(range(256)) * 5_000
    given = answer(body, status=207, sandbox=True, correlation_id=None, complete=False)
    id = begin(library)
    library.store_answer(id, given)
    assert library.answer(id) == given
    assert library.space_used() == len(body)


@pytest.mark.parametrize("last", [0, 1, 2, 3])
def test_the_most_complete_answer_is_the_one_that_opens(library: Library, last: int) -> None:
    submitted, broken_off = answer(b"job", status=202), answer(b"{", complete=False)
    earlier, whole = answer(b"{}"), answer(BODY)
    come = [submitted, broken_off, earlier, whole]
    order = [one for one in come if one is not come[last]] + [come[last]]
    if last == 2:
        whole = earlier
    id = begin(library)
    for one in order:
        library.store_answer(id, one)
    assert library.answer(id) == whole


def test_an_answer_is_known_by_its_very_bytes(library: Library) -> None:
    body = bytes(range(256)) * 40
    id = begin(library)
    for one in (answer(b"{}"), answer(body)):
        library.store_answer(id, one)
    begin(library)
    found = library.of_answer(body)
    assert found is not None
    assert found.id == id
    assert library.of_answer(body[:-1] + b"x") is None
    assert library.of_answer(body + b"x") is None
    library.delete(id)
    assert library.of_answer(body) is None


def test_a_kept_answer_is_read_with_what_it_does_not_say(library: Library) -> None:
    id = begin(library, duration_s=4.0, sandbox=True)
    library.store_answer(id, answer())
    kept, raw = library.get(id), library.raw(id)
    assert kept is not None
    assert raw is not None
    analysis = read_kept(kept, raw)
    assert (analysis.correlation_id, analysis.sandbox) == ("550e8400-e29b", True)
    assert (analysis.duration_s, analysis.signals[0].end) == (4.0, 4.0)
    library.finish(id, summary=summarize(analysis))
    (row,) = library.page().rows
    assert (row.signal_count, row.quality_index) == (1, None)


def test_a_failure_is_kept_but_never_hides_a_result(library: Library) -> None:
    failed, done = begin(library, "failed.mp4"), begin(library, "done.mp4")
    library.fail(failed, "The API is not\0 there. " * 500)
    library.finish(done, summary=SUMMARY)
    library.fail(done, "too late")
    one, other = library.get(failed), library.get(done)
    assert one is not None
    assert other is not None
    assert one.state == "failed"
    assert one.failure is not None
    assert one.failure.startswith("The API is not\ufffd there.")
    assert (other.state, other.failure) == ("done", None)
    library.finish(failed, summary=SUMMARY)
    again = library.get(failed)
    assert again is not None
    assert (again.state, again.failure) == ("done", None)


def test_jobs_under_way_are_those_that_the_api_still_knows(library: Library, clock: Clock) -> None:
    late, soon = NOW + timedelta(hours=1), NOW + timedelta(minutes=1)
    ids = {name: begin(library, name, model="inter-2") for name in "abcdef"}
    for name in "abcd":
        library.attach_job(ids[name], job_id=f"job-{name}", expires_at=late)
    library.attach_job(ids["e"], job_id="job-e", expires_at=soon)
    library.store_answer(ids["a"], answer(b"accepted", status=202))
    library.store_answer(ids["b"], answer(b"broken off", complete=False))
    library.store_answer(ids["c"], answer(b"the result"))
    library.delete(ids["d"])
    assert library.jobs_under_way() == ()
    for id in ids.values():
        library.release(id)
    assert {row.name for row in library.jobs_under_way()} == {"a", "b", "e"}
    assert [row.name for row in library.unread()] == ["c"]
    clock.now = soon
    under_way = library.jobs_under_way()
    assert {row.name for row in under_way} == {"a", "b"}
    assert {(row.job_id, row.job_expires_at) for row in under_way} == {
        ("job-a", late),
        ("job-b", late),
    }
    waiting = library.of_job("job-a", sandbox=False)
    assert waiting is not None
    assert waiting.id == ids["a"]
    assert library.of_job("job-a", sandbox=True) is None
    assert library.of_job("job\0", sandbox=False) is None


def test_what_cannot_end_any_more_is_closed_with_the_reason(library: Library, clock: Clock) -> None:
    ids = {name: begin(library, name) for name in ("sent", "unsent", "answered", "job", "old job")}
    library.begin_sending(ids["sent"])
    library.store_answer(ids["answered"], answer())
    library.attach_job(ids["job"], job_id="j", expires_at=NOW + timedelta(hours=3))
    library.attach_job(ids["old job"], job_id="o", expires_at=NOW + timedelta(hours=1))
    assert library.close_abandoned() == 0
    clock.now += timedelta(hours=2)
    begin(library, "recent")
    assert library.close_abandoned() == 3
    rows = {row.name: row for row in library.page().rows}
    assert {name for name, row in rows.items() if row.state == "failed"} == {
        "sent",
        "unsent",
        "old job",
    }
    assert "may have been analyzed and billed" in str(rows["sent"].failure)
    assert "stopped before anything was sent" in str(rows["unsent"].failure)
    assert "no longer has this job" in str(rows["old job"].failure)


def test_a_living_process_keeps_what_it_works_on(
    library: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, waiting = begin(library), begin(library)
    library.attach_job(waiting, job_id="j", expires_at=NOW + timedelta(hours=1))
    with monkeypatch.context() as another:
        another.setattr(changes, "this_worker", lambda: "elsewhere 1 0.00")
        for _ in range(4):
            clock.now += ALIVE_FOR / 2
            assert (library.close_abandoned(), library.jobs_under_way()) == (0, ())
            assert not library.claim(waiting)
            another.undo()
            library.keep_alive(upload)
            library.keep_alive(waiting)
            another.setattr(changes, "this_worker", lambda: "elsewhere 1 0.00")
        clock.now += ALIVE_FOR
        assert library.close_abandoned() == 1
        assert [row.id for row in library.jobs_under_way()] == [waiting]
        assert library.claim(waiting)
        assert library.jobs_under_way() == ()
    library.keep_alive(waiting)  # The first one woke up: it is another's by now.
    library.release(waiting)
    assert library.jobs_under_way() == ()


def test_a_computer_that_slept_does_not_give_up_its_own_work(
    library: Library, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(library)
    monkeypatch.setattr(changes, "WORKED_ON", {upload})
    clock.now += timedelta(hours=1)
    assert library.close_abandoned() == 0
    monkeypatch.setattr(changes, "WORKED_ON", set())
    assert library.close_abandoned() == 1


def test_a_process_of_this_machine_that_ended_is_known_at_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from interhuman.library.workers import *; print(this_worker())"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    with monkeypatch.context() as earlier:
        earlier.setattr(changes, "this_worker", ended.stdout.strip)
        upload, waiting = begin(library), begin(library)
        library.attach_job(waiting, job_id="j", expires_at=NOW + timedelta(hours=1))
    assert library.close_abandoned() == 1
    row = library.get(upload)
    assert row is not None
    assert "before anything was sent" in str(row.failure)
    assert [row.id for row in library.jobs_under_way()] == [waiting]
    assert library.claim(waiting)
    assert not library.claim(waiting)


@pytest.mark.parametrize(
    ("search", "label"),
    [
        (label_search("sales, June"), "sales, June"),
        (f"  {label_search('team')} ", "team"),
        ('label:"team" anna', ""),
        ("label:team", ""),
        ("team", ""),
        ('label:""', ""),
        ("", ""),
    ],
)
def test_the_label_that_alone_is_searched_for_is_known(search: str, label: str) -> None:
    assert label_of_search(search) == label


@pytest.mark.parametrize(
    ("search", "finds"),
    [
        ("", {"Übung 100%.mp4", "sales_call.mov", "Straße.mkv"}),
        ("übung", {"Übung 100%.mp4"}),
        ("U\u0308BUNG", {"Übung 100%.mp4"}),
        ("100%", {"Übung 100%.mp4"}),
        ("0%.", {"Übung 100%.mp4"}),
        ("%", {"Übung 100%.mp4"}),
        ("_", {"sales_call.mov"}),
        ("s_l", set()),
        ("/", {"sales_call.mov"}),
        ("\\", set()),
        ("STRASSE", {"Straße.mkv"}),
        ("anna  first", {"sales_call.mov"}),
        ("anna second", set()),
        ("quarter", {"sales_call.mov"}),
        ("Q3", {"Straße.mkv"}),
        ("q3 call", set()),
        ("'; DROP TABLE analyses; --", set()),
        ("\0", set()),
        ("\ud800", set()),
        ("call.\nsales", {"sales_call.mov"}),
        ("x" * 5_000, set()),
        ('"first call"', {"sales_call.mov"}),
        ('"call first"', set()),
        ("anna “FIRST  call”", {"sales_call.mov"}),
        ('"first ca', {"sales_call.mov"}),
        ('"', {"Übung 100%.mp4", "sales_call.mov", "Straße.mkv"}),
        ('label:"Q3"', {"Straße.mkv"}),
        ("label:team", {"Straße.mkv"}),
        ("label:tea", set()),
        ('label:"tea m"', set()),
        (label_search('Q"3'), set()),
        (label_search("Team"), {"Straße.mkv"}),
    ],
)
def test_a_search_looks_at_name_title_labels_and_note(
    library: Library, search: str, finds: set[str]
) -> None:
    begin(library, "Übung 100%.mp4")
    sales, street = begin(library, "sales_call.mov"), begin(library, "Straße.mkv")
    library.describe(sales, title="Anna, first call")
    library.describe(sales, note="Last/first quarter")
    library.describe(street, labels=["Q3", "team"])
    listing = library.page(search=search)
    assert {row.name for row in listing.rows} == finds
    assert listing.total == len(finds)


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("İstanbul.mp4", "istanbul"),
        ("istanbul.mp4", "İSTANBUL"),
        ("Cafe\u0301.mp4", "caf\u00e9"),
        ("Caf\u00e9.mp4", "cafe\u0301"),
        ("Résumé.mp4", "resume"),
        ("STRASSE.mp4", "straße"),
        ("\ud55c\uad6d.mp4", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ],
)
def test_a_search_does_not_mind_case_or_accents(library: Library, name: str, search: str) -> None:
    begin(library, name)
    begin(library, "other.mp4")
    assert names(library, search=search) == [displayable(name)]


def test_only_what_is_given_is_changed_all_or_nothing(library: Library) -> None:
    id = begin(library)
    library.describe(id, title="Title", labels=["a"], note="Note")
    library.describe(id, note="Another")
    with pytest.raises(LibraryError):
        library.describe(id, title="Lost", note="n" * (MAX_NOTE + 1))
    row = library.get(id)
    assert row is not None
    assert (row.title, row.labels, row.note) == ("Title", ("a",), "Another")


def test_what_was_deleted_last_is_known_for_a_while(library: Library, clock: Clock) -> None:
    first, second = begin(library, "first"), begin(library, "second")
    assert library.last_deleted(since=NOW - timedelta(minutes=10)) is None
    library.delete(second)
    clock.now += timedelta(minutes=1)
    library.delete(first)
    last = library.last_deleted(since=clock.now - timedelta(minutes=10))
    assert last is not None
    assert last.id == first
    library.undo(first)
    last = library.last_deleted(since=clock.now - timedelta(minutes=10))
    assert last is not None
    assert last.id == second
    assert library.last_deleted(since=clock.now) is None


def test_a_list_is_sorted_and_cut_into_pages(library: Library) -> None:
    for place, (name, index) in enumerate(
        [("b.mp4", 61.0), ("A.mp4", None), ("c.mp4", 40.0), ("ä.mp4", 80.0)]
    ):
        id = begin(library, name, duration_s=float(place))
        if index is not None:
            summary = replace(SUMMARY, duration_s=None, quality_index=index, signal_count=place)
            library.finish(id, summary=summary)
    assert names(library) == ["ä.mp4", "c.mp4", "A.mp4", "b.mp4"]
    assert names(library, descending=False) == ["b.mp4", "A.mp4", "c.mp4", "ä.mp4"]
    assert names(library, sort="quality_index") == ["ä.mp4", "b.mp4", "c.mp4", "A.mp4"]
    assert names(library, sort="quality_index", descending=False) == [
        "c.mp4",
        "b.mp4",
        "ä.mp4",
        "A.mp4",
    ]
    assert names(library, sort="duration_s", descending=False)[0] == "b.mp4"
    assert names(library, sort="heading", descending=False)[:2] in (
        ["A.mp4", "b.mp4"],
        ["A.mp4", "ä.mp4"],
    )
    assert names(library, limit=2, offset=1) == ["c.mp4", "A.mp4"]
    assert library.page(limit=2, offset=1).total == 4
    assert names(library, limit=-1, offset=-1) == []
    assert names(library, offset=10**30) == []
    for key in SORT_KEYS:
        assert len(names(library, sort=key, limit=10**30)) == 4


def test_a_title_stands_in_the_place_of_the_name(library: Library) -> None:
    id = begin(library, "talk.mp4")
    library.describe(id, title="  Anna,\n first\tcall ")
    kept = library.get(id)
    assert kept is not None
    assert (kept.title, kept.heading) == ("Anna, first call", "Anna, first call")
    library.describe(id, title=" ")
    kept = library.get(id)
    assert kept is not None
    assert (kept.title, kept.heading) == ("", "talk.mp4")
    assert library.page(search="anna").total == 0


def test_labels_that_are_the_same_are_one(library: Library) -> None:
    id = begin(library)
    library.describe(id, labels=["Sales", " sales ", "", "Q3\n2026", "SALES"])
    kept = library.get(id)
    assert kept is not None
    assert kept.labels == ("Sales", "Q3 2026")


def test_what_a_person_writes_is_refused_rather_than_cut(library: Library) -> None:
    id = begin(library, "n" * 1_000)
    too_long: list[Callable[[], None]] = [
        lambda: library.describe(id, title="t" * (MAX_TITLE + 1)),
        lambda: library.describe(id, note="t" * (MAX_NOTE + 1)),
        lambda: library.describe(id, labels=["t" * (MAX_LABEL + 1)]),
        lambda: library.describe(id, labels=[str(number) for number in range(MAX_LABELS + 1)]),
    ]
    for change in too_long:
        with pytest.raises(LibraryError, match="can have up to") as caught:
            change()
        assert caught.value.problem == "too_long"
    kept = library.get(id)
    assert kept is not None
    assert (kept.title, kept.note, kept.labels) == ("", "", ())
    assert len(kept.name) == MAX_NAME


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(max_size=300),
    title=st.text(max_size=MAX_TITLE),
    note=st.text(max_size=300),
    labels=st.lists(st.text(max_size=20), max_size=5),
)
def test_any_text_is_kept_as_far_as_it_can_be_shown(
    library: Library, name: str, title: str, note: str, labels: list[str]
) -> None:
    id = begin(library, name, model=name[:50], options={name: note})
    library.describe(id, title=title)
    library.describe(id, note=note)
    library.describe(id, labels=labels)
    kept = library.get(id)
    assert kept is not None
    assert kept.name[: MAX_NAME - 1].rstrip("…") in displayable(name)
    assert kept.title == " ".join(displayable(title).split())
    assert kept.note == displayable(note).strip()
    assert set(kept.labels) <= {" ".join(displayable(label).split()) for label in labels}
    assert kept.options == {name: note}
    listing = library.page(search=title, limit=MAX_ROWS)
    assert id in {row.id for row in listing.rows} or listing.total > MAX_ROWS
    library.delete(id)
    library.purge(id)


def test_what_is_deleted_comes_back_until_it_is_purged(library: Library) -> None:
    kept, gone = begin(library, "kept.mp4"), begin(library, "gone.mp4")
    library.store_answer(gone, answer())
    library.delete(gone)
    assert library.page().total == 1
    assert (library.get(gone), library.raw(gone), library.unread()) == (None, None, ())
    library.undo(gone)
    assert library.page().total == 2
    assert library.raw(gone) == BODY
    library.purge(gone)
    assert library.raw(gone) == BODY, "only what was deleted is purged"
    library.delete(gone)
    library.purge(gone)
    assert library.space_used() == 0
    with pytest.raises(LibraryError, match="no longer in the library"):
        library.undo(gone)
    assert [row.id for row in library.page().rows] == [kept]


def test_what_was_deleted_long_ago_is_purged_and_the_rest_can_still_come_back(
    library: Library, clock: Clock
) -> None:
    old, recent = begin(library), begin(library)
    library.delete(old)
    clock.now += timedelta(days=1)
    library.delete(recent)
    library.purge_deleted(before=clock.now - timedelta(hours=1))
    library.undo(recent)
    with pytest.raises(LibraryError):
        library.undo(old)
    library.delete(recent)
    library.purge_deleted()
    with pytest.raises(LibraryError):
        library.undo(recent)


@pytest.mark.parametrize("id", ["", "x", "A" * 22, "é" * 22, "\0" * 22, "' OR 1=1 --", "\ud800"])
def test_an_id_that_is_none_finds_nothing_and_changes_nothing(library: Library, id: str) -> None:
    begin(library)
    assert (library.get(id), library.answer(id), library.raw(id)) == (None, None, None)
    changes: list[Callable[[], None]] = [
        lambda: library.store_answer(id, answer()),
        lambda: library.finish(id, summary=SUMMARY),
        lambda: library.fail(id, "why"),
        lambda: library.attach_job(id, job_id="j", expires_at=None),
        lambda: library.describe(id, title="t"),
        lambda: library.describe(id, note="t"),
        lambda: library.describe(id, labels=["t"]),
        lambda: library.delete(id),
        lambda: library.undo(id),
    ]
    for change in changes:
        with pytest.raises(LibraryError, match="no longer in the library") as caught:
            change()
        assert caught.value.problem == "missing"
    library.purge(id)
    assert library.page().total == 1
    assert library.space_used() == 0


def test_ids_are_random_and_fit_an_address(library: Library) -> None:
    ids = {begin(library) for _ in range(50)}
    assert len(ids) == 50
    assert all(len(id) == 22 and id.replace("-", "").replace("_", "").isalnum() for id in ids)


def test_what_is_erased_is_not_on_the_disk_any_more(tmp_path: Path, clock: Clock) -> None:
    engine: Engine = open_engine(tmp_path)
    library = Library(engine, owner="coach", clock=clock)
    needles = [b"Needle-name", b"Needle-title", b"Needle-note", b"Needle-answer"]
    ids = [begin(library, f"Needle-name {place}") for place in range(20)]
    for id in ids:
        library.store_answer(id, answer(b'{"x": "Needle-answer"}' * 2_000))
        library.describe(id, title="Needle-title")
        library.describe(id, note="Needle-note " * 100)

    def on_disk() -> list[bytes]:
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        return [one for one in needles if one in content]

    assert on_disk() == needles
    for id in ids[:-1]:
        library.delete(id)
        library.purge(id)
    assert on_disk() == needles
    library.describe(ids[-1], note="")
    library.describe(ids[-1], title="")
    library.delete_everything()
    assert on_disk() == []
    assert library.page().total == 0
    engine.dispose()


ODD_ROWS = {
    "labels that are no JSON": "labels = 'x'",
    "labels that are no list": "labels = '7'",
    "labels that are no texts": "labels = '[1, null]'",
    "options that are no JSON": "options = '{'",
    "tracks with a family missing": """tracks = '{"toward": "1"}'""",
    "tracks of numbers": """tracks = '{"toward": 1, "engagement": null}'""",
    "tracks that are a list": "tracks = '[]'",
    "a date beyond the calendar": "created_at = 9000000000000000000",
    "a date before the calendar": "created_at = -9000000000000000000",
    "a date at its very end": "created_at = 253402300799999999",
    "a state of another program": "state = 'paused'",
}


NO_TEXT = "cast(x'ff41' AS TEXT)"
"""What SQLite keeps as text although it is no UTF-8."""


@pytest.mark.parametrize(
    "column",
    [
        "name",
        "title",
        "note",
        "labels",
        "options",
        "failure",
        "sha256",
        "correlation_id",
        "tracks",
        "worker",
    ],
)
@pytest.mark.parametrize("value", [NO_TEXT, "x'ff'"], ids=["text", "bytes"])
def test_what_is_no_text_hides_no_other_row(tmp_path: Path, column: str, value: str) -> None:
    engine = open_engine(tmp_path / "library")
    library = Library(engine, owner="coach")
    odd, _ = begin(library, "odd"), begin(library, "other")
    change = f"UPDATE analyses SET {column} = {value} WHERE id = :id"
    with engine.begin() as connection:
        connection.execute(text(change), {"id": odd})
    assert library.page().total == len(library.page().rows) == 2
    (row,) = [row for row in library.page().rows if row.id == odd]
    assert json.dumps(row_data(row, UTC), ensure_ascii=False).encode()
    assert library.page(search="other").total == 1
    assert library.close_abandoned() == 0
    library.delete(odd)
    engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        *("duration_s = 1e300", "duration_s = -5", "quality_index = 1e300"),
        *("signal_count = -1", "signal_count = 2000000000", "size_bytes = -7"),
    ],
)
def test_an_absurd_number_is_none_and_bursts_no_list(
    engine: Engine, library: Library, change: str
) -> None:
    id = begin(library, "odd")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE analyses SET {change} WHERE id = :id"), {"id": id})
    row = library.get(id)
    assert row is not None
    assert getattr(row, change.partition(" ")[0]) is None
    assert all(len(str(value)) < 200 for value in row_data(row, UTC).values())


def test_labels_that_no_text_can_hold_are_shown_as_they_can_be(
    engine: Engine, library: Library
) -> None:
    id = begin(library)
    change = text("UPDATE analyses SET labels = :labels WHERE id = :id")
    with engine.begin() as connection:
        connection.execute(change, {"labels": r'["\ud800"]', "id": id})
    row = library.get(id)
    assert row is not None
    assert "".join(row.labels).encode()


def test_a_library_whose_file_was_deleted_keeps_nothing_in_vain(tmp_path: Path) -> None:
    library = Library(open_engine(tmp_path / "library"), owner="coach")
    begin(library)
    shutil.rmtree(tmp_path / "library")
    with pytest.raises(LibraryError, match="can't be opened"):
        begin(library)


@pytest.mark.parametrize("change", ODD_ROWS.values(), ids=ODD_ROWS)
def test_an_odd_row_hides_no_other(engine: Engine, library: Library, change: str) -> None:
    odd, other = begin(library, "odd"), begin(library, "other")
    library.finish(other, summary=SUMMARY)
    change = change.replace(":", "\\:")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE analyses SET {change} WHERE id = :id"), {"id": odd})
    rows = {row.name: row for row in library.page().rows}
    assert rows.keys() == {"odd", "other"}
    assert library.get(odd) == rows["odd"]
    library.describe(odd, note="It can be edited as well.")
    for zone in (UTC, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Niue")):
        assert row_data(rows["odd"], zone)["title"] == "odd"
