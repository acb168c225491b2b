"""What holds for a queue that several processes and machines share, beyond what holds for any."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from interhuman.deployment import LibraryPlace
from interhuman.library.engine import open_engine
from interhuman.library.libraries import Libraries
from interhuman.library.library import Library
from interhuman.runs.queue import procrastinate
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.choose import open_queue
from interhuman.runs.queue.procrastinate import ProcrastinateQueue
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.runs.queue.verdicts import ELSEWHERE
from tests.library.conftest import PostgresServer
from tests.processes import wait_until
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.world import (
    LOOK_EVERY_S,
    AddingQueue,
    add,
    item,
    library_in,
    states,
    wait_for_states,
)

S = ItemState
MakeShared = Callable[..., ProcrastinateQueue]


@pytest.fixture
def engine(postgres: PostgresServer) -> Iterator[Engine]:
    engine = open_engine(postgres.new_database())
    yield engine
    engine.dispose()


@pytest.fixture
def make_shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeShared]:
    """Make queues as other processes have them, which soon look again at what they left."""
    monkeypatch.setattr(procrastinate, "_LEFT_ALONE_S", LOOK_EVERY_S)
    monkeypatch.setattr(procrastinate, "NO_TICKET_FOR", timedelta(0))
    made: list[ProcrastinateQueue] = []

    def make(**options: object) -> ProcrastinateQueue:
        given: dict[str, object] = {"convert": False, "look_every_s": LOOK_EVERY_S, **options}
        made.append(ProcrastinateQueue(**given))  # type: ignore[arg-type]
        return made[-1]

    yield make
    ended = [queue.close() for queue in made]
    assert all(ended)


def test_what_only_one_process_has_no_other_takes(
    make_shared: MakeShared,
    engine: Engine,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(procrastinate, "NO_TICKET_FOR", timedelta(minutes=1))
    has, lacks = Library(engine, owner="coach"), Library(engine, owner="coach")
    holder, other = make_shared(), make_shared()
    other.connect(lacks, account)
    names = [f"talk {number}.mp4" for number in range(12)]
    add(holder, has, account, tmp_path, *names)
    wait_for_states(holder, has)
    assert states(holder, has) == dict.fromkeys(names, S.DONE)
    assert server.uploads == dict.fromkeys(names, 1)


def test_a_recording_on_another_machine_is_left_to_that(
    make_shared: MakeShared,
    engine: Engine,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    here, there = library_in(engine, tmp_path / "here"), library_in(engine, tmp_path / "there")
    (id,) = add(AddingQueue(), there, account, tmp_path, "talk.mp4")
    lacks, has = make_shared(), make_shared()
    lacks.connect(here, account)
    wait_until(lambda: item(lacks, here, id).problem == ELSEWHERE)
    assert item(lacks, here, id).state in {S.WAITING, S.PREPARING}
    has.connect(there, account)
    wait_for_states(has, there, S.DONE)
    assert item(has, there, id).problem is None
    assert server.uploads == {"talk.mp4": 1}


def test_a_process_works_for_owners_whom_it_does_not_know(
    make_shared: MakeShared,
    engine: Engine,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    ann, ben = (library_in(engine, tmp_path, owner) for owner in ("ann", "ben"))
    add(AddingQueue(), ann, account, tmp_path, "ann.mp4")
    add(AddingQueue(), ann, account, tmp_path, "ann 2.mp4", model="inter-2")
    knows_ben = make_shared()
    knows_ben.connect(ben, account)
    add(knows_ben, ben, account, tmp_path, "ben.mp4")
    wait_for_states(knows_ben, ben, S.DONE)
    assert set(states(knows_ben, ann).values()) == {S.WAITING}, "nothing opens her library"
    queue = make_shared(library_of=lambda owner: library_in(engine, tmp_path, owner))
    queue.connect(ben, account)
    wait_for_states(queue, ann, S.DONE)
    assert server.uploads == dict.fromkeys(["ann.mp4", "ann 2.mp4", "ben.mp4"], 1)


def test_a_stopped_process_leaves_to_others_at_once_what_it_had_not_sent(
    make_shared: MakeShared,
    engine: Engine,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    library = library_in(engine, tmp_path)
    stopped = make_shared(max_at_once=1)
    server.held.set()
    names = [f"talk {number}.mp4" for number in range(6)]
    add(stopped, library, account, tmp_path, *names)
    wait_until(lambda: server.at_once == 1)
    assert not stopped.close(0.1), "a response is awaited"
    other = make_shared(max_at_once=2)
    other.connect(library_in(engine, tmp_path), account)
    wait_until(lambda: server.at_once == 2)
    server.held.clear()
    wait_for_states(other, library, S.DONE)
    assert server.uploads == dict.fromkeys(names, 1)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://host/library", ProcrastinateQueue),
        ("postgres://host/library", ProcrastinateQueue),
        ("sqlite:////tmp/library.sqlite3", ThreadQueue),
        (None, ThreadQueue),
    ],
)
def test_the_database_says_how_the_queue_is_run(
    url: str | None, expected: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_exit: list[object] = []
    monkeypatch.setattr(atexit, "register", lambda *given: at_exit.append(given[0]))
    place = LibraryPlace(url=url, folder=None if url else tmp_path)
    queue = open_queue(Libraries(place))
    assert type(queue) is expected
    assert queue.close in at_exit, "a page that is stopped lets go of what it hasn't sent"
    assert queue.close()
