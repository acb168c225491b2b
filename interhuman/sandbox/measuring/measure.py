"""From levels, pitches and movements to the measurements that the rules look at.

A recording is cut into windows of five seconds; what is left at its end is a window too,
unless it is under a second: then it belongs to the window before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from interhuman.sandbox.measuring.meter import HOP_S, PITCH_STEP_S, Picture, Sound
from interhuman.sandbox.measuring.speech import PAUSE_S, Span, speech_runs

WINDOW_S = 5.0
_MIN_LAST_WINDOW_S = 1.0
_MIN_PITCHES = 5


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch without speech between two stretches of it."""

    start_s: float
    end_s: float
    before_s: float
    """How long there had been speech before it, since the pause before."""

    @property
    def length_s(self) -> float:
        """How long it lasts, in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Window:
    """What was measured from `start_s` to `end_s`; None where there was nothing to measure."""

    start_s: float
    end_s: float
    speech_share: float | None = None
    """Part of the window with speech, 0-1; None without a sound track."""
    level_db: float | None = None
    """Mean level of the speech, dBFS."""
    level_spread_db: float | None = None
    """How much that level varies (standard deviation)."""
    pitch_hz: float | None = None
    """Median pitch of the speech."""
    pitch_spread_st: float | None = None
    """How much the pitch varies, in semitones (standard deviation)."""
    breaks: int | None = None
    """Gaps between speech that begin in the window; None without a sound track."""
    max_gap_s: float | None = None
    """Longest part of the window without speech; None without a sound track."""
    movement: float | None = None
    """Mean change of brightness between sampled pictures, 0-1; None without a picture."""

    @property
    def length_s(self) -> float:
        """How long it lasts, in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual in a recording: the medians of its comparable windows."""

    speech_share: float | None = None
    level_db: float | None = None
    pitch_hz: float | None = None
    pitch_spread_st: float | None = None
    breaks: float | None = None
    movement: float | None = None


@dataclass(frozen=True, slots=True)
class Measurements:
    """Everything that was measured in one recording."""

    duration_s: float
    windows: tuple[Window, ...]
    runs: tuple[Span, ...] = ()
    """Stretches of speech."""
    pauses: tuple[Pause, ...] = ()
    """Pauses of at least a second inside speech."""

    @property
    def comparable_windows(self) -> tuple[Window, ...]:
        """The windows of at least half of `WINDOW_S`; all of them where none is that long."""
        return tuple(w for w in self.windows if w.length_s >= WINDOW_S / 2) or self.windows

    @property
    def baseline(self) -> Baseline:
        """What the windows are compared with."""
        return Baseline(**{name: self._median(name) for name in Baseline.__dataclass_fields__})

    def _median(self, name: str) -> float | None:
        values = [getattr(window, name) for window in self.comparable_windows]
        known = [float(value) for value in values if value is not None]
        return float(np.median(known)) if known else None


def measure(sound: Sound | None, picture: Picture | None, *, duration_s: float) -> Measurements:
    """Return the measurements of a recording of `duration_s` seconds."""
    runs = speech_runs(sound, duration_s=duration_s) if sound is not None else ()
    windows = [Window(span.start_s, span.end_s) for span in window_spans(duration_s)]
    if picture is not None:
        windows = [replace(window, movement=_movement(picture, window)) for window in windows]
    if sound is not None:
        windows = [_with_sound(window, sound, runs) for window in windows]
    return Measurements(duration_s, tuple(windows), runs, pauses_between(runs))


def window_spans(duration_s: float) -> list[Span]:
    """Return the windows of a recording of this length, in seconds."""
    count = max(1, int((duration_s - _MIN_LAST_WINDOW_S) // WINDOW_S) + 1)
    starts = [number * WINDOW_S for number in range(count)]
    return [Span(a, b) for a, b in pairwise([*starts, round(duration_s, 3)])]


def pauses_between(runs: tuple[Span, ...]) -> tuple[Pause, ...]:
    """Return the pauses of at least `PAUSE_S` between stretches of speech."""
    pauses: list[Pause] = []
    talk_began_s = runs[0].start_s if runs else 0.0
    for run, following in pairwise(runs):
        if following.start_s - run.end_s >= PAUSE_S - HOP_S / 2:
            pauses.append(Pause(run.end_s, following.start_s, run.end_s - talk_began_s))
            talk_began_s = following.start_s
    return tuple(pauses)


def _with_sound(window: Window, sound: Sound, runs: tuple[Span, ...]) -> Window:
    """Return the window with what was measured in its sound."""
    parts = [
        Span(max(run.start_s, window.start_s), min(run.end_s, window.end_s))
        for run in runs
        if run.start_s < window.end_s and run.end_s > window.start_s
    ]
    levels = _during(sound.levels_db, HOP_S, parts)
    pitches = _during(sound.pitches_hz, PITCH_STEP_S, parts)
    pitches = pitches[pitches > 0]
    pitch_hz = float(np.median(pitches)) if pitches.size >= _MIN_PITCHES else None
    return replace(
        window,
        speech_share=min(1.0, sum(part.length_s for part in parts) / window.length_s),
        level_db=_level(levels) if levels.size else None,
        level_spread_db=_level_spread(levels) if levels.size else None,
        pitch_hz=pitch_hz,
        pitch_spread_st=_semitone_spread(pitches, pitch_hz) if pitch_hz else None,
        breaks=sum(window.start_s <= a.end_s < window.end_s for a, _ in pairwise(runs)),
        max_gap_s=_longest_gap(parts, window),
    )


def _during(values: NDArray[np.float32], step_s: float, parts: list[Span]) -> NDArray[np.float32]:
    pieces = [values[round(p.start_s / step_s) : round(p.end_s / step_s)] for p in parts]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)


def _level(levels_db: NDArray[np.float32]) -> float:
    """Return the level of the mean power, so that short gaps between words weigh little."""
    return float(10 * np.log10(np.mean(10 ** (levels_db.astype(np.float64) / 10))))


def _level_spread(levels_db: NDArray[np.float32]) -> float:
    """Return the standard deviation; gaps between words count as 25 dB down, however deep."""
    return float(np.maximum(levels_db, _level(levels_db) - 25.0).std())


def _semitone_spread(pitches_hz: NDArray[np.float32], middle_hz: float) -> float:
    """Return the standard deviation around the median; octave errors are cut off."""
    semitones = 12 * np.log2(pitches_hz / middle_hz)
    return float(np.std(np.clip(semitones, -9.0, 9.0)))


def _longest_gap(parts: list[Span], window: Window) -> float:
    edges = [window.start_s, *(e for p in parts for e in (p.start_s, p.end_s)), window.end_s]
    return max(edges[i + 1] - edges[i] for i in range(0, len(edges), 2))


def _movement(picture: Picture, window: Window) -> float | None:
    inside = (picture.times_s >= window.start_s) & (picture.times_s < window.end_s)
    return float(picture.movements[inside].mean()) if inside.any() else None
