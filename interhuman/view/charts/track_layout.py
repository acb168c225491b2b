"""What stands around the tracks: their axes, names, family colors and faint guides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interhuman.colors import Palette
from interhuman.findings.lanes import row_label
from interhuman.findings.rows import Row
from interhuman.findings.stitching_in_words import NOT_ANALYZED
from interhuman.findings.time_axis import axis_end_s
from interhuman.text import shortened
from interhuman.view.charts.areas import Areas
from interhuman.view.charts.axes import (
    LEFT_PX,
    PlotlyJson,
    annotation,
    horizontal_line,
    left_annotation,
    time_axis,
)
from interhuman.view.charts.quality import band_fills
from interhuman.vocabulary import FAMILIES, NO_EVIDENCE

FAMILY_BAR_PX = 3
NAME_AT_PX = 9
_NAME_PX = LEFT_PX - NAME_AT_PX - 6
_NAME_CHARACTERS = 16


def track_layout(
    stacked: Sequence[Row],
    where: Areas,
    *,
    says: tuple[str, str],
    end_s: float,
    gaps: Sequence[tuple[float, float]],
    colors: Palette,
) -> PlotlyJson:
    """Return axes, shapes and annotations of the tracks.

    `gaps` are where nothing was analyzed. `says` is the name of the score, and what stands where
    there are no signals.

    `y` is in px from the top of the signals down, `y2` is the engagement (-1 to 1), `y3` the
    score (0-100), `x2` and `y4` are the overview.
    """
    lowest = "y3" if where.score else "y2" if where.engagement else "y"
    fixed: PlotlyJson = {"fixedrange": True, "showgrid": False, "zeroline": False}
    bare: PlotlyJson = {**fixed, "showticklabels": False, "ticks": ""}
    signals_px = where.signals.bottom_px - where.signals.top_px
    axes: PlotlyJson = {
        "xaxis": {
            **time_axis(end_s, colors),
            "anchor": lowest,
            "tickfont": {"size": 11},
            "ticklen": 3,
        },
        "yaxis": {**bare, "range": [signals_px, 0], "domain": where.domain(where.signals)},
        "xaxis2": {**bare, "range": [0, axis_end_s(end_s)], "anchor": "y4"},
        "yaxis4": {
            **bare,
            "range": [len(FAMILIES), 0],
            "domain": where.domain(where.overview),
            "anchor": "x2",
        },
    }
    if where.engagement:
        axes["yaxis2"] = {**bare, "range": [-1.1, 1.1], "domain": where.domain(where.engagement)}
    if where.score:
        axes["yaxis3"] = {**fixed, **_score_ticks(), "domain": where.domain(where.score)}
    return {
        **axes,
        "barmode": "overlay",
        "shapes": [*_shapes(stacked, where, colors), *_gaps(gaps, where, colors)],
        "annotations": [*_gap_names(gaps, where, colors), *_names(stacked, where, colors, says)],
    }


def _score_ticks() -> PlotlyJson:
    return {
        "range": [0, 100],
        "tickvals": [0, 50, 100],
        "tickfont": {"size": 10},
        "ticks": "",
        "ticklabelstandoff": 3,
    }


def _shapes(stacked: Sequence[Row], where: Areas, colors: Palette) -> Iterator[PlotlyJson]:
    """Yield a bar beside the rows of each family, the faint guides, and the overview's ground."""
    for family in FAMILIES:
        of_family = [row for row in stacked if row.family == family]
        if of_family:
            yield _family_bar(of_family, colors.families[family])
    hairline: PlotlyJson = {"color": colors.grid, "width": 1}
    if where.engagement:
        yield horizontal_line(0, line=hairline, yref="y2")
    if where.score:
        yield from band_fills(colors, yref="y3")
        yield horizontal_line(NO_EVIDENCE, line={"color": colors.muted, "width": 0.75}, yref="y3")
    yield {
        "type": "rect",
        "layer": "below",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y4",
        "y0": 0,
        "y1": len(FAMILIES),
        "fillcolor": colors.band,
        "line": {"width": 0},
    }


def _gaps(
    gaps: Sequence[tuple[float, float]], where: Areas, colors: Palette
) -> Iterator[PlotlyJson]:
    """Yield an area with a dashed edge for each gap, on the tracks and on the overview."""
    top = where.domain(where.tracks)
    for start_s, end_s in gaps:
        for xref, (low, high) in (("x", top), ("x2", where.domain(where.overview))):
            yield {
                "type": "rect",
                "layer": "below",
                "xref": xref,
                "x0": start_s,
                "x1": end_s,
                "yref": "paper",
                "y0": low,
                "y1": high,
                "fillcolor": colors.band,
                "line": {"color": colors.muted, "width": 0.75, "dash": "3px,3px"},
            }


def _gap_names(
    gaps: Sequence[tuple[float, float]], where: Areas, colors: Palette
) -> Iterator[PlotlyJson]:
    """Yield what is to be read in each gap, at the top of the tracks."""
    for start_s, end_s in gaps:
        yield {
            **annotation(NOT_ANALYZED, color=colors.muted, size=11),
            "xref": "x",
            "x": (start_s + end_s) / 2,
            "yref": "paper",
            "y": sum(where.domain(where.signals)) / 2,
            "bgcolor": colors.ground,
        }


def _family_bar(of_family: Sequence[Row], color: str) -> PlotlyJson:
    last = of_family[-1]
    return {
        "type": "rect",
        "xref": "paper",
        "xsizemode": "pixel",
        "xanchor": 0,
        "x0": -LEFT_PX,
        "x1": -LEFT_PX + FAMILY_BAR_PX,
        "yref": "y",
        "y0": of_family[0].top_px + 1,
        "y1": last.top_px + last.height_px - 1,
        "fillcolor": color,
        "line": {"width": 0},
    }


def _names(
    stacked: Sequence[Row], where: Areas, colors: Palette, says: tuple[str, str]
) -> Iterator[PlotlyJson]:
    """Yield the name of each row and track at its left, and a word where there are no signals.

    The score's is the one before the last, so that its place is known.
    """
    score_name, no_signals = says
    for row in stacked:
        yield _name(row_label(row.name), row.middle_px, "y", colors.text)
    if not stacked:
        yield {
            **annotation(no_signals, color=colors.muted, size=13),
            "xref": "paper",
            "x": 0.5,
            "yref": "y",
            "y": (where.signals.bottom_px - where.signals.top_px) / 2,
            "bgcolor": colors.ground,
        }
    if where.engagement:
        yield _name("Engagement", 0, "y2", colors.text)
    if where.score:
        yield _name(score_name, NO_EVIDENCE, "y3", colors.text)
    yield _name("Whole recording", len(FAMILIES) / 2, "y4", colors.muted)


def _name(text: str, y: float, yref: str, color: str) -> PlotlyJson:
    """Return a name in the gutter; what is wider than that is cut off there."""
    name = shortened(text, _NAME_CHARACTERS)
    place = left_annotation(name, color=color, y=y, yanchor="middle", yref=yref)
    return {**place, "xshift": NAME_AT_PX - LEFT_PX, "width": _NAME_PX}
