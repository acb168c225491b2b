"""The library of one visit alone: with it goes all that the queue has of it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from interhuman.errors import LibraryError, LibraryProblem
from interhuman.library.failures import error_for
from interhuman.library.queueing import QueueRows
from interhuman.media.joining import Joined, JoinedFile
from interhuman.runs import own_library
from interhuman.runs.own_library import OwnLibrary
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import INTER_2
from tests.processes import wait_until
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.world import account_of, add, recording, wait_for_states
from tests.server import api_error


@pytest.fixture
def queue() -> Iterator[ThreadQueue]:
    running = ThreadQueue(convert=False)
    yield running
    assert running.close()


@pytest.fixture
def visit(queue: ThreadQueue, monkeypatch: pytest.MonkeyPatch) -> list[OwnLibrary]:
    """A library without room for recordings, which the process holds then."""
    monkeypatch.setattr(own_library, "RECORDINGS_LIMIT_BYTES", 1)
    return [OwnLibrary(queue)]


def end(visit: list[OwnLibrary]) -> None:
    visit.clear()
    gc.collect()


def test_recordings_that_a_joined_one_hides_are_let_go_of_with_it(
    queue: ThreadQueue, visit: list[OwnLibrary], tmp_path: Path
) -> None:
    account, library = account_of("http://127.0.0.1:9"), visit[0].library
    ids = tuple(add(queue, library, account, tmp_path, "a.mp4", "b.mp4", start=False))
    whole = recording(tmp_path, "whole.mp4")
    files = (JoinedFile("a.mp4", 0.0, 12.0), JoinedFile("b.mp4", 12.0, 24.0))
    whole.preparation.joined = Joined(files, is_timed=False, ids=ids)
    queue.add(AnalysisRequest(whole), library, account, start=False)
    assert len(queue._crew.held_ids) == 3
    end(visit)
    assert not queue._crew.held_ids
    assert not queue._owners


def test_what_is_out_when_the_visit_ends_is_let_go_of_whatever_is_answered(
    queue: ThreadQueue, visit: list[OwnLibrary], tmp_path: Path
) -> None:
    with CountingServer() as server:
        server.refuse = lambda _: api_error(422, "ih5002")
        server.held.set()
        add(queue, visit[0].library, account_of(server.base_url), tmp_path, "talk.mp4")
        wait_until(lambda: server.at_once == 1)
        end(visit)
        assert not queue._owners, "nor are its credentials kept for another"
        server.held.clear()
        wait_until(lambda: queue._crew.size == 0)
        assert not queue._crew.held_ids


@pytest.mark.parametrize("problem", ["locked", "full"])
def test_all_is_let_go_of_where_the_library_can_neither_be_read_nor_changed(
    queue: ThreadQueue,
    visit: list[OwnLibrary],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    problem: LibraryProblem,
) -> None:
    def refuse(*given: object, **more: object) -> None:
        raise error_for(problem)

    with CountingServer() as server:
        account, library = account_of(server.base_url), visit[0].library
        server.job_runs.set()
        add(queue, library, account, tmp_path, "at a job.mp4", model=INTER_2)
        wait_for_states(queue, library, ItemState.JOB)
        server.held.set()
        add(queue, library, account, tmp_path, "out.mp4")
        wait_until(lambda: server.at_once == 1)
        add(queue, library, account, tmp_path, "not started.mp4", start=False)
        del library
        monkeypatch.setattr(QueueRows, "all", refuse)
        monkeypatch.setattr(QueueRows, "move", refuse)
        end(visit)
        assert not queue._owners, "nor are its credentials kept for another"
        server.held.clear()
        wait_until(lambda: queue._crew.size == 0)
        assert not queue._crew.held_ids


def test_what_arrives_after_its_end_brings_nothing_back(
    queue: ThreadQueue, visit: list[OwnLibrary], tmp_path: Path
) -> None:
    account, library = account_of("http://127.0.0.1:9"), visit[0].library
    end(visit)
    with pytest.raises(LibraryError):
        add(queue, library, account, tmp_path, "late.mp4")
    queue.connect(library, account)
    assert not queue._owners
    assert not queue._crew.held_ids
