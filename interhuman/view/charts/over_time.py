"""Scores and share engaged over the dates of analyses: dots, joined where there are enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

import pandas as pd
import plotly.graph_objects as go

from interhuman.colors import Palette, palette
from interhuman.findings.comparison import ENGAGED
from interhuman.findings.over_time import MEASURES
from interhuman.findings.over_time_in_words import measure_words
from interhuman.formats import NO_EVIDENCE_WORDS, NOT_GIVEN, day_and_time, label, maker_words
from interhuman.text import shortened
from interhuman.view.charts.axes import (
    PlotlyJson,
    figure,
    horizontal_line,
    hover,
    left_annotation,
    time_margin,
)
from interhuman.vocabulary import INDEX, NO_EVIDENCE

ROW_PX = 76
GAP_SHARE = 0.035
TITLE_CHARACTERS = 80


def over_time_chart(
    table: pd.DataFrame, titles: Sequence[str], *, zone: tzinfo, dark: bool = False
) -> go.Figure:
    """Return the measures of an `over_time` table, one row each, over dates in a time zone.

    `titles` are those of the recordings, by their places. What is missing leaves a gap, "no
    evidence" a hollow dot that no line leads through; what the sandbox made is a diamond.
    """
    colors = palette(dark)
    axes: PlotlyJson = {"xaxis": {**_dates(colors), "anchor": f"y{len(MEASURES)}"}}
    traces: list[PlotlyJson] = []
    shapes: list[PlotlyJson] = []
    annotations: list[PlotlyJson] = []
    for place, measure in enumerate(MEASURES):
        number = place + 1 if place else ""
        rows = table[table["measure"] == measure]
        moments = [moment.astimezone(zone) for moment in rows["analyzed_at"].tolist()]
        for trace in (*_lines(rows, moments, colors), _dots(rows, moments, titles, colors)):
            traces.append({**trace, "yaxis": f"y{number}"})
        axes[f"yaxis{number}"] = {**_axis(measure, colors), "domain": _domain(place)}
        dotted: PlotlyJson = {"color": colors.muted, "width": 0.75}
        shapes.append(horizontal_line(NO_EVIDENCE, line=dotted, yref=f"y{number}"))
        annotations.append(_name(measure, rows, colors, f"y{number}"))
    layout: PlotlyJson = {**axes, "shapes": shapes, "annotations": annotations}
    margin = time_margin(top=12, bottom=44)
    height = ROW_PX * len(MEASURES) + margin["t"] + margin["b"]
    return figure(colors, traces, height=height, margin=margin, layout=layout)


def _lines(
    rows: pd.DataFrame, moments: Sequence[datetime], colors: Palette
) -> Iterator[PlotlyJson]:
    """Yield a line for each maker, broken where something is missing or no evidence."""
    dated = rows.assign(x=[_local(moment) for moment in moments])
    for _, members in dated.groupby(["model", "sandbox"], sort=False):
        if members["joined"].any():
            yield {
                "type": "scatter",
                "mode": "lines",
                "x": members["x"].tolist(),
                "y": members["value"].where(members["joined"]).tolist(),
                "line": {"color": colors.muted, "width": 1.25},
                "connectgaps": False,
                "hoverinfo": "skip",
                "showlegend": False,
                "cliponaxis": False,
            }


def _dots(
    rows: pd.DataFrame, moments: Sequence[datetime], titles: Sequence[str], colors: Palette
) -> PlotlyJson:
    columns = ("model", "sandbox", "measure", "place", "value", "is_evidence")
    known = [
        (moment, *row)
        for moment, row in zip(
            moments, rows[[*columns]].itertuples(index=False, name=None), strict=True
        )
        if not pd.isna(row[-2])
    ]
    hovers = [
        f"<b>{label(measure)} {measure_words(measure, value)}</b><br>"
        f"{shortened(titles[place], TITLE_CHARACTERS)}<br>{day_and_time(moment, moment.tzinfo)}"
        f"<br>{shortened(maker_words(model, sandbox=sandbox), TITLE_CHARACTERS)}"
        for moment, model, sandbox, measure, place, value, _ in known
        if moment.tzinfo is not None
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [_local(moment) for moment, *_ in known],
        "y": [value for *_, value, _ in known],
        "marker": {
            "size": 9,
            "symbol": ["diamond" if sandbox else "circle" for _, _, sandbox, *_ in known],
            "color": [colors.text if evidence else colors.ground for *_, evidence in known],
            "line": {"color": colors.text, "width": 1.5},
        },
        "cliponaxis": False,
        **hover(hovers),
    }


def _local(moment: datetime) -> str:
    """Return a moment as its own time zone has it: Plotly knows none."""
    return moment.replace(tzinfo=None).isoformat(sep=" ")


def _dates(colors: Palette) -> PlotlyJson:
    return {
        "type": "date",
        "gridcolor": colors.grid,
        "linecolor": colors.grid,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colors.grid,
        "nticks": 7,
        "fixedrange": True,
    }


def _axis(measure: str, colors: Palette) -> PlotlyJson:
    middle = f"{NO_EVIDENCE_WORDS}  50" if measure not in (INDEX, ENGAGED) else "50"
    return {
        "range": [0, 100],
        "tickvals": [0, 50, 100],
        "ticktext": ["0", middle, "100%" if measure == ENGAGED else "100"],
        "tickfont": {"size": 11},
        "ticklabelstandoff": 6,
        "gridcolor": colors.grid,
        "zeroline": False,
        "fixedrange": True,
    }


def _domain(place: int) -> list[float]:
    """Return the share of the height that the row at `place` (0 is the top) takes."""
    height = (1 - GAP_SHARE * (len(MEASURES) - 1)) / len(MEASURES)
    top = 1 - place * (height + GAP_SHARE)
    return [max(top - height, 0.0), top]


def _name(measure: str, rows: pd.DataFrame, colors: Palette, axis: str) -> PlotlyJson:
    missing = "" if rows["value"].notna().any() else f"<br><i>{NOT_GIVEN}</i>"
    return left_annotation(
        label(measure) + missing,
        color=colors.text,
        size=13,
        y=100,
        yanchor="top",
        yref=axis,
        yshift=9,
    )
