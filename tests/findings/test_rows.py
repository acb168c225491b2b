"""The heights of the rows of the tracks, in numbers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.findings.lanes import MAX_ROWS, OTHERS, lanes
from interhuman.findings.rows import height_px, row_heights, rows
from tests.view.frames import signals


@pytest.mark.parametrize(
    ("lanes", "max_px", "expected"),
    [
        ([], 176, []),
        ([1], 176, [(16, 16)]),
        ([2], 176, [(26, 13)]),
        ([6], 176, [(36, 6)]),
        ([1, 1, 3], 60, [(16, 16), (16, 16), (24, 8)]),
        ([1] * 10, 140, [(14, 14)] * 10),
        ([1] * 12, 132, [(11, 11)] * 12),
    ],
)
def test_row_and_lane_heights_by_value(
    lanes: list[int], max_px: float, expected: list[tuple[float, float]]
) -> None:
    assert row_heights(lanes, max_px=max_px) == expected


@settings(deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=24), st.integers(60, 300))
def test_rows_keep_to_their_height_and_lanes_to_their_row(lanes: list[int], max_px: int) -> None:
    heights = row_heights(lanes, max_px=max_px)
    assert sum(height for height, _ in heights) <= max_px + 1e-6
    for number, (height, lane_px) in zip(lanes, heights, strict=True):
        assert 0 < number * lane_px <= height + 1e-6


def test_rows_stand_under_each_other_with_a_gap_between_families() -> None:
    frame = signals(
        ("stress", 0, 5, None),
        ("agreement", 20, 25, None),
        ("interest", 22, 30, None),
        ("interest", 23, 30, None),
    )
    stacked = rows(frame, lanes(frame), max_px=176)
    assert [(row.name, row.family, row.lanes) for row in stacked] == [
        ("agreement", "toward", 1),
        ("interest", "toward", 2),
        ("stress", "away", 1),
    ]
    assert [row.top_px for row in stacked] == [0, 16, 47]
    assert height_px(stacked) == 63
    assert stacked[1].middle_px == 29


def test_too_many_types_share_the_last_unsure_row() -> None:
    frame = signals(*((f"type {n}", n, n + 1, "high") for n in range(80)), ("stress", 0, 9, "low"))
    stacked = rows(frame, lanes(frame), max_px=290)
    assert len(stacked) == MAX_ROWS
    assert [row.name for row in stacked].count(OTHERS) == 1
    assert [row.family for row in stacked] == ["unsure"] * (MAX_ROWS - 1) + ["away"]
    assert all(a.top_px + a.height_px <= b.top_px for a, b in pairwise(stacked))
    assert height_px(stacked) <= 290
