"""The five dimensions of conversation quality: a radar for the shape, dots for the values.

Quality has no direction, so both are drawn in the colour of the text.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from interhuman.analysis import DIMENSIONS, NO_EVIDENCE
from interhuman.charts.axes import CLEAR, layout
from interhuman.frames import INDEX, overall_scores
from interhuman.style import (
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

HEIGHT_PX = 340
_RING = "50 = no evidence"
_ANGLES = tuple(360 * place / len(DIMENSIONS) for place in range(len(DIMENSIONS)))


def quality_radar(frame: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Return the five dimensions of a `quality_frame` (0-100) round a circle, from 0 outward.

    The ring at 50 is drawn and named; a dimension that was not given leaves a gap in the
    outline; the quality index stands above as a number, since it is their mean and no axis.
    """
    colours = ink(dark)
    values = _dimensions(frame)
    figure = go.Figure([_ring(colours), _outline(values, colours), _points(values, colours)])
    figure.update_layout(
        **layout(colours, height=HEIGHT_PX, margin={"l": 72, "r": 72, "t": 64, "b": 30}),
        polar=_polar(values, colours),
    )
    figure.update_layout(showlegend=True, legend=_legend_place(colours))
    figure.add_annotation(
        text=_index_words(frame, colours),
        **{"xref": "paper", "x": 0, "xshift": -72, "xanchor": "left"},
        **{"yref": "paper", "y": 1, "yshift": 64, "yanchor": "top"},
        **{"showarrow": False, "align": "left"},
    )
    return figure


def quality_dots(frame: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Return the five dimensions of a `quality_frame` as dots on 0-100, each with its value.

    Exactly 50 is hollow and reads "no evidence"; a missing dimension has no dot and reads
    "not given".
    """
    colours = ink(dark)
    values = _dimensions(frame)
    figure = go.Figure(_dots(values, colours))
    figure.update_layout(
        **layout(colours, height=HEIGHT_PX, margin={"l": 82, "r": 96, "t": 64, "b": 30}),
        xaxis={
            "range": [0, 100],
            "tickvals": [0, 50, 100],
            "gridcolor": colours.grid,
            **{"zeroline": False, "fixedrange": True, "showgrid": False},
        },
        yaxis=_rows_axis(colours),
    )
    _guides(figure, colours)
    _values_beside(figure, values, colours)
    return figure


def _ring(colours: Ink) -> go.Scatterpolar:
    """Return the circle at 50; its name stands in the legend, where no outline crosses it."""
    return go.Scatterpolar(
        r=[NO_EVIDENCE] * 121,
        theta=[3 * step for step in range(121)],
        mode="lines",
        line={"color": colours.muted, "width": 1.25, "dash": "2px,3px"},
        hoverinfo="skip",
        name=_RING,
        showlegend=True,
    )


def _outline(values: dict[str, float | None], colours: Ink) -> go.Scatterpolar:
    """Return the outline, filled only where it is closed: where no dimension is missing."""
    around = [*values.values(), next(iter(values.values()))]
    complete = None not in around
    return go.Scatterpolar(
        r=around,
        theta=[*_ANGLES, _ANGLES[0]],
        mode="lines",
        line={"color": colours.text, "width": 2.25},
        fill="toself" if complete else "none",
        fillcolor=translucent(colours.text, 0.10),
        connectgaps=False,
        hoverinfo="skip",
        showlegend=False,
    )


def _points(values: dict[str, float | None], colours: Ink) -> go.Scatterpolar:
    there = {name: value for name, value in values.items() if value is not None}
    return go.Scatterpolar(
        r=list(there.values()),
        theta=[_ANGLES[DIMENSIONS.index(name)] for name in there],
        mode="markers",
        marker=_marker(list(there.values()), colours, size=9),
        hovertext=[f"<b>{label(name)}</b> {dimension_score(there[name])}" for name in there],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
        showlegend=False,
    )


def _marker(values: list[float], colours: Ink, *, size: int) -> dict[str, Any]:
    """Return markers that are hollow where the value is exactly "no evidence"."""
    fills = [colours.ground if value == NO_EVIDENCE else colours.text for value in values]
    return {"size": size, "color": fills, "line": {"color": colours.text, "width": 2}}


def _polar(values: dict[str, float | None], colours: Ink) -> dict[str, Any]:
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


def _legend_place(colours: Ink) -> dict[str, Any]:
    return {
        **{"x": 0, "xref": "container", "xanchor": "left"},
        **{"y": 0, "yref": "container", "yanchor": "bottom"},
        "font": {"size": 12, "color": colours.muted},
        "bgcolor": CLEAR,
        **{"itemclick": False, "itemdoubleclick": False},
    }


def _index_words(frame: pd.DataFrame, colours: Ink) -> str:
    value = overall_scores(frame)[INDEX]
    if value is None:
        return f"Quality index {NOT_GIVEN}"
    meaning = index_words(value, list(_dimensions(frame).values()))
    return (
        f'<span style="font-size:26px;color:{colours.text}"><b>{score(value)}</b></span>'
        f"  quality index, {meaning}"
    )


def _dimensions(frame: pd.DataFrame) -> dict[str, float | None]:
    scores = overall_scores(frame)
    return {name: scores[name] for name in DIMENSIONS}


def _dots(values: dict[str, float | None], colours: Ink) -> go.Scatter:
    there = {name: value for name, value in values.items() if value is not None}
    return go.Scatter(
        x=list(there.values()),
        y=[list(DIMENSIONS).index(name) for name in there],
        mode="markers",
        marker=_marker(list(there.values()), colours, size=13),
        hovertext=[f"<b>{label(name)}</b> {dimension_score(there[name])}" for name in there],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
    )


def _rows_axis(colours: Ink) -> dict[str, Any]:
    return {
        "range": [len(DIMENSIONS) - 0.5, -0.5],
        "tickvals": list(range(len(DIMENSIONS))),
        "ticktext": [label(name) for name in DIMENSIONS],
        "tickfont": {"color": colours.text},
        "ticklabelstandoff": 8,
        **{"showgrid": False, "zeroline": False, "fixedrange": True},
    }


def _guides(figure: go.Figure, colours: Ink) -> None:
    """Draw a hairline per dimension and the named line at 50."""
    for place in range(len(DIMENSIONS)):
        figure.add_shape(
            **{"type": "line", "x0": 0, "x1": 100, "y0": place, "y1": place, "layer": "below"},
            line={"color": colours.grid, "width": 1},
        )
    figure.add_shape(
        **{"type": "line", "x0": 50, "x1": 50, "yref": "paper", "y0": 0, "y1": 1},
        **{"layer": "below", "line": {"color": colours.muted, "width": 1.25, "dash": "2px,3px"}},
    )
    figure.add_annotation(
        text=_RING,
        **{"x": 50, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False},
        font={"color": colours.muted, "size": 11},
    )


def _values_beside(figure: go.Figure, values: dict[str, float | None], colours: Ink) -> None:
    """Write each value in a column on the right; numbers stand out, words step back."""
    for place, value in enumerate(values.values()):
        words = dimension_score(value)
        worded = words in (NO_EVIDENCE_WORDS, NOT_GIVEN)
        figure.add_annotation(
            text=words if worded else f"<b>{words}</b>",
            **{"xref": "paper", "x": 1, "xshift": 14, "xanchor": "left", "showarrow": False},
            **{"y": place, "yanchor": "middle"},
            font={"color": colours.muted if worded else colours.text, "size": 13 if worded else 15},
        )
