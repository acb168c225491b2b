"""The table of rules: each row by value, and any measurements at all."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.sandbox.measuring.answer import merge_signals, v1_body, v2_result
from interhuman.sandbox.measuring.measure import Measurements, Pause, Window, window_spans
from interhuman.sandbox.measuring.rules import (
    RULES,
    SOUND_TYPES,
    Signal,
    find_signals,
    probability_of,
)
from interhuman.sandbox.measuring.speech import Span
from tests.sandbox import contract

BASELINE = Window(
    0.0,
    5.0,
    speech_share=0.9,
    level_db=-20.0,
    level_spread_db=3.0,
    pitch_hz=150.0,
    pitch_spread_st=2.0,
    breaks=0,
    max_gap_s=0.2,
    movement=0.05,
)


def recording(*changes: Mapping[str, Any]) -> Measurements:
    """Return nine usual windows after which come windows with these changes."""
    spans = window_spans(5.0 * (9 + len(changes)))
    all_changes: list[Mapping[str, Any]] = [{}] * 9 + list(changes)
    windows = [
        dataclasses.replace(BASELINE, start_s=span.start_s, end_s=span.end_s, **change)
        for span, change in zip(spans, all_changes, strict=True)
    ]
    return Measurements(spans[-1].end_s, tuple(windows))


def signals_of(measurements: Measurements) -> list[tuple[str, str, str]]:
    return [(s.type, s.probability, s.rationale) for s in find_signals(measurements)]


def test_a_recording_that_stays_the_same_gives_nothing() -> None:
    assert signals_of(recording({}, {})) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"level_db": -16.5},
            ("confidence", "low", "Speech 3.5 dB louder than usual in this recording from 0:45 to "
             "0:50 (-16 dBFS), without a gap of half a second."),
        ),
        ({"level_db": -15.0}, ("confidence", "medium", "Speech 5.0 dB louder")),
        ({"level_db": -14.0}, ("confidence", "high", "Speech 6.0 dB louder")),
        (
            {"level_db": -28.0},
            ("uncertainty", "high", "Speech 8.0 dB softer than usual in this recording from 0:45 "
             "to 0:50 (-28 dBFS)."),
        ),
        ({"level_db": -23.0}, ("uncertainty", "low", "Speech 3.0 dB softer")),
        (
            {"pitch_spread_st": 3.6},
            ("interest", "medium", "Pitch varies 1.8 times as much as usual in this recording "
             "from 0:45 to 0:50 (3.6 semitones)."),
        ),
        (
            {"movement": 0.2},
            ("interest", "high", "4.0 times the usual movement in the video from 0:45 to 0:50 "
             "(20.0% of full brightness from sample to sample)."),
        ),
        (
            {"breaks": 4, "max_gap_s": 0.6},
            ("confusion", "medium", "Speech broken 4 times from 0:45 to 0:50, against 0 in a "
             "usual window of this recording."),
        ),
        (
            {"pitch_hz": 300.0, "movement": 0.07},
            ("stress", "high", "Speech 12.0 semitones higher than usual with 1.4 times the usual "
             "movement from 0:45 to 0:50."),
        ),
        (
            {"speech_share": 0.1, "movement": 0.01},
            ("skepticism", "high", "Speech in 10% of the time and 5.0 times less movement than "
             "usual from 0:45 to 0:50."),
        ),
    ],
)  # fmt: skip
def test_one_change_gives_its_signal_with_its_measurement(
    change: Mapping[str, Any], expected: tuple[str, str, str]
) -> None:
    ((type_, probability, rationale),) = signals_of(recording(change))
    assert (type_, probability) == expected[:2]
    assert rationale.startswith(expected[2])


def test_louder_and_higher_is_frustration() -> None:
    found = signals_of(recording({"level_db": -16.0, "pitch_hz": 178.0, "max_gap_s": 1.0}))
    assert found == [
        ("frustration", "medium",
         "Speech 4.0 dB louder and 3.0 semitones higher than usual in this recording from 0:45 "
         "to 0:50."),
    ]  # fmt: skip


def test_a_sudden_rise_with_movement_is_disagreement() -> None:
    soft, loud = {"level_db": -22.0}, {"level_db": -13.0, "movement": 0.07, "max_gap_s": 1.0}
    assert signals_of(recording(soft, loud)) == [
        ("disagreement", "medium",
         "Speech 9.0 dB louder than in the five seconds before 0:50, with 1.4 times the usual "
         "movement."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"level_db": -17.1},
        {"level_db": -14.0, "speech_share": 0.6},
        {"level_db": -14.0, "max_gap_s": 0.5},
        {"level_db": -40.0, "speech_share": 0.2},
        {"level_db": None, "pitch_hz": None, "pitch_spread_st": None, "speech_share": 0.0},
        {"pitch_spread_st": 2.7},
        {"pitch_spread_st": 9.0, "speech_share": 0.3},
        {"movement": 0.08},
        {"movement": None},
        {"breaks": 2},
        {"pitch_hz": 300.0},
        {"speech_share": 0.1},
        {"speech_share": 0.3, "movement": 0.0},
    ],
)
def test_a_change_that_is_too_small_gives_nothing(change: Mapping[str, Any]) -> None:
    assert signals_of(recording(change)) == []


def test_movement_of_a_still_picture_says_nothing() -> None:
    movements = [0.0001] * 10 + [0.009]
    spans = window_spans(55.0)
    windows = [
        dataclasses.replace(BASELINE, start_s=span.start_s, end_s=span.end_s, movement=movement)
        for span, movement in zip(spans, movements, strict=True)
    ]
    assert signals_of(Measurements(55.0, tuple(windows))) == []


@pytest.mark.parametrize(
    ("pause", "probability"),
    [
        (Pause(12.0, 13.0, 6.1), "low"),
        (Pause(12.0, 13.5, 6.1), "medium"),
        (Pause(12.0, 14.5, 6.1), "high"),
    ],
)
def test_a_pause_is_hesitation_at_its_own_time(pause: Pause, probability: str) -> None:
    (signal,) = find_signals(dataclasses.replace(recording(), pauses=(pause,)))
    assert (signal.type, signal.probability) == ("hesitation", probability)
    assert (signal.start_s, signal.end_s) == (pause.start_s, pause.end_s)


def test_a_pause_tells_its_measurement_in_words() -> None:
    paused = dataclasses.replace(recording(), pauses=(Pause(12.04, 14.42, 6.12),))
    (signal,) = find_signals(paused)
    assert (signal.start_s, signal.end_s) == (12.0, 14.4)
    assert signal.rationale == "2.4 s without speech from 0:12, after 6.1 s of speech."
    after_little = dataclasses.replace(recording(), pauses=(Pause(12.0, 14.4, 0.9),))
    assert find_signals(after_little) == ()


def test_a_short_sound_between_silences_is_agreement() -> None:
    runs = (Span(0, 10.0), Span(12.5, 12.9), Span(15.0, 45.0))
    ((type_, probability, rationale),) = signals_of(dataclasses.replace(recording(), runs=runs))
    assert (type_, probability) == ("agreement", "medium")
    assert rationale == (
        "0.4 s of sound alone at 0:12, with at least 2.1 s of quiet before and after it."
    )


def test_the_table_is_within_the_contract_and_hears_what_it_says() -> None:
    assert {rule.type for rule in RULES} == contract.SIGNALS
    assert {rule.type for rule in RULES if rule.modality == ("audio",)} >= SOUND_TYPES
    for rule in RULES:
        assert rule.condition
        assert list(rule.steps) == sorted(rule.steps)


def test_probability_steps_include_their_lower_bound() -> None:
    steps = (1.0, 2.0, 3.0)
    found = [probability_of(strength, steps) for strength in (0.99, 1.0, 1.99, 2.0, 2.99, 3.0, 9)]
    assert found == [None, "low", "low", "medium", "medium", "high", "high"]


def test_touching_signals_of_one_type_become_one_that_keeps_the_surest_words() -> None:
    parts = [
        Signal("interest", 0.0, 5.0, "low", "a", ("audio",)),
        Signal("stress", 5.0, 10.0, "low", "b", ("audio",)),
        Signal("interest", 5.0, 10.0, "high", "c", ("visual",)),
        Signal("interest", 15.0, 20.0, "medium", "d", ("audio",)),
    ]
    assert merge_signals(parts) == [
        Signal("interest", 0.0, 10.0, "high", "c", ("audio", "visual")),
        parts[1],
        parts[3],
    ]


def numbers(low: float, high: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.floats(low, high)


@st.composite
def any_measurements(draw: st.DrawFn) -> Measurements:
    duration_s = draw(st.floats(3.0, 200.0))
    windows = [
        Window(
            span.start_s,
            span.end_s,
            speech_share=draw(numbers(0, 1)),
            level_db=draw(numbers(-120, 0)),
            level_spread_db=draw(numbers(0, 60)),
            pitch_hz=draw(numbers(75, 400)),
            pitch_spread_st=draw(numbers(0, 9)),
            breaks=draw(st.none() | st.integers(0, 15)),
            max_gap_s=draw(numbers(0, 6)),
            movement=draw(numbers(0, 1)),
        )
        for span in window_spans(duration_s)
    ]
    edges = sorted(draw(st.lists(st.floats(0, duration_s), max_size=12)))
    edges = edges[: len(edges) // 2 * 2]
    runs = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    pauses = [
        Pause(a.end_s, b.start_s, a.length_s)
        for a, b in pairwise(runs)
        if b.start_s - a.end_s >= 1.0
    ]
    return Measurements(duration_s, tuple(windows), tuple(runs), tuple(pauses))


@given(any_measurements(), st.sets(st.sampled_from(["overall", "timeline"])), st.booleans())
def test_any_measurements_give_an_answer_of_the_contract(
    measurements: Measurements, halves: set[str], asks_for_feedback: bool
) -> None:
    include = [f"conversation_quality_{half}" for half in halves]
    goals = ["clarity"] if asks_for_feedback else []
    body = v1_body(measurements, include=include, goals=goals)
    contract.check_v1(body, duration_s=measurements.duration_s)
    assert set(body.get("conversation_quality", {})) == (halves if body["signals"] else set())
    assert ("feedback" in body) == asks_for_feedback
    assert body == v1_body(measurements, include=include, goals=goals)


@given(any_measurements(), st.sets(st.sampled_from(["overall", "timeline"])), st.booleans())
def test_any_measurements_give_a_job_result_of_the_contract(
    measurements: Measurements, halves: set[str], asks_for_signals: bool
) -> None:
    include = [f"conversation_quality_{half}" for half in halves]
    include += ["signals"] * asks_for_signals
    result = v2_result(measurements, include=include)
    contract.check_v2(result, duration_s=measurements.duration_s)
    assert ("signals" in result) == asks_for_signals
    assert set(result.get("conversation_quality", {})) == halves
    heard = v2_result(measurements, types=SOUND_TYPES)
    assert {s["type"] for w in heard["windows"] for s in w["signals"]} <= SOUND_TYPES
