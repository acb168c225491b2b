"""The time axis, and what all charts share."""

from __future__ import annotations

import math
from collections.abc import Callable

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.analysis import Analysis
from interhuman.findings.time_axis import time_ticks
from interhuman.frames import (
    engagement_frame,
    quality_frame,
    quality_timeline_frame,
    signals_frame,
)
from interhuman.view.charts import quality_radar, quality_small_multiples, tracks
from tests.view.frames import as_json, engagement, over_time, signals


@pytest.mark.parametrize(
    ("end_s", "ticks"),
    [
        (0.0, [0, 0.5, 1]),
        (math.nan, [0, 0.5, 1]),
        (5.0, [0, 1, 2, 3, 4, 5]),
        (45.0, [0, 10, 20, 30, 40]),
        (60.0, [0, 10, 20, 30, 40, 50, 60]),
        (180.0, [0, 30, 60, 90, 120, 150, 180]),
        (1800.0, [0, 300, 600, 900, 1200, 1500, 1800]),
        (3700.0, [0, 900, 1800, 2700, 3600]),
    ],
)
def test_time_ticks_by_value(end_s: float, ticks: list[float]) -> None:
    assert time_ticks(end_s) == ticks


def test_time_ticks_have_no_more_steps_than_there_is_room_for() -> None:
    assert time_ticks(120.0, max_steps=10.4) == [15.0 * place for place in range(9)]
    assert time_ticks(120.0, max_steps=2) == [0.0, 60.0, 120.0]
    assert time_ticks(1e6, max_steps=4) == [259_200.0 * place for place in range(4)]


@settings(deadline=None)
@given(st.floats(0.0, 1e9))
def test_time_ticks_are_few_and_inside(end_s: float) -> None:
    ticks = time_ticks(end_s)
    assert 1 <= len(ticks) <= 7
    assert ticks[0] == 0
    assert ticks[-1] <= (end_s or 1.0)
    assert end_s < 1 or len(ticks) >= 2


FULL = (signals(("stress", 0, 5, "high")), engagement(("engaged", 0, 5)), over_time((0, 5, 60.0)))
EMPTY = (signals(), engagement(), over_time())


def test_equal_figures_are_one_to_the_page_and_others_have_other_data() -> None:
    one, same, other = (as_json(tracks(*FULL, end_s=end_s).figure) for end_s in (45.0, 45.0, 60.0))
    assert one == same
    assert one["layout"]["datarevision"] != other["layout"]["datarevision"]


TIME_CHARTS: list[Callable[[float], go.Figure]] = [
    lambda end_s: tracks(*FULL, end_s=end_s).figure,
    lambda end_s: tracks(*EMPTY, end_s=end_s).figure,
    lambda end_s: quality_small_multiples(FULL[2], end_s=end_s),
]


@pytest.mark.parametrize("end_s", [0.0, 45.0, 4000.0])
def test_time_charts_stand_exactly_under_each_other(end_s: float) -> None:
    figures = [as_json(build(end_s))["layout"] for build in TIME_CHARTS]
    sides = {(layout["margin"]["l"], layout["margin"]["r"]) for layout in figures}
    axes = [axis for layout in figures for name, axis in layout.items() if name[:5] == "xaxis"]
    assert len(sides) == 1
    assert not any(layout["margin"]["autoexpand"] for layout in figures)
    assert {tuple(axis["range"]) for axis in axes} == {(0, end_s or 1.0)}
    labeled = [axis for axis in axes if axis.get("showticklabels", True)]
    assert all(axis["tickvals"] == labeled[0]["tickvals"] for axis in labeled)
    assert all(axis.get("domain", [0, 1]) == [0, 1] for axis in axes)


@pytest.mark.parametrize("dark", [False, True])
def test_every_chart_draws_nothing_at_all(dark: bool) -> None:
    empty = Analysis()
    frames = signals_frame(empty), engagement_frame(empty), quality_timeline_frame(empty)
    figures = [
        tracks(*frames, end_s=0.0, dark=dark).figure,
        quality_radar(quality_frame(empty), dark=dark),
        quality_small_multiples(frames[2], end_s=0.0, dark=dark),
    ]
    for figure in figures:
        assert "given" in figure.to_json() or "No signals" in figure.to_json()
        assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"
        assert figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
