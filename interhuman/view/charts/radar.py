"""The five dimensions of conversation quality: a radar for the shape, dots for the values.

Quality has no direction, so both are drawn in the colour of the text.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from interhuman.frames import overall_scores
from interhuman.view.charts.axes import CLEAR, Part, across, figure, words
from interhuman.view.formats import (
    NO_EVIDENCE_WORDS,
    NOT_GIVEN,
    Ink,
    dimension_score,
    index_words,
    ink,
    label,
    score,
    translucent,
)
from interhuman.vocabulary import DIMENSIONS, INDEX, NO_EVIDENCE

HEIGHT_PX = 340
_RADAR_MARGIN = {"l": 72, "r": 72, "t": 64, "b": 30}
_DOTS_MARGIN = {"l": 82, "r": 96, "t": 64, "b": 30}
_RING = "50 = no evidence"
_ANGLES = tuple(360 * place / len(DIMENSIONS) for place in range(len(DIMENSIONS)))


def quality_radar(frame: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Return the five dimensions of a `quality_frame` (0-100) round a circle, from 0 outward.

    The ring at 50 is drawn and named; a dimension that was not given leaves a gap in the
    outline; the quality index stands above as a number, since it is their mean and no axis.
    """
    colours = ink(dark)
    values = _dimensions(frame)
    layout = {
        "polar": _polar(values, colours),
        "annotations": [_index_number(frame, colours)],
        "showlegend": True,
        "legend": _legend_place(colours),
    }
    return figure(
        colours,
        [_ring(colours), _outline(values, colours), _points(values, colours)],
        height=HEIGHT_PX,
        margin=_RADAR_MARGIN,
        layout=layout,
    )


def quality_dots(frame: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Return the five dimensions of a `quality_frame` as dots on 0-100, each with its value.

    Exactly 50 is hollow and reads "no evidence"; a missing dimension has no dot and reads
    "not given".
    """
    colours = ink(dark)
    values = _dimensions(frame)
    layout = {
        "xaxis": {
            "range": [0, 100],
            "tickvals": [0, 50, 100],
            **{"zeroline": False, "fixedrange": True, "showgrid": False},
        },
        "yaxis": _rows_axis(colours),
        "shapes": _guides(colours),
        "annotations": [_ring_name(colours), *_values_beside(values, colours)],
    }
    dots = [_dots(values, colours)]
    return figure(colours, dots, height=HEIGHT_PX, margin=_DOTS_MARGIN, layout=layout)


def _ring(colours: Ink) -> Part:
    """Return the circle at 50; its name stands in the legend, where no outline crosses it."""
    return {
        "type": "scatterpolar",
        "mode": "lines",
        "r": [NO_EVIDENCE] * 121,
        "theta": [3 * step for step in range(121)],
        "line": {"color": colours.muted, "width": 1.25, "dash": "2px,3px"},
        "hoverinfo": "skip",
        "name": _RING,
        "showlegend": True,
    }


def _outline(values: dict[str, float | None], colours: Ink) -> Part:
    """Return the outline, filled only where it is closed: where no dimension is missing."""
    around = [*values.values(), next(iter(values.values()))]
    return {
        "type": "scatterpolar",
        "mode": "lines",
        "r": around,
        "theta": [*_ANGLES, _ANGLES[0]],
        "line": {"color": colours.text, "width": 2.25},
        "fill": "none" if None in around else "toself",
        "fillcolor": translucent(colours.text, 0.10),
        "connectgaps": False,
        **{"hoverinfo": "skip", "showlegend": False},
    }


def _points(values: dict[str, float | None], colours: Ink) -> Part:
    there = {name: value for name, value in values.items() if value is not None}
    return {
        "type": "scatterpolar",
        "r": list(there.values()),
        "theta": [_ANGLES[DIMENSIONS.index(name)] for name in there],
        **_dot_look(there, colours, size=9),
    }


def _dots(values: dict[str, float | None], colours: Ink) -> Part:
    there = {name: value for name, value in values.items() if value is not None}
    return {
        "type": "scatter",
        "x": list(there.values()),
        "y": [DIMENSIONS.index(name) for name in there],
        **_dot_look(there, colours, size=13),
    }


def _dot_look(values: dict[str, float], colours: Ink, *, size: int) -> Part:
    """Return how dots look and what they say; exactly "no evidence" is hollow."""
    fills = [colours.ground if v == NO_EVIDENCE else colours.text for v in values.values()]
    return {
        "mode": "markers",
        "marker": {"size": size, "color": fills, "line": {"color": colours.text, "width": 2}},
        "hovertext": [f"<b>{label(name)}</b> {dimension_score(v)}" for name, v in values.items()],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **{"cliponaxis": False, "showlegend": False},
    }


def _polar(values: dict[str, float | None], colours: Ink) -> Part:
    names = [label(name) for name in DIMENSIONS]
    missing = [NOT_GIVEN if value is None else "" for value in values.values()]
    return {
        "bgcolor": CLEAR,
        "radialaxis": {
            "range": [0, 100],
            "tickvals": [0, 50, 100],
            "angle": 54,
            "tickangle": 54,
            "side": "counterclockwise",
            "tickfont": {"size": 11, "color": colours.muted},
            "gridcolor": colours.grid,
            "linecolor": colours.grid,
            "showline": False,
            "ticks": "",
        },
        "angularaxis": {
            "rotation": 90,
            "direction": "clockwise",
            "tickvals": list(_ANGLES),
            "ticktext": [
                f"{name}<br><i>{gap}</i>" if gap else name
                for name, gap in zip(names, missing, strict=True)
            ],
            "tickfont": {"size": 13, "color": colours.text},
            "gridcolor": colours.grid,
            "linecolor": colours.grid,
            "ticks": "",
        },
    }


def _legend_place(colours: Ink) -> Part:
    return {
        **{"x": 0, "xref": "container", "xanchor": "left"},
        **{"y": 0, "yref": "container", "yanchor": "bottom"},
        "font": {"size": 12, "color": colours.muted},
        "bgcolor": CLEAR,
        **{"itemclick": False, "itemdoubleclick": False},
    }


def _index_number(frame: pd.DataFrame, colours: Ink) -> Part:
    """Return the index as a large number with its meaning, at the top left of the radar."""
    value = overall_scores(frame)[INDEX]
    text = f"Quality index {NOT_GIVEN}"
    if value is not None:
        meaning = index_words(value, list(_dimensions(frame).values()))
        number = f'<span style="font-size:26px;color:{colours.text}"><b>{score(value)}</b></span>'
        text = f"{number}  quality index, {meaning}"
    left = {"xref": "paper", "x": 0, "xshift": -_RADAR_MARGIN["l"], "xanchor": "left"}
    top = {"yref": "paper", "y": 1, "yshift": _RADAR_MARGIN["t"], "yanchor": "top"}
    return words(text, colour=colours.muted, size=13, **left, **top)


def _dimensions(frame: pd.DataFrame) -> dict[str, float | None]:
    scores = overall_scores(frame)
    return {name: scores[name] for name in DIMENSIONS}


def _rows_axis(colours: Ink) -> Part:
    return {
        "range": [len(DIMENSIONS) - 0.5, -0.5],
        "tickvals": list(range(len(DIMENSIONS))),
        "ticktext": [label(name) for name in DIMENSIONS],
        "tickfont": {"color": colours.text},
        "ticklabelstandoff": 8,
        **{"showgrid": False, "zeroline": False, "fixedrange": True},
    }


def _guides(colours: Ink) -> list[Part]:
    """Return a hairline per dimension and the line at 50."""
    thin = {"color": colours.grid, "width": 1}
    rows = [across(place, line=thin) for place in range(len(DIMENSIONS))]
    dashed = {"color": colours.muted, "width": 1.25, "dash": "2px,3px"}
    upright = {"type": "line", "x0": 50, "x1": 50, "yref": "paper", "y0": 0, "y1": 1}
    return [*rows, {**upright, "layer": "below", "line": dashed}]


def _ring_name(colours: Ink) -> Part:
    over = {"x": 50, "yref": "paper", "y": 1, "yanchor": "bottom"}
    return words(_RING, colour=colours.muted, size=11, **over)


def _values_beside(values: dict[str, float | None], colours: Ink) -> list[Part]:
    """Return each value in a column on the right; numbers stand out, words step back."""
    column = {"xref": "paper", "x": 1, "xshift": 14, "xanchor": "left", "yanchor": "middle"}
    told = [dimension_score(value) for value in values.values()]
    return [
        words(text, colour=colours.muted, size=13, y=place, **column)
        if text in (NO_EVIDENCE_WORDS, NOT_GIVEN)
        else words(f"<b>{text}</b>", colour=colours.text, size=15, y=place, **column)
        for place, text in enumerate(told)
    ]
