"""The lookups of style.py: families, colours, bands and number formats."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman import vocabulary
from interhuman.view import formats as style
from tests.colors import CVD, contrast, distance

INKS = {"light": style.LIGHT, "dark": style.DARK}


@pytest.mark.parametrize(
    ("signal_type", "family"),
    [
        ("agreement", "toward"),
        ("engagement", "toward"),
        ("hesitation", "unsure"),
        ("stress", "away"),
        ("tension", "away"),
        ("daydreaming", "unsure"),
        ("", "unsure"),
        ("AGREEMENT", "unsure"),
    ],
)
def test_a_type_has_one_family_and_an_unknown_one_is_unsure(signal_type: str, family: str) -> None:
    assert vocabulary.family_of(signal_type) == family


def test_published_types_stand_in_family_order() -> None:
    ranks = [vocabulary.FAMILIES.index(family) for family in vocabulary.FAMILY_OF.values()]
    assert ranks == sorted(ranks)
    assert len(vocabulary.FAMILY_OF) == 13


@pytest.mark.parametrize("theme", INKS)
@pytest.mark.parametrize("family", vocabulary.FAMILIES)
def test_family_colours_stand_out_from_every_ground(theme: str, family: str) -> None:
    colour = INKS[theme].families[family]
    assert contrast(colour, INKS[theme].ground) >= 4.5
    assert contrast(colour, INKS[theme].raised) >= 3


@pytest.mark.parametrize("theme", INKS)
@pytest.mark.parametrize("sight", CVD)
def test_family_colours_stay_apart_in_every_sight(theme: str, sight: str) -> None:
    pairs = combinations(INKS[theme].families.values(), 2)
    assert min(distance(one, other, CVD[sight]) for one, other in pairs) >= 25


def test_the_contrast_measure_agrees_with_known_values() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", INKS)
def test_words_are_readable_on_every_ground(theme: str) -> None:
    ink = INKS[theme]
    for ground in (ink.ground, ink.raised):
        assert contrast(ink.text, ground) >= 7
        assert contrast(ink.muted, ground) >= 4.5


def test_ink_follows_the_theme() -> None:
    assert style.ink(dark=True) is style.DARK
    assert style.ink(dark=False) is style.LIGHT


def test_translucent_keeps_the_colour() -> None:
    assert style.translucent("#0072B2", 0.5) == "rgba(0,114,178,0.5)"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0.0, "weak"),
        (29.99, "weak"),
        (30.0, "below average"),
        (49.99, "below average"),
        (50.0, "moderate"),
        (64.99, "moderate"),
        (65.0, "good"),
        (80.0, "excellent"),
        (100.0, "excellent"),
        (-3.0, "weak"),
    ],
)
def test_a_band_includes_its_lower_bound(value: float, name: str) -> None:
    assert vocabulary.band(value) == name


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (72.0, "72"),
        (72.4, "72"),
        (72.5, "73"),
        (0.0, "0"),
        (100.0, "100"),
        (64.7, "64"),
        (49.6, "49"),
        (None, "not given"),
        (math.nan, "not given"),
    ],
)
def test_a_score_is_whole_and_stays_in_its_band(value: float | None, words: str) -> None:
    assert style.score(value) == words


@settings(deadline=None)
@given(st.floats(0, 100))
def test_a_score_reads_as_its_band_says(value: float) -> None:
    shown = float(style.score(value))
    assert vocabulary.band(shown) == vocabulary.band(value)
    assert abs(shown - value) <= 1


@pytest.mark.parametrize(
    ("value", "words"), [(50.0, "no evidence"), (50.4, "50"), (49.9, "49"), (None, "not given")]
)
def test_only_exactly_fifty_is_no_evidence(value: float | None, words: str) -> None:
    assert style.dimension_score(value) == words


@pytest.mark.parametrize(
    ("index", "dimensions", "words"),
    [
        (50.0, [50.0] * 5, "no evidence"),
        (50.0, [50.0, 50.0, 50.0, 50.0, None], "moderate"),
        (50.0, [40.0, 60.0, 50.0, 50.0, 50.0], "moderate"),
        (81.0, [], "excellent"),
        (None, [50.0] * 5, "not given"),
    ],
)
def test_the_index_has_no_band_when_nothing_was_detected(
    index: float | None, dimensions: list[float | None], words: str
) -> None:
    assert style.index_words(index, dimensions) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0:00"),
        (5.0, "0:05"),
        (59.99, "0:59"),
        (29.9999999, "0:30"),
        (600.0, "10:00"),
        (3599.0, "59:59"),
        (3600.0, "1:00:00"),
        (36061.0, "10:01:01"),
        (-4.0, "0:00"),
        (None, "not given"),
        (math.nan, "not given"),
        (math.inf, "not given"),
    ],
)
def test_clock(seconds: float | None, words: str) -> None:
    assert style.clock(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0:00.0"), (12.34, "0:12.3"), (59.96, "1:00.0"), (3599.99, "1:00:00.0")],
)
def test_clock_with_tenths(seconds: float, words: str) -> None:
    assert style.clock(seconds, tenths=True) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (5.0, 10.0, "0:05\N{EN DASH}0:10"),
        (5.0, 10.5, "0:05.0\N{EN DASH}0:10.5"),
        (10.0, 10.0, "at 0:10"),
        (10.25, 10.25, "at 0:10.2"),
    ],
)
def test_span(start: float, end: float, words: str) -> None:
    assert style.span(start, end) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 seconds"),
        (1.0, "1 second"),
        (2.44, "2.4 seconds"),
        (45.0, "45 seconds"),
        (60.0, "1 minute"),
        (72.0, "1 minute 12 seconds"),
        (3661.0, "1 hour 1 minute 1 second"),
        (None, "not given"),
    ],
)
def test_duration_words(seconds: float | None, words: str) -> None:
    assert style.duration_words(seconds) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        ("high", "high probability"),
        ("low", "low probability"),
        (None, "probability not given"),
        (math.nan, "probability not given"),
        (0.9, "probability not given"),
    ],
)
def test_probability_is_told_in_words(probability: object, words: str) -> None:
    assert style.probability_words(probability) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [("agreement", "Agreement"), ("odd_new_type", "Odd new type"), (" ", "(unnamed)")],
)
def test_label(name: str, words: str) -> None:
    assert style.label(name) == words


def test_count() -> None:
    assert style.count(1, "signal") == "1 signal"
    assert style.count(1024, "signal") == "1,024 signals"
