"""Where each signal stands on the timeline: its row, and its lane in the row.

Numbers only, no figure. A row is one signal type; signals of one type that overlap stand in
lanes under each other, so none is painted over another. Times are true: signals that touch do
not overlap, and however thin something is drawn, it takes no more room than it lasts.
"""

from __future__ import annotations

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
    placed = pd.DataFrame({"row": row_of(frame), "lane": 0})
    ordered = frame.sort_values(["start_s", "end_s"], kind="stable")
    for _, group in ordered.groupby(placed["row"], sort=False):
        spans = zip(group["start_s"], group["end_s"], strict=True)
        placed.loc[group.index, "lane"] = _free_lanes(spans)
    return placed


def row_of(frame: pd.DataFrame) -> pd.Series:
    """Return the name of the row that each signal of a `signals_frame` stands in."""
    return frame["type"].where(frame["type"].isin(row_names(frame)), OTHERS)


def row_label(name: str) -> str:
    """Return the name of a row as a person reads it."""
    return "Other types" if name == OTHERS else label(name)


def row_names(frame: pd.DataFrame) -> list[str]:
    """Return the types in row order: by family, then by first onset, then by name."""
    if frame.empty:
        return []
    first = frame.groupby(["type", "family"], observed=True)["start_s"].min().reset_index()
    first["rank"] = first["family"].map(FAMILIES.index).astype("int64")
    names = first.sort_values(["rank", "start_s", "type"])["type"].tolist()
    if len(names) <= MOST_ROWS:
        return [str(name) for name in names]
    often = frame["type"].value_counts().sort_index().nlargest(MOST_ROWS - 1).index
    return [str(name) for name in names if name in often]


def rows(frame: pd.DataFrame, placed: pd.DataFrame) -> list[Row]:
    """Return the rows with their heights in px from the top, family headings left room for.

    `placed` is what `lanes` returned for `frame`. A row grows with its lanes up to
    `MOST_LANES_HIGH`; then its lanes become thinner, so the chart stays under `MOST_PX`.
    """
    if frame.empty:
        return []
    needed = placed.groupby("row")["lane"].max() + 1
    family = dict(zip(frame["type"], frame["family"], strict=True))
    names = row_names(frame) + ([OTHERS] if OTHERS in needed.index else [])
    shape = [(name, family.get(name, "unsure"), int(needed[name])) for name in names]
    order = sorted(shape, key=lambda each: FAMILIES.index(each[1]))
    high = next(
        (high for high in range(MOST_LANES_HIGH, 1, -1) if _height(order, high) <= MOST_PX), 1
    )
    return _stacked(order, high)


def height_px(stacked: list[Row]) -> int:
    """Return the height of all rows together in px."""
    last = stacked[-1] if stacked else None
    return round(last.top_px + last.lanes * last.lane_px + ROW_GAP_PX / 2) if last else 96


def _height(shape: list[tuple[str, str, int]], high: int) -> float:
    return height_px(_stacked(shape, high))


def _stacked(shape: list[tuple[str, str, int]], high: int) -> list[Row]:
    """Stack rows (name, family, lanes) from the top, each at most `high` full lanes tall."""
    stacked: list[Row] = []
    top_px, before = 0.0, ""
    for name, family, count in shape:
        top_px += HEADING_PX if family != before else ROW_GAP_PX
        lane_px = LANE_PX * min(count, high) / count
        stacked.append(Row(name, family, count, top_px, lane_px))
        top_px, before = top_px + count * lane_px, family
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
