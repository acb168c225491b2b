"""The key over the signal timeline: what each fill means, drawn as the bars are drawn.

Plotly's own legend knows no dashed bar and breaks its line on a phone; these few shapes stand
in pixels, so one line fits from 350 px on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interhuman.charts.axes import LEFT_PX, Part, words
from interhuman.style import NOT_GIVEN, Ink, translucent

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
_STROKES = ((0, -2, 4, -6), (0, 4, 10, -6), (3, 6, 13, -4), (9, 6, 13, 2))


def key(entries: Sequence[str], dashes: Mapping[str, str], colours: Ink) -> tuple[Parts, Parts]:
    """Return the shapes and the annotations of the key, one entry per word in `entries`.

    `dashes` has the dash of the words that are drawn as an outline; "medium" is hatched,
    `MOMENT` a tick, anything else solid.
    """
    if not entries:
        return [], []
    x = -LEFT_PX + 1.0
    shapes: Parts = []
    annotations = [_word("Probability", x, colours)]
    x += _TITLE_PX
    for word in entries:
        shapes += [
            {**shape, **_IN_PX} for shape in _swatch(word, dashes.get(word), x, colours.muted)
        ]
        if word == NOT_GIVEN:
            annotations.append(_word("?", x + 3.5, colours, size=10))
        annotations.append(_word(word, x + _SWATCH_PX + _PAD_PX, colours))
        x += _SWATCH_PX + _PAD_PX + _WIDTH_PX[word] + _GAP_PX
    return shapes, annotations


def _swatch(word: str, dash: str | None, x: float, colour: str) -> Parts:
    """Return the shapes of one swatch, 13 px wide from `x` on and 12 px tall."""
    low, high = _UP_PX - 6, _UP_PX + 6
    box: Part = {"type": "rect", "x0": x, "x1": x + _SWATCH_PX, "y0": low, "y1": high}
    if word == MOMENT:
        tick = {"type": "line", "x0": x + 6, "x1": x + 6, "y0": low - 1, "y1": high + 1}
        return [tick | {"line": {"color": colour, "width": 2.5}}]
    if dash:
        return [box | {"line": {"color": colour, "width": 1.5, "dash": dash}}]
    if word == "medium":
        path = " ".join(
            f"M{x + x0},{_UP_PX - y0} L{x + x1},{_UP_PX - y1}" for x0, y0, x1, y1 in _STROKES
        )
        frame = {"line": {"color": colour, "width": 1.25}, "fillcolor": translucent(colour, 0.14)}
        hatch = {"type": "path", "path": path, "line": {"color": colour, "width": 1.75}}
        return [box | frame, hatch]
    return [box | {"fillcolor": colour, "line": {"width": 0}}]


def _word(text: str, x_px: float, colours: Ink, *, size: int = 12) -> Part:
    left = {"xref": "paper", "x": 0, "xshift": x_px, "xanchor": "left"}
    top = {"yref": "paper", "y": 1, "yshift": _UP_PX, "yanchor": "middle"}
    return words(text, colour=colours.muted, size=size, **left, **top)
