"""Results kept on disk: every answer that may have been paid for, before anything reads it.

One file for each answer, in the format of saved results, written whole or not at all and
readable by its owner alone. Whatever is in the folder is listed, also what cannot be opened.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from interhuman.errors import ResultStoreError, SavedFileError
from interhuman.saved import SavedAnalysis, load, pack
from interhuman.transport import Answer

MAX_LISTED = 500
"""So many files are listed at most, the newest first."""

_ENDING, _UNFINISHED = ".json", ".part"
_PART_BYTES = 80
_NAME = re.compile(r"(\d{8}T\d{6}\.\d{6})Z_.+")


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer on disk: its result, or in `problem` why it holds none that can be shown."""

    path: Path
    received_at: datetime | None
    """In UTC, from the file's name; None for a file that was not written here."""
    saved: SavedAnalysis | None = None
    problem: str | None = None


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
            _write(path, data)
        except OSError as error:
            raise ResultStoreError(
                f"The answer could not be kept on disk: {_why(error)}."
            ) from None
        return path

    def entries(self) -> tuple[Kept, ...]:
        """Open everything that is there, the newest first; nothing in the folder raises.

        Raises ResultStoreError when the folder itself cannot be read.
        """
        try:
            paths = sorted(self.folder.iterdir(), reverse=True)
        except OSError as error:
            raise ResultStoreError(
                f"The folder for results cannot be read: {_why(error)}."
            ) from None
        wanted = [path for path in paths if path.name.endswith((_ENDING, _UNFINISHED))]
        return tuple(_opened(path) for path in wanted[:MAX_LISTED])


def _name_for(answer: Answer, recording: str | None) -> str:
    """Return a name that sorts by time; its last part makes it the only one of its kind."""
    moment = answer.received_at.astimezone(UTC)
    parts = (recording or "recording", answer.correlation_id or "no-id", secrets.token_hex(3))
    return "_".join((f"{moment:%Y%m%dT%H%M%S.%f}Z", *map(_plain, parts))) + _ENDING


def _plain(text: str) -> str:
    """Return text fit for a file's name on any system: letters, digits, dots and dashes."""
    plain = re.sub(r"[^\w.-]+", "-", text.replace("_", "-")).strip("-.") or "recording"
    return plain.encode("utf-8", "ignore")[:_PART_BYTES].decode("utf-8", "ignore")


def _write(path: Path, data: bytes) -> None:
    """Write beside the place, make it last, then move it there in one step."""
    unfinished = path.with_name(path.name + _UNFINISHED)
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
    _make_last(path.parent)


def _make_last(folder: Path) -> None:
    """Make the folder's new entry last through a power cut, where the system can (not Windows)."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _opened(path: Path) -> Kept:
    received_at = _moment_in(path.name)
    try:
        return Kept(path, received_at, saved=load(path.read_bytes()))
    except SavedFileError as error:
        return Kept(path, received_at, problem=str(error))
    except OSError as error:
        return Kept(path, received_at, problem=f"This file cannot be read: {_why(error)}.")


def _moment_in(name: str) -> datetime | None:
    found = _NAME.fullmatch(name)
    try:
        moment = datetime.strptime(found[1], "%Y%m%dT%H%M%S.%f") if found else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment else None


def _why(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
