"""How the tracks fold where signals are too thin for the window."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.view.frames import HOSTILE, clicks, only_signals, signal_bars, signals

DASH = "\N{EN DASH}"


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
    data = drawn.figure.data
    (run,) = (data[place] for place in wide.traces if data[place].type == "bar")
    assert (list(run.base), list(run.x)) == ([100], [7])
    assert [list(data) for data in run.customdata] == [[100, -1]]
    assert list(run.hovertext) == [
        f"<b>Stress: 3 signals</b><br>1:40{DASH}1:47<br>Probability: 2 high, 1 not given"
    ]
    (alone,) = (
        data[place]
        for place in narrow.traces
        if data[place].customdata is not None and data[place].type == "bar"
    )
    assert [list(data) for data in alone.customdata] == [[100, 0], [103, 1], [106, 2]]
    always = set(range(len(data))) - set(wide.traces) - set(narrow.traces)
    (long,) = (data[place] for place in always if data[place] in signal_bars(drawn.figure))
    assert list(long.base) == [100]


def test_at_first_the_widest_level_is_visible() -> None:
    drawn = only_signals(crowd(), end_s=3600.0)
    assert not set(drawn.levels[0].traces) & set(drawn.levels[1].traces)
    for place, trace in enumerate(drawn.figure.data):
        hidden = any(place in level.traces for level in drawn.levels[1:])
        assert (trace.visible is False) == hidden


def test_levels_go_from_wide_to_narrow_down_to_any_window() -> None:
    windows = [level.from_window_s for level in only_signals(crowd(), end_s=3600.0).levels]
    assert windows == sorted(windows, reverse=True)
    assert windows[-1] == 0
    assert windows[0] < 3600


def test_where_nothing_folds_no_trace_ever_hides() -> None:
    (level,) = only_signals(signals(("stress", 10, 25, "high"))).levels
    assert (level.from_window_s, level.traces) == (0, ())


def test_only_what_is_shown_folds() -> None:
    drawn = only_signals(crowd(), end_s=3600.0, shown=[True, False, False, True])
    assert len(drawn.levels) == 1
    assert {row for _, row in clicks(drawn.figure)} == {0, 3}


SIGNAL = st.tuples(
    st.sampled_from(["stress", "interest", "odd", HOSTILE]),
    st.integers(0, 3000),
    st.integers(0, 60),
    st.sampled_from(["high", "medium", "low", None]),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(SIGNAL, st.booleans()), max_size=60))
def test_each_shown_signal_is_drawn_once_at_every_zoom(
    chosen: list[tuple[tuple[str, int, int, str | None], bool]],
) -> None:
    values = [(name, a / 2, (a + b) / 2, sure) for (name, a, b, sure), _ in chosen]
    shown = [is_shown for _, is_shown in chosen]
    drawn = only_signals(signals(*values), end_s=1800.0, shown=shown)
    in_levels = {place for level in drawn.levels for place in level.traces}
    for level in drawn.levels:
        alone: set[int] = set()
        covered: list[tuple[float, float, float]] = []
        for place, trace in enumerate(drawn.figure.data):
            if trace.customdata is None or (place in in_levels and place not in level.traces):
                continue
            for start, row in trace.customdata:
                if row >= 0:
                    alone.add(row)
                    assert start == values[row][1]
            if trace.type == "bar" and trace.customdata[0][1] == -1:
                covered += zip(trace.base, trace.base + trace.x, trace.y, strict=True)
        for row, (value, is_shown) in enumerate(zip(values, shown, strict=True)):
            middle = sum(drawn.places[row]) / 2 - drawn.tracks_px[0]
            inside = sum(
                a <= value[1] and value[2] <= b and y == pytest.approx(middle)
                for a, b, y in covered
            )
            if row in alone:
                assert is_shown
            else:
                assert inside == 1 or not is_shown


def test_a_level_lasts_until_the_next_one_is_about_right() -> None:
    frame = signals(
        *(("stress", 10.0 * n, 10.0 * n + 5, "high") for n in range(100)),
        *(("stress", 2000 + n / 2, 2000 + n / 2, "high") for n in range(4)),
    )
    levels = only_signals(frame, end_s=7_000.0).levels
    assert [level.from_window_s for level in levels] == [3_500, 218.75, 0]
