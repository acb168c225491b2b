"""The charts: where things stand (numbers first), then what the figures hold."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.analysis import (
    Analysis,
    ConversationQuality,
    EngagementSpan,
    QualityScores,
    QualityWindow,
    Signal,
)
from interhuman.frames import (
    engagement_frame,
    quality_frame,
    quality_timeline_frame,
    signals_frame,
)
from interhuman.view.charts import (
    engagement_ribbon,
    gaps,
    lanes,
    quality_dots,
    quality_over_time,
    quality_radar,
    quality_small_multiples,
    signal_timeline,
    steps,
    time_ticks,
)
from interhuman.view.charts.engagement import folded
from interhuman.view.charts.lanes import MOST_PX, MOST_ROWS, OTHERS, height_px, row_names, rows
from interhuman.view.formats import FAMILY_COLOURS, FAMILY_COLOURS_ON_DARK, ink
from interhuman.vocabulary import DIMENSIONS

HOSTILE = "<script>x</script><b>b</b> $y$ &lt; <a href='javascript:z'>a</a>"
END_S = 100.0
SPAN = st.tuples(st.sampled_from("abc"), st.integers(0, 100), st.integers(0, 30))


def signals(*each: tuple[str, float, float, str | None]) -> pd.DataFrame:
    return signals_frame(Analysis(signals=tuple(Signal(*one, "Why.") for one in each)))


def engagement(*each: tuple[str, float, float]) -> pd.DataFrame:
    return engagement_frame(Analysis(engagement=tuple(EngagementSpan(*one) for one in each)))


def quality(**scores: float) -> pd.DataFrame:
    overall = QualityScores(**scores)
    return quality_frame(Analysis(conversation_quality=ConversationQuality(overall)))


def over_time(*each: tuple[float, float, float | None]) -> pd.DataFrame:
    windows = tuple(QualityWindow(a, b, QualityScores(c, clarity=c)) for a, b, c in each)
    return quality_timeline_frame(Analysis(conversation_quality=ConversationQuality(None, windows)))


def as_json(figure: go.Figure) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(figure.to_json())
    return decoded


def lines(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if getattr(trace, "mode", "") == "lines"]


def bars(figure: go.Figure) -> list[go.Bar]:
    return [trace for trace in figure.data if isinstance(trace, go.Bar)]


# ---- the time axis


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


@settings(deadline=None)
@given(st.floats(0.0, 1e9))
def test_time_ticks_are_few_and_inside(end_s: float) -> None:
    ticks = time_ticks(end_s)
    assert 1 <= len(ticks) <= 7
    assert ticks[0] == 0
    assert ticks[-1] <= (end_s or 1.0)
    assert end_s < 1 or len(ticks) >= 2


TIME_CHARTS: list[Callable[[float], go.Figure]] = [
    lambda end_s: signal_timeline(signals(("stress", 0, 5, "high")), end_s=end_s),
    lambda end_s: engagement_ribbon(engagement(("engaged", 0, 5)), end_s=end_s),
    lambda end_s: quality_over_time(over_time((0, 5, 60.0)), end_s=end_s),
    lambda end_s: quality_over_time(over_time((0, 5, 60.0)), end_s=end_s, dimension="clarity"),
    lambda end_s: quality_small_multiples(over_time((0, 5, 60.0)), end_s=end_s),
    lambda end_s: signal_timeline(signals(), end_s=end_s),
]


@pytest.mark.parametrize("end_s", [0.0, 45.0, 4000.0])
def test_time_charts_stand_exactly_under_each_other(end_s: float) -> None:
    figures = [as_json(build(end_s))["layout"] for build in TIME_CHARTS]
    sides = {(layout["margin"]["l"], layout["margin"]["r"]) for layout in figures}
    axes = [axis for layout in figures for name, axis in layout.items() if name[:5] == "xaxis"]
    assert len(sides) == 1
    assert not any(layout["margin"]["autoexpand"] for layout in figures)
    assert {tuple(axis["range"]) for axis in axes} == {(0, end_s or 1.0)}
    assert all(axis["tickvals"] == axes[0]["tickvals"] for axis in axes)
    assert all(axis.get("domain", [0, 1]) == [0, 1] for axis in axes)


# ---- lanes and rows


def test_overlaps_inside_a_type_go_to_lanes_by_value() -> None:
    frame = signals(
        ("stress", 0, 10, "high"),
        ("stress", 5, 15, "high"),
        ("agreement", 5, 15, "low"),
        ("stress", 10, 20, "high"),
        ("stress", 12, 13, None),
    )
    placed = lanes(frame)
    assert placed["lane"].tolist() == [0, 1, 0, 0, 2]
    assert placed["row"].tolist() == ["stress", "stress", "agreement", "stress", "stress"]


def test_signals_that_touch_share_a_lane_however_thin_they_are() -> None:
    frame = signals(("a", 10, 10.1, None), ("a", 10.1, 10.2, None), ("a", 10.2, 10.3, None))
    assert lanes(frame)["lane"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(90, 100), (100, 100)], [0, 0]),
        ([(10, 10), (10, 20)], [0, 0]),
        ([(0, 20), (10, 10)], [0, 1]),
        ([(10, 10), (10, 10), (10, 20)], [0, 1, 0]),
        ([(0, 10), (10, 10), (10, 20)], [0, 0, 0]),
    ],
    ids=["at the end", "at the start", "inside", "two at once", "between"],
)
def test_a_moment_takes_part_as_a_moment(
    spans: list[tuple[float, float]], expected: list[int]
) -> None:
    frame = signals(*(("a", start, end, None) for start, end in spans))
    assert lanes(frame)["lane"].tolist() == expected


@settings(deadline=None)
@given(st.lists(SPAN, max_size=40))
def test_nothing_in_a_lane_overlaps_and_no_lane_is_wasted(
    spans: list[tuple[str, int, int]],
) -> None:
    frame = signals(*((name, start, min(start + long, 100), None) for name, start, long in spans))
    placed = lanes(frame).join(frame[["start_s", "end_s"]])
    assert list(placed.index) == list(frame.index)
    for name, group in placed.groupby("row"):
        for _, lane in group.groupby("lane"):
            drawn = sorted(zip(lane["start_s"], lane["end_s"], strict=True))
            for before, after in pairwise(drawn):
                assert before[1] <= after[0]
                assert before != after
        assert group["lane"].max() + 1 == at_once(group), name


def at_once(group: pd.DataFrame) -> int:
    """Return how many signals share a time: an instant with moments, or the time after it."""
    spans = list(zip(group["start_s"], group["end_s"], strict=True))
    most = 0
    for at in group["start_s"]:
        lasting = sum(1 for a, b in spans if a <= at < b)
        inside = sum(1 for a, b in spans if a < at < b)
        moments = sum(1 for a, b in spans if a == b == at)
        most = max(most, lasting, inside + moments)
    return most


def test_rows_stand_by_family_then_first_onset_then_name() -> None:
    frame = signals(
        ("stress", 0, 5, None),
        ("daydreaming", 3, 5, None),
        ("interest", 9, 10, None),
        ("agreement", 20, 25, None),
        ("hesitation", 2, 5, None),
        ("agreement", 1, 5, None),
        ("confidence", 9, 12, None),
    )
    names = ["agreement", "confidence", "interest", "hesitation", "daydreaming", "stress"]
    assert row_names(frame) == names
    stacked = rows(frame, lanes(frame))
    assert [row.name for row in stacked] == names
    assert all(a.top_px + a.lanes * a.lane_px < b.top_px for a, b in pairwise(stacked))


def test_too_many_types_share_the_last_unsure_row() -> None:
    frame = signals(*((f"type {n}", n, n + 1, "high") for n in range(80)), ("stress", 0, 9, "low"))
    placed = lanes(frame)
    stacked = rows(frame, placed)
    assert len(stacked) == MOST_ROWS
    assert [row.name for row in stacked].count(OTHERS) == 1
    assert set(placed["row"]) == {row.name for row in stacked}
    figure = signal_timeline(frame, end_s=END_S)
    assert "Other types" in figure.layout.yaxis.ticktext
    assert sum(len(trace.x) for trace in bars(figure)) == 81


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 30))
def test_the_timeline_grows_with_its_rows_but_not_for_ever(types: int, overlaps: int) -> None:
    frame = signals(*((f"t{n}", 0, 9, "high") for n in range(types) for _ in range(overlaps)))
    stacked = rows(frame, lanes(frame))
    assert height_px(stacked) <= MOST_PX
    assert max(row.lanes for row in stacked[:-1] or stacked) == overlaps


def test_more_rows_make_a_taller_timeline() -> None:
    one = signal_timeline(signals(("stress", 0, 5, "high")), end_s=END_S)
    two = signal_timeline(
        signals(("stress", 0, 5, "high"), ("interest", 0, 5, "high")), end_s=END_S
    )
    assert two.layout.height > one.layout.height


# ---- the timeline


def test_colour_is_the_family_and_fill_the_probability() -> None:
    frame = signals(
        ("agreement", 0, 5, "high"),
        ("hesitation", 0, 5, "medium"),
        ("stress", 0, 5, "low"),
        ("tension", 0, 5, None),
    )
    figure = signal_timeline(frame, end_s=END_S)
    named = {trace.name: trace for trace in bars(figure)}
    (half,) = (trace for name, trace in named.items() if name is None)
    whole = {name: trace for name, trace in named.items() if name is not None}
    assert set(whole) == {"toward, high", "unsure, medium", "away, low", "away, not given"}
    assert whole["toward, high"].marker.color == FAMILY_COLOURS["toward"]
    for name in ("unsure, medium", "away, low", "away, not given"):
        assert whole[name].marker.color == "rgba(0,0,0,0)"
        assert whole[name].marker.line.color == FAMILY_COLOURS[name.split(",")[0]]
    assert half.marker.color == FAMILY_COLOURS["unsure"]
    assert list(half.width) == [whole["unsure, medium"].width[0] / 2]
    assert [t.text for t in figure.data if isinstance(t, go.Scatter) and t.mode == "text"] == ["?"]


def test_colours_are_lighter_on_dark() -> None:
    figure = signal_timeline(signals(("agreement", 0, 50, "high")), end_s=END_S, dark=True)
    assert bars(figure)[0].marker.color == FAMILY_COLOURS_ON_DARK["toward"]


@pytest.mark.parametrize("chart_px", [980, 358], ids=["page of 1440 px", "page of 390 px"])
def test_a_short_signal_in_a_long_recording_is_no_wider_than_it_lasts(chart_px: int) -> None:
    frame = signals(*(("stress", start, start + 5, "high") for start in (0, 5, 10, 1795)))
    figure = signal_timeline(frame, end_s=1800.0)
    (bar,) = bars(figure)
    (tick,) = (trace for trace in figure.data if isinstance(trace, go.Scatter))
    margin = figure.layout.margin
    px_per_s = (chart_px - margin.l - margin.r) / figure.layout.xaxis.range[1]
    widths_px = [length * px_per_s for length in bar.x]
    assert widths_px == pytest.approx([5 * px_per_s] * 4)
    assert [start * px_per_s for start in bar.base] == [
        start * px_per_s for start in (0, 5, 10, 1795)
    ]
    assert len(set(bar.y)) == 1, "an overlap that is not there"
    assert list(tick.x) == [2.5, 7.5, 12.5, 1797.5]
    assert tick.marker.line.width <= 2
    assert chart_px < 980 or tick.marker.line.width < widths_px[0], "no seam is left"


def test_neighbours_of_one_type_keep_a_seam_in_the_colour_of_the_ground() -> None:
    frame = signals(("stress", 0, 50, "high"), ("stress", 50, 100, "high"))
    for dark in (False, True):
        (bar,) = bars(signal_timeline(frame, end_s=END_S, dark=dark))
        assert bar.marker.line.color == ink(dark).ground
        assert bar.marker.line.width >= 1


def test_a_bar_stands_where_its_signal_does() -> None:
    figure = signal_timeline(signals(("stress", 10, 25, "high")), end_s=END_S)
    (bar,) = bars(figure)
    assert list(bar.base) == [10]
    assert list(bar.x) == [15]
    assert bar.orientation == "h"


def test_a_click_tells_the_start_and_the_row() -> None:
    frame = signals(("stress", 10, 25, "high"), ("stress", 30.5, 30.5, "high"))
    figure = signal_timeline(frame, end_s=END_S)
    told = [
        list(data)
        for trace in figure.data
        if trace.customdata is not None
        for data in trace.customdata
    ]
    assert told == [[10, 0], [30.5, 1]]


def test_a_moment_is_a_tick_and_never_a_bar() -> None:
    figure = signal_timeline(signals(("stress", 100, 100, "low")), end_s=END_S)
    assert bars(figure) == []
    stem, head = figure.data
    assert stem.marker.symbol == "line-ns"
    assert head.marker.symbol == "diamond-open"
    assert list(head.x) == [100]
    assert any(note.text == "moment" for note in figure.layout.annotations)
    (diamond,) = (shape for shape in figure.layout.shapes if shape.type == "path")
    assert diamond.path.count("L") == 3, "the key shows another mark than the chart"


def test_the_key_explains_only_what_is_there() -> None:
    figure = signal_timeline(signals(("stress", 0, 5, "high"), ("stress", 9, 12, None)), end_s=20)
    words = [note.text for note in figure.layout.annotations]
    assert "high" in words
    assert "not given" in words
    assert "medium" not in words
    assert "moment" not in words
    assert any(str(word).endswith(" away") for word in words)
    assert not any(str(word).endswith(" toward") for word in words)


def test_the_hover_tells_time_probability_and_rationale_in_words() -> None:
    figure = signal_timeline(signals(("stress", 10, 25, "medium")), end_s=END_S)
    (text,) = bars(figure)[0].hovertext
    assert text == "<b>Stress</b>  (away)<br>0:10\N{EN DASH}0:25, medium probability<br>Why."


def test_no_outside_text_reaches_a_figure_as_markup() -> None:
    frame = signals_frame(
        Analysis(signals=(Signal(HOSTILE, 0, 5, None, HOSTILE), Signal(HOSTILE, 5, 5, "low")))
    )
    for figure in (
        signal_timeline(frame, end_s=END_S),
        engagement_ribbon(engagement((HOSTILE, 0, 5), (HOSTILE, 9, 9)), end_s=END_S),
    ):
        written = figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
        assert "script>" in written or "&lt;script" in written
        for bad in ("<script", "<a ", "<b>b", "$y$", "href='javascript:z'>"):
            assert bad not in written


def test_ten_thousand_signals_still_build() -> None:
    frame = signals(
        *(
            (("stress", "interest", "odd")[n % 3], n * 0.3, n * 0.3 + 2, "high")
            for n in range(10_000)
        )
    )
    figure = signal_timeline(frame, end_s=3002.0)
    assert sum(len(trace.x) for trace in bars(figure)) == 10_000
    assert sum(len(trace.customdata) for trace in figure.data if trace.customdata is not None) == (
        10_000
    )
    assert len(figure.data) <= 12


def test_no_signals_is_said() -> None:
    figure = signal_timeline(signals(), end_s=END_S)
    assert "No signals" in figure.layout.annotations[0].text


# ---- the ribbon


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
    _, up, thin, down = bars(engagement_ribbon(frame, end_s=END_S))
    assert (up.base, up.y[0]) == (0, 1)
    assert (down.base, down.y[0]) == (-1, 1)
    assert thin.base == -thin.y[0] / 2
    assert thin.y[0] < 0.3
    assert list(up.x) == [20]
    assert list(up.width) == [40]


def test_a_short_entry_is_no_wider_than_it_lasts() -> None:
    _, bar = bars(engagement_ribbon(engagement(("engaged", 0, 5), ("engaged", 5, 9)), end_s=1800.0))
    assert list(bar.x) == [2.5, 7.0]
    assert list(bar.width) == [5.0, 4.0]


def test_a_gap_is_hatched_and_named() -> None:
    no_data = bars(engagement_ribbon(engagement(("engaged", 0, 40)), end_s=END_S))[0]
    assert no_data.text == ("no data",)
    assert no_data.marker.pattern.shape == "/"
    assert list(no_data.width) == [60]


def test_a_state_nobody_published_is_drawn_and_a_moment_is_a_tick() -> None:
    figure = engagement_ribbon(engagement(("asleep", 0, 40), ("engaged", 100, 100)), end_s=END_S)
    texts = [text for trace in figure.data for text in trace.hovertext]
    assert any("Asleep" in text for text in texts)
    tick = next(trace for trace in figure.data if trace.type == "scatter")
    assert list(tick.x) == [100]
    assert tick.marker.symbol == "line-ns"


def test_thousands_of_states_are_joined_to_what_a_screen_can_show() -> None:
    frame = engagement(*((f"s{n}", n, n + 1.0) for n in range(16_000)))
    figure = engagement_ribbon(frame, end_s=16_000.0)
    (bar,) = (trace for trace in bars(figure)[1:])
    assert list(bar.hovertext) == [
        "<b>Several states, 16,000 entries</b><br>0:00\N{EN DASH}4:26:40"
    ]
    assert len(figure.to_json()) < 20_000


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


# ---- quality


def test_steps_hold_their_windows_and_break_at_gaps() -> None:
    frame = over_time((10, 20, 60.0), (0, 10, 40.0), (20, 30, None), (30, 40, 70.0))
    some = frame[frame["dimension"] == "clarity"]
    assert steps(some) == (
        [0, 10, 10, 20, None, 30, 40],
        [40, 40, 60, 60, None, 70, 70],
    )


def test_lines_are_never_curved_and_scores_run_from_0_to_100() -> None:
    frame = over_time((0, 10, 40.0), (10, 20, 60.0))
    for figure in (
        quality_over_time(frame, end_s=20),
        quality_small_multiples(frame, end_s=20),
    ):
        drawn = as_json(figure)
        assert all("shape" not in trace.get("line", {}) for trace in drawn["data"])
        axes = [axis for name, axis in drawn["layout"].items() if name[:5] == "yaxis"]
        assert {tuple(axis["range"]) for axis in axes} == {(0, 100)}


def test_the_index_has_its_bands_named_and_a_dimension_has_not() -> None:
    frame = over_time((0, 10, 40.0))
    names = [note.text for note in quality_over_time(frame, end_s=10).layout.annotations]
    assert names == ["weak", "below average", "moderate", "good", "excellent"]
    dimension = quality_over_time(frame, end_s=10, dimension="clarity")
    assert not dimension.layout.annotations
    assert "no evidence  50" in dimension.layout.yaxis.ticktext


def test_no_evidence_over_time_is_dotted_and_said() -> None:
    frame = over_time((0, 10, 50.0), (10, 20, 60.0))
    figure = quality_over_time(frame, end_s=20, dimension="clarity")
    solid, dotted = lines(figure)
    assert solid.line.dash == "solid"
    assert list(dotted.y) == [50, 50]
    assert dotted.line.dash != "solid"
    assert "Clarity no evidence" in bars(figure)[0].hovertext[0]
    index = quality_over_time(frame, end_s=20)
    assert "Quality index 50, moderate" in bars(index)[0].hovertext[0]


def test_a_missing_window_is_a_gap_with_words() -> None:
    figure = quality_over_time(over_time((0, 10, 40.0), (10, 20, None)), end_s=20)
    assert "not given" in bars(figure)[0].hovertext[1]
    line = lines(figure)[0]
    assert list(line.x) == [0, 10]


def test_a_score_for_a_moment_is_drawn() -> None:
    figure = quality_over_time(over_time((10, 10, 40.0)), end_s=10)
    marks = [trace for trace in figure.data if getattr(trace, "mode", "") == "markers"]
    assert [list(mark.x) for mark in marks] == [[10]]


def test_small_multiples_keep_the_order_and_say_what_is_missing() -> None:
    names = [
        note.text
        for note in quality_small_multiples(over_time((0, 10, 40.0)), end_s=10).layout.annotations
    ]
    assert names[0] == "Clarity"
    assert [name.split("<br>")[0] for name in names] == [each.capitalize() for each in DIMENSIONS]
    assert all("not given" in name for name in names[1:])


FULL = {"clarity": 71.0, "authority": 68.0, "energy": 62.0, "rapport": 81.0, "learning": 50.0}


def test_the_radar_has_the_fixed_order_from_zero_with_the_ring_named() -> None:
    figure = quality_radar(quality(quality_index=66.4, **FULL))
    ring, outline, _ = figure.data
    assert set(ring.r) == {50}
    assert ring.name == "50 = no evidence"
    assert list(outline.r) == [71, 68, 62, 81, 50, 71]
    assert outline.fill == "toself"
    assert list(figure.layout.polar.angularaxis.ticktext) == [d.capitalize() for d in DIMENSIONS]
    assert tuple(figure.layout.polar.radialaxis.range) == (0, 100)
    assert "66" in figure.layout.annotations[0].text
    assert "good" in figure.layout.annotations[0].text


def test_a_missing_dimension_is_a_gap_in_the_radar() -> None:
    figure = quality_radar(quality(quality_index=70.0, **{**FULL, "energy": math.nan}))
    _, outline, points = figure.data
    assert list(outline.r) == [71, 68, None, 81, 50, 71]
    assert outline.connectgaps is False
    assert outline.fill == "none"
    assert len(points.r) == 4
    assert "not given" in figure.layout.polar.angularaxis.ticktext[2]


def test_five_fifties_are_no_evidence_and_no_band() -> None:
    figure = quality_radar(quality(quality_index=50.0, **dict.fromkeys(DIMENSIONS, 50.0)))
    assert "no evidence" in figure.layout.annotations[0].text
    assert "moderate" not in figure.layout.annotations[0].text


def test_an_index_that_was_not_given_is_said() -> None:
    assert "not given" in quality_radar(quality(clarity=60.0)).layout.annotations[0].text


def test_the_dots_say_exact_values_no_evidence_and_not_given() -> None:
    figure = quality_dots(quality(**{**FULL, "energy": math.nan}))
    words = [note.text for note in figure.layout.annotations]
    assert words == [
        "50 = no evidence",
        "<b>71</b>",
        "<b>68</b>",
        "not given",
        "<b>81</b>",
        "no evidence",
    ]
    assert list(figure.data[0].x) == [71, 68, 81, 50]
    hollow = figure.data[0].marker.color
    assert hollow[3] != hollow[0]


@pytest.mark.parametrize("dark", [False, True])
def test_every_chart_draws_nothing_at_all(dark: bool) -> None:
    empty = Analysis()
    figures = [
        signal_timeline(signals_frame(empty), end_s=0.0, dark=dark),
        engagement_ribbon(engagement_frame(empty), end_s=0.0, dark=dark),
        quality_radar(quality_frame(empty), dark=dark),
        quality_dots(quality_frame(empty), dark=dark),
        quality_over_time(quality_timeline_frame(empty), end_s=0.0, dark=dark),
        quality_small_multiples(quality_timeline_frame(empty), end_s=0.0, dark=dark),
    ]
    for figure in figures:
        assert "given" in figure.to_json() or "No signals" in figure.to_json()
        assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"
        assert figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
