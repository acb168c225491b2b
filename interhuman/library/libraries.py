"""The libraries of a process: one engine, a library for each owner, and what is left to do in it.

No Streamlit here.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from interhuman.deployment import LibraryPlace
from interhuman.errors import InterhumanError, LibraryError
from interhuman.library.engine import folder_of, open_engine
from interhuman.library.folders import risk_of
from interhuman.library.library import Library
from interhuman.library.migrations import library_id
from interhuman.library.object_store import Bucket
from interhuman.library.reading import read_kept, summarize
from interhuman.library.recordings import Recordings
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.library.recordings_store import RecordingsStore

log = logging.getLogger(__name__)

LOCAL_OWNER = "local"
"""Whoever sits at the machine that runs the page."""

UNDO_FOR = timedelta(minutes=10)
"""How long a deleted analysis can be brought back; after that it is erased."""

RETRY_AFTER_S = 30.0
"""A library that could not be opened is not tried again before, or each click would wait for it."""

NO_ANSWER = "Its response isn't in the library."


class Timer(Protocol):
    """What `threading.Timer` makes, as far as it is used here."""

    daemon: bool

    def start(self) -> None:
        """Begin to wait."""


class Libraries:
    """The libraries of this process, opened when they are first asked for; safe between threads.

    `timer` is `threading.Timer` or stands in for it. `risk` says why the library's file may be
    damaged where it is.
    """

    def __init__(
        self,
        place: LibraryPlace,
        *,
        clock: Callable[[], float] = time.monotonic,
        timer: Callable[..., Timer] = threading.Timer,
    ) -> None:
        self.place = place
        folder = place.folder if place.url is None else folder_of(place.url)
        self.risk = risk_of(folder.resolve()) if folder is not None else None
        if self.risk is not None:
            log.warning("%s", self.risk)
        self._clock = clock
        self._timer = timer
        self._lock = threading.Lock()
        self._open_engine = functools.cache(
            lambda: open_engine(place.url or place.folder or Path())
        )
        self._open_bucket = functools.cache(Bucket)
        self._libraries: dict[str, Library] = {}
        self._catching_up: list[threading.Thread] = []
        self._failure: tuple[float, LibraryError] | None = None

    def of(self, owner: str) -> Library:
        """Return the library of an owner; the first call also finishes what is left over there.

        Raises LibraryError, for a while without trying, when it cannot be opened.
        """
        with self._lock:
            if owner in self._libraries:
                return self._libraries[owner]
            if self._failure is not None and self._clock() < self._failure[0] + RETRY_AFTER_S:
                raise self._failure[1]
        # Not under the lock: a database that does not answer would stop every visitor, one by one.
        library = self._open(owner)
        with self._lock:
            if owner in self._libraries:
                return self._libraries[owner]
            self._libraries[owner] = library
        self._catch_up_later(library, owner)
        return library

    def purge_later(self, library: Library) -> None:
        """Erase what is deleted now once it can no longer be brought back."""
        timer = self._timer(UNDO_FOR.total_seconds() + 1.0, purge, args=(library,))
        timer.daemon = True
        timer.start()

    def wait_until_caught_up(self, timeout_s: float) -> bool:
        """Wait for what goes on in the background; return whether it has ended."""
        for thread in self._catching_up:
            thread.join(timeout_s)
        return not any(thread.is_alive() for thread in self._catching_up)

    def _open(self, owner: str) -> Library:
        try:
            engine = self._open_engine()
            library = Library(engine, owner=owner)
            library.recordings = self._recordings(engine, owner)
        except LibraryError as error:
            self._failure = (self._clock(), error)
            raise
        return library

    def _catch_up_later(self, library: Library, owner: str) -> None:
        thread = threading.Thread(
            target=self._catch_up, args=(library, owner), name="library", daemon=True
        )
        self._catching_up.append(thread)
        thread.start()

    def _recordings(self, engine: Engine, owner: str) -> Recordings | None:
        place, limit_bytes = self.place, self.place.recordings_limit_bytes
        if limit_bytes == 0:
            return None
        if place.store is not None:
            bucket, id = self._open_bucket(place.store), library_id(engine)
            return RecordingsStore(bucket, owner=owner, library=id, limit_bytes=limit_bytes)
        if place.folder is None:
            return None
        folder = place.folder / "recordings"
        return RecordingsFolder(folder, owner=owner, limit_bytes=limit_bytes)

    def _catch_up(self, library: Library, owner: str) -> None:
        """Bring to an end what an earlier process began, one step whatever comes of another."""
        if library.notice is not None:
            return
        steps: list[Callable[[], object]] = [
            library.close_abandoned,
            lambda: read_unread(library),
            lambda: purge(library),
        ]
        for step in steps:
            try:
                step()
            except InterhumanError as error:
                log.warning("the library is not as it should be: %s", error)
        self.purge_later(library)


def read_unread(library: Library) -> None:
    """Read answers that an earlier process kept but did not read. Raises LibraryError."""
    for row in library.unread():
        raw = library.raw(row.id)
        try:
            if raw is None:
                raise LibraryError(NO_ANSWER)
            analysis = read_kept(row, raw)
        except InterhumanError as error:
            library.fail(row.id, str(error))
        else:
            library.finish(row.id, summary=summarize(analysis))


def purge(library: Library) -> None:
    """Erase what was deleted too long ago to be brought back; a busy log is left for the next."""
    try:
        library.purge_deleted(before=datetime.now(UTC) - UNDO_FOR)
    except LibraryError as error:
        log.warning("what was deleted is not erased yet: %s", error)
