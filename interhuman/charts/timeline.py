"""The signal timeline: one labelled row per type, families by colour, probability by fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from interhuman.charts.axes import (
    CLEAR,
    LEFT_PX,
    axis_end_s,
    layout,
    note,
    time_axis,
    time_margin,
)
from interhuman.charts.key import MOMENT, add_key
from interhuman.charts.lanes import OTHERS, Row, height_px, lanes, rows
from interhuman.style import (
    FAMILIES,
    FAMILY_COLOURS,
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
_BAR_SHARE = 0.82


def signal_timeline(frame: pd.DataFrame, *, end_s: float, dark: bool = False) -> go.Figure:
    """Return the timeline of a `signals_frame` on an axis from 0 to `end_s` seconds.

    One row per type, ordered by family and first onset; overlaps inside a type go to lanes. High
    probability is solid, medium hatched, low hollow and dashed, not given dotted with "?"; a
    zero-length signal is a tick. `customdata` of every mark is [start_s, row of `frame`].
    """
    colours = ink(dark)
    figure = go.Figure()
    marks, stacked = _marks(frame, axis_end_s(end_s))
    for family in FAMILIES:
        for fill in FILLS:
            some = marks[(marks["family"] == family) & (marks["fill"] == fill)]
            if len(some):
                figure.add_traces(list(_traces(some, family, fill, colours)))
    figure.update_layout(_layout(stacked, end_s, colours))
    _headings(figure, stacked, colours)
    add_key(figure, _key_words(marks), DASHES, colours)
    if frame.empty:
        note(figure, "No signals were detected", colours)
    return figure


def _marks(frame: pd.DataFrame, end_s: float) -> tuple[pd.DataFrame, list[Row]]:
    """Return `frame` with what each mark needs to be drawn, and the rows."""
    placed = lanes(frame, end_s=end_s)
    stacked = rows(frame, placed)
    top = placed["row"].map({row.name: row.top_px for row in stacked}).astype("float64")
    pitch = placed["row"].map({row.name: row.lane_px for row in stacked}).astype("float64")
    marks = frame.assign(
        fill=frame["probability"].astype("object").where(frame["probability"].notna(), UNKNOWN),
        from_s=placed["from_s"],
        to_s=placed["to_s"],
        y_px=top + (placed["lane"] + 0.5) * pitch,
        bar_px=pitch * _BAR_SHARE,
        hover=[_hover(*each) for each in _hover_parts(frame)],
    )
    return marks, stacked


def _hover_parts(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    columns = ("type", "family", "start_s", "end_s", "probability", "rationale")
    return zip(*(frame[column].astype("object") for column in columns), strict=True)


def _hover(*parts: Any) -> str:
    """Return the hover text of one signal; everything from outside in it is inert."""
    name, family, start_s, end_s, probability, rationale = parts
    head = f"<b>{shortened(label(name), 60)}</b>  ({family})"
    facts = f"{span(start_s, end_s)}, {probability_words(probability)}"
    why = plain(rationale) if isinstance(rationale, str) else ""
    return "<br>".join(part for part in (head, facts, why) if part)


def _traces(some: pd.DataFrame, family: str, fill: str, colours: Ink) -> Iterator[Any]:
    """Yield the traces of one family and fill: bars, outlines, ticks, question marks."""
    long = some[some["end_s"] > some["start_s"]]
    moments = some[some["end_s"] <= some["start_s"]]
    colour = FAMILY_COLOURS[family]
    if len(long):
        yield _bars(long, colour, fill, name=f"{family}, {fill}")
        if fill in DASHES:
            yield _outlines(long, colour, fill)
    if len(moments):
        yield from _ticks(moments, colour, fill, name=f"{family}, {fill}, moments")
    if fill == UNKNOWN:
        yield _question_marks(some, colours)


def _bars(some: pd.DataFrame, colour: str, fill: str, *, name: str) -> go.Bar:
    return go.Bar(
        name=name,
        orientation="h",
        base=some["from_s"].to_numpy(),
        x=(some["to_s"] - some["from_s"]).to_numpy(),
        y=some["y_px"].to_numpy(),
        width=some["bar_px"].to_numpy(),
        marker=_marker(colour, fill),
        unselected={"marker": {"opacity": 0.55}},
        **_about(some),
    )


def _marker(colour: str, fill: str) -> dict[str, Any]:
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


def _about(some: pd.DataFrame) -> dict[str, Any]:
    """Return what hovering and clicking a mark says."""
    return {
        "customdata": [
            [start, row] for start, row in zip(some["start_s"], some.index, strict=True)
        ],
        "hovertext": some["hover"].tolist(),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def _outlines(some: pd.DataFrame, colour: str, fill: str) -> go.Scatter:
    """Return one line trace with a rectangle around each bar: bars cannot be dashed."""
    x: list[float | None] = []
    y: list[float | None] = []
    columns = (some["from_s"], some["to_s"], some["y_px"], some["bar_px"] / 2)
    for left, right, middle, half in zip(*columns, strict=True):
        x += [left, right, right, left, left, None]
        y += [middle - half, middle - half, middle + half, middle + half, middle - half, None]
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": colour, "width": 1.5, "dash": DASHES[fill]},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _ticks(some: pd.DataFrame, colour: str, fill: str, *, name: str) -> Iterator[go.Scatter]:
    """Yield an upright line at each moment, and a head (or "?") that says the probability."""
    at = {"x": some["start_s"].to_numpy(), "y": some["y_px"].to_numpy(), "cliponaxis": False}
    stroke = {"color": colour, "width": 2.5}
    stem = {"symbol": "line-ns", "size": (some["bar_px"] + 2).to_numpy(), "line": stroke}
    kept = {"unselected": {"marker": {"opacity": 1}}, "showlegend": False}
    yield go.Scatter(**at, **kept, mode="markers", marker=stem, hoverinfo="skip")
    head = {
        "symbol": HEADS.get(fill, "circle"),
        "size": 10,
        "color": colour if fill in HEADS else CLEAR,
        "line": {"color": colour, "width": 1.5 if fill in HEADS else 0},
    }
    dimmed = {"unselected": {"marker": {"opacity": 0.55}}}
    yield go.Scatter(**at, **dimmed, mode="markers", marker=head, name=name, **_about(some))


def _question_marks(some: pd.DataFrame, colours: Ink) -> go.Scatter:
    """Return a "?" in the middle of each bar and beside each tick."""
    moment = some["end_s"] <= some["start_s"]
    middle = (some["from_s"] + some["to_s"]) / 2
    return go.Scatter(
        x=some["start_s"].where(moment, middle).to_numpy(),
        y=some["y_px"].to_numpy(),
        mode="text",
        text="?",
        textposition=["middle right" if each else "middle center" for each in moment],
        textfont={"color": colours.text, "size": 12},
        unselected={"textfont": {"color": colours.text}},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _key_words(marks: pd.DataFrame) -> list[str]:
    """Return the entries of the key: each fill that occurs, and the tick where there is one."""
    used = set(marks["fill"])
    moments = (marks["end_s"] <= marks["start_s"]).any()
    return [fill for fill in FILLS if fill in used] + ([MOMENT] if moments else [])


def _layout(stacked: list[Row], end_s: float, colours: Ink) -> dict[str, Any]:
    plot_px = height_px(stacked)
    margin = time_margin(top=_TOP_PX)
    return {
        **layout(colours, height=plot_px + margin["t"] + margin["b"], margin=margin),
        "xaxis": time_axis(end_s, colours),
        "yaxis": {
            "range": [plot_px, 0],
            "tickvals": [row.middle_px for row in stacked],
            "ticktext": [_row_label(row) for row in stacked],
            "tickfont": {"color": colours.text},
            "ticklabelstandoff": 6,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "barmode": "overlay",
    }


def _row_label(row: Row) -> str:
    name = "Other types" if row.name == OTHERS else label(row.name)
    return shortened(name, _LABEL_CHARACTERS)


def _headings(figure: go.Figure, stacked: list[Row], colours: Ink) -> None:
    """Write each family's name with its colour over its rows, and a hairline across."""
    for family in FAMILIES:
        first = next((row for row in stacked if row.family == family), None)
        if first is None:
            continue
        y = first.top_px - 11
        figure.add_annotation(
            text=f'<span style="color:{FAMILY_COLOURS[family]}">■</span> {family}',
            **{"xref": "paper", "x": 0, "xshift": -LEFT_PX, "xanchor": "left"},
            **{"y": y, "yanchor": "middle", "showarrow": False, "align": "left"},
            font={"color": colours.muted, "size": 12},
        )
        figure.add_shape(
            **{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y},
            line={"color": colours.grid, "width": 1},
            layer="below",
        )
