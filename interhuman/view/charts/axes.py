"""What the charts share: one time axis, margins, lettering and hover labels.

The time charts have the same left and right margins and the same x range: a moment is at the same
place in all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from interhuman.colors import Palette
from interhuman.formats import clock

FONT = '"Source Sans", "Source Sans Pro", "Segoe UI", "Helvetica Neue", sans-serif'
"""The face that Streamlit brings along, so charts and page read alike and nothing is fetched."""

LEFT_PX = 104
"""Left margin of every time chart; wide enough for "Disengagement" and "no evidence  50"."""

RIGHT_PX = 18
"""Right margin of every time chart; half of the last tick label."""

BOTTOM_PX = 30

CLEAR = "rgba(0,0,0,0)"

PlotlyJson = dict[str, object]
"""A piece of a figure (trace, shape, annotation, axis) as Plotly writes it in JSON."""

STEPS_S = (
    *(0.5, 1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10800, 21600, 43200, 86400),
)
"""The steps that ticks of a time axis may have, in seconds: round ones, shortest first."""


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
    step = next((step for step in STEPS_S if end_s / step <= most - 1), 86400 * days)
    return [float(i * step) for i in range(int(end_s / step) + 1)]


def time_axis(end_s: float, colors: Palette) -> PlotlyJson:
    """Return the x axis that every time chart uses, from 0 to `end_s` seconds."""
    ticks = time_ticks(end_s)
    tenths = any(not tick.is_integer() for tick in ticks)
    return {
        "range": [0, axis_end_s(end_s)],
        "tickvals": ticks,
        "ticktext": [clock(tick, tenths=tenths) for tick in ticks],
        "tickangle": 0,
        "gridcolor": colors.grid,
        "linecolor": colors.grid,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colors.grid,
        "zeroline": False,
        "fixedrange": True,
    }


def time_margin(*, top: int, bottom: int = BOTTOM_PX) -> dict[str, int]:
    """Return the margin of a time chart in px; left and right are the same for all of them."""
    return {"l": LEFT_PX, "r": RIGHT_PX, "t": top, "b": bottom}


def figure(
    colors: Palette,
    traces: Iterable[PlotlyJson],
    *,
    height: int,
    margin: Mapping[str, int],
    layout: PlotlyJson,
) -> go.Figure:
    """Return a figure of `traces` with what all charts share; `margin` has l, r, t, b in px.

    Traces, shapes and annotations are plain dicts: Plotly then checks them once, not at each
    addition.
    """
    shared: PlotlyJson = {
        "height": height,
        "margin": {**margin, "pad": 0, "autoexpand": False},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 13, "color": colors.muted},
        "hoverlabel": {
            "bgcolor": colors.raised,
            "bordercolor": colors.muted,
            "font": {"family": FONT, "size": 13, "color": colors.text},
            "align": "left",
        },
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        # Named, since None would bring Plotly's own: 6 KB of colors that no chart here uses.
        "template": "none",
    }
    return go.Figure({"data": list(traces), "layout": {**shared, **layout}})


def hover(texts: Sequence[str] | NDArray[np.object_]) -> PlotlyJson:
    """Return what makes each mark say its text when pointed at."""
    return {
        "hovertext": np.array(texts, dtype=object),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def annotation(text: str, *, color: str, size: int = 12, **place: object) -> PlotlyJson:
    """Return an annotation without an arrow; `place` holds Plotly's own names (x, yshift, ...)."""
    return {"text": text, "showarrow": False, "font": {"color": color, "size": size}, **place}


def left_annotation(
    text: str, *, color: str, y: float, yanchor: str, size: int = 12, **place: object
) -> PlotlyJson:
    """Return an annotation that starts at the very left of a time chart."""
    return annotation(
        text,
        color=color,
        size=size,
        xref="paper",
        x=0,
        xshift=-LEFT_PX,
        xanchor="left",
        align="left",
        y=y,
        yanchor=yanchor,
        **place,
    )


def horizontal_line(y: float, *, line: PlotlyJson, yref: str = "y") -> PlotlyJson:
    """Return a line across the whole plot at `y`, behind what is drawn."""
    return {
        "type": "line",
        "layer": "below",
        "line": line,
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": yref,
        "y0": y,
        "y1": y,
    }
