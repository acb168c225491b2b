"""What is on a time axis, in numbers: its end and ticks, the steps of a score, and gaps."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd

from interhuman.findings.spans import merged

STEPS_S = (
    *(0.5, 1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10800, 21600, 43200, 86400),
)
"""The steps that ticks of a time axis may have, in seconds: round ones, shortest first."""

Points = tuple[list[float | None], list[float | None]]


def axis_end_s(end_s: float) -> float:
    """Return where the time axis ends, in seconds: `end_s`, or 1 where there is no length."""
    return end_s if math.isfinite(end_s) and end_s > 0 else 1.0


def time_ticks(end_s: float, *, max_steps: float | None = None) -> list[float]:
    """Return the ticks of a time axis from 0 to `end_s`, in seconds, in at most `max_steps`.

    The steps are round; by itself there are six, or five from an hour on, when the labels are
    wider (h:mm:ss).
    """
    end_s = axis_end_s(end_s)
    if max_steps is None:
        max_steps = 6 if end_s < 3600 else 5
    days = math.ceil(end_s / (86400 * max_steps))
    step = next((step for step in STEPS_S if end_s / step <= max_steps), 86400 * days)
    return [float(i * step) for i in range(int(end_s / step) + 1)]


def windows(frame: pd.DataFrame) -> list[tuple[float, float, float]]:
    """Return the (start_s, end_s, value) of the rows that have a value, in order of time."""
    columns = ("start_s", "end_s", "value")
    start, end, value = (frame[name].to_numpy(dtype="float64") for name in columns)
    known = np.flatnonzero(~np.isnan(value))
    order = known[np.lexsort((end[known], start[known]))]
    return list(zip(*(each[order].tolist() for each in (start, end, value)), strict=True))


def steps(frame: pd.DataFrame) -> Points:
    """Return the x (seconds) and y (score) of a step line through the windows of one dimension.

    `frame` has start_s, end_s, value. A None stands between two points that are not to be
    joined: before and after a missing value, and where windows do not touch.
    """
    x: list[float | None] = []
    y: list[float | None] = []
    reached: float | None = None
    for start, end, value in windows(frame):
        if reached is not None and abs(start - reached) > 1e-6:
            x.append(None)
            y.append(None)
        x += [start, end]
        y += [value, value]
        reached = end
    return x, y


def gaps(frame: pd.DataFrame, *, end_s: float) -> list[tuple[float, float]]:
    """Return the stretches (from, to, seconds) of 0 to `end_s` that no row of `frame` covers.

    `frame` needs start_s and end_s; rows may overlap and stand in any order.
    """
    spans = zip(frame["start_s"].tolist(), frame["end_s"].tolist(), strict=True)
    covered = merged([(-math.inf, 0.0), *spans, (end_s, math.inf)], gap_s=0.0)
    return [(before[1], after[0]) for before, after in pairwise(covered)]
