"""The numbers of a comparison as rows of words and lengths of bars, for whoever draws them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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


def comparison_in_words(recordings: Sequence[Compared]) -> Reading:
    """Return the numbers of a comparison as rows for people, in values that JSON can hold.

    "radar" has the readings of the five dimensions for each recording, None without any score;
    "scores" and "rates" have rows with a label and a cell for each recording.
    """
    scores = compared_scores(recordings)
    families = compared_rates(recordings, by="family")
    types = compared_rates(recordings, by="type")
    shown = _most_frequent(types)
    return {
        "radar": [
            [_radar_reading(scores, name, place) for name in DIMENSIONS]
            for place in range(len(recordings))
        ]
        if scores["value"].notna().any()
        else None,
        "dimensions": [label(name) for name in DIMENSIONS],
        "scores": [*_score_rows(scores, len(recordings)), _engaged_row(recordings)],
        "rates": _rate_rows(families, types[types["name"].isin(shown)]),
        "more": _more(types["name"].nunique()),
    }


def _radar_reading(scores: pd.DataFrame, name: str, place: int) -> Reading | None:
    row = scores[(scores["score"] == name) & (scores["place"] == place)].iloc[0]
    if pd.isna(row["value"]):
        return None
    return {"value": float(row["value"]), "isEvidence": bool(row["is_evidence"])}


def _score_rows(scores: pd.DataFrame, number: int) -> Iterable[Reading]:
    columns = ("value", "is_evidence", "difference")
    for name in SCORES:
        rows = scores.loc[scores["score"] == name, [*columns]].itertuples(index=False, name=None)
        yield {
            "label": label(name),
            "meaning": SCORE_MEANINGS[name],
            "cells": [
                {
                    "words": _score_words(name, value, is_evidence=is_evidence),
                    "isEvidence": is_evidence,
                    "band": index_words(value, ()) if name == INDEX and is_evidence else "",
                    "difference": _difference(difference),
                }
                for value, is_evidence, difference in list(rows)[:number]
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
    most = types.groupby("name")["count"].max().sort_values(ascending=False, kind="stable")
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
    for family, members in families.groupby("family", observed=True):
        rows.append(_rate_row(str(family), str(family), members, top, level="family"))
        for name, each in types[types["family"] == family].groupby("name", sort=False):
            rows.append(_rate_row(str(name), str(family), each, top, level="type"))
    return rows


def _rate_row(
    name: str, family: str, rows: pd.DataFrame, top: float, *, level: Literal["family", "type"]
) -> Reading:
    cells = rows[["count", "per_minute"]].itertuples(index=False, name=None)
    return {
        "label": label(name),
        "family": family,
        "level": level,
        "cells": [
            {
                "share": 0.0 if pd.isna(rate) or not top > 0 else rate / top,
                "words": NONE if pd.isna(rate) else _rate_words(rate),
                "count": count(number, "signal"),
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

    A row has its moments by third, each as (place of the recording, seconds, words).
    """
    table, moments = recurring(recordings), recurring_moments(recordings)
    rows = []
    for row in table.head(MAX_TYPES).to_dict("records"):
        members = moments[moments["type"] == row["type"]]
        thirds = [members[members["third"] == third] for third in THIRDS]
        without = members[members["third"].isna()]
        rows.append(
            {
                "label": label(str(row["type"])),
                "family": row["family"],
                "recordings": int(row["recordings"]),
                "thirds": [
                    {"recordings": int(row[third]), **_moments(each)}
                    for third, each in zip(THIRDS, thirds, strict=True)
                ],
                "without": _moments(without),
            }
        )
    return {"rows": rows, "more": _more(len(table))}


def _moments(moments: pd.DataFrame) -> Reading:
    """Return moments as (place of the recording, seconds, words), the first `MAX_MOMENTS`."""
    columns = moments[["place", "start_s"]].head(MAX_MOMENTS)
    return {
        "moments": [
            (place, start_s, clock(start_s))
            for place, start_s in columns.itertuples(index=False, name=None)
        ],
        "left": max(0, len(moments) - MAX_MOMENTS),
    }
