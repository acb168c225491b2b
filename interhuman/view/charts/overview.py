"""The overview: the whole recording on one narrow strip, a line of marks for each family."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from interhuman.view.charts.axes import PlotlyJson
from interhuman.view.charts.folding import PLOT_PX
from interhuman.view.charts.marks import DECORATION, Marks, colored, extent
from interhuman.view.colors import Palette
from interhuman.vocabulary import FAMILIES

LINE_SHARE = 0.7
"""How much of a family's line its marks take."""

_CALM = 0.7
"""The overview repeats the tracks, so it is paler than they are."""


def overview_traces(drawn: Marks, *, end_s: float, colors: Palette) -> Iterator[PlotlyJson]:
    """Yield the bars of the overview, on a y axis from 0 (the first family) to 3."""
    lines = [union(drawn, place, min_s=end_s / PLOT_PX) for place in range(len(FAMILIES))]
    start_s, end = (np.concatenate(parts) for parts in zip(*lines, strict=True))
    family = np.repeat(np.arange(len(FAMILIES)), [len(starts) for starts, _ in lines])
    if len(start_s):
        yield {
            **extent(start_s, end),
            "y": family + 0.5,
            "width": LINE_SHARE,
            "marker": {**colored(family, colors, opacity=_CALM), "line": {"width": 0}},
            **DECORATION,
        }


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
