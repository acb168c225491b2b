"""Tables of many results: by value, with what misleads, and in flat memory."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import Analysis, ConversationQuality, QualityScores, Signal, Unread
from interhuman.answers.payload import read_v1
from interhuman.exports import binned_table, long_table, wide_table
from interhuman.exports.columns import column_of
from interhuman.exports.csv import inert
from interhuman.exports.named import Named, NamedResult
from interhuman.exports.rows_by_type import MAX_OTHER_TYPES, OTHER_TYPES
from interhuman.exports.tables import write_binned_csv, write_long_csv, write_wide_csv
from interhuman.findings.statistics import MAX_BINS, type_statistics
from interhuman.frames import signals_frame
from interhuman.text import displayable
from interhuman.vocabulary import SANDBOX_NOTE
from tests import examples
from tests.exports.hostile import HOSTILE, TEXTS, grows, result_of
from tests.findings.strategies import TIMES, TYPES

Writer = Callable[[Named, BinaryIO], None]
Maker = Callable[[Named], pd.DataFrame]

WHEN = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)
FULL = NamedResult(
    "Pitch",
    examples.read(examples.FULL, sandbox=True),
    id="kept-1",
    recording="talk.mp4",
    analyzed_at=WHEN,
    labels=("sales", "first"),
)
SHORT = ("Answer", Analysis(signals=(Signal("stress", 0.0, 3.0, "high"),), duration_s=12.0))


def binned(named: Named) -> pd.DataFrame:
    return binned_table(named, bin_s=15)


def write_binned(named: Named, file: BinaryIO) -> None:
    write_binned_csv(named, file, bin_s=15)


PAIRS: list[tuple[Maker, Writer]] = [
    (long_table, write_long_csv),
    (wide_table, write_wide_csv),
    (binned, write_binned),
]


def read(write: Writer, named: Named) -> list[list[str]]:
    file = io.BytesIO()
    write(named, file)
    return list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))


def row(frame: pd.DataFrame, place: int) -> dict[str, object]:
    """Return a row of a frame, None for what is missing."""
    values = frame.iloc[place].to_dict()
    return {str(name): None if pd.isna(value) else value for name, value in values.items()}


def test_the_long_table_has_a_row_a_signal() -> None:
    table = long_table([FULL, SHORT])
    assert list(table.columns) == [
        *("recording", "analysis_id", "model", "analyzed_at", "type", "family"),
        *("start_s", "end_s", "duration_s", "probability", "rationale", "person_says"),
        *("signal", "title", "source"),
    ]
    assert len(table) == 8
    assert row(table, 0) == {
        **{"recording": "talk.mp4", "analysis_id": "kept-1", "model": "inter-1"},
        **{"analyzed_at": pd.Timestamp(WHEN), "type": "hesitation", "family": "unsure"},
        **{"start_s": 10.0, "end_s": 15.0, "duration_s": 5.0, "probability": "high"},
        **{"rationale": "A long pause before the price is named.", "person_says": None},
        **{"signal": 0, "title": "Pitch", "source": SANDBOX_NOTE},
    }
    last = row(table, 7)
    assert (last["recording"], last["analysis_id"], last["analyzed_at"]) == ("Answer", "", None)
    assert (last["signal"], last["source"]) == (0, "Interhuman API, inter-1")
    assert row(table, 4)["probability"] is None
    assert row(table, 5)["duration_s"] == 0.0
    assert (table["probability"].dropna() > "low").sum() == 5


def test_the_wide_table_has_a_row_a_result_with_its_own_length() -> None:
    table = wide_table([FULL, SHORT])
    first, second = row(table, 0), row(table, 1)
    assert [first[name] for name in ("title", "labels", "duration_s", "signals", "unread")] == [
        *("Pitch", "sales; first", 40.0, 7, 0)
    ]
    assert [first[name] for name in ("quality_index", "energy", "learning", "engaged_share")] == [
        *(66.4, 62.0, 50.0, 0.5714)
    ]
    assert [
        first[f"{each}_confidence"] for each in ("count", "seconds", "share", "per_minute")
    ] == [*(2, 20.0, 0.5, 3.0)]
    assert [first[f"{each}_stress"] for each in ("count", "seconds", "share", "per_minute")] == [
        *(1, 5.0, 0.125, 1.5)
    ]
    assert [second[f"{each}_stress"] for each in ("count", "seconds", "share", "per_minute")] == [
        *(1, 3.0, 0.25, 5.0)
    ]
    assert second["quality_index"] is None
    assert second["engaged_share"] is None
    assert (first["source"], second["source"]) == (SANDBOX_NOTE, "Interhuman API, inter-1")


def test_a_moment_counts_and_takes_no_time() -> None:
    first = row(wide_table([FULL]), 0)
    assert (first["count_daydreaming"], first["seconds_daydreaming"]) == (1, 0.0)
    assert first["per_minute_daydreaming"] == 1.5
    assert binned([FULL])["seconds_daydreaming"].tolist() == [0.0, 0.0, 0.0]


def test_types_are_columns_in_the_order_of_their_families_and_those_alone_that_occur() -> None:
    names = [name for name in wide_table([SHORT, FULL]).columns if name.startswith("count_")]
    assert names == [
        *("count_agreement", "count_confidence", "count_hesitation"),
        *("count_skepticism", "count_stress", "count_daydreaming"),
    ]


def test_a_type_that_a_result_does_not_have_is_0_there() -> None:
    second = row(wide_table([FULL, SHORT]), 1)
    assert [
        second[f"{each}_hesitation"] for each in ("count", "seconds", "share", "per_minute")
    ] == [*(0, 0.0, 0.0, 0.0)]
    none = row(wide_table([FULL, ("None", examples.read(examples.EMPTY))]), 1)
    assert (none["signals"], none["count_stress"], none["per_minute_stress"]) == (0, 0, 0.0)


@pytest.mark.parametrize(
    "payload",
    [
        {"signals": "none"},
        {"signals": [7, {"type": "stress"}]},
        {"engagement_state": [{"state": "neutral", "start": 0.0, "end": 10.0}]},
        [],
    ],
    ids=["no list", "no signal", "missing", "no object"],
)
def test_signals_that_could_not_be_read_are_missing_not_0(payload: object) -> None:
    analysis = read_v1(json.dumps(payload).encode())
    table = wide_table([SHORT, ("Odd", replace(analysis, duration_s=10.0))])
    odd = row(table, 1)
    for name in ("signals", "count_stress", "seconds_stress", "share_stress", "per_minute_stress"):
        assert odd[name] is None
    assert odd["unread"] != 0
    bins = binned_table([SHORT, ("Odd", replace(analysis, duration_s=10.0))], bin_s=15)
    assert row(bins, 1)["seconds_stress"] is None


def test_something_else_that_could_not_be_read_leaves_a_count_of_0() -> None:
    unread = (Unread("engagement_state", "is text instead of a list; left out"),)
    odd = row(wide_table([SHORT, ("Odd", Analysis(duration_s=10.0, unread=unread))]), 1)
    assert (odd["count_stress"], odd["unread"]) == (0, 1)


def test_without_a_length_there_are_counts_and_no_rates() -> None:
    moment = Analysis(signals=(Signal("stress", 0.0, 0.0, "high"),))
    first = row(wide_table([("Moment", moment), SHORT]), 0)
    assert (first["duration_s"], first["count_stress"], first["seconds_stress"]) == (None, 1, 0.0)
    assert (first["share_stress"], first["per_minute_stress"]) == (None, None)
    absent = row(wide_table([("Empty", Analysis()), SHORT]), 0)
    assert (absent["count_stress"], absent["seconds_stress"]) == (0, 0.0)
    assert (absent["share_stress"], absent["per_minute_stress"]) == (None, None)
    assert binned([("Empty", Analysis()), SHORT])["recording"].tolist() == ["Answer"]


def test_scores_stay_as_given_exactly_50_and_missing_ones_included() -> None:
    quality = ConversationQuality(QualityScores(50.04, 50.0, None, 49.999))
    first = row(wide_table([("Talk", Analysis(conversation_quality=quality))]), 0)
    assert [first[name] for name in ("quality_index", "clarity", "authority", "energy")] == [
        *(50.04, 50.0, None, 49.999)
    ]


def test_bins_count_what_lies_in_them_and_the_last_ends_with_its_recording() -> None:
    signals = (
        Signal("stress", 5.0, 25.0, "high"),
        Signal("stress", 8.0, 12.0, "low"),
        Signal("interest", 8.0, 12.0),
        Signal("interest", 22.0, 99.0),
    )
    table = binned_table([("Talk", Analysis(signals, duration_s=24.0)), SHORT], bin_s=10)
    columns = ["recording", "start_s", "end_s", "seconds_interest", "seconds_stress"]
    assert table[columns].to_numpy().tolist() == [
        ["Talk", 0.0, 10.0, 2.0, 5.0],
        ["Talk", 10.0, 20.0, 2.0, 10.0],
        ["Talk", 20.0, 24.0, 2.0, 4.0],
        ["Answer", 0.0, 10.0, 0.0, 3.0],
        ["Answer", 10.0, 12.0, 0.0, 0.0],
    ]
    assert list(table.columns)[-1] == "source"


@pytest.mark.parametrize("bin_s", [0.0, -1.0, math.nan, math.inf, 12.0 / (MAX_BINS + 1)])
def test_a_bin_that_no_recording_can_be_cut_into_is_refused(bin_s: float) -> None:
    with pytest.raises(ValueError, match="cannot be cut"):
        binned_table([SHORT], bin_s=bin_s)


def test_a_long_recording_ends_no_file_of_many() -> None:
    file = io.BytesIO()
    long = NamedResult("Long", replace(SHORT[1], duration_s=15.0 * MAX_BINS + 1))
    write_binned_csv([long, SHORT], file, bin_s=15)
    table = pd.read_csv(io.BytesIO(file.getvalue()))
    assert table["recording"].value_counts().to_dict() == {"Long": MAX_BINS + 1, "Answer": 1}


def test_a_file_that_cannot_be_finished_leaves_the_one_before(tmp_path: Path) -> None:
    def broken() -> Iterator[NamedResult]:
        yield FULL
        raise ValueError("the library is gone")

    path = tmp_path / "long.csv"
    write_long_csv([FULL], path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="gone"):
        write_long_csv(broken(), path)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("long.csv", before)]


@pytest.mark.parametrize(("make", "write"), PAIRS)
def test_columns_and_dtypes_are_the_declared_ones_with_rows_or_none(
    make: Maker, write: Writer
) -> None:
    cases: tuple[list[NamedResult | tuple[str, Analysis]], ...] = (
        [FULL, SHORT],
        [("Empty", Analysis())],
        [],
    )
    for named in cases:
        table = make(named)
        assert [table[name].dtype for name in table.columns] == [
            column_of(name).dtype for name in table.columns
        ]
        header, *body = read(write, named)
        assert header == list(table.columns)
        assert len(body) == len(table)


@pytest.mark.parametrize(("make", "write"), PAIRS)
def test_csv_and_frame_say_the_same(make: Maker, write: Writer) -> None:
    file = io.BytesIO()
    write([FULL, SHORT], file)
    table = make([FULL, SHORT])
    back = pd.read_csv(io.BytesIO(file.getvalue()), keep_default_na=False, dtype=str)
    for name in table.columns:
        texts = ["" if pd.isna(value) else value for value in table[name]]
        if name == "analyzed_at":
            texts = [f"{value:%Y-%m-%dT%H:%M:%SZ}" if value else "" for value in texts]
        assert back[name].tolist() == [str(text) for text in texts], name


@pytest.mark.parametrize(("make", "write"), PAIRS)
def test_a_generator_is_gone_through_once(make: Maker, write: Writer) -> None:
    def once() -> Iterator[NamedResult | tuple[str, Analysis]]:
        yield FULL
        yield SHORT

    pd.testing.assert_frame_equal(make(once()), make([FULL, SHORT]))
    assert read(write, once()) == read(write, [FULL, SHORT])


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(TYPES), TIMES, TIMES), max_size=12),
        min_size=1,
        max_size=4,
    )
)
def test_the_wide_table_says_what_the_statistics_of_each_result_say(
    results: list[list[tuple[str, float, float]]],
) -> None:
    named = [
        (
            str(number),
            Analysis(
                tuple(Signal(name, min(a, b), max(a, b)) for name, a, b in spans), duration_s=45.0
            ),
        )
        for number, spans in enumerate(results)
    ]
    table = wide_table(named)
    for place, (_, analysis) in enumerate(named):
        known = row(table, place)
        statistics = type_statistics(signals_frame(analysis), end_s=45.0).set_index("type")
        counts = [str(name) for name in table.columns if str(name).startswith("count_")]
        for name in (column.removeprefix("count_") for column in counts):
            there = statistics.loc[name] if name in statistics.index else None
            assert known[f"count_{name}"] == (0 if there is None else there["count"])
            for measure, of in (
                ("seconds", "total_s"),
                ("share", "share_of_recording"),
                ("per_minute", "per_minute"),
            ):
                expected = 0.0 if there is None else there[of]
                assert known[f"{measure}_{name}"] == pytest.approx(expected, abs=5e-4)


def test_thousands_of_types_make_no_thousands_of_columns() -> None:
    names = [f"t{number:04}" for number in range(3_000)]
    signals = tuple(Signal(name, 0.0, 1.0) for name in names)
    analysis = Analysis((*signals, Signal("stress", 0.0, 1.0)), duration_s=2.0)
    table = wide_table([("Many", analysis)])
    counts = [name for name in table.columns if name.startswith("count_")]
    assert len(counts) == MAX_OTHER_TYPES + 2
    first = row(table, 0)
    assert (first["count_stress"], first["count_t0000"]) == (1, 1)
    assert first[f"count_{OTHER_TYPES}"] == 3_000 - MAX_OTHER_TYPES
    assert first[f"seconds_{OTHER_TYPES}"] == 1.0


def test_no_type_takes_the_place_of_another_column() -> None:
    odd = ("duration", "signals", "source", "per_minute_x", "share_engaged", "agreement_count", "")
    signals = tuple(Signal(name, 0.0, 1.0) for name in odd)
    table = wide_table([("Odd", Analysis(signals, duration_s=2.0))])
    assert len({*table.columns}) == len(table.columns)
    assert row(table, 0)["count_unnamed"] == 1
    assert row(table, 0)["duration_s"] == 2.0


@given(HOSTILE)
def test_hostile_text_comes_back_as_text(text: str) -> None:
    for make, write in PAIRS:
        table = make([result_of(text)])
        header, first, *_ = read(write, [result_of(text)])
        shown = displayable(text)
        assert table["recording"][0] == (shown or table["recording"][0])
        assert first[:2] == [inert(shown)] * 2
        assert header == [inert(name) for name in table.columns]
        for cell in (*header, *first):
            assert "\x00" not in cell
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_all_that_is_hostile_at_once_is_read_back_by_pandas() -> None:
    named = [result_of(text) for text in TEXTS]
    file = io.BytesIO()
    write_long_csv(named, file)
    file.seek(0)
    back = pd.read_csv(file, keep_default_na=False)
    assert len(back) == 2 * len(TEXTS)
    assert back["recording"].tolist()[::2] == [inert(displayable(text)) for text in TEXTS]


@pytest.mark.parametrize("write", [write for _, write in PAIRS])
def test_memory_does_not_grow_with_the_results(write: Writer, tmp_path: Path) -> None:
    with (tmp_path / "out.csv").open("wb") as file:
        assert not grows(lambda named: write(named, file))
    assert (tmp_path / "out.csv").stat().st_size > 0
