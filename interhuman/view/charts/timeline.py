"""The signal timeline: one labelled row per type, families by colour, probability by fill."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import plotly.graph_objects as go

from interhuman.text import plain, shortened
from interhuman.view.charts.axes import (
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
from interhuman.view.charts.key import MOMENT, key
from interhuman.view.charts.lanes import Row, height_px, lanes, row_label, rows
from interhuman.view.formats import (
    NAME_CHARACTERS,
    NOT_GIVEN,
    Ink,
    ink,
    label,
    probability_words,
    span,
)
from interhuman.vocabulary import FAMILIES, PROBABILITIES

UNKNOWN = NOT_GIVEN
"""How the timeline calls a probability that was not given."""

FILLS = (*PROBABILITIES, UNKNOWN)
HEADS = {
    "high": "diamond",
    "medium": "diamond-open-dot",
    "low": "diamond-open",
    UNKNOWN: "diamond-open",
}
THIN_SHARE = 0.005
"""A signal that takes less of the axis is about 4 px wide on a laptop: a tick helps to see it."""

TICK_PX, HIT_PX = 1.5, 9
WIDE_SHARE = 0.015
"""From here on a "?" fits into a bar on a laptop."""

_LABEL_CHARACTERS = 15
_TOP_PX = 36
_HEADING_UP_PX = 11
_BAR_SHARE = 0.82
_DECORATION: Part = {"hoverinfo": "skip", "showlegend": False, "cliponaxis": False}


def signal_timeline(frame: pd.DataFrame, *, end_s: float, dark: bool = False) -> go.Figure:
    """Return the timeline of a `signals_frame` on an axis from 0 to `end_s` seconds.

    One row per type, ordered by family and first onset; overlaps inside a type go to lanes. High
    probability is solid, medium half filled, low an outline, not given an outline with "?"; a
    zero-length signal is a tick with a diamond. Bars have their true extent; the thinnest get a
    tick of a fixed width in pixels. `customdata` of every mark is [start_s, row of `frame`].
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
    shapes, annotations = key(_key_words(drawn), colours)
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
    placed = lanes(frame)
    stacked = rows(frame, placed)
    top = placed["row"].map({row.name: row.top_px for row in stacked}).astype("float64")
    pitch = placed["row"].map({row.name: row.lane_px for row in stacked}).astype("float64")
    drawn = frame.assign(
        fill=frame["probability"].astype("object").where(frame["probability"].notna(), UNKNOWN),
        moment=frame["end_s"] <= frame["start_s"],
        share=frame["duration_s"] / end_s,
        y_px=top + (placed["lane"] + 0.5) * pitch,
        bar_px=pitch * _BAR_SHARE,
        hover=_hovers(frame),
    )
    return drawn, stacked


def _hovers(frame: pd.DataFrame) -> list[str]:
    """Return the hover text of each signal; everything from outside in it is inert."""
    heads = {
        name: f"<b>{shortened(label(name), NAME_CHARACTERS)}</b>  ({family})"
        for name, family in zip(frame["type"], frame["family"], strict=True)
    }
    certainty = {name: probability_words(name) for name in frame["probability"].unique()}
    columns = ("type", "start_s", "end_s", "probability", "rationale")
    return [
        "<br>".join(
            part
            for part in (
                heads[name],
                f"{span(start_s, end_s)}, {certainty[probability]}",
                plain(rationale, width=52, lines=9) if isinstance(rationale, str) else "",
            )
            if part
        )
        for name, start_s, end_s, probability, rationale in zip(
            *(frame[column].astype("object") for column in columns), strict=True
        )
    ]


def _traces(some: pd.DataFrame, family: str, fill: str, colours: Ink) -> Iterator[Part]:
    """Yield the traces of one family and fill: bars, their filled halves, ticks, moments, "?"."""
    lasting, moments = some[~some["moment"]], some[some["moment"]]
    too_thin = lasting["share"] < THIN_SHARE
    wide, thin = lasting[~too_thin], lasting[too_thin]
    colour, name = colours.families[family], f"{family}, {fill}"
    if len(wide):
        yield {**_bars(wide, fill, colour, colours), "name": name, **_answers(wide)}
    if len(thin):
        yield {**_bars(thin, fill, colour, colours), **_DECORATION}
    if len(lasting) and fill == "medium":
        yield _lower_halves(lasting, colour, colours)
    if len(thin):
        ticks = _ticks(thin, colour if fill == "high" else CLEAR)
        yield {**ticks, "name": f"{name}, thin", **_answers(thin)}
    if len(moments):
        yield from _moments(moments, colour, fill, name=f"{name}, moments")
    if fill == UNKNOWN and len(some):
        yield _question_marks(some[some["moment"] | (some["share"] >= WIDE_SHARE)], colours)


def _answers(some: pd.DataFrame) -> Part:
    """Return what hovering and clicking the marks of `some` tells."""
    return marks(some, some["hover"].tolist())


def _bars(some: pd.DataFrame, fill: str, colour: str, colours: Ink) -> Part:
    """Return solid bars with a seam in the color of the ground, or outlines."""
    solid = fill == "high"
    line = {"color": colours.ground if solid else colour, "width": 1}
    return {
        **_extent(some),
        "y": some["y_px"].to_numpy(),
        "width": some["bar_px"].to_numpy(),
        "marker": {"color": colour if solid else CLEAR, "line": line},
    }


def _lower_halves(some: pd.DataFrame, colour: str, colours: Ink) -> Part:
    return {
        **_extent(some),
        "y": (some["y_px"] + some["bar_px"] / 4).to_numpy(),
        "width": (some["bar_px"] / 2).to_numpy(),
        "marker": {"color": colour, "line": {"color": colours.ground, "width": 1}},
        **_DECORATION,
    }


def _extent(some: pd.DataFrame) -> Part:
    """Return where bars begin and how long they are, in seconds: what was detected, no more."""
    return {
        "type": "bar",
        "orientation": "h",
        "base": some["start_s"].to_numpy(),
        "x": some["duration_s"].to_numpy(),
    }


def _ticks(some: pd.DataFrame, colour: str) -> Part:
    """Return an upright line on each bar that is too thin to see or to hit."""
    return {
        **{"type": "scatter", "mode": "markers", "cliponaxis": False},
        "x": (some["start_s"] + some["duration_s"] / 2).to_numpy(),
        "y": some["y_px"].to_numpy(),
        "marker": {
            "symbol": "line-ns",
            "size": some["bar_px"].clip(lower=HIT_PX).to_numpy(),
            "line": {"color": colour, "width": TICK_PX},
        },
    }


def _moments(some: pd.DataFrame, colour: str, fill: str, *, name: str) -> Iterator[Part]:
    """Yield an upright line at each moment, and a diamond that says the probability."""
    at = {
        **{"type": "scatter", "mode": "markers", "cliponaxis": False},
        **{"x": some["start_s"].to_numpy(), "y": some["y_px"].to_numpy()},
    }
    stroke = {"color": colour, "width": 2}
    stem = {"symbol": "line-ns", "size": (some["bar_px"] + 2).to_numpy(), "line": stroke}
    yield {**at, **_DECORATION, "marker": stem}
    head = {
        "symbol": HEADS[fill],
        "size": 10,
        "color": colour,
        "line": {"color": colour, "width": 1.5},
    }
    yield {**at, "marker": head, "name": name, **_answers(some)}


def _question_marks(some: pd.DataFrame, colours: Ink) -> Part:
    """Return a "?" in the middle of each bar and beside each moment."""
    places = {True: "middle right", False: "middle center"}
    return {
        "type": "scatter",
        "mode": "text",
        "x": (some["start_s"] + some["duration_s"] / 2).to_numpy(),
        "y": some["y_px"].to_numpy(),
        "text": "?",
        "textposition": some["moment"].map(places).tolist(),
        "textfont": {"color": colours.text, "size": 12},
        **_DECORATION,
    }


def _key_words(drawn: pd.DataFrame) -> list[str]:
    """Return the entries of the key: each fill that occurs, and the tick where there is one."""
    used = set(drawn["fill"])
    return [fill for fill in FILLS if fill in used] + [MOMENT] * bool(drawn["moment"].any())


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
