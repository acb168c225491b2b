"""A workbook (XLSX) of one result or of many, for Excel and its like.

Its sheets are the tables of `interhuman.exports.result_tables`, and as Summary the wide one. The
numbers are numbers and the dates dates, whatever the language of the program that opens it; text
is text, never a formula or a link.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from interhuman.exports.about import Contents, Line, choice_of_moments, made_by, reading
from interhuman.exports.columns import COUNT, MEASURES, SOURCE, column_of
from interhuman.exports.files import Target, opened
from interhuman.exports.named import Named, NamedResult, named_results
from interhuman.exports.result_tables import (
    ENGAGEMENT,
    MOMENTS,
    NOTES,
    QUALITY_BY_WINDOW,
    SIGNALS,
    STATISTICS,
    Table,
)
from interhuman.exports.rows_by_type import RowsByType, TypeNames, rows_by_type
from interhuman.exports.sheets import MAX_CELL, MAX_ROWS, SANDBOX_TAB, Formats, TableSheet, fitting
from interhuman.exports.tables import WIDE_COLUMNS, WIDE_MEASURES, wide_row
from interhuman.frames import signals_frame
from interhuman.version import PROGRAM, VERSION

ALWAYS = (SIGNALS, ENGAGEMENT, QUALITY_BY_WINDOW, STATISTICS, MOMENTS)
"""The tables that have a sheet even without a row; notes have one only if there are any."""

IN_SUMMARY_ALONE = ("model", "analyzed_at")
"""What the other sheets have no room for; the summary has it under the same id."""

SUMMARY, ABOUT = "Summary", "About"

_TEXT_ALONE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ABOUT_WIDTHS = (30, 90, 20, 40)


def write_workbook(named: Named, path: Target, *, made_at: datetime | None = None) -> None:
    """Write the results as XLSX to a path or a binary file, one result at a time.

    `named` may be a generator; memory does not grow with it, rows wait in temporary files.
    `made_at`, with its time zone, is the date of the file: now unless given. The same results and
    date make the same bytes. Raises OSError.
    """
    made_at = (made_at or datetime.now(UTC)).astimezone(UTC)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        rows_by_type(WIDE_COLUMNS, WIDE_MEASURES) as rows,
    ):
        whole = Path(folder) / "workbook.xlsx"
        options = {"constant_memory": True, "tmpdir": folder, "use_zip64": True, **_TEXT_ALONE}
        book = Workbook(str(whole), options)
        book.set_properties(
            {
                "title": "Results",
                "author": f"{PROGRAM} {VERSION}",
                "created": made_at.replace(tzinfo=None),
            }
        )
        _fill(book, named_results(named), rows, made_at)
        try:
            book.close()
        except FileCreateError as error:
            raise OSError(*error.args[0].args) from error
        with whole.open("rb") as written, opened(path) as file:
            shutil.copyfileobj(written, file)


def _fill(
    book: Workbook, results: Iterable[NamedResult], rows: RowsByType, made_at: datetime
) -> None:
    """Write every sheet; the summary is the first one and written last."""
    formats, names, contents = Formats.of(book), TypeNames(), Contents()
    summary = TableSheet(book, formats, SUMMARY)
    sheets = {each: _sheet(book, formats, each) for each in ALWAYS}
    for result in results:
        contents.add(result)
        rows.add(wide_row(result, names))
        signals = signals_frame(result.analysis)
        for table in (*ALWAYS, NOTES):
            for row in table.rows(result, signals):
                if table not in sheets:
                    sheets[table] = _sheet(book, formats, table)
                sheets[table].write(row)
    summary.begin(rows.header)
    for row in rows:
        summary.write(row)
    for sheet in (summary, *sheets.values()):
        sheet.finish()
    _write_about(book, formats, tuple(sheets), contents, made_at)
    if contents.of_sandbox:
        for worksheet in book.worksheets():
            worksheet.set_tab_color(SANDBOX_TAB)
            worksheet.set_header(f"&L{contents.source}")
    summary.worksheets[0].activate()


def _sheet(book: Workbook, formats: Formats, table: Table) -> TableSheet:
    return TableSheet(book, formats, table.title, header=table.header, left_out=IN_SUMMARY_ALONE)


def _write_about(
    book: Workbook,
    formats: Formats,
    tables: Sequence[Table],
    contents: Contents,
    made_at: datetime,
) -> None:
    """Write what the file is, and a dictionary of its columns."""
    sheet = book.add_worksheet(ABOUT)
    for place, width in enumerate(_ABOUT_WIDTHS):
        sheet.set_column(place, place, width)
    lines = [made_by(made_at), *contents.lines(), *reading(), *_of_workbooks()]
    lines += choice_of_moments()
    for number, (topic, text) in enumerate(lines):
        sheet.write_string(number, 0, topic, formats.topic)
        sheet.write_string(number, 1, fitting(text), formats.wrapped)
    dictionary = [("Column", "Meaning", "Unit", "Sheets"), *_dictionary(tables)]
    for number, cells in enumerate(dictionary, start=len(lines) + 1):
        look = formats.head if number == len(lines) + 1 else formats.wrapped
        for place, text in enumerate(cells):
            sheet.write_string(number, place, text, look)


def _of_workbooks() -> list[Line]:
    return [
        (
            "Times in this file",
            "Beside seconds, in the column without “_s”, stands the same as hours, minutes and "
            "seconds; it is empty for a time before 0, which Excel can't show. Dates are in UTC.",
        ),
        (
            "Limits of this file",
            f"After {MAX_ROWS:,} rows a table goes on in a sheet with a number; a text of more "
            f"than {MAX_CELL:,} characters ends in “…”. CSV files have neither limit.",
        ),
    ]


def _dictionary(tables: Sequence[Table]) -> list[tuple[str, str, str, str]]:
    """Return every column with its meaning, its unit and the sheets that have it."""
    where: dict[str, list[str]] = {}
    for title, header in ((SUMMARY, WIDE_COLUMNS), *((each.title, each.header) for each in tables)):
        for name in header:
            if title == SUMMARY or name not in IN_SUMMARY_ALONE:
                where.setdefault(name, []).append(title)
    where[SOURCE] = everywhere = [SUMMARY, *(each.title for each in tables)]
    rows = [
        (
            name,
            column_of(name).meaning,
            column_of(name).unit,
            "all" if len(sheets) == len(everywhere) else ", ".join(sheets),
        )
        for name, sheets in where.items()
    ]
    measures = [
        (f"{measure}_<type>", column.meaning, column.unit or COUNT, SUMMARY)
        for measure, column in MEASURES.items()
    ]
    return [*rows, *measures]
