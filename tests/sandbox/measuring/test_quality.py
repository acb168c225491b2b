"""Engagement and quality: each from its own measurement, 50 where there is none."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from interhuman.sandbox.measuring import quality
from interhuman.sandbox.measuring.measure import Baseline, Measurements, Window

BASELINE = Baseline(0.8, -20.0, 150.0, 2.0, 0.0, 0.05)
NOTHING = Window(0.0, 5.0)


def scores(**measured: Any) -> quality.Scores:
    return quality.window_scores(dataclasses.replace(NOTHING, **measured), BASELINE)


def test_nothing_measured_is_exactly_50_everywhere() -> None:
    assert set(scores().values()) == {50.0}
    assert quality.no_scores() == scores()


@pytest.mark.parametrize(
    ("dimension", "measured", "score"),
    [
        ("clarity", {"speech_share": 1.0, "max_gap_s": 0.0, "breaks": 0}, 75.0),
        ("clarity", {"speech_share": 0.5, "max_gap_s": 2.0, "breaks": 2}, 49.0),
        ("clarity", {"speech_share": 0.1, "max_gap_s": 4.5, "breaks": 9}, 0.0),
        ("authority", {"level_db": -20.0}, 55.0),
        ("authority", {"level_db": -15.0}, 75.0),
        ("authority", {"level_db": -60.0}, 0.0),
        ("energy", {"level_spread_db": 10.5}, 60.0),
        ("energy", {"movement": 0.1}, 65.0),
        ("energy", {"movement": 0.1, "level_spread_db": 10.5}, 75.0),
        ("energy", {"movement": 1.0}, 95.0),
        ("rapport", {"speech_share": 0.6}, 75.0),
        ("rapport", {"speech_share": 1.0}, 43.0),
        ("learning", {"pitch_spread_st": 4.0}, 66.0),
        ("learning", {"pitch_spread_st": 9.0}, 100.0),
    ],
)
def test_a_dimension_comes_from_its_own_measurement(
    dimension: str, measured: dict[str, float], score: float
) -> None:
    assert scores(**measured)[dimension] == pytest.approx(score)


def test_a_measured_score_is_never_exactly_50() -> None:
    assert scores(pitch_spread_st=2.0)["learning"] == 50.1


def test_the_index_is_the_mean_of_the_five() -> None:
    found = scores(level_db=-15.0, pitch_spread_st=4.0)
    assert found["quality_index"] == pytest.approx((50 + 75 + 50 + 50 + 66) / 5)


def test_the_whole_is_the_mean_of_the_windows_that_were_measured() -> None:
    windows = (
        Window(0.0, 5.0, level_db=-20.0),
        Window(5.0, 10.0),
        Window(10.0, 12.5, level_db=-10.0),
    )
    usual = Measurements(12.5, windows).baseline
    assert usual.level_db == -15.0
    overall = quality.overall_scores(Measurements(12.5, windows))
    assert overall["authority"] == pytest.approx((35 * 5 + 75 * 2.5) / 7.5, abs=0.05)
    assert overall["learning"] == 50.0


@pytest.mark.parametrize(
    ("measured", "state"),
    [
        ({"speech_share": 0.5}, "engaged"),
        ({"speech_share": 0.49}, "neutral"),
        ({"speech_share": 0.0, "movement": 0.066}, "engaged"),
        ({"speech_share": 0.05, "movement": 0.03}, "disengaged"),
        ({"speech_share": 0.05, "movement": 0.04}, "neutral"),
        ({"speech_share": 0.05}, "disengaged"),
        ({"movement": 0.07}, "engaged"),
        ({"movement": 0.05}, "neutral"),
        ({"movement": 0.02}, "disengaged"),
        ({}, "neutral"),
    ],
)
def test_engagement_is_speech_or_movement(measured: dict[str, Any], state: str) -> None:
    window = dataclasses.replace(NOTHING, **measured)
    assert quality.engagement_of(window, BASELINE) == state


def test_neighboring_windows_of_one_state_are_one_entry() -> None:
    shares = (0.9, 0.8, 0.3, 0.9)
    windows = tuple(Window(5.0 * i, 5.0 * i + 5, speech_share=s) for i, s in enumerate(shares))
    states = quality.engagement_states(Measurements(20.0, windows))
    assert [(s.state, s.start_s, s.end_s) for s in states] == [
        ("engaged", 0.0, 10.0),
        ("neutral", 10.0, 15.0),
        ("engaged", 15.0, 20.0),
    ]
