"""The numbers of a comparison as rows of words and lengths of bars, for whoever draws them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Literal, TypedDict

import pandas as pd

from interhuman.findings.comparison import (
    ENGAGED,
    Compared,
    compared_engagement,
    compared_rates,
    compared_scores,
)
from interhuman.formats import (
    ABSENT,
    NO_EVIDENCE_WORDS,
    NOT_GIVEN,
    SIGNALS_UNREAD,
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

MINUS = "\N{MINUS SIGN}"


class Point(TypedDict):
    """A dimension of a radar."""

    value: float
    isEvidence: bool


class ScoreCell(TypedDict):
    """A score of one recording."""

    words: str
    isEvidence: bool
    band: str
    difference: str


class ScoreRow(TypedDict):
    """A score of all recordings."""

    label: str
    meaning: str
    cells: list[ScoreCell]


class RateCell(TypedDict):
    """Signals per minute of one recording; `share` is of the longest bar."""

    share: float
    words: str
    count: str


class RateRow(TypedDict):
    """Signals per minute of a family or a type, in all recordings."""

    label: str
    family: str
    level: Literal["family", "type"]
    cells: list[RateCell]


class Numbers(TypedDict):
    """The numbers of a comparison in words."""

    radar: list[list[Point | None]] | None
    dimensions: list[str]
    scores: list[ScoreRow]
    rates: list[RateRow]
    more: str


_Cell = tuple[float, bool, float]
_Rate = tuple[int | None, float]


def comparison_in_words(recordings: Sequence[Compared], *, most: int | None = MAX_TYPES) -> Numbers:
    """Return the numbers of a comparison as rows for people, in values that JSON can hold.

    "radar" has the readings of the five dimensions for each recording, None without any score;
    "scores" and "rates" have rows with a label and a cell for each recording. `most` is how many
    types are listed, None for all.
    """
    scores = _scores(recordings)
    types = compared_rates(recordings, by="type")
    families = compared_rates(recordings, by="family")
    return {
        "radar": _radar(scores, len(recordings)),
        "dimensions": [label(name) for name in DIMENSIONS],
        "scores": [*map(_score_row, scores, scores.values()), _engaged_row(recordings)],
        "rates": _rate_rows(families, types[types["name"].isin(_most_frequent(types, most))]),
        "more": more_types(types["name"].nunique(), most),
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


def _radar(scores: Mapping[str, Sequence[_Cell]], number: int) -> list[list[Point | None]] | None:
    """Return the dimensions of each recording, None for what was not given."""
    cells = [[scores[name][place] for name in DIMENSIONS] for place in range(number)]
    readings: list[list[Point | None]] = [
        [
            None if pd.isna(value) else {"value": value, "isEvidence": is_evidence}
            for value, is_evidence, _ in each
        ]
        for each in cells
    ]
    return readings if any(any(each) for each in readings) else None


def _score_row(name: str, cells: Sequence[_Cell]) -> ScoreRow:
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


def _engaged_row(recordings: Sequence[Compared]) -> ScoreRow:
    columns = ("share", "difference", "share_with_data")
    rows = compared_engagement(recordings)[[*columns]].itertuples(index=False, name=None)
    return {
        "label": label(ENGAGED),
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


def _most_frequent(types: pd.DataFrame, number: int | None) -> list[str]:
    """Return the types that any recording has most often a minute, at most `number`."""
    most = types.groupby("name")["per_minute"].max().sort_values(ascending=False, kind="stable")
    return [str(name) for name in most.index[:number]]


def more_types(number: int, most: int | None) -> str:
    """Say how many of a number of types are not among the most that are listed."""
    left = number - most if most is not None else 0
    return f"Not shown: {count(left, 'more type')}." if left > 0 else ""


def _rate_rows(families: pd.DataFrame, types: pd.DataFrame) -> list[RateRow]:
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
) -> RateRow:
    return {
        "label": label(name),
        "family": family,
        "level": level,
        "cells": [
            {
                "share": 0.0 if pd.isna(rate) or not top > 0 else rate / top,
                "words": rate_words(rate),
                "count": SIGNALS_UNREAD if number is None else count(number, "signal"),
            }
            for number, rate in cells
        ],
    }


def rate_words(rate: float) -> str:
    """Return signals per minute as they read; NaN is absent."""
    if math.isnan(rate):
        return ABSENT
    if 0 < rate < 0.05:
        return "<0.1"
    return f"{rate:.1f}" if rate else "0"
