"""Quality over time: steps that hold for their window, never curves between them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import plotly.graph_objects as go

from interhuman.view.charts.axes import (
    CLEAR,
    Part,
    across,
    figure,
    left_words,
    marks,
    note,
    time_axis,
    time_margin,
)
from interhuman.view.formats import NOT_GIVEN, Ink, dimension_score, ink, label, score, span
from interhuman.vocabulary import BANDS, DIMENSIONS, INDEX, NO_EVIDENCE, band

HEIGHT_PX = 264
ROW_PX = 84
GAP_SHARE = 0.045
MANY_WINDOWS = 60

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
    width = 3.0 if len(some) <= MANY_WINDOWS else 2.0
    is_index = dimension == INDEX
    names = [_band_name(*each, colours) for each in _bands()] if is_index else []
    nothing = [] if some["value"].notna().any() else [note("No scores were given", colours)]
    layout = {
        "xaxis": time_axis(end_s, colours),
        "yaxis": _index_axis(colours) if is_index else _dimension_axis(colours),
        "bargap": 0,
        "shapes": _band_fills(colours) if is_index else [_evidence_line(colours, "y")],
        "annotations": names + nothing,
    }
    traces = _traces(some, dimension, colours, width=width)
    return figure(colours, traces, height=HEIGHT_PX, margin=time_margin(top=12), layout=layout)


def quality_small_multiples(frame: pd.DataFrame, *, end_s: float, dark: bool = False) -> go.Figure:
    """Return the five dimensions of a `quality_timeline_frame` as steps, one row each.

    All rows share one axis from 0 to `end_s` seconds, run from 0 to 100, and have the line at
    50 ("no evidence").
    """
    colours = ink(dark)
    margin = time_margin(top=12)
    layout: Part = {
        "xaxis": time_axis(end_s, colours) | {"anchor": "y5"},
        **{"bargap": 0, "shapes": [], "annotations": []},
    }
    traces: list[Part] = []
    for place, dimension in enumerate(DIMENSIONS):
        axis = f"y{place + 1}" if place else "y"
        some = frame[frame["dimension"] == dimension]
        traces += [each | {"yaxis": axis} for each in _traces(some, dimension, colours, width=2.25)]
        layout[f"yaxis{place + 1}" if place else "yaxis"] = _dimension_axis(colours) | {
            "domain": _domain(place)
        }
        layout["shapes"].append(_evidence_line(colours, axis))
        layout["annotations"].append(_row_name(dimension, colours, axis, some))
    height = ROW_PX * len(DIMENSIONS) + margin["t"] + margin["b"]
    return figure(colours, traces, height=height, margin=margin, layout=layout)


def _traces(some: pd.DataFrame, dimension: str, colours: Ink, *, width: float) -> Iterator[Part]:
    """Yield the step line, the dotted "no evidence" windows, moments, and what hovering hits."""
    evidence = some["value"] != NO_EVIDENCE if dimension != INDEX else some["value"].notna()
    yield from _line(some[evidence], {"color": colours.text, "width": width, "dash": "solid"})
    yield from _line(some[~evidence], {"color": colours.muted, "width": 2.5, "dash": "2px,3px"})
    known = some[some["value"].notna()]
    moments = known[known["end_s"] <= known["start_s"]]
    if len(moments):
        stroke = {"color": colours.text, "width": width}
        yield {
            **{"type": "scatter", "mode": "markers", "cliponaxis": False},
            **{"x": moments["start_s"].to_numpy(), "y": moments["value"].to_numpy()},
            "marker": {"symbol": "line-ew", "size": 10, "line": stroke},
            **marks(moments, _hovers(moments, dimension)),
        }
    lasting = some[some["end_s"] > some["start_s"]]
    if len(lasting):
        yield _targets(lasting, dimension)


def _line(some: pd.DataFrame, line: Part) -> Iterator[Part]:
    x, y = (pd.Series(points, dtype="float64").to_numpy() for points in steps(some))
    if len(x):
        shown = {"hoverinfo": "skip", "showlegend": False, "cliponaxis": False}
        yield {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, **shown}


def _targets(some: pd.DataFrame, dimension: str) -> Part:
    """Return clear bars over whole windows, so that a window answers wherever it is pointed at."""
    return {
        "type": "bar",
        "x": ((some["start_s"] + some["end_s"]) / 2).to_numpy(),
        "width": (some["end_s"] - some["start_s"]).to_numpy(),
        "y": [100] * len(some),
        "marker": {"color": CLEAR, "line": {"width": 0}},
        **marks(some, _hovers(some, dimension)),
    }


def _hovers(some: pd.DataFrame, dimension: str) -> list[str]:
    columns = (some["start_s"], some["end_s"], some["value"])
    return [
        f"<b>{label(dimension)} {_reading(value, dimension)}</b><br>{span(start, end)}"
        for start, end, value in zip(*columns, strict=True)
    ]


def _reading(value: float, dimension: str) -> str:
    if dimension != INDEX:
        return dimension_score(value)
    return score(value) if pd.isna(value) else f"{score(value)}, {band(value)}"


def _dimension_axis(colours: Ink) -> Part:
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


def _index_axis(colours: Ink) -> Part:
    """Return a y axis from 0 to 100 with the edges of the bands."""
    edges = [*(lower for lower, _, _ in _bands()), 100]
    return _dimension_axis(colours) | {"tickvals": edges, "ticktext": None, "showgrid": False}


def _bands() -> list[tuple[float, float, str]]:
    """Return the bands of the index from weak to excellent: from, to, name."""
    uppers = [*(lower for lower, _ in BANDS[1:]), 100.0]
    return [(lower, upper, name) for (lower, name), upper in zip(BANDS, uppers, strict=True)]


def _band_fills(colours: Ink) -> list[Part]:
    """Return a faint fill for every other band, behind the line."""
    everywhere = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    look = {"fillcolor": colours.band, "line": {"width": 0}}
    return [{**everywhere, **look, "y0": low, "y1": high} for low, high, _ in _bands()[::2]]


def _band_name(lower: float, upper: float, name: str, colours: Ink) -> Part:
    return left_words(name, colour=colours.muted, y=(lower + upper) / 2, yanchor="middle")


def _evidence_line(colours: Ink, axis: str) -> Part:
    return across(NO_EVIDENCE, line={"color": colours.muted, "width": 0.75}, yref=axis)


def _domain(place: int) -> list[float]:
    """Return the share of the height that the row at `place` (0 is the top) takes."""
    height = (1 - GAP_SHARE * (len(DIMENSIONS) - 1)) / len(DIMENSIONS)
    top = 1 - place * (height + GAP_SHARE)
    return [max(top - height, 0.0), top]


def _row_name(dimension: str, colours: Ink, axis: str, some: pd.DataFrame) -> Part:
    """Return the dimension's name at the top left of its row, and whether it has no values."""
    missing = "" if some["value"].notna().any() else f"<br><i>{NOT_GIVEN}</i>"
    place = {"yref": axis, "y": 100, "yanchor": "top", "yshift": 9}
    return left_words(label(dimension) + missing, colour=colours.text, size=13, **place)
