"""The engagement ribbon: attention over time round a centre line, gaps said to be gaps."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from interhuman.text import shortened
from interhuman.view.charts.axes import (
    CLEAR,
    Part,
    axis_end_s,
    figure,
    marks,
    note,
    time_axis,
    time_margin,
)
from interhuman.view.formats import Ink, count, ink, label, span
from interhuman.vocabulary import STATE_FAMILY, STATES

HEIGHT_PX = 132
_EXTENT = {"engaged": (0.0, 1.0), "neutral": (-0.14, 0.14), "disengaged": (-1.0, 0.0)}
_OTHER_EXTENT = (-0.14, 0.14)

MOST_ENTRIES = 1_000
"""So many entries of a state are drawn one by one; of more, those less than a pixel apart join."""

SEVERAL = "several states"
"""The state of an entry that was joined from different ones."""


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
    no length is a tick. Beyond `MOST_ENTRIES` close neighbours are joined, so that the figure
    stays small. `customdata` of every mark is [start_s, row of `frame`].
    """
    colours = ink(dark)
    traces = [] if frame.empty else [_no_data(frame, axis_end_s(end_s), colours)]
    for state in STATES:
        traces += _traces(frame[frame["state"] == state], state, end_s, colours)
    traces += _traces(frame[~frame["state"].isin(STATES)], None, end_s, colours)
    layout = {
        "xaxis": time_axis(end_s, colours),
        "yaxis": _state_axis(colours),
        "barmode": "overlay",
        "annotations": [note("No engagement was given", colours)] if frame.empty else [],
    }
    return figure(colours, traces, height=HEIGHT_PX, margin=time_margin(top=8), layout=layout)


def folded(frame: pd.DataFrame, *, gap_s: float) -> pd.DataFrame:
    """Return the entries of an `engagement_frame` with close neighbours joined to one.

    Entries less than `gap_s` seconds apart become one from the first start to the last end; its
    state is `SEVERAL` where they differ. Columns: state, start_s, end_s, entries; the index is
    that of the first entry.
    """
    ordered = frame.sort_values("start_s", kind="stable")
    reached = ordered["end_s"].cummax().shift(fill_value=float("-inf"))
    runs = ordered.reset_index().groupby((ordered["start_s"] > reached + gap_s).cumsum().to_numpy())
    joined = runs.agg(
        index=("index", "first"),
        state=("state", "first"),
        states=("state", "nunique"),
        start_s=("start_s", "first"),
        end_s=("end_s", "max"),
        entries=("index", "size"),
    ).set_index("index")
    state = joined["state"].where(joined["states"] == 1, SEVERAL)
    return joined.assign(state=state).drop(columns="states")


def _traces(some: pd.DataFrame, state: str | None, end_s: float, colours: Ink) -> list[Part]:
    """Return the bars and the ticks of one state (None: all unpublished ones together)."""
    bottom, top = _EXTENT.get(state or "", _OTHER_EXTENT)
    colour = colours.families[STATE_FAMILY.get(state or "", "unsure")]
    drawn = some.assign(entries=1)
    if len(some) > MOST_ENTRIES:
        drawn = folded(some, gap_s=axis_end_s(end_s) / MOST_ENTRIES)
    lasting = drawn[drawn["end_s"] > drawn["start_s"]]
    moments = drawn[drawn["end_s"] <= drawn["start_s"]]
    traces = []
    if len(lasting):
        look = {**_marker(colour, known=state is not None), "base": bottom}
        traces.append(_bars(lasting) | look | {"y": [top - bottom] * len(lasting)})
    if len(moments):
        traces.append(_ticks(moments, (bottom + top) / 2, colour))
    return traces


def _bars(some: pd.DataFrame) -> Part:
    return {
        "type": "bar",
        "x": ((some["start_s"] + some["end_s"]) / 2).to_numpy(),
        "width": (some["end_s"] - some["start_s"]).to_numpy(),
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
    columns = (some["state"], some["start_s"], some["end_s"], some["entries"])
    return [
        f"<b>{_state_words(state, entries)}</b><br>{span(start, end)}"
        for state, start, end, entries in zip(*columns, strict=True)
    ]


def _state_words(state: str, entries: int) -> str:
    name = shortened(label(state), 40)
    return name if entries == 1 else f"{name}, {count(entries, 'entry', 'entries')}"


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
