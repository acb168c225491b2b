"""The five dimensions of conversation quality as a radar.

Quality has no direction, so it is drawn in the color of the text.
"""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from interhuman.colors import Palette, palette, translucent
from interhuman.formats import (
    NO_EVIDENCE_WORDS,
    NOT_GIVEN,
    dimension_score,
    index_words,
    label,
    score,
)
from interhuman.frames import overall_scores
from interhuman.view.charts.axes import CLEAR, PlotlyJson, annotation, figure
from interhuman.vocabulary import DIMENSIONS, INDEX, NO_EVIDENCE

HEIGHT_PX = 340
_RADAR_MARGIN = {"l": 72, "r": 72, "t": 64, "b": 30}
_RING = f"{NO_EVIDENCE:.0f} = {NO_EVIDENCE_WORDS}"
_ANGLES = tuple(360 * place / len(DIMENSIONS) for place in range(len(DIMENSIONS)))
_DASHES: PlotlyJson = {"width": 1.25, "dash": "2px,3px"}


def quality_radar(frame: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Return the five dimensions of a `quality_frame` (0-100) around a circle, from 0 outward.

    The ring at 50 is drawn and named; a dimension that was not given leaves a gap in the
    outline; the quality index stands above as a number, since it is their mean and no axis.
    """
    colors = palette(dark)
    values = _dimensions(frame)
    layout: PlotlyJson = {
        "polar": _polar(values, colors),
        "annotations": [_index_number(frame, colors)],
        "showlegend": True,
        "legend": _legend(colors),
    }
    traces = [_ring(colors), _outline(values, colors), _points(values, colors)]
    return figure(colors, traces, height=HEIGHT_PX, margin=_RADAR_MARGIN, layout=layout)


def _dimensions(frame: pd.DataFrame) -> dict[str, float | None]:
    scores = overall_scores(frame)
    return {name: scores[name] for name in DIMENSIONS}


def _ring(colors: Palette) -> PlotlyJson:
    """Return the circle at 50; its name stands in the legend, where no outline crosses it."""
    return {
        "type": "scatterpolar",
        "mode": "lines",
        "r": [NO_EVIDENCE] * 121,
        "theta": [3 * step for step in range(121)],
        "line": {"color": colors.muted, **_DASHES},
        "hoverinfo": "skip",
        "name": _RING,
        "showlegend": True,
    }


def _outline(values: dict[str, float | None], colors: Palette) -> PlotlyJson:
    """Return the outline, filled only where it is closed: where no dimension is missing."""
    closed = [*values.values(), values[DIMENSIONS[0]]]
    return {
        "type": "scatterpolar",
        "mode": "lines",
        "r": closed,
        "theta": [*_ANGLES, _ANGLES[0]],
        "line": {"color": colors.text, "width": 2.25},
        "fill": "none" if None in closed else "toself",
        "fillcolor": translucent(colors.text, 0.10),
        "connectgaps": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _points(values: dict[str, float | None], colors: Palette) -> PlotlyJson:
    """Return a dot for each dimension that was given; exactly "no evidence" is hollow."""
    given = {name: value for name, value in values.items() if value is not None}
    fills = [colors.ground if v == NO_EVIDENCE else colors.text for v in given.values()]
    return {
        "type": "scatterpolar",
        "r": list(given.values()),
        "theta": [_ANGLES[DIMENSIONS.index(name)] for name in given],
        "mode": "markers",
        "marker": {"size": 9, "color": fills, "line": {"color": colors.text, "width": 2}},
        "hovertext": [f"<b>{label(name)}</b> {dimension_score(v)}" for name, v in given.items()],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
        "showlegend": False,
    }


def _polar(values: dict[str, float | None], colors: Palette) -> PlotlyJson:
    lines = {"gridcolor": colors.grid, "linecolor": colors.grid, "ticks": ""}
    return {
        "bgcolor": CLEAR,
        "radialaxis": {
            "range": [0, 100],
            "tickvals": [0, 50, 100],
            "angle": 54,
            "tickangle": 54,
            "side": "counterclockwise",
            "tickfont": {"size": 11, "color": colors.muted},
            "showline": False,
            **lines,
        },
        "angularaxis": {
            "rotation": 90,
            "direction": "clockwise",
            "tickvals": list(_ANGLES),
            "ticktext": [
                label(name) if value is not None else f"{label(name)}<br><i>{NOT_GIVEN}</i>"
                for name, value in values.items()
            ],
            "tickfont": {"size": 13, "color": colors.text},
            **lines,
        },
    }


def _legend(colors: Palette) -> PlotlyJson:
    """Return a legend in the lower left corner that names things and switches nothing."""
    return {
        "x": 0,
        "xref": "container",
        "xanchor": "left",
        "y": 0,
        "yref": "container",
        "yanchor": "bottom",
        "font": {"size": 12, "color": colors.muted},
        "bgcolor": CLEAR,
        "itemclick": False,
        "itemdoubleclick": False,
    }


def _index_number(frame: pd.DataFrame, colors: Palette) -> PlotlyJson:
    """Return the index as a large number with its meaning, at the top left of the radar."""
    value = overall_scores(frame)[INDEX]
    text = f"Quality index {NOT_GIVEN}"
    if value is not None:
        meaning = index_words(value, list(_dimensions(frame).values()))
        number = f'<span style="font-size:26px;color:{colors.text}"><b>{score(value)}</b></span>'
        text = f"{number}  quality index, {meaning}"
    return annotation(
        text,
        color=colors.muted,
        size=13,
        xref="paper",
        x=0,
        xshift=-_RADAR_MARGIN["l"],
        xanchor="left",
        yref="paper",
        y=1,
        yshift=_RADAR_MARGIN["t"],
        yanchor="top",
    )
