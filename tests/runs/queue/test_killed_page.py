"""Whenever the page's process is killed: the next one goes on, and sends nothing twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from interhuman.library.engine import open_engine
from interhuman.library.libraries import LOCAL_OWNER
from interhuman.library.library import Library
from interhuman.runs.queue import queue
from interhuman.runs.queue.states import ItemState
from interhuman.runs.request import AnalysisRequest
from tests.browser.dashboard import Dashboard
from tests.library.conftest import Place
from tests.processes import wait_until
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.test_killed import FILES, PATIENCE_S, ROUNDS
from tests.runs.queue.test_worker import KEYS, account_of_keys
from tests.runs.queue.world import AddingQueue, recording, states, wait_for_states
from tests.visitor import Visitor

S = ItemState

KILLS = 1 if ROUNDS == 1 else 3
LIFE_S = 0.5
"""How long a page works at most before it is killed."""

pytestmark = pytest.mark.parametrize(
    "way", ["threads-sqlite", "procrastinate-postgresql"], indirect=True
)


@contextmanager
def open_page(place: Place, server: CountingServer, folder: Path) -> Iterator[Dashboard]:
    """Start the dashboard and open it, which is what has it work."""
    environ = {
        "INTERHUMAN_LIBRARY": str(place),
        "INTERHUMAN_BASE_URL": server.base_url,
        "INTERHUMAN_KEY_ID": "key",
        "INTERHUMAN_KEY_SECRET": "secret",
        "INTERHUMAN_CONVERT": "off",
    }
    dashboard = Dashboard(folder, environ)
    try:
        with closing(Visitor(dashboard.url)):
            yield dashboard
    finally:
        dashboard.stop()


def work_and_be_killed(place: Place, server: CountingServer, folder: Path, life_s: float) -> None:
    """Open a page and kill its process so long after it sent something."""
    begun = server.begun
    with open_page(place, server, folder) as page:
        wait_until(lambda: server.begun > begun)
        time.sleep(life_s)
        page.kill()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_killed_page_sends_nothing_twice_and_loses_nothing(
    place: Place,
    server: CountingServer,
    tmp_path: Path,
    way: str,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    adding, chance = AddingQueue(), random.Random(seed)
    account = account_of_keys(KEYS, server)
    library = Library(open_engine(place), owner=LOCAL_OWNER)
    names = [f"talk {number}.mp4" for number in range(2 * FILES)]
    for number, name in enumerate(names):
        talk = recording(tmp_path, name)
        request = AnalysisRequest(talk, model=("inter-1", "inter-2")[number % 2])
        adding.add(request, library, account, place=queue.Place(source=talk.path))
    server.delay_s = 0.2
    killed = 0
    while killed < KILLS and S.WAITING in states(adding, library).values():
        work_and_be_killed(place, server, tmp_path, chance.random() * LIFE_S)
        killed += 1
    with open_page(place, server, tmp_path):
        wait_for_states(adding, library, within_s=PATIENCE_S)
    ended = states(adding, library)
    record_property("killed", killed)
    record_property("unanswered", list(ended.values()).count(S.UNANSWERED))
    assert ended.keys() == set(names)
    assert set(ended.values()) <= {S.DONE, S.UNANSWERED}
    assert set(server.uploads.values()) == {1}
    assert server.begun <= len(names)
    assert {name for name in names if ended[name] is S.DONE} <= server.uploads.keys()
