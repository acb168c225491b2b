"""The tracks: signals, engagement and quality index of a recording on one time axis.

From the top: one row per signal type, the engagement ribbon, the index as steps, the time axis,
and an overview of the whole recording that stays while the axis above is zoomed. Whoever shows
the figure zooms it by the range of `xaxis` and draws the window on the overview.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from interhuman.view.charts.areas import NOTE_PX, areas, max_signals_px
from interhuman.view.charts.axes import PlotlyJson, axis_end_s, figure, time_margin
from interhuman.view.charts.engagement import engagement_traces
from interhuman.view.charts.folding import ZOOM, foldings
from interhuman.view.charts.lanes import lanes
from interhuman.view.charts.marks import Marks, marks, single_traces
from interhuman.view.charts.overview import overview_traces
from interhuman.view.charts.quality import step_traces
from interhuman.view.charts.rows import Row, height_px, rows
from interhuman.view.charts.run_marks import run_traces
from interhuman.view.charts.track_layout import track_layout
from interhuman.view.colors import Palette, palette
from interhuman.vocabulary import INDEX

HOVER_PX = 2
"""How far beside a mark the pointer still means it; more would win over the bar it is on."""


@dataclass(frozen=True, slots=True)
class Level:
    """How signals fold into runs in windows of about one length."""

    from_window_s: float
    """Drawn when the visible window is at least this long (and shorter than the level before)."""
    traces: tuple[int, ...]
    """The figure's traces that belong to this level alone; a trace in no level is always drawn."""


@dataclass(frozen=True, slots=True)
class Tracks:
    """The figure, and what has to be known to zoom it and to draw over it.

    Heights are in px from the figure's top edge, as (top, bottom).
    """

    figure: go.Figure
    height_px: int
    places: tuple[tuple[float, float], ...]
    """Where the mark of each signal is, in the order of the frame, whether shown or not."""
    levels: tuple[Level, ...]
    """From the widest window to the shortest; the first one's traces are visible at first."""
    overview_px: tuple[float, float]
    tracks_px: tuple[float, float]
    """From the signals to the index: what is zoomed."""


def tracks(
    signals: pd.DataFrame,
    engagement: pd.DataFrame,
    quality_timeline: pd.DataFrame,
    *,
    end_s: float,
    shown: Sequence[bool] | None = None,
    dark: bool = False,
) -> Tracks:
    """Return the tracks of a whole `signals_frame`, an `engagement_frame` and a
    `quality_timeline_frame` on an axis from 0 to `end_s` seconds.

    `shown` says which signals are drawn (None: all); rows and heights are those of all signals,
    so nothing jumps when that changes. Times are true; where signals are too thin for the window,
    runs of them fold into one mark (`levels`). What was not given is left out. `customdata` of
    every mark is [start_s, row of `signals`], with -1 for what is no single signal.
    """
    colors, end_s = palette(dark), axis_end_s(end_s)
    windows = quality_timeline[quality_timeline["dimension"] == INDEX]
    given = {"engagement": not engagement.empty, "index": bool(windows["value"].notna().any())}
    placed = lanes(signals)
    max_px = max_signals_px(placed["row"].nunique(), **given)
    stacked = rows(signals, placed, max_px=max_px)
    where = areas(height_px(stacked) if stacked else NOTE_PX, **given)
    is_shown = np.ones(len(signals), bool) if shown is None else np.array(shown, dtype=bool)
    drawn = marks(signals, placed, stacked, is_shown)
    traces, levels = _signal_traces(drawn.where(is_shown), stacked, end_s, colors)
    if where.engagement:
        traces += _on("y2", engagement_traces(engagement, end_s=end_s, colors=colors, tick_px=16))
    if where.index:
        traces += _on("y3", step_traces(windows, INDEX, colors, width=1.75))
    for trace in overview_traces(drawn.where(is_shown), end_s=end_s, colors=colors):
        traces.append({**trace, "xaxis": "x2", "yaxis": "y4"})
    top_px = where.signals.top_px
    return Tracks(
        figure=figure(
            colors,
            traces,
            height=where.height_px,
            margin=time_margin(top=0, bottom=0),
            layout={
                **track_layout(stacked, where, end_s=end_s, colors=colors),
                "hoverdistance": HOVER_PX,
            },
        ),
        height_px=where.height_px,
        places=tuple(
            zip(
                (top_px + drawn.y_px - drawn.bar_px / 2).tolist(),
                (top_px + drawn.y_px + drawn.bar_px / 2).tolist(),
                strict=True,
            )
        ),
        levels=levels,
        overview_px=(where.overview.top_px, where.overview.bottom_px),
        tracks_px=(where.tracks.top_px, where.tracks.bottom_px),
    )


def _signal_traces(
    drawn: Marks, stacked: Sequence[Row], end_s: float, colors: Palette
) -> tuple[list[PlotlyJson], tuple[Level, ...]]:
    """Return the traces of the signals and, where any fold, which belong to which level."""
    folded = foldings(drawn.lane_number, drawn.start_s, drawn.end_s, window_s=end_s)
    ever = np.zeros(len(drawn), dtype=bool)
    for runs in folded:
        ever |= runs.run >= 0
    traces = list(single_traces(drawn.where(~ever), window_s=end_s, colors=colors))
    if len(folded) == 1:
        return traces, (Level(0.0, ()),)
    levels = []
    next_s = [*(runs.window_s for runs in folded[1:]), 0.0]
    for place, (runs, next_window_s) in enumerate(zip(folded, next_s, strict=True)):
        alone = drawn.where(ever & (runs.run < 0))
        of_level = [
            *single_traces(alone, window_s=runs.window_s, colors=colors),
            *run_traces(drawn, runs, stacked=stacked, colors=colors),
        ]
        first = len(traces)
        traces += [{**trace, "visible": place == 0} for trace in of_level]
        # Half a step of zooming before the next level is exactly right.
        from_s = next_window_s * ZOOM**0.5
        levels.append(Level(from_s, tuple(range(first, len(traces)))))
    return traces, tuple(levels)


def _on(axis: str, traces: Iterable[PlotlyJson]) -> list[PlotlyJson]:
    return [{**trace, "yaxis": axis} for trace in traces]
