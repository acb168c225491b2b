"""Engagement states and the five quality dimensions, each from a named measurement.

| dimension | measured by | 50 + |
|---|---|---|
| clarity | longest gap and number of gaps in the speech | 25 - 8 per second - 5 per gap |
| authority | level of the speech against the usual | 5 + 4 per dB louder |
| energy | variation of the level, movement against the usual | 4 per dB over 8, 15 per time |
| rapport | how near the share of speech is to 60 % | 25 - 0.8 per percent away |
| learning | variation of the pitch | 8 per semitone over 2 |

Scores run from 0 to 100. Exactly 50 says that there was nothing to measure; a measured
score never is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from interhuman.sandbox.measuring.measure import Baseline, Measurements, Window

NO_EVIDENCE = 50.0

Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class State:
    """One engagement state from `start_s` to `end_s`."""

    state: str
    start_s: float
    end_s: float


def engagement_of(window: Window, baseline: Baseline) -> str:
    """Return engaged, neutral or disengaged for one window.

    Speech in half of it, or a third more movement than usual, is engaged. Hardly any speech
    and less than 0.6 of the usual movement is disengaged; what was not measured counts
    neither way. Everything else is neutral.
    """
    movement_ratio = None
    if window.movement is not None and baseline.movement:
        movement_ratio = window.movement / baseline.movement
    speech = window.speech_share
    if speech is None and movement_ratio is None:
        return "neutral"
    if (speech or 0.0) >= 0.5 or (movement_ratio or 0.0) >= 1.3:
        return "engaged"
    is_silent = speech is None or speech < 0.1
    is_still = movement_ratio is None or movement_ratio <= 0.6
    return "disengaged" if is_silent and is_still else "neutral"


def engagement_states(measurements: Measurements) -> list[State]:
    """Return the states over time; neighboring windows of one state are one entry."""
    states: list[State] = []
    for window in measurements.windows:
        state = engagement_of(window, measurements.baseline)
        if states and states[-1].state == state:
            states[-1] = State(state, states[-1].start_s, window.end_s)
        else:
            states.append(State(state, window.start_s, window.end_s))
    return states


def window_scores(window: Window, baseline: Baseline) -> Scores:
    """Return the five dimensions and their mean for one window."""
    return with_index({name: _score(by(window, baseline)) for name, by in _MEASURED_BY.items()})


def overall_scores(measurements: Measurements) -> Scores:
    """Return the scores of the whole recording: each the mean of its measured windows."""
    rows = [(window_scores(w, measurements.baseline), w.length_s) for w in measurements.windows]
    return with_index({name: _mean_score(name, rows) for name in _MEASURED_BY})


def no_scores() -> Scores:
    """Return the scores of a recording in which nothing was detected."""
    return with_index(dict.fromkeys(_MEASURED_BY, NO_EVIDENCE))


def with_index(dimensions: Scores) -> Scores:
    """Return the dimensions with the quality index, their mean, before them."""
    index = round(sum(dimensions.values()) / len(dimensions), 1)
    return {"quality_index": index, **dimensions}


def _clarity(window: Window, _: Baseline) -> float | None:
    if not window.speech_share or window.max_gap_s is None:
        return None
    return 25 - 8 * window.max_gap_s - 5 * (window.breaks or 0)


def _authority(window: Window, baseline: Baseline) -> float | None:
    if window.level_db is None or baseline.level_db is None:
        return None
    return 5 + 4 * (window.level_db - baseline.level_db)


def _energy(window: Window, baseline: Baseline) -> float | None:
    lively = None if window.level_spread_db is None else 4 * (window.level_spread_db - 8)
    if window.movement is None or not baseline.movement:
        return lively
    return (lively or 0.0) + 15 * (min(4.0, window.movement / baseline.movement) - 1)


def _rapport(window: Window, _: Baseline) -> float | None:
    if not window.speech_share:
        return None
    return 25 - 80 * abs(window.speech_share - 0.6)


def _learning(window: Window, _: Baseline) -> float | None:
    return None if window.pitch_spread_st is None else 8 * (window.pitch_spread_st - 2)


_MEASURED_BY: Mapping[str, Callable[[Window, Baseline], float | None]] = {
    "clarity": _clarity,
    "authority": _authority,
    "energy": _energy,
    "rapport": _rapport,
    "learning": _learning,
}


def _score(over_50: float | None) -> float:
    """Return 50 for nothing measured, else a score that is not exactly 50."""
    if over_50 is None:
        return NO_EVIDENCE
    score = round(min(100.0, max(0.0, 50 + over_50)), 1)
    return 50.1 if score == NO_EVIDENCE else score


def _mean_score(name: str, rows: list[tuple[Scores, float]]) -> float:
    known = [(scores[name], length) for scores, length in rows if scores[name] != NO_EVIDENCE]
    total_s = sum(length for _, length in known)
    if total_s <= 0:
        return NO_EVIDENCE
    return _score(sum(score * length for score, length in known) / total_s - 50)
