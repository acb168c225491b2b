"""The tracks: signals, engagement and one quality score of a recording on one time axis.

From the top: one row per signal type, the engagement ribbon, a score as steps, the time axis, and
an overview of the whole recording that stays while the axis above is zoomed. Whoever shows the
figure zooms it by the range of `xaxis`, draws the window on the overview, and chooses the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from interhuman.colors import Palette, palette
from interhuman.findings.lanes import lanes
from interhuman.findings.rows import Row, height_px, rows
from interhuman.findings.time_axis import axis_end_s
from interhuman.formats import NO_SIGNALS, SIGNALS_UNREAD, label
from interhuman.view.charts.areas import NOTE_PX, areas, max_signals_px
from interhuman.view.charts.axes import PlotlyJson, figure, time_margin
from interhuman.view.charts.engagement import engagement_traces
from interhuman.view.charts.folding import ZOOM, foldings
from interhuman.view.charts.marks import Marks, SignalTrace, marks, single_traces
from interhuman.view.charts.overview import Overview, overview
from interhuman.view.charts.quality import step_traces
from interhuman.view.charts.run_marks import run_traces
from interhuman.view.charts.track_layout import track_layout
from interhuman.vocabulary import SCORES

HOVER_PX = 2
"""How far beside a mark the pointer still means it; more would win over the bar it is on."""


@dataclass(frozen=True, slots=True)
class Level:
    """How signals fold into runs in windows of about one length."""

    from_window_s: float
    """Drawn when the visible window is at least this long (and shorter than the level before)."""
    traces: tuple[SignalTrace, ...]
    """The traces that belong to this level alone."""


@dataclass(frozen=True, slots=True)
class Tracks:
    """The figure, and what has to be known to zoom it, to filter it and to draw over it.

    The figure's first traces are the signals': `always`, then those of each of the `levels`.
    Heights are in px from the figure's top edge, as (top, bottom).
    """

    figure: go.Figure
    height_px: int
    places: tuple[tuple[float, float], ...]
    """Where the mark of each signal is, in the order of the frame."""
    always: tuple[SignalTrace, ...]
    """The traces of signals that are drawn one by one in every window."""
    levels: tuple[Level, ...]
    """From the widest window, visible at first, to the shortest, where nothing folds."""
    scores: tuple[str, ...]
    """The scores that were given over time; the first one is drawn, in the figure's third row."""
    scores_at: int
    """The place of the first of the `step_traces` of a score in the figure."""
    overview: Overview
    overview_px: tuple[float, float]
    tracks_px: tuple[float, float]
    """From the signals to the score: what is zoomed."""
    score_px: tuple[float, float] | None
    """Where the score is, from 100 to 0; None without any."""

    @property
    def score_name_at(self) -> int:
        """The place of the score's name among the figure's annotations."""
        return len(self.figure.layout.annotations) - 2


def tracks(
    signals: pd.DataFrame,
    engagement: pd.DataFrame,
    quality_timeline: pd.DataFrame,
    *,
    end_s: float,
    widest_s: float = 0.0,
    dark: bool = False,
    signals_read: bool = True,
    gaps: Sequence[tuple[float, float]] = (),
) -> Tracks:
    """Return the tracks of a whole `signals_frame`, an `engagement_frame` and a
    `quality_timeline_frame` on an axis from 0 to `end_s` seconds.

    Times are true; where signals are too thin for the window, runs of them fold into one mark
    (`levels`). What was not given is left out. `widest_s` is the longest window that the figure is
    shown in, in seconds, if that is longer than the recording. `gaps` are the times, from and to,
    in which nothing was analyzed.
    """
    colors, end_s = palette(dark), axis_end_s(end_s)
    widest_s = max(widest_s, end_s)
    known = set(quality_timeline.loc[quality_timeline["value"].notna(), "dimension"])
    scores = tuple(name for name in SCORES if name in known)
    given = {"engagement": not engagement.empty, "score": bool(scores)}
    placed = lanes(signals)
    max_px = max_signals_px(placed["row"].nunique(), **given)
    stacked = rows(signals, placed, max_px=max_px)
    where = areas(height_px(stacked) if stacked else NOTE_PX, **given)
    drawn = marks(signals, placed, stacked)
    always, levels = _signal_traces(drawn, stacked, widest_s, colors)
    traces = [trace.plotly for trace in always]
    for place, level in enumerate(levels):
        traces += [{**trace.plotly, "visible": place == 0} for trace in level.traces]
    if where.engagement:
        traces += _on("y2", engagement_traces(engagement, end_s=end_s, colors=colors, tick_px=16))
    scores_at = len(traces)
    for name in scores[:1]:
        windows = quality_timeline[quality_timeline["dimension"] == name]
        traces += _on("y3", step_traces(windows, name, colors, width=1.75))
    strip = overview(drawn, end_s=widest_s, colors=colors)
    traces.append({**strip.plotly, "xaxis": "x2", "yaxis": "y4"})
    says = (label(scores[0]) if scores else "", NO_SIGNALS if signals_read else SIGNALS_UNREAD)
    layout = track_layout(stacked, where, says=says, end_s=end_s, gaps=gaps, colors=colors)
    return Tracks(
        figure=figure(
            colors,
            traces,
            height=where.height_px,
            margin=time_margin(top=0, bottom=0),
            layout={**layout, "hoverdistance": HOVER_PX},
        ),
        height_px=where.height_px,
        places=_places(drawn, where.signals.top_px),
        always=always,
        levels=levels,
        scores=scores,
        scores_at=scores_at,
        overview=strip,
        overview_px=(where.overview.top_px, where.overview.bottom_px),
        tracks_px=(where.tracks.top_px, where.tracks.bottom_px),
        score_px=(where.score.top_px, where.score.bottom_px) if where.score else None,
    )


def _signal_traces(
    drawn: Marks, stacked: Sequence[Row], widest_s: float, colors: Palette
) -> tuple[tuple[SignalTrace, ...], tuple[Level, ...]]:
    """Return the traces that are always drawn, and those of each level."""
    folded = foldings(drawn.lane_number, drawn.start_s, drawn.end_s, window_s=widest_s)
    ever = np.zeros(len(drawn), dtype=bool)
    for runs in folded:
        ever |= runs.run >= 0
    always = tuple(single_traces(drawn.where(~ever), window_s=widest_s, colors=colors))
    levels = []
    next_s = [*(runs.window_s for runs in folded[1:]), 0.0]
    for runs, next_window_s in zip(folded, next_s, strict=True):
        alone = drawn.where(ever & (runs.run < 0))
        # On the last level each has its line: what a filter leaves of a run is drawn from there.
        window_s = runs.window_s if len(runs.count) else widest_s
        traces = (
            *single_traces(alone, window_s=window_s, colors=colors),
            *run_traces(drawn, runs, stacked=stacked, colors=colors),
        )
        # Half a step of zooming before the next level is exactly right.
        levels.append(Level(next_window_s * ZOOM**0.5, traces))
    return always, tuple(levels)


def _places(drawn: Marks, top_px: float) -> tuple[tuple[float, float], ...]:
    """Return from where to where the mark of each signal is."""
    top, bottom = (top_px + drawn.y_px + side * drawn.bar_px / 2 for side in (-1, 1))
    return tuple(zip(top.tolist(), bottom.tolist(), strict=True))


def _on(axis: str, traces: Iterable[PlotlyJson]) -> list[PlotlyJson]:
    return [{**trace, "yaxis": axis} for trace in traces]
