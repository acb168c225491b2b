"""From fixed-length windows to spans: engagement runs and merged signals.

The API's rule for merging, as its SDK states it: signals of one type in adjacent windows become
one span, which keeps the highest probability and the rationale that came with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from interhuman.analysis import AnalysisWindow, EngagementSpan, Signal

_Span = Signal | EngagementSpan | AnalysisWindow

RANK = {"high": 3, "medium": 2, "low": 1, None: 0}
TOUCHING_S = 0.001
"""Two spans this close touch: windows are cut from rounded seconds."""


def engagement_runs(windows: Sequence[AnalysisWindow]) -> tuple[EngagementSpan, ...]:
    """Join touching windows of one state; a window without a state leaves a gap."""
    runs: list[EngagementSpan] = []
    for window in windows:
        if window.engagement is None:
            continue
        last = runs[-1] if runs else None
        if last and last.state == window.engagement and _touch(last, window):
            runs[-1] = replace(last, end=max(last.end, window.end))
        else:
            runs.append(EngagementSpan(window.engagement, window.start, window.end))
    return tuple(runs)


def merged_signals(windows: Sequence[AnalysisWindow]) -> tuple[Signal, ...]:
    """Join touching signals of one type across windows, in the order of their starts."""
    merged: list[Signal] = []
    open_at: dict[str, int] = {}
    for signal in (signal for window in windows for signal in window.signals):
        place = open_at.get(signal.type)
        if place is not None and _touch(merged[place], signal):
            merged[place] = _joined(merged[place], signal)
        else:
            open_at[signal.type] = len(merged)
            merged.append(signal)
    return tuple(sorted(merged, key=lambda signal: signal.start))


def _touch(first: _Span, second: _Span) -> bool:
    return second.start <= first.end + TOUCHING_S and first.start <= second.end + TOUCHING_S


def _joined(first: Signal, second: Signal) -> Signal:
    surer = second if RANK[second.probability] > RANK[first.probability] else first
    return replace(surer, start=min(first.start, second.start), end=max(first.end, second.end))
