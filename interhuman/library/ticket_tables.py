"""Procrastinate's tables beside the library's, and connections to them."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Final, cast

import psycopg
from procrastinate.schema import SchemaManager
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Connection, Engine, func, inspect, select, text

from interhuman.errors import LibraryError
from interhuman.library.engine import writing
from interhuman.library.failures import translating_errors
from interhuman.library.migrations import LOCK

JOBS_TABLE: Final = "procrastinate_jobs"

OUTDATED: Final = (
    "The queue's tables in the database are of another version of procrastinate than "
    f"{version('procrastinate')}, which this app uses. Stop every page and worker, apply the "
    f"migrations since that version (the files in {SchemaManager.get_migrations_path()}), and "
    "start again."
)

_CONNECT_TIMEOUT_S: Final = 10


def install(engine: Engine) -> None:
    """Make procrastinate's tables beside the library's, unless they are there.

    They need no more rights than the library's own. Any number of processes may do this at once.

    Raises LibraryError, also where an earlier procrastinate made them.
    """
    with translating_errors(), writing(engine) as connection:
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        if not inspect(connection).has_table(JOBS_TABLE):
            # Of many statements, which only the driver takes at once.
            cast("psycopg.Connection", connection.connection.driver_connection).execute(
                SchemaManager.get_schema()
            )
        elif not _has_functions(connection):
            raise LibraryError(OUTDATED)


def _has_functions(connection: Connection) -> bool:
    """Return whether the database has all functions of this procrastinate.

    Nothing notes the version of the tables, but a function that changes gets another name.
    """
    names = set(re.findall(r"FUNCTION (procrastinate_\w+)", SchemaManager.get_schema()))
    query = text("SELECT proname FROM pg_proc WHERE pg_function_is_visible(oid)")
    return names <= set(connection.scalars(query))


def conninfo_of(engine: Engine) -> str:
    """Return the place of an engine's database as PostgreSQL's own library reads it."""
    _, given = engine.dialect.create_connect_args(engine.url)
    return make_conninfo(
        "", **{name: one for name, one in given.items() if isinstance(one, str | int)}
    )


async def open_pool(engine: Engine) -> AsyncConnectionPool:
    """Return connections to an engine's database. Raises PoolTimeout where it isn't reached."""
    pool = AsyncConnectionPool(
        conninfo_of(engine),
        kwargs={"prepare_threshold": None, "connect_timeout": _CONNECT_TIMEOUT_S},
        min_size=1,
        max_size=2,
        timeout=_CONNECT_TIMEOUT_S,
        open=False,
        check=AsyncConnectionPool.check_connection,
    )
    try:
        await pool.open(wait=True, timeout=_CONNECT_TIMEOUT_S)
    except PoolTimeout:
        await pool.close()
        raise
    return pool
