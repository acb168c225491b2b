"""Rows of a table on the worksheets of a workbook, as many as they need.

Excel's limits: 1,048,576 rows a sheet, 32,767 characters (in UTF-16) a cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from interhuman.exports.columns import LEAD, SECONDS, SOURCE, Cell, Row, column_of

MAX_ROWS = 1_048_576
"""Rows of one sheet, its head among them."""

MAX_CELL = 32_767
"""Characters of one cell, in UTF-16."""

CLOCK = "[h]:mm:ss.0"
UTC_MOMENT = 'yyyy-mm-dd hh:mm:ss "UTC"'

_DAY_S = 86_400.0
_DAY_0 = datetime(1899, 12, 30, tzinfo=UTC)
"""What Excel counts days from, from March 1900 on."""

_MIN_DAY = 61

_WIDE, _MIDDLE, _NARROW = 70, 28, 12
"""Widths of columns, in characters."""

_WRAPPED = frozenset({"rationale", "reason", "note"})
_MIDDLES = frozenset({"recording", "title", "labels", "analysis_id", "analyzed_at", "name"})

ID_COLUMNS = (*LEAD[1:], SOURCE)
"""What identifies a result, behind what a person reads."""

SANDBOX_TAB = "#C2570C"
"""The color of the tabs of a workbook with results of the sandbox."""


@dataclass(frozen=True)
class Formats:
    """The cell formats of one workbook."""

    head: Format
    cell: Format
    wrapped: Format
    clock: Format
    moment: Format
    topic: Format

    @classmethod
    def of(cls, book: Workbook) -> Formats:
        """Add the formats to a workbook."""
        top = {"valign": "top"}
        return cls(
            head=book.add_format({"bold": True, "bottom": 1, **top}),
            cell=book.add_format(top),
            wrapped=book.add_format({"text_wrap": True, **top}),
            clock=book.add_format({"num_format": CLOCK, **top}),
            moment=book.add_format({"num_format": UTC_MOMENT, "align": "left", **top}),
            topic=book.add_format({"bold": True, **top}),
        )


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of a sheet: which cell of a row it shows, and how."""

    head: str
    place: int
    format: Format
    width: int
    show: Callable[[Cell], Cell]


class TableSheet:
    """One table on a worksheet, and on numbered ones when that is full; rows go in one by one."""

    def __init__(
        self,
        book: Workbook,
        formats: Formats,
        title: str,
        *,
        header: Sequence[str] = (),
        left_out: Collection[str] = (),
    ) -> None:
        """Add the first worksheet; without a header yet, `begin` has to give it.

        The columns `left_out` are not shown.
        """
        self.title = title
        self._left_out = left_out
        self._book = book
        self._formats = formats
        self._columns: list[_Column] = []
        self._row = 0
        self.worksheets: list[Worksheet] = [book.add_worksheet(title)]
        if header:
            self.begin(header)

    def begin(self, header: Sequence[str]) -> None:
        """Write the head: the recording first, and what identifies its result last.

        A column of seconds from the start or of a length has the same as a time before it.
        """
        names = [n for n in header if n not in (*ID_COLUMNS, *self._left_out)]
        names += [n for n in ID_COLUMNS if n not in self._left_out]
        self._columns = [each for n in names for each in self._shown(n, header.index(n))]
        self._write_head()

    def write(self, row: Row) -> None:
        """Write the next row."""
        if self._row == MAX_ROWS:
            self.finish()
            number = len(self.worksheets) + 1
            self.worksheets.append(self._book.add_worksheet(f"{self.title} {number}"))
            self._write_head()
        sheet, number = self.worksheets[-1], self._row
        for place, column in enumerate(self._columns):
            cell = row[column.place]
            value = column.show(cell) if cell is not None else None
            if isinstance(value, str):
                sheet.write_string(number, place, value, column.format)
            elif value is not None:
                sheet.write_number(number, place, value, column.format)
        self._row += 1

    def finish(self) -> None:
        """Set the filter of the last worksheet, which needs to know its rows."""
        last = max(self._row - 1, 1)
        self.worksheets[-1].autofilter(0, 0, last, len(self._columns) - 1)

    def _write_head(self) -> None:
        sheet = self.worksheets[-1]
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.head, self._formats.head)
        self._row = 1

    def _shown(self, name: str, place: int) -> Iterable[_Column]:
        """Yield how a column of a table is shown: itself, after its time where it is one."""
        column, formats = column_of(name), self._formats
        if column.unit == SECONDS and name.endswith("_s"):
            yield _Column(name.removesuffix("_s"), place, formats.clock, _NARROW, _day)
        look, show = formats.cell, _plain
        width = max(_NARROW, min(len(name) + 4, _MIDDLE))
        if name == "analyzed_at":
            look, show = formats.moment, _moment
        elif name in _WRAPPED:
            look, width = formats.wrapped, _WIDE
        if name in _MIDDLES:
            width = _MIDDLE
        yield _Column(fitting(name), place, look, width, show)


def fitting(text: str) -> str:
    """Return text as one cell can hold it: "…" ends what is too long.

    XlsxWriter takes text between ``<r>`` and ``</r>`` for XML of its own, and writes it as it is:
    a space behind it makes it text.
    """
    if len(text) > MAX_CELL // 2 and len(text.encode("utf-16-le")) > 2 * MAX_CELL:
        text = text.encode("utf-16-le")[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + "…"
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return fitting(cell) if cell else None
    # Excel has no infinite number.
    return None if isinstance(cell, float) and math.isinf(cell) else cell


def _day(cell: Cell) -> Cell:
    """Return seconds as Excel's part of a day; it has no negative times."""
    return cell / _DAY_S if isinstance(cell, int | float) and 0 <= cell < math.inf else None


def _moment(cell: Cell) -> Cell:
    """Return a moment as Excel counts days, as text where it is before Excel's time."""
    if not isinstance(cell, datetime):
        return None
    days = (cell - _DAY_0).total_seconds() / _DAY_S
    return days if days >= _MIN_DAY else cell.isoformat()
