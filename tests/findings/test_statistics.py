"""Statistics by value, and what must hold for every answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.findings.statistics import (
    BIN_COLUMNS,
    ENGAGEMENT_STATISTICS_COLUMNS,
    FAMILY_COLUMNS,
    MAX_BINS,
    MAX_PAIRED_TYPES,
    MIN_SIGNALS_FOR_LIFT,
    NO_DATA,
    PAIR_COLUMNS,
    TYPE_COLUMNS,
    bin_choices_s,
    engagement_statistics,
    family_statistics,
    pair_statistics,
    seconds_by_bin,
    time_bins,
    type_statistics,
)
from interhuman.frames import Columns
from interhuman.vocabulary import FAMILIES
from tests.findings.strategies import END_S, signals_frames
from tests.view.frames import engagement, signals

SIGNALS = signals(
    ("hesitation", 10, 20, "high"),
    ("hesitation", 15, 30, "low"),
    ("stress", 18, 20, "high"),
    ("uncertainty", 40, 40, None),
)

Statistics = Callable[..., pd.DataFrame]


def first(frame: pd.DataFrame, **where: object) -> dict[str, object]:
    """Return the first row with these values."""
    for row in frame.to_dict("records"):
        if all(row[name] == value for name, value in where.items()):
            return {str(name): value for name, value in row.items()}
    raise AssertionError(f"no row with {where}")


def test_types_by_value_overlaps_counted_once() -> None:
    table = type_statistics(SIGNALS, end_s=60.0)
    assert table["type"].tolist() == ["hesitation", "stress", "uncertainty"]
    assert first(table, type="hesitation") == {
        "type": "hesitation",
        "family": "unsure",
        "count": 2,
        "total_s": 20.0,
        "share_of_recording": pytest.approx(1 / 3),
        "per_minute": 2.0,
        "mean_s": 12.5,
        "first_s": 10.0,
    }


def test_a_signal_without_length_counts_and_takes_no_time() -> None:
    row = first(type_statistics(SIGNALS, end_s=60.0), type="uncertainty")
    assert (row["count"], row["total_s"], row["share_of_recording"]) == (1, 0.0, 0.0)
    assert (row["mean_s"], row["first_s"]) == (0.0, 40.0)


def test_families_by_value_in_display_order() -> None:
    table = family_statistics(SIGNALS, end_s=60.0)
    assert table["family"].tolist() == ["unsure", "away"]
    assert table["count"].tolist() == [3, 1]
    assert table["total_s"].tolist() == [20.0, 2.0]


def test_what_lies_past_the_end_takes_no_time() -> None:
    table = type_statistics(signals(("stress", 5, 15, "high")), end_s=10.0)
    assert table["total_s"].tolist() == [5.0]
    assert table["share_of_recording"].tolist() == [0.5]


def test_a_recording_without_length_has_counts_and_no_shares() -> None:
    moment = signals(("stress", 0, 0, "high"))
    row = first(type_statistics(moment, end_s=0.0), type="stress")
    assert (row["count"], row["total_s"]) == (1, 0.0)
    assert math.isnan(float(str(row["share_of_recording"])))
    assert math.isnan(float(str(row["per_minute"])))
    assert time_bins(moment, end_s=0.0, bin_s=15).empty
    assert engagement_statistics(engagement(), end_s=0.0)["total_s"].tolist() == [0.0]
    assert pair_statistics(moment, end_s=0.0).empty


def test_engagement_by_value_and_its_gap() -> None:
    frame = engagement(("engaged", 0, 20), ("engaged", 20, 30), ("disengaged", 40, 50))
    table = engagement_statistics(frame, end_s=60.0)
    assert table["state"].tolist() == ["engaged", "disengaged", NO_DATA]
    assert table["total_s"].tolist() == [30.0, 10.0, 20.0]
    assert table["share_of_recording"].tolist() == pytest.approx([1 / 2, 1 / 6, 1 / 3])
    assert table["share_of_data"].tolist()[:2] == [0.75, 0.25]
    assert math.isnan(table["share_of_data"].tolist()[2])


def test_no_engagement_is_no_data_for_the_whole_recording() -> None:
    table = engagement_statistics(engagement(), end_s=60.0)
    assert first(table)["state"] == NO_DATA
    assert first(table)["share_of_recording"] == 1.0


def three(name: str, *starts: float) -> list[tuple[str, float, float, str | None]]:
    return [(name, start, start + 10.0, "high") for start in starts]


def test_pairs_by_value() -> None:
    frame = signals(*three("stress", 0, 20, 40), *three("hesitation", 5, 25, 80))
    (row,) = pair_statistics(frame, end_s=100.0).to_dict("records")
    assert (row["first_type"], row["second_type"]) == ("hesitation", "stress")
    assert (row["overlaps"], row["both_s"]) == (2, 10.0)
    assert row["expected_s"] == pytest.approx(0.3 * 0.3 * 100)
    assert row["lift"] == pytest.approx(10 / 9)


def test_no_lift_on_a_thin_base() -> None:
    few = MIN_SIGNALS_FOR_LIFT - 1
    frame = signals(*three("stress", 0, 20, 40), *three("hesitation", 5, 25, 80)[:few])
    table = pair_statistics(frame, end_s=100.0)
    assert table["overlaps"].tolist() == [2]
    assert table["lift"].isna().all()


def test_no_lift_where_a_type_takes_no_time() -> None:
    moments = [("hesitation", at, at, "high") for at in (1.0, 2.0, 3.0)]
    table = pair_statistics(signals(*three("stress", 0, 20, 40), *moments), end_s=100.0)
    assert table[["overlaps", "both_s", "expected_s"]].to_numpy().tolist() == [[3, 0.0, 0.0]]
    assert table["lift"].isna().all()


def test_types_that_only_touch_are_no_pair() -> None:
    frame = signals(("stress", 0, 10, "high"), ("hesitation", 10, 20, "high"))
    assert pair_statistics(frame, end_s=20.0).empty


def test_the_most_frequent_types_are_paired() -> None:
    frame = signals(*[(f"t{n:03d}", 0, 10, "high") for n in range(200)])
    assert len(pair_statistics(frame, end_s=10.0)) == math.comb(MAX_PAIRED_TYPES, 2)


def test_bins_by_value() -> None:
    table = time_bins(SIGNALS, end_s=40.0, bin_s=15)
    unsure = table[table["family"] == "unsure"]
    assert unsure[["start_s", "end_s"]].to_numpy().tolist() == [[0, 15], [15, 30], [30, 40]]
    assert unsure["starting"].tolist() == [1, 1, 1]
    assert unsure["under_way"].tolist() == [1, 2, 1]
    assert table["family"].tolist() == [*FAMILIES] * 3


def test_bins_are_bounded() -> None:
    assert bin_choices_s(600.0) == (15, 30, 60)
    assert bin_choices_s(15.0 * MAX_BINS + 1) == (30, 60)
    assert bin_choices_s(1e12) == ()
    with pytest.raises(ValueError, match="cannot be cut"):
        time_bins(SIGNALS, end_s=1e12, bin_s=60)
    for bin_s in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="cannot be cut"):
            time_bins(SIGNALS, end_s=60.0, bin_s=bin_s)
        with pytest.raises(ValueError, match="cannot be cut"):
            seconds_by_bin([], end_s=60.0, bin_s=bin_s)


def test_a_length_that_is_a_multiple_of_the_bin_has_no_bin_without_length() -> None:
    edges = time_bins(SIGNALS, end_s=2.1, bin_s=0.7)[["start_s", "end_s"]].drop_duplicates()
    assert len(edges) == 3


def test_seconds_by_bin_by_value() -> None:
    spans = [("a", 5.0, 25.0), ("a", 8.0, 12.0), ("b", 8.0, 12.0), ("b", 20.0, 20.0)]
    assert seconds_by_bin([*spans, ("b", math.nan, 9.0)], end_s=24.0, bin_s=10.0) == [
        (0.0, 10.0, {"a": 5.0, "b": 2.0}),
        (10.0, 20.0, {"a": 10.0, "b": 2.0}),
        (20.0, 24.0, {"a": 4.0, "b": 0.0}),
    ]
    assert seconds_by_bin(spans, end_s=0.0, bin_s=10.0) == []


@given(signals_frames(), st.sampled_from([0.7, 3.0, 7.5, 30.0, 100.0]))
def test_the_bins_of_a_type_sum_to_its_seconds(frame: pd.DataFrame, bin_s: float) -> None:
    spans = list(zip(frame["type"], frame["start_s"], frame["end_s"], strict=True))
    bins = seconds_by_bin(spans, end_s=END_S, bin_s=bin_s)
    assert [start for start, _, _ in bins[1:]] == [end for _, end, _ in bins[:-1]]
    assert (bins[0][0], bins[-1][1]) == (0.0, END_S)
    for row in type_statistics(frame, end_s=END_S).to_dict("records"):
        inside = sum(by_type.get(row["type"], 0.0) for _, _, by_type in bins)
        assert inside == pytest.approx(row["total_s"], abs=1e-9)


@pytest.mark.parametrize("frame", [SIGNALS, signals()], ids=["rows", "none"])
@pytest.mark.parametrize(
    ("statistics", "columns"),
    [(type_statistics, TYPE_COLUMNS), (family_statistics, FAMILY_COLUMNS),
     (pair_statistics, PAIR_COLUMNS)],
)  # fmt: skip
def test_every_table_has_its_columns(
    statistics: Statistics, columns: Columns, frame: pd.DataFrame
) -> None:
    table = statistics(frame, end_s=60.0)
    assert [str(dtype) for dtype in table.dtypes] == [str(dtype) for dtype in columns.values()]
    assert list(table.columns) == list(columns)


def test_bins_and_engagement_have_their_columns() -> None:
    bins = time_bins(signals(), end_s=60.0, bin_s=30)
    assert {name: str(dtype) for name, dtype in bins.dtypes.items()} == {
        name: str(dtype) for name, dtype in BIN_COLUMNS.items()
    }
    assert list(engagement_statistics(engagement(), end_s=1.0).columns) == list(
        ENGAGEMENT_STATISTICS_COLUMNS
    )


def test_missing_times_are_left_out() -> None:
    frame = signals(("stress", math.nan, 5, "high"), ("stress", 0, 5, "high"))
    assert type_statistics(frame, end_s=10.0)["count"].tolist() == [1]
    assert time_bins(frame, end_s=10.0, bin_s=15)["starting"].sum() == 1


@given(signals_frames())
def test_a_union_is_no_longer_than_the_recording_nor_than_its_parts(frame: pd.DataFrame) -> None:
    for table in (type_statistics(frame, end_s=END_S), family_statistics(frame, end_s=END_S)):
        assert (table["total_s"] <= END_S + 1e-9).all()
        assert (table["total_s"] <= table["count"] * table["mean_s"] + 1e-9).all()
        assert table["share_of_recording"].between(0, 1 + 1e-9).all()
        assert table["count"].sum() == len(frame)


@given(signals_frames(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_changes_nothing(frame: pd.DataFrame, seed: int) -> None:
    shuffled = frame.sample(frac=1, random_state=seed)
    for statistics in (type_statistics, family_statistics, pair_statistics):
        pd.testing.assert_frame_equal(
            statistics(frame, end_s=END_S), statistics(shuffled, end_s=END_S)
        )
    pd.testing.assert_frame_equal(
        time_bins(frame, end_s=END_S, bin_s=15), time_bins(shuffled, end_s=END_S, bin_s=15)
    )


@given(signals_frames(), st.sampled_from([15, 30, 60, 7]))
def test_every_signal_starts_in_one_bin_and_is_under_way_there(
    frame: pd.DataFrame, bin_s: int
) -> None:
    table = time_bins(frame, end_s=END_S, bin_s=bin_s)
    assert table["starting"].sum() == len(frame)
    assert (table["under_way"] >= table["starting"]).all()


@given(signals_frames())
def test_overlaps_are_those_of_every_pair_looked_at_alone(frame: pd.DataFrame) -> None:
    table = pair_statistics(frame, end_s=END_S)
    spans = {
        name: list(zip(rows["start_s"], np.maximum(rows["end_s"], rows["start_s"] + 1e-9),
                       strict=True))
        for name, rows in frame.groupby("type")
    }  # fmt: skip
    for row in table.to_dict("records"):
        pairs = [(a, b) for a in spans[row["first_type"]] for b in spans[row["second_type"]]]
        assert row["overlaps"] == sum(a[0] < b[1] and b[0] < a[1] for a, b in pairs)
        assert 0.0 <= row["both_s"] <= END_S


@given(st.lists(st.integers(0, 600), min_size=2, max_size=12, unique=True), st.data())
def test_shares_of_engagement_add_up_to_the_recording(cuts: list[int], data: st.DataObject) -> None:
    edges = [tenths / 10 for tenths in sorted(cuts)]
    names = st.sampled_from(["engaged", "neutral", "disengaged", "asleep", None])
    spans = [
        (state, start, end)
        for start, end in pairwise(edges)
        if (state := data.draw(names)) is not None
    ]
    table = engagement_statistics(engagement(*spans), end_s=END_S)
    assert table["share_of_recording"].sum() == pytest.approx(1.0)
    assert table["share_of_data"].sum() == pytest.approx(1.0 if spans else 0.0)
