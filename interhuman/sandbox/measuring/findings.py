"""Finds the places in a recording's measurements where a rule's condition holds.

A condition takes one window, the recording's baseline, and the window before. It returns how
strongly it holds there and the numbers that the rationale names, or None where it does not hold.
Its docstring says what the strength is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from interhuman.sandbox.measuring.measure import Baseline, Measurements, Window
from interhuman.sandbox.measuring.speech import PAUSE_S

Numbers = Mapping[str, float | str]
Match = tuple[float, Numbers] | None
Condition = Callable[[Window, Baseline, Window | None], Match]

_MIN_MOVEMENT = 0.01
"""A picture that moves less is still: what is left comes from the codec."""
_MIN_MOVEMENT_DIVISOR = 0.002


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule's condition holds, and how strongly."""

    start_s: float
    end_s: float
    strength: float
    numbers: Numbers
    """What the rationale names."""


def format_time(time_s: float) -> str:
    """Return a time as minutes and seconds: 75.2 is "1:15"."""
    return f"{int(time_s) // 60}:{int(time_s) % 60:02d}"


def windows_where(condition: Condition) -> Callable[[Measurements], Iterator[Finding]]:
    """Return a function that finds the windows in which `condition` holds."""

    def find(measurements: Measurements) -> Iterator[Finding]:
        baseline, before = measurements.baseline, None
        for window in measurements.comparable_windows:
            result = condition(window, baseline, before)
            if result is not None:
                strength, numbers = result
                times = {"at": format_time(window.start_s), "to": format_time(window.end_s)}
                yield Finding(window.start_s, window.end_s, strength, {**times, **numbers})
            before = window

    return find


def pauses(measurements: Measurements) -> Iterator[Finding]:
    """Find pauses inside speech that follow at least a second of speech, at their own times."""
    for pause in measurements.pauses:
        start_s, end_s = round(pause.start_s, 1), round(pause.end_s, 1)
        if pause.before_s >= 1.0:
            length_s = round(end_s - start_s, 1)
            at = format_time(start_s)
            numbers: Numbers = {"length": length_s, "at": at, "before": pause.before_s}
            yield Finding(start_s, end_s, length_s, numbers)


def replies(measurements: Measurements) -> Iterator[Finding]:
    """Find runs of at most a second with at least a second of quiet on both sides."""
    runs = measurements.runs
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        quiet_s = min(run.start_s - before.end_s, after.start_s - run.end_s)
        if 0.2 <= run.length_s <= 1.0 and quiet_s >= PAUSE_S:
            within = (w for w in measurements.windows if run.start_s < w.end_s)
            window = next(within, measurements.windows[-1])
            at = format_time(run.start_s)
            numbers: Numbers = {"length": run.length_s, "at": at, "quiet": quiet_s}
            yield Finding(window.start_s, window.end_s, quiet_s, numbers)


def louder(window: Window, baseline: Baseline, _: Window | None) -> Match:
    """Speech through the whole window; the strength is its dB over the usual level."""
    over_db = _difference(window.level_db, baseline.level_db)
    if over_db is None or _share(window) < 0.7 or (window.max_gap_s or 0.0) >= 0.5:
        return None
    return over_db, {"over": over_db, "level": window.level_db or 0.0}


def softer(window: Window, baseline: Baseline, _: Window | None) -> Match:
    """Softer speech; the strength is its dB under the usual level."""
    over_db = _difference(window.level_db, baseline.level_db)
    if over_db is None or _share(window) < 0.3:
        return None
    return -over_db, {"under": -over_db, "level": window.level_db or 0.0}


def livelier_pitch(window: Window, baseline: Baseline, _: Window | None) -> Match:
    """Livelier pitch; the strength is its variation over the usual one."""
    ratio = _ratio(window.pitch_spread_st, baseline.pitch_spread_st, at_least=0.3)
    if ratio is None or _share(window) < 0.4:
        return None
    return ratio, {"ratio": ratio, "spread": window.pitch_spread_st or 0.0}


def more_movement(window: Window, baseline: Baseline, _: Window | None) -> Match:
    """More movement in the picture; the strength is its ratio to the usual movement."""
    ratio = _ratio(window.movement, baseline.movement, at_least=_MIN_MOVEMENT_DIVISOR)
    if ratio is None or (window.movement or 0.0) < _MIN_MOVEMENT:
        return None
    return ratio, {"ratio": ratio, "percent": 100 * (window.movement or 0.0)}


def louder_and_higher(window: Window, baseline: Baseline, _: Window | None) -> Match:
    """Higher speech, at least 3 dB louder; the strength is its semitones over the usual."""
    over_db = _difference(window.level_db, baseline.level_db)
    rise_st = _semitones(window.pitch_hz, baseline.pitch_hz)
    if over_db is None or rise_st is None or over_db < 3.0:
        return None
    return rise_st, {"over": over_db, "rise": rise_st}


def broken(window: Window, baseline: Baseline, _: Window | None) -> Match:
    """At least two more gaps in the speech than usual; the strength is their number."""
    if window.breaks is None or baseline.breaks is None or window.breaks < baseline.breaks + 2:
        return None
    return float(window.breaks), {"breaks": window.breaks, "usual": baseline.breaks}


def higher_and_restless(window: Window, baseline: Baseline, _: Window | None) -> Match:
    """Higher speech with more movement; the strength is its semitones over the usual pitch."""
    rise_st = _semitones(window.pitch_hz, baseline.pitch_hz)
    ratio = _ratio(window.movement, baseline.movement, at_least=_MIN_MOVEMENT_DIVISOR)
    if rise_st is None or ratio is None or ratio < 1.3:
        return None
    return rise_st, {"rise": rise_st, "ratio": ratio}


def quiet_and_still(window: Window, baseline: Baseline, _: Window | None) -> Match:
    """Hardly any speech and less movement; the strength is the usual movement over this one."""
    ratio = _ratio(baseline.movement, window.movement, at_least=_MIN_MOVEMENT_DIVISOR)
    if ratio is None or window.speech_share is None or window.speech_share > 0.2:
        return None
    if (baseline.speech_share or 0.0) < 0.4 or (baseline.movement or 0.0) < _MIN_MOVEMENT:
        return None
    return ratio, {"ratio": ratio, "share": 100 * window.speech_share}


def sudden(window: Window, baseline: Baseline, before: Window | None) -> Match:
    """Suddenly louder speech, with movement; the strength is its dB over the window before."""
    if before is None or min(_share(window), _share(before)) < 0.3:
        return None
    jump_db = _difference(window.level_db, before.level_db)
    ratio = _ratio(window.movement, baseline.movement, at_least=_MIN_MOVEMENT_DIVISOR)
    if jump_db is None or ratio is None or ratio < 1.3:
        return None
    return jump_db, {"jump": jump_db, "ratio": ratio}


def _share(window: Window) -> float:
    return window.speech_share or 0.0


def _difference(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other


def _ratio(value: float | None, other: float | None, *, at_least: float) -> float | None:
    """Return value / other, at most 99; an `other` under `at_least` counts as that much."""
    if value is None or other is None:
        return None
    return min(99.0, value / max(other, at_least))


def _semitones(value_hz: float | None, other_hz: float | None) -> float | None:
    if not value_hz or not other_hz:
        return None
    return 12 * math.log2(value_hz / other_hz)
