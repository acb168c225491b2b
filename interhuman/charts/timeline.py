"""The signal timeline: one labelled row per type, families by colour, probability by fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from interhuman.charts.axes import (
    CLEAR,
    Part,
    across,
    axis_end_s,
    figure,
    left_words,
    marks,
    note,
    time_axis,
    time_margin,
)
from interhuman.charts.key import MOMENT, key
from interhuman.charts.lanes import Row, height_px, lanes, row_label, rows
from interhuman.style import (
    FAMILIES,
    NOT_GIVEN,
    PROBABILITIES,
    Ink,
    ink,
    label,
    plain,
    probability_words,
    shortened,
    span,
    translucent,
)

UNKNOWN = NOT_GIVEN
"""How the timeline calls a probability that was not given."""

FILLS = (*PROBABILITIES, UNKNOWN)
DASHES = {"low": "5px,3px", UNKNOWN: "1.5px,2.5px"}
HEADS = {
    "high": "diamond",
    "medium": "diamond-open-dot",
    "low": "diamond-open",
}
_LABEL_CHARACTERS = 15
_TOP_PX = 36
_HEADING_UP_PX = 11
_BAR_SHARE = 0.82
_DECORATION: Part = {"hoverinfo": "skip", "showlegend": False, "cliponaxis": False}


def signal_timeline(frame: pd.DataFrame, *, end_s: float, dark: bool = False) -> go.Figure:
    """Return the timeline of a `signals_frame` on an axis from 0 to `end_s` seconds.

    One row per type, ordered by family and first onset; overlaps inside a type go to lanes. High
    probability is solid, medium hatched, low hollow and dashed, not given dotted with "?"; a
    zero-length signal is a tick. `customdata` of every mark is [start_s, row of `frame`].
    """
    colours = ink(dark)
    drawn, stacked = _drawn(frame, axis_end_s(end_s))
    traces = [
        trace
        for family in FAMILIES
        for fill in FILLS
        for trace in _traces(
            drawn[(drawn["family"] == family) & (drawn["fill"] == fill)], family, fill, colours
        )
    ]
    plot_px, margin = height_px(stacked), time_margin(top=_TOP_PX)
    shapes, annotations = key(_key_words(drawn), DASHES, colours)
    layout = {
        "xaxis": time_axis(end_s, colours),
        "yaxis": _rows_axis(stacked, plot_px, colours),
        "barmode": "overlay",
        "shapes": shapes + [_hairline(row, colours) for row in _firsts(stacked)],
        "annotations": annotations
        + [_heading(row, colours) for row in _firsts(stacked)]
        + ([note("No signals were detected", colours)] if frame.empty else []),
    }
    height = plot_px + margin["t"] + margin["b"]
    return figure(colours, traces, height=height, margin=margin, layout=layout)


def _drawn(frame: pd.DataFrame, end_s: float) -> tuple[pd.DataFrame, list[Row]]:
    """Return `frame` with what each mark needs to be drawn, and the rows."""
    placed = lanes(frame, end_s=end_s)
    stacked = rows(frame, placed)
    top = placed["row"].map({row.name: row.top_px for row in stacked}).astype("float64")
    pitch = placed["row"].map({row.name: row.lane_px for row in stacked}).astype("float64")
    drawn = frame.assign(
        fill=frame["probability"].astype("object").where(frame["probability"].notna(), UNKNOWN),
        from_s=placed["from_s"],
        to_s=placed["to_s"],
        y_px=top + (placed["lane"] + 0.5) * pitch,
        bar_px=pitch * _BAR_SHARE,
        hover=[_hover(*each) for each in _hover_parts(frame)],
    )
    return drawn, stacked


def _hover_parts(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    columns = ("type", "family", "start_s", "end_s", "probability", "rationale")
    return zip(*(frame[column].astype("object") for column in columns), strict=True)


def _hover(*parts: Any) -> str:
    """Return the hover text of one signal; everything from outside in it is inert."""
    name, family, start_s, end_s, probability, rationale = parts
    head = f"<b>{shortened(label(name), 60)}</b>  ({family})"
    facts = f"{span(start_s, end_s)}, {probability_words(probability)}"
    why = plain(rationale, width=52, lines=9) if isinstance(rationale, str) else ""
    return "<br>".join(part for part in (head, facts, why) if part)


def _traces(some: pd.DataFrame, family: str, fill: str, colours: Ink) -> Iterator[Part]:
    """Yield the traces of one family and fill: bars, outlines, ticks, question marks."""
    long = some[some["end_s"] > some["start_s"]]
    moments = some[some["end_s"] <= some["start_s"]]
    colour = colours.families[family]
    if len(long):
        yield _bars(long, colour, fill, name=f"{family}, {fill}")
        if fill in DASHES:
            yield _outlines(long, colour, fill)
    if len(moments):
        yield from _ticks(moments, colour, fill, name=f"{family}, {fill}, moments")
    if fill == UNKNOWN and len(some):
        yield _question_marks(some, colours)


def _bars(some: pd.DataFrame, colour: str, fill: str, *, name: str) -> Part:
    return {
        "type": "bar",
        "name": name,
        "orientation": "h",
        "base": some["from_s"].to_numpy(),
        "x": (some["to_s"] - some["from_s"]).to_numpy(),
        "y": some["y_px"].to_numpy(),
        "width": some["bar_px"].to_numpy(),
        "marker": _marker(colour, fill),
        "unselected": {"marker": {"opacity": 0.55}},
        **marks(some, some["hover"].tolist()),
    }


def _marker(colour: str, fill: str) -> Part:
    """Return the marker of a bar; dashed and dotted outlines are drawn by `_outlines`."""
    if fill == "high":
        return {"color": colour, "line": {"color": colour, "width": 1}}
    if fill == "medium":
        hatch = {"shape": "/", "fgcolor": colour, "bgcolor": translucent(colour, 0.14)}
        return {
            "color": colour,
            "line": {"color": colour, "width": 1.25},
            "pattern": {**hatch, "size": 6, "solidity": 0.34, "fillmode": "replace"},
        }
    return {"color": CLEAR, "line": {"width": 0}}


def _outlines(some: pd.DataFrame, colour: str, fill: str) -> Part:
    """Return one line trace with a rectangle around each bar: bars cannot be dashed."""
    gap = pd.Series(float("nan"), index=some.index)
    left, right = some["from_s"], some["to_s"]
    top, bottom = some["y_px"] - some["bar_px"] / 2, some["y_px"] + some["bar_px"] / 2
    x = pd.concat([left, right, right, left, left, gap], axis=1)
    y = pd.concat([top, top, bottom, bottom, top, gap], axis=1)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x.to_numpy().ravel(),
        "y": y.to_numpy().ravel(),
        "line": {"color": colour, "width": 1.5, "dash": DASHES[fill]},
        **_DECORATION,
    }


def _ticks(some: pd.DataFrame, colour: str, fill: str, *, name: str) -> Iterator[Part]:
    """Yield an upright line at each moment, and a head (or "?") that says the probability."""
    at = {
        **{"type": "scatter", "mode": "markers", "cliponaxis": False},
        **{"x": some["start_s"].to_numpy(), "y": some["y_px"].to_numpy()},
    }
    stroke = {"color": colour, "width": 2.5}
    stem = {"symbol": "line-ns", "size": (some["bar_px"] + 2).to_numpy(), "line": stroke}
    yield {**at, **_DECORATION, "marker": stem, "unselected": {"marker": {"opacity": 1}}}
    head = {
        "symbol": HEADS.get(fill, "circle"),
        "size": 10,
        "color": colour if fill in HEADS else CLEAR,
        "line": {"color": colour, "width": 1.5 if fill in HEADS else 0},
    }
    dimmed = {"unselected": {"marker": {"opacity": 0.55}}}
    yield {**at, **dimmed, "marker": head, "name": name, **marks(some, some["hover"].tolist())}


def _question_marks(some: pd.DataFrame, colours: Ink) -> Part:
    """Return a "?" in the middle of each bar and beside each tick."""
    moment = some["end_s"] <= some["start_s"]
    middle = (some["from_s"] + some["to_s"]) / 2
    return {
        "type": "scatter",
        "mode": "text",
        "x": some["start_s"].where(moment, middle).to_numpy(),
        "y": some["y_px"].to_numpy(),
        "text": "?",
        "textposition": ["middle right" if each else "middle center" for each in moment],
        "textfont": {"color": colours.text, "size": 12},
        "unselected": {"textfont": {"color": colours.text}},
        **_DECORATION,
    }


def _key_words(drawn: pd.DataFrame) -> list[str]:
    """Return the entries of the key: each fill that occurs, and the tick where there is one."""
    used = set(drawn["fill"])
    moments = (drawn["end_s"] <= drawn["start_s"]).any()
    return [fill for fill in FILLS if fill in used] + ([MOMENT] if moments else [])


def _rows_axis(stacked: list[Row], plot_px: int, colours: Ink) -> Part:
    """Return the y axis: its unit is the pixel, from the top down."""
    return {
        "range": [plot_px, 0],
        "tickvals": [row.middle_px for row in stacked],
        "ticktext": [_row_label(row) for row in stacked],
        "tickfont": {"color": colours.text},
        "ticklabelstandoff": 6,
        **{"showgrid": False, "zeroline": False, "fixedrange": True},
    }


def _row_label(row: Row) -> str:
    return shortened(row_label(row.name), _LABEL_CHARACTERS)


def _firsts(stacked: list[Row]) -> list[Row]:
    """Return the first row of each family."""
    return [
        row
        for before, row in zip([None, *stacked], stacked, strict=False)
        if before is None or before.family != row.family
    ]


def _heading(first: Row, colours: Ink) -> Part:
    """Return a family's name with its colour, over its first row."""
    swatch = f'<span style="color:{colours.families[first.family]}">■</span>'
    y = first.top_px - _HEADING_UP_PX
    return left_words(f"{swatch} {first.family}", colour=colours.muted, y=y, yanchor="middle")


def _hairline(first: Row, colours: Ink) -> Part:
    return across(first.top_px - _HEADING_UP_PX, line={"color": colours.grid, "width": 1})
