"""Recordings kept beside the library, so that an analysis opens with its player."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol

from interhuman.errors import LibraryError
from interhuman.library.failures import translating_errors

LIMIT_BYTES: Final = 2_000_000_000
"""How much all recordings of one owner may take, unless another limit is given."""

GRACE_S: Final = 3_600.0
"""How long an unused recording stays that nobody erased: another machine may have just kept it."""

PIECE_BYTES: Final = 1024**2

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class StoredRecording(Protocol):
    """A recording that is elsewhere: read in pieces, or copied to this machine."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of its content, in hexadecimal."""

    @property
    def size_bytes(self) -> int:
        """How large it is; asks the store where that is not known. Raises LibraryError."""

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to, not including, `end`. Raises LibraryError."""

    def copy_to(self, path: Path) -> None:
        """Write it to a new file, in pieces, and check its content.

        Leaves no file where it raises (LibraryError, OSError).
        """


class Recordings(Protocol):
    """The recordings of one owner, each named by its SHA-256 in hexadecimal.

    They take `limit_bytes` at most (None: any amount): the one that was kept longest ago goes
    first, but none of those that `needed` returns. `settles_within_s` is how long to wait for
    `keep` before going on without it, None for as long as it takes.
    """

    limit_bytes: int | None
    settles_within_s: float | None
    needed: Callable[[], Collection[str]]

    @property
    def is_shared(self) -> bool:
        """Whether every machine has the same ones, rather than those that were added on it."""

    def keep(self, recording: bytes | Path) -> str:
        """Keep a copy of a recording whole or not at all; return its SHA-256.

        Raises LibraryError when it cannot be written or is larger than the limit.
        """

    def find(self, sha256: str, *, anew: bool = False) -> Path | StoredRecording | None:
        """Return a recording; None where it is not here or is not what it was.

        What cannot be reached now is returned, too: whoever reads it hears of that. What a store
        said just now of a missing one counts, unless it is to be asked `anew`.
        """

    def space_used(self) -> int:
        """Return how many bytes the recordings take. Raises LibraryError."""

    def delete_unused(
        self, in_use: Callable[[], Collection[str]], *, freed: Collection[str] = ()
    ) -> None:
        """Delete the recordings that `in_use` doesn't return; see `unused`. Raises LibraryError."""


class Kept(NamedTuple):
    """A recording that is kept."""

    age_s: float
    """How long ago it was kept, by the clock of where it is."""
    size_bytes: int
    sha256: str


def is_name(text: str) -> bool:
    """Return whether a recording can be called that."""
    return _SHA256.fullmatch(text) is not None


def folder_of_owner(owner: str) -> str:
    """Return what the folder of an owner is called, which says nothing about who that is."""
    return hashlib.sha256(owner.encode()).hexdigest()[:32]


@contextmanager
def opened(recording: bytes | Path, *, limit_bytes: int | None) -> Iterator[tuple[BinaryIO, str]]:
    """Give a recording as a file at its start, and its SHA-256.

    Raises LibraryError when it is larger than the limit or can't be read.
    """
    with (
        translating_errors(),
        io.BytesIO(recording) if isinstance(recording, bytes) else recording.open("rb") as file,
    ):
        if limit_bytes is not None and file.seek(0, os.SEEK_END) > limit_bytes:
            raise LibraryError(
                "The recording is larger than the space for recordings.", problem="full"
            )
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        yield file, sha256


def check_room(
    kept: Iterable[Kept], *, size_bytes: int, limit_bytes: int, needed: Collection[str]
) -> None:
    """Raise LibraryError where there is no room for a recording beside those that are needed."""
    if size_bytes + sum(one.size_bytes for one in kept if one.sha256 in needed) > limit_bytes:
        raise LibraryError(
            "The space for recordings is full of those that are still to be analyzed.",
            problem="full",
        )


def make_room(
    kept: Iterable[Kept],
    *,
    limit_bytes: int,
    but: Collection[str],
    delete: Callable[[str], object],
) -> None:
    """Delete the oldest recordings, but none of some, until the rest is within the limit.

    `delete` says with a LibraryError or False that one can't be deleted now.
    """
    oldest_first = sorted(kept, reverse=True)
    too_much = sum(one.size_bytes for one in oldest_first) - limit_bytes
    for one in oldest_first:
        if too_much > 0 and one.sha256 not in but and delete(one.sha256) is not False:
            too_much -= one.size_bytes


def unused(
    kept: Iterable[Kept], *, in_use: Callable[[], Collection[str]], freed: Collection[str]
) -> list[str]:
    """Return the recordings to delete: unused ones that are `freed` or past their grace.

    `in_use` is asked after `kept` was listed, so what was added in between isn't taken for unused.
    """
    used = in_use()
    return [
        one.sha256
        for one in kept
        if one.sha256 not in used and (one.age_s >= GRACE_S or one.sha256 in freed)
    ]
