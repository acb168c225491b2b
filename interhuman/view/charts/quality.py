"""Quality over time: steps that hold for their window, never curves between them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from interhuman.colors import Palette, palette
from interhuman.findings.time_axis import steps
from interhuman.formats import (
    NO_EVIDENCE_WORDS,
    NOT_GIVEN,
    dimension_score,
    label,
    score,
    span,
)
from interhuman.view.charts.axes import (
    CLEAR,
    PlotlyJson,
    figure,
    horizontal_line,
    hover,
    left_annotation,
    time_axis,
    time_margin,
)
from interhuman.vocabulary import BANDS, DIMENSIONS, INDEX, NO_EVIDENCE, band

ROW_PX = 84
GAP_SHARE = 0.045


def quality_small_multiples(frame: pd.DataFrame, *, end_s: float, dark: bool = False) -> go.Figure:
    """Return the five dimensions of a `quality_timeline_frame` as steps, one row each.

    All rows share one axis from 0 to `end_s` seconds, run from 0 to 100, and have the line at
    50 ("no evidence").
    """
    colors = palette(dark)
    axes: PlotlyJson = {"xaxis": {**time_axis(end_s, colors), "anchor": f"y{len(DIMENSIONS)}"}}
    traces: list[PlotlyJson] = []
    shapes: list[PlotlyJson] = []
    annotations: list[PlotlyJson] = []
    for place, dimension in enumerate(DIMENSIONS):
        number = place + 1 if place else ""  # Plotly calls the first axis "y", the second "y2"
        windows = frame[frame["dimension"] == dimension]
        for trace in step_traces(windows, dimension, colors, width=2.25):
            if trace["visible"]:
                traces.append({**trace, "yaxis": f"y{number}"})
        axes[f"yaxis{number}"] = {**_dimension_axis(colors), "domain": _domain(place)}
        shapes.append(_evidence_line(colors, f"y{number}"))
        annotations.append(_row_name(dimension, colors, f"y{number}", windows))
    layout: PlotlyJson = {**axes, "bargap": 0, "shapes": shapes, "annotations": annotations}
    margin = time_margin(top=12)
    height = ROW_PX * len(DIMENSIONS) + margin["t"] + margin["b"]
    return figure(colors, traces, height=height, margin=margin, layout=layout)


def step_traces(
    windows: pd.DataFrame, dimension: str, colors: Palette, *, width: float
) -> list[PlotlyJson]:
    """Return the step line, the dotted "no evidence" windows, moments, and what hovering hits.

    These are the same four for every dimension; what has no points is not visible.
    """
    line: PlotlyJson = {"color": colors.text, "width": width}
    dotted: PlotlyJson = {"color": colors.muted, "width": 2.5, "dash": "2px,3px"}
    lines: PlotlyJson = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    styles: tuple[PlotlyJson, ...] = (
        {**lines, "line": {**line, "dash": "solid"}, "showlegend": False, "cliponaxis": False},
        {**lines, "line": dotted, "showlegend": False, "cliponaxis": False},
        {
            "type": "scatter",
            "mode": "markers",
            "cliponaxis": False,
            "marker": {"symbol": "line-ew", "size": 10, "line": line},
        },
        {"type": "bar", "marker": {"color": CLEAR, "line": {"width": 0}}},
    )
    return [
        {**style, **points, "visible": np.asarray(points["x"]).size > 0}
        for style, points in zip(styles, step_points(windows, dimension), strict=True)
    ]


def step_points(windows: pd.DataFrame, dimension: str) -> tuple[PlotlyJson, ...]:
    """Return where the points of the `step_traces` are, and what they say when pointed at.

    The last are bars over whole windows: a window answers wherever it is pointed at.
    """
    known = windows["value"].notna()
    evidence = known if dimension == INDEX else windows["value"] != NO_EVIDENCE
    is_long = windows["end_s"] > windows["start_s"]
    moments, lasting = windows[known & ~is_long], windows[is_long]
    return (
        _line(windows[evidence]),
        _line(windows[~evidence]),
        {
            "x": moments["start_s"].to_numpy(),
            "y": moments["value"].to_numpy(),
            **_hover(moments, dimension),
        },
        {
            "x": ((lasting["start_s"] + lasting["end_s"]) / 2).to_numpy(),
            "width": (lasting["end_s"] - lasting["start_s"]).to_numpy(),
            "y": np.full(len(lasting), 100),
            **_hover(lasting, dimension),
        },
    )


def _line(windows: pd.DataFrame) -> PlotlyJson:
    x, y = (pd.Series(points, dtype="float64").to_numpy() for points in steps(windows))
    return {"x": x, "y": y}


def _hover(windows: pd.DataFrame, dimension: str) -> PlotlyJson:
    name = label(dimension)
    columns = (windows[column].tolist() for column in ("start_s", "end_s", "value"))
    hovers = [
        f"<b>{name} {_score_words(value, dimension)}</b><br>{span(start_s, end_s)}"
        for start_s, end_s, value in zip(*columns, strict=True)
    ]
    return hover(hovers)


def _score_words(value: float, dimension: str) -> str:
    if dimension != INDEX:
        return dimension_score(value)
    return score(value) if pd.isna(value) else f"{score(value)}, {band(value)}"


def _dimension_axis(colors: Palette) -> PlotlyJson:
    """Return a y axis from 0 to 100 that says what 50 means in a dimension."""
    return {
        "range": [0, 100],
        "tickvals": [0, 50, 100],
        "ticktext": ["0", f"{NO_EVIDENCE_WORDS}  50", "100"],
        "tickfont": {"size": 12},
        "ticklabelstandoff": 6,
        "gridcolor": colors.grid,
        "zeroline": False,
        "fixedrange": True,
    }


def _bands() -> list[tuple[float, float, str]]:
    """Return the bands of the index from weak to excellent: from, to, name."""
    uppers = [*(lower for lower, _ in BANDS[1:]), 100.0]
    return [(lower, upper, name) for (lower, name), upper in zip(BANDS, uppers, strict=True)]


def band_fills(colors: Palette, *, yref: str = "y") -> list[PlotlyJson]:
    """Return a faint fill for every other band, behind the line."""
    fill: PlotlyJson = {
        "type": "rect",
        "layer": "below",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": yref,
        "fillcolor": colors.band,
        "line": {"width": 0},
    }
    return [{**fill, "y0": lower, "y1": upper} for lower, upper, _ in _bands()[::2]]


def _evidence_line(colors: Palette, axis: str) -> PlotlyJson:
    return horizontal_line(NO_EVIDENCE, line={"color": colors.muted, "width": 0.75}, yref=axis)


def _domain(place: int) -> list[float]:
    """Return the share of the height that the row at `place` (0 is the top) takes."""
    height = (1 - GAP_SHARE * (len(DIMENSIONS) - 1)) / len(DIMENSIONS)
    top = 1 - place * (height + GAP_SHARE)
    return [max(top - height, 0.0), top]


def _row_name(dimension: str, colors: Palette, axis: str, windows: pd.DataFrame) -> PlotlyJson:
    """Return the dimension's name at the top left of its row, and whether it has no values."""
    missing = "" if windows["value"].notna().any() else f"<br><i>{NOT_GIVEN}</i>"
    return left_annotation(
        label(dimension) + missing,
        color=colors.text,
        size=13,
        y=100,
        yanchor="top",
        yref=axis,
        yshift=9,
    )
