"""Tiers for other programs: nothing overlaps, nothing lies past the end, nothing is lost."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given

from interhuman.analysis import Analysis, Signal
from interhuman.exports.named import NamedResult
from interhuman.exports.research.tracks import length_ms, media_name, tiers, tracks
from tests.exports.results import FULL, RESULTS, of


def test_a_tier_per_type_and_further_ones_where_its_signals_overlap() -> None:
    result = of(
        Signal("stress", 1.0, 4.0),
        Signal("stress", 3.0, 5.0),
        Signal("stress", 4.0, 6.0),
        Signal("daydreaming", 2.0, 3.0),
        Signal("agreement", 7.0, 8.0),
    )
    found = [(tier.name, [(s.start_ms, s.end_ms) for s in tier.spans]) for tier in tiers(result)]
    assert found == [
        ("agreement", [(7000, 8000)]),
        ("stress", [(1000, 4000), (4000, 6000)]),
        ("stress 2", [(3000, 5000)]),
        ("daydreaming", [(2000, 3000)]),
        ("Engagement state", []),
    ]


def test_a_moment_lasts_a_millisecond_within_the_recording() -> None:
    moments = of(Signal("stress", 3.0, 3.0), Signal("stress", 3.0, 3.0), Signal("stress", 10, 10))
    assert [[(span.start_ms, span.end_ms) for span in tier.spans] for tier in tiers(moments)] == [
        [(3000, 3001), (9999, 10_000)],
        [(3000, 3001)],
        [],
    ]


@pytest.mark.parametrize(
    ("duration_s", "milliseconds"),
    [(10.0, 10_000), (1.001, 1001), (4.35, 4350), (9.9996, 9999), (0.0, 1), (None, 12_346)],
)
def test_the_length_is_never_rounded_up(duration_s: float | None, milliseconds: int) -> None:
    assert length_ms(of(Signal("stress", 0, 12.3456), duration_s=duration_s).analysis) == (
        milliseconds
    )


def test_the_text_has_probability_and_rationale() -> None:
    spans = [span for track in tracks(FULL) for span in track.spans]
    texts = {span.text for span in spans}
    assert "high probability: A long pause before the price is named." in texts
    assert "probability not given: Raises one brow at the claim." in texts
    assert "low probability" in texts
    assert {"engaged", "neutral", "disengaged", "Good start"} <= texts


def test_what_has_no_time_has_no_place() -> None:
    result = of(Signal("stress", math.nan, 1.0), Signal("stress", 0.0, math.inf))
    assert [len(track.spans) for track in tracks(result)] == [0, 0]


@pytest.mark.parametrize(
    ("recording", "title", "name"),
    [
        ("clip 1.mp4", "Talk", "clip 1.mp4"),
        ("", "Talk", "Talk"),
        ("../../etc/passwd", "Talk", "passwd"),
        ("C:\\a\\b.mov", "Talk", "b.mov"),
        ("..", "Talk", "recording"),
        ("a/", "", "a"),
        ("", "", "recording"),
        ("a\nb.mp4", "", "a b.mp4"),
    ],
)
def test_a_recording_is_linked_by_its_name_alone(recording: str, title: str, name: str) -> None:
    assert media_name(NamedResult(title, Analysis(), recording=recording)) == name


@given(result=RESULTS)
def test_tiers_hold_everything_once_without_overlaps(result: NamedResult) -> None:
    found, end_ms = tiers(result), length_ms(result.analysis)
    names = [tier.name.casefold() for tier in found]
    assert len(set(names)) == len(names)
    for tier in found:
        assert tier.name
        assert all(0 <= span.start_ms < span.end_ms <= end_ms for span in tier.spans)
        assert all(one.end_ms <= other.start_ms for one, other in pairwise(tier.spans))
        assert not set("<>\n\0") & set(tier.name)
    analysis, notes = result.analysis, result.annotations.notes
    held = sum(len(tier.spans) for tier in found)
    assert held == len(analysis.signals) + len(analysis.engagement) + len(notes)
