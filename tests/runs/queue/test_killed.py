"""Whatever is killed when: nothing is sent twice by a program, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from interhuman.answers.stitched import KeptPart, Stitched, open_stitched
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.runs.in_parts import as_answer
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.states import ItemState
from interhuman.vocabulary import INTER_1, INTER_2
from tests.library.conftest import Place, PostgresServer
from tests.processes import wait_until
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.world import (
    IMPLEMENTATIONS,
    LOOK_EVERY_S,
    AddingQueue,
    add,
    library_in,
    states,
    wait_for_states,
)

ROOT = Path(__file__).parents[3]
S = ItemState

FILES, PARTS = 10, 3
ROUNDS = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 1
PATIENCE_S = 120.0


def opened(place: Place, folder: Path) -> Library:
    return library_in(open_engine(place), folder)


def worker(
    how: str, place: Place, folder: Path, server: CountingServer, *task: str
) -> subprocess.Popen[str]:
    """Start a process that works on the queue, or that starts and kills such processes."""
    command = [sys.executable, "-m", "tests.runs.queue.worker", how, str(place), str(folder)]
    return subprocess.Popen(
        [*command, server.base_url, *task], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def add_in_parts(library: Library, account: Account, folder: Path) -> dict[str, str]:
    """Queue a long recording for each model that is cut already; return their names by their id."""
    adding = AddingQueue()
    parts = tuple(KeptPart(5.0 * place, 5.0 * place + 6.0) for place in range(PARTS))
    ids = {}
    for model in (INTER_1, INTER_2):
        (id,) = add(adding, library, account, folder, model, start=False, model=model)
        library.store_answer(id, as_answer(Stitched(parts, parts[-1].end_s, model)))
        ids[id] = model
    adding.start(library, account)
    return ids


def assert_no_part_is_lost(library: Library, server: CountingServer, ids: dict[str, str]) -> None:
    """Fail unless each part was sent, or is missing in the result, which says why."""
    for id, name in ids.items():
        for part in open_stitched(library.raw(id) or b"").parts:
            if part.is_missing:
                assert part.maybe_sent
            else:
                assert server.uploads[f"{name} from {part.start_s:g}.mp4"] == 1


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_killed_process_sends_nothing_twice_and_loses_nothing(
    library: Library,
    place: Place,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    way: str,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    adding, how = AddingQueue(), way.partition("-")[0]
    server.delay_s = 0.05
    first = [f"first {number}.mp4" for number in range(FILES)]
    second = [f"second {number}.mp4" for number in range(FILES)]
    ids = add(adding, library, account, tmp_path, *first)
    ids += add(adding, library, account, tmp_path, *second, model="inter-2")
    with worker(how, place, tmp_path, server, "kill", str(seed)) as process:
        killed, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    record_property("killed", int(killed))

    ended = states(adding, library)
    assert ended.keys() == {*first, *second}
    assert set(ended.values()) <= {S.DONE, S.FAILED, S.UNANSWERED}
    assert server.begun <= len(ids)
    assert max(server.uploads.values()) == 1
    done = {name for name, state in ended.items() if state is S.DONE}
    assert done <= server.uploads.keys()
    unsent = ended.keys() - server.uploads.keys()
    assert all(ended[name] is S.UNANSWERED for name in unsent)

    # A person decides.
    unanswered = [one for one in adding.items(library) if one.state is S.UNANSWERED]
    assert not any(adding.retry(library, one.id) for one in unanswered)
    assert all(adding.retry(library, one.id, send_again=True) for one in unanswered)
    with worker(how, place, tmp_path, server, "work") as process:
        assert process.wait(PATIENCE_S) == 0
    assert set(states(adding, library).values()) == {S.DONE}
    sent_again = {one.file_name for one in unanswered}
    assert all(
        count == 1 or (count == 2 and name in sent_again) for name, count in server.uploads.items()
    )


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_killed_process_sends_no_part_of_a_long_recording_twice_and_loses_none(
    library: Library,
    place: Place,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    way: str,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    adding, how = AddingQueue(), way.partition("-")[0]
    server.delay_s = 0.05
    ids = add_in_parts(library, account, tmp_path)
    with worker(how, place, tmp_path, server, "kill", str(seed)) as process:
        killed, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    record_property("killed", int(killed))

    assert server.begun <= PARTS * len(ids)
    assert max(server.uploads.values()) == 1
    assert set(states(adding, library).values()) <= {S.DONE, S.UNANSWERED}
    assert_no_part_is_lost(library, server, ids)


@pytest.mark.parametrize("how", IMPLEMENTATIONS)
def test_two_processes_share_the_work_and_the_limit(
    postgres: PostgresServer, account: Account, server: CountingServer, tmp_path: Path, how: str
) -> None:
    place = postgres.new_database()
    library = opened(place, tmp_path)
    names = [f"talk {number}.mp4" for number in range(40)]
    add(AddingQueue(), library, account, tmp_path, *names)
    server.delay_s = 0.1
    with (
        worker(how, place, tmp_path, server, "work") as one,
        worker(how, place, tmp_path, server, "work") as other,
    ):
        assert (one.wait(PATIENCE_S), other.wait(PATIENCE_S)) == (0, 0)
    assert states(AddingQueue(), library) == dict.fromkeys(names, S.DONE)
    assert server.uploads == dict.fromkeys(names, 1)
    assert 2 <= server.most_at_once <= 4


@pytest.mark.parametrize("how", IMPLEMENTATIONS)
def test_the_files_of_a_killed_process_go_on_with_the_other(
    postgres: PostgresServer, account: Account, server: CountingServer, tmp_path: Path, how: str
) -> None:
    place = postgres.new_database()
    library = opened(place, tmp_path)
    names = [f"talk {number}.mp4" for number in range(12)]
    add(AddingQueue(), library, account, tmp_path, *names)
    server.held.set()
    with (
        worker(how, place, tmp_path, server, "work") as killed,
        worker(how, place, tmp_path, server, "work") as other,
    ):
        wait_until(lambda: server.at_once == 4)
        killed.kill()
        killed.wait()
        server.held.clear()
        assert other.wait(PATIENCE_S) == 0
    ended = states(AddingQueue(), library)
    assert ended.keys() == set(names)
    assert set(ended.values()) <= {S.DONE, S.UNANSWERED}
    assert server.uploads == dict.fromkeys(names, 1)


@pytest.mark.parametrize("how", IMPLEMENTATIONS)
def test_a_database_that_goes_away_for_a_while_costs_nothing(
    account: Account, server: CountingServer, tmp_path: Path, how: str
) -> None:
    database = PostgresServer(keeps=True)
    queue = IMPLEMENTATIONS[how](max_at_once=2, convert=False, look_every_s=LOOK_EVERY_S)
    try:
        library = opened(database.new_database(), tmp_path)
        server.held.set()
        names = [f"talk {number}.mp4" for number in range(6)]
        add(queue, library, account, tmp_path, *names)
        wait_until(lambda: server.at_once == 2)
        database.stop()
        server.held.clear()
        wait_until(lambda: server.at_once == 0)
        database.start()
        wait_for_states(queue, library, S.DONE, within_s=PATIENCE_S)
        assert server.uploads == dict.fromkeys(names, 1)
    finally:
        assert queue.close()
        database.close()
