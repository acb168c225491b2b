"""How long each engagement state lasts, and the share of the time that is engaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from interhuman.findings.spans import clipped_spans, covered_by_name_s, covered_s
from interhuman.vocabulary import STATES

_MAX_OTHER_STATES = 3

OTHER_STATES = "other states"
"""What many unpublished engagement states are called together; no state has this name alone."""


@dataclass(frozen=True, slots=True)
class EngagementTimes:
    """How long each engagement state was read, in seconds; times that overlap count once."""

    covered_s: float
    """Time with any engagement data."""
    by_state_s: Mapping[str, float]
    """Published states first; others in order of name, or all as one when there are many."""
    share_engaged: float | None
    """Engaged time as a share (0-1) of the time with data, None without any."""


def engagement_times(frame: pd.DataFrame, end_s: float) -> EngagementTimes:
    """Return how long each state of an `engagement_frame` lasted between 0 and `end_s` seconds.

    More than `_MAX_OTHER_STATES` unpublished states count together as `OTHER_STATES`.
    """
    states = frame["state"].tolist()
    others = sorted(set(states) - set(STATES))
    if len(others) > _MAX_OTHER_STATES:
        states = [state if state in STATES else OTHER_STATES for state in states]
        others = [OTHER_STATES]
    spans = clipped_spans(frame, end_s)
    times_s = covered_by_name_s(
        (state, start, end) for state, (start, end) in zip(states, spans, strict=True)
    )
    by_state_s = {name: times_s.get(name, 0.0) for name in (*STATES, *others)}
    total_s = covered_s(spans)
    share = by_state_s["engaged"] / total_s if total_s > 0 else None
    return EngagementTimes(total_s, by_state_s, share)


def share_engaged(frame: pd.DataFrame, end_s: float) -> float | None:
    """Return the share (0-1) of the time with engagement data that was read as engaged.

    Gaps do not count, neither as engaged nor against it; None when there is no data at all.
    """
    return engagement_times(frame, end_s).share_engaged
