"""The strip of the whole recording."""

from __future__ import annotations

import numpy as np

from interhuman.view.charts import tracks
from tests.view.frames import END_S, bars, engagement, over_time, signals


def test_a_family_is_one_line_where_overlaps_and_close_neighbors_are_one_mark() -> None:
    frame = signals(
        ("stress", 10, 20, "high"),
        ("skepticism", 15, 30, "low"),
        ("stress", 30.05, 40, None),
        ("stress", 60, 60, "high"),
        ("interest", 50, 55, "high"),
    )
    drawn = tracks(frame, engagement(), over_time(), end_s=END_S)
    (strip,) = (bar for bar in bars(drawn.figure) if bar.xaxis == "x2")
    marks = sorted(zip(strip.y, strip.base, np.add(strip.base, strip.x), strict=True))
    assert [(y, start, round(end, 3)) for y, start, end in marks] == [
        (0.5, 50, 55),
        (2.5, 10, 40),
        (2.5, 60, 60.143),
    ]
    assert drawn.figure.data[-1] is strip, "the browser draws it anew as the last trace"
