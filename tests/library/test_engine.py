from __future__ import annotations

import logging
import os
import sqlite3
import stat
from pathlib import Path
from traceback import TracebackException

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from interhuman.errors import LibraryError
from interhuman.library.engine import FILE_NAME, open_engine
from interhuman.library.failures import translating_errors
from interhuman.library.library import Library
from tests.library.conftest import PostgresServer, answer, begin


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://user:S3cret@host/db", "must begin with postgresql://"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite:///a?mode=memory", "must name a file"),
        ("no url S3cret", "isn't a valid URL"),
        ("postgresql://user:S3cret@host:port/db", "isn't a valid URL"),
        ("postgresql://user:S3cret@host/db?schema=public", "doesn't know: schema"),
        ("", "isn't a valid URL"),
    ],
)
def test_a_url_that_no_library_can_have_is_refused(url: str, says: str) -> None:
    with pytest.raises(LibraryError, match=says) as caught:
        open_engine(url)
    assert "S3cret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_name_of_postgresql_is_taken_and_its_password_never_shown(
    scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"{scheme}://coach:S3cret@127.0.0.1:1/db"
    engine = open_engine(url)
    assert engine.dialect.driver == "psycopg"
    assert engine.url.password == "S3cret"
    assert engine.hide_parameters
    with pytest.raises(LibraryError, match="can't be reached") as caught:
        Library(engine, owner="coach")
    shown = "".join(TracebackException.from_exception(caught.value).format())
    for said in (repr(engine), str(engine.url), repr(engine.url), shown, caplog.text):
        assert "S3cret" not in said
    assert "unreachable" in caplog.text


def test_parameters_for_a_pooler_are_no_obstacle() -> None:
    url = "postgresql://coach:p%25w%40rd@host/db?pgbouncer=true&connection_limit=1&sslmode=require"
    parsed = open_engine(url).url
    assert dict(parsed.query) == {"sslmode": "require"}
    assert parsed.password == "p%w@rd"


def test_behind_a_pooler_no_statement_needs_the_connection_of_an_earlier_one(
    postgres: PostgresServer,
) -> None:
    engine = open_engine(postgres.new_database())
    with engine.connect() as connection:
        for _ in range(20):
            connection.execute(text("SELECT 1"))
        prepared = connection.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    engine.dispose()
    assert prepared == 0


def test_what_was_to_be_kept_is_never_in_a_log_or_an_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    engine = open_engine(tmp_path)
    library = Library(engine, owner="coach")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    name = "Need" + "le.mp4"  # The source of this line is in the traceback.
    with pytest.raises(LibraryError) as caught:
        begin(library, name)
    shown = "".join(TracebackException.from_exception(caught.value).format())
    assert name not in shown + caplog.text
    assert "read_only" in caplog.text
    engine.dispose()


def test_only_its_user_can_read_a_library(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        engine = open_engine(tmp_path / "deep" / "library")
        library = Library(engine, owner="coach")
        library.store_answer(begin(library), answer())
        files = list((tmp_path / "deep" / "library").iterdir())
        assert len(files) == 3, "the database, its log and the log's index"
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert stat.S_IMODE((tmp_path / "deep" / "library").stat().st_mode) == 0o700
    finally:
        os.umask(old)
    engine.dispose()


def test_a_commit_is_on_the_disk_and_readers_do_not_wait(tmp_path: Path) -> None:
    engine = open_engine(tmp_path, busy_timeout_s=1.5)
    assert engine.hide_parameters
    settings = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    with engine.connect() as connection:
        for name, value in {**settings, "foreign_keys": 1, "busy_timeout": 1500}.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value, name
    engine.dispose()


def test_a_folder_may_have_any_name_and_a_url_may_name_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c=%41#ü&x"
    engine = open_engine(folder)
    begin(Library(engine, owner="coach"))
    engine.dispose()
    assert (folder / FILE_NAME).exists()
    engine = open_engine(f"sqlite:///{tmp_path}/other.db")
    begin(Library(engine, owner="coach"))
    engine.dispose()
    assert (tmp_path / "other.db").exists()


def database_error(cause: Exception) -> DBAPIError:
    return OperationalError("INSERT Needle", {"body": "Needle"}, cause)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (database_error(psycopg.errors.DiskFull()), "full"),
        (database_error(psycopg.errors.ReadOnlySqlTransaction()), "read_only"),
        (database_error(psycopg.errors.InsufficientPrivilege()), "read_only"),
        (database_error(psycopg.errors.DeadlockDetected()), "locked"),
        (database_error(psycopg.errors.AdminShutdown()), "unreachable"),
        (database_error(psycopg.errors.TooManyConnections()), "unreachable"),
        (database_error(psycopg.errors.DataCorrupted()), "damaged"),
        (database_error(psycopg.OperationalError("server closed")), "unreachable"),
        (database_error(psycopg.errors.UndefinedTable()), "other"),
        (database_error(sqlite3.ProgrammingError("x")), "other"),
        (InterfaceError("SELECT", None, psycopg.InterfaceError()), "other"),
        (PoolTimeoutError(), "locked"),
        (SQLAlchemyError(), "other"),
        (OSError(28, "No space left on device"), "full"),
        (OSError(30, "Read-only file system"), "read_only"),
        (OSError(5, "Input/output error"), "unopenable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_failure_has_its_word(error: Exception, problem: str) -> None:
    with pytest.raises(LibraryError) as caught, translating_errors():
        raise error
    assert caught.value.problem == problem
    assert "Needle" not in str(caught.value)


def test_a_fault_of_this_program_is_no_failure_of_the_library() -> None:
    with pytest.raises(KeyError), translating_errors():
        raise KeyError("x")
