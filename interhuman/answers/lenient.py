"""Reading single values from JSON without ever giving up on the rest.

Every reader takes what can be taken and notes what could not be, with its path and what was
done about it. None of them raises, whatever JSON holds.
"""

from __future__ import annotations

import json
import math
from typing import Any

from interhuman.analysis import QualityScores, Unread
from interhuman.text import displayable
from interhuman.vocabulary import DIMENSIONS, PROBABILITIES

LONGEST_S = 360_000.0
"""A hundred hours: a time beyond it is a mistake, and no chart could show it."""

MAX_LINK_CHARS = 2_000

MAX_NOTES = 1_000
"""So many notes are kept one by one; of the rest only the number."""


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
        if raw_bytes.lstrip()[:1] == b"<":
            raise NotJSONError("is a web page") from None
        where = f" (at character {error.pos:,})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotJSONError(f"is not complete JSON{where}") from None


def _integer(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:  # Python refuses to convert more than a few thousand digits.
        return float(digits)


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


def https_link(value: object) -> str | None:
    """Return a link that came from outside if it is an https address, else None."""
    text = value.strip()[:MAX_LINK_CHARS] if isinstance(value, str) else ""
    fit = text.startswith("https://") and text.isprintable() and " " not in text
    return text if fit else None


class Reader:
    """Reads values and collects what could not be read as it was sent."""

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

    def items(self, value: Any, path: str) -> list[Any]:
        """Return a list's items; none (and a note) when it is no list."""
        if isinstance(value, list):
            return value
        if value is not None:
            self.add(path, f"is {shown(value)} instead of a list; left out")
        return []

    def mapping(self, value: Any, path: str) -> dict[str, Any] | None:
        """Return an object; None (and a note) when it is none."""
        if isinstance(value, dict):
            return value
        self.add(path, f"is {shown(value)} instead of an object; left out")
        return None

    def number(self, value: Any, path: str) -> float | None:
        """Return a finite number, also one written as text (noted); else None and a note."""
        read: float | None = None
        plain = isinstance(value, str) and value.isascii() and "_" not in value
        if plain or (isinstance(value, int | float) and not isinstance(value, bool)):
            try:
                read = float(value)
            except (ValueError, OverflowError):
                read = None
        if read is None or not math.isfinite(read):
            self.add(path, f"is {shown(value)} instead of a number; left out")
            return None
        if isinstance(value, str):
            self.add(path, f"is text; read as the number {read:g}")
        return read

    def text(self, value: Any, path: str) -> str | None:
        """Return text that can be shown; None when there is none, noted unless it is null.

        What no screen or file can carry is replaced: half characters, control characters,
        direction overrides.
        """
        if value is None:
            return None
        if not isinstance(value, str):
            self.add(path, f"is {shown(value)} instead of text; left out")
            return None
        whole = displayable(value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        if whole != value:
            self.add(path, "held broken characters; they were replaced")
        return whole

    def name(self, value: Any, path: str) -> str | None:
        """Return a name that must be there; None and a note when there is none."""
        read = self.text(value, path)
        if value is None or (read is not None and not read.strip()):
            self.add(path, "is not there or empty")
            return None
        return read.strip() if read is not None else None

    def texts(self, value: Any, path: str) -> tuple[str, ...]:
        """Return a list of texts, one text alone taken as a list of one; null is an empty list."""
        listed = [value] if isinstance(value, str) else self.items(value, path)
        read = [self.name(item, f"{path}[{i}]") for i, item in enumerate(listed)]
        return tuple(item for item in read if item is not None)

    def span(
        self, item: dict[str, Any], path: str, keys: tuple[str, str] = ("start", "end")
    ) -> tuple[float, float] | None:
        """Return start and end in seconds, in order and from 0; None and notes when unreadable."""
        times = [self._time(item.get(key), f"{path}.{key}") for key in keys]
        start, end = times
        if start is None or end is None:
            return None
        if start > end:
            self.add(path, f"starts at {start:g} s after its end at {end:g} s; put in order")
            start, end = end, start
        return start, end

    def _time(self, value: Any, path: str) -> float | None:
        read = self.number(value, path)
        if read is None:
            return None
        if read > LONGEST_S:
            self.add(path, f"is {shown(value)} s, longer than any recording; left out")
            return None
        if read < 0:
            self.add(path, f"is before the recording ({read:g} s); taken as 0")
            return 0.0
        return read

    def probability(self, value: Any, path: str) -> str | None:
        """Return "high", "medium" or "low"; None when not there, None and a note for all else."""
        if value is None:
            return None
        level = value.strip().lower() if isinstance(value, str) else None
        if level in PROBABILITIES:
            return level
        self.add(path, f"is {shown(value)}, not high, medium or low; taken as unknown")
        return None

    def scores(self, value: Any, path: str) -> QualityScores | None:
        """Return the index and the dimensions, None for each that is unreadable or outside 0-100.

        None as a whole (and notes) when there is not one score in it.
        """
        found = self.mapping(value, path)
        if found is None:
            return None
        read = {
            key: self._score(found, key, f"{path}.{key}") for key in ("quality_index", *DIMENSIONS)
        }
        return QualityScores(**read) if any(score is not None for score in read.values()) else None

    def _score(self, found: dict[str, Any], key: str, path: str) -> float | None:
        if key not in found:
            self.add(path, "is not there")
            return None
        read = self.number(found[key], path)
        if read is not None and not 0 <= read <= 100:
            self.add(path, f"is {read:g}, outside 0 to 100; left out")
            return None
        return read
