"""The engagement ribbon: attention over time round a centre line, gaps said to be gaps."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from interhuman.charts.axes import (
    CLEAR,
    Part,
    axis_end_s,
    figure,
    marks,
    note,
    time_axis,
    time_margin,
)
from interhuman.style import (
    FAMILY_COLOURS,
    STATE_FAMILY,
    STATES,
    Ink,
    ink,
    label,
    shortened,
    span,
)

HEIGHT_PX = 132
_EXTENT = {"engaged": (0.0, 1.0), "neutral": (-0.14, 0.14), "disengaged": (-1.0, 0.0)}
_OTHER_EXTENT = (-0.14, 0.14)
_LEAST_SHARE = 0.006


def gaps(frame: pd.DataFrame, *, end_s: float) -> list[tuple[float, float]]:
    """Return the stretches (from, to, seconds) of 0 to `end_s` that no row of `frame` covers.

    `frame` needs start_s and end_s; rows may overlap and stand in any order.
    """
    found: list[tuple[float, float]] = []
    covered_to = 0.0
    ordered = frame.sort_values("start_s")
    for start, end in zip(ordered["start_s"], ordered["end_s"], strict=True):
        if start > covered_to:
            found.append((covered_to, min(float(start), end_s)))
        covered_to = max(covered_to, float(end))
        if covered_to >= end_s:
            break
    if covered_to < end_s:
        found.append((covered_to, end_s))
    return [(start, end) for start, end in found if end > start]


def engagement_ribbon(frame: pd.DataFrame, *, end_s: float, dark: bool = False) -> go.Figure:
    """Return the ribbon of an `engagement_frame` on an axis from 0 to `end_s` seconds.

    Engaged stands above the centre line, neutral thin on it, disengaged below; a state that
    nobody published is thin and dotted. What no entry covers is hatched "no data"; an entry of
    no length is a tick. `customdata` of every mark is [start_s, row of `frame`].
    """
    colours = ink(dark)
    traces = [] if frame.empty else [_no_data(frame, axis_end_s(end_s), colours)]
    for state in STATES:
        traces += _traces(frame[frame["state"] == state], state, end_s)
    traces += _traces(frame[~frame["state"].isin(STATES)], None, end_s)
    layout = {
        "xaxis": time_axis(end_s, colours),
        "yaxis": _state_axis(colours),
        "barmode": "overlay",
        "annotations": [note("No engagement was given", colours)] if frame.empty else [],
    }
    return figure(colours, traces, height=HEIGHT_PX, margin=time_margin(top=8), layout=layout)


def _traces(some: pd.DataFrame, state: str | None, end_s: float) -> list[Part]:
    """Return the bars and the ticks of one state (None: all unpublished ones together)."""
    bottom, top = _EXTENT.get(state or "", _OTHER_EXTENT)
    colour = FAMILY_COLOURS[STATE_FAMILY.get(state or "", "unsure")]
    lasting = some[some["end_s"] > some["start_s"]]
    moments = some[some["end_s"] <= some["start_s"]]
    traces = []
    if len(lasting):
        look = {**_marker(colour, known=state is not None), "base": bottom}
        traces.append(_bars(lasting, end_s) | look | {"y": [top - bottom] * len(lasting)})
    if len(moments):
        traces.append(_ticks(moments, (bottom + top) / 2, colour))
    return traces


def _bars(some: pd.DataFrame, end_s: float) -> Part:
    width = (some["end_s"] - some["start_s"]).clip(lower=axis_end_s(end_s) * _LEAST_SHARE)
    return {
        "type": "bar",
        "x": (some["start_s"] + width / 2).to_numpy(),
        "width": width.to_numpy(),
        **marks(some, _hovers(some)),
    }


def _marker(colour: str, *, known: bool) -> Part:
    dots = {"shape": ".", "fgcolor": colour, "bgcolor": CLEAR, "size": 5, "solidity": 0.4}
    line = {"color": colour, "width": 1}
    return {"marker": {"color": colour, "line": line, "pattern": {} if known else dots}}


def _ticks(some: pd.DataFrame, y: float, colour: str) -> Part:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": some["start_s"].to_numpy(),
        "y": [y] * len(some),
        "marker": {"symbol": "line-ns", "size": 22, "line": {"color": colour, "width": 3}},
        "cliponaxis": False,
        **marks(some, _hovers(some)),
    }


def _hovers(some: pd.DataFrame) -> list[str]:
    spans = zip(some["state"], some["start_s"], some["end_s"], strict=True)
    return [
        f"<b>{shortened(label(state), 40)}</b><br>{span(start, end)}" for state, start, end in spans
    ]


def _no_data(frame: pd.DataFrame, end_s: float, colours: Ink) -> Part:
    """Return hatched bars over the stretches without data, named where there is room."""
    empty = gaps(frame, end_s=end_s)
    room_s = end_s * 0.12
    hatch = {"shape": "/", "fgcolor": colours.muted, "fgopacity": 0.55, "bgcolor": CLEAR}
    return {
        "type": "bar",
        "x": [(start + end) / 2 for start, end in empty],
        "width": [end - start for start, end in empty],
        **{"base": -0.5, "y": [1.0] * len(empty)},
        "text": ["no data" if end - start >= room_s else "" for start, end in empty],
        **{"textposition": "inside", "insidetextanchor": "middle", "textangle": 0},
        "textfont": {"color": colours.muted, "size": 12},
        "marker": {
            "color": CLEAR,
            "line": {"width": 0},
            "pattern": {**hatch, "size": 7, "solidity": 0.2},
        },
        "hovertext": [f"<b>No data</b><br>{span(start, end)}" for start, end in empty],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _state_axis(colours: Ink) -> Part:
    return {
        "range": [-1.12, 1.12],
        "tickvals": [0.55, 0.0, -0.55],
        "ticktext": [label(state) for state in STATES],
        "tickfont": {"color": colours.text},
        "ticklabelstandoff": 6,
        "showgrid": False,
        **{"zeroline": True, "zerolinecolor": colours.grid, "zerolinewidth": 1},
        "fixedrange": True,
    }
