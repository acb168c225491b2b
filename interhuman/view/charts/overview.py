"""The overview: the whole recording on one narrow strip, a line of marks for each family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interhuman.view.charts.axes import PlotlyJson
from interhuman.view.charts.folding import PLOT_PX
from interhuman.view.charts.marks import DECORATION, Marks, extent, picked
from interhuman.view.colors import Palette, translucent
from interhuman.vocabulary import FAMILIES

LINE_SHARE = 0.7
"""How much of a family's line its marks take."""

_CALM = 0.7
"""The overview repeats the tracks, so it is paler than they are."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The bars of the overview, on a y axis from 0 (the first family) to 3."""

    plotly: PlotlyJson
    joined_s: float
    """Signals closer than this are one bar, and no bar is shorter."""
    colors: tuple[str, ...]
    """The color of each of the `FAMILIES`."""


def overview(drawn: Marks, *, end_s: float, colors: Palette) -> Overview:
    """Return the overview of the signals `drawn`."""
    joined_s = end_s / PLOT_PX
    lines = [union(drawn, place, min_s=joined_s) for place in range(len(FAMILIES))]
    start_s, end = (np.concatenate(parts) for parts in zip(*lines, strict=True))
    family = np.repeat(np.arange(len(FAMILIES)), [len(starts) for starts, _ in lines])
    calm = tuple(translucent(colors.families[name], _CALM) for name in FAMILIES)
    bars: PlotlyJson = {
        **extent(start_s, end),
        "y": family + 0.5,
        "width": LINE_SHARE,
        "marker": {**picked(family, calm), "line": {"width": 0}},
        **DECORATION,
    }
    return Overview(bars, joined_s, calm)


def union(
    drawn: Marks, family: int, *, min_s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where (from, to, seconds) signals of a family are, joined across less than `min_s`.

    What is shorter than that is drawn that long: on this strip a mark says "here is something".
    """
    chosen = drawn.family == family
    order = np.argsort(drawn.start_s[chosen], kind="stable")
    start = drawn.start_s[chosen][order]
    reached = np.maximum.accumulate(drawn.end_s[chosen][order])
    if not len(start):
        return start, start
    begins = np.concatenate([[True], start[1:] > reached[:-1] + min_s])
    ends = np.concatenate([begins[1:], [True]])
    return start[begins], np.maximum(reached[ends], start[begins] + min_s)
