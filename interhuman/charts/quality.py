"""Quality over time: steps that hold for their window, never curves between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from interhuman.analysis import DIMENSIONS, NO_EVIDENCE
from interhuman.charts.axes import CLEAR, LEFT_PX, layout, note, time_axis, time_margin
from interhuman.frames import INDEX
from interhuman.style import BANDS, NOT_GIVEN, Ink, band, dimension_score, ink, label, score, span

HEIGHT_PX = 264
ROW_PX = 84

Points = tuple[list[float | None], list[float | None]]


def steps(frame: pd.DataFrame) -> Points:
    """Return the x (seconds) and y (score) of a step line through the windows of one dimension.

    `frame` has start_s, end_s, value. A None stands between two points that are not to be
    joined: before and after a missing value, and where windows do not touch.
    """
    x: list[float | None] = []
    y: list[float | None] = []
    reached: float | None = None
    ordered = frame.dropna(subset=["value"]).sort_values(["start_s", "end_s"], kind="stable")
    columns = (ordered["start_s"], ordered["end_s"], ordered["value"])
    for start, end, value in zip(*columns, strict=True):
        if reached is not None and abs(start - reached) > 1e-6:
            x.append(None)
            y.append(None)
        x += [float(start), float(end)]
        y += [float(value), float(value)]
        reached = float(end)
    return x, y


def quality_over_time(
    frame: pd.DataFrame, *, end_s: float, dimension: str = INDEX, dark: bool = False
) -> go.Figure:
    """Return one score of a `quality_timeline_frame` as steps, 0 to `end_s` seconds, 0-100.

    The quality index has its named bands behind it; a dimension has the line at 50 instead,
    which means "no evidence" there, and windows of exactly 50 are dotted. Gaps stay gaps.
    """
    colours = ink(dark)
    some = frame[frame["dimension"] == dimension]
    width = 3.0 if len(some) <= 60 else 2.0
    figure = go.Figure(list(_traces(some, dimension, colours, width=width)))
    figure.update_layout(
        **layout(colours, height=HEIGHT_PX, margin=time_margin(top=12)),
        xaxis=time_axis(end_s, colours),
        yaxis=_score_axis(colours),
        bargap=0,
    )
    if dimension == INDEX:
        _bands(figure, colours)
    else:
        _evidence_line(figure, colours)
    if some["value"].notna().sum() == 0:
        note(figure, "No scores over time were given", colours)
    return figure


def quality_small_multiples(frame: pd.DataFrame, *, end_s: float, dark: bool = False) -> go.Figure:
    """Return the five dimensions of a `quality_timeline_frame` as steps, one row each.

    All rows run from 0 to `end_s` seconds and 0-100, with the line at 50 ("no evidence").
    """
    colours = ink(dark)
    figure = make_subplots(rows=len(DIMENSIONS), cols=1, shared_xaxes=True, vertical_spacing=0.045)
    for row, dimension in enumerate(DIMENSIONS, 1):
        some = frame[frame["dimension"] == dimension]
        figure.add_traces(list(_traces(some, dimension, colours, width=2.25)), rows=row, cols=1)
        figure.update_yaxes(_score_axis(colours), row=row, col=1)
        figure.update_xaxes(
            time_axis(end_s, colours) | {"showticklabels": row == len(DIMENSIONS)}, row=row, col=1
        )
        _evidence_line(figure, colours, row=row)
        _row_name(figure, dimension, colours, row=row, empty=not some["value"].notna().any())
    margin = time_margin(top=12)
    height = ROW_PX * len(DIMENSIONS) + margin["t"] + margin["b"]
    figure.update_layout(**layout(colours, height=height, margin=margin), bargap=0)
    return figure


def _traces(some: pd.DataFrame, dimension: str, colours: Ink, *, width: float) -> Iterator[Any]:
    """Yield the step line, the dotted "no evidence" windows, moments, and what hovering hits."""
    evidence = some["value"] != NO_EVIDENCE if dimension != INDEX else some["value"].notna()
    for part, colour, dash in (
        (evidence, colours.text, "solid"),
        (~evidence, colours.muted, "2px,3px"),
    ):
        x, y = steps(some[part])
        if x:
            line = {"color": colour, "width": width if dash == "solid" else 2.5, "dash": dash}
            yield go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", cliponaxis=False)
    known = some[some["value"].notna()]
    moments = known[known["end_s"] <= known["start_s"]]
    if len(moments):
        marker = {"symbol": "line-ew", "size": 10, "line": {"color": colours.text, "width": width}}
        yield go.Scatter(
            x=moments["start_s"].to_numpy(),
            y=moments["value"].to_numpy(),
            **{"mode": "markers", "marker": marker, "cliponaxis": False},
            **_about(moments, dimension),
        )
    lasting = some[some["end_s"] > some["start_s"]]
    if len(lasting):
        yield _targets(lasting, dimension)


def _targets(some: pd.DataFrame, dimension: str) -> go.Bar:
    """Return clear bars over whole windows, so that a window answers wherever it is pointed at."""
    return go.Bar(
        x=((some["start_s"] + some["end_s"]) / 2).to_numpy(),
        width=(some["end_s"] - some["start_s"]).to_numpy(),
        y=[100] * len(some),
        marker={"color": CLEAR, "line": {"width": 0}},
        **_about(some, dimension),
    )


def _about(some: pd.DataFrame, dimension: str) -> dict[str, Any]:
    columns = (some["start_s"], some["end_s"], some["value"])
    return {
        "customdata": [
            [start, row] for start, row in zip(some["start_s"], some.index, strict=True)
        ],
        "hovertext": [
            f"<b>{label(dimension)} {_reading(value, dimension)}</b><br>{span(start, end)}"
            for start, end, value in zip(*columns, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def _reading(value: float, dimension: str) -> str:
    if dimension != INDEX:
        return dimension_score(value)
    return score(value) if pd.isna(value) else f"{score(value)}, {band(value)}"


def _score_axis(colours: Ink) -> dict[str, Any]:
    """Return a y axis from 0 to 100 that says what 50 means in a dimension."""
    return {
        "range": [0, 100],
        "tickvals": [0, 50, 100],
        "ticktext": ["0", "no evidence  50", "100"],
        "tickfont": {"size": 12},
        "ticklabelstandoff": 6,
        "gridcolor": colours.grid,
        "zeroline": False,
        "fixedrange": True,
    }


def _bands(figure: go.Figure, colours: Ink) -> None:
    """Lay the bands of the index behind the line, each with its name in the left margin."""
    uppers = [lower for lower, _ in BANDS[1:]] + [100.0]
    for place, ((lower, name), upper) in enumerate(zip(BANDS, uppers, strict=True)):
        figure.add_shape(
            **{"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": lower, "y1": upper},
            **{"fillcolor": colours.band if place % 2 == 0 else CLEAR, "layer": "below"},
            line={"width": 0},
        )
        figure.add_annotation(
            text=name,
            **{"xref": "paper", "x": 0, "xshift": -LEFT_PX, "xanchor": "left"},
            **{"y": (lower + upper) / 2, "yanchor": "middle", "showarrow": False},
            font={"color": colours.muted, "size": 12},
        )
    figure.update_yaxes(
        tickvals=[*(lower for lower, _ in BANDS), 100], ticktext=None, showgrid=False
    )


def _evidence_line(figure: go.Figure, colours: Ink, *, row: int = 1) -> None:
    """Draw the line at 50 through the plot in `row`."""
    axis = f"y{row}" if row > 1 else "y"
    figure.add_shape(
        **{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": axis, "layer": "below"},
        **{"y0": NO_EVIDENCE, "y1": NO_EVIDENCE, "line": {"color": colours.muted, "width": 0.75}},
    )


def _row_name(figure: go.Figure, dimension: str, colours: Ink, *, row: int, empty: bool) -> None:
    """Write the dimension's name at the top left of its row, and whether it has no values."""
    figure.add_annotation(
        text=label(dimension) + (f"<br><i>{NOT_GIVEN}</i>" if empty else ""),
        **{"xref": "paper", "x": 0, "xshift": -LEFT_PX, "xanchor": "left", "align": "left"},
        **{"y": 100, "yref": f"y{row}" if row > 1 else "y", "yanchor": "top", "yshift": 9},
        showarrow=False,
        font={"color": colours.text, "size": 13},
    )
