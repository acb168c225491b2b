"""Recordings as files of a folder on this machine."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from interhuman.library.failures import translating_errors
from interhuman.library.files import write_whole
from interhuman.library.recordings import (
    LIMIT_BYTES,
    PIECE_BYTES,
    Kept,
    check_room,
    folder_of_owner,
    is_name,
    make_room,
    opened,
    unused,
)

_UNFINISHED: Final = ".part"
_LEFT_OVER_AFTER_S: Final = 3_600.0
"""Nobody still writes to an unfinished file of that age: whoever did was stopped."""


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, read anew only where it has changed. Raises OSError."""
    facts = path.stat()
    return _digest(path, facts.st_size, facts.st_mtime_ns)


@functools.lru_cache(maxsize=1_024)
def _digest(path: Path, size_bytes: int, changed_ns: int) -> str:
    """Return the SHA-256 of a file's content; size and time tell one content from the next."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class RecordingsFolder:
    """Recordings of one owner in files that their user alone can read; see `Recordings`."""

    limit_bytes: int | None
    settles_within_s: float | None = None
    is_shared = False

    def __init__(
        self,
        folder: Path,
        *,
        owner: str,
        limit_bytes: int | None = LIMIT_BYTES,
    ) -> None:
        self.folder = folder / folder_of_owner(owner)
        self.limit_bytes = limit_bytes
        self.needed: Callable[[], Collection[str]] = tuple

    def keep(self, recording: bytes | Path) -> str:
        """Write a copy of a recording to the disk."""
        with opened(recording, limit_bytes=self.limit_bytes) as (file, name):
            needed = {*self.needed()} - {name} if self.limit_bytes is not None else set()
            if self.limit_bytes is not None and needed:
                check_room(
                    self._files(),
                    size_bytes=file.seek(0, os.SEEK_END),
                    limit_bytes=self.limit_bytes,
                    needed=needed,
                )
                file.seek(0)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / name
            if self.find(name) is None:
                pieces = iter(lambda: file.read(PIECE_BYTES), b"")
                unfinished = self.folder / f"{name}.{secrets.token_hex(8)}{_UNFINISHED}"
                write_whole(path, pieces, unfinished=unfinished)
            else:
                os.utime(path)
            if self.limit_bytes is not None:
                files = self._files()
                but = {name, *self.needed()}  # Asked again: others may have added some.
                make_room(files, limit_bytes=self.limit_bytes, but=but, delete=self._delete)
        return name

    def find(self, sha256: str, *, anew: bool = False) -> Path | None:
        """Return the file of a recording.

        Its content is checked the first time, in pieces, and again when the file has changed.
        """
        if not is_name(sha256):
            return None
        path = self.folder / sha256
        try:
            return path if digest_of(path) == sha256 else None
        except OSError:
            return None

    def space_used(self) -> int:
        """Return how many bytes the recordings take."""
        return sum(one.size_bytes for one in self._files())

    def delete_unused(
        self, in_use: Callable[[], Collection[str]], *, freed: Collection[str] = ()
    ) -> None:
        """Delete the recordings that `in_use` doesn't return; see `Recordings.delete_unused`."""
        played: OSError | None = None
        with translating_errors():
            for sha256 in unused(self._files(), in_use=in_use, freed=freed):
                try:
                    (self.folder / sha256).unlink(missing_ok=True)
                except PermissionError as error:  # Windows: somebody plays it.
                    played = error
            if played is not None:
                raise played

    def _delete(self, sha256: str) -> bool:
        with contextlib.suppress(PermissionError):  # Windows: somebody plays it.
            (self.folder / sha256).unlink(missing_ok=True)
            return True
        return False

    def _files(self) -> list[Kept]:
        """Return what is kept; what a stopped process left unfinished is deleted on the way."""
        files, now_s = [], time.time()
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue  # Another process has just deleted it.
            if is_name(path.name):
                files.append(Kept(now_s - facts.st_mtime, facts.st_size, path.name))
            elif path.suffix == _UNFINISHED and now_s - facts.st_mtime > _LEFT_OVER_AFTER_S:
                path.unlink(missing_ok=True)
        return files
