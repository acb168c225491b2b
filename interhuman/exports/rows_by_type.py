"""Rows with columns for each type of signal, which are known only when all of them are made.

The rows wait on disk, so that thousands need no memory.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TextIO

from interhuman.exports.columns import LEAD, SOURCE, Cell, Row, cells, column_of
from interhuman.text import one_line
from interhuman.vocabulary import FAMILY_OF

MAX_OTHER_TYPES: Final = 40
"""Types that nobody published with columns of their own; what comes later counts together."""

OTHER_TYPES: Final = "other_types"
"""What the types without columns of their own are called together."""

_NAME_CHARACTERS = 60
_ANALYZED_AT = LEAD.index("analyzed_at")


@dataclass(frozen=True, slots=True)
class RowByType:
    """One row: what it begins with, and the measures of each type that occurs in it."""

    fixed: tuple[object, ...]
    by_type: Mapping[str, tuple[object, ...]]
    absent: tuple[object, ...]
    """The measures of a type that does not occur in it."""
    source: str


class TypeNames:
    """The names under which types have columns, as many as a table can hold."""

    def __init__(self) -> None:
        self._others: set[str] = set()

    def __getitem__(self, signal_type: str) -> str:
        """Return the name of a type: its own, or `OTHER_TYPES` once there are too many."""
        name = one_line(signal_type, _NAME_CHARACTERS) or "unnamed"
        if name in FAMILY_OF or name in self._others:
            return name
        if len(self._others) >= MAX_OTHER_TYPES:
            return OTHER_TYPES
        self._others.add(name)
        return name


class RowsByType:
    """Rows on disk; header and rows can be read when all of them are added."""

    def __init__(self, file: TextIO, fixed: tuple[str, ...], measures: tuple[str, ...]) -> None:
        self._file = file
        self._fixed = fixed
        self._measures = measures
        self._types: set[str] = set()

    def add(self, row: RowByType) -> None:
        """Keep a row."""
        self._types.update(row.by_type)
        kept = {"fixed": row.fixed, "by_type": row.by_type, "absent": row.absent}
        line = json.dumps({**kept, "source": row.source}, default=datetime.isoformat)
        self._file.write(f"{line}\n")

    @property
    def header(self) -> tuple[str, ...]:
        """The names of all columns: published types first, in their order, then by name."""
        columns = (f"{measure}_{name}" for name in self._in_order() for measure in self._measures)
        return (*self._fixed, *columns, SOURCE)

    def __iter__(self) -> Iterator[Row]:
        names = self._in_order()
        decimals = [column_of(name).decimals for name in self.header]
        self._file.seek(0)
        for line in self._file:
            row = json.loads(line)
            by_type = (value for n in names for value in row["by_type"].get(n, row["absent"]))
            row["fixed"][_ANALYZED_AT] = _moment(row["fixed"][_ANALYZED_AT])
            yield cells((*row["fixed"], *by_type, row["source"]), decimals)

    def _in_order(self) -> list[str]:
        published = [name for name in FAMILY_OF if name in self._types]
        return [*published, *sorted(self._types - FAMILY_OF.keys())]


@contextmanager
def rows_by_type(
    fixed: tuple[str, ...], measures: tuple[str, ...], rows: Iterable[RowByType] = ()
) -> Iterator[RowsByType]:
    """Open a place for rows, with those that are there already. Raises OSError."""
    with tempfile.TemporaryFile("w+", encoding="ascii") as file:
        kept = RowsByType(file, fixed, measures)
        for row in rows:
            kept.add(row)
        yield kept


def _moment(text: str | None) -> Cell:
    return None if text is None else datetime.fromisoformat(text)
