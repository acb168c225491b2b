"""Looks for the places in a recording's measurements where a rule's condition holds.

A judge looks at one window, at what is usual in the recording, and at the window before;
it says how strongly its condition holds there and the numbers to tell, or None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from interhuman.sandbox.measuring.measure import Measurements, Usual, Window
from interhuman.sandbox.measuring.speech import PAUSE_S

Numbers = Mapping[str, float | str]
Verdict = tuple[float, Numbers] | None
Judge = Callable[[Window, Usual, Window | None], Verdict]

_LEAST_MOVEMENT = 0.01
"""Less than this is a still picture: what the codec makes of it says nothing."""
_NO_MOVEMENT = 0.002
"""Nothing is divided by less than this."""


@dataclass(frozen=True, slots=True)
class Case:
    """One place where a rule's condition holds, and how strongly."""

    start_s: float
    end_s: float
    strength: float
    numbers: Numbers
    """What the rationale names."""


def clock(time_s: float) -> str:
    """Return a time as people write it: 75.2 is "1:15"."""
    return f"{int(time_s) // 60}:{int(time_s) % 60:02d}"


def in_windows(judge: Judge) -> Callable[[Measurements], Iterator[Case]]:
    """Return a finder that asks `judge` about each window that can be compared."""

    def find(measurements: Measurements) -> Iterator[Case]:
        usual, before = measurements.usual, None
        for window in measurements.telling:
            verdict = judge(window, usual, before)
            if verdict is not None:
                strength, told = verdict
                numbers: Numbers = {
                    "at": clock(window.start_s),
                    "to": clock(window.end_s),
                    **told,
                }
                yield Case(window.start_s, window.end_s, strength, numbers)
            before = window

    return find


def pauses(measurements: Measurements) -> Iterator[Case]:
    """Find pauses inside speech that follow at least a second of it, at their own times."""
    for pause in measurements.pauses:
        start_s, end_s = round(pause.start_s, 1), round(pause.end_s, 1)
        if pause.before_s >= 1.0:
            length_s = round(end_s - start_s, 1)
            numbers: Numbers = {"length": length_s, "at": clock(start_s), "before": pause.before_s}
            yield Case(start_s, end_s, length_s, numbers)


def replies(measurements: Measurements) -> Iterator[Case]:
    """Find runs of at most a second with at least a second of quiet on both sides."""
    runs = measurements.runs
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        quiet_s = min(run.start_s - before.end_s, after.start_s - run.end_s)
        if 0.2 <= run.length_s <= 1.0 and quiet_s >= PAUSE_S:
            within = (w for w in measurements.windows if run.start_s < w.end_s)
            window = next(within, measurements.windows[-1])
            numbers: Numbers = {"length": run.length_s, "at": clock(run.start_s), "quiet": quiet_s}
            yield Case(window.start_s, window.end_s, quiet_s, numbers)


def louder(window: Window, usual: Usual, _: Window | None) -> Verdict:
    """Speech through the whole window, so many dB over the usual."""
    over_db = _difference(window.level_db, usual.level_db)
    if over_db is None or _share(window) < 0.7 or (window.longest_gap_s or 0.0) >= 0.5:
        return None
    return over_db, {"over": over_db, "level": window.level_db or 0.0}


def softer(window: Window, usual: Usual, _: Window | None) -> Verdict:
    """Speech so many dB under the usual."""
    over_db = _difference(window.level_db, usual.level_db)
    if over_db is None or _share(window) < 0.3:
        return None
    return -over_db, {"under": -over_db, "level": window.level_db or 0.0}


def livelier_pitch(window: Window, usual: Usual, _: Window | None) -> Verdict:
    """Pitch that varies so many times as much as usual."""
    ratio = _ratio(window.pitch_spread_st, usual.pitch_spread_st, least=0.3)
    if ratio is None or _share(window) < 0.4:
        return None
    return ratio, {"ratio": ratio, "spread": window.pitch_spread_st or 0.0}


def more_movement(window: Window, usual: Usual, _: Window | None) -> Verdict:
    """So many times the usual movement in the picture."""
    ratio = _ratio(window.movement, usual.movement, least=_NO_MOVEMENT)
    if ratio is None or (window.movement or 0.0) < _LEAST_MOVEMENT:
        return None
    return ratio, {"ratio": ratio, "percent": 100 * (window.movement or 0.0)}


def louder_and_higher(window: Window, usual: Usual, _: Window | None) -> Verdict:
    """Speech so many semitones over the usual, and at least 3 dB louder."""
    over_db = _difference(window.level_db, usual.level_db)
    rise_st = _semitones(window.pitch_hz, usual.pitch_hz)
    if over_db is None or rise_st is None or over_db < 3.0:
        return None
    return rise_st, {"over": over_db, "rise": rise_st}


def broken(window: Window, usual: Usual, _: Window | None) -> Verdict:
    """So many gaps in the speech, at least two more than usual."""
    if window.breaks is None or usual.breaks is None or window.breaks < usual.breaks + 2:
        return None
    return float(window.breaks), {"breaks": window.breaks, "usual": usual.breaks}


def higher_and_restless(window: Window, usual: Usual, _: Window | None) -> Verdict:
    """Speech so many semitones over the usual, with more movement than usual."""
    rise_st = _semitones(window.pitch_hz, usual.pitch_hz)
    ratio = _ratio(window.movement, usual.movement, least=_NO_MOVEMENT)
    if rise_st is None or ratio is None or ratio < 1.3:
        return None
    return rise_st, {"rise": rise_st, "ratio": ratio}


def quiet_and_still(window: Window, usual: Usual, _: Window | None) -> Verdict:
    """Movement so many times less than usual, and hardly any speech."""
    ratio = _ratio(usual.movement, window.movement, least=_NO_MOVEMENT)
    if ratio is None or window.speech_share is None or window.speech_share > 0.2:
        return None
    if (usual.speech_share or 0.0) < 0.4 or (usual.movement or 0.0) < _LEAST_MOVEMENT:
        return None
    return ratio, {"ratio": ratio, "share": 100 * window.speech_share}


def sudden(window: Window, usual: Usual, before: Window | None) -> Verdict:
    """Speech so many dB over the window before, with more movement than usual."""
    if before is None or min(_share(window), _share(before)) < 0.3:
        return None
    jump_db = _difference(window.level_db, before.level_db)
    ratio = _ratio(window.movement, usual.movement, least=_NO_MOVEMENT)
    if jump_db is None or ratio is None or ratio < 1.3:
        return None
    return jump_db, {"jump": jump_db, "ratio": ratio}


def _share(window: Window) -> float:
    return window.speech_share or 0.0


def _difference(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other


def _ratio(value: float | None, other: float | None, *, least: float) -> float | None:
    """Return value / other, at most 99; an `other` under `least` counts as that much."""
    if value is None or other is None:
        return None
    return min(99.0, value / max(other, least))


def _semitones(value_hz: float | None, other_hz: float | None) -> float | None:
    if not value_hz or not other_hz:
        return None
    return 12 * math.log2(value_hz / other_hz)
