"""What the time charts of a report share: percents of the time axis, its ticks, and steps.

A time is a percent of the chart's width, so that a chart has the width of the screen or the paper
while its lettering stays as it is. Heights are in px.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice, pairwise

import pandas as pd

from interhuman.exports.report.markup import Content, Markup, element
from interhuman.findings.time_axis import axis_end_s, steps, time_ticks
from interhuman.formats import clock, dimension_score, label, score, span
from interhuman.text import one_line
from interhuman.vocabulary import BANDS, INDEX, NO_EVIDENCE

AXIS_PX = 20
NAME_PX = 11
"""From the left edge of the names to where they begin: beside the bar of a family."""

_NAME_CHARACTERS = 16


def percent(seconds: float, end_s: float) -> float:
    """Return where a time is on the axis, in percent; what lies beyond either end is there."""
    return 100 * min(max(seconds / axis_end_s(end_s), 0.0), 1.0)


def at(value: float) -> str:
    """Return a percent as an attribute has it."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"


def chart(names: Content, drawn: Content, *, height_px: float, says: str) -> Markup:
    """Return a time chart: names at its left, and what is drawn beside them; both in px down."""
    return element(
        "div",
        element("svg", names, class_="names", height=height_px, aria_hidden="true"),
        element("svg", drawn, class_="plot", height=height_px, role="group", aria_label=says),
        class_="chart",
    )


def name(text: str, y: float, *, css: str = "") -> Markup:
    """Return the name of a row in the gutter, at its middle; what is longer is cut."""
    shown = one_line(text, _NAME_CHARACTERS)
    return element("text", shown, class_=css or None, x=NAME_PX, y=y, dy="0.35em")


def time_axis(end_s: float, *, height_px: float) -> Iterator[Markup]:
    """Yield the lines of a time axis from the top to `height_px`, with the times below."""
    ticks = time_ticks(end_s)
    tenths = any(not tick.is_integer() for tick in ticks)
    for tick in ticks:
        x = at(percent(tick, end_s))
        yield element("line", class_="grid", x1=x, x2=x, y1=0, y2=height_px + 4)
        words = clock(tick, tenths=tenths)
        yield element("text", words, class_="tick", x=x, y=height_px + AXIS_PX - 5)


def score_steps(
    windows: pd.DataFrame, dimension: str, *, end_s: float, top_px: float, height_px: float
) -> Iterator[Markup]:
    """Yield a score over time as steps from 0 to 100, its bands, and the line at 50.

    `windows` are the rows of one dimension of a `quality_timeline_frame`.
    """
    yield from _grounds(top_px, height_px)
    known = windows[windows["value"].notna()]
    is_evidence = (known["value"] != NO_EVIDENCE) | (dimension == INDEX)
    yield element(
        "svg",
        _line(known[is_evidence], "step"),
        _line(known[~is_evidence], "step nothing"),
        y=top_px,
        height=height_px,
        width="100%",
        viewBox=f"0 0 {axis_end_s(end_s):.6g} 100",
        preserveAspectRatio="none",
        class_="steps",
    )
    read = score if dimension == INDEX else dimension_score
    columns = (known[column].tolist() for column in ("start_s", "end_s", "value"))
    for start_s, to_s, value in zip(*columns, strict=True):
        x = percent(start_s, end_s)
        yield element(
            "rect",
            element("title", f"{label(dimension)} {read(value)}, {span(start_s, to_s)}"),
            class_="window",
            x=at(x),
            width=at(percent(to_s, end_s) - x),
            y=top_px,
            height=height_px,
        )


def _grounds(top_px: float, height_px: float) -> Iterator[Markup]:
    bounds = [*(lower for lower, _ in BANDS), 100.0]
    for lower, upper in islice(pairwise(bounds), 0, None, 2):
        yield element(
            "rect",
            class_="band",
            x=0,
            width="100%",
            y=top_px + height_px * (100 - upper) / 100,
            height=height_px * (upper - lower) / 100,
        )
    middle = top_px + height_px * (100 - NO_EVIDENCE) / 100
    yield element("line", class_="fifty", x1=0, x2="100%", y1=middle, y2=middle)


def _line(windows: pd.DataFrame, css: str) -> Iterator[Markup]:
    """Yield a step line, broken where windows do not touch; a moment is a short stroke."""
    points: list[str] = []
    for x, y in zip(*steps(windows), strict=True):
        if x is not None and y is not None and math.isfinite(x):
            points.append(f"{x:.6g},{100 - y:.6g}")
        elif points:
            yield element("polyline", class_=css, points=" ".join(points))
            points = []
    if points:
        yield element("polyline", class_=css, points=" ".join(points))
