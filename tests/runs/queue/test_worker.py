"""`python -m interhuman.worker`: beside the page, on this machine or another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from interhuman.adaptive_limit import AdaptiveLimits
from interhuman.client import InterhumanClient
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.stops import stops_of
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.queue import Place
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.stops import AccountStops
from interhuman.runs.request import AnalysisRequest
from interhuman.settings import Credentials
from tests.library.conftest import PostgresServer
from tests.processes import wait_until
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.world import AddingQueue, recording, states, wait_for_states
from tests.server import api_error

S = ItemState
KEYS = Credentials("key", "secret")


def account_of_keys(keys: Credentials, server: CountingServer) -> Account:
    return Account.of(InterhumanClient, credentials=keys, base_url=server.base_url)


@contextmanager
def started_worker(
    url: str, server: CountingServer, folder: Path, *arguments: str, **environ: str
) -> Iterator[subprocess.Popen[str]]:
    """Start a worker in a folder that has no secrets file."""
    given = {
        "INTERHUMAN_LIBRARY": url,
        "INTERHUMAN_BASE_URL": server.base_url,
        "INTERHUMAN_KEY_ID": "key",
        "INTERHUMAN_KEY_SECRET": "secret",
        "INTERHUMAN_CONVERT": "off",
        "HOME": str(folder),
        "PYTHONPATH": str(Path(__file__).parents[3]),
        **environ,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "interhuman.worker", *arguments],
        env={**os.environ, **given},
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def queued(url: str, account: Account, folder: Path, *names: str) -> list[Library]:
    """Queue recordings of several owners, which lie where they are; return their libraries."""
    engine = open_engine(url)
    libraries = [Library(engine, owner=owner) for owner in ("ann", "ben")]
    for number, name in enumerate(names):
        talk = recording(folder, name)
        place = Place(source=talk.path)
        AddingQueue().add(AnalysisRequest(talk), libraries[number % 2], account, place=place)
    return libraries


def test_a_worker_works_for_everybody_with_its_keys_and_stops_when_it_is_told(
    postgres: PostgresServer, server: CountingServer, tmp_path: Path
) -> None:
    url = postgres.new_database()
    account = account_of_keys(KEYS, server)
    other = account_of_keys(Credentials("x", "y"), server)
    names = [f"talk {number}.mp4" for number in range(12)]
    ann, ben = queued(url, account, tmp_path, *names)
    queued(url, other, tmp_path, "another's.mp4")
    server.held.set()
    with started_worker(url, server, tmp_path, "--at-once", "2") as worker:
        wait_until(lambda: server.at_once == 2)
        worker.send_signal(signal.SIGTERM)
        still = AddingQueue()
        unsent = {S.WAITING, S.SENDING}
        wait_until(lambda: {*states(still, ann).values(), *states(still, ben).values()} == unsent)
        server.held.clear()
        _, said = worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert "Stopped." in said
    assert not any(secret in said for secret in ("secret", url, account.key))
    ended = states(still, ann) | states(still, ben)
    assert sorted(name for name, state in ended.items() if state is S.DONE) == sorted(
        server.uploads
    )
    assert server.uploads.total() == 2
    with started_worker(url, server, tmp_path) as worker:
        wait_for_states(still, ben, S.DONE)
        wait_until(lambda: list(states(still, ann).values()).count(S.DONE) == 6)
    assert states(still, ann)["another's.mp4"] is S.WAITING
    assert server.uploads == dict.fromkeys(names, 1)


def test_a_worker_whose_account_was_stopped_goes_on_without_a_restart(
    postgres: PostgresServer, server: CountingServer, tmp_path: Path
) -> None:
    url = postgres.new_database()
    account = account_of_keys(KEYS, server)
    (ann, _) = queued(url, account, tmp_path, "talk.mp4")
    server.refuse = lambda _: api_error(429, "ih3003")
    with started_worker(url, server, tmp_path) as worker:
        wait_until(lambda: account.key in stops_of(ann.access, [account.key]))
        wait_for_states(AddingQueue(), ann, S.WAITING)
        server.refuse = lambda _: None
        AccountStops(AdaptiveLimits()).resume(ann.access, account.key)
        wait_for_states(AddingQueue(), ann, S.DONE)
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=60)
    assert "nothing more is sent" in said
    assert "requests go out again" in said
    assert (server.begun, server.uploads.total()) == (2, 1)


@pytest.mark.parametrize(
    ("environ", "said", "code"),
    [
        ({"INTERHUMAN_LIBRARY": "library"}, "A worker needs a library in PostgreSQL", 2),
        ({"INTERHUMAN_KEY_ID": "", "INTERHUMAN_KEY_SECRET": ""}, "No key is set", 2),
        ({"INTERHUMAN_LIBRARY": "postgresql://u:hush@127.0.0.1:1/x"}, "can't be reached", 1),
    ],
)
def test_a_worker_that_can_not_work_says_why(
    server: CountingServer, tmp_path: Path, environ: dict[str, str], said: str, code: int
) -> None:
    with started_worker("postgresql://nowhere/x", server, tmp_path, **environ) as worker:
        _, shown = worker.communicate(timeout=60)
    assert worker.returncode == code
    assert said in shown
    assert "hush" not in shown
