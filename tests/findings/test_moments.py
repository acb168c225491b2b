"""Moments: what each rule takes, what it leaves, and in which order they come."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from random import Random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import Analysis, ConversationQuality, QualityScores, QualityWindow
from interhuman.findings.moments import (
    AT_ONCE,
    AWAY,
    CHANGE,
    DISENGAGED,
    MOMENT_COLUMNS,
    RULES,
    STRONGEST,
    Moment,
    find_moments,
    moments_frame,
    weightiest,
)
from interhuman.frames import quality_timeline_frame
from tests.findings.strategies import signals_frames
from tests.view.frames import engagement, over_time, signals


def moments(
    rule: str | None = None,
    *,
    of_signals: pd.DataFrame | None = None,
    of_engagement: pd.DataFrame | None = None,
    of_quality: pd.DataFrame | None = None,
) -> list[Moment]:
    every = find_moments(
        signals=signals() if of_signals is None else of_signals,
        engagement=engagement() if of_engagement is None else of_engagement,
        quality_timeline=over_time() if of_quality is None else of_quality,
    )
    return [moment for moment in every if rule in (None, moment.rule)]


def changes(*windows: tuple[float, float, float | None]) -> list[Moment]:
    return moments(CHANGE, of_quality=over_time(*windows))


def test_nothing_is_no_moment() -> None:
    assert moments() == []


def test_a_drop_is_at_the_window_that_it_leads_to() -> None:
    (moment,) = changes((0, 10, 74.4), (10, 20, 64.4))
    assert moment == Moment(
        CHANGE, 10.0, 20.0, 10.0, "Quality index drops from 74 (good) to 64 (moderate)", mark="drop"
    )


def test_a_rise_is_one_too_and_the_larger_change_comes_first() -> None:
    first, second = changes((0, 10, 40.0), (10, 20, 28.0), (20, 30, 66.0))
    assert first.reason == "Quality index rises from 28 (weak) to 66 (good)"
    assert (first.weight, second.weight) == (38.0, 12.0)


@pytest.mark.parametrize(
    ("before", "after", "number"), [(74.3, 64.3, 1), (70.0, 60.1, 0), (60.1, 70.0, 0)]
)
def test_the_threshold_of_a_change_belongs_to_it(before: float, after: float, number: int) -> None:
    assert len(changes((0, 10, before), (10, 20, after))) == number


def test_a_gap_between_windows_is_no_drop() -> None:
    assert changes((0, 10, 90.0), (15, 20, 40.0)) == []
    assert changes((0, 10, 90.0), (10, 15, None), (15, 20, 40.0)) == []
    assert changes((0, 10, 90.0), (10, 15, math.nan), (15, 20, 40.0)) == []


def test_two_values_of_the_same_time_are_no_change() -> None:
    assert changes((0, 10, 90.0), (0, 10, 40.0)) == []


def test_a_window_without_evidence_is_a_gap() -> None:
    fifty, eighty = (QualityScores(*[value] * 6) for value in (50.0, 80.0))
    windows = (QualityWindow(0, 10, eighty), QualityWindow(10, 20, fifty))
    frame = quality_timeline_frame(
        Analysis(conversation_quality=ConversationQuality(None, windows))
    )
    assert moments(of_quality=frame) == []
    evident = replace(windows[1], values=replace(fifty, energy=51.0))
    frame = quality_timeline_frame(
        Analysis(conversation_quality=ConversationQuality(None, (windows[0], evident)))
    )
    assert [moment.rule for moment in moments(of_quality=frame)] == [CHANGE, STRONGEST]


def test_disengaged_entries_that_touch_are_one_stretch() -> None:
    frame = engagement(
        ("disengaged", 12.5, 15), ("engaged", 0, 10), ("disengaged", 10, 12.5), ("neutral", 15, 30)
    )
    (moment,) = moments(DISENGAGED, of_engagement=frame)
    assert moment == Moment(
        DISENGAGED, 10.0, 15.0, 5.0, "Appeared disengaged for 5 seconds", mark=DISENGAGED
    )


def test_disengaged_for_less_or_with_a_gap_is_none() -> None:
    frame = engagement(("disengaged", 0, 4.9), ("disengaged", 8, 8), ("disengaged", 9, 11))
    assert moments(DISENGAGED, of_engagement=frame) == []


def test_a_sure_signal_of_the_family_away_names_itself() -> None:
    frame = signals(
        ("stress", 5, 10, "medium"),
        ("hesitation", 5, 10, "high"),
        ("skepticism", 20, 25, "high"),
        ("stress", 30, 30, "high"),
    )
    first, second = moments(AWAY, of_signals=frame)
    assert first == Moment(
        AWAY, 20.0, 25.0, 1.0, "Skepticism detected with high probability", 2, "away"
    )
    assert (second.start_s, second.end_s, second.signal) == (30.0, 30.0, 3)


def test_the_signal_of_a_moment_is_its_place_in_the_analysis_after_a_filter() -> None:
    frame = signals(("hesitation", 0, 5, "high"), ("stress", 5, 10, "high"))
    (moment,) = moments(AWAY, of_signals=frame[frame["type"] == "stress"])
    assert moment.signal == 1


def test_sure_signals_of_the_same_time_are_one_moment() -> None:
    frame = signals(("stress", 5, 10, "high"), ("frustration", 5, 10, "high"))
    (moment,) = moments(AWAY, of_signals=frame)
    assert moment.reason == "Frustration and stress detected with high probability"
    assert (moment.weight, moment.signal) == (2.0, None)


def test_three_at_once_last_as_long_as_there_are_three() -> None:
    frame = signals(
        ("agreement", 0, 20, "low"),
        ("confidence", 5, 15, "low"),
        ("interest", 8, 12, "low"),
        ("agreement", 12, 30, None),
        ("hesitation", 40, 50, "low"),
    )
    (moment,) = moments(AT_ONCE, of_signals=frame)
    assert (moment.start_s, moment.end_s, moment.weight) == (8.0, 15.0, 3.0)
    assert moment.reason == "Up to 3 signals at once: agreement, confidence and interest"


def test_signals_that_touch_are_not_at_once() -> None:
    frame = signals(*[("stress", start, start + 5, "low") for start in (0, 0, 5, 5)])
    assert moments(AT_ONCE, of_signals=frame) == []


def test_signals_without_length_are_at_once_at_their_moment() -> None:
    frame = signals(*[(name, 10, 10, "low") for name in ("stress", "interest", "odd_one", "x")])
    (moment,) = moments(AT_ONCE, of_signals=frame)
    assert (moment.start_s, moment.end_s) == (10.0, 10.0)
    assert moment.reason == "4 signals at once: interest, odd one, stress and 1 more type"


def test_the_strongest_stretch_has_the_highest_index() -> None:
    frame = over_time((0, 10, 62.0), (10, 20, 66.0), (20, 30, 66.0), (30, 40, 60.0))
    (moment,) = moments(STRONGEST, of_quality=frame)
    assert moment == Moment(
        STRONGEST, 10.0, 30.0, 66.0, "Highest quality index: 66 (good)", mark="highest"
    )


def test_nothing_stands_out_of_one_window_or_of_equal_ones() -> None:
    assert moments(of_quality=over_time((0, 10, 62.0))) == []
    assert moments(of_quality=over_time((0, 10, 62.0), (10, 20, 62.0))) == []


def test_rules_come_in_the_order_of_their_table() -> None:
    every = moments(
        of_signals=signals(*[("stress", 0, 5, "high")] * 3),
        of_engagement=engagement(("disengaged", 0, 5)),
        of_quality=over_time((0, 10, 80.0), (10, 20, 40.0)),
    )
    assert [moment.rule for moment in every] == list(RULES)


def test_a_list_shows_the_weightiest_of_each_rule() -> None:
    every = moments(
        of_signals=signals(*[("stress", at, at + 1 + at / 10, "high") for at in range(0, 80, 10)])
    )
    assert len(every) == 8
    assert [moment.start_s for moment in weightiest(every)] == [70.0, 60.0, 50.0, 40.0, 30.0]


def test_every_rule_says_its_thresholds() -> None:
    assert "at least 10 points" in RULES[CHANGE].sentence
    assert "at least 5 seconds" in RULES[DISENGAGED].sentence
    assert "stress, disengagement, tension) with high probability" in RULES[AWAY].sentence
    assert "At least 3 signals" in RULES[AT_ONCE].sentence
    assert "{" not in "".join(rule.sentence for rule in RULES.values())


def test_times_that_are_missing_are_left_out() -> None:
    frame = signals(("stress", math.nan, 5, "high"), ("stress", 3, math.nan, "high"))
    assert moments(of_signals=frame) == []
    assert moments(of_engagement=engagement(("disengaged", math.nan, 50))) == []


@pytest.mark.parametrize("rows", [0, 2])
def test_the_frame_has_its_columns_with_rows_or_without(rows: int) -> None:
    frame = moments_frame(
        moments(of_quality=over_time((0, 10, 80.0), (10, 20, 40.0)) if rows else None)
    )
    assert len(frame) == rows
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        name: str(dtype) for name, dtype in MOMENT_COLUMNS.items()
    }
    assert frame["unit"].tolist() == ["points", "index"][:rows]
    assert frame["signal"].isna().all()


@given(signals_frames(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(frame: pd.DataFrame, random: Random) -> None:
    order = list(frame.index)
    random.shuffle(order)
    shuffled = [replace(m, signal=None) for m in moments(of_signals=frame.loc[order])]
    assert shuffled == [replace(m, signal=None) for m in moments(of_signals=frame)]


@given(signals_frames())
def test_every_moment_of_signals_rests_on_signals(frame: pd.DataFrame) -> None:
    for moment in moments(of_signals=frame):
        assert 0.0 <= moment.start_s <= moment.end_s
        touching = (frame["start_s"] <= moment.end_s) & (frame["end_s"] >= moment.start_s)
        assert touching.sum() >= moment.weight >= RULES[moment.rule].at_least


@given(signals_frames())
def test_periods_at_once_are_apart(frame: pd.DataFrame) -> None:
    periods = sorted((m.start_s, m.end_s) for m in moments(AT_ONCE, of_signals=frame))
    for (_, end_s), (start_s, _) in pairwise(periods):
        assert end_s < start_s


@pytest.mark.parametrize(
    ("types", "mark"),
    [(("stress", "frustration", "stress"), "away"), (("stress", "interest", "stress"), "many")],
)
def test_many_at_once_are_marked_as_their_family_or_as_many(
    types: tuple[str, ...], mark: str
) -> None:
    (moment,) = moments(AT_ONCE, of_signals=signals(*((name, 0, 9, "low") for name in types)))
    assert moment.mark == mark
