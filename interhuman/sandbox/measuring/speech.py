"""Finds speech by how loud the sound is, and by nothing else.

The sandbox cannot tell a voice from a door: "speech" here is sound that stands out from the
recording's own quiet. The threshold comes from the recording itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interhuman.sandbox.measuring.meter import HOP_S, PITCH_STEP_S, Floats, Sound

BREAK_S = 0.3
"""A shorter gap belongs to the speech around it."""
PAUSE_S = 1.0
"""A gap of at least this length is a pause."""
_MIN_SOUND_S = 0.06
"""A shorter sound far from any other is a click."""
_MIN_RUN_S = 0.1
_MIN_SPEECH_DB = -50.0
"""A recording whose loud moments stay under this has no speech at all."""
_SPEECH_RANGE_DB = 40.0
"""Without a quiet of its own, a recording's speech is what lies this far under its loudest."""
_SAME_PITCH_ST = 0.3
"""Pitches nearer than this, in semitones, are one and the same."""
_MIN_SPLIT_DB = 9.0
"""Two groups of levels nearer than this are one."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the recording, in seconds."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it lasts, in seconds."""
        return self.end_s - self.start_s


def speech_runs(sound: Sound, *, duration_s: float) -> tuple[Span, ...]:
    """Return the stretches of speech, to one `HOP_S`; gaps under `BREAK_S` are closed."""
    levels = sound.levels_db[: round(duration_s / HOP_S)]
    threshold = threshold_db(levels, _pitches_per_hop(sound)[: levels.size])
    if threshold is None:
        return ()
    loud = levels >= threshold
    loud = _clear_short_runs(loud, shorter_than_s=_MIN_SOUND_S, apart_s=BREAK_S)
    loud = ~_clear_short_runs(~loud, shorter_than_s=BREAK_S)
    loud = _clear_short_runs(loud, shorter_than_s=_MIN_RUN_S)
    return tuple(Span(first * HOP_S, last * HOP_S) for first, last in _runs(loud))


def threshold_db(levels: Floats, pitches: Floats) -> float | None:
    """Return the level that separates speech from quiet, dBFS; None where nothing is loud enough.

    The levels are split into two groups (Otsu's method). The lower one is the quiet, unless it
    is voiced and lively: then it is soft speech, and the quiet is looked for below it.
    `pitches` are in Hz, one for each level, 0 where there is none.
    """
    if not levels.size or (loudest := float(np.percentile(levels, 95))) < _MIN_SPEECH_DB:
        return None
    remaining = np.ones(levels.size, dtype=bool)
    for _ in range(3):
        split = _otsu_split(levels[remaining])
        if split is None:
            break
        lower = remaining & (levels < split)
        if not _is_soft_speech(levels[lower], pitches[lower]):
            return split
        remaining = lower
    return loudest - _SPEECH_RANGE_DB


def _pitches_per_hop(sound: Sound) -> Floats:
    """Return for each `HOP_S` the pitch of the step that it lies in, Hz."""
    return np.repeat(sound.pitches_hz, round(PITCH_STEP_S / HOP_S))


def _is_soft_speech(levels: Floats, pitches: Floats) -> bool:
    """Return whether this is soft speech: noise has no pitch, and hum has only one."""
    voiced = pitches[pitches > 0]
    if voiced.size < 0.3 * pitches.size or levels.mean() < -60.0:
        return False
    apart_st = np.abs(12 * np.log2(voiced / np.median(voiced)))
    return bool(levels.std() >= 2.5 and np.mean(apart_st < _SAME_PITCH_ST) < 0.5)


def _otsu_split(levels: Floats) -> float | None:
    """Return the level that best splits these in two, None where they are one group."""
    counts, edges = np.histogram(np.clip(levels, -100.0, 0.0), bins=100, range=(-100.0, 0.0))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = levels.size - below
    sums = np.cumsum(counts * middles)
    both = (below > 0) & (above > 0)
    if not both.any():
        return None
    low = sums[:-1] / np.maximum(below, 1)
    high = (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    spread = np.where(both, below * above * (high - low) ** 2, -1.0)
    best = np.flatnonzero(spread >= spread.max() * (1 - 1e-9))
    at = best[best.size // 2]
    return float(edges[at + 1]) if high[at] - low[at] >= _MIN_SPLIT_DB else None


def _clear_short_runs(
    flags: NDArray[np.bool_], *, shorter_than_s: float, apart_s: float = 0.0
) -> NDArray[np.bool_]:
    """Clear short runs; with `apart_s` only those that are that far from any other."""
    cleared = flags.copy()
    runs = list(_runs(flags))
    apart = round(apart_s / HOP_S)
    for number, (first, last) in enumerate(runs):
        before = first - runs[number - 1][1] if number else apart
        after = runs[number + 1][0] - last if number + 1 < len(runs) else apart
        if last - first < round(shorter_than_s / HOP_S) and min(before, after) >= apart:
            cleared[first:last] = False
    return cleared


def _runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield (first, one past the last) of each unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
