"""Where each signal stands on the timeline: its row, its lane in the row, its drawn extent.

Numbers only, no figure. A row is one signal type; signals of one type that overlap stand in
lanes under each other, so none is painted over another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

import pandas as pd

from interhuman.style import FAMILIES, label

MOST_ROWS = 24
"""Rows on the timeline; further types share the last one, so that it stays readable."""

OTHERS = "\0"
"""The row name that the types beyond `MOST_ROWS` share; no displayable type can be it."""

LEAST_SHARE = 0.008
"""The least drawn width of a signal, as a share of the time axis: a few pixels."""

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


def lanes(frame: pd.DataFrame, *, end_s: float) -> pd.DataFrame:
    """Return row name, lane and drawn extent of every signal, with the index of `frame`.

    `frame` is a `signals_frame`. Columns: row (a type, or `OTHERS`), lane (0 is the uppermost
    free one), from_s and to_s (seconds: the span, widened where it would be too thin to see and
    kept inside 0 to `end_s`; for a moment the room that its tick takes to both sides).
    """
    least_s = end_s * LEAST_SHARE
    moment = frame["end_s"] <= frame["start_s"]
    from_s = frame["start_s"].clip(upper=max(end_s - least_s, 0.0))
    to_s = frame["end_s"].where(frame["end_s"] >= from_s + least_s, from_s + least_s)
    from_s = from_s.where(~moment, frame["start_s"] - least_s)
    to_s = to_s.where(~moment, frame["start_s"] + least_s)
    placed = pd.DataFrame({"row": row_of(frame), "lane": 0, "from_s": from_s, "to_s": to_s})
    for _, group in placed.groupby("row", sort=False):
        ordered = group.sort_values(["from_s", "to_s"], kind="stable")
        placed.loc[ordered.index, "lane"] = _free_lanes(
            zip(ordered["from_s"], ordered["to_s"], strict=True)
        )
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
    """Return the uppermost free lane for each (from, to), given in order of from."""
    busy: list[tuple[float, int]] = []
    free: list[int] = []
    chosen: list[int] = []
    for from_s, to_s in spans:
        while busy and busy[0][0] <= from_s:
            heappush(free, heappop(busy)[1])
        lane = heappop(free) if free else len(busy)
        heappush(busy, (to_s, lane))
        chosen.append(lane)
    return chosen
