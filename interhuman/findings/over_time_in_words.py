"""Values over dates in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from interhuman.findings.comparison import ENGAGED
from interhuman.findings.over_time import MEASURES
from interhuman.formats import (
    NOT_GIVEN,
    count,
    dimension_score,
    label,
    maker_words,
    readable,
    score,
)
from interhuman.vocabulary import INDEX

COLUMNS: Final = ("Model", *(label(name) for name in MEASURES))
"""What `over_time_rows` has of each recording."""


def over_time_caption(table: pd.DataFrame) -> str:
    """Return the lowest and the highest value of each measure of an `over_time` table.

    What another model made, or the sandbox, has a sentence of its own. None says anything of a
    trend; each says in how many of its analyses a measure was given.
    """
    makers = [(maker, rows) for maker, rows in table.groupby(["model", "sandbox"], sort=False)]
    if len(makers) < 2:
        return f"{_number(table)}: {_spans(table)}."
    return " ".join(
        f"{_number(rows)} by {maker_words(str(model), sandbox=bool(sandbox))}: {_spans(rows)}."
        for (model, sandbox), rows in makers
    )


def _number(table: pd.DataFrame) -> str:
    return count(int(table["place"].nunique()), "analysis", "analyses")


def _spans(table: pd.DataFrame) -> str:
    number = table["place"].nunique()
    parts = []
    for measure in MEASURES:
        values = table.loc[(table["measure"] == measure) & table["is_evidence"], "value"]
        if values.empty:
            continue
        low, high = (measure_words(measure, value) for value in (values.min(), values.max()))
        span = low if low == high else f"{low} to {high}"
        known = "" if len(values) == number else f" in {len(values)}"
        parts.append(f"{readable(measure)} {span}{known}")
    return "; ".join(parts) or "no scores"


def over_time_rows(table: pd.DataFrame) -> Iterator[tuple[int, list[str]]]:
    """Yield the place of each recording of an `over_time` table, its maker and each measure."""
    for place, members in table.groupby("place", sort=False):
        values = dict(zip(members["measure"], members["value"], strict=True))
        first = members.iloc[0]
        maker = maker_words(str(first["model"]), sandbox=bool(first["sandbox"]))
        yield int(str(place)), [maker, *(measure_words(name, values[name]) for name in MEASURES)]


def measure_words(measure: str, value: float) -> str:
    """Return a value of an `over_time` table as it reads."""
    if measure == ENGAGED:
        return NOT_GIVEN if pd.isna(value) else f"{score(value)}%"
    return (score if measure == INDEX else dimension_score)(None if pd.isna(value) else value)
