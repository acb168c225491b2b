"""The engagement ribbon and its gaps."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from interhuman.findings.time_axis import gaps
from interhuman.view.charts import tracks
from interhuman.view.charts.engagement import folded
from tests.view.frames import END_S, engagement, on, over_time, signals


def ribbon(frame: pd.DataFrame, *, end_s: float = END_S, dark: bool = False) -> list[Any]:
    """Return the marks of the engagement on the tracks."""
    return on(tracks(signals(), frame, over_time(), end_s=end_s, dark=dark).figure, "y2")


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [(0, 100)]),
        ([(0, 100)], []),
        ([(10, 20), (20, 50)], [(0, 10), (50, 100)]),
        ([(50, 60), (0, 55)], [(60, 100)]),
        ([(0, 40), (40, 40), (70, 120)], [(40, 70)]),
        ([(100, 100)], [(0, 100)]),
    ],
)
def test_gaps_by_value(spans: list[tuple[float, float]], expected: list[object]) -> None:
    frame = engagement(*(("engaged", start, end) for start, end in spans))
    assert gaps(frame, end_s=END_S) == expected


def test_engaged_stands_above_disengaged_below_neutral_thin() -> None:
    frame = engagement(("engaged", 0, 40), ("neutral", 40, 50), ("disengaged", 50, 100))
    up, thin, down = ribbon(frame)
    assert (up.base, up.y[0]) == (0, 1)
    assert (down.base, down.y[0]) == (-1, 1)
    assert thin.base == -thin.y[0] / 2
    assert thin.y[0] < 0.3
    assert list(up.x) == [20]
    assert list(up.width) == [40]


def test_a_short_entry_is_no_wider_than_it_lasts() -> None:
    _, bar = ribbon(engagement(("engaged", 0, 5), ("engaged", 5, 9)), end_s=1800.0)
    assert list(bar.x) == [2.5, 7.0]
    assert list(bar.width) == [5.0, 4.0]


@pytest.mark.parametrize("dark", [False, True])
def test_a_gap_stays_empty_and_says_so_on_hover(dark: bool) -> None:
    no_data, _ = ribbon(engagement(("engaged", 0, 40)), dark=dark)
    assert list(no_data.width) == [60]
    assert list(no_data.hovertext) == ["<b>No data</b><br>0:40\N{EN DASH}1:40"]
    assert no_data.marker.color == "rgba(0,0,0,0)"
    assert no_data.marker.line.width == 0
    assert no_data.marker.pattern.shape is None
    assert no_data.text is None


def test_a_state_nobody_published_is_drawn_and_a_moment_is_a_tick() -> None:
    marks = ribbon(engagement(("asleep", 0, 40), ("engaged", 100, 100)))
    assert any("Asleep" in text for trace in marks for text in trace.hovertext)
    (tick,) = (trace for trace in marks if trace.type == "scatter")
    assert list(tick.x) == [100]
    assert tick.marker.symbol == "line-ns"


def test_thousands_of_states_are_joined_to_what_a_screen_can_show() -> None:
    frame = engagement(*((f"s{n}", n, n + 1.0) for n in range(16_000)))
    (bar,) = ribbon(frame, end_s=16_000.0)
    assert list(bar.hovertext) == [
        "<b>Several states, 16,000 entries</b><br>0:00\N{EN DASH}4:26:40"
    ]


def test_joined_entries_keep_their_extent_and_never_bridge_a_gap() -> None:
    frame = engagement(("a", 20, 30), ("a", 0, 10), ("a", 5, 7), ("b", 10.5, 12), ("b", 40, 40))
    joined = folded(frame, gap_s=1.0)
    assert joined.reset_index().to_dict("list") == {
        "index": [1, 0, 4],
        "state": ["several states", "a", "b"],
        "start_s": [0.0, 20.0, 40.0],
        "end_s": [12.0, 30.0, 40.0],
        "entries": [3, 1, 1],
    }
