"""Numbers beside each other by value, with the cases that mislead."""

from __future__ import annotations

import pytest

from interhuman.findings.comparison import (
    ENGAGED_COLUMNS,
    RATE_COLUMNS,
    SCORE_COLUMNS,
    compared_engagement,
    compared_rates,
    compared_scores,
    letters,
)
from interhuman.vocabulary import DIMENSIONS, SCORES
from tests.findings.compared import FULL, recording, rows


def test_scores_with_the_difference_to_the_first() -> None:
    table = compared_scores(
        [recording(scores=FULL), recording(scores={**FULL, "clarity": 64.5, "learning": 48.0})]
    )
    assert rows(table[table["score"] == "clarity"], "place", "value", "difference") == [
        (0, 70.0, None),
        (1, 64.5, -5.5),
    ]
    assert rows(table[table["place"] == 1], "score", "difference") == [
        ("quality_index", 0.0),
        ("clarity", -5.5),
        ("authority", 0.0),
        ("energy", 0.0),
        ("rapport", None),
        ("learning", 8.0),
    ]


@pytest.mark.parametrize(("first", "second"), [(50.0, 72.0), (72.0, 50.0), (50.0, 50.0)])
def test_no_difference_is_claimed_from_a_dimension_of_exactly_50(
    first: float, second: float
) -> None:
    table = compared_scores(
        [recording(scores={**FULL, "energy": first}), recording(scores={**FULL, "energy": second})]
    )
    energy = table[table["score"] == "energy"]
    assert rows(energy, "value", "is_evidence", "difference") == [
        (first, first != 50, None),
        (second, second != 50, None),
    ]


def test_an_index_of_50_counts_unless_every_dimension_says_no_evidence() -> None:
    nothing = dict.fromkeys(SCORES, 50.0)
    some = {**nothing, "clarity": 51.0}
    table = compared_scores([recording(scores=FULL), recording(scores=nothing)])
    assert rows(table, "is_evidence", "difference")[1] == (False, None)
    table = compared_scores([recording(scores=FULL), recording(scores=some)])
    assert rows(table, "is_evidence", "difference")[1] == (True, -10.0)


def test_what_is_missing_stays_missing() -> None:
    table = compared_scores(
        [recording(), recording(scores={"clarity": 61.0}), recording(scores=FULL)]
    )
    assert table["difference"].isna().all()
    assert rows(table[table["place"] == 1], "score", "value", "is_evidence") == [
        ("quality_index", None, False),
        ("clarity", 61.0, True),
        *((name, None, False) for name in DIMENSIONS[1:]),
    ]
    assert dict(compared_scores([]).dtypes) == dict(table.dtypes)
    assert list(table.columns) == list(SCORE_COLUMNS)


def test_no_difference_is_claimed_between_the_sandbox_and_interhuman() -> None:
    both = [recording(scores=FULL), recording(scores=FULL, sandbox=True), recording(scores=FULL)]
    scores = compared_scores(both)
    assert rows(scores[scores["score"] == "clarity"], "difference") == [(None,), (None,), (0.0,)]
    assert rows(compared_engagement(both), "difference") == [(None,), (None,), (0.0,)]


def test_share_engaged_of_the_time_with_data() -> None:
    table = compared_engagement(
        [
            recording(states=(("engaged", 0, 15), ("neutral", 15, 30))),
            recording(states=(("engaged", 0, 45), ("disengaged", 45, 60))),
            recording(states=()),
            recording(states=(("engaged", 0, 0),), end_s=0.0),
        ]
    )
    assert rows(table, *ENGAGED_COLUMNS) == [
        (0, 0.5, None, 0.5),
        (1, 0.75, 0.25, 1.0),
        (2, None, None, 0.0),
        (3, None, None, None),
    ]


def test_rates_a_minute_of_recordings_of_different_length() -> None:
    long = recording(("stress", 0, 5), ("stress", 70, 75), ("interest", 10, 12), end_s=120.0)
    short = recording(("stress", 3, 4), end_s=30.0)
    table = compared_rates([long, short], by="type")
    assert rows(table, *RATE_COLUMNS) == [
        ("interest", "toward", 0, 1, 0.5),
        ("interest", "toward", 1, 0, 0.0),
        ("stress", "away", 0, 2, 1.0),
        ("stress", "away", 1, 1, 2.0),
    ]
    table = compared_rates([long, short], by="family")
    assert rows(table, "name", "place", "per_minute") == [
        ("toward", 0, 0.5),
        ("toward", 1, 0.0),
        ("unsure", 0, 0.0),
        ("unsure", 1, 0.0),
        ("away", 0, 1.0),
        ("away", 1, 2.0),
    ]


def test_signals_without_length_count_and_overlapping_ones_count_each() -> None:
    one = recording(("confusion", 5, 5), ("confusion", 5, 20), ("confusion", 10, 15))
    table = compared_rates([one, recording()], by="type")
    assert rows(table, "place", "count", "per_minute") == [(0, 3, 3.0), (1, 0, 0.0)]


def test_a_recording_without_length_has_no_rates() -> None:
    table = compared_rates([recording(("stress", 0, 0), end_s=0.0), recording()], by="type")
    assert rows(table, "count", "per_minute") == [(1, None), (0, 0.0)]


def test_types_stand_by_family_and_unpublished_ones_last() -> None:
    one = recording(("zeal", 0, 1), ("stress", 0, 1), ("hesitation", 0, 1), ("agreement", 0, 1))
    table = compared_rates([one], by="type")
    assert table["name"].tolist() == ["agreement", "hesitation", "zeal", "stress"]
    assert compared_rates([recording()], by="type").empty


def test_letters_are_listed_as_people_list_them() -> None:
    assert [letters(places) for places in ((), (1,), (0, 2), (0, 1, 3))] == [
        "",
        "B",
        "A and C",
        "A, B and D",
    ]
