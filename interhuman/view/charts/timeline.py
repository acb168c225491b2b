"""The signal timeline: one labeled row per type, families by color, probability by fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from interhuman.text import plain, shortened
from interhuman.view.charts.axes import (
    CLEAR,
    PlotlyJson,
    axis_end_s,
    empty_note,
    figure,
    horizontal_line,
    hover_and_click,
    left_annotation,
    time_axis,
    time_margin,
)
from interhuman.view.charts.key import MOMENT, key
from interhuman.view.charts.lanes import Row, height_px, lanes, row_label, rows
from interhuman.view.colors import Palette, palette
from interhuman.view.formats import NAME_CHARACTERS, NOT_GIVEN, label, probability_words, span
from interhuman.vocabulary import FAMILIES, PROBABILITIES

FILLS = (*PROBABILITIES, NOT_GIVEN)
MOMENT_SYMBOLS = {
    "high": "diamond",
    "medium": "diamond-open-dot",
    "low": "diamond-open",
    NOT_GIVEN: "diamond-open",
}
THIN_SHARE = 0.005
"""A signal that takes less of the axis is about 4 px wide on a laptop: a tick helps to see it."""

TICK_PX, HIT_PX = 1.5, 9
WIDE_SHARE = 0.015
"""From here on a "?" fits into a bar on a laptop."""

_LABEL_CHARACTERS = 15
_TOP_PX = 36
_HEADING_UP_PX = 11
_BAR_SHARE = 0.82
_DECORATION: PlotlyJson = {"hoverinfo": "skip", "showlegend": False, "cliponaxis": False}


@dataclass(frozen=True, slots=True)
class _Marks:
    """Signals as they are drawn: arrays with one element per signal."""

    row: NDArray[np.int64]
    """Its index in the frame."""
    start_s: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    axis_share: NDArray[np.float64]
    """How much of the time axis it takes, 0-1."""
    is_moment: NDArray[np.bool_]
    y_px: NDArray[np.float64]
    """The middle of its lane, from the top down."""
    bar_px: NDArray[np.float64]
    hover: NDArray[np.object_]

    def where(self, chosen: NDArray[np.bool_]) -> _Marks:
        """Return the signals that are `chosen`."""
        return _Marks(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def __len__(self) -> int:
        return len(self.row)


def signal_timeline(frame: pd.DataFrame, *, end_s: float, dark: bool = False) -> go.Figure:
    """Return the timeline of a `signals_frame` on an axis from 0 to `end_s` seconds.

    One row per type, ordered by family and first onset; overlaps inside a type go to lanes. High
    probability is solid, medium half filled, low an outline, not given an outline with "?"; a
    zero-length signal is a tick with a diamond. Bars have their true extent; the thinnest get a
    tick of a fixed width in pixels. `customdata` of every mark is [start_s, row of `frame`].
    """
    colors = palette(dark)
    placed = lanes(frame)
    stacked = rows(frame, placed)
    marks = _marks(frame, placed, stacked, axis_end_s(end_s))
    families = frame["family"].to_numpy(dtype=object)
    fills = frame["probability"].astype("object").fillna(NOT_GIVEN).to_numpy()
    traces = [
        trace
        for family in FAMILIES
        for fill in FILLS
        for trace in _traces(
            marks.where((families == family) & (fills == fill)), family, fill, colors
        )
    ]
    entries = [fill for fill in FILLS if fill in fills] + [MOMENT] * bool(marks.is_moment.any())
    shapes, annotations = key(entries, colors)
    for row in _first_of_each_family(stacked):
        shapes.append(_hairline(row, colors))
        annotations.append(_heading(row, colors))
    if frame.empty:
        annotations.append(empty_note("No signals were detected", colors))
    plot_px, margin = height_px(stacked), time_margin(top=_TOP_PX)
    layout: PlotlyJson = {
        "xaxis": time_axis(end_s, colors),
        "yaxis": _rows_axis(stacked, plot_px, colors),
        "barmode": "overlay",
        "shapes": shapes,
        "annotations": annotations,
    }
    height = plot_px + margin["t"] + margin["b"]
    return figure(colors, traces, height=height, margin=margin, layout=layout)


def _marks(frame: pd.DataFrame, placed: pd.DataFrame, stacked: list[Row], axis_s: float) -> _Marks:
    """Return the marks of `frame` on an axis of `axis_s` seconds, in the lanes of `placed`."""
    row_of_name = {row.name: row for row in stacked}
    in_row = [row_of_name[name] for name in placed["row"].tolist()]
    lane_px = np.array([row.lane_px for row in in_row], dtype=float)
    top_px = np.array([row.top_px for row in in_row], dtype=float)
    duration_s = frame["duration_s"].to_numpy()
    return _Marks(
        row=frame.index.to_numpy(),
        start_s=frame["start_s"].to_numpy(),
        duration_s=duration_s,
        axis_share=duration_s / axis_s,
        is_moment=frame["end_s"].to_numpy() <= frame["start_s"].to_numpy(),
        y_px=top_px + (placed["lane"].to_numpy() + 0.5) * lane_px,
        bar_px=lane_px * _BAR_SHARE,
        hover=np.array(_hovers(frame), dtype=object),
    )


def _hovers(frame: pd.DataFrame) -> list[str]:
    """Return the hover text of each signal; everything from outside in it is inert.

    What repeats (types, times, probabilities) is put into words once.
    """
    types, probabilities = frame["type"].tolist(), frame["probability"].tolist()
    titles = {
        name: f"<b>{shortened(label(name), NAME_CHARACTERS)}</b>  ({family})"
        for name, family in set(zip(types, frame["family"].tolist(), strict=True))
    }
    spans = list(zip(frame["start_s"].tolist(), frame["end_s"].tolist(), strict=True))
    times = {(start_s, end_s): span(start_s, end_s) for start_s, end_s in set(spans)}
    certainty = {name: probability_words(name) for name in frame["probability"].unique()}
    hovers = []
    for name, start_and_end, probability, rationale in zip(
        types, spans, probabilities, frame["rationale"].tolist(), strict=True
    ):
        hover = f"{titles[name]}<br>{times[start_and_end]}, {certainty[probability]}"
        why = plain(rationale, width=52, lines=9) if isinstance(rationale, str) else ""
        hovers.append(f"{hover}<br>{why}" if why else hover)
    return hovers


def _traces(marks: _Marks, family: str, fill: str, colors: Palette) -> Iterator[PlotlyJson]:
    """Yield the traces of one family and fill: bars, their filled halves, ticks, moments, "?"."""
    if not len(marks):
        return
    color, name = colors.families[family], f"{family}, {fill}"
    is_thin = marks.axis_share < THIN_SHARE
    wide = marks.where(~marks.is_moment & ~is_thin)
    thin = marks.where(~marks.is_moment & is_thin)
    if len(wide):
        yield {**_bars(wide, fill, color, colors), "name": name, **_hover_and_click(wide)}
    if len(thin):
        yield {**_bars(thin, fill, color, colors), **_DECORATION}
    if fill == "medium" and (len(wide) or len(thin)):
        yield _lower_halves(marks.where(~marks.is_moment), color, colors)
    if len(thin):
        ticks = _ticks(thin, color if fill == "high" else CLEAR)
        yield {**ticks, "name": f"{name}, thin", **_hover_and_click(thin)}
    if marks.is_moment.any():
        moments = marks.where(marks.is_moment)
        yield _moment_stems(moments, color)
        diamonds = _moment_diamonds(moments, color, fill)
        yield {**diamonds, "name": f"{name}, moments", **_hover_and_click(moments)}
    if fill == NOT_GIVEN:
        room = marks.is_moment | (marks.axis_share >= WIDE_SHARE)
        yield _question_marks(marks.where(room), colors)


def _hover_and_click(marks: _Marks) -> PlotlyJson:
    return hover_and_click(marks.start_s, marks.hover, rows=marks.row)


def _bars(marks: _Marks, fill: str, color: str, colors: Palette) -> PlotlyJson:
    """Return solid bars with a seam in the color of the ground, or outlines."""
    solid = fill == "high"
    line = {"color": colors.ground if solid else color, "width": 1}
    return {
        **_extent(marks),
        "y": marks.y_px,
        "width": marks.bar_px,
        "marker": {"color": color if solid else CLEAR, "line": line},
    }


def _lower_halves(marks: _Marks, color: str, colors: Palette) -> PlotlyJson:
    return {
        **_extent(marks),
        "y": marks.y_px + marks.bar_px / 4,
        "width": marks.bar_px / 2,
        "marker": {"color": color, "line": {"color": colors.ground, "width": 1}},
        **_DECORATION,
    }


def _extent(marks: _Marks) -> PlotlyJson:
    """Return where bars begin and how long they are, in seconds: what was detected, no more."""
    return {"type": "bar", "orientation": "h", "base": marks.start_s, "x": marks.duration_s}


def _ticks(marks: _Marks, color: str) -> PlotlyJson:
    """Return an upright line on each bar that is too thin to see or to hit."""
    line = {"color": color, "width": TICK_PX}
    return {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,
        "x": marks.start_s + marks.duration_s / 2,
        "y": marks.y_px,
        "marker": {"symbol": "line-ns", "size": np.maximum(marks.bar_px, HIT_PX), "line": line},
    }


def _moment_stems(marks: _Marks, color: str) -> PlotlyJson:
    """Return an upright line at each moment."""
    line = {"color": color, "width": 2}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": marks.start_s,
        "y": marks.y_px,
        "marker": {"symbol": "line-ns", "size": marks.bar_px + 2, "line": line},
        **_DECORATION,
    }


def _moment_diamonds(marks: _Marks, color: str, fill: str) -> PlotlyJson:
    """Return a diamond on each moment; how it is filled tells the probability."""
    line = {"color": color, "width": 1.5}
    return {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,
        "x": marks.start_s,
        "y": marks.y_px,
        "marker": {"symbol": MOMENT_SYMBOLS[fill], "size": 10, "color": color, "line": line},
    }


def _question_marks(marks: _Marks, colors: Palette) -> PlotlyJson:
    """Return a "?" in the middle of each bar and beside each moment."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": marks.start_s + marks.duration_s / 2,
        "y": marks.y_px,
        "text": "?",
        "textposition": np.where(marks.is_moment, "middle right", "middle center").tolist(),
        "textfont": {"color": colors.text, "size": 12},
        **_DECORATION,
    }


def _rows_axis(stacked: list[Row], plot_px: int, colors: Palette) -> PlotlyJson:
    """Return the y axis: its unit is the pixel, from the top down."""
    return {
        "range": [plot_px, 0],
        "tickvals": [row.middle_px for row in stacked],
        "ticktext": [shortened(row_label(row.name), _LABEL_CHARACTERS) for row in stacked],
        "tickfont": {"color": colors.text},
        "ticklabelstandoff": 6,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def _first_of_each_family(stacked: list[Row]) -> list[Row]:
    first: dict[str, Row] = {}
    for row in stacked:
        first.setdefault(row.family, row)
    return list(first.values())


def _heading(first: Row, colors: Palette) -> PlotlyJson:
    """Return a family's name with its color, over its first row."""
    swatch = f'<span style="color:{colors.families[first.family]}">■</span>'
    y = first.top_px - _HEADING_UP_PX
    return left_annotation(f"{swatch} {first.family}", color=colors.muted, y=y, yanchor="middle")


def _hairline(first: Row, colors: Palette) -> PlotlyJson:
    line: PlotlyJson = {"color": colors.grid, "width": 1}
    return horizontal_line(first.top_px - _HEADING_UP_PX, line=line)
