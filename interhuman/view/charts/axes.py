"""What the charts share: one time axis, margins, lettering and hover labels.

The time charts have the same left and right margins and the same x range: a moment is at the same
place in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from interhuman.colors import Palette
from interhuman.findings.time_axis import axis_end_s, time_ticks
from interhuman.formats import clock

FONT = '"Source Sans", "Source Sans Pro", "Segoe UI", "Helvetica Neue", sans-serif'
"""The face that Streamlit brings along, so charts and page read alike and nothing is fetched."""

LEFT_PX = 104
"""Left margin of every time chart; wide enough for "Disengagement" and "no evidence  50"."""

RIGHT_PX = 18
"""Right margin of every time chart; half of the last tick label."""

BOTTOM_PX = 30

MAX_STEPS = 10.4
"""Of the time axis: as many as the browser has room for in a window that is 1440 px wide.

The browser relabels the axis at other widths.
"""

UNCHECKED = {"_validate": False}
"""Has Plotly take a figure as it is: checking it takes longer than making it. Tests check."""

CLEAR = "rgba(0,0,0,0)"

PlotlyJson = dict[str, object]
"""A piece of a figure (trace, shape, annotation, axis) as Plotly writes it in JSON."""


def time_axis(end_s: float, colors: Palette) -> PlotlyJson:
    """Return the x axis that every time chart uses, from 0 to `end_s` seconds."""
    ticks = time_ticks(end_s, max_steps=MAX_STEPS)
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

    Traces, shapes and annotations are plain dicts, which Plotly takes as they are.
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
    data = [_plain(trace) for trace in traces]
    whole = {**shared, **layout}
    # Streamlit gives Plotly each figure twice: without a width, then a copy with it. By this digest
    # Plotly knows that the copy has the same data, and doesn't draw it again.
    digest = blake2b(repr((data, whole)).encode(), digest_size=8).hexdigest()
    return go.Figure({"data": data, "layout": {**whole, "datarevision": digest}}, **UNCHECKED)


def _plain(value: object) -> object:
    """Return a piece of a figure with lists for arrays, of which Plotly takes copies for others."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


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
