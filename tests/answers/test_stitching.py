from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.analysis import (
    Analysis,
    AnalysisWindow,
    ConversationQuality,
    EngagementSpan,
    Feedback,
    QualityScores,
    QualityWindow,
    Signal,
    Unread,
)
from interhuman.answers.stitching import PartResult, stitch
from interhuman.media.cutting import cut
from tests.media.test_cutting import any_pauses

A, B = (0.0, 600.0), (590.0, 1200.0)
"""Two parts of a recording of twenty minutes, with ten seconds that both have."""


def part(span: tuple[float, float], *signals: Signal, **fields: object) -> PartResult:
    """Return a part; the times of its signals are those of the recording."""
    start, end = span
    moved = tuple(replace(s, start=s.start - start, end=s.end - start) for s in signals)
    return PartResult(start, end, Analysis(signals=moved, **fields))  # type: ignore[arg-type]


def signals(*parts: PartResult, duration_s: float = 1200.0) -> list[tuple[str, float, float]]:
    stitched = stitch(parts, duration_s=duration_s)
    return [(one.type, one.start, one.end) for one in stitched.signals]


def interest(start: float, end: float, probability: str | None = None, why: str = "") -> Signal:
    return Signal("interest", start, end, probability, why or None)


def test_times_count_from_the_start_of_the_whole() -> None:
    assert signals(part(A, interest(5, 10)), part(B, interest(700, 712.5))) == [
        ("interest", 5, 10),
        ("interest", 700, 712.5),
    ]


def test_what_both_parts_saw_whole_is_there_once() -> None:
    seen = interest(592, 597)
    assert signals(part(A, seen), part(B, seen)) == [("interest", 592, 597)]


def test_what_crosses_the_cut_is_whole_again() -> None:
    crossing = signals(part(A, interest(570, 600)), part(B, interest(590, 630)))
    assert crossing == [("interest", 570, 630)]


def test_it_keeps_the_higher_probability_with_its_reason_and_the_first_of_equals() -> None:
    (one,) = stitch(
        [part(A, interest(570, 600, "low", "a")), part(B, interest(590, 630, "high", "b"))],
        duration_s=1200.0,
    ).signals
    assert (one.probability, one.rationale) == ("high", "b")
    (one,) = stitch(
        [part(A, interest(570, 600, "low", "a")), part(B, interest(590, 630, "low", "b"))],
        duration_s=1200.0,
    ).signals
    assert one.rationale == "a"


def test_the_windows_of_two_parts_need_not_lie_on_one_grid() -> None:
    assert signals(part(A, interest(590, 595)), part(B, interest(592.3, 597.3))) == [
        ("interest", 590, 597.3)
    ]


def test_different_types_and_times_stay_apart() -> None:
    other = Signal("stress", 592, 597)
    assert signals(part(A, interest(592, 594), other), part(B, interest(596, 599))) == [
        ("interest", 592, 594),
        ("stress", 592, 597),
        ("interest", 596, 599),
    ]


def test_two_of_one_type_that_overlap_stay_two() -> None:
    first, second = interest(580, 595), interest(591, 620)
    found = signals(
        part(A, first, replace(second, end=600.0)), part(B, replace(first, start=590.0), second)
    )
    assert found == [("interest", 580, 595), ("interest", 591, 620)]


def test_what_one_part_saw_as_two_and_the_other_as_one_counts_once() -> None:
    assert signals(
        part(A, interest(580, 593), interest(596, 600)), part(B, interest(590, 604))
    ) == [("interest", 580, 604)]
    assert signals(
        part(A, interest(580, 600)), part(B, interest(590, 593), interest(596, 610))
    ) == [("interest", 580, 610)]


def test_a_moment_is_the_same_within_half_a_second() -> None:
    assert signals(part(A, interest(595, 595)), part(B, interest(595.4, 595.4))) == [
        ("interest", 595, 595.4)
    ]
    assert len(signals(part(A, interest(595, 595)), part(B, interest(596, 596)))) == 2


def test_a_signal_may_last_through_a_whole_part() -> None:
    found = signals(
        part((0, 600), interest(100, 600)),
        part((590, 1200), interest(590, 1200)),
        part((1190, 1800), interest(1190, 1500)),
        duration_s=1800.0,
    )
    assert found == [("interest", 100, 1500)]


def test_nothing_is_placed_outside_of_its_part() -> None:
    assert signals(part(A, interest(590, 603)), part(B)) == [("interest", 590, 600)]


def test_engagement_changes_over_in_the_middle_of_the_overlap() -> None:
    first = (EngagementSpan("engaged", 0, 580), EngagementSpan("neutral", 580, 600))
    second = (EngagementSpan("neutral", 0, 30), EngagementSpan("engaged", 30, 610))
    stitched = stitch([part(A, engagement=first), part(B, engagement=second)], duration_s=1200.0)
    assert stitched.engagement == (
        EngagementSpan("engaged", 0, 580),
        EngagementSpan("neutral", 580, 620),
        EngagementSpan("engaged", 620, 1200),
    )


def test_where_two_parts_disagree_each_speaks_for_its_half_of_the_overlap() -> None:
    first, second = (EngagementSpan("engaged", 0, 600),), (EngagementSpan("neutral", 0, 610),)
    stitched = stitch([part(A, engagement=first), part(B, engagement=second)], duration_s=1200.0)
    assert stitched.engagement == (
        EngagementSpan("engaged", 0, 595),
        EngagementSpan("neutral", 595, 1200),
    )


def test_windows_and_quality_over_time_are_joined_without_overlap() -> None:
    def fields(length: int) -> dict[str, object]:
        grid = [(at, min(at + 60, length)) for at in range(0, length, 60)]
        return {
            "windows": tuple(AnalysisWindow(n, *at, "engaged") for n, at in enumerate(grid)),
            "conversation_quality": ConversationQuality(
                timeline=tuple(QualityWindow(*at, QualityScores(clarity=60.0)) for at in grid)
            ),
        }

    stitched = stitch([part(A, **fields(600)), part(B, **fields(610))], duration_s=1200.0)
    quality = stitched.conversation_quality
    assert quality is not None
    joined: tuple[Sequence[QualityWindow | AnalysisWindow], ...] = (
        quality.timeline,
        stitched.windows,
    )
    for spans in joined:
        assert [one.start for one in spans][:1] + [one.end for one in spans][-1:] == [0.0, 1200.0]
        assert all(one.end == next_.start for one, next_ in itertools.pairwise(spans))
    assert [window.index for window in stitched.windows] == list(range(21))


def quality(span: tuple[float, float], index: float | None, clarity: float | None) -> PartResult:
    scores = QualityScores(quality_index=index, clarity=clarity)
    return part(span, conversation_quality=ConversationQuality(scores))


def test_overall_scores_are_the_mean_by_length_and_are_called_that() -> None:
    parts = [quality((0, 300), 40.0, 50.0), quality((290, 1190), 80.0, None)]
    found = stitch(parts, duration_s=1190.0).conversation_quality
    assert found is not None
    assert found.overall is not None
    assert found.overall.quality_index == pytest.approx((300 * 40 + 900 * 80) / 1200)
    assert found.overall.clarity == 50.0
    assert found.overall.energy is None
    assert found.overall_is == "mean of 2 parts, weighted by length"
    assert ConversationQuality(QualityScores()).overall_is is None


def test_a_mean_neither_claims_nor_loses_that_there_was_no_evidence() -> None:
    none = stitch(
        [quality((0, 300.1), 50.0, 50.0), quality((290, 777), 50.0, 50.0)], duration_s=777
    )
    some = stitch([quality(A, 40.0, 40.0), quality((600, 1200), 60.0, 60.0)], duration_s=1200)
    for stitched, is_evidence in ((none, False), (some, True)):
        assert stitched.conversation_quality is not None
        overall = stitched.conversation_quality.overall
        assert overall is not None
        assert overall.clarity == pytest.approx(50.0)
        assert (overall.clarity != 50.0) is is_evidence


def test_feedback_stays_with_its_part() -> None:
    stitched = stitch(
        [part(A, feedback=Feedback("Slow down.")), part(B, feedback=Feedback(reason="none"))],
        duration_s=1200.0,
    )
    assert stitched.feedback is None
    said = [one.feedback for one in stitched.parts]
    assert said == [Feedback("Slow down."), Feedback(reason="none")]


def test_a_part_without_a_result_is_a_gap_where_no_neighbor_reaches() -> None:
    parts = [
        part((0, 600), interest(10, 20)),
        PartResult(590, 1200, problem="It was refused."),
        part((1190, 1800), interest(1200, 1300)),
        PartResult(1790, 2400),
    ]
    stitched = stitch(parts, duration_s=2400.0)
    assert list(stitched.gaps) == [(600, 1190), (1800, 2400)]
    assert stitched.analyzed_s == pytest.approx(1210.0)
    assert [one.problem for one in stitched.parts] == [
        None,
        "It was refused.",
        None,
        "It has no result.",
    ]
    assert stitched.end_s == 2400.0
    assert not Analysis(duration_s=10.0).gaps


def test_notes_say_which_part_they_are_about() -> None:
    broken = Unread("signals", "is text instead of a list; left out")
    stitched = stitch([part(A), part(B, unread=(broken,))], duration_s=1200.0)
    assert stitched.unread == (replace(broken, path="parts[1].signals"),)
    assert not stitched.signals_read


# Whatever is known of a recording comes back, wherever the program's own plan cuts it.


@st.composite
def talks(draw: st.DrawFn) -> tuple[float, list[Signal], list[EngagementSpan]]:
    """Return a length in seconds and what is known: signals of a type never touch each other."""
    duration_s = float(draw(st.integers(100, 5000)))
    known: list[Signal] = []
    for kind in ("interest", "stress", "tension"):
        at = 0.0
        for gap, length in draw(
            st.lists(st.tuples(st.floats(1, 400), st.just(0.0) | st.floats(0.5, 900)), max_size=12)
        ):
            start = round(at + gap, 2)
            end = round(min(start + length, duration_s), 2)
            if start >= duration_s:
                break
            known.append(Signal(kind, start, end, "high"))
            at = end
    changes = sorted(draw(st.sets(st.floats(1, duration_s - 1), max_size=8)))
    times = [0.0, *changes, duration_s]
    states = [
        EngagementSpan(("engaged", "neutral")[n % 2], *at)
        for n, at in enumerate(itertools.pairwise(times))
    ]
    return duration_s, known, states


def seen_of(span: tuple[float, float], known: Sequence[Signal]) -> list[Signal]:
    """Return what is seen of known signals in a part: of one that crosses its end, so much."""
    start, end = span
    return [
        replace(one, start=max(one.start, start), end=min(one.end, end))
        for one in known
        if (one.start < end and one.end > start) or (start <= one.start == one.end <= end)
    ]


@settings(deadline=None, max_examples=300)
@given(talks(), st.integers(100, 1799), st.integers())
def test_known_signals_come_back_from_the_program_s_own_cuts(
    talk: tuple[float, list[Signal], list[EngagementSpan]], max_part_s: int, seed: int
) -> None:
    duration_s, known, states = talk
    pauses = any_pauses(duration_s, seed)
    parts = [
        part(
            (one.start_s, one.end_s),
            *seen_of((one.start_s, one.end_s), known),
            engagement=tuple(
                EngagementSpan(
                    each.state,
                    max(each.start, one.start_s) - one.start_s,
                    min(each.end, one.end_s) - one.start_s,
                )
                for each in states
                if each.start < one.end_s and each.end > one.start_s
            ),
        )
        for one in cut(duration_s, pauses, max_part_s=max_part_s)
    ]
    stitched = stitch(parts, duration_s=duration_s)
    in_order = sorted(known, key=lambda one: (one.type, one.start))
    found = sorted(stitched.signals, key=lambda one: (one.type, one.start))
    assert [one.type for one in found] == [one.type for one in in_order]
    for one, expected in zip(found, in_order, strict=True):
        assert one.start == pytest.approx(expected.start, abs=0.1)
        assert one.end == pytest.approx(expected.end, abs=0.1)
    assert [one.state for one in stitched.engagement] == [one.state for one in states]
    for span, state in zip(stitched.engagement, states, strict=True):
        assert (span.start, span.end) == pytest.approx((state.start, state.end), abs=0.1)
