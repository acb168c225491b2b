"""Whenever the database is killed, alone or with who works on it: the work goes on by itself."""

from __future__ import annotations

import itertools
import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interhuman.library.library import Library
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.states import ItemState
from interhuman.vocabulary import INTER_2
from tests.library.conftest import PostgresServer
from tests.processes import wait_until
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.test_killed import (
    FILES,
    PARTS,
    PATIENCE_S,
    ROUNDS,
    add_in_parts,
    assert_no_part_is_lost,
    opened,
    worker,
)
from tests.runs.queue.world import IMPLEMENTATIONS, AddingQueue, add, states

S = ItemState

KILLS = 3 if ROUNDS == 1 else 6
LIFE_S, AWAY_S = 1.2, 0.6
"""How long all live between two kills, and how long the database is away, at most."""

DATABASE = ("database", "one of its processes")

pytestmark = [
    pytest.mark.parametrize("how", IMPLEMENTATIONS),
    pytest.mark.parametrize("seed", range(ROUNDS)),
]


class Machine:
    """A database and who works on it, which are killed at random moments and started again."""

    def __init__(
        self,
        database: PostgresServer,
        server: CountingServer,
        start: Callable[[], subprocess.Popen[str]],
        seed: int,
    ) -> None:
        self._database, self._server, self._start = database, server, start
        self._chance = random.Random(seed)
        self.killed: Counter[str] = Counter()

    def work(self, *victims: str) -> None:
        """Work until every item has ended, while any of the victims is killed now and then."""
        process = self._start()
        wait_until(lambda: self._server.begun > 0)
        for victim in itertools.islice(itertools.cycle(victims), KILLS):
            if self._ends(process, within_s=LIFE_S):
                break
            self.killed[victim] += 1
            if victim == "database":
                self._database.kill()
                self._ends(process, within_s=AWAY_S)
                self._database.start()
            elif victim == "worker":
                process.kill()
                process.communicate()
                process = self._start()
            else:
                self._database.kill_one(self._chance)
        process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0

    def _ends(self, process: subprocess.Popen[str], *, within_s: float) -> bool:
        """Wait for a part of that time; return whether the process has ended."""
        try:
            process.wait(self._chance.random() * within_s)
        except subprocess.TimeoutExpired:
            return False
        return True


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresServer]:
    server = PostgresServer(keeps=True)
    yield server
    server.close()


@pytest.fixture
def library(database: PostgresServer, tmp_path: Path) -> Library:
    return opened(database.new_database(), tmp_path)


@pytest.fixture
def machine(
    database: PostgresServer,
    library: Library,
    server: CountingServer,
    tmp_path: Path,
    how: str,
    seed: int,
) -> Machine:
    place = library.access.engine.url.render_as_string(hide_password=False)
    return Machine(database, server, lambda: worker(how, place, tmp_path, server, "work"), seed)


@pytest.fixture
def names(library: Library, account: Account, server: CountingServer, tmp_path: Path) -> list[str]:
    """Recordings for both models, which are queued; their answers take a moment."""
    server.delay_s = 0.05
    first, second = ([f"{one} {number}.mp4" for number in range(FILES)] for one in ("a", "b"))
    add(AddingQueue(), library, account, tmp_path, *first)
    add(AddingQueue(), library, account, tmp_path, *second, model=INTER_2)
    return [*first, *second]


def test_a_killed_database_costs_nothing(
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    machine: Machine,
    names: list[str],
    record_property: Callable[[str, object], None],
) -> None:
    long = add_in_parts(library, account, tmp_path)
    machine.work(*DATABASE)
    record_property("killed", dict(machine.killed))
    assert states(AddingQueue(), library) == dict.fromkeys([*names, *long.values()], S.DONE)
    assert set(server.uploads.values()) == {1}
    assert server.begun == len(server.uploads) == len(names) + PARTS * len(long)


def test_a_database_killed_with_who_works_on_it_has_nothing_sent_twice_and_loses_nothing(
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    machine: Machine,
    names: list[str],
    record_property: Callable[[str, object], None],
) -> None:
    long = add_in_parts(library, account, tmp_path)
    machine.work("worker", *DATABASE)
    record_property("killed", dict(machine.killed))
    ended = states(AddingQueue(), library)
    record_property("unanswered", list(ended.values()).count(S.UNANSWERED))
    assert ended.keys() == {*names, *long.values()}
    assert set(ended.values()) <= {S.DONE, S.UNANSWERED}
    assert set(server.uploads.values()) == {1}
    assert server.begun <= len(names) + PARTS * len(long)
    assert {name for name in names if ended[name] is S.DONE} <= server.uploads.keys()
    assert_no_part_is_lost(library, server, long)
