"""Spans of time, by value."""

from __future__ import annotations

import pandas as pd

from interhuman.findings.spans import sharing_time


def test_rows_share_time_with_a_span_and_with_a_moment() -> None:
    frame = pd.DataFrame({"start_s": [0.0, 5.0, 5.0, 10.0], "end_s": [5.0, 5.0, 10.0, 12.0]})
    spans = [(0.0, 5.0), (5.0, 5.0), (4.0, 10.0), (12.0, 20.0)]
    shared = [places.tolist() for places in sharing_time(frame, spans)]
    assert shared == [[0], [1, 2], [0, 1, 2], []]
