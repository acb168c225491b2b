"""Values over dates in words."""

from __future__ import annotations

import pandas as pd

from interhuman.findings.over_time import ENGAGED, MEASURES
from interhuman.formats import NOT_GIVEN, count, dimension_score, readable, score
from interhuman.vocabulary import INDEX


def over_time_caption(table: pd.DataFrame) -> str:
    """Return the lowest and the highest value of each measure of an `over_time` table.

    It says nothing of a trend, and in how many of the analyses a measure was given.
    """
    number = int(table["place"].nunique())
    parts = []
    for measure in MEASURES:
        values = table.loc[(table["measure"] == measure) & table["is_evidence"], "value"]
        if values.empty:
            continue
        low, high = (measure_words(measure, value) for value in (values.min(), values.max()))
        span = low if low == high else f"{low} to {high}"
        known = "" if len(values) == number else f" in {len(values)}"
        parts.append(f"{readable(measure)} {span}{known}")
    words = "; ".join(parts) or "no scores"
    return f"{count(number, 'analysis', 'analyses')}: {words}."


def measure_words(measure: str, value: float) -> str:
    """Return a value of an `over_time` table as it reads."""
    if measure == ENGAGED:
        return NOT_GIVEN if pd.isna(value) else f"{score(value)}%"
    return (score if measure == INDEX else dimension_score)(None if pd.isna(value) else value)
