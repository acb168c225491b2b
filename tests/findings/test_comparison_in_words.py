"""What people read of a comparison, by value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interhuman.findings.comparison_in_words import MAX_TYPES, comparison_in_words
from interhuman.findings.recurring_in_words import MAX_MOMENTS, recurring_in_words
from tests.findings.compared import FULL, recording


def row(rows: Any, label: str) -> list[Any]:
    """Return the cells of the row with this label."""
    (found,) = (each["cells"] for each in rows if each["label"] == label)
    return list(found)


def score_words(*recordings: Any, label: str) -> list[tuple[str, str]]:
    """Return each score as it reads, with its difference."""
    cells = row(comparison_in_words(recordings)["scores"], label)
    return [(cell["words"], cell["difference"]) for cell in cells]


@pytest.mark.parametrize(
    ("second", "difference"), [(77.4, "+7"), (62.5, "−8"), (70.4, "±0"), (69.6, "±0")]
)
def test_differences_are_signed_and_of_the_exact_values(second: float, difference: str) -> None:
    one, other = recording(scores=FULL), recording(scores={**FULL, "clarity": second})
    assert [words for _, words in score_words(one, other, label="Clarity")] == ["", difference]


def test_no_evidence_and_what_was_not_given_read_so_and_have_no_difference() -> None:
    one, other = recording(scores=FULL), recording()
    assert score_words(one, one, label="Rapport") == [("no evidence", "")] * 2
    assert score_words(one, other, label="Clarity") == [("70", ""), ("not given", "")]
    nothing = recording(scores=dict.fromkeys(FULL, 50.0))
    assert score_words(one, nothing, label="Quality index") == [("60", ""), ("no evidence", "")]


def test_time_engaged_says_of_how_much_time_there_is_data() -> None:
    one = recording(states=(("engaged", 0, 15), ("neutral", 15, 30)))
    cells = row(
        comparison_in_words([one, recording(), recording(states=())])["scores"], "Time engaged"
    )
    assert [(cell["words"], cell["band"], cell["difference"]) for cell in cells] == [
        ("50%", "of the 50% with data", ""),
        ("100%", "", "+50"),
        ("not given", "", ""),
    ]


def test_the_radar_has_what_was_given_and_is_missing_without_any_score() -> None:
    one, other = recording(scores={"clarity": 61.0, "rapport": 50.0}), recording()
    radar: Any = comparison_in_words([one, other])["radar"]
    assert radar == [
        [
            {"value": 61.0, "isEvidence": True},
            None,
            None,
            {"value": 50.0, "isEvidence": False},
            None,
        ],
        [None] * 5,
    ]
    assert comparison_in_words([other, other])["radar"] is None


def test_rates_stand_by_family_and_the_longest_bar_is_the_highest_rate() -> None:
    one = recording(("stress", 0, 1), ("stress", 2, 3), ("interest", 0, 1))
    none = recording(("stress", 0, 0), end_s=0.0)
    rates: Any = comparison_in_words([one, recording(), none])["rates"]
    assert [(each["label"], each["level"]) for each in rates] == [
        ("Toward", "family"),
        ("Interest", "type"),
        ("Unsure", "family"),
        ("Away", "family"),
        ("Stress", "type"),
    ]
    assert [(cell["words"], cell["share"], cell["count"]) for cell in row(rates, "Stress")] == [
        ("2.0", 1.0, "2 signals"),
        ("0", 0.0, "0 signals"),
        ("–", 0.0, "1 signal"),
    ]
    rare = recording(("stress", 0, 1), end_s=3_600.0)
    assert row(comparison_in_words([rare])["rates"], "Stress")[0]["words"] == "<0.1"


def test_signals_that_could_not_be_read_are_not_0_and_not_among_those_counted() -> None:
    one, odd = recording(("stress", 0, 1)), recording(signals_read=False)
    cell = row(comparison_in_words([one, odd])["rates"], "Stress")[1]
    assert cell == {"share": 0.0, "words": "–", "count": "The signals couldn't be read"}
    assert [recurring_in_words(each)["number"] for each in ([one, odd], [one, one])] == [1, 2]
    assert recurring_in_words([odd])["none"] == "No signals that could be read."


def many_twice() -> list[tuple[str, float, float]]:
    return [(f"type {number}", at, at) for number in range(MAX_TYPES) for at in (1, 2)]


def test_many_types_and_moments_are_bounded_and_it_is_said() -> None:
    many = recording(*((f"type {number}", number, number) for number in range(MAX_TYPES + 2)))
    numbers: Any = comparison_in_words([many])
    assert sum(each["level"] == "type" for each in numbers["rates"]) == MAX_TYPES
    assert numbers["more"] == "Not shown: 2 more types."
    rare = recording(("rare", 0, 1), end_s=2.0)
    rates: Any = comparison_in_words([rare, recording(*many_twice(), end_s=3600.0)])["rates"]
    assert row(rates, "Rare")[0]["words"] == "30.0"
    often = recording(*(("stress", number / 10, 60) for number in range(MAX_MOMENTS + 3)))
    recurs: Any = recurring_in_words([often, often, many])
    assert len(recurs["rows"]) == MAX_TYPES
    third = recurs["rows"][0]["thirds"][0]
    assert (len(third["moments"]), third["left"]) == (MAX_MOMENTS, MAX_MOMENTS + 6)


def test_what_recurs_has_its_moments_by_third() -> None:
    one, other = (
        recording(("stress", 10, 30), ("stress", 50, 51)),
        recording(("stress", 5, 5), end_s=0),
    )
    recurs: Any = recurring_in_words([one, other])
    (stress,) = recurs["rows"]
    assert (stress["recordings"], stress["family"]) == (2, "away")
    assert [(third["recordings"], third["moments"]) for third in stress["thirds"]] == [
        (1, [(0, 10.0, "0:10")]),
        (0, []),
        (1, [(0, 50.0, "0:50")]),
    ]
    assert stress["without"]["moments"] == [(1, 5.0, "0:05")]


def test_everything_is_json() -> None:
    both = [recording(("stress", 0, 0), scores=FULL), recording(states=(), end_s=0.0)]
    numbers = comparison_in_words(both)
    assert json.loads(json.dumps(numbers, allow_nan=False))["scores"]
    assert json.loads(json.dumps(recurring_in_words(both), allow_nan=False))["rows"]
