"""The tracks: one figure of signals, engagement and index."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.analysis import Analysis, Signal
from interhuman.colors import FAMILY_COLORS, FAMILY_COLORS_ON_DARK, palette, translucent
from interhuman.frames import signals_frame
from interhuman.view.charts import tracks
from interhuman.view.charts.axes import LEFT_PX, RIGHT_PX
from interhuman.view.charts.folding import PLOT_PX
from interhuman.view.charts.geometry import scores
from interhuman.vocabulary import FAMILY_OF
from tests.view.frames import (
    END_S,
    HOSTILE,
    as_json,
    engagement,
    on,
    only_signals,
    over_time,
    signal_bars,
    signal_traces,
    signals,
)

NO_ENGAGEMENT, NO_QUALITY = engagement(), over_time()
ENGAGED, SCORED = engagement(("engaged", 0, 40)), over_time((0, 10, 60.0), (10, 20, 70.0))
DASH = "\N{EN DASH}"


def decorations(figure: go.Figure, kind: str) -> list[Any]:
    return [trace for trace in on(figure, "y") if trace.type == kind and trace.hoverinfo == "skip"]


def colors_of(marker: Any) -> list[str]:
    """Return the colors of the marks; by name, since plotly.js warns of each that is a number."""
    colors = list(marker.color)
    assert all(isinstance(color, str) for color in colors)
    return colors


def test_all_tracks_share_one_axis_and_stand_under_each_other() -> None:
    drawn = tracks(signals(("stress", 10, 25, "high")), ENGAGED, SCORED, end_s=END_S)
    layout = as_json(drawn.figure)["layout"]
    assert layout["xaxis"]["range"] == layout["xaxis2"]["range"] == [0, END_S]
    assert layout["xaxis"]["anchor"] == "y3"
    assert (layout["margin"]["l"], layout["margin"]["r"]) == (LEFT_PX, RIGHT_PX)
    assert not layout["dragmode"]
    assert all(axis["fixedrange"] for name, axis in layout.items() if name[1:5] == "axis")
    domains = [layout[name]["domain"] for name in ("yaxis", "yaxis2", "yaxis3", "yaxis4")]
    edges = [edge for low, high in domains for edge in (high, low)]
    assert edges == sorted(edges, reverse=True)
    assert all(
        trace.xaxis in (None, "x") for axis in ("y", "y2", "y3") for trace in on(drawn.figure, axis)
    )


def test_heights_are_px_from_the_top() -> None:
    drawn = tracks(signals(("stress", 10, 25, "high")), ENGAGED, SCORED, end_s=END_S)
    layout = as_json(drawn.figure)["layout"]

    def edges(axis: str) -> tuple[float, float]:
        low, high = layout[axis]["domain"]
        return (1 - high) * drawn.height_px, (1 - low) * drawn.height_px

    assert layout["height"] == drawn.height_px
    assert layout["margin"]["t"] == layout["margin"]["b"] == 0
    assert edges("yaxis4") == pytest.approx(drawn.overview_px)
    assert (edges("yaxis")[0], edges("yaxis3")[1]) == pytest.approx(drawn.tracks_px)
    (bar,) = signal_bars(drawn.figure)
    top = edges("yaxis")[0]
    middle, half = bar.y[0], bar.width[0] / 2
    (place,) = drawn.places
    assert place == pytest.approx((top + middle - half, top + middle + half))
    rows_px = layout["yaxis"]["range"][0]
    assert edges("yaxis")[1] - top == pytest.approx(rows_px), "the unit is not the pixel"


@pytest.mark.parametrize("number", [0, 1, 12, 120, 300, 1_000])
def test_the_figure_keeps_to_300_px(number: int) -> None:
    types = list(FAMILY_OF)[:10]
    frame = signals(
        *(
            (types[n % 10], (n * 37) % 590, (n * 37) % 590 + 5 + n % 7, "high")
            for n in range(number)
        )
    )
    assert tracks(frame, ENGAGED, SCORED, end_s=600).height_px <= 300


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 60), st.integers(1, 30))
def test_the_figure_never_grows_beyond_420_px(types: int, overlaps: int) -> None:
    frame = signals(*((f"t{n}", 0, 9, "high") for n in range(types) for _ in range(overlaps)))
    drawn = tracks(frame, ENGAGED, SCORED, end_s=END_S)
    assert drawn.height_px <= 420
    assert all(0 <= top < bottom <= drawn.tracks_px[1] for top, bottom in drawn.places)


def test_color_is_the_family_and_fill_the_probability() -> None:
    frame = signals(
        ("agreement", 0, 25, "high"),
        ("hesitation", 0, 25, "medium"),
        ("stress", 0, 25, "low"),
        ("tension", 0, 25, None),
    )
    figure = only_signals(frame).figure
    (bar,) = signal_bars(figure)
    blue, gray, orange = FAMILY_COLORS.values()
    fills = colors_of(bar.marker)
    assert fills[0] == blue
    assert fills[1:] == [translucent(color, 0.13) for color in (gray, orange, orange)]
    assert colors_of(bar.marker.line) == ["#FFFFFF", gray, orange, orange]
    (half,) = decorations(figure, "bar")
    assert colors_of(half.marker) == [gray]
    assert list(half.width) == [bar.width[1] / 2]
    assert list(half.y) == [bar.y[1] + bar.width[1] / 4]
    (question,) = (trace for trace in decorations(figure, "scatter") if trace.mode == "text")
    assert (question.text, list(question.y)) == ("?", [bar.y[3]])


def test_colors_are_lighter_on_dark() -> None:
    figure = only_signals(signals(("agreement", 0, 50, "high")), dark=True).figure
    (bar,) = signal_bars(figure)
    assert colors_of(bar.marker) == [FAMILY_COLORS_ON_DARK["toward"]]


def test_neighbors_of_one_type_keep_a_seam_in_the_color_of_the_ground() -> None:
    frame = signals(("stress", 0, 50, "high"), ("stress", 50, 100, "high"))
    for dark in (False, True):
        (bar,) = signal_bars(only_signals(frame, dark=dark).figure)
        assert colors_of(bar.marker.line) == [palette(dark).ground] * 2
        assert bar.marker.line.width >= 1


def test_times_are_true_and_the_thin_get_a_tick_where_they_are() -> None:
    frame = signals(*(("stress", start, start + 5, "high") for start in (0, 30, 1795)))
    figure = only_signals(frame, end_s=1800.0).figure
    (bar,) = signal_bars(figure)
    assert (list(bar.base), list(bar.x)) == ([0, 30, 1795], [5, 5, 5])
    assert len(set(bar.y)) == 1, "an overlap that is not there"
    (tick,) = (trace for trace in on(figure, "y") if trace.type == "scatter")
    assert list(tick.x) == [2.5, 32.5, 1797.5]
    assert colors_of(tick.marker.line) == [FAMILY_COLORS["away"]] * 3
    assert tick.marker.line.width < 5 / 1800 * PLOT_PX


def test_a_moment_is_a_line_with_a_diamond_and_never_a_bar() -> None:
    figure = only_signals(signals(("stress", 100, 100, "low"))).figure
    line, diamond = on(figure, "y")
    assert (line.marker.symbol, list(line.x)) == ("line-ns", [100])
    assert (list(diamond.marker.symbol), list(diamond.x)) == ([102], [100])
    assert not line.cliponaxis


def test_it_is_known_which_signal_each_point_stands_for() -> None:
    frame = signals(("stress", 10, 25, "high"), ("odd", 1, 2, None), ("stress", 30.5, 30.5, "high"))
    drawn = only_signals(frame, end_s=60)
    for trace, made in signal_traces(drawn):
        starts = trace.base if trace.type == "bar" else None
        for place, (row,) in enumerate(made.members):
            top, bottom = drawn.places[row]
            assert top <= made.y[place] + drawn.tracks_px[0] <= bottom
            assert starts is None or starts[place] == frame["start_s"][row]
    members = [ids for _, made in signal_traces(drawn) for ids in made.members]
    assert {row for (row,) in members} == {0, 1, 2}


def test_the_hover_tells_time_probability_and_rationale_in_words() -> None:
    (bar,) = signal_bars(only_signals(signals(("stress", 10, 25, "medium"))).figure)
    assert list(bar.hovertext) == [
        f"<b>Stress</b>  (away)<br>0:10{DASH}0:25, medium probability<br>Why."
    ]


def test_what_was_not_given_takes_no_room() -> None:
    frame = signals(("stress", 10, 25, "high"))
    both = tracks(frame, ENGAGED, SCORED, end_s=END_S)
    neither = only_signals(frame)
    unscored = tracks(frame, ENGAGED, over_time((0, 10, None)), end_s=END_S)
    assert neither.height_px < unscored.height_px < both.height_px
    assert not on(neither.figure, "y2")
    assert not on(unscored.figure, "y3")
    assert neither.figure.layout.xaxis.anchor == "y"
    names = [note.text for note in neither.figure.layout.annotations]
    assert names == ["Stress", "Whole recording"]


@pytest.mark.parametrize("dark", [False, True])
def test_no_signals_is_said_in_one_line(dark: bool) -> None:
    drawn = tracks(signals(), ENGAGED, SCORED, end_s=END_S, dark=dark)
    assert [note.text for note in drawn.figure.layout.annotations] == [
        "No signals were detected",
        "Engagement",
        "Quality index",
        "Whole recording",
    ]
    assert drawn.places == ()
    assert on(drawn.figure, "y2")
    assert on(drawn.figure, "y3")


@pytest.mark.parametrize("end_s", [0.0, float("nan")])
def test_an_empty_analysis_without_a_length_is_drawn(end_s: float) -> None:
    drawn = only_signals(signals(), end_s=end_s)
    assert drawn.figure.layout.xaxis.range == (0, 1)
    assert drawn.figure.layout.annotations[0].text == "No signals were detected"


def test_the_index_is_drawn_and_every_score_is_ready_to_take_its_place() -> None:
    drawn = tracks(signals(), ENGAGED, SCORED, end_s=END_S)
    assert drawn.scores == ("quality_index", "clarity")
    assert drawn.figure.layout.annotations[drawn.score_name_at].text == "Quality index"
    alone = tracks(signals(), ENGAGED, SCORED[SCORED["dimension"] == "clarity"], end_s=END_S)
    ready = [cast(dict[str, Any], score) for score in scores(drawn, SCORED).values()]
    assert [score["label"] for score in ready] == ["Quality index", "Clarity"]
    for score, shown in zip(ready, (drawn, alone), strict=True):
        traces = shown.figure.data[shown.scores_at :][: len(score["points"])]
        assert {trace.yaxis for trace in traces} == {"y3"}
        for trace, points in zip(traces, score["points"], strict=True):
            assert trace.visible == (points is not None)
            for key, values in (points or {}).items():
                assert [None if value != value else value for value in trace[key]] == values


def test_without_an_index_the_first_dimension_is_visible() -> None:
    frame = SCORED[SCORED["dimension"] == "clarity"]
    drawn = tracks(signals(), NO_ENGAGEMENT, frame, end_s=END_S)
    assert drawn.scores == ("clarity",)
    assert drawn.figure.layout.annotations[drawn.score_name_at].text == "Clarity"
    assert drawn.figure.data[drawn.scores_at].visible


def test_the_index_is_steps_from_0_to_100_with_gaps() -> None:
    frame = over_time((0, 10, 40.0), (10, 20, 60.0), (20, 30, None), (30, 40, 70.0))
    drawn = tracks(signals(), NO_ENGAGEMENT, frame, end_s=END_S)
    line = next(trace for trace in on(drawn.figure, "y3") if trace.mode == "lines")
    assert line.line.shape is None
    x = np.array(line.x)
    assert x[:4].tolist() == [0, 10, 10, 20]
    assert np.isnan(x[4])
    layout = as_json(drawn.figure)["layout"]
    assert layout["yaxis3"]["range"] == [0, 100]
    at_50 = [s for s in layout["shapes"] if s.get("yref") == "y3" and s["type"] == "line"]
    assert [(line["y0"], line["y1"]) for line in at_50] == [(50, 50)]


def test_no_outside_text_reaches_the_figure_as_markup() -> None:
    frame = signals_frame(
        Analysis(
            signals=(
                Signal(HOSTILE, 0, 1, None, HOSTILE),
                Signal(HOSTILE, 1, 2, "low", HOSTILE),
                Signal(HOSTILE, 50, 50, "low"),
            )
        )
    )
    for end_s in (60.0, 6000.0):
        drawn = tracks(frame, engagement((HOSTILE, 0, 5)), NO_QUALITY, end_s=end_s)
        written = drawn.figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
        assert "&lt;script" in written
        for bad in ("<script", "<a ", "<b>b", "$y$", "href='javascript:z'>"):
            assert bad not in written


def test_ten_thousand_signals_still_build() -> None:
    frame = signals(
        *(
            (("stress", "interest", "odd")[n % 3], n * 0.3, n * 0.3 + 2, "high")
            for n in range(10_000)
        )
    )
    drawn = only_signals(frame, end_s=3002.0)
    assert len(drawn.places) == 10_000
    assert len(drawn.figure.data) <= 40


def test_what_was_not_analyzed_is_an_area_on_the_tracks_and_on_the_overview() -> None:
    plain = tracks(signals(("stress", 10, 25, "high")), ENGAGED, SCORED, end_s=END_S)
    drawn = tracks(
        signals(("stress", 10, 25, "high")), ENGAGED, SCORED, end_s=END_S, gaps=((30.0, 45.0),)
    )
    gaps = drawn.figure.layout.shapes[len(plain.figure.layout.shapes) :]
    assert [(one.xref, one.x0, one.x1) for one in gaps] == [("x", 30, 45), ("x2", 30, 45)]
    words = [one.text for one in drawn.figure.layout.annotations]
    assert words.count("not analyzed") == 1
    before, after = (t.figure.layout.annotations[t.score_name_at].text for t in (plain, drawn))
    assert before == after
