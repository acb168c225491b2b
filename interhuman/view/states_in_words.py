"""Engagement and quality index over time, in words for whoever looks at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from interhuman.findings.stitching_in_words import NOT_ANALYZED
from interhuman.formats import index_words, label, score
from interhuman.vocabulary import INDEX

Stretch = tuple[float, float, str]
"""From when to when in seconds, and what holds in between."""


def states_in_words(
    engagement: pd.DataFrame,
    timeline: pd.DataFrame,
    *,
    gaps: Sequence[tuple[float, float]] = (),
) -> list[Stretch]:
    """Return what an `engagement_frame` and a `quality_timeline_frame` say of each stretch.

    `gaps` are where nothing was analyzed; there it says that alone.
    """
    missing = [(start_s, end_s, label(NOT_ANALYZED)) for start_s, end_s in gaps]
    return [*_engagement(engagement), *_index(timeline), *missing]


def _engagement(frame: pd.DataFrame) -> Iterator[Stretch]:
    for state, start_s, end_s in frame.itertuples(index=False, name=None):
        yield start_s, end_s, label(state)


def _index(frame: pd.DataFrame) -> Iterator[Stretch]:
    windows = frame[(frame["dimension"] == INDEX) & frame["value"].notna()]
    for start_s, end_s, value in windows[["start_s", "end_s", "value"]].itertuples(
        index=False, name=None
    ):
        yield start_s, end_s, f"quality index {score(value)}, {index_words(value, ())}"
