"""Recordings kept beside the library, so that an analysis opens with its player."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import os
import re
import secrets
import time
from collections.abc import Collection
from pathlib import Path
from typing import Final

from interhuman.errors import LibraryError
from interhuman.library.failures import translating_errors
from interhuman.library.files import write_whole

LIMIT_BYTES: Final = 2_000_000_000
"""How much all recordings of one owner may take, unless another limit is given."""

_PIECE_BYTES = 1024**2
_UNFINISHED = ".part"
_LEFT_OVER_AFTER_S = 3_600.0
"""Nobody still writes to an unfinished file of that age: whoever did was stopped."""

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@functools.lru_cache(maxsize=1_024)
def _digest(path: Path, size_bytes: int, changed_ns: int) -> str:
    """Return the SHA-256 of a file's content; size and time tell one content from the next."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Recordings:
    """The recordings of one owner: files named by their SHA-256, readable by their user alone.

    They take `limit_bytes` at most: the one that was kept longest ago goes first.
    """

    def __init__(
        self,
        folder: Path,
        *,
        owner: str,
        limit_bytes: int = LIMIT_BYTES,
    ) -> None:
        self.folder = folder / hashlib.sha256(owner.encode()).hexdigest()[:32]
        self.limit_bytes = limit_bytes

    def keep(self, recording: bytes | Path) -> str:
        """Keep a copy of a recording whole or not at all; return its SHA-256 in hexadecimal.

        Raises LibraryError when it cannot be written or is larger than the limit.
        """
        with (
            translating_errors(),
            io.BytesIO(recording) if isinstance(recording, bytes) else recording.open("rb") as file,
        ):
            if file.seek(0, os.SEEK_END) > self.limit_bytes:
                raise LibraryError(
                    "The recording is larger than the space for recordings.",
                    problem="full",
                )
            file.seek(0)
            name = hashlib.file_digest(file, "sha256").hexdigest()
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / name
            if self.find(name) is None:
                file.seek(0)
                pieces = iter(lambda: file.read(_PIECE_BYTES), b"")
                unfinished = self.folder / f"{name}.{secrets.token_hex(8)}{_UNFINISHED}"
                write_whole(path, pieces, unfinished=unfinished)
            else:
                os.utime(path)
            self._make_room(but=name)
        return name

    def find(self, sha256: str) -> Path | None:
        """Return the file of a recording; None where it is not here or is not what it was.

        Its content is checked the first time, in pieces, and again when the file has changed.
        """
        if not _SHA256.fullmatch(sha256):
            return None
        path = self.folder / sha256
        try:
            facts = path.stat()
            return path if _digest(path, facts.st_size, facts.st_mtime_ns) == sha256 else None
        except OSError:
            return None

    def space_used(self) -> int:
        """Return how many bytes the recordings take."""
        return sum(size for _, size, _ in self._files())

    def delete_all_but(self, sha256s: Collection[str]) -> None:
        """Delete every recording that is not among these. Raises LibraryError."""
        in_use: OSError | None = None
        with translating_errors():
            for _, _, path in self._files():
                if path.name not in sha256s:
                    try:
                        path.unlink(missing_ok=True)
                    except PermissionError as error:  # Windows: somebody plays it.
                        in_use = error
            if in_use is not None:
                raise in_use

    def _make_room(self, *, but: str) -> None:
        files = self._files()
        too_much = sum(size for _, size, _ in files) - self.limit_bytes
        for _, size, path in files:
            if too_much > 0 and path.name != but:
                with contextlib.suppress(PermissionError):  # Windows: somebody plays it.
                    path.unlink(missing_ok=True)
                    too_much -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        """Return when each recording was kept, its size and its file, the oldest first.

        What a stopped process left unfinished is deleted on the way.
        """
        files = []
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue  # Another process has just deleted it.
            if _SHA256.fullmatch(path.name):
                files.append((facts.st_mtime, facts.st_size, path))
            elif path.suffix == _UNFINISHED and time.time() - facts.st_mtime > _LEFT_OVER_AFTER_S:
                path.unlink(missing_ok=True)
        return sorted(files)
