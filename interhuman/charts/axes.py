"""What the charts share: one time axis, margins, lettering and hover labels.

The three time charts stand under each other, so they have the same left and right margins and
the same x range: a moment is at the same place in all of them.
"""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from interhuman.style import FONT, Ink, clock

LEFT_PX = 112
"""Left margin of every time chart; wide enough for "Disagreement" and "below average"."""

RIGHT_PX = 18
"""Right margin of every time chart; half of the last tick label."""

BOTTOM_PX = 30

CLEAR = "rgba(0,0,0,0)"

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


def time_axis(end_s: float, colours: Ink) -> dict[str, Any]:
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


def layout(colours: Ink, *, height: int, margin: dict[str, int]) -> dict[str, Any]:
    """Return the part of a layout that all charts share; `margin` has l, r, t and b in px."""
    return {
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


def time_margin(*, top: int, bottom: int = BOTTOM_PX) -> dict[str, int]:
    """Return the margin of a time chart in px; left and right are the same for all of them."""
    return {"l": LEFT_PX, "r": RIGHT_PX, "t": top, "b": bottom}


def note(figure: go.Figure, words: str, colours: Ink) -> None:
    """Write one line of ours in the middle of a chart that has nothing to show."""
    figure.add_annotation(
        text=words,
        **{"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "showarrow": False},
        font={"color": colours.muted, "size": 14},
        bgcolor=colours.ground,
        borderpad=6,
    )
