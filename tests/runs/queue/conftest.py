"""What the tests of the queue share; each runs on every database and every implementation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from interhuman.library.library import Library
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.queue import Queue
from tests.library.conftest import Place, PostgresServer, engine, postgres  # noqa: F401
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.world import (
    IMPLEMENTATIONS,
    LOOK_EVERY_S,
    WAYS,
    MakeQueue,
    account_of,
    library_in,
)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """How the queue is run, and on which database."""
    return str(request.param)


@pytest.fixture
def place(way: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if way.endswith("sqlite"):
        return tmp_path / "library"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with CountingServer() as running:
        yield running


@pytest.fixture
def account(server: CountingServer) -> Account:
    return account_of(server.base_url)


@pytest.fixture
def library(engine: Engine, tmp_path: Path) -> Library:  # noqa: F811
    return library_in(engine, tmp_path)


@pytest.fixture
def make_queue(way: str) -> Iterator[MakeQueue]:
    """Make queues that are closed after the test."""
    made: list[Queue] = []

    def make(**options: object) -> Queue:
        given = {"convert": False, "look_every_s": LOOK_EVERY_S, **options}
        made.append(IMPLEMENTATIONS[way.partition("-")[0]](**given))
        return made[-1]

    yield make
    ended = [queue.close() for queue in made]
    assert all(ended)
