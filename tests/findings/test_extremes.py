"""The lowest and the highest window of a score over time."""

from __future__ import annotations

import pytest

from interhuman.findings.extremes import Extreme, extremes
from interhuman.vocabulary import INDEX
from tests.view.frames import over_time


def words(*values: tuple[float, float, float | None], name: str = INDEX) -> list[str]:
    return [extreme.words for extreme in extremes(over_time(*values), name)]


def test_they_are_named_with_value_and_time() -> None:
    assert extremes(over_time((0, 10, 40.0), (10, 20, 71.6), (160, 170, 30.0)), INDEX) == (
        Extreme(160.0, 170.0, 30.0, "lowest 30 at 2:40"),
        Extreme(10.0, 20.0, 71.6, "highest 72 at 0:10"),
    )


def test_of_several_it_is_the_first_in_time() -> None:
    windows = ((20, 30, 30.0), (10, 20, 30.0), (0, 10, 80.0))
    assert words(*windows) == ["lowest 30 at 0:10", "highest 80 at 0:00"]


def test_a_window_without_evidence_is_none_of_them() -> None:
    windows = ((0, 10, 50.0), (10, 20, 60.0), (20, 30, 80.0))
    assert words(*windows, name="clarity") == ["lowest 60 at 0:10", "highest 80 at 0:20"]
    assert words(*windows) == ["lowest 50 at 0:00", "highest 80 at 0:20"]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [(0.0, 10.0, None)],
        [(0.0, 10.0, 60.0)],
        [(0.0, 10.0, 60.1), (10.0, 20.0, 60.2)],
        [(0.0, 10.0, 60.0), (10.0, 20.0, None)],
    ],
)
def test_windows_that_all_read_the_same_have_none(
    values: list[tuple[float, float, float | None]],
) -> None:
    assert words(*values) == []
