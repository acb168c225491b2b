"""The engagement ribbon: attention over time round a centre line, gaps said to be gaps."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from interhuman.charts.axes import CLEAR, axis_end_s, layout, note, time_axis, time_margin
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
    figure = go.Figure()
    if not frame.empty:
        figure.add_traces([_no_data(gaps(frame, end_s=axis_end_s(end_s)), end_s, colours)])
    for state in (*STATES, None):
        some = frame[frame["state"] == state] if state else frame[~frame["state"].isin(STATES)]
        if len(some):
            figure.add_traces(_traces(some, state, end_s, colours))
    figure.update_layout(_layout(end_s, colours))
    if frame.empty:
        note(figure, "No engagement was given", colours)
    return figure


def _traces(some: pd.DataFrame, state: str | None, end_s: float, colours: Ink) -> list[Any]:
    """Return the bars and the ticks of one state (None: all unpublished ones together)."""
    colour = FAMILY_COLOURS[STATE_FAMILY.get(state or "", "unsure")]
    bottom, top = _EXTENT.get(state or "", _OTHER_EXTENT)
    lasting = some[some["end_s"] > some["start_s"]]
    moments = some[some["end_s"] <= some["start_s"]]
    traces: list[Any] = []
    if len(lasting):
        traces.append(_bars(lasting, (bottom, top), end_s, colour, known=state is not None))
    if len(moments):
        stroke = {"color": colour if state else colours.text, "width": 3}
        traces.append(
            go.Scatter(
                x=moments["start_s"].to_numpy(),
                y=[(bottom + top) / 2] * len(moments),
                mode="markers",
                marker={"symbol": "line-ns", "size": 22, "line": stroke},
                cliponaxis=False,
                **_about(moments),
            )
        )
    return traces


def _bars(
    some: pd.DataFrame, extent: tuple[float, float], end_s: float, colour: str, *, known: bool
) -> go.Bar:
    least_s = axis_end_s(end_s) * _LEAST_SHARE
    width = (some["end_s"] - some["start_s"]).clip(lower=least_s)
    pattern = {"shape": ".", "fgcolor": colour, "bgcolor": CLEAR, "size": 5, "solidity": 0.4}
    return go.Bar(
        x=(some["start_s"] + width / 2).to_numpy(),
        width=width.to_numpy(),
        base=extent[0],
        y=[extent[1] - extent[0]] * len(some),
        marker={
            "color": colour,
            "line": {"color": colour, "width": 1},
            "pattern": {} if known else pattern,
        },
        **_about(some),
    )


def _about(some: pd.DataFrame) -> dict[str, Any]:
    spans = zip(some["state"], some["start_s"], some["end_s"], strict=True)
    starts = zip(some["start_s"], some.index, strict=True)
    return {
        "customdata": [[start, row] for start, row in starts],
        "hovertext": [
            f"<b>{shortened(label(state), 40)}</b><br>{span(start, end)}"
            for state, start, end in spans
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _no_data(empty: list[tuple[float, float]], end_s: float, colours: Ink) -> go.Bar:
    """Return hatched bars over the stretches without data, named where there is room."""
    room_s = axis_end_s(end_s) * 0.12
    return go.Bar(
        x=[(start + end) / 2 for start, end in empty],
        width=[end - start for start, end in empty],
        base=-0.5,
        y=[1.0] * len(empty),
        text=["no data" if end - start >= room_s else "" for start, end in empty],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": colours.muted, "size": 12},
        marker={
            "color": CLEAR,
            "line": {"width": 0},
            "pattern": {
                **{"shape": "/", "size": 7, "solidity": 0.2},
                **{"fgcolor": colours.muted, "fgopacity": 0.55, "bgcolor": CLEAR},
            },
        },
        hovertext=[f"<b>No data</b><br>{span(start, end)}" for start, end in empty],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _layout(end_s: float, colours: Ink) -> dict[str, Any]:
    return {
        **layout(colours, height=HEIGHT_PX, margin=time_margin(top=8)),
        "xaxis": time_axis(end_s, colours),
        "yaxis": {
            "range": [-1.12, 1.12],
            "tickvals": [0.55, 0.0, -0.55],
            "ticktext": [label(state) for state in STATES],
            "tickfont": {"color": colours.text},
            "ticklabelstandoff": 6,
            "showgrid": False,
            "zeroline": True,
            "zerolinecolor": colours.grid,
            "zerolinewidth": 1,
            "fixedrange": True,
        },
        "barmode": "overlay",
    }
