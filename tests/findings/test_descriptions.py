"""Captions: the finding in words, honest about gaps, careful about people."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from interhuman.analysis import Analysis, ConversationQuality, QualityScores, QualityWindow
from interhuman.findings.descriptions import (
    quality_caption,
    quality_over_time_caption,
    small_multiples_caption,
    tracks_caption,
)
from interhuman.frames import (
    quality_frame,
    quality_timeline_frame,
)
from tests.view.frames import engagement, over_time, quality, signals

DASH = "\N{EN DASH}"


def test_the_tracks_in_three_sentences_by_value() -> None:
    frame = signals(
        ("hesitation", 0, 10, "high"),
        ("hesitation", 5, 12, "high"),
        ("agreement", 20, 25, None),
    )
    engaged = engagement(("engaged", 0, 20), ("neutral", 20, 40))
    scores = over_time((0, 10, 40.0), (10, 20, 70.0), (20, 30, None))
    assert tracks_caption(frame, engaged, scores, end_s=45.0) == (
        "3 signals in 0:45. Most time: hesitation (0:12), agreement (0:05). "
        "Engaged for 50% of the 0:40 with data. Quality index over time: "
        f"lowest 40, below average (0:00{DASH}0:10), highest 70, good (0:10{DASH}0:20)."
    )


def test_tracks_that_were_not_given_are_not_mentioned() -> None:
    unscored = over_time((0, 10, None))
    assert tracks_caption(signals(), engagement(), unscored, end_s=45.0) == (
        "No signals were detected in 0:45."
    )
    moment = signals(("stress", 10, 10, "high"))
    assert tracks_caption(moment, engagement(), unscored, end_s=45.0) == (
        "1 signal in 0:45, a single moment."
    )


def calls(function: Callable[[], object]) -> int:
    """Return how many Python functions `function` calls: its work, without a stopwatch."""
    number = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event == "call"

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return number


def test_the_work_does_not_grow_with_the_number_of_names() -> None:
    spans = [(n, n + 2.0) for n in range(1_000)]
    few_states = engagement(*((f"s{n % 2}", *span) for n, span in enumerate(spans)))
    many_states = engagement(*((f"s{n}", *span) for n, span in enumerate(spans)))
    few_types = signals(*((f"t{n % 2}", *span, None) for n, span in enumerate(spans)))
    many_types = signals(*((f"t{n}", *span, None) for n, span in enumerate(spans)))
    none = over_time()
    for few, many in (
        (
            partial(tracks_caption, few_types, engagement(), none),
            partial(tracks_caption, many_types, engagement(), none),
        ),
        (
            partial(tracks_caption, signals(), few_states, none),
            partial(tracks_caption, signals(), many_states, none),
        ),
    ):
        few(end_s=1_001.0)
        limit = 2 * calls(partial(few, end_s=1_001.0))
        assert calls(partial(many, end_s=1_001.0)) < limit


def test_quality_by_value() -> None:
    frame = quality(
        quality_index=66.4, clarity=71.0, authority=68.0, energy=62.0, rapport=81.0, learning=50.0
    )
    assert quality_caption(frame) == (
        "Quality index 66, good. Clarity 71, authority 68, energy 62, rapport 81, "
        "learning no evidence. Highest: rapport, lowest: energy."
    )


def test_quality_says_what_was_not_given() -> None:
    assert quality_caption(quality(clarity=60.0)) == (
        "Quality index not given. Clarity 60, authority not given, energy not given, "
        "rapport not given, learning not given."
    )
    nothing = "No quality scores were given for the whole recording."
    assert quality_caption(quality_frame(Analysis())) == nothing


def test_quality_over_time_by_value() -> None:
    frame = over_time((0, 10, 70.0), (10, 20, 55.0), (20, 30, None), (30, 40, 84.0))
    assert quality_over_time_caption(frame) == (
        f"Quality index over time: lowest 55, moderate (0:10{DASH}0:20), "
        f"highest 84, excellent (0:30{DASH}0:40). Not given in 1 window."
    )


def test_quality_that_never_changes() -> None:
    assert quality_over_time_caption(over_time((0, 10, 70.0), (10, 20, 70.0))) == (
        "Quality index over time: 70, good throughout."
    )


def test_no_evidence_throughout_is_not_a_level() -> None:
    frame = over_time((0, 10, 50.0), (10, 20, 50.0))
    caption = quality_over_time_caption(frame, dimension="clarity")
    assert caption == "Clarity over time: no evidence throughout."


def test_small_multiples_tell_each_dimension() -> None:
    scores = QualityScores(60.0, 50.0, 60.0, None, 70.0, 55.0)
    windows = (QualityWindow(0.0, 5.0, scores),)
    frame = quality_timeline_frame(
        Analysis(conversation_quality=ConversationQuality(None, windows))
    )
    assert small_multiples_caption(frame) == (
        "Clarity over time: no evidence throughout. Authority over time: 60 throughout. "
        "Energy over time: not given. Rapport over time: 70 throughout. "
        "Learning over time: 55 throughout."
    )
