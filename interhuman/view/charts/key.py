"""The key over the signal timeline: what each fill means, drawn as the marks are drawn.

Plotly's own legend knows no half-filled bar and breaks its line on a phone; these few shapes
stand in pixels, so one line fits from 350 px on.
"""

from __future__ import annotations

from collections.abc import Sequence

from interhuman.view.charts.axes import LEFT_PX, Part, words
from interhuman.view.formats import NOT_GIVEN, Ink

Parts = list[Part]

MOMENT = "moment"
_WIDTH_PX = {"high": 23, "medium": 44, "low": 19, NOT_GIVEN: 50, MOMENT: 44}
_TITLE_PX = 62
_SWATCH_PX = 13
_PAD_PX = 3
_GAP_PX = 7
_UP_PX = 20
"""How far over the plot the middle of the key stands."""

_IN_PX = {
    **{"xref": "paper", "xsizemode": "pixel", "xanchor": 0},
    **{"yref": "paper", "ysizemode": "pixel", "yanchor": 1},
}


def key(entries: Sequence[str], colours: Ink) -> tuple[Parts, Parts]:
    """Return the shapes and the annotations of the key, one entry per word in `entries`.

    "high" is solid, "medium" half filled, `MOMENT` a diamond on a tick, anything else an outline.
    """
    if not entries:
        return [], []
    x = -LEFT_PX + 1.0
    shapes: Parts = []
    annotations = [_word("Probability", x, colours)]
    x += _TITLE_PX
    for word in entries:
        shapes += [{**shape, **_IN_PX} for shape in _swatch(word, x, colours.muted)]
        if word == NOT_GIVEN:
            annotations.append(_word("?", x + 3.5, colours, size=10))
        annotations.append(_word(word, x + _SWATCH_PX + _PAD_PX, colours))
        x += _SWATCH_PX + _PAD_PX + _WIDTH_PX[word] + _GAP_PX
    return shapes, annotations


def _swatch(word: str, x: float, colour: str) -> Parts:
    """Return the shapes of one swatch, 13 px wide from `x` on and 12 px tall."""
    low, high = _UP_PX - 6, _UP_PX + 6
    if word == MOMENT:
        return _moment(x + _SWATCH_PX / 2, low, high, colour)
    box: Part = {"type": "rect", "x0": x, "x1": x + _SWATCH_PX, "y0": low, "y1": high}
    solid = {"fillcolor": colour, "line": {"width": 0}}
    outline = box | {"line": {"color": colour, "width": 1.25}}
    if word == "high":
        return [box | solid]
    return [outline, box | solid | {"y1": _UP_PX}] if word == "medium" else [outline]


def _moment(x: float, low: float, high: float, colour: str) -> Parts:
    """Return a tick at `x` with a diamond on it, as the timeline has it."""
    tick = {"type": "line", "x0": x, "x1": x, "y0": low - 1, "y1": high + 1}
    corners = f"M{x - 5},{_UP_PX} L{x},{_UP_PX + 5} L{x + 5},{_UP_PX} L{x},{_UP_PX - 5} Z"
    head = {"type": "path", "path": corners, "fillcolor": colour, "line": {"width": 0}}
    return [tick | {"line": {"color": colour, "width": 2}}, head]


def _word(text: str, x_px: float, colours: Ink, *, size: int = 12) -> Part:
    left = {"xref": "paper", "x": 0, "xshift": x_px, "xanchor": "left"}
    top = {"yref": "paper", "y": 1, "yshift": _UP_PX, "yanchor": "middle"}
    return words(text, colour=colours.muted, size=size, **left, **top)
