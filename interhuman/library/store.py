"""Results kept on disk: every answer that may have been paid for, before anything reads it.

One file for each answer, in the format of saved results, written whole or not at all and
readable by its owner alone. A list is made of file names alone, whatever is in the folder: a
file's name says when its answer came and of which recording; its content is read when it is opened.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from interhuman.answers.answer import Answer
from interhuman.answers.saved import MAX_SAVED_BYTES, SavedAnalysis, load, pack
from interhuman.errors import ResultStoreError, SavedFileError
from interhuman.text import displayable

MAX_LISTED = 500
"""So many files are listed at most, the newest first."""

ACCEPTED = 202
"""The HTTP status of a job that was taken and has yet to run."""

_ENDING, _UNFINISHED = ".json", ".part"
_PART_BYTES = 80
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


class ResultStore:
    """A folder of answers.

    Raises ResultStoreError when the folder cannot be made or used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            usable = os.access(folder, os.W_OK | os.X_OK | os.R_OK)
        except (OSError, ValueError) as error:
            raise ResultStoreError(
                f"The folder for results cannot be used: {_why(error)}."
            ) from None
        if not usable:
            raise ResultStoreError("The folder for results cannot be written to.")

    def keep(self, answer: Answer, *, recording: str | None) -> Path:
        """Write an answer whole or not at all, and return its file.

        Raises ResultStoreError when it cannot be written; nothing half-written is left then.
        """
        facts = {
            "correlation_id": answer.correlation_id,
            "sandbox": answer.sandbox,
            "path": answer.path,
            "status": answer.status,
            "complete": answer.complete,
        }
        data = pack(answer.body, facts, recording=recording, saved_at=answer.received_at)
        path = self.folder / _name_for(answer, recording)
        try:
            write_whole(path, data, unfinished=path.with_name(path.name + _UNFINISHED))
        except OSError as error:
            raise ResultStoreError(
                f"The answer could not be kept on disk: {_why(error)}."
            ) from None
        return path

    def entries(self, *, limit: int | None = MAX_LISTED) -> tuple[StoredAnswer, ...]:
        """List what is there by name, the newest first, then what was not written here.

        `limit` is how many are listed at most, None for all.

        Raises ResultStoreError when the folder itself cannot be read.
        """
        try:
            paths = list(self.folder.iterdir())
        except OSError as error:
            raise ResultStoreError(
                f"The folder for results cannot be read: {_why(error)}."
            ) from None
        stored = [_from_name(path) for path in paths if path.name.endswith((_ENDING, _UNFINISHED))]
        stored.sort(key=lambda one: (one.received_at is not None, one.path.name), reverse=True)
        return tuple(stored[:limit])

    def open(self, stored: StoredAnswer) -> SavedAnalysis:
        """Read one of `entries`.

        Raises SavedFileError with the reason when it cannot be read or holds no result.
        """
        return load(self.read(stored))

    def read(self, stored: StoredAnswer) -> bytes:
        """Return the content of one of `entries`.

        Raises SavedFileError when it cannot be read or is no file.
        """
        try:
            return _content(stored.path)
        except OSError as error:
            raise SavedFileError(f"This file cannot be read: {_why(error)}.") from None


def _name_for(answer: Answer, recording: str | None) -> str:
    """Return a name that sorts by time; its last part makes it the only one of its kind."""
    moment = answer.received_at.astimezone(UTC)
    parts = (recording or "recording", answer.correlation_id or "no-id")
    kind = "-submitted" if answer.status == ACCEPTED else "" if answer.complete else "-incomplete"
    last = secrets.token_hex(3) + kind + _ENDING
    return "_".join((f"{moment:%Y%m%dT%H%M%S.%f}Z", *map(_plain, parts), last))


def _plain(text: str) -> str:
    """Return text fit for a file's name on any system: letters, digits, dots and dashes."""
    plain = re.sub(r"[^\w.-]+", "-", text.replace("_", "-")).strip("-.") or "recording"
    return plain.encode("utf-8", "ignore")[:_PART_BYTES].decode("utf-8", "ignore")


def write_whole(path: Path, data: bytes, *, unfinished: Path) -> None:
    """Write to the disk under another name in the same folder, then rename in one step."""
    number = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    fsync_directory(path.parent)


def fsync_directory(folder: Path) -> None:
    """Write a folder's entries to the disk, so that a power cut does not lose a new file's name."""
    if os.name == "posix":  # Windows cannot open a folder.
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


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


def _why(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
