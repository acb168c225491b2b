"""What the charts share: one time axis, margins, lettering and hover labels.

The three time charts stand under each other, so they have the same left and right margins and
the same x range: a moment is at the same place in all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from interhuman.view.formats import FONT, Ink, clock

LEFT_PX = 112
"""Left margin of every time chart; wide enough for "Disagreement" and "below average"."""

RIGHT_PX = 18
"""Right margin of every time chart; half of the last tick label."""

BOTTOM_PX = 30

CLEAR = "rgba(0,0,0,0)"

Part = dict[str, Any]
"""A piece of a figure (trace, shape, annotation, axis) as Plotly writes it in JSON."""

_STEPS_S = (
    *(0.5, 1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10800, 21600, 43200, 86400),
)


def axis_end_s(end_s: float) -> float:
    """Return where the time axis ends, in seconds: `end_s`, or 1 where there is no length."""
    return end_s if math.isfinite(end_s) and end_s > 0 else 1.0


def time_ticks(end_s: float) -> list[float]:
    """Return the ticks of a time axis from 0 to `end_s`, in seconds: at most seven, round steps.

    From an hour on the labels are wider (h:mm:ss), so there are at most six.
    """
    end_s = axis_end_s(end_s)
    most = 7 if end_s < 3600 else 6
    days = math.ceil(end_s / (86400 * (most - 1)))
    step = next((step for step in _STEPS_S if end_s / step <= most - 1), 86400 * days)
    return [float(i * step) for i in range(int(end_s / step) + 1)]


def time_axis(end_s: float, colours: Ink) -> Part:
    """Return the x axis that every time chart uses, from 0 to `end_s` seconds."""
    ticks = time_ticks(end_s)
    tenths = any(not tick.is_integer() for tick in ticks)
    return {
        "range": [0, axis_end_s(end_s)],
        "tickvals": ticks,
        "ticktext": [clock(tick, tenths=tenths) for tick in ticks],
        "tickangle": 0,
        "gridcolor": colours.grid,
        "linecolor": colours.grid,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colours.grid,
        "zeroline": False,
        "fixedrange": True,
    }


def figure(
    colours: Ink,
    traces: Iterable[Part],
    *,
    height: int,
    margin: Part,
    layout: Part,
) -> go.Figure:
    """Return a figure of `traces` with what all charts share; `margin` has l, r, t, b in px.

    Traces, shapes and annotations are plain dicts: Plotly then checks them once, not at each
    addition.
    """
    shared: Part = {
        "height": height,
        "margin": {**margin, "pad": 0, "autoexpand": False},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 13, "color": colours.muted},
        "hoverlabel": {
            "bgcolor": colours.raised,
            "bordercolor": colours.muted,
            "font": {"family": FONT, "size": 13, "color": colours.text},
            "align": "left",
        },
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "template": None,
    }
    return go.Figure({"data": list(traces), "layout": {**shared, **layout}})


def marks(rows: pd.DataFrame, hover: Sequence[str]) -> Part:
    """Return what hovering and clicking the marks of `rows` tells: text; [start_s, row]."""
    told = pd.DataFrame({"start_s": rows["start_s"], "row": rows.index}, index=rows.index)
    return {
        "customdata": told.astype("object").to_numpy(),
        "hovertext": pd.Series(hover, dtype="object").to_numpy(),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def time_margin(*, top: int, bottom: int = BOTTOM_PX) -> Part:
    """Return the margin of a time chart in px; left and right are the same for all of them."""
    return {"l": LEFT_PX, "r": RIGHT_PX, "t": top, "b": bottom}


def words(text: str, *, colour: str, size: int = 12, **place: Any) -> Part:
    """Return an annotation without an arrow."""
    return {"text": text, "showarrow": False, "font": {"color": colour, "size": size}, **place}


def left_words(text: str, *, colour: str, size: int = 12, **place: Any) -> Part:
    """Return an annotation that starts at the very left of a time chart."""
    left = {"xref": "paper", "x": 0, "xshift": -LEFT_PX, "xanchor": "left", "align": "left"}
    return words(text, colour=colour, size=size, **left, **place)


def across(y: float, *, line: Part, yref: str = "y") -> Part:
    """Return a line across the whole plot at `y`, behind what is drawn."""
    ends = {"xref": "paper", "x0": 0, "x1": 1, "yref": yref, "y0": y, "y1": y}
    return {"type": "line", "layer": "below", "line": line, **ends}


def note(text: str, colours: Ink) -> Part:
    """Return one line in the middle of a chart that has nothing to show."""
    middle = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    return words(text, colour=colours.muted, size=14, **middle, bgcolor=colours.ground, borderpad=6)
