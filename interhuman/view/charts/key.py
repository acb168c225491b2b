"""The key over the signal timeline: what each fill means, drawn as the marks are drawn.

Plotly's own legend knows no half-filled bar and breaks its line on a phone; these few shapes
stand in pixels, so one line fits from 350 px on.
"""

from __future__ import annotations

from collections.abc import Sequence

from interhuman.view.charts.axes import LEFT_PX, PlotlyJson, annotation
from interhuman.view.colors import Palette
from interhuman.view.formats import NOT_GIVEN

MOMENT = "moment"
_WIDTH_PX = {"high": 23, "medium": 44, "low": 19, NOT_GIVEN: 50, MOMENT: 44}
_TITLE_PX = 62
_SWATCH_PX = 13
_PAD_PX = 3
_GAP_PX = 7
_UP_PX = 20
"""How far over the plot the middle of the key stands."""

_IN_PX: PlotlyJson = {
    "xref": "paper",
    "xsizemode": "pixel",
    "xanchor": 0,
    "yref": "paper",
    "ysizemode": "pixel",
    "yanchor": 1,
}
"""Places a shape in pixels from the upper left corner of the plot."""


def key(entries: Sequence[str], colors: Palette) -> tuple[list[PlotlyJson], list[PlotlyJson]]:
    """Return the shapes and the annotations of the key, one entry per word in `entries`.

    "high" is solid, "medium" half filled, `MOMENT` a diamond on a tick, anything else an outline.
    """
    if not entries:
        return [], []
    x = -LEFT_PX + 1.0
    shapes: list[PlotlyJson] = []
    annotations = [_word("Probability", x, colors)]
    x += _TITLE_PX
    for word in entries:
        shapes += [{**shape, **_IN_PX} for shape in _swatch(word, x, colors.muted)]
        if word == NOT_GIVEN:
            annotations.append(_word("?", x + 3.5, colors, size=10))
        annotations.append(_word(word, x + _SWATCH_PX + _PAD_PX, colors))
        x += _SWATCH_PX + _PAD_PX + _WIDTH_PX[word] + _GAP_PX
    return shapes, annotations


def _swatch(word: str, x: float, color: str) -> list[PlotlyJson]:
    """Return the shapes of one swatch, 13 px wide from `x` on and 12 px tall."""
    low, high = _UP_PX - 6, _UP_PX + 6
    if word == MOMENT:
        return _moment(x + _SWATCH_PX / 2, low, high, color)
    box: PlotlyJson = {"type": "rect", "x0": x, "x1": x + _SWATCH_PX, "y0": low, "y1": high}
    solid = {**box, "fillcolor": color, "line": {"width": 0}}
    outline = {**box, "line": {"color": color, "width": 1.25}}
    if word == "high":
        return [solid]
    return [outline, {**solid, "y1": _UP_PX}] if word == "medium" else [outline]


def _moment(x: float, low: float, high: float, color: str) -> list[PlotlyJson]:
    """Return a tick at `x` with a diamond on it, as the timeline has it."""
    stroke = {"color": color, "width": 2}
    tick: PlotlyJson = {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": low - 1,
        "y1": high + 1,
        "line": stroke,
    }
    corners = f"M{x - 5},{_UP_PX} L{x},{_UP_PX + 5} L{x + 5},{_UP_PX} L{x},{_UP_PX - 5} Z"
    diamond: PlotlyJson = {
        "type": "path",
        "path": corners,
        "fillcolor": color,
        "line": {"width": 0},
    }
    return [tick, diamond]


def _word(text: str, x_px: float, colors: Palette, *, size: int = 12) -> PlotlyJson:
    return annotation(
        text,
        color=colors.muted,
        size=size,
        xref="paper",
        x=0,
        xshift=x_px,
        xanchor="left",
        yref="paper",
        y=1,
        yshift=_UP_PX,
        yanchor="middle",
    )
