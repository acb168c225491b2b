"""The overview: the whole recording on one narrow strip, a line of marks for each family."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from interhuman.colors import Palette, translucent
from interhuman.findings.spans import merged
from interhuman.view.charts.axes import PlotlyJson
from interhuman.view.charts.folding import PLOT_PX
from interhuman.view.charts.marks import DECORATION, Marks, extent, picked
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
    bars_of = [
        np.array(merged(_spans(drawn, place), gap_s=joined_s)).reshape(-1, 2)
        for place in range(len(FAMILIES))
    ]
    family = np.repeat(np.arange(len(FAMILIES)), [len(bars) for bars in bars_of])
    start_s, reached_s = np.concatenate(bars_of).T
    calm = tuple(translucent(colors.families[name], _CALM) for name in FAMILIES)
    bars: PlotlyJson = {
        # On this strip a mark says "here is something", however short that is.
        **extent(start_s, np.maximum(reached_s, start_s + joined_s)),
        "y": family + 0.5,
        "width": LINE_SHARE,
        "marker": {**picked(family, calm), "line": {"width": 0}},
        **DECORATION,
    }
    return Overview(bars, joined_s, calm)


def _spans(drawn: Marks, family: int) -> Iterator[tuple[float, float]]:
    of_family = drawn.where(drawn.family == family)
    return zip(of_family.start_s.tolist(), of_family.end_s.tolist(), strict=True)
