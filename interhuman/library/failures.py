"""What databases say when they fail, in words for whoever keeps analyses."""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from interhuman.errors import LibraryError, LibraryProblem

log = logging.getLogger(__name__)


class AddedBeforeError(Exception):
    """Raised instead of adding an analysis that somebody else has just added."""


_MESSAGES: dict[LibraryProblem, str] = {
    "full": "The disk that holds the library is full. Free some space, then try again.",
    "read_only": "The library can't be written to: its folder or its database is read-only.",
    "readable": "This library is on a disk or in a folder that can't be written to. You can read "
    "it, but you can't change it or add to it.",
    "locked": "The library is busy: another program has locked it. Try again in a moment.",
    "unopenable": "The library's file or folder can't be opened.",
    "unreachable": "The library's database can't be reached, or doesn't accept the sign-in.",
    "damaged": "The library's file is damaged or isn't a library. Replace it with a backup.",
    "newer": "This library was made by a newer version of the app. You can read it, but you can't "
    "change it or add to it until the app is updated.",
    "missing": "This analysis is no longer in the library.",
    "other": "The library couldn't be used.",
}

_SQLITE_PROBLEMS: dict[int, LibraryProblem] = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CANTOPEN: "unopenable",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}

_POSTGRESQL_PROBLEMS: dict[str, LibraryProblem] = {
    "53100": "full",
    "25006": "read_only",
    "42501": "read_only",
    "55P03": "locked",
    "40P01": "locked",
    "40001": "locked",
    "53300": "unreachable",
    "57P01": "unreachable",
    "57P02": "unreachable",
    "57P03": "unreachable",
    "XX001": "damaged",
    "XX002": "damaged",
}
"""By SQLSTATE, see the table of error codes in PostgreSQL's manual."""

_FILE_PROBLEMS: dict[int, LibraryProblem] = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EROFS: "read_only",
}


def error_for(problem: LibraryProblem) -> LibraryError:
    """Return the error for a problem, in this package's words."""
    return LibraryError(_MESSAGES[problem], problem=problem)


@contextmanager
def translating_errors() -> Iterator[None]:
    """Raise LibraryError for whatever a database or a file system refuses.

    The original error is not chained to it: a traceback would show what was to be stored.
    """
    try:
        yield
    except SQLAlchemyError as error:
        problem, kind = _problem_of(error), _kind_of(error)
    except OSError as error:
        problem = _FILE_PROBLEMS.get(error.errno or 0, "unopenable")
        kind = f"{type(error).__name__}: {error.strerror}"
    else:
        return
    log.warning("the library failed: %s (%s)", problem, kind)
    raise error_for(problem) from None


def _problem_of(error: SQLAlchemyError) -> LibraryProblem:
    if isinstance(error, PoolTimeoutError):
        return "locked"
    if not isinstance(error, DBAPIError):
        return "other"
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # The low byte of an extended code is the plain one.
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_IOERR:
            return "full" if "WRITE" in cause.sqlite_errorname else "unopenable"
        return _SQLITE_PROBLEMS.get(code, "other")
    state = getattr(cause, "sqlstate", None)
    if state is None and type(cause).__name__ == "OperationalError":
        return "unreachable"
    return _POSTGRESQL_PROBLEMS.get(state or "", "other")


def _kind_of(error: SQLAlchemyError) -> str:
    """Return what can be said of an error without what was to be stored."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return f"{type(cause).__name__} {code}" if code else type(cause).__name__
