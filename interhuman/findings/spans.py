"""Spans of time as the findings count them.

A span begins at its start and ends just before its end, so that spans which touch do not overlap.
A span without length is a moment: it overlaps what is under way then, and takes no time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from operator import itemgetter

import numpy as np
import numpy.typing as npt
import pandas as pd

TOUCHING_S = 0.05
"""How far apart two spans may be and still follow each other: times are written to a tenth."""

Seconds = npt.NDArray[np.float64]


def placed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a frame with start_s and end_s whose times are both known."""
    return frame[frame["start_s"].notna() & frame["end_s"].notna()]


def clipped_spans(frame: pd.DataFrame, end_s: float) -> list[tuple[float, float]]:
    """Return the (from, to) of a frame's rows, clipped to 0 to `end_s`."""
    start, end = (frame[name].to_numpy().clip(0.0, end_s) for name in ("start_s", "end_s"))
    return list(zip(start.tolist(), end.tolist(), strict=True))


def half_open(frame: pd.DataFrame) -> tuple[Seconds, Seconds]:
    """Return the starts and ends of `placed` rows, a moment as the shortest span there is."""
    start = frame["start_s"].to_numpy(dtype="float64")
    return start, np.maximum(frame["end_s"].to_numpy(dtype="float64"), np.nextafter(start, np.inf))


def sharing_time(
    frame: pd.DataFrame, spans: Iterable[tuple[float, float]]
) -> Iterator[npt.NDArray[np.intp]]:
    """Yield, for each (from, to), the places of the rows that share time with it."""
    start, end = half_open(frame)
    for from_s, to_s in spans:
        yield np.flatnonzero((start < max(to_s, np.nextafter(from_s, np.inf))) & (end > from_s))


def merged(
    spans: Iterable[tuple[float, float]], *, gap_s: float = TOUCHING_S
) -> list[tuple[float, float]]:
    """Return the stretches that (from, to) spans cover, in order.

    Spans with at most `gap_s` seconds between them are one.
    """
    stretches: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if stretches and start <= stretches[-1][1] + gap_s:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], end))
        else:
            stretches.append((start, end))
    return stretches


def crowded(start: Seconds, end: Seconds, at_least: int) -> list[tuple[float, float, int]]:
    """Return the longest periods in which `at_least` half-open spans or more overlap.

    Each is (from, to, the most spans at once), in order of time.
    """
    times, place = np.unique(np.concatenate([start, end]), return_inverse=True)
    steps = np.concatenate([np.ones(len(start)), -np.ones(len(end))])
    active = np.cumsum(np.bincount(place, weights=steps, minlength=len(times)))
    edges = np.flatnonzero(np.diff(active >= at_least, prepend=False, append=False)).tolist()
    return [
        (float(times[first]), float(times[last]), int(active[first:last].max()))
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    ]


def covered_s(spans: Iterable[tuple[float, float]]) -> float:
    """Return the time in seconds that (from, to) spans cover together, overlaps counted once."""
    return sum(covered_by_name_s(("", start, end) for start, end in spans).values(), 0.0)


def covered_by_name_s(spans: Iterable[tuple[str, float, float]]) -> dict[str, float]:
    """Return the time in seconds that the (name, from, to) spans of each name cover.

    Overlaps inside a name count once. One pass, whatever the number of names.
    """
    total: dict[str, float] = {}
    reached: dict[str, float] = {}
    for name, start, end in sorted(spans, key=itemgetter(1)):
        covered_to = reached.get(name, start)
        total[name] = total.get(name, 0.0) + max(0.0, end - max(start, covered_to))
        reached[name] = max(covered_to, end)
    return total


def free_lanes(spans: Iterable[tuple[float, float]]) -> list[int]:
    """Return the uppermost free lane for each (from, to), given in order of from, then to.

    A lane is free again at the very time its span ends, so spans that touch share it. Of two
    moments at one time the second needs a lane of its own: a moment keeps its lane for that time.
    """
    busy: list[tuple[float, bool, int]] = []
    free: list[int] = []
    chosen: list[int] = []
    for from_s, to_s in spans:
        moment = to_s <= from_s
        while busy and busy[0][:2] <= (from_s, not moment):
            heappush(free, heappop(busy)[2])
        lane = heappop(free) if free else len(busy)
        heappush(busy, (to_s, moment, lane))
        chosen.append(lane)
    return chosen
