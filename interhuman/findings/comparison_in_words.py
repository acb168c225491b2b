"""The numbers of a comparison as rows of words and lengths of bars, for whoever draws them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Literal

import pandas as pd

from interhuman.findings.comparison import (
    Compared,
    compared_engagement,
    compared_rates,
    compared_scores,
)
from interhuman.findings.recurring import THIRDS, recurring, recurring_moments
from interhuman.formats import (
    NO_EVIDENCE_WORDS,
    NOT_GIVEN,
    SIGNALS_UNREAD,
    clock,
    count,
    dimension_score,
    index_words,
    label,
    percent,
    score,
)
from interhuman.vocabulary import DIMENSIONS, INDEX, SCORE_MEANINGS, SCORES

MAX_TYPES = 24
"""So many types are listed, as on the timeline; there are ten published ones."""

MAX_MOMENTS = 40
"""So many moments of a type in a third are listed."""

NONE = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"

Reading = dict[str, object]
_Cell = tuple[float, bool, float]
_Rate = tuple[int | None, float]


def comparison_in_words(recordings: Sequence[Compared]) -> Reading:
    """Return the numbers of a comparison as rows for people, in values that JSON can hold.

    "radar" has the readings of the five dimensions for each recording, None without any score;
    "scores" and "rates" have rows with a label and a cell for each recording.
    """
    scores = _scores(recordings)
    types = compared_rates(recordings, by="type")
    families = compared_rates(recordings, by="family")
    return {
        "radar": _radar(scores, len(recordings)),
        "dimensions": [label(name) for name in DIMENSIONS],
        "scores": [*map(_score_row, scores, scores.values()), _engaged_row(recordings)],
        "rates": _rate_rows(families, types[types["name"].isin(_most_frequent(types))]),
        "more": _more(types["name"].nunique()),
    }


def _scores(recordings: Sequence[Compared]) -> Mapping[str, list[_Cell]]:
    """Return the value of each score in each recording, if it is evidence, and its difference."""
    columns = ("score", "value", "is_evidence", "difference")
    scores: dict[str, list[_Cell]] = {name: [] for name in SCORES}
    rows = compared_scores(recordings)[[*columns]].itertuples(index=False, name=None)
    for name, *cell in rows:
        value, is_evidence, difference = cell
        scores[name].append((value, is_evidence, difference))
    return scores


def _radar(scores: Mapping[str, Sequence[_Cell]], number: int) -> list[list[Reading | None]] | None:
    """Return the dimensions of each recording, None for what was not given."""
    cells = [[scores[name][place] for name in DIMENSIONS] for place in range(number)]
    readings: list[list[Reading | None]] = [
        [
            None if pd.isna(value) else {"value": value, "isEvidence": is_evidence}
            for value, is_evidence, _ in each
        ]
        for each in cells
    ]
    return readings if any(any(each) for each in readings) else None


def _score_row(name: str, cells: Sequence[_Cell]) -> Reading:
    return {
        "label": label(name),
        "meaning": SCORE_MEANINGS[name],
        "cells": [
            {
                "words": _score_words(name, value, is_evidence=is_evidence),
                "isEvidence": is_evidence,
                "band": index_words(value, ()) if name == INDEX and is_evidence else "",
                "difference": _difference(difference),
            }
            for value, is_evidence, difference in cells
        ],
    }


def _score_words(name: str, value: float, *, is_evidence: bool) -> str:
    given = None if pd.isna(value) else value
    if name != INDEX:
        return dimension_score(given)
    return score(given) if is_evidence or given is None else NO_EVIDENCE_WORDS


def _engaged_row(recordings: Sequence[Compared]) -> Reading:
    columns = ("share", "difference", "share_with_data")
    rows = compared_engagement(recordings)[[*columns]].itertuples(index=False, name=None)
    return {
        "label": "Time engaged",
        "meaning": "Share of the time with engagement data",
        "cells": [
            {
                "words": NOT_GIVEN if pd.isna(share) else percent(share),
                "isEvidence": not pd.isna(share),
                "band": ""
                if pd.isna(share) or pd.isna(with_data) or with_data >= 0.95
                else f"of the {percent(with_data)} with data",
                "difference": _difference(100 * difference),
            }
            for share, difference, with_data in rows
        ],
    }


def _difference(value: float) -> str:
    """Return a difference as "+7", "-7" or "±0"; "" for none. It is that of the exact values."""
    if math.isnan(value):
        return ""
    rounded = math.floor(abs(value) + 0.5)
    if rounded == 0:
        return "±0"
    return f"{'+' if value > 0 else MINUS}{rounded}"


def _most_frequent(types: pd.DataFrame) -> list[str]:
    """Return the types that any recording has most often a minute, at most `MAX_TYPES`."""
    most = types.groupby("name")["per_minute"].max().sort_values(ascending=False, kind="stable")
    return [str(name) for name in most.index[:MAX_TYPES]]


def _more(number: int) -> str:
    if number <= MAX_TYPES:
        return ""
    return f"Not shown: {count(number - MAX_TYPES, 'more type')}."


def _rate_rows(families: pd.DataFrame, types: pd.DataFrame) -> list[Reading]:
    """Return each family, then its types, with what each recording has a minute.

    The longest bar is that of the highest rate, whatever it is of.
    """
    top = float(pd.concat([families["per_minute"], types["per_minute"]]).max())
    rows = []
    for family, cells in _cells(families):
        rows.append(_rate_row(family, family, cells, top, level="family"))
        members = _cells(types[types["family"] == family])
        rows += [_rate_row(name, family, each, top, level="type") for name, each in members]
    return rows


def _cells(rates: pd.DataFrame) -> Iterator[tuple[str, list[_Rate]]]:
    """Yield each name of `compared_rates` with what each recording has of it."""
    rows = rates[["name", "count", "per_minute"]].itertuples(index=False, name=None)
    for name, members in groupby(rows, key=itemgetter(0)):
        yield name, [(None if pd.isna(number) else number, rate) for _, number, rate in members]


def _rate_row(
    name: str,
    family: str,
    cells: Sequence[_Rate],
    top: float,
    *,
    level: Literal["family", "type"],
) -> Reading:
    return {
        "label": label(name),
        "family": family,
        "level": level,
        "cells": [
            {
                "share": 0.0 if pd.isna(rate) or not top > 0 else rate / top,
                "words": NONE if pd.isna(rate) else _rate_words(rate),
                "count": SIGNALS_UNREAD if number is None else count(number, "signal"),
            }
            for number, rate in cells
        ],
    }


def _rate_words(rate: float) -> str:
    if 0 < rate < 0.05:
        return "<0.1"
    return f"{rate:.1f}" if rate else "0"


def recurring_in_words(recordings: Sequence[Compared]) -> Reading:
    """Return what recurs as rows for people, in values that JSON can hold.

    A row has its moments by third, each as (place of the recording, seconds, words). "number" is
    that of the recordings whose signals could be read.
    """
    table, found = recurring(recordings), recurring_moments(recordings)
    moments: dict[tuple[str, str | None], list[tuple[int, float]]] = {}
    columns = found[["type", "third", "place", "start_s"]].astype({"third": "object"})
    for name, third, place, start_s in columns.itertuples(index=False, name=None):
        key = (name, third if isinstance(third, str) else None)
        moments.setdefault(key, []).append((place, start_s))
    rows = [
        {
            "label": label(row["type"]),
            "family": row["family"],
            "recordings": row["recordings"],
            "thirds": [
                {"recordings": row[third], **_moments(moments.get((row["type"], third), []))}
                for third in THIRDS
            ],
            "without": _moments(moments.get((row["type"], None), [])),
        }
        for row in table.head(MAX_TYPES).to_dict("records")
    ]
    read = sum(each.signals_read for each in recordings)
    none = "No signals." if read == len(recordings) else "No signals that could be read."
    return {"rows": rows, "number": read, "none": none, "more": _more(len(table))}


def _moments(moments: Sequence[tuple[int, float]]) -> Reading:
    """Return moments as (place of the recording, seconds, words), the first `MAX_MOMENTS`."""
    return {
        "moments": [(place, start_s, clock(start_s)) for place, start_s in moments[:MAX_MOMENTS]],
        "left": max(0, len(moments) - MAX_MOMENTS),
    }
