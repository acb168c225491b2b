"""The key over the signal timeline: what each fill means, drawn as the bars are drawn.

Plotly's own legend knows no dashed bar and breaks its line on a phone; these few shapes stand
in pixels, so one line fits from 390 px on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from interhuman.charts.axes import LEFT_PX
from interhuman.style import Ink, translucent

MOMENT = "a moment"
_WIDTH_PX = {"high": 25, "medium": 46, "low": 20, "not given": 52, MOMENT: 54}
_TITLE_PX = 68
_SWATCH_PX = 13
_GAP_PX = 11
_UP_PX = 20
"""How far over the plot the middle of the key stands."""

_IN_PX = {
    **{"xref": "paper", "xsizemode": "pixel", "xanchor": 0},
    **{"yref": "paper", "ysizemode": "pixel", "yanchor": 1},
}
_STROKES = ((0, -2, 4, -6), (0, 4, 10, -6), (3, 6, 13, -4), (9, 6, 13, 2))


def add_key(figure: go.Figure, words: Sequence[str], dashes: dict[str, str], colours: Ink) -> None:
    """Write the key into the top margin of `figure`, one entry per word in `words`.

    `dashes` has the dash of the words that are drawn as an outline; "medium" is hatched,
    `MOMENT` a tick, anything else solid.
    """
    if not words:
        return
    x = -LEFT_PX + 1
    _write(figure, "Probability", x, colours)
    x += _TITLE_PX
    for word in words:
        for shape in _swatch(word, dashes.get(word), x, colours.muted):
            figure.add_shape(**shape, **_IN_PX)
        if word == "not given":
            _write(figure, "?", x + 3.5, colours, size=10)
        _write(figure, word, x + _SWATCH_PX + 4, colours)
        x += _SWATCH_PX + 4 + _WIDTH_PX[word] + _GAP_PX


def _swatch(word: str, dash: str | None, x: float, colour: str) -> list[dict[str, Any]]:
    """Return the shapes of one swatch, 13 px wide from `x` on and 12 px tall."""
    low, high = _UP_PX - 6, _UP_PX + 6
    box: dict[str, Any] = {"type": "rect", "x0": x, "x1": x + _SWATCH_PX, "y0": low, "y1": high}
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


def _write(figure: go.Figure, words: str, x_px: float, colours: Ink, *, size: int = 12) -> None:
    figure.add_annotation(
        text=words,
        **{"xref": "paper", "x": 0, "xshift": x_px, "xanchor": "left"},
        **{"yref": "paper", "y": 1, "yshift": _UP_PX, "yanchor": "middle", "showarrow": False},
        font={"color": colours.muted, "size": size},
    )
