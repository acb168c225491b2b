"""Which signals fold into runs, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.view.charts.folding import PLOT_PX, SEAM_PX, THIN_PX, Runs, foldings

Span = tuple[int, float, float]


def folded(spans: Sequence[Span], *, window_s: float) -> list[Runs]:
    """Fold (lane, from, to) spans."""
    lane, start, end = (np.array(column) for column in zip(*spans, strict=True))
    return foldings(
        lane.astype(np.int64), start.astype(float), end.astype(float), window_s=window_s
    )


def test_close_thin_signals_of_one_lane_fold_and_others_do_not() -> None:
    spans = [(0, 0, 3), (0, 4, 7), (0, 7, 10), (0, 14, 17), (1, 7, 10), (0, 17, 30), (0, 31, 32)]
    level, nothing = folded(spans, window_s=PLOT_PX)  # one pixel is one second
    assert level.run.tolist() == [0, 0, 0, -1, -1, -1, -1]
    assert (level.start_s.tolist(), level.end_s.tolist()) == ([0], [10])
    assert level.count.tolist() == [3]
    assert nothing.run.tolist() == [-1] * 7


def test_what_keeps_a_seam_of_two_pixels_stays_apart() -> None:
    (only,) = folded([(0, 0, 1), (0, 3, 4)], window_s=PLOT_PX)
    assert only.count.tolist() == []


def test_runs_dissolve_level_by_level() -> None:
    spans = [(0, 10.0 * n, 10.0 * n + 5) for n in range(100)]
    spans += [(0, 2000 + n / 2, 2000 + n / 2) for n in range(4)]
    levels = folded(spans, window_s=7_000)
    assert [level.window_s for level in levels] == [7_000, 1_750, 109.375]
    assert [level.count.tolist() for level in levels] == [[100, 4], [4], []]


def test_moments_at_one_time_fold_in_no_lane_of_their_own() -> None:
    assert len(folded([(0, 5, 5), (1, 5, 5)], window_s=1000)) == 1


def test_in_the_shortest_window_nothing_is_folded_however_close() -> None:
    levels = folded([(0, 5, 5.0001), (0, 5.0002, 5.0003)], window_s=60)
    assert levels[0].count.tolist() == [2]
    assert levels[-1].count.tolist() == []
    assert len(levels) == 2


LANES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(0, 30)), min_size=1, max_size=60
)


@settings(deadline=None)
@given(LANES, st.floats(10, 10_000))
def test_runs_hold_thin_neighbors_only_and_dissolve_for_good(
    steps: list[tuple[int, int, int]], window_s: float
) -> None:
    spans, reached = [], dict.fromkeys(range(3), 0)
    for lane, gap, length in steps:
        start = reached[lane] + gap
        spans.append((lane, float(start), float(start + length)))
        reached[lane] = start + length + (length == 0)
    levels = folded(spans, window_s=window_s)
    assert not levels[-1].count.size
    for wide, narrow in pairwise(levels):
        assert narrow.window_s < wide.window_s
        assert not ((narrow.run >= 0) & (wide.run < 0)).any(), "folds again when zoomed in"
        assert (wide.run != narrow.run).any()
    for level in levels:
        px_s = level.window_s / PLOT_PX
        for number in range(len(level.count)):
            members = sorted(
                span for span, run in zip(spans, level.run.tolist(), strict=True) if run == number
            )
            assert len(members) == level.count[number] >= 2
            assert len({lane for lane, _, _ in members}) == 1
            assert (members[0][1], members[-1][2]) == (level.start_s[number], level.end_s[number])
            assert all(end - start < THIN_PX * px_s for _, start, end in members)
            assert all(b[1] - a[2] < SEAM_PX * px_s for a, b in pairwise(members))
