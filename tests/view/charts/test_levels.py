"""How the tracks fold where signals are too thin for the window."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.view.charts.marks import SignalTrace
from tests.view.frames import HOSTILE, only_signals, signal_traces, signals

DASH = "\N{EN DASH}"


def as_dict(trace: SignalTrace) -> dict[str, Any]:
    """Return a trace as Plotly has it, with values of any kind."""
    return cast("dict[str, Any]", trace.plotly)


def crowd() -> pd.DataFrame:
    """Return three signals too thin and close for an hour, and one that is long."""
    return signals(
        ("stress", 100, 102, "high"),
        ("stress", 103, 104, None),
        ("stress", 106, 107, "high"),
        ("interest", 100, 900, "low"),
    )


def test_thin_signals_fold_when_wide_and_stand_alone_when_zoomed_in() -> None:
    drawn = only_signals(crowd(), end_s=3600.0)
    wide, narrow = drawn.levels
    (run,) = (trace for trace in wide.traces if as_dict(trace)["type"] == "bar")
    assert run.members == [[0, 1, 2]]
    assert (list(as_dict(run)["base"]), list(as_dict(run)["x"])) == ([100], [7])
    assert list(as_dict(run)["hovertext"]) == [
        f"<b>Stress: 3 signals</b><br>1:40{DASH}1:47<br>Probability: 2 high, 1 not given"
    ]
    alone, *_ = narrow.traces
    assert alone.members == [[0], [1], [2]]
    assert list(as_dict(alone)["base"]) == [100, 103, 106]
    (long,) = drawn.always[:1]
    assert list(as_dict(long)["base"]) == [100]


def test_signals_fold_for_a_window_that_is_longer_than_the_recording() -> None:
    close = signals(("stress", 10, 12, "high"), ("stress", 13, 14, "low"))
    own, same, wider = (
        only_signals(close, end_s=60.0, widest_s=widest_s).levels
        for widest_s in (0.0, 60.0, 3600.0)
    )
    assert len(own) == len(same) == 1
    assert len(wider) == 2
    assert wider[0].traces[0].members == [[0, 1]]


def test_at_first_the_widest_level_is_visible() -> None:
    drawn = only_signals(crowd(), end_s=3600.0)
    visible = [trace.visible is not False for trace, _ in signal_traces(drawn)]
    always, wide, narrow = (
        len(traces) for traces in (drawn.always, *(level.traces for level in drawn.levels))
    )
    assert visible == [True] * (always + wide) + [False] * narrow


def test_levels_go_from_wide_to_narrow_down_to_any_window() -> None:
    windows = [level.from_window_s for level in only_signals(crowd(), end_s=3600.0).levels]
    assert windows == sorted(windows, reverse=True)
    assert windows[-1] == 0
    assert windows[0] < 3600


def test_where_nothing_folds_no_trace_ever_hides() -> None:
    (level,) = only_signals(signals(("stress", 10, 25, "high"))).levels
    assert (level.from_window_s, level.traces) == (0, ())


def test_on_the_last_level_each_has_a_line_that_is_seen_in_any_window() -> None:
    """What a filter leaves of a run is drawn with it, however wide the window is."""
    last = only_signals(crowd(), end_s=3600.0).levels[-1]
    lines = [trace.members for trace in last.traces if as_dict(trace)["type"] == "scatter"]
    assert [[0], [1], [2]] in lines


SIGNAL = st.tuples(
    st.sampled_from(["stress", "interest", "odd", HOSTILE]),
    st.integers(0, 3000),
    st.integers(0, 60),
    st.sampled_from(["high", "medium", "low", None]),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(SIGNAL, max_size=60))
def test_each_signal_is_drawn_once_at_every_zoom(
    chosen: list[tuple[str, int, int, str | None]],
) -> None:
    values = [(name, a / 2, (a + b) / 2, sure) for name, a, b, sure in chosen]
    drawn = only_signals(signals(*values), end_s=1800.0)
    for level in drawn.levels:
        alone: set[int] = set()
        in_runs: list[int] = []
        for trace in (*drawn.always, *level.traces):
            for place, members in enumerate(trace.members):
                if len(members) == 1:
                    alone.update(members)
                elif as_dict(trace)["type"] == "bar":
                    in_runs += members
                    start = as_dict(trace)["base"][place]
                    end = start + as_dict(trace)["x"][place]
                    for row in members:
                        middle = sum(drawn.places[row]) / 2 - drawn.tracks_px[0]
                        assert start <= values[row][1] <= values[row][2] <= end + 1e-9
                        assert trace.y[place] == pytest.approx(middle)
        assert sorted([*alone, *in_runs]) == list(range(len(values)))


def test_a_level_lasts_until_the_next_one_is_about_right() -> None:
    frame = signals(
        *(("stress", 10.0 * n, 10.0 * n + 5, "high") for n in range(100)),
        *(("stress", 2000 + n / 2, 2000 + n / 2, "high") for n in range(4)),
    )
    levels = only_signals(frame, end_s=7_000.0).levels
    assert [level.from_window_s for level in levels] == [3_500, 218.75, 0]
