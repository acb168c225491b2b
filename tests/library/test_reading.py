from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import (
    Analysis,
    ConversationQuality,
    EngagementSpan,
    QualityScores,
    Signal,
)
from interhuman.library.reading import BINS, summarize
from interhuman.vocabulary import FAMILY_OF, STATES

NOTHING = "0" * BINS
GAP = "-" * BINS


def tracks(*signals: Signal, duration_s: float = float(BINS)) -> dict[str, str]:
    """Return the picture with bins of one second, unless the recording has another length."""
    return dict(summarize(Analysis(signals=signals, duration_s=duration_s)).tracks)


def test_the_picture_of_nothing_is_empty() -> None:
    summary = summarize(Analysis())
    assert (summary.signal_count, summary.quality_index, summary.duration_s) == (0, None, None)
    assert summary.tracks == {
        "toward": NOTHING,
        "unsure": NOTHING,
        "away": NOTHING,
        "engagement": GAP,
    }


def test_index_and_count_and_length_are_those_of_the_analysis() -> None:
    quality = ConversationQuality(overall=QualityScores(quality_index=61.5))
    signals = (Signal("stress", 0.0, 1.0),) * 3
    analysis = Analysis(signals=signals, conversation_quality=quality, duration_s=12.5)
    summary = summarize(analysis)
    assert (summary.signal_count, summary.quality_index, summary.duration_s) == (3, 61.5, 12.5)
    no_overall = summarize(replace(analysis, conversation_quality=ConversationQuality()))
    assert no_overall.quality_index is None


def test_each_family_has_a_line_of_its_own() -> None:
    picture = tracks(
        Signal("interest", 0.0, 2.0), Signal("stress", 2.0, 3.0), Signal("something new", 3.0, 4.0)
    )
    assert picture["toward"] == "99" + NOTHING[2:]
    assert picture["away"] == "009" + NOTHING[3:]
    assert picture["unsure"] == "0009" + NOTHING[4:]


@pytest.mark.parametrize(
    ("spans", "start"),
    [
        ([(0.0, 0.5)], "40"),
        ([(0.0, 0.5), (0.25, 0.5)], "40"),
        ([(0.0, 0.5), (0.5, 1.0)], "90"),
        ([(0.5, 1.5)], "440"),
        ([(1.0, 1.0)], "010"),
        ([(0.999, 1.001)], "110"),
        ([(0.0, 0.0)], "10"),
    ],
)
def test_a_digit_is_the_share_that_is_covered(spans: list[tuple[float, float]], start: str) -> None:
    picture = tracks(*(Signal("interest", *span) for span in spans))
    assert picture["toward"] == start + NOTHING[len(start) :]


def test_a_moment_at_the_very_end_is_seen() -> None:
    end_s = float(BINS)
    assert tracks(Signal("interest", end_s, end_s))["toward"] == NOTHING[1:] + "1"
    only = summarize(Analysis(signals=(Signal("interest", 0.0, 0.0),)))
    assert only.tracks["toward"] == "1" + NOTHING[1:]


def test_engagement_is_the_state_that_lasts_longest_and_a_gap_stays_one() -> None:
    spans = (
        EngagementSpan("engaged", 0.0, 1.4),
        EngagementSpan("neutral", 1.4, 2.0),
        EngagementSpan("disengaged", 3.0, 4.0),
        EngagementSpan("asleep", 5.0, 6.0),
    )
    picture = summarize(Analysis(engagement=spans, duration_s=float(BINS))).tracks
    assert picture["engagement"] == "en-d" + GAP[4:]
    assert len({state[0] for state in STATES}) == len(STATES)


times = st.floats(0, 2_000, allow_nan=False)


@given(
    st.lists(st.tuples(st.sampled_from([*FAMILY_OF, "new"]), times, times), max_size=30),
    st.lists(st.tuples(st.sampled_from([*STATES, "new"]), times, times), max_size=10),
    st.none() | st.floats(1e-9, 2_000),
)
def test_any_analysis_has_a_picture(
    signals: list[tuple[str, float, float]],
    engagement: list[tuple[str, float, float]],
    duration_s: float | None,
) -> None:
    analysis = Analysis(
        signals=tuple(Signal(kind, min(a, b), max(a, b)) for kind, a, b in signals),
        engagement=tuple(EngagementSpan(state, min(a, b), max(a, b)) for state, a, b in engagement),
        duration_s=duration_s,
    )
    picture = summarize(analysis).tracks
    for family in ("toward", "unsure", "away"):
        assert len(picture[family]) == BINS
        shown = any(FAMILY_OF.get(kind, "unsure") == family for kind, _, _ in signals)
        assert (set(picture[family]) != {"0"}) == shown
    assert len(picture["engagement"]) == BINS
    assert set(picture["engagement"]) <= {"e", "n", "d", "-"}


def test_a_long_analysis_takes_no_longer_than_its_length() -> None:
    spans = tuple(EngagementSpan("engaged", float(at), at + 1.0) for at in range(16_000))
    began_s = time.process_time()
    summary = summarize(Analysis(engagement=spans, duration_s=16_000.0))
    assert set(summary.tracks["engagement"]) == {"e"}
    assert time.process_time() - began_s < 1.0
