"""The marks of signals on the tracks: few traces, each with one array per property.

Color is the family; fill is the probability: high is solid, medium half filled, low an outline,
not given an outline with "?". A signal of no length is an upright line with a diamond.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interhuman.colors import Palette, translucent
from interhuman.findings.rows import Row
from interhuman.formats import NOT_GIVEN
from interhuman.view.charts.axes import CLEAR, PlotlyJson, hover
from interhuman.view.charts.folding import PLOT_PX, THIN_PX
from interhuman.view.charts.hovers import signal_hovers
from interhuman.vocabulary import FAMILIES, PROBABILITIES

FILLS = (*PROBABILITIES, NOT_GIVEN)
DIAMOND, DIAMOND_OPEN, DIAMOND_OPEN_DOT = 2, 102, 302
"""Plotly's numbers of symbols, which it reads faster than their names."""

MOMENT_SYMBOLS = (DIAMOND, DIAMOND_OPEN_DOT, DIAMOND_OPEN, DIAMOND_OPEN)
"""The diamond of each of the `FILLS`."""

LINE_NS_LENGTH = 1.4
"""How long Plotly's upright line is for a size of 1."""

TICK_PX = 1.5
"""How wide the upright line is on a signal that is too thin to see."""

_PALE = 0.13
_SOLID, _HALF, _UNKNOWN = (FILLS.index(fill) for fill in ("high", "medium", NOT_GIVEN))
DECORATION: PlotlyJson = {"hoverinfo": "skip", "showlegend": False}

OPAQUE: PlotlyJson = {"opacity": 1}
"""Plotly draws markers of several sizes pale unless it is told not to."""

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Marks:
    """Signals as they are drawn: arrays with one element per signal."""

    index: Numbers
    """Its index in the frame."""
    row_place: Numbers
    """Which of the rows it stands in, from the top."""
    lane: Numbers
    family: Numbers
    """Its place in `FAMILIES`."""
    fill: Numbers
    """The place of its probability in `FILLS`."""
    start_s: Floats
    end_s: Floats
    y_px: Floats
    """The middle of its bar, from the top of the first row down."""
    bar_px: Floats
    hover: NDArray[np.object_]
    """What it says when pointed at."""

    def where(self, chosen: NDArray[np.bool_] | Numbers) -> Marks:
        """Return the signals that are `chosen`, by a mask or by their positions."""
        return Marks(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @property
    def is_moment(self) -> NDArray[np.bool_]:
        """Which of them have no length."""
        return self.end_s <= self.start_s

    @property
    def lane_number(self) -> Numbers:
        """A number for each lane of each row: signals with the same one never overlap."""
        lanes = int(self.lane.max(initial=0)) + 1
        return self.row_place * lanes + self.lane

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True)
class SignalTrace:
    """A trace of Plotly, and which signals each of its points stands for, by their index."""

    plotly: PlotlyJson
    members: Sequence[Sequence[int]]

    @property
    def y(self) -> list[float]:
        """Where the points are, as the figure's y axis has it."""
        return cast("list[float]", np.asarray(self.plotly["y"]).tolist())


def marks(frame: pd.DataFrame, placed: pd.DataFrame, stacked: Sequence[Row]) -> Marks:
    """Return the marks of a `signals_frame` whose lanes are `placed` in the rows `stacked`."""
    row_number = {row.name: number for number, row in enumerate(stacked)}
    in_row = np.array([row_number[name] for name in placed["row"].tolist()], dtype=np.int64)
    lane = placed["lane"].to_numpy()
    lane_px = np.array([row.lane_px for row in stacked])[in_row]
    first_px = np.array([row.first_lane_px for row in stacked])[in_row]
    seam_px = np.clip(np.round(lane_px * 0.2), 0.2 * np.minimum(lane_px, 1), 3)
    bar_px = lane_px - seam_px
    known = pd.Categorical(frame["probability"], categories=list(FILLS)).codes
    return Marks(
        index=frame.index.to_numpy(),
        row_place=in_row,
        lane=lane,
        family=pd.Categorical(frame["family"], categories=list(FAMILIES)).codes.astype(np.int64),
        fill=np.where(known < 0, _UNKNOWN, known).astype(np.int64),
        start_s=frame["start_s"].to_numpy(),
        end_s=frame["end_s"].to_numpy(),
        y_px=first_px + lane * lane_px + seam_px // 2 + bar_px / 2,
        bar_px=bar_px,
        hover=np.array(signal_hovers(frame), dtype=object),
    )


def single_traces(drawn: Marks, *, window_s: float, colors: Palette) -> Iterator[SignalTrace]:
    """Yield the traces of signals that are drawn one by one.

    What is too thin to see in a window of `window_s` seconds gets an upright line.
    """
    is_moment = drawn.is_moment
    is_thin = drawn.end_s - drawn.start_s < THIN_PX * window_s / PLOT_PX
    for chosen, trace in (
        (~is_moment, _bars),
        (~is_moment & (drawn.fill == _HALF), _lower_halves),
        (is_thin, _upright_lines),
        (is_moment, _diamonds),
        (drawn.fill == _UNKNOWN, _question_marks),
    ):
        if chosen.any():
            of_trace = drawn.where(chosen)
            yield SignalTrace(trace(of_trace, colors), of_trace.index[:, None].tolist())


def colored(family: Numbers, colors: Palette, *, opacity: float = 1.0) -> PlotlyJson:
    """Return Plotly's properties that give each mark the color of its family."""
    solid = [colors.families[name] for name in FAMILIES]
    return picked(family, solid if opacity == 1 else [translucent(c, opacity) for c in solid])


def picked(places: Numbers, choices: Sequence[str]) -> PlotlyJson:
    """Return Plotly's properties that give each mark the color at its place in `choices`."""
    return {"color": np.array(choices, dtype=object)[places]}


def extent(start_s: Floats, end_s: Floats) -> PlotlyJson:
    """Return where bars begin and how long they are, in seconds: what was detected, no more."""
    return {"type": "bar", "orientation": "h", "base": start_s, "x": end_s - start_s}


def upright_lines(x_s: Floats, y_px: Floats, length_px: Floats, color: PlotlyJson) -> PlotlyJson:
    """Return upright lines of a fixed width in px, whatever the zoom."""
    return {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,
        "x": x_s,
        "y": y_px,
        "marker": {
            "symbol": "line-ns",
            "size": length_px / LINE_NS_LENGTH,
            "line": {**color, "width": TICK_PX},
            **OPAQUE,
        },
    }


def _bars(drawn: Marks, colors: Palette) -> PlotlyJson:
    """Return solid bars with a seam in the color of the ground, and pale ones with an outline."""
    solid = [colors.families[name] for name in FAMILIES]
    pale = [translucent(color, _PALE) for color in solid]
    is_solid = drawn.fill == _SOLID
    fill = picked(np.where(is_solid, drawn.family, drawn.family + len(solid)), [*solid, *pale])
    outline = picked(np.where(is_solid, len(solid), drawn.family), [*solid, colors.ground])
    return {
        **extent(drawn.start_s, drawn.end_s),
        "y": drawn.y_px,
        "width": drawn.bar_px,
        "marker": {**fill, "line": {**outline, "width": 1}},
        **hover(drawn.hover),
    }


def _lower_halves(drawn: Marks, colors: Palette) -> PlotlyJson:
    return {
        **extent(drawn.start_s, drawn.end_s),
        "y": drawn.y_px + drawn.bar_px / 4,
        "width": drawn.bar_px / 2,
        "marker": {**colored(drawn.family, colors), "line": {"width": 0}},
        **DECORATION,
    }


def _upright_lines(drawn: Marks, colors: Palette) -> PlotlyJson:
    """Return a line on each signal that is too thin to see; on an outline a clear one to hit."""
    visible = drawn.is_moment | (drawn.fill == _SOLID)
    choices = [*(colors.families[name] for name in FAMILIES), CLEAR]
    return {
        **upright_lines(
            (drawn.start_s + drawn.end_s) / 2,
            drawn.y_px,
            # On a bar it is as tall as what the seam leaves of that, so it shows only on thin ones.
            np.where(drawn.is_moment, drawn.bar_px + 4, np.maximum(drawn.bar_px - 1, 1)),
            picked(np.where(visible, drawn.family, len(FAMILIES)), choices),
        ),
        **hover(drawn.hover),
    }


def _diamonds(drawn: Marks, colors: Palette) -> PlotlyJson:
    """Return a diamond on each moment; how it is filled tells the probability."""
    color = colored(drawn.family, colors)
    return {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,
        "x": drawn.start_s,
        "y": drawn.y_px,
        "marker": {
            "symbol": np.array(MOMENT_SYMBOLS)[drawn.fill],
            "size": np.clip(drawn.bar_px, 5, 9),
            **color,
            "line": {**color, "width": 1.25},
            **OPAQUE,
        },
        **DECORATION,
    }


def _question_marks(drawn: Marks, colors: Palette) -> PlotlyJson:
    """Return a "?" in the middle of each bar and beside each moment."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": (drawn.start_s + drawn.end_s) / 2,
        "y": drawn.y_px,
        "text": "?",
        "textposition": np.where(drawn.is_moment, "middle right", "middle center"),
        "textfont": {"color": colors.text, "size": np.clip(drawn.bar_px, 7, 11)},
        **DECORATION,
    }
