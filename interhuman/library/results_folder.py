"""The folder of results, which came before the library: a file for each answer.

A list is made of file names alone, whatever is in the folder: a file's name says when its answer
came and of which recording; its content is read when it is taken in.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from interhuman.answers.saved import MAX_SAVED_BYTES
from interhuman.errors import ResultStoreError, SavedFileError
from interhuman.text import displayable

_ENDINGS = (".json", ".part")
_NAME = re.compile(
    r"(?P<moment>\d{8}T\d{6}\.\d{6})Z"
    r"(?:_(?P<recording>[^_]+)_[^_]+_[0-9a-f]{6}(?:-(?P<kind>[a-z]+))?\.json)?.*",
    re.ASCII | re.DOTALL,
)
"""The moment first, so that names sort by time; then the recording, an id, and what it is."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One answer on disk, as far as the name of its file tells."""

    path: Path
    received_at: datetime | None = None
    """In UTC; None for a file that was not written here."""
    recording: str | None = None
    """The recording's name, with dashes for what a file's name should not hold."""
    kind: str | None = None
    """"submitted" for a job that had yet to run, "incomplete" for an answer that broke off."""

    @property
    def title(self) -> str:
        """What to call it: the recording's name, else the file's; fit to be shown as text."""
        return self.recording or displayable(self.path.name)


def stored_answers(folder: Path) -> tuple[StoredAnswer, ...]:
    """List what is there by name, the newest first, then what was not written there by the page.

    Raises ResultStoreError when the folder cannot be read.
    """
    try:
        paths = list(folder.iterdir())
    except OSError as error:
        raise ResultStoreError(f"The folder for results cannot be read: {_why(error)}.") from None
    stored = [_from_name(path) for path in paths if path.name.endswith(_ENDINGS)]
    stored.sort(key=lambda one: (one.received_at is not None, one.path.name), reverse=True)
    return tuple(stored)


def read_stored(stored: StoredAnswer) -> bytes:
    """Return the content of one of `stored_answers`.

    Raises SavedFileError when it cannot be read or is no file.
    """
    try:
        return _content(stored.path)
    except OSError as error:
        raise SavedFileError(f"This file cannot be read: {_why(error)}.") from None


def _content(path: Path) -> bytes:
    """Read a regular file; anything else could hang or have no end.

    Raises SavedFileError when it is none or far too large, and OSError.
    """
    with open(path, "rb", opener=_open_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise SavedFileError("This is not a file, so not a saved result.")
        return file.read(MAX_SAVED_BYTES + 1)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file, or a pipe without waiting for somebody to write to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _from_name(path: Path) -> StoredAnswer:
    """Return what a file's name says about it."""
    match = _NAME.fullmatch(path.name)
    try:
        moment = datetime.strptime(match["moment"], "%Y%m%dT%H%M%S.%f") if match else None
    except ValueError:
        moment = None
    if match is None or moment is None:
        return StoredAnswer(path)
    name = displayable(match["recording"]) if match["recording"] else None
    return StoredAnswer(path, moment.replace(tzinfo=UTC), name, match["kind"])


def _why(error: OSError) -> str:
    return error.strerror or str(error)
