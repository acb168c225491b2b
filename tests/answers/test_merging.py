from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import AnalysisWindow, EngagementSpan, Signal
from interhuman.answers.merging import engagement_runs, merged_signals


def window(index: int, engagement: str | None = None, *signals: Signal) -> AnalysisWindow:
    return AnalysisWindow(index, index * 5.0, index * 5.0 + 5.0, engagement, signals)


def signal(index: int, kind: str, probability: str | None = None, rationale: str = "") -> Signal:
    return Signal(kind, index * 5.0, index * 5.0 + 5.0, probability, rationale or None)


def test_touching_windows_of_one_state_are_one_run() -> None:
    states = ["engaged", "engaged", "neutral", None, "neutral", "engaged"]
    runs = engagement_runs([window(i, state) for i, state in enumerate(states)])
    assert runs == (
        EngagementSpan("engaged", 0.0, 10.0),
        EngagementSpan("neutral", 10.0, 15.0),
        EngagementSpan("neutral", 20.0, 25.0),
        EngagementSpan("engaged", 25.0, 30.0),
    )


def test_a_missing_window_is_a_gap() -> None:
    assert len(engagement_runs([window(0, "engaged"), window(2, "engaged")])) == 2


def test_rounded_boundaries_still_touch() -> None:
    windows = [
        AnalysisWindow(0, 0, 3.3333, "engaged"),
        AnalysisWindow(1, 3.3334, 6.6667, "engaged"),
    ]
    assert engagement_runs(windows) == (EngagementSpan("engaged", 0, 6.6667),)


def test_no_windows_give_nothing() -> None:
    assert engagement_runs([]) == ()
    assert merged_signals([]) == ()


def test_one_type_in_adjacent_windows_is_one_span_with_the_surest_rationale() -> None:
    windows = [
        window(0, None, signal(0, "stress", "low", "first")),
        window(1, None, signal(1, "stress", "high", "second"), signal(1, "interest", None, "i")),
        window(2, None, signal(2, "stress", "medium", "third")),
        window(4, None, signal(4, "stress", "low", "later")),
    ]
    assert merged_signals(windows) == (
        Signal("stress", 0.0, 15.0, "high", "second"),
        Signal("interest", 5.0, 10.0, None, "i"),
        Signal("stress", 20.0, 25.0, "low", "later"),
    )


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("high", "high", "a"),
        ("medium", "high", "b"),
        (None, "low", "b"),
        ("low", None, "a"),
        (None, None, "a"),
    ],
)
def test_of_two_equally_sure_the_first_rationale_is_kept(
    first: str | None, second: str | None, kept: str
) -> None:
    windows = [
        window(0, None, signal(0, "stress", first, "a")),
        window(1, None, signal(1, "stress", second, "b")),
    ]
    (merged,) = merged_signals(windows)
    assert merged.rationale == kept
    assert (merged.start, merged.end) == (0.0, 10.0)


kinds = st.sampled_from(["stress", "interest", "agreement"])
states = st.sampled_from(["engaged", "neutral", "disengaged", None])
laid = st.lists(st.tuples(states, st.sets(kinds)), max_size=12)


@given(laid)
def test_merging_covers_exactly_the_same_time(rows: list[tuple[str | None, set[str]]]) -> None:
    windows = [
        window(i, state, *(signal(i, kind) for kind in sorted(found)))
        for i, (state, found) in enumerate(rows)
    ]
    for i, (state, found) in enumerate(rows):
        middle = i * 5.0 + 2.5
        here = [run.state for run in engagement_runs(windows) if run.start < middle < run.end]
        assert here == ([state] if state else [])
        types = [each.type for each in merged_signals(windows) if each.start < middle < each.end]
        assert sorted(types) == sorted(found)
    starts = [each.start for each in merged_signals(windows)]
    assert starts == sorted(starts)
