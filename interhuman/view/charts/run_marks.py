"""The marks of signals that are folded into runs: one for "n signals"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np

from interhuman.colors import Palette
from interhuman.findings.lanes import row_label
from interhuman.findings.rows import Row
from interhuman.view.charts.axes import PlotlyJson, hover
from interhuman.view.charts.folding import PLOT_PX, THIN_PX, Runs
from interhuman.view.charts.hovers import run_hover
from interhuman.view.charts.marks import (
    DECORATION,
    FILLS,
    Marks,
    SignalTrace,
    colored,
    extent,
    upright_lines,
)
from interhuman.vocabulary import FAMILIES

_DENSE = 0.42
_ROOM_FOR_NUMBER_PX = (18, 10)
"""From this width and height on a mark says how many signals it stands for."""


def run_traces(
    drawn: Marks, folded: Runs, *, stacked: Sequence[Row], colors: Palette
) -> Iterator[SignalTrace]:
    """Yield the traces of the runs that signals of `drawn` are `folded` into."""
    if not len(folded.count):
        return
    first = drawn.where(folded.first)
    members = _members(drawn, folded)
    # The row's family: a row of several types may hold several families.
    family = np.array([FAMILIES.index(row.family) for row in stacked])[first.row_place]
    middle_s, lasts_s = (folded.start_s + folded.end_s) / 2, folded.end_s - folded.start_s
    px_s = folded.window_s / PLOT_PX
    yield SignalTrace(
        {
            **extent(folded.start_s, folded.end_s),
            "y": first.y_px,
            "width": first.bar_px,
            "marker": {
                **colored(family, colors, opacity=_DENSE),
                "line": {**colored(family, colors), "width": 1},
            },
            **hover(_hovers(drawn, folded, stacked)),
        },
        members,
    )
    if (thin := lasts_s < THIN_PX * px_s).any():
        lines = upright_lines(
            middle_s[thin], first.y_px[thin], first.bar_px[thin], colored(family[thin], colors)
        )
        yield SignalTrace({**lines, **DECORATION}, list(compress(members, thin)))
    wide_px, tall_px = _ROOM_FOR_NUMBER_PX
    if (roomy := (lasts_s >= wide_px * px_s) & (first.bar_px >= tall_px)).any():
        numbers: PlotlyJson = {
            "type": "scatter",
            "mode": "text",
            "x": middle_s[roomy],
            "y": first.y_px[roomy],
            "text": folded.count[roomy].astype(str),
            "textfont": {"color": colors.text, "size": 10},
            **DECORATION,
        }
        yield SignalTrace(numbers, list(compress(members, roomy)))


def _members(drawn: Marks, folded: Runs) -> list[list[int]]:
    in_runs = np.flatnonzero(folded.run >= 0)
    by_run = in_runs[np.argsort(folded.run[in_runs], kind="stable")]
    ends = np.cumsum(folded.count)
    return [ids.tolist() for ids in np.split(drawn.index[by_run], ends[:-1])]


def _hovers(drawn: Marks, folded: Runs, stacked: Sequence[Row]) -> list[str]:
    """Return what each run says: how many signals, when, and how sure they are."""
    members = folded.run >= 0
    cell = folded.run[members] * len(FILLS) + drawn.fill[members]
    numbers = np.bincount(cell, minlength=len(folded.count) * len(FILLS))
    return [
        run_hover(row_label(stacked[row].name), start_s=start, end_s=end, numbers=of_run)
        for row, start, end, of_run in zip(
            drawn.row_place[folded.first].tolist(),
            folded.start_s.tolist(),
            folded.end_s.tolist(),
            numbers.reshape(-1, len(FILLS)).tolist(),
            strict=True,
        )
    ]
