"""The database of the library: SQLite in a file of its own, or PostgreSQL."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from interhuman.errors import LibraryError
from interhuman.library.failures import translating_errors
from interhuman.library.files import fsync_directory

BUSY_TIMEOUT_S = 10.0
"""How long to wait for a lock that another process holds."""

FILE_NAME = "library.sqlite3"
"""What the database is called in a library's folder."""

_CONNECT_TIMEOUT_S = 10
_UNANSWERED_MS = 30_000
"""After so long without an answer of any kind from its machine, PostgreSQL counts as gone."""

_RETRY_S = 0.02

_TURNS: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""A lock for each SQLite file that this process writes to."""

_READ_ONLY = "interhuman_read_only"
"""The execution option of an engine whose database can't be written to."""

_POOLED = "interhuman_pooled"
"""The execution option of an engine whose next transaction may be on another connection."""

_BEHIND_A_POOLER = r"[?&](pgbouncer=true|pool_mode=transaction)(&|$)"

_FOR_OTHER_PROGRAMS = ("pgbouncer", "connection_limit", "pool_timeout", "pool_mode")
"""Parameters that hosts put into a URL for other programs; at most they tell of a pooler."""


def open_engine(place: str | Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """Return the engine for a library in a folder, or at a URL.

    An SQLite file is made if it is missing, `FILE_NAME` in a folder, and only read where it can't
    be written to; `is_read_only` tells. Raises LibraryError when the URL is none of SQLite in a
    file or of PostgreSQL, or the file cannot be made or opened.
    """
    if isinstance(place, Path):
        # Not by way of a text: a path may hold what means something else in a URL.
        parsed = URL.create("sqlite+pysqlite", database=str(place / FILE_NAME))
    else:
        parsed = _parsed(place)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed,
            pool_pre_ping=True,
            hide_parameters=True,
            execution_options={_POOLED: re.search(_BEHIND_A_POOLER, str(place)) is not None},
            connect_args={
                # Behind a pooler the next transaction may be on another connection.
                "prepare_threshold": None,
                "connect_timeout": _CONNECT_TIMEOUT_S,
                "tcp_user_timeout": _UNANSWERED_MS,
            },
        )
    file = Path(str(parsed.database))
    with translating_errors():
        if file.is_file() and not (_is_writable(file) and _is_writable(file.parent)):
            return _open_read_only(file, busy_timeout_s)
        _make_file(file)
        engine = create_engine(
            parsed, hide_parameters=True, connect_args={"timeout": busy_timeout_s}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkout", partial(_check_is_there, file))
        _write_ahead(engine, busy_timeout_s)
    return engine


def folder_of(url: str) -> Path | None:
    """Return the folder of an SQLite file that a URL names, None for any other URL."""
    try:
        parsed = _parsed(url)
    except LibraryError:
        return None
    return Path(str(parsed.database)).parent if parsed.get_backend_name() == "sqlite" else None


def is_read_only(engine: Engine) -> bool:
    """Return whether the database is on a disk, or in a folder, that can't be written to."""
    return bool(engine.get_execution_options().get(_READ_ONLY))


def is_pooled(engine: Engine) -> bool:
    """Return whether its URL says that a pooler hands out a connection for one transaction."""
    return bool(engine.get_execution_options().get(_POOLED))


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that writes, committed unless something is raised.

    SQLite gets its lock at once: one that is asked for between reading and writing is refused
    without waiting whenever another process has written meanwhile. The threads of this process take
    turns, because SQLite waits for its lock by sleeping now and then.
    """
    turn = _TURNS[str(engine.url.database)] if engine.dialect.name == "sqlite" else None
    has_turn = turn is not None and turn.acquire(timeout=BUSY_TIMEOUT_S)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            yield connection
    finally:
        if turn is not None and has_turn:
            turn.release()


def erase_freed(engine: Engine) -> bool:
    """Truncate SQLite's write-ahead log; return False if a reader blocked it.

    In the database file itself `secure_delete` has done so. PostgreSQL keeps deleted rows until
    its own vacuum comes along, and its log for as long as it is set up to.
    """
    if engine.dialect.name != "sqlite":
        return True
    busy, _, _ = _pragma(engine, "wal_checkpoint(TRUNCATE)")
    return not busy


def _parsed(url: str) -> URL:
    """Return the URL with the driver that is used, without quoting it in what is raised."""
    try:
        # Heroku, Supabase and others call it "postgres", which SQLAlchemy does not know.
        parsed = make_url(f"postgresql{url[8:]}" if url.startswith("postgres:") else url)
    except (ArgumentError, ValueError):
        raise LibraryError("The library's URL isn't a valid URL.") from None
    kind = parsed.get_backend_name()
    if kind == "postgresql":
        return _with_known_parameters(parsed.set(drivername="postgresql+psycopg"))
    if kind != "sqlite":
        raise LibraryError("The library's URL must begin with postgresql:// or sqlite:///.")
    if parsed.database in {None, "", ":memory:"} or parsed.query:
        raise LibraryError("The library's URL must name a file, like sqlite:///folder/file.")
    return parsed.set(drivername="sqlite+pysqlite")


def _with_known_parameters(url: URL) -> URL:
    """Return the URL without what only other programs understand. Raises LibraryError."""
    # 0.2 s, which nobody with an SQLite file should wait for.
    from psycopg.pq import Conninfo  # noqa: PLC0415

    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    url = url.difference_update_query(_FOR_OTHER_PROGRAMS)
    unknown = sorted(set(url.query) - known)
    if unknown:
        raise LibraryError(
            f"The library's URL has a parameter that PostgreSQL doesn't know: {unknown[0][:40]}."
        )
    return url


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _open_read_only(file: Path, busy_timeout_s: float) -> Engine:
    """Return the engine for an SQLite file that can't be written to.

    SQLite writes to the folder even for reading, unless it is told that nothing changes there:
    https://sqlite.org/wal.html#read_only_databases. That is so where nobody left a log.
    """
    log = file.with_name(f"{file.name}-wal")
    nothing_left = not log.exists() or log.stat().st_size == 0
    engine = create_engine(
        URL.create(
            "sqlite+pysqlite",
            database=file.absolute().as_uri(),
            query={"uri": "true", "mode": "ro", **({"immutable": "1"} if nothing_left else {})},
        ),
        hide_parameters=True,
        connect_args={"timeout": busy_timeout_s},
        execution_options={_READ_ONLY: True},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(path: Path) -> None:
    """Make the file for its owner alone; SQLite gives its log the same permissions."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    fsync_directory(path.parent)


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # Another program may have written what is no text: shown as it can be, it hides no other row.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    connection.isolation_level = None  # `_begin_sqlite` begins; Python would begin late.
    for setting in ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {setting}")


def _check_is_there(file: Path, _: object, record: ConnectionPoolEntry, __: object) -> None:
    """Raise OSError where the file was deleted or replaced since the connection was made.

    SQLite would go on with what no folder names any more, and lose it with the process.
    """
    facts = file.stat()
    identity = (facts.st_dev, facts.st_ino)
    if record.info.setdefault("file", identity) != identity:
        raise FileNotFoundError(errno.ENOENT, "another file is in its place")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("begins", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _write_ahead(engine: Engine, timeout_s: float) -> None:
    """Let readers read while one writes, which a file remembers once it was said.

    SQLite does not wait for a lock here, so this does.
    """
    until_s = time.monotonic() + timeout_s
    while True:
        try:
            _pragma(engine, "journal_mode = WAL")
            return
        except OperationalError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
            if code != sqlite3.SQLITE_BUSY or time.monotonic() > until_s:
                raise
            time.sleep(_RETRY_S)


def _pragma(engine: Engine, pragma: str) -> tuple[object, ...]:
    """Run what SQLite refuses in a transaction, and return the row that it answers."""
    with engine.connect() as connection:
        connection.execution_options(begins=False)
        return tuple(connection.exec_driver_sql(f"PRAGMA {pragma}").one())
