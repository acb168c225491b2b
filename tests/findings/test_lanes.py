"""Rows and lanes of the tracks, in numbers."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.findings.lanes import lanes, row_names
from tests.view.frames import signals

SPAN = st.tuples(st.sampled_from("abc"), st.integers(0, 100), st.integers(0, 30))


def test_overlaps_inside_a_type_go_to_lanes_by_value() -> None:
    frame = signals(
        ("stress", 0, 10, "high"),
        ("stress", 5, 15, "high"),
        ("agreement", 5, 15, "low"),
        ("stress", 10, 20, "high"),
        ("stress", 12, 13, None),
    )
    placed = lanes(frame)
    assert placed["lane"].tolist() == [0, 1, 0, 0, 2]
    assert placed["row"].tolist() == ["stress", "stress", "agreement", "stress", "stress"]


def test_signals_that_touch_share_a_lane_however_thin_they_are() -> None:
    frame = signals(("a", 10, 10.1, None), ("a", 10.1, 10.2, None), ("a", 10.2, 10.3, None))
    assert lanes(frame)["lane"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(90, 100), (100, 100)], [0, 0]),
        ([(10, 10), (10, 20)], [0, 0]),
        ([(0, 20), (10, 10)], [0, 1]),
        ([(10, 10), (10, 10), (10, 20)], [0, 1, 0]),
        ([(0, 10), (10, 10), (10, 20)], [0, 0, 0]),
    ],
    ids=["at the end", "at the start", "inside", "two at once", "between"],
)
def test_a_moment_takes_part_as_a_moment(
    spans: list[tuple[float, float]], expected: list[int]
) -> None:
    frame = signals(*(("a", start, end, None) for start, end in spans))
    assert lanes(frame)["lane"].tolist() == expected


@settings(deadline=None)
@given(st.lists(SPAN, max_size=40))
def test_nothing_in_a_lane_overlaps_and_no_lane_is_wasted(
    spans: list[tuple[str, int, int]],
) -> None:
    frame = signals(*((name, start, min(start + long, 100), None) for name, start, long in spans))
    placed = lanes(frame).join(frame[["start_s", "end_s"]])
    assert list(placed.index) == list(frame.index)
    for name, group in placed.groupby("row"):
        for _, lane in group.groupby("lane"):
            drawn = sorted(zip(lane["start_s"], lane["end_s"], strict=True))
            for before, after in pairwise(drawn):
                assert before[1] <= after[0]
                assert before != after
        assert group["lane"].max() + 1 == at_once(group), name


def at_once(group: pd.DataFrame) -> int:
    """Return how many signals share a time: an instant with moments, or the time after it."""
    spans = list(zip(group["start_s"], group["end_s"], strict=True))
    most = 0
    for at in group["start_s"]:
        lasting = sum(1 for a, b in spans if a <= at < b)
        inside = sum(1 for a, b in spans if a < at < b)
        moments = sum(1 for a, b in spans if a == b == at)
        most = max(most, lasting, inside + moments)
    return most


def test_rows_stand_as_the_types_are_published_then_by_name() -> None:
    frame = signals(
        ("stress", 0, 5, None),
        ("daydreaming", 3, 5, None),
        ("boredom", 7, 9, None),
        ("interest", 2, 3, None),
        ("disagreement", 20, 25, None),
        ("hesitation", 2, 5, None),
        ("agreement", 9, 12, None),
    )
    toward, unsure = ["agreement", "interest"], ["hesitation", "boredom", "daydreaming"]
    names = [*toward, *unsure, "disagreement", "stress"]
    assert row_names(frame) == names
