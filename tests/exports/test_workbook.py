"""The workbook, opened by a program of others: its sheets, their values, and that text is text."""

from __future__ import annotations

import errno
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from interhuman.analysis import Analysis, Signal
from interhuman.annotations import Annotations, Note
from interhuman.exports import long_table, sheets, wide_table, write_workbook
from interhuman.exports.columns import LEAD, SOURCE
from interhuman.exports.named import Named, NamedResult
from interhuman.exports.result_tables import (
    ENGAGEMENT,
    MOMENTS,
    NOTES,
    QUALITY_BY_WINDOW,
    SIGNALS,
    STATISTICS,
)
from interhuman.exports.sheets import MAX_CELL, fitting
from interhuman.findings.moments import OWN_RULES, RULES
from interhuman.text import displayable
from interhuman.version import PROGRAM, VERSION
from interhuman.vocabulary import SANDBOX_NOTE
from tests import examples
from tests.exports.hostile import HOSTILE, TEXTS, grows, result_of

WHEN = datetime(2026, 11, 2, 10, 30, 5, tzinfo=UTC)
SHEETS = ["Summary", "Signals", "Engagement", "Quality", "Statistics", "Moments", "About"]
FULL = NamedResult(
    "Pitch",
    replace(examples.read(examples.FULL), duration_s=40.0),
    id="kept-1",
    recording="talk.mp4",
    analyzed_at=WHEN,
    labels=("sales", "first"),
    annotations=Annotations((Note("0a1b2c3d", 1.0, 2.5, "Slow"),), {0: "agree"}),
    note="Of the whole",
)
EMPTY = ("Nothing", Analysis())


def made(named: Named) -> bytes:
    file = io.BytesIO()
    write_workbook(named, file, made_at=WHEN)
    return file.getvalue()


def opened(named: Named) -> Any:
    return openpyxl.load_workbook(io.BytesIO(made(named)))


def rows(sheet: Any) -> list[dict[str, Any]]:
    """Return the rows of a sheet by the names in its head."""
    head, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(head, cells, strict=True)) for cells in body]


def test_the_sheets_stand_in_order_and_notes_only_where_there_are_some() -> None:
    assert opened([EMPTY]).sheetnames == SHEETS
    assert opened([]).sheetnames == SHEETS
    assert opened([EMPTY, FULL]).sheetnames == [*SHEETS[:-1], "Notes", "About"]


def test_signals_by_value_with_times_beside_seconds() -> None:
    sheet = opened([FULL])["Signals"]
    assert rows(sheet)[0] == {
        **{"recording": "talk.mp4", "type": "hesitation", "family": "unsure"},
        **{"start": timedelta(seconds=10), "start_s": 10, "end": timedelta(seconds=15)},
        **{"end_s": 15, "duration": timedelta(seconds=5), "duration_s": 5},
        **{"probability": "high", "rationale": "A long pause before the price is named."},
        **{"person_says": "agree", "signal": 0, "title": "Pitch", "analysis_id": "kept-1"},
        **{"source": "Interhuman API, inter-1"},
    }
    assert rows(sheet)[4]["probability"] is None
    assert rows(sheet)[5]["duration"] == timedelta(0)
    (start,) = [cell for cell in sheet[2] if sheet.cell(1, cell.column).value == "start"]
    assert start.number_format == "[h]:mm:ss.0"
    assert start.is_date


def test_the_summary_is_the_wide_table() -> None:
    named: list[NamedResult | tuple[str, Analysis]] = [
        FULL,
        ("Other", examples.read(examples.EMPTY)),
    ]
    first, second = rows(opened(named)["Summary"])
    table = wide_table(named)
    assert {*first} == {*table.columns, "duration"}
    for place, shown in enumerate((first, second)):
        for name, value in table.iloc[place].items():
            if name != "analyzed_at":
                assert shown[str(name)] == (None if pd.isna(value) or value == "" else value)
    assert first["analyzed_at"] == WHEN.replace(tzinfo=None)
    assert second["analyzed_at"] is None
    assert second["quality_index"] is None


def test_every_sheet_has_what_its_table_has() -> None:
    named: list[NamedResult | tuple[str, Analysis]] = [FULL, EMPTY, result_of("x")]
    others = ("model", "analyzed_at")
    book = opened(named)
    for table in (SIGNALS, ENGAGEMENT, QUALITY_BY_WINDOW, STATISTICS, MOMENTS, NOTES):
        shown = rows(book[table.title])
        given = [dict(zip(table.header, cells, strict=True)) for cells in table.rows_of(named)]
        assert len(shown) == len(given)
        for ours, theirs in zip(given, shown, strict=True):
            kept = {name: value or None for name, value in ours.items() if name not in others}
            assert {name: theirs[name] or None for name in kept} == kept
            for name in [name for name in kept if name.endswith("_s")]:
                time = theirs[name.removesuffix("_s")]
                assert (time.total_seconds() if time is not None else None) == theirs[name]


def test_the_date_is_a_date_and_names_its_zone() -> None:
    sheet = opened([FULL])["Summary"]
    (cell,) = [cell for cell in sheet[2] if sheet.cell(1, cell.column).value == "analyzed_at"]
    assert cell.is_date
    assert "UTC" in cell.number_format


def test_heads_are_frozen_and_filtered() -> None:
    for name, sheet in zip(SHEETS[:-1], opened([FULL]), strict=False):
        assert sheet.freeze_panes == "B2", name
        assert sheet.auto_filter.ref == sheet.dimensions, name
        assert [cell.font.bold for cell in sheet[1]] == [True] * sheet.max_column
        assert sheet["A1"].value == "recording"
        assert sheet.cell(1, sheet.max_column).value == SOURCE


def test_the_sandbox_is_said_on_every_sheet() -> None:
    sandbox = replace(FULL, analysis=replace(FULL.analysis, sandbox=True))
    for sheet in opened([sandbox]):
        assert SANDBOX_NOTE in [cell for row in sheet.iter_rows(values_only=True) for cell in row]
        assert sheet.oddHeader.left.text == SANDBOX_NOTE
    for sheet in opened([replace(sandbox, analysis=Analysis(sandbox=True)), FULL]):
        assert sheet.oddHeader.left.text == f"1 of 2 results. {SANDBOX_NOTE}"
    for sheet in opened([FULL]):
        assert sheet.oddHeader.left.text is None


def about(named: Named) -> dict[str, str]:
    return {str(row[0].value): str(row[1].value) for row in opened(named)["About"].iter_rows()}


def test_about_says_what_the_file_is_and_how_moments_are_chosen() -> None:
    said = about([FULL])
    assert said["Made by"] == f"{PROGRAM} {VERSION}, 2026-11-02 10:30:05 UTC"
    assert (said["Title"], said["Recording"], said["Labels"]) == (
        *("Pitch", "talk.mp4", "sales; first"),
    )
    assert (said["Model"], said["Source"]) == ("inter-1", "Interhuman API, inter-1")
    assert said["Correlation ID"] == FULL.analysis.correlation_id
    for name, rule in RULES.items():
        assert said[f"Moments: {rule.title}"] == f"{rule.sentence} ({name})"
    assert OWN_RULES in said["Moments: all rules"]
    two = about([FULL, EMPTY])
    assert two["Results"].startswith("2;")
    assert "Correlation ID" not in two


def test_about_explains_every_column_of_every_sheet() -> None:
    book = opened([FULL])
    cells = list(book["About"].iter_rows(values_only=True))
    at = next(place for place, row in enumerate(cells) if row[0] == "Column")
    explained = {row[0]: row[1:] for row in cells[at + 1 :]}
    assert all(meaning for meaning, *_ in explained.values())
    for sheet in book:
        if sheet.title == "About":
            continue
        for name in next(sheet.iter_rows(max_row=1, values_only=True)):
            known = re.sub("^(count|seconds|share|per_minute)_(?!of_).*", r"\1_<type>", name)
            if known not in explained:
                assert explained[f"{name}_s"][1] == "seconds"
                known = f"{name}_s"
            assert explained[known][2] == "all" or sheet.title in explained[known][2]


def test_times_that_excel_cannot_show_are_left_out_and_their_seconds_stay() -> None:
    odd = Analysis(signals=(Signal("stress", -2.0, 400_000.0, "high"),))
    (row,) = rows(opened([NamedResult("Odd", odd)])["Signals"])
    assert (row["start"], row["start_s"]) == (None, -2)
    assert row["end"] == timedelta(seconds=400_000)
    early = replace(FULL, analyzed_at=datetime(1850, 1, 1, tzinfo=UTC))
    assert rows(opened([early])["Summary"])[0]["analyzed_at"] == "1850-01-01T00:00:00+00:00"


def test_a_number_that_excel_does_not_have_is_left_out() -> None:
    odd = Analysis(signals=(Signal("stress", 0.0, float("inf")),), duration_s=10.0)
    (row,) = rows(opened([("Odd", odd)])["Signals"])
    assert (row["end"], row["end_s"], row["duration_s"]) == (None, None, None)


def test_a_full_sheet_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 4)
    book = opened([FULL])
    parts = [book[name] for name in ("Signals", "Signals 2", "Signals 3")]
    assert [len(rows(part)) for part in parts] == [3, 3, 1]
    assert [row["signal"] for part in parts for row in rows(part)] == [*range(7)]
    assert [part.auto_filter.ref for part in parts] == [part.dimensions for part in parts]
    assert book.sheetnames[-1] == "About"


def text_cells(data: bytes) -> Iterator[str]:
    """Yield every text of a workbook, and see that nothing in it is a formula or a link."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                if isinstance(cell.value, str):
                    yield cell.value
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            content = parts.read(name)
            assert b"<f>" not in content, name
            assert b"relationships/hyperlink" not in content, name


def read_as(text: str) -> str:
    """Return text as XML gives it back: with one kind of line end, escapes of Excel aside."""
    return fitting(displayable(text)).replace("\r\n", "\n").replace("\r", "\n")


@given(HOSTILE)
def test_hostile_text_is_text_in_every_cell(text: str) -> None:
    data = made([result_of(text)])
    cells = {one.replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n")
             for one in text_cells(data)}  # fmt: skip
    if text and not re.search("_x[0-9A-Fa-f]{4}_", text):
        assert read_as(text) in cells


def test_all_that_is_hostile_at_once_is_one_workbook() -> None:
    named = [result_of(text) for text in TEXTS]
    data = made(named)
    assert list(text_cells(data))
    back = pd.read_excel(io.BytesIO(data), sheet_name=None, keep_default_na=False)
    assert [*back] == [*SHEETS[:-1], "Notes", "About"]
    assert len(back["Signals"]) == len(long_table(named))


def test_text_that_is_too_long_ends_in_a_sign_that_it_is_cut() -> None:
    for text, most in (("x" * 40_000, MAX_CELL), ("🙂" * 20_000, MAX_CELL // 2 + 1)):
        cut = fitting(text)
        assert len(cut) <= most
        assert len(cut.encode("utf-16-le")) <= 2 * MAX_CELL
        assert cut.endswith("…")
        assert text.startswith(cut[:-1])
    assert fitting("x" * MAX_CELL) == "x" * MAX_CELL
    (row,) = rows(opened([("Long", Analysis((Signal("a", 0.0, 1.0, None, "y" * 40_000),)))])[
        "Signals"
    ])  # fmt: skip
    assert row["rationale"] == "y" * (MAX_CELL - 1) + "…"


def test_the_same_results_and_date_make_the_same_bytes() -> None:
    assert made([FULL, EMPTY]) == made(named for named in (FULL, EMPTY))
    file = io.BytesIO()
    write_workbook([FULL], file)
    created = openpyxl.load_workbook(file).properties.created
    assert datetime.now(UTC) - created.replace(tzinfo=UTC) < timedelta(minutes=10)


def test_a_workbook_that_cannot_be_finished_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[NamedResult]:
        yield FULL
        raise ValueError("the library is gone")

    with pytest.raises(ValueError, match="gone"):
        write_workbook(broken(), tmp_path / "results.xlsx")
    assert list(tmp_path.iterdir()) == []
    write_workbook([FULL], str(tmp_path / "results.xlsx"))
    assert [path.name for path in tmp_path.iterdir()] == ["results.xlsx"]
    with pytest.raises(OSError, match="results"):
        write_workbook([FULL], tmp_path / "missing" / "results.xlsx")


class _Full(io.BytesIO):
    """A file on a disk without space."""

    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    target: BinaryIO = _Full()
    with pytest.raises(OSError, match="No space left"):
        write_workbook([FULL], target)

    def close(book: Workbook) -> None:
        raise FileCreateError(OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr(Workbook, "close", close)
    with pytest.raises(OSError, match="No space left") as raised:
        write_workbook([FULL], io.BytesIO())
    assert raised.value.errno == errno.ENOSPC


def test_memory_does_not_grow_with_the_results(tmp_path: Path) -> None:
    path = tmp_path / "results.xlsx"
    assert not grows(lambda named: write_workbook(named, path))
    assert len(rows(openpyxl.load_workbook(path)["Signals"])) == 20


def test_every_sheet_leads_with_the_recording_and_ends_with_what_identifies_it() -> None:
    book = opened([FULL])
    assert [cell.value for cell in book["Summary"][1]][-4:] == [*LEAD[1:], SOURCE]
    for name in SHEETS[1:-1]:
        assert [cell.value for cell in book[name][1]][-2:] == ["analysis_id", SOURCE]
