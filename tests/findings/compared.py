"""Recordings to compare, from the small frames that charts are tested with."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from interhuman.analysis import Analysis
from interhuman.findings.comparison import Compared
from interhuman.frames import quality_frame
from tests.view.frames import engagement, quality, signals

NO_QUALITY = quality_frame(Analysis())
FULL = {
    "quality_index": 60.0,
    "clarity": 70.0,
    "authority": 60.0,
    "energy": 55.0,
    "rapport": 50.0,
    "learning": 40.0,
}
"""Scores with one dimension that says "no evidence"."""


def recording(
    *spans: tuple[str, float, float],
    end_s: float = 60.0,
    scores: Mapping[str, float] | None = None,
    states: tuple[tuple[str, float, float], ...] = (("engaged", 0, 60),),
    length_given: bool = True,
    model: str = "inter-1",
    sandbox: bool = False,
    options: Mapping[str, str] | None = None,
    signals_read: bool = True,
) -> Compared:
    """Return a recording with these signals; without `scores` it has no quality."""
    return Compared(
        signals=signals(*((*span, "high") for span in spans)),
        engagement=engagement(*states),
        quality=quality(**scores) if scores is not None else NO_QUALITY,
        end_s=end_s,
        length_given=length_given,
        model=model,
        sandbox=sandbox,
        options=options,
        signals_read=signals_read,
    )


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """Return the rows of a frame as tuples of some columns, None for what is missing."""
    picked = frame[list(columns)].astype("object")
    return list(picked.where(picked.notna(), None).itertuples(index=False, name=None))
