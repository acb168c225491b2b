"""What recurs, and where in the recordings."""

from __future__ import annotations

from interhuman.findings.recurring import (
    MOMENT_COLUMNS,
    RECURRING_COLUMNS,
    recurring,
    recurring_moments,
)
from tests.findings.compared import recording, rows


def test_types_with_the_recordings_and_the_thirds_that_have_them() -> None:
    one = recording(("stress", 10, 30), ("stress", 19.9, 25), ("interest", 45, 50))
    other = recording(("stress", 100, 110), ("stress", 5, 6), end_s=120.0)
    assert rows(recurring([one, other, recording()]), *RECURRING_COLUMNS) == [
        ("stress", "away", 2, 2, 0, 1),
        ("interest", "toward", 1, 0, 0, 1),
    ]


def test_thirds_are_of_the_own_length_and_a_boundary_belongs_to_the_later_one() -> None:
    one = recording(("stress", 0, 1), ("stress", 20, 21), ("stress", 40, 41), ("stress", 60, 60))
    other = recording(("stress", 20, 21), end_s=300.0)
    moments = recurring_moments([one, other])
    assert rows(moments, *MOMENT_COLUMNS) == [
        ("stress", 0, "beginning", 0.0, 0),
        ("stress", 0, "middle", 20.0, 1),
        ("stress", 0, "end", 40.0, 2),
        ("stress", 0, "end", 60.0, 3),
        ("stress", 1, "beginning", 20.0, 0),
    ]


def test_a_recording_without_length_counts_and_has_no_thirds() -> None:
    moment = recording(("stress", 0, 0), end_s=0.0)
    assert rows(recurring([moment]), "recordings", "beginning", "middle", "end") == [(1, 0, 0, 0)]
    assert rows(recurring_moments([moment]), "third", "start_s") == [(None, 0.0)]


def test_moments_are_in_order_of_time_and_keep_their_place_in_the_analysis() -> None:
    one = recording(("stress", 30, 31), ("confusion", 10, 10), ("stress", 5, 9))
    assert rows(recurring_moments([one]), "start_s", "signal") == [(5.0, 2), (10.0, 1), (30.0, 0)]


def test_of_types_in_as_many_recordings_the_order_is_that_of_the_families() -> None:
    one = recording(("stress", 0, 1), ("daydreaming", 0, 1), ("agreement", 0, 1))
    assert recurring([one, one])["type"].tolist() == ["agreement", "daydreaming", "stress"]


def test_nothing_gives_the_same_columns() -> None:
    for function, columns in ((recurring, RECURRING_COLUMNS), (recurring_moments, MOMENT_COLUMNS)):
        empty = function([recording()])
        assert empty.empty
        assert list(empty.columns) == list(columns)
        assert dict(empty.dtypes) == dict(function([recording(("stress", 0, 1))]).dtypes)
