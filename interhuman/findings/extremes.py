"""The lowest and the highest window of a score over time."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

import pandas as pd

from interhuman.findings.time_axis import windows
from interhuman.formats import clock, dimension_score, score
from interhuman.vocabulary import INDEX, NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Extreme:
    """A window (seconds) whose value (0-100) is the lowest or the highest of its score."""

    start_s: float
    end_s: float
    value: float
    words: str
    """Such as "lowest 30 at 2:40"."""


def extremes(timeline: pd.DataFrame, name: str) -> tuple[Extreme, ...]:
    """Return the lowest and the highest window of one score of a `quality_timeline_frame`.

    Of several the first. Nothing where all windows read the same; a window without evidence in a
    dimension counts as none.
    """
    given = windows(timeline[timeline["dimension"] == name])
    evidence = [each for each in given if name == INDEX or each[2] != NO_EVIDENCE]
    if not evidence:
        return ()
    low, high = min(evidence, key=itemgetter(2)), max(evidence, key=itemgetter(2))
    read = score if name == INDEX else dimension_score
    if read(low[2]) == read(high[2]):
        return ()
    return tuple(
        Extreme(start_s, end_s, value, f"{which} {read(value)} at {clock(start_s)}")
        for which, (start_s, end_s, value) in (("lowest", low), ("highest", high))
    )
