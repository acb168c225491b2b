"""CSV files: what stands in them, who they say made it, and that no cell can run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.analysis import Analysis, Signal
from interhuman.annotations import Note
from interhuman.exports.csv import (
    bins_csv,
    engagement_csv,
    inert,
    moments_csv,
    notes_csv,
    pairs_csv,
    quality_csv,
    reverted,
    signals_csv,
    statistics_csv,
)
from interhuman.frames import signals_frame
from interhuman.vocabulary import SANDBOX_NOTE
from tests import examples
from tests.test_frames import ANALYSIS

RISKY = st.text(
    alphabet=st.one_of(st.sampled_from("=+-@'\"; \t\r\nab＝＋－＠,|"), st.characters()), max_size=60
)


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_signals_by_value() -> None:
    header, first, second, _ = rows(signals_csv(ANALYSIS))
    assert header == [
        *("type", "family", "start_s", "end_s", "duration_s"),
        *("probability", "rationale", "person_says", "source"),
    ]
    assert first == [
        *("agreement", "toward", "0.0", "10.0", "10.0"),
        *("medium", "Nods twice.", "", "Interhuman API, inter-1"),
    ]
    assert second[5:7] == ["", ""]


def test_what_a_person_says_stands_beside_its_signal_and_notes_have_a_table() -> None:
    _, *body = rows(signals_csv(ANALYSIS, says={2: "disagree", 0: "agree", 99: "agree"}))
    assert [row[7] for row in body] == ["agree", "", "disagree"]
    notes = (Note("0a1b2c3d", 1.0, 2.5, "=cmd|' /C calc'!A0"), Note("1a1b2c3d", 3.0, 3.0, "é 🙂"))
    assert rows(notes_csv(ANALYSIS, notes=notes)) == [
        ["start_s", "end_s", "note", "source"],
        ["1.0", "2.5", "'=cmd|' /C calc'!A0", "Interhuman API, inter-1"],
        ["3.0", "3.0", "é 🙂", "Interhuman API, inter-1"],
    ]
    assert rows(notes_csv(ANALYSIS, notes=())) == [["start_s", "end_s", "note", "source"]]


def test_engagement_by_value() -> None:
    header, *body = rows(engagement_csv(ANALYSIS))
    assert header == ["state", "start_s", "end_s", "source"]
    assert [row[:3] for row in body] == [["engaged", "0.0", "20.0"], ["asleep", "20.0", "20.0"]]


def test_quality_holds_both_halves_and_keeps_gaps_empty() -> None:
    header, *body = rows(quality_csv(ANALYSIS))
    assert header == ["scope", "start_s", "end_s", "dimension", "value_0_to_100", "source"]
    assert [row[0] for row in body] == ["overall"] * 6 + ["window"] * 6
    assert body[0][:5] == ["overall", "", "", "quality_index", "66.4"]
    assert body[3][:5] == ["overall", "", "", "energy", ""]
    assert body[6][:5] == ["window", "0.0", "10.0", "quality_index", "66.4"]


def of_findings(export: Callable[..., bytes], analysis: Analysis) -> list[list[str]]:
    more = {"bin_s": 15} if export is bins_csv else {}
    return rows(export(analysis, signals=signals_frame(analysis), **more))


def test_moments_by_value() -> None:
    header, *body = of_findings(moments_csv, examples.read(examples.FULL))
    assert header == ["rule", "start_s", "end_s", "weight", "unit", "reason", "signal", "source"]
    assert body[0] == [
        *("quality-change", "10.0", "20.0", "15.0", "points"),
        *("Quality index drops from 70 (good) to 55 (moderate)", "", "Interhuman API, inter-1"),
    ]


def test_a_moment_of_one_signal_has_its_place() -> None:
    stress = Signal("stress", 5.0, 10.0, "high")
    _, row = of_findings(moments_csv, Analysis(signals=(Signal("calm", 0.0, 5.0), stress)))
    assert row[:7] == [
        *("away", "5.0", "10.0", "1.0", "signals"),
        *("Stress detected with high probability", "1"),
    ]


def test_statistics_by_value() -> None:
    header, *body = of_findings(statistics_csv, examples.read(examples.FULL))
    assert header == [
        *("scope", "name", "family", "count", "total_s", "share_of_recording_0_to_1"),
        *("share_of_data_0_to_1", "signals_per_minute", "mean_s", "first_s", "source"),
    ]
    assert body[0][:-1] == [
        *("type", "confidence", "toward", "2", "20.0", "0.5", "", "3.0", "10.0", "5.0")
    ]
    assert body[6][:6] == ["family", "toward", "toward", "3", "25.0", "0.625"]
    assert body[-1][:-1] == ["engagement", "no data", "", "", "5.0", "0.125", *[""] * 4]


def test_pairs_and_bins_by_value() -> None:
    header, first, *_ = of_findings(pairs_csv, examples.read(examples.FULL))
    assert header == [
        *("first_type", "second_type", "overlaps", "both_s", "expected_s", "lift", "source")
    ]
    assert first[:6] == ["agreement", "confidence", "1", "5.0", "5.0", ""]
    header, first, *_ = of_findings(bins_csv, examples.read(examples.FULL))
    assert header == ["start_s", "end_s", "family", "starting", "under_way", "source"]
    assert first[:5] == ["0.0", "15.0", "toward", "2", "2"]


def test_findings_are_those_of_the_signals_given() -> None:
    analysis = examples.read(examples.FULL)
    frame = signals_frame(analysis)
    _, *body = rows(statistics_csv(analysis, signals=frame[frame["type"] == "stress"]))
    assert [row[1] for row in body if row[0] == "type"] == ["stress"]


@pytest.mark.parametrize("export", [moments_csv, statistics_csv, pairs_csv, bins_csv])
def test_findings_of_the_sandbox_say_so_and_none_are_a_header(export: object) -> None:
    assert callable(export)
    header, *body = of_findings(export, examples.read(examples.FULL, sandbox=True))
    assert header[-1] == "sandbox_source"
    assert {row[-1] for row in body} == {SANDBOX_NOTE}
    header, *body = of_findings(export, Analysis())
    assert header[-1] == "source"
    assert len(body) == (1 if export is statistics_csv else 0)


def test_names_in_findings_are_inert() -> None:
    odd = tuple(Signal(name, 0.0, 5.0, "high") for name in ("=1", "+2"))
    _, first, *_ = of_findings(statistics_csv, Analysis(signals=odd))
    assert first[1] == "'+2"
    _, pair = of_findings(pairs_csv, Analysis(signals=odd))
    assert pair[:2] == ["'+2", "'=1"]


def test_a_model_name_of_any_length_stays_short_in_every_row() -> None:
    _, first, *_ = rows(signals_csv(replace(ANALYSIS, model="m" * 200_000)))
    assert first[-1] == f"Interhuman API, {'m' * 59}…"


@pytest.mark.parametrize("export", [signals_csv, engagement_csv, quality_csv])
def test_every_row_of_a_sandbox_result_says_so(export: object) -> None:
    assert callable(export)
    sandbox = Analysis(
        signals=ANALYSIS.signals,
        engagement=ANALYSIS.engagement,
        conversation_quality=ANALYSIS.conversation_quality,
        sandbox=True,
    )
    header, *body = rows(export(sandbox))
    assert header[-1] == "sandbox_source"
    assert {row[-1] for row in body} == {SANDBOX_NOTE}
    assert len(body) >= 2


@pytest.mark.parametrize("export", [signals_csv, engagement_csv, quality_csv])
def test_an_empty_analysis_still_names_its_columns(export: object) -> None:
    assert callable(export)
    (header,) = rows(export(Analysis()))
    assert header[-1] == "source"
    (header,) = rows(export(Analysis(sandbox=True)))
    assert header[-1] == "sandbox_source"


@pytest.mark.parametrize("export", [signals_csv, engagement_csv, quality_csv])
def test_the_file_opens_with_a_byte_order_mark_and_ends_lines_as_csv_does(export: object) -> None:
    assert callable(export)
    data = export(ANALYSIS)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_pandas_reads_it_back() -> None:
    table = pd.read_csv(io.BytesIO(signals_csv(ANALYSIS)))
    assert table.columns[0] == "type"
    assert table["duration_s"].tolist() == [10.0, 0.0, 5.5]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\rx", "'\rx"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("a;=1", "a;'=1"),
        ("a\n=1", "a\n'=1"),
        ("a = b", "a = b"),
        ("'No, I'", "'No, I'"),
        ("well-known", "well-known"),
        ("", ""),
    ],
)
def test_inert_by_value(text: str, cell: str) -> None:
    assert inert(text) == cell
    assert reverted(cell) == text


@settings(deadline=None)
@given(RISKY)
def test_inert_can_be_taken_back(text: str) -> None:
    assert reverted(inert(text)) == text


FORMULA = re.compile(r"[\"' ]*[=+\-@＝＋－＠]")


@given(RISKY)
def test_no_cell_is_a_formula_for_a_reader_of_commas(text: str) -> None:
    for cell in text_cells(text):
        assert cell.startswith("'") or not FORMULA.match(cell)
        assert not cell.startswith(("\t", "\r", "\n"))


@given(RISKY)
def test_no_cell_is_a_formula_for_a_spreadsheet_set_to_another_separator(text: str) -> None:
    careless = re.split("[;\t\r\n]", ";".join(text_cells(text)))
    properly = [
        cell
        for separator in ";\t"
        for row in csv.reader(io.StringIO(exported(text), newline=""), delimiter=separator)
        for cell in row
    ]
    for cell in (*careless, *properly):
        assert cell.startswith("'") or not FORMULA.match(cell)


def exported(text: str) -> str:
    analysis = Analysis(signals=(Signal(text, 0.0, 1.0, "high", text),))
    return signals_csv(analysis).decode("utf-8-sig")


def text_cells(text: str) -> list[str]:
    (_, row) = list(csv.reader(io.StringIO(exported(text), newline="")))
    return [row[0], row[6]]


def test_text_in_a_file_comes_back_with_reverted() -> None:
    text = "=1;=2\n\"-3\", 'said'"
    (_, row) = rows(signals_csv(Analysis(signals=(Signal("x", 0.0, 1.0, None, text),))))
    assert reverted(row[6]) == text
