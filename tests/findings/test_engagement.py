"""Engagement: how long each state lasts, gaps and overlaps apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interhuman.findings.engagement import engagement_times, share_engaged
from interhuman.findings.spans import covered_s
from tests.view.frames import engagement


def test_share_engaged_counts_neither_gaps_nor_overlaps() -> None:
    assert share_engaged(engagement(("engaged", 0, 10), ("neutral", 10, 20)), 100.0) == 0.5
    assert share_engaged(engagement(("engaged", 0, 10), ("engaged", 5, 10)), 100.0) == 1.0
    assert share_engaged(engagement(("neutral", 0, 10)), 10.0) == 0.0


def test_share_engaged_is_none_without_any_time() -> None:
    assert share_engaged(engagement(), 10.0) is None
    assert share_engaged(engagement(("engaged", 10, 10)), 10.0) is None


def test_an_unpublished_state_counts_as_data_and_is_named() -> None:
    times = engagement_times(engagement(("asleep", 0, 30), ("engaged", 30, 40)), 40.0)
    assert times.share_engaged == 0.25
    assert times.by_state_s["asleep"] == 30


def test_many_unpublished_states_count_as_one() -> None:
    frame = engagement(("engaged", 0, 10), *((f"s{n}", n, n + 2.0) for n in range(20_000)))
    assert engagement_times(frame, 20_001.0).by_state_s == {
        "engaged": 10.0,
        "neutral": 0.0,
        "disengaged": 0.0,
        "other states": 20_001.0,
    }


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=12))
def test_covered_time_is_the_union(spans: list[tuple[int, int]]) -> None:
    straight = [(float(min(span)), float(max(span))) for span in spans]
    seconds = {second for start, end in straight for second in range(int(start), int(end))}
    assert covered_s(straight) == len(seconds)
