"""Quality over time."""

from __future__ import annotations

import plotly.graph_objects as go

from interhuman.findings.time_axis import steps
from interhuman.view.charts import quality_small_multiples, tracks
from interhuman.vocabulary import DIMENSIONS
from tests.view.frames import as_json, bars, engagement, over_time, signals


def lines(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if getattr(trace, "mode", "") == "lines"]


def test_steps_hold_their_windows_and_break_at_gaps() -> None:
    frame = over_time((10, 20, 60.0), (0, 10, 40.0), (20, 30, None), (30, 40, 70.0))
    some = frame[frame["dimension"] == "clarity"]
    assert steps(some) == (
        [0, 10, 10, 20, None, 30, 40],
        [40, 40, 60, 60, None, 70, 70],
    )


def test_lines_are_never_curved_and_scores_run_from_0_to_100() -> None:
    frame = over_time((0, 10, 40.0), (10, 20, 60.0))
    drawn = as_json(quality_small_multiples(frame, end_s=20))
    assert all("shape" not in trace.get("line", {}) for trace in drawn["data"])
    axes = [axis for name, axis in drawn["layout"].items() if name[:5] == "yaxis"]
    assert {tuple(axis["range"]) for axis in axes} == {(0, 100)}
    assert all("no evidence  50" in axis["ticktext"] for axis in axes)


def test_no_evidence_over_time_is_dotted_and_said() -> None:
    frame = over_time((0, 10, 50.0), (10, 20, 60.0))
    figure = quality_small_multiples(frame, end_s=20)
    solid, dotted = lines(figure)
    assert solid.line.dash == "solid"
    assert list(dotted.y) == [50, 50]
    assert dotted.line.dash != "solid"
    assert "Clarity no evidence" in bars(figure)[0].hovertext[0]
    index = tracks(signals(), engagement(), frame, end_s=20).figure
    assert list(index.data[0].y) == [50, 50, 60, 60]
    assert "Quality index 50, moderate" in bars(index)[0].hovertext[0]


def test_a_missing_window_is_a_gap_with_words() -> None:
    figure = quality_small_multiples(over_time((0, 10, 40.0), (10, 20, None)), end_s=20)
    assert "not given" in bars(figure)[0].hovertext[1]
    line = lines(figure)[0]
    assert list(line.x) == [0, 10]


def test_a_score_for_a_moment_is_drawn() -> None:
    figure = quality_small_multiples(over_time((10, 10, 40.0)), end_s=10)
    marks = [trace for trace in figure.data if getattr(trace, "mode", "") == "markers"]
    assert [list(mark.x) for mark in marks] == [[10]]


def test_small_multiples_keep_the_order_and_say_what_is_missing() -> None:
    names = [
        note.text
        for note in quality_small_multiples(over_time((0, 10, 40.0)), end_s=10).layout.annotations
    ]
    assert names[0] == "Clarity"
    assert [name.split("<br>")[0] for name in names] == [name.capitalize() for name in DIMENSIONS]
    assert all("not given" in name for name in names[1:])
