"""CSV files: what stands in them, who they say made it, and that no cell can run."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.analysis import Analysis, ConversationQuality, QualityScores, Signal
from interhuman.annotations import Annotations, Note
from interhuman.exports.csv import inert, reverted, table_csv
from interhuman.exports.named import NamedResult
from interhuman.exports.result_tables import (
    ENGAGEMENT,
    MOMENTS,
    NOTES,
    PAIRS,
    QUALITY,
    SIGNALS,
    STATISTICS,
    Table,
    bins_table,
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


LEAD = ["recording", "analysis_id", "model", "analyzed_at"]
FILES = (SIGNALS, ENGAGEMENT, QUALITY, NOTES)
FINDINGS = (MOMENTS, STATISTICS, PAIRS, bins_table(15))


def named(analysis: Analysis = ANALYSIS) -> NamedResult:
    return NamedResult(
        "A pitch",
        analysis,
        id="kept-1",
        recording="talk.mp4",
        analyzed_at=datetime(2026, 11, 2, 11, 30, 5, 999_999, tzinfo=timezone(timedelta(hours=1))),
    )


def rows_of(table: Table, analysis: Analysis) -> list[list[str]]:
    return rows(table_csv(table, named(analysis)))


def test_every_file_begins_with_what_identifies_its_result() -> None:
    result = named(examples.read(examples.FULL))
    for table in FILES:
        header, *body = rows(table_csv(table, result))
        assert header[:4] == LEAD
        assert header[-1] == "source"
        for row in body:
            assert row[:4] == ["talk.mp4", "kept-1", "inter-1", "2026-11-02T10:30:05Z"]
            assert row[-1] == "Interhuman API, inter-1"
    for findings in FINDINGS:
        header, *body = rows_of(findings, result.analysis)
        assert header[:4] == LEAD
        assert {tuple(row[:2]) for row in body} == {("talk.mp4", "kept-1")}


def test_what_is_not_known_of_a_result_stays_empty_or_is_the_next_best() -> None:
    analysis = replace(ANALYSIS, correlation_id="c0ffee")
    _, first, *_ = rows(table_csv(SIGNALS, NamedResult("A pitch", analysis)))
    assert first[:4] == ["A pitch", "c0ffee", "inter-1", ""]
    _, first, *_ = rows(table_csv(SIGNALS, NamedResult("A pitch", ANALYSIS)))
    assert first[:4] == ["A pitch", "", "inter-1", ""]


def test_signals_by_value() -> None:
    header, first, second, _ = rows(table_csv(SIGNALS, named()))
    assert header[4:] == [
        *("type", "family", "start_s", "end_s", "duration_s", "probability", "rationale"),
        *("person_says", "signal", "title", "source"),
    ]
    assert first[4:] == [
        *("agreement", "toward", "0.0", "10.0", "10.0", "medium", "Nods twice."),
        *("", "0", "A pitch", "Interhuman API, inter-1"),
    ]
    assert second[9:11] == ["", ""]


def test_numbers_are_rounded_to_what_is_known_and_scores_stay_as_given() -> None:
    odd = Analysis(
        signals=(Signal("stress", 0.1 + 0.2, 1 / 3, "high"),),
        conversation_quality=ConversationQuality(QualityScores(66.123456, None, 50.0)),
        duration_s=7.0,
    )
    _, row = rows(table_csv(SIGNALS, named(odd)))
    assert row[6:9] == ["0.3", "0.333", "0.033"]
    assert [row[-2] for row in rows(table_csv(QUALITY, named(odd)))[1:4]] == [
        "66.123456",
        "",
        "50.0",
    ]
    _, row, *_ = rows_of(STATISTICS, odd)
    assert row[7:] == [
        *("1", "0.033", "0.0048", "", "8.5714", "0.033", "0.3"),
        "Interhuman API, inter-1",
    ]


def test_what_a_person_says_stands_beside_its_signal_and_notes_have_a_table() -> None:
    notes = (Note("0a1b2c3d", 1.0, 2.5, "=cmd|' /C calc'!A0"), Note("1a1b2c3d", 3.0, 3.0, "é 🙂"))
    said = Annotations(notes, {2: "disagree", 0: "agree", 99: "agree"})
    _, *body = rows(table_csv(SIGNALS, replace(named(), annotations=said)))
    assert [row[11] for row in body] == ["agree", "", "disagree"]
    table = rows(table_csv(NOTES, replace(named(), annotations=said, note="Of the\nwhole")))
    assert [row[4:7] for row in table] == [
        ["start_s", "end_s", "note"],
        ["", "", "Of the\nwhole"],
        ["1.0", "2.5", "'=cmd|' /C calc'!A0"],
        ["3.0", "3.0", "é 🙂"],
    ]
    assert len(rows(table_csv(NOTES, named()))) == 1


def test_engagement_by_value() -> None:
    header, *body = rows(table_csv(ENGAGEMENT, named()))
    assert header[4:] == ["state", "start_s", "end_s", "source"]
    assert [row[4:7] for row in body] == [["engaged", "0.0", "20.0"], ["asleep", "20.0", "20.0"]]


def test_quality_holds_both_halves_and_keeps_gaps_empty() -> None:
    header, *body = rows(table_csv(QUALITY, named()))
    assert header[4:] == ["scope", "start_s", "end_s", "dimension", "value_0_to_100", "source"]
    assert [row[4] for row in body] == ["overall"] * 6 + ["window"] * 6
    assert body[0][4:9] == ["overall", "", "", "quality_index", "66.4"]
    assert body[3][4:9] == ["overall", "", "", "energy", ""]
    assert body[6][4:9] == ["window", "0.0", "10.0", "quality_index", "66.4"]


def test_moments_by_value() -> None:
    header, *body = rows_of(MOMENTS, examples.read(examples.FULL))
    assert header[4:] == [
        *("rule", "start_s", "end_s", "weight", "unit", "reason", "signal", "source")
    ]
    assert body[0][4:] == [
        *("quality-change", "10.0", "20.0", "15.0", "points"),
        *("Quality index drops from 70 (good) to 55 (moderate)", "", "Interhuman API, inter-1"),
    ]


def test_a_moment_of_one_signal_has_its_place() -> None:
    stress = Signal("stress", 5.0, 10.0, "high")
    _, row = rows_of(MOMENTS, Analysis(signals=(Signal("calm", 0.0, 5.0), stress)))
    assert row[4:11] == [
        *("away", "5.0", "10.0", "1.0", "signals"),
        *("Stress detected with high probability", "1"),
    ]


def test_statistics_by_value() -> None:
    header, *body = rows_of(STATISTICS, examples.read(examples.FULL))
    assert header[4:] == [
        *("scope", "name", "family", "count", "total_s", "share_of_recording_0_to_1"),
        *("share_of_data_0_to_1", "signals_per_minute", "mean_s", "first_s", "source"),
    ]
    assert body[0][4:-1] == [
        *("type", "confidence", "toward", "2", "20.0", "0.5", "", "3.0", "10.0", "5.0")
    ]
    assert body[6][4:10] == ["family", "toward", "toward", "3", "25.0", "0.625"]
    assert body[-1][4:-1] == ["engagement", "no data", "", "", "5.0", "0.125", *[""] * 4]


def test_pairs_and_bins_by_value() -> None:
    header, first, *_ = rows_of(PAIRS, examples.read(examples.FULL))
    assert header[4:] == [
        *("first_type", "second_type", "overlaps", "both_s", "expected_s", "lift", "source")
    ]
    assert first[4:10] == ["agreement", "confidence", "1", "5.0", "5.0", ""]
    header, first, *_ = rows_of(bins_table(15), examples.read(examples.FULL))
    assert header[4:] == ["start_s", "end_s", "family", "starting", "under_way", "source"]
    assert first[4:9] == ["0.0", "15.0", "toward", "2", "2"]
    with pytest.raises(ValueError, match="cannot be cut"):
        table_csv(bins_table(0), named())


def test_findings_are_those_of_the_signals_given() -> None:
    frame = signals_frame(ANALYSIS)
    _, *body = rows(table_csv(STATISTICS, named(), signals=frame[frame["type"] == "stress"]))
    assert [row[5] for row in body if row[4] == "type"] == ["stress"]
    assert {row[-1] for row in body} == {"Interhuman API, inter-1 (filtered: 1 of 3 signals)"}


@pytest.mark.parametrize("table", [*FILES[:3], *FINDINGS])
def test_every_row_of_a_sandbox_result_says_so_and_none_are_a_header(
    table: Table,
) -> None:
    header, *body = rows_of(table, examples.read(examples.FULL, sandbox=True))
    assert header[-1] == "source"
    assert {row[-1] for row in body} == {SANDBOX_NOTE}
    header, *body = rows_of(table, Analysis())
    assert header[-1] == "source"
    assert len(body) == (1 if table is STATISTICS else 0)


def test_names_in_findings_are_inert() -> None:
    odd = tuple(Signal(name, 0.0, 5.0, "high") for name in ("=1", "+2"))
    _, first, *_ = rows_of(STATISTICS, Analysis(signals=odd))
    assert first[5] == "'+2"
    _, pair = rows_of(PAIRS, Analysis(signals=odd))
    assert pair[4:6] == ["'+2", "'=1"]


def test_a_model_name_of_any_length_stays_short_in_every_row() -> None:
    _, first, *_ = rows(table_csv(SIGNALS, named(replace(ANALYSIS, model="m" * 200_000))))
    assert first[2] == f"{'m' * 59}…"
    assert first[-1] == f"Interhuman API, {'m' * 59}…"


@pytest.mark.parametrize("table", FILES)
def test_the_file_opens_with_a_byte_order_mark_and_ends_lines_as_csv_does(
    table: Table,
) -> None:
    data = table_csv(table, named())
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_pandas_reads_it_back() -> None:
    table = pd.read_csv(io.BytesIO(table_csv(SIGNALS, named())), parse_dates=["analyzed_at"])
    assert table.columns[0] == "recording"
    assert table["duration_s"].tolist() == [10.0, 0.0, 5.5]
    assert table["analyzed_at"][0] == pd.Timestamp("2026-11-02T10:30:05Z")


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
    analysis = Analysis(signals=(Signal(text, 0.0, 1.0, "high", text),), model=text)
    return table_csv(SIGNALS, NamedResult(text, analysis, id=text)).decode("utf-8-sig")


def text_cells(text: str) -> list[str]:
    (_, row) = list(csv.reader(io.StringIO(exported(text), newline="")))
    return [*row[:3], row[4], row[10], row[13]]


def test_text_in_a_file_comes_back_with_reverted() -> None:
    text = "=1;=2\n\"-3\", 'said'"
    analysis = Analysis(signals=(Signal("x", 0.0, 1.0, None, text),))
    (_, row) = rows(table_csv(SIGNALS, named(analysis)))
    assert reverted(row[10]) == text
