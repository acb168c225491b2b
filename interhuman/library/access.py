"""A way into the library's database for one owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine

from interhuman.errors import LibraryError, LibraryProblem
from interhuman.library.engine import erase_freed, is_read_only, writing
from interhuman.library.failures import error_for, translating_errors
from interhuman.library.migrations import MIGRATIONS, migrate, version_of
from interhuman.text import displayable


class OwnerAccess:
    """Connections for reading and writing, whose errors are LibraryError, and whose they are.

    `notice` says why the library can be read but not changed, None for one that can.
    """

    def __init__(self, engine: Engine, *, owner: str, clock: Callable[[], datetime]) -> None:
        if not owner or displayable(owner) != owner:
            raise ValueError("an owner is text that can be kept")
        self.owner = owner
        self.now = clock
        self.engine = engine
        self._locked: LibraryProblem | None = None
        try:
            if migrate(engine) > len(MIGRATIONS):
                self._locked = "newer"
            elif is_read_only(engine):
                self._locked = "readable"
        except LibraryError as error:
            # Of an earlier version, on a disk that nothing can be written to: still to be read.
            if error.problem != "read_only" or version_of(engine) == 0:
                raise
            self._locked = "readable"
        self.notice = str(error_for(self._locked)) if self._locked else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the library."""
        with translating_errors(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are on the disk, all or none, when this ends."""
        if self._locked is not None:
            raise error_for(self._locked)
        with translating_errors(), writing(self.engine) as connection:
            yield connection

    def refuse_changes(self) -> None:
        """Have every change fail from now on: the database is being deleted."""
        self._locked = "missing"
        self.notice = str(error_for(self._locked))

    def erase_freed(self) -> bool:
        """Truncate the write-ahead log; return False if a reader blocked it."""
        with translating_errors():
            return erase_freed(self.engine)
