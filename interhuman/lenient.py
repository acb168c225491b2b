"""Reading single values from JSON without ever giving up on the rest.

Every reader takes what can be taken and notes what could not be, with its path and what was
done about it. None of them raises, whatever JSON holds.
"""

from __future__ import annotations

import json
import math
from typing import Any

from interhuman.analysis import DIMENSIONS, QualityScores, Unread

LONGEST_S = 360_000.0
"""A hundred hours: a time beyond it is a mistake, and no chart could show it."""

MAX_NOTES = 1_000
"""So many notes are kept one by one; of the rest only the number."""

PROBABILITIES = ("high", "medium", "low")


class NotJSONError(ValueError):
    """The bytes are not JSON; the message completes "the answer …"."""


def decode(raw_bytes: bytes) -> Any:
    """Return the JSON value in `raw_bytes`.

    Numbers beyond all measure become infinite instead of costing the whole answer.

    Raises NotJSONError for anything that is not JSON in UTF-8, and for nesting too deep to read.
    """
    if not raw_bytes.strip():
        raise NotJSONError("is empty")
    try:
        return json.loads(raw_bytes, parse_int=_integer)
    except UnicodeDecodeError:
        raise NotJSONError("is not valid text (UTF-8)") from None
    except RecursionError:
        raise NotJSONError("is nested too deeply to be read") from None
    except ValueError as error:
        what = "is a web page" if raw_bytes.lstrip()[:1] == b"<" else "is not complete JSON"
        where = f" (at character {error.pos:,})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotJSONError(what + where) from None


def _integer(digits: str) -> int | float:
    # Python refuses to convert more than a few thousand digits.
    return int(digits) if len(digits) < 400 else float(digits)


class Notes:
    """Collects what could not be read as it was sent."""

    def __init__(self) -> None:
        self._notes: list[Unread] = []
        self._more = 0

    def add(self, path: str, why: str) -> None:
        """Note that what stands at `path` could not be read, and why."""
        if len(self._notes) < MAX_NOTES:
            self._notes.append(Unread(path, why))
        else:
            self._more += 1

    def all(self) -> tuple[Unread, ...]:
        """Return the notes in the order they were made."""
        rest = [Unread("", f"and {self._more:,} more like these")] if self._more else []
        return (*self._notes, *rest)


def shown(value: Any) -> str:
    """Return a short printable picture of any JSON value, for a note."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return "a huge number"
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def items(value: Any, path: str, notes: Notes) -> list[Any]:
    """Return a list's items; none (and a note) when it is no list."""
    if isinstance(value, list):
        return value
    if value is not None:
        notes.add(path, f"is {shown(value)} instead of a list; left out")
    return []


def mapping(value: Any, path: str, notes: Notes) -> dict[str, Any] | None:
    """Return an object; None (and a note) when it is none."""
    if isinstance(value, dict):
        return value
    notes.add(path, f"is {shown(value)} instead of an object; left out")
    return None


def number(value: Any, path: str, notes: Notes) -> float | None:
    """Return a finite number, also one written as text (noted); else None and a note."""
    read: float | None = None
    plain = isinstance(value, str) and value.isascii() and "_" not in value
    if plain or (isinstance(value, int | float) and not isinstance(value, bool)):
        try:
            read = float(value)
        except (ValueError, OverflowError):
            read = None
    if read is None or not math.isfinite(read):
        notes.add(path, f"is {shown(value)} instead of a number; left out")
        return None
    if isinstance(value, str):
        notes.add(path, f"is text; read as the number {read:g}")
    return read


def text(value: Any, path: str, notes: Notes) -> str | None:
    """Return text; None when it is not there or null, None and a note when it is no text."""
    if value is None:
        return None
    if not isinstance(value, str):
        notes.add(path, f"is {shown(value)} instead of text; left out")
        return None
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if whole != value:
        notes.add(path, "held broken characters; they were replaced")
    return whole


def name(value: Any, path: str, notes: Notes) -> str | None:
    """Return a name that must be there; None and a note when there is none."""
    read = text(value, path, notes)
    if value is None or (read is not None and not read.strip()):
        notes.add(path, "is not there or empty")
        return None
    return read.strip() if read is not None else None


def texts(value: Any, path: str, notes: Notes) -> tuple[str, ...]:
    """Return a list of texts, one text alone taken as a list of one; null is an empty list."""
    listed = [value] if isinstance(value, str) else items(value, path, notes)
    read = [name(item, f"{path}[{i}]", notes) for i, item in enumerate(listed)]
    return tuple(item for item in read if item is not None)


def span(
    item: dict[str, Any], path: str, notes: Notes, keys: tuple[str, str] = ("start", "end")
) -> tuple[float, float] | None:
    """Return start and end in seconds, in order and from 0; None and notes when unreadable."""
    times = [_time(item.get(key), f"{path}.{key}", notes) for key in keys]
    start, end = times
    if start is None or end is None:
        return None
    if start > end:
        notes.add(path, f"starts at {start:g} s after its end at {end:g} s; put in order")
        start, end = end, start
    return start, end


def _time(value: Any, path: str, notes: Notes) -> float | None:
    read = number(value, path, notes)
    if read is None:
        return None
    if read > LONGEST_S:
        notes.add(path, f"is {shown(value)} s, longer than any recording; left out")
        return None
    if read < 0:
        notes.add(path, f"is before the recording ({read:g} s); taken as 0")
        return 0.0
    return read


def probability(value: Any, path: str, notes: Notes) -> str | None:
    """Return "high", "medium" or "low"; None when not there, None and a note for all else."""
    if value is None:
        return None
    level = value.strip().lower() if isinstance(value, str) else None
    if level in PROBABILITIES:
        return level
    notes.add(path, f"is {shown(value)}, not high, medium or low; taken as unknown")
    return None


def scores(value: Any, path: str, notes: Notes) -> QualityScores | None:
    """Return the index and the dimensions, None for each that is unreadable or outside 0-100.

    None as a whole (and notes) when there is not one score in it.
    """
    found = mapping(value, path, notes)
    if found is None:
        return None
    read = {
        key: _score(found, key, f"{path}.{key}", notes) for key in ("quality_index", *DIMENSIONS)
    }
    return QualityScores(**read) if any(score is not None for score in read.values()) else None


def _score(found: dict[str, Any], key: str, path: str, notes: Notes) -> float | None:
    if key not in found:
        notes.add(path, "is not there")
        return None
    read = number(found[key], path, notes)
    if read is not None and not 0 <= read <= 100:
        notes.add(path, f"is {read:g}, outside 0 to 100; left out")
        return None
    return read
