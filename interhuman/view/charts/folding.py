"""Which signals are too thin to draw one by one, at which zoom.

Numbers only, no figure. In one lane of one row, signals that are thinner than `THIN_PX` and
closer than `SEAM_PX` are a run, drawn as one mark "n signals" from the first start to the last
end. Signals in one lane never overlap, so a run covers nothing but its members and their seams.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PLOT_PX = 700
"""How wide the tracks are taken to be; on a laptop they are."""

THIN_PX = 4
"""A signal thinner than this folds with its close neighbors."""

SEAM_PX = 2
"""Signals with at least this much ground between them are told apart, however thin."""

ZOOM = 4
"""From one level to the next the window is so many times shorter."""

MIN_WINDOW_S = 2.0
"""In a window as short as this nothing is folded."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs at one zoom; `run` has one element per signal, the others one per run."""

    window_s: float
    """The length of the window that they are computed for."""
    run: NDArray[np.int64]
    """The run that each signal is in, -1 for none."""
    first: NDArray[np.int64]
    """The position of the first member of each run."""
    count: NDArray[np.int64]
    start_s: NDArray[np.float64]
    end_s: NDArray[np.float64]


def foldings(
    place: NDArray[np.int64],
    start_s: NDArray[np.float64],
    end_s: NDArray[np.float64],
    *,
    window_s: float,
) -> list[Runs]:
    """Return how signals fold, from the widest window (`window_s` seconds) on.

    `place` tells lanes apart: one number for each lane of each row. The last of several folds
    nothing; where nothing folds at all there is only one. Neighboring levels differ.
    """
    levels: list[Runs] = []
    for level in _levels(place, start_s, end_s, window_s):
        if not levels or not np.array_equal(level.run, levels[-1].run):
            levels.append(level)
    return levels


def _levels(
    place: NDArray[np.int64],
    start_s: NDArray[np.float64],
    end_s: NDArray[np.float64],
    window_s: float,
) -> Iterator[Runs]:
    order = np.lexsort((end_s, start_s, place))
    while window_s > MIN_WINDOW_S:
        level = runs(order, place, start_s, end_s, window_s=window_s)
        yield level
        if not len(level.count):
            return
        window_s /= ZOOM
    yield runs(order[:0], place, start_s, end_s, window_s=window_s)


def runs(
    order: NDArray[np.int64],
    place: NDArray[np.int64],
    start_s: NDArray[np.float64],
    end_s: NDArray[np.float64],
    *,
    window_s: float,
) -> Runs:
    """Return the runs in a window of `window_s` seconds.

    `order` has the positions of the signals that may fold, by place, then start, then end.
    """
    px_s = window_s / PLOT_PX
    start, end, lane = start_s[order], end_s[order], place[order]
    is_thin = end - start < THIN_PX * px_s
    joins = np.zeros(len(order), dtype=bool)
    joins[1:] = (
        is_thin[1:]
        & is_thin[:-1]
        & (lane[1:] == lane[:-1])
        & (start[1:] - end[:-1] < SEAM_PX * px_s)
    )
    group = np.cumsum(~joins) - 1
    size = np.bincount(group)
    number_of_run = np.where(size > 1, np.cumsum(size > 1) - 1, -1)
    run = np.full(len(place), -1, dtype=np.int64)
    run[order] = number_of_run[group]
    first = np.flatnonzero(~joins)
    last = first + size - 1
    kept = size > 1
    return Runs(
        window_s=window_s,
        run=run,
        first=order[first[kept]],
        count=size[kept],
        start_s=start[first[kept]],
        end_s=end[last[kept]],
    )
