"""How tall the rows of the tracks are: whole pixels, all of them in a fixed height.

A row is a signal type with as many lanes as it needs; its lanes stand in the middle of it. The
more lanes there are, the thinner they all become, and the height that is left stays unused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from interhuman.findings.lanes import OTHERS, row_names
from interhuman.vocabulary import FAMILIES

FAMILY_GAP_PX = 5
"""Between the rows of two families."""

MIN_ROWS_PX = range(14, 9, -1)
"""A row is at least as tall as its label; of many rows the labels stand closer."""

MAX_ROW_PX = 26
"""A row is at most so tall, unless its lanes would be thinner than `GOOD_LANE_PX`."""

MAX_LANE_PX, GOOD_LANE_PX = 16, 6
CLEAR_LANES_PX, THIN_LANES_PX = range(MAX_LANE_PX, 3, -1), range(3, 0, -1)
"""Lanes in which a mark shows its probability, and others."""


@dataclass(frozen=True, slots=True)
class Row:
    """A signal type (or `OTHERS`) with its place, in px from the top of the first row."""

    name: str
    family: str
    lanes: int
    top_px: float
    height_px: float
    lane_px: float

    @property
    def middle_px(self) -> float:
        """The height of its label."""
        return self.top_px + self.height_px / 2

    @property
    def first_lane_px(self) -> float:
        """The top of its uppermost lane."""
        return self.top_px + (self.height_px - self.lanes * self.lane_px) // 2


def rows(frame: pd.DataFrame, placed: pd.DataFrame, *, max_px: float) -> list[Row]:
    """Return the rows of a `signals_frame` from the top down, at most `max_px` tall together.

    `placed` is what `lanes` returned for `frame`.
    """
    needed = (placed["lane"] + 1).groupby(placed["row"]).max().to_dict()
    family = dict(zip(frame["type"].tolist(), frame["family"].tolist(), strict=True))
    sizes = [
        (name, family.get(name, "unsure"), needed[name])
        for name in (*row_names(frame), OTHERS)
        if name in needed
    ]
    sizes.sort(key=lambda size: FAMILIES.index(size[1]))  # puts `OTHERS` last in its family
    families = len({family for _, family, _ in sizes})
    heights = row_heights(
        [lanes for _, _, lanes in sizes], max_px=max_px - FAMILY_GAP_PX * (families - 1)
    )
    return _stacked(sizes, heights)


def row_heights(lanes: Sequence[int], *, max_px: float) -> list[tuple[float, float]]:
    """Return row height and lane height in px of rows with so many lanes each.

    Takes the tallest lanes with which the rows are at most `max_px` tall together: first with
    roomy labels, then with closer ones, then lanes that are hardly more than lines.
    """
    for lanes_px in (CLEAR_LANES_PX, THIN_LANES_PX):
        for min_px, lane_px in product(MIN_ROWS_PX, lanes_px):
            heights = [_row_height(number, lane_px, min_px) for number in lanes]
            if sum(height for height, _ in heights) <= max_px:
                return heights
    shrunk = max_px / sum(height for height, _ in heights)
    return [(height * shrunk, lane_px * shrunk) for height, lane_px in heights]


def height_px(stacked: Sequence[Row]) -> float:
    """Return how tall the rows are together, in px."""
    return stacked[-1].top_px + stacked[-1].height_px if stacked else 0.0


def _row_height(lanes: int, lane_px: float, min_px: float) -> tuple[float, float]:
    roomy_px = max(MAX_ROW_PX // lanes, GOOD_LANE_PX)
    # A lone lane may fill the height of its label, but not look twice as weighty as the others.
    label_px = min(min_px / lanes, lane_px * 1.5 + 2) // 1
    fitting_px = min(max(lane_px, label_px), roomy_px, MAX_LANE_PX)
    return max(min_px, lanes * fitting_px), fitting_px


def _stacked(
    sizes: Sequence[tuple[str, str, int]], heights: Sequence[tuple[float, float]]
) -> list[Row]:
    stacked: list[Row] = []
    bottom_px = 0.0
    for (name, family, lanes), (height, lane_px) in zip(sizes, heights, strict=True):
        is_new_family = bool(stacked) and stacked[-1].family != family
        top_px = bottom_px + FAMILY_GAP_PX * is_new_family
        stacked.append(Row(name, family, lanes, top_px, height, lane_px))
        bottom_px = top_px + height
    return stacked
