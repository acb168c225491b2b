"""What the signal timeline draws."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from interhuman.analysis import Analysis, Signal
from interhuman.frames import signals_frame
from interhuman.view.charts import engagement_ribbon, signal_timeline
from interhuman.view.colors import FAMILY_COLORS, FAMILY_COLORS_ON_DARK, palette
from tests.view.frames import END_S, HOSTILE, bars, engagement, signals


def test_more_rows_make_a_taller_timeline() -> None:
    one = signal_timeline(signals(("stress", 0, 5, "high")), end_s=END_S)
    two = signal_timeline(
        signals(("stress", 0, 5, "high"), ("interest", 0, 5, "high")), end_s=END_S
    )
    assert two.layout.height > one.layout.height


def test_color_is_the_family_and_fill_the_probability() -> None:
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
    assert whole["toward, high"].marker.color == FAMILY_COLORS["toward"]
    for name in ("unsure, medium", "away, low", "away, not given"):
        assert whole[name].marker.color == "rgba(0,0,0,0)"
        assert whole[name].marker.line.color == FAMILY_COLORS[name.split(",")[0]]
    assert half.marker.color == FAMILY_COLORS["unsure"]
    assert list(half.width) == [whole["unsure, medium"].width[0] / 2]
    assert [t.text for t in figure.data if isinstance(t, go.Scatter) and t.mode == "text"] == ["?"]


def test_colors_are_lighter_on_dark() -> None:
    figure = signal_timeline(signals(("agreement", 0, 50, "high")), end_s=END_S, dark=True)
    assert bars(figure)[0].marker.color == FAMILY_COLORS_ON_DARK["toward"]


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


def test_neighbors_of_one_type_keep_a_seam_in_the_color_of_the_ground() -> None:
    frame = signals(("stress", 0, 50, "high"), ("stress", 50, 100, "high"))
    for dark in (False, True):
        (bar,) = bars(signal_timeline(frame, end_s=END_S, dark=dark))
        assert bar.marker.line.color == palette(dark).ground
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
    clicked = [
        list(data)
        for trace in figure.data
        if trace.customdata is not None
        for data in trace.customdata
    ]
    assert clicked == [[10, 0], [30.5, 1]]


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
