"""Where each signal stands on the timeline: its row, and its lane in the row.

Numbers only, no figure. A row is one signal type; signals of one type that overlap stand in
lanes under each other, so none is painted over another. Times are true: signals that touch do
not overlap, and however thin something is drawn, it takes no more room than it lasts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

import pandas as pd

from interhuman.view.formats import label
from interhuman.vocabulary import FAMILIES

MOST_ROWS = 24
"""Rows on the timeline; further types share the last one, so that it stays readable."""

OTHERS = "\0"
"""The row name that the types beyond `MOST_ROWS` share; no displayable type can be it."""

LANE_PX = 19
ROW_GAP_PX = 11
HEADING_PX = 22
MOST_LANES_HIGH = 6
MOST_PX = 900


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the timeline: a signal type (or `OTHERS`), from `top_px` down."""

    name: str
    family: str
    lanes: int
    top_px: float
    lane_px: float

    @property
    def middle_px(self) -> float:
        """The height of its label."""
        return self.top_px + self.lanes * self.lane_px / 2


def lanes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return row name and lane of every signal of a `signals_frame`, with its index.

    Columns: row (a type, or `OTHERS`), lane (0 is the uppermost free one).
    """
    names = row_of(frame).tolist()
    spans = list(zip(frame["start_s"].tolist(), frame["end_s"].tolist(), strict=True))
    members: dict[str, list[int]] = {}
    for place in sorted(range(len(spans)), key=spans.__getitem__):
        members.setdefault(names[place], []).append(place)
    lane = [0] * len(spans)
    for places in members.values():
        chosen = _free_lanes(spans[place] for place in places)
        for place, number in zip(places, chosen, strict=True):
            lane[place] = number
    row_dtype, index = frame["type"].dtype, frame.index
    return pd.DataFrame(
        {"row": pd.Series(names, index, row_dtype), "lane": pd.Series(lane, index, "int64")}
    )


def row_of(frame: pd.DataFrame) -> pd.Series:
    """Return the name of the row that each signal of a `signals_frame` stands in."""
    return frame["type"].where(frame["type"].isin(row_names(frame)), OTHERS)


def row_label(name: str) -> str:
    """Return the name of a row as a person reads it."""
    return "Other types" if name == OTHERS else label(name)


def row_names(frame: pd.DataFrame) -> list[str]:
    """Return the types in row order: by family, then by first onset, then by name.

    Of more than `MOST_ROWS` types the most frequent ones have a row, and one is left for the rest.
    """
    types, family = frame["type"].tolist(), _family_of_type(frame)
    onset: dict[str, float] = {}
    for name, start_s in zip(types, frame["start_s"].tolist(), strict=True):
        onset[name] = min(start_s, onset.get(name, start_s))
    names = sorted(onset, key=lambda name: (FAMILIES.index(family[name]), onset[name], name))
    if len(names) <= MOST_ROWS:
        return names
    number = Counter(types)
    frequent = sorted(names, key=lambda name: (-number[name], name))[: MOST_ROWS - 1]
    return [name for name in names if name in frequent]


def rows(frame: pd.DataFrame, placed: pd.DataFrame) -> list[Row]:
    """Return the rows with their heights in px from the top, family headings left room for.

    `placed` is what `lanes` returned for `frame`. A row grows with its lanes up to
    `MOST_LANES_HIGH`; then its lanes become thinner, so the chart stays under `MOST_PX`.
    """
    needed: dict[str, int] = {}
    for name, lane in zip(placed["row"].tolist(), placed["lane"].tolist(), strict=True):
        needed[name] = max(lane + 1, needed.get(name, 0))
    family = _family_of_type(frame)
    names = [name for name in (*row_names(frame), OTHERS) if name in needed]
    sizes = [(name, family.get(name, "unsure"), needed[name]) for name in names]
    sizes.sort(key=lambda size: FAMILIES.index(size[1]))  # puts `OTHERS` last in its family
    for most_lanes in range(MOST_LANES_HIGH, 1, -1):
        stacked = _stacked(sizes, most_lanes)
        if height_px(stacked) <= MOST_PX:
            return stacked
    return _stacked(sizes, 1)


def height_px(stacked: list[Row]) -> int:
    """Return the height of all rows together in px."""
    last = stacked[-1] if stacked else None
    return round(last.top_px + last.lanes * last.lane_px + ROW_GAP_PX / 2) if last else 96


def _family_of_type(frame: pd.DataFrame) -> dict[str, str]:
    return dict(zip(frame["type"].tolist(), frame["family"].tolist(), strict=True))


def _stacked(sizes: list[tuple[str, str, int]], most_lanes: int) -> list[Row]:
    """Stack rows (name, family, lanes) from the top, each at most `most_lanes` full lanes tall."""
    stacked: list[Row] = []
    bottom_px, family_above = 0.0, ""
    for name, family, lanes_needed in sizes:
        top_px = bottom_px + (HEADING_PX if family != family_above else ROW_GAP_PX)
        lane_px = LANE_PX * min(lanes_needed, most_lanes) / lanes_needed
        stacked.append(Row(name, family, lanes_needed, top_px, lane_px))
        bottom_px, family_above = top_px + lanes_needed * lane_px, family
    return stacked


def _free_lanes(spans: Iterable[tuple[float, float]]) -> list[int]:
    """Return the uppermost free lane for each (from, to), given in order of from, then to.

    A lane is free again at the very time its span ends, so spans that touch share it. Of two
    moments at one time the second needs a lane of its own: a moment keeps its lane for that time.
    """
    busy: list[tuple[float, bool, int]] = []
    free: list[int] = []
    chosen: list[int] = []
    for from_s, to_s in spans:
        moment = to_s <= from_s
        while busy and busy[0][:2] <= (from_s, not moment):
            heappush(free, heappop(busy)[2])
        lane = heappop(free) if free else len(busy)
        heappush(busy, (to_s, moment, lane))
        chosen.append(lane)
    return chosen
