"""What the tests of the queue share; each runs on every database and every implementation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from interhuman.library.library import Library
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.queue import Queue
from tests.library.conftest import engine, place, postgres  # noqa: F401
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.world import (
    IMPLEMENTATIONS,
    LOOK_EVERY_S,
    MakeQueue,
    account_of,
    library_in,
)


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


@pytest.fixture(params=IMPLEMENTATIONS)
def make_queue(request: pytest.FixtureRequest) -> Iterator[MakeQueue]:
    """Make queues that are closed after the test."""
    made: list[Queue] = []

    def make(**options: object) -> Queue:
        given = {"convert": False, "look_every_s": LOOK_EVERY_S, **options}
        made.append(IMPLEMENTATIONS[request.param](**given))
        return made[-1]

    yield make
    ended = [queue.close() for queue in made]
    assert all(ended)
