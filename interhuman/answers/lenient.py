"""Reading single values from JSON without ever giving up on the rest.

Every reader takes what can be taken and notes what could not be, with its path and what was
done about it. None of them raises, whatever JSON holds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from interhuman.analysis import QualityScores, Unread
from interhuman.text import displayable
from interhuman.vocabulary import DIMENSIONS, MAX_S, PROBABILITIES

JsonObject = dict[str, object]

_T = TypeVar("_T")

MAX_LINK_CHARS = 2_000

MAX_NOTES = 1_000
"""So many notes are kept one by one; of the rest only the number."""


class NotJSONError(ValueError):
    """The bytes are not JSON; the message completes "the answer …"."""


def decode(raw_bytes: bytes) -> Any:
    """Return the JSON value in `raw_bytes`.

    Numbers with thousands of digits become infinite instead of costing the whole answer.

    Raises NotJSONError for anything that is not JSON in UTF-8, and for nesting too deep to read.
    """
    if not raw_bytes.strip():
        raise NotJSONError("is empty")
    try:
        return json.loads(raw_bytes, parse_int=_integer)
    except UnicodeDecodeError:
        raise NotJSONError("isn't valid text (UTF-8)") from None
    except RecursionError:
        raise NotJSONError("is nested too deeply to be read") from None
    except ValueError as error:
        if raw_bytes.lstrip()[:1] == b"<":
            raise NotJSONError("is a web page") from None
        where = f" (at character {error.pos:,})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotJSONError(f"isn't complete JSON{where}") from None


def _integer(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:  # Python refuses to convert more than a few thousand digits.
        return float(digits)


def abbreviated(value: object) -> str:
    """Return any JSON value as short printable text, for a note."""
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


def _float(value: object) -> float:
    """Return a JSON number, or one written as text, as a float; NaN for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    if isinstance(value, str) and (not value.isascii() or "_" in value):
        return math.nan  # Python alone takes other scripts' digits and 1_000 for numbers.
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def utc_moment(value: object) -> datetime | None:
    """Return an ISO 8601 text as a moment in UTC, the zone taken for one that names none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC) if moment else None
    except (ValueError, OverflowError):
        return None


class Reader:
    """Reads values and collects what could not be read as it was sent."""

    def __init__(self) -> None:
        self._notes: list[Unread] = []
        self._further = 0

    def note(self, path: str, why: str) -> None:
        """Note that what stands at `path` could not be read, and why."""
        if len(self._notes) < MAX_NOTES:
            self._notes.append(Unread(path, why))
        else:
            self._further += 1

    def notes(self) -> tuple[Unread, ...]:
        """Return the notes in the order in which they were made."""
        rest = [Unread("", f"and {self._further:,} more like these")] if self._further else []
        return (*self._notes, *rest)

    def items(self, value: object, path: str) -> list[object]:
        """Return a list's items; none (and a note) when it is no list."""
        if isinstance(value, list):
            return value
        if value is not None:
            self.note(path, f"is {abbreviated(value)} instead of a list; left out")
        return []

    def objects(
        self, value: object, path: str, read: Callable[[JsonObject, str, int], _T | None]
    ) -> tuple[_T, ...]:
        """Return what `read` makes of each object in a list, save None.

        It is given the object, its path and its place in the list. What is no object is noted.
        """
        results = []
        for place, item in enumerate(self.items(value, path)):
            at = f"{path}[{place}]"
            content = self.mapping(item, at)
            result = read(content, at, place) if content is not None else None
            if result is not None:
                results.append(result)
        return tuple(results)

    def mapping(self, value: object, path: str) -> JsonObject | None:
        """Return an object; None (and a note) when it is none."""
        if isinstance(value, dict):
            return value
        self.note(path, f"is {abbreviated(value)} instead of an object; left out")
        return None

    def number(self, value: object, path: str) -> float | None:
        """Return a finite number, also one written as text (noted); else None and a note."""
        read = _float(value)
        if not math.isfinite(read):
            self.note(path, f"is {abbreviated(value)} instead of a number; left out")
            return None
        if isinstance(value, str):
            self.note(path, f"is text; read as the number {read:g}")
        return read

    def text(self, value: object, path: str) -> str | None:
        """Return text that can be shown; None when there is none, noted unless it is null.

        What no screen or file can carry is replaced: half characters, control characters,
        direction overrides.
        """
        if value is None:
            return None
        if not isinstance(value, str):
            self.note(path, f"is {abbreviated(value)} instead of text; left out")
            return None
        if value.isprintable():  # As nearly all is; nothing that is replaced below is printable.
            return value
        # JSON may write one character as two escaped surrogates: UTF-16 joins them again.
        joined = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        readable = displayable(joined)
        if readable != value:
            self.note(path, "had broken characters, which were replaced")
        return readable

    def name(self, value: object, path: str) -> str | None:
        """Return a name that must be there; None and a note when there is none."""
        read = self.text(value, path)
        if value is None or (read is not None and not read.strip()):
            self.note(path, "is missing or empty")
            return None
        return read.strip() if read is not None else None

    def texts(self, value: object, path: str) -> tuple[str, ...]:
        """Return a list of texts, one text alone taken as a list of one; null is an empty list."""
        listed = [value] if isinstance(value, str) else self.items(value, path)
        read = [self.name(item, f"{path}[{i}]") for i, item in enumerate(listed)]
        return tuple(item for item in read if item is not None)

    def span(
        self, item: JsonObject, path: str, keys: tuple[str, str] = ("start", "end")
    ) -> tuple[float, float] | None:
        """Return start and end in seconds, in order and from 0; None and notes when unreadable."""
        start, end = (self._time(item.get(key), f"{path}.{key}") for key in keys)
        if start is None or end is None:
            return None
        if start > end:
            self.note(path, f"starts at {start:g} s after its end at {end:g} s; swapped")
            start, end = end, start
        return start, end

    def _time(self, value: object, path: str) -> float | None:
        read = self.number(value, path)
        if read is None:
            return None
        if read > MAX_S:
            self.note(path, f"is {abbreviated(value)} s, longer than any recording; left out")
            return None
        if read < 0:
            self.note(path, f"is before the recording ({read:g} s); read as 0")
            return 0.0
        return read

    def probability(self, value: object, path: str) -> str | None:
        """Return "high", "medium" or "low"; None when not there, None and a note for all else."""
        if value is None:
            return None
        level = value.strip().lower() if isinstance(value, str) else None
        if level in PROBABILITIES:
            return level
        self.note(path, f"is {abbreviated(value)}, not high, medium or low; read as unknown")
        return None

    def scores(self, value: object, path: str) -> QualityScores | None:
        """Return the index and the dimensions, None for each that is unreadable or outside 0-100.

        None as a whole (and notes) when there is not one score in it.
        """
        values = self.mapping(value, path)
        if values is None:
            return None
        scores = {key: self._score(values, key, path) for key in ("quality_index", *DIMENSIONS)}
        if all(score is None for score in scores.values()):
            return None
        return QualityScores(**scores)

    def _score(self, values: JsonObject, key: str, path: str) -> float | None:
        path = f"{path}.{key}"
        if key not in values:
            self.note(path, "is missing")
            return None
        score = self.number(values[key], path)
        if score is not None and not 0 <= score <= 100:
            self.note(path, f"is {score:g}, outside 0 to 100; left out")
            return None
        return score
