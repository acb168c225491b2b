"""The scores and the share engaged of recordings over the dates of their analyses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Final

import pandas as pd

from interhuman.findings.comparison import (
    ENGAGED,
    Compared,
    compared_engagement,
    compared_scores,
)
from interhuman.frames import TEXT, Columns, typed_rows
from interhuman.vocabulary import SCORES

MEASURES: Final = (*SCORES, ENGAGED)

MIN_FOR_LINE: Final = 3
"""So many neighboring points of one maker are joined: two would only suggest a direction."""

OVER_TIME_COLUMNS: Columns = MappingProxyType(
    {
        "measure": pd.CategoricalDtype(list(MEASURES)),
        "place": "int64",
        "analyzed_at": "datetime64[us, UTC]",
        "value": "float64",
        "is_evidence": "bool",
        "joined": "bool",
        "model": TEXT,
        "sandbox": "bool",
    }
)


def over_time(recordings: Sequence[tuple[datetime | None, Compared]]) -> pd.DataFrame:
    """Return one row per measure and recording with a date, in order of their dates.

    Columns: measure (a score or `ENGAGED`), place (that of the recording), analyzed_at (UTC),
    value (0-100, the share engaged in percent; NaN where missing), is_evidence (False for what is
    missing or means "no evidence"), joined (whether a line leads through it: at least
    `MIN_FOR_LINE` of one maker have evidence without a gap), model and sandbox (its maker).
    Nothing is filled in, no trend is computed.
    """
    dated = sorted(
        (moment, place) for place, (moment, _) in enumerate(recordings) if moment is not None
    )
    values = _values([each for _, each in recordings])
    makers = [(each.model, each.sandbox) for _, each in recordings]
    rows = []
    for measure in MEASURES:
        places = [place for _, place in dated]
        joined = {
            place
            for maker in set(makers)
            for run in _runs([each for each in places if makers[each] == maker], values, measure)
            for place in run
        }
        for moment, place in dated:
            value, is_evidence = values[measure, place]
            rows.append(
                (measure, place, moment, value, is_evidence, place in joined, *makers[place])
            )
    return typed_rows(rows, OVER_TIME_COLUMNS)


def _runs(
    places: Sequence[int], values: Mapping[tuple[str, int], tuple[float, bool]], measure: str
) -> Iterator[list[int]]:
    """Yield the runs of places with evidence that are long enough to be joined."""
    for evident, run in groupby(places, key=lambda place: values[measure, place][1]):
        members = list(run)
        if evident and len(members) >= MIN_FOR_LINE:
            yield members


def _values(recordings: Sequence[Compared]) -> dict[tuple[str, int], tuple[float, bool]]:
    """Return each value with whether it is evidence, by its measure and recording."""
    scores, engaged = compared_scores(recordings), compared_engagement(recordings)
    columns = ("score", "place", "value", "is_evidence")
    values = {
        (name, place): (value, is_evidence)
        for name, place, value, is_evidence in scores[[*columns]].itertuples(index=False, name=None)
    }
    for place, share in engaged[["place", "share"]].itertuples(index=False, name=None):
        values[ENGAGED, place] = (100 * share, not pd.isna(share))
    return values
