"""No method gives an owner what is another's, whatever it is called with."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.library.reading import Summary
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.library.workers import ALIVE_FOR
from tests.library.conftest import BODY, NOW, Clock, answer, begin, content

SUMMARY = Summary(duration_s=1.0, quality_index=99.0, signal_count=9, tracks={})
SHA256 = "cd" * 32
JOB = "0" * 32


def last_deleted(library: Library, id: str) -> object:
    """Delete what this library may delete, and look for it."""
    with suppress(LibraryError):
        library.delete(id)
    return library.last_deleted(since=NOW - timedelta(minutes=1))


READS: dict[str, Callable[[Library, str], object]] = {
    "get": lambda library, id: library.get(id),
    "answer": lambda library, id: library.answer(id),
    "raw": lambda library, id: library.raw(id),
    "of_answer": lambda library, _: library.of_answer(BODY),
    "of_job": lambda library, _: library.of_job(JOB, sandbox=False),
    "last_deleted": last_deleted,
}
LISTS: dict[str, Callable[[Library, str], Any]] = {
    "page": lambda library, _: library.page().rows,
    "jobs_under_way": lambda library, _: library.jobs_under_way(),
    "unread": lambda library, _: library.unread(),
}
COUNTS: dict[str, Callable[[Library, str], int]] = {
    "space_used": lambda library, _: library.space_used(),
    "close_abandoned": lambda library, _: library.close_abandoned(),
}
CHANGES: dict[str, Callable[[Library, str], None]] = {
    "begin_sending": lambda library, id: library.begin_sending(id),
    "attach_job": lambda library, id: library.attach_job(id, job_id="j", expires_at=None),
    "store_answer": lambda library, id: library.store_answer(id, answer(b"mine")),
    "finish": lambda library, id: library.finish(id, summary=SUMMARY),
    "fail": lambda library, id: library.fail(id, "mine"),
    "describe": lambda library, id: library.describe(id, title="mine"),
    "delete": lambda library, id: library.delete(id),
    "undo": lambda library, id: library.undo(id),
}
WORK: dict[str, Callable[[Library, str], object]] = {
    "keep_alive": lambda library, id: library.keep_alive(id),
    "release": lambda library, id: library.release(id),
    "claim": lambda library, id: library.claim(id),
}
ERASURES: dict[str, Callable[[Library, str], None]] = {
    "purge": lambda library, id: library.purge(id),
    "purge_deleted": lambda library, _: library.purge_deleted(),
    "purge_deleted before": lambda library, _: library.purge_deleted(
        before=NOW + timedelta(days=9)
    ),
    "delete_everything": lambda library, _: library.delete_everything(),
}


def test_every_method_is_tried_here() -> None:
    methods = {
        name for name, _ in inspect.getmembers(Library, inspect.isfunction) if name[0] != "_"
    }
    tried = {*READS, *LISTS, *COUNTS, *CHANGES, *WORK, *ERASURES} - {"purge_deleted before"}
    assert methods - {"begin"} == tried


@pytest.fixture
def other(engine: Engine, clock: Clock) -> Library:
    return Library(engine, owner="another coach", clock=clock)


@pytest.fixture
def theirs(other: Library) -> str:
    """An analysis of the other owner: under way as a job, with an answer."""
    id = begin(other, "theirs.mp4", sha256=SHA256)
    other.attach_job(id, job_id=JOB, expires_at=NOW + timedelta(hours=1))
    other.store_answer(id, answer())
    other.release(id)
    return id


@pytest.mark.parametrize("name", READS)
def test_nothing_of_another_is_read(
    library: Library, other: Library, theirs: str, name: str
) -> None:
    assert READS[name](other, theirs) is not None
    assert READS[name](library, theirs) is None


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("answered", [True, False])
def test_nothing_of_another_is_listed(
    library: Library, other: Library, theirs: str, name: str, answered: bool
) -> None:
    if not answered:
        theirs = begin(other)
        other.attach_job(theirs, job_id=JOB, expires_at=None)
        other.release(theirs)
    assert LISTS[name](other, theirs) or (answered, name) == (True, "jobs_under_way")
    assert LISTS[name](library, theirs) == ()


@pytest.mark.parametrize("search", ["", "theirs", "%", "' OR '1'='1"])
def test_no_search_or_sort_or_page_leads_to_another(
    library: Library, theirs: str, search: str
) -> None:
    for descending in (True, False):
        listing = library.page(search=search, descending=descending, limit=10**9, sort="heading")
        assert (listing.rows, listing.total) == ((), 0)


@pytest.mark.parametrize("name", COUNTS)
def test_nothing_of_another_is_counted(
    library: Library, other: Library, theirs: str, clock: Clock, name: str
) -> None:
    begin(other)
    clock.now += timedelta(days=1)
    assert COUNTS[name](library, theirs) == 0
    assert COUNTS[name](other, theirs) > 0


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_of_another_is_changed(
    library: Library, other: Library, theirs: str, name: str
) -> None:
    before = (other.get(theirs), other.answer(theirs), other.space_used())
    with pytest.raises(LibraryError) as caught:
        CHANGES[name](library, theirs)
    assert caught.value.problem == "missing"
    assert (other.get(theirs), other.answer(theirs), other.space_used()) == before
    CHANGES[name](other, theirs)
    assert (other.get(theirs), other.answer(theirs), other.space_used()) != before


@pytest.mark.parametrize("name", WORK)
def test_nobody_works_on_what_is_anothers(
    library: Library, other: Library, name: str, clock: Clock
) -> None:
    theirs, free = begin(other), begin(other)
    for id, job in ((theirs, JOB), (free, "j")):
        other.attach_job(id, job_id=job, expires_at=None)
    other.release(free)
    clock.now += ALIVE_FOR - timedelta(seconds=1)
    for id in (theirs, free):
        assert WORK[name](library, id) in {None, False}
    clock.now += timedelta(seconds=1)
    assert {row.id for row in other.jobs_under_way()} == {theirs, free}


@pytest.mark.parametrize("name", ERASURES)
def test_nothing_of_another_is_erased(
    library: Library, other: Library, theirs: str, name: str
) -> None:
    mine = begin(library)
    library.delete(mine)
    other.delete(theirs)
    ERASURES[name](library, theirs)
    other.undo(theirs)
    assert other.raw(theirs) == BODY
    other.delete(theirs)
    ERASURES[name](other, theirs)
    with pytest.raises(LibraryError):
        other.undo(theirs)


def test_recordings_of_another_are_neither_read_nor_deleted(engine: Engine, tmp_path: Path) -> None:
    mine, theirs = (RecordingsFolder(tmp_path, owner=owner) for owner in ("coach", "another coach"))
    sha256 = theirs.keep(b"a recording")
    assert content(mine, sha256) is None
    assert mine.space_used() == 0
    library = Library(engine, owner="coach", recordings=mine)
    begin(library, sha256=sha256)
    assert content(mine, sha256) is None
    library.delete_everything()
    assert content(theirs, sha256) == b"a recording"


@pytest.mark.parametrize("owner", ["", "a\0b", "\ud800"])
def test_an_owner_who_cannot_be_told_from_others_is_refused(engine: Engine, owner: str) -> None:
    with pytest.raises(ValueError, match="owner"):
        Library(engine, owner=owner)


def test_owners_are_compared_to_the_letter(engine: Engine) -> None:
    owners = ["coach", "Coach", "coach ", "coach%", "cöach", "co\u0308ach"]
    for owner in owners:
        begin(Library(engine, owner=owner), owner)
    for owner in owners:
        assert [row.name for row in Library(engine, owner=owner).page().rows] == [owner]
