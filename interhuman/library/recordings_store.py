"""Recordings in an object store, for several machines or one whose disk does not last."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from interhuman.errors import LibraryError
from interhuman.library.object_store import NOT_THERE, Bucket
from interhuman.library.recordings import (
    LIMIT_BYTES,
    Kept,
    check_room,
    folder_of_owner,
    is_name,
    make_room,
    opened,
    unused,
)

log = logging.getLogger(__name__)

REMEMBERED_S: Final = 15.0
"""How long what the store said is not asked again, or each click would wait for its answer."""

DAMAGED: Final = "The recording in the store isn't what was kept there."

_COPY_BYTES: Final = 8 * 1024**2
_DELETED_AT_ONCE: Final = 8


class ObjectRecording:
    """A recording in an object store; see `StoredRecording`."""

    def __init__(
        self,
        bucket: Bucket,
        key: str,
        *,
        size_bytes: int | None,
        on_damaged: Callable[[str], object],
    ) -> None:
        self.sha256 = key.rpartition("/")[2]
        self._bucket = bucket
        self._key = key
        self._size_bytes = size_bytes
        self._on_damaged = on_damaged

    @property
    def size_bytes(self) -> int:
        """How large it is."""
        if self._size_bytes is None:
            self._size_bytes = self._bucket.size_bytes(self._key)
        if self._size_bytes is None:
            raise LibraryError(NOT_THERE, problem="missing")
        return self._size_bytes

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to, not including, `end`."""
        return self._bucket.read(self._key, start, end)

    def copy_to(self, path: Path) -> None:
        """Write it to a new file, in pieces, and check its content."""
        digest = hashlib.sha256()
        try:
            with path.open("xb") as file:
                for start in range(0, self.size_bytes, _COPY_BYTES):
                    piece = self.read(start, min(start + _COPY_BYTES, self.size_bytes))
                    file.write(piece)
                    digest.update(piece)
            if digest.hexdigest() != self.sha256:
                self._on_damaged(self.sha256)
                raise LibraryError(DAMAGED, problem="damaged")
        except BaseException:
            path.unlink(missing_ok=True)
            raise


class RecordingsStore:
    """Recordings of one owner in an object store; see `Recordings`.

    `library` tells the library that they belong to from others that use the same prefix: what no
    row of it refers to is deleted. `clock` gives seconds.
    """

    limit_bytes: int | None
    settles_within_s: float | None = 2.0
    is_shared = True

    def __init__(
        self,
        bucket: Bucket,
        *,
        owner: str,
        library: str = "",
        limit_bytes: int | None = LIMIT_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.needed: Callable[[], Collection[str]] = tuple
        self._folder = folder_of_owner(f"{library} {owner}")
        self._bucket = bucket
        self.limit_bytes = limit_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._absent: dict[str, float] = {}
        self._damaged: set[str] = set()
        self._listed: tuple[float, int | LibraryError] | None = None
        self._away_until_s = 0.0

    def keep(self, recording: bytes | Path) -> str:
        """Send a copy of a recording to the store."""
        with opened(recording, limit_bytes=self.limit_bytes) as (file, name):
            size_bytes = file.seek(0, os.SEEK_END)
            file.seek(0)
            key = self._key(name)
            needed = {*self.needed()} - {name} if self.limit_bytes is not None else set()
            if self.limit_bytes is not None and needed:
                check_room(
                    self._bucket.kept(self._folder),
                    size_bytes=size_bytes,
                    limit_bytes=self.limit_bytes,
                    needed=needed,
                )
            if name in self._damaged or self._bucket.size_bytes(key) != size_bytes:
                self._bucket.write(key, file, size_bytes=size_bytes)
            elif self.limit_bytes is not None:
                self._bucket.renew(key)
        self._forget(name)
        if self.limit_bytes is not None:
            kept = self._bucket.kept(self._folder)
            but = {name, *self.needed()}  # Asked again: others may have added some.
            make_room(kept, limit_bytes=self.limit_bytes, but=but, delete=self._delete)
        return name

    def find(self, sha256: str, *, anew: bool = False) -> ObjectRecording | None:
        """Return a recording of the store, or one to be looked for where that is away."""
        with self._lock:
            known_absent = not anew and self._absent.get(sha256, 0.0) > self._clock()
            is_away = self._away_until_s > self._clock()
        if not is_name(sha256) or sha256 in self._damaged or known_absent:
            return None
        size_bytes = None
        if not is_away:
            try:
                size_bytes = self._bucket.size_bytes(self._key(sha256))
            except LibraryError:
                with self._lock:
                    self._away_until_s = self._clock() + REMEMBERED_S
            else:
                if size_bytes is None:
                    with self._lock:
                        self._absent[sha256] = self._clock() + REMEMBERED_S
                    return None
        return ObjectRecording(
            self._bucket,
            self._key(sha256),
            size_bytes=size_bytes,
            on_damaged=self._damaged.add,
        )

    def space_used(self) -> int:
        """Return how many bytes the recordings take, or took just now."""
        with self._lock:
            listed = self._listed
        if listed is None or listed[0] <= self._clock():
            try:
                used: int | LibraryError = sum(one.size_bytes for one in self._kept())
            except LibraryError as error:
                used = error
            listed = (self._clock() + REMEMBERED_S, used)
            with self._lock:
                self._listed = listed
        if isinstance(listed[1], LibraryError):
            raise LibraryError(str(listed[1]), problem=listed[1].problem)
        return listed[1]

    def delete_unused(
        self, in_use: Callable[[], Collection[str]], *, freed: Collection[str] = ()
    ) -> None:
        """Delete the recordings that `in_use` doesn't return, then what was sent of others.

        A store may forbid to look for the latter, which is logged: it has rules that delete them.
        """
        names = unused(self._kept(), in_use=in_use, freed=freed)
        with ThreadPoolExecutor(_DELETED_AT_ONCE) as pool:
            for _ in pool.map(self._delete, names):
                pass
        try:
            self._bucket.abort_left_over(self._folder)
        except LibraryError as error:
            if error.problem == "unreachable":
                raise
            log.warning("unfinished uploads may be left in the store: %s", error)

    def _kept(self) -> list[Kept]:
        return self._bucket.kept(self._folder)

    def _delete(self, sha256: str) -> None:
        self._bucket.delete(self._key(sha256))
        self._forget(sha256)

    def _forget(self, sha256: str) -> None:
        """Forget what the store said before a change."""
        with self._lock:
            self._absent.pop(sha256, None)
            self._damaged.discard(sha256)
            self._listed = None

    def _key(self, sha256: str) -> str:
        return f"{self._folder}/{sha256}"
