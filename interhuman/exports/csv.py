"""Tables to download: CSV of signals, engagement, quality, notes, and what the numbers say.

Every file begins with the columns recording, analysis_id, model and analyzed_at (ISO 8601, UTC)
and ends with the source of the result: a model of the API, or the sandbox. `COLUMNS` has what each
column means, and its unit; missing values are empty cells.

Text from outside is made inert, because spreadsheets run a cell that starts with ``=``, ``+``,
``-`` or ``@`` as a formula: an apostrophe goes in front of such a start, and after a semicolon,
tab or line break inside a text too, since a spreadsheet set to another separator cuts there.
`reverted` takes exactly those apostrophes away again.

The files are UTF-8 with a byte order mark. Excel reads accents and emoji correctly only with it,
and pandas, LibreOffice and Google Sheets skip it. Lines end in CR LF, as RFC 4180 has it.
"""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import IO

import pandas as pd

from interhuman.exports.columns import Cell, Row
from interhuman.exports.files import Target, opened, text_in
from interhuman.exports.named import NamedResult
from interhuman.exports.result_tables import Table

_STARTERS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""What starts a formula, the full-width forms that Japanese settings accept included."""

_FORMULA = rf"(?=['\" ]*[{_STARTERS}])"
_FORMULA_START = re.compile(rf"(^(?=[\t\r\n])|^{_FORMULA}|[;\t\r\n]{_FORMULA})")
_INERT_START = re.compile(rf"(^(?='[\t\r\n])|^(?='){_FORMULA}|[;\t\r\n](?='){_FORMULA})'")

_SHORT = 64
"""Text of so many characters may be in many cells."""


def table_csv(table: Table, result: NamedResult, signals: pd.DataFrame | None = None) -> bytes:
    """Return one table of a result, such as `SIGNALS` of `result_tables`.

    `signals` is the result's `signals_frame`, or what a filter left of it. Raises ValueError where
    the table can't be made.
    """
    data = io.BytesIO()
    write_csv(data, table.header, table.rows(result, signals))
    return data.getvalue()


def write_csv(target: Target, header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows as UTF-8 CSV, all text inert, one at a time. Raises OSError."""
    with opened(target) as file, csv_rows(file, header) as write:
        for row in rows:
            write(row)


@contextmanager
def csv_rows(file: IO[bytes], header: Sequence[str]) -> Iterator[Callable[[Row], None]]:
    """Write the head of a CSV file and yield what writes its next row. Raises OSError."""
    with text_in(file, encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(map(inert, header))
        yield lambda row: writer.writerow(map(_written, row))


def inert(text: str) -> str:
    """Return outside text as a spreadsheet shows it without running it; see the module."""
    return _short_inert(text) if len(text) <= _SHORT else _FORMULA_START.sub(r"\1'", text)


@functools.lru_cache(maxsize=1_024)
def _short_inert(text: str) -> str:
    """Return what `inert` does; types, names and ids are the same in many rows."""
    return _FORMULA_START.sub(r"\1'", text)


def reverted(cell: str) -> str:
    """Return the text that `inert` was given."""
    return _INERT_START.sub(r"\1", cell)


def _written(cell: Cell) -> str | int | float | None:
    """Return a cell as the csv module takes it."""
    match cell:
        case str():
            return inert(cell)
        case datetime():
            return cell.isoformat().replace("+00:00", "Z")
    return cell
