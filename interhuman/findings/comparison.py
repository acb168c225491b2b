"""Numbers of several recordings beside each other: scores, share engaged, signals a minute.

The first recording is the one that others are compared with. What is missing stays missing, and
nothing is claimed from a score without evidence. Totals are not compared, as recordings differ in
length: signals are counted a minute.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import pandas as pd

from interhuman.analysis import Analysis
from interhuman.findings.engagement import engagement_times
from interhuman.findings.spans import placed
from interhuman.frames import FAMILY, TEXT, Columns, Tables, overall_scores, typed_rows
from interhuman.vocabulary import (
    DIMENSIONS,
    FAMILIES,
    FAMILY_OF,
    INDEX,
    NO_EVIDENCE,
    SCORES,
    family_of,
)

LETTERS: Final = "ABCD"
"""What the recordings are called, in their order; so many are compared at most."""

ENGAGED: Final = "time_engaged"
"""The name of the share engaged beside those of the scores."""

MIN_COMPARED: Final = 2
MAX_COMPARED: Final = len(LETTERS)

SCORE_COLUMNS: Columns = MappingProxyType(
    {
        "score": pd.CategoricalDtype(list(SCORES)),
        "place": "int64",
        "value": "float64",
        "is_evidence": "bool",
        "difference": "float64",
    }
)
ENGAGED_COLUMNS: Columns = MappingProxyType(
    {
        "place": "int64",
        "share": "float64",
        "difference": "float64",
        "share_with_data": "float64",
    }
)
RATE_COLUMNS: Columns = MappingProxyType(
    {
        "name": TEXT,
        "family": FAMILY,
        "place": "int64",
        "count": "Int64",
        "per_minute": "float64",
    }
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One recording of a comparison: the tables of its analysis, and how that was made."""

    signals: pd.DataFrame
    engagement: pd.DataFrame
    quality: pd.DataFrame
    end_s: float
    """Length of the time axis in seconds, as `Analysis.end_s` has it; 0 for none."""
    length_given: bool = True
    """Whether `end_s` is the recording's length, or only where the last entry ends."""
    model: str = ""
    """The API's name of the model."""
    sandbox: bool = False
    options: Mapping[str, str] | None = None
    """What was asked for, by names and in words for a person; None where that is not known."""
    unanalyzed_s: float = 0.0
    """How much of `end_s` was not analyzed, because parts of the recording have no result."""
    overall_is: str | None = None
    """What the overall scores are where the API did not judge the whole; None where it did."""
    signals_read: bool = True
    """False where the answer may have signals, and none of them can be read."""

    @property
    def analyzed_s(self) -> float:
        """How many seconds of it were analyzed."""
        return self.end_s - self.unanalyzed_s

    @classmethod
    def of(
        cls, analysis: Analysis, tables: Tables, options: Mapping[str, str] | None = None
    ) -> Compared:
        """Return an analysis with its tables and options as it is compared."""
        quality = analysis.conversation_quality
        return cls(
            signals=tables.signals,
            engagement=tables.engagement,
            quality=tables.quality,
            end_s=analysis.end_s,
            length_given=analysis.duration_s is not None,
            model=analysis.model,
            sandbox=analysis.sandbox,
            options=options,
            unanalyzed_s=analysis.end_s - analysis.analyzed_s,
            overall_is=quality.overall_is if quality is not None else None,
            signals_read=analysis.signals_read,
        )


def letters(places: Sequence[int]) -> str:
    """Return the letters of some recordings by their places, such as "A, B and D"."""
    names = [LETTERS[place] for place in places]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def compared_scores(recordings: Sequence[Compared]) -> pd.DataFrame:
    """Return one row per score and recording, the index first, and A before the others.

    Columns: score, place (that of the recording), value (0-100 or NaN), is_evidence (False for a
    dimension of exactly 50, for an index of five such dimensions, and for what is missing),
    difference (value - that of A; NaN for A, unless both are evidence, and between the sandbox
    and Interhuman, which measure different things).
    """
    rows: list[tuple[object, ...]] = []
    scores = [overall_scores(recording.quality) for recording in recordings]
    evidence = [{name: _is_evidence(name, each) for name in SCORES} for each in scores]
    for name in SCORES:
        first = scores[0][name] if scores and evidence[0][name] else None
        for place, each in enumerate(scores):
            value, is_evidence = each[name], evidence[place][name]
            usable = value if is_evidence and _is_alike(recordings, place) else None
            rows.append((name, place, value, is_evidence, _difference(usable, first, place)))
    return typed_rows(rows, SCORE_COLUMNS)


def compared_engagement(recordings: Sequence[Compared]) -> pd.DataFrame:
    """Return one row per recording, A first.

    Columns: place, share (0-1, engaged time of the time with data; NaN without any), difference
    (share - that of A; NaN as in `compared_scores`), share_with_data (0-1 of the
    time that was analyzed; NaN for one without length).
    """
    rows: list[tuple[object, ...]] = []
    times = [engagement_times(placed(each.engagement), each.end_s) for each in recordings]
    for place, (each, recording) in enumerate(zip(times, recordings, strict=True)):
        with_data = min(1.0, each.covered_s / recording.analyzed_s) if recording.end_s > 0 else None
        usable = each.share_engaged if _is_alike(recordings, place) else None
        difference = _difference(usable, times[0].share_engaged, place)
        rows.append((place, each.share_engaged, difference, with_data))
    return typed_rows(rows, ENGAGED_COLUMNS)


def compared_rates(
    recordings: Sequence[Compared], *, by: Literal["family", "type"]
) -> pd.DataFrame:
    """Return one row per family, or per type that any has, and recording: signals a minute.

    Columns: name (of the family or the type), family, place, count, per_minute (0 where the
    recording has none; NaN where it has no length). Both are NA where its signals couldn't be
    read. Families stand in display order, types in that of their families and of the vocabulary,
    unpublished types last in their family.
    """
    counts = [Counter(map(str, placed(each.signals)[by].tolist())) for each in recordings]
    found = {name for each in counts for name in each}
    names = FAMILIES if by == "family" else sorted(found, key=type_order)
    rows: list[tuple[object, ...]] = []
    for name in names:
        for place, (number, recording) in enumerate(zip(counts, recordings, strict=True)):
            count = number[name] if recording.signals_read else None
            has_rate = count is not None and recording.end_s > 0
            rate = 60.0 * number[name] / recording.analyzed_s if has_rate else None
            rows.append((name, name if by == "family" else family_of(name), place, count, rate))
    return typed_rows(rows, RATE_COLUMNS)


def signals_per_minute(recording: Compared) -> float:
    """Return all signals of a recording per minute, NaN as in `compared_rates`."""
    if not recording.signals_read or recording.end_s <= 0:
        return math.nan
    return 60.0 * len(placed(recording.signals)) / recording.analyzed_s


def _is_evidence(name: str, scores: Mapping[str, float | None]) -> bool:
    if name == INDEX:
        return scores[INDEX] is not None and any(scores[one] != NO_EVIDENCE for one in DIMENSIONS)
    return scores[name] is not None and scores[name] != NO_EVIDENCE


def _is_alike(recordings: Sequence[Compared], place: int) -> bool:
    return recordings[place].sandbox == recordings[0].sandbox


def _difference(value: float | None, first: float | None, place: int) -> float | None:
    return value - first if place > 0 and value is not None and first is not None else None


def type_order(name: str) -> tuple[int, int, str]:
    """Return where a signal type stands among others: in its family, unpublished ones last."""
    published = list(FAMILY_OF)
    place = published.index(name) if name in FAMILY_OF else len(published)
    return FAMILIES.index(family_of(name)), place, name
