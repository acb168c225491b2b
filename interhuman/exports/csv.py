"""Tables to download: CSV of signals, engagement, quality, and what the numbers say.

Units stand in the column names, missing values are empty cells, and the last column of every
row names the source of the result: a model of the API, or the sandbox. The sandbox's column has a
name of its own, so that even a table without rows shows where it is from.

Text from outside is made inert, because spreadsheets run a cell that starts with ``=``, ``+``,
``-`` or ``@`` as a formula: an apostrophe goes in front of such a start, and after a semicolon,
tab or line break inside a text too, since a spreadsheet set to another separator cuts there.
`reverted` takes exactly those apostrophes away again.

The files are UTF-8 with a byte order mark. Excel reads accents and emoji correctly only with it,
and pandas, LibreOffice and Google Sheets skip it. Lines end in CR LF, as RFC 4180 has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pandas as pd

from interhuman.analysis import Analysis
from interhuman.annotations import Note, Says
from interhuman.findings.moments import find_moments, moments_frame
from interhuman.findings.statistics import (
    engagement_statistics,
    family_statistics,
    pair_statistics,
    time_bins,
    type_statistics,
)
from interhuman.frames import (
    engagement_frame,
    quality_frame,
    quality_timeline_frame,
    signals_frame,
)
from interhuman.text import one_line
from interhuman.vocabulary import SANDBOX_NOTE

SOURCE = "source"
"""The column that names the source of a result: the API and its model."""

SANDBOX_SOURCE = "sandbox_source"
"""What that column is called where the sandbox made the result."""

NOTHING_SAID: Mapping[int, Says] = MappingProxyType({})

_STARTERS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""What starts a formula, the full-width forms that Japanese settings accept included."""

_FORMULA = rf"(?=['\" ]*[{_STARTERS}])"
_FORMULA_START = re.compile(rf"(^(?=[\t\r\n])|^{_FORMULA}|[;\t\r\n]{_FORMULA})")
_INERT_START = re.compile(rf"(^(?='[\t\r\n])|^(?='){_FORMULA}|[;\t\r\n](?='){_FORMULA})'")


def signals_csv(analysis: Analysis, *, says: Mapping[int, Says] = NOTHING_SAID) -> bytes:
    """Return one row per signal: type, family, start_s, end_s, duration_s, probability, rationale.

    Times are seconds. `says` is whether a person agrees, by a signal's place in the response; it
    becomes the column person_says, empty where nothing was said. The last column is `SOURCE` or
    `SANDBOX_SOURCE`.
    """
    frame = signals_frame(analysis)
    said = pd.Series([says.get(place) for place in frame.index], frame.index, dtype="object")
    return _csv(frame.assign(person_says=said), analysis)


def notes_csv(analysis: Analysis, *, notes: Iterable[Note]) -> bytes:
    """Return one row per note of a person: start_s, end_s (seconds), note, source."""
    rows = [(note.start_s, note.end_s, note.text) for note in notes]
    return _csv(pd.DataFrame(rows, columns=["start_s", "end_s", "note"]), analysis)


def engagement_csv(analysis: Analysis) -> bytes:
    """Return one row per stretch of engagement: state, start_s, end_s (seconds), source."""
    return _csv(engagement_frame(analysis), analysis)


def quality_csv(analysis: Analysis) -> bytes:
    """Return the overall scores and those over time, one row each.

    Columns: scope ("overall" or "window"), start_s and end_s (seconds, empty for overall),
    dimension, value_0_to_100 (empty where the API gave none), source.
    """
    overall, windows = quality_frame(analysis), quality_timeline_frame(analysis)
    table = pd.DataFrame(
        {
            "scope": ["overall"] * len(overall) + ["window"] * len(windows),
            "start_s": [None] * len(overall) + windows["start_s"].tolist(),
            "end_s": [None] * len(overall) + windows["end_s"].tolist(),
            "dimension": overall["dimension"].tolist() + windows["dimension"].tolist(),
            "value_0_to_100": overall["value"].tolist() + windows["value"].tolist(),
        }
    )
    return _csv(table, analysis)


def moments_csv(analysis: Analysis, *, signals: pd.DataFrame) -> bytes:
    """Return the moments of a result, one row each, as `moments_frame` has them.

    `signals` are the signals they rest on: the analysis's `signals_frame`, filtered or not.
    Columns: rule, start_s, end_s, weight (in unit), unit, reason, signal (its place in the
    analysis from 0 on, empty where a moment is not one signal), source.
    """
    moments = find_moments(
        signals=signals,
        engagement=engagement_frame(analysis),
        quality_timeline=quality_timeline_frame(analysis),
    )
    return _csv(moments_frame(moments), analysis)


def statistics_csv(analysis: Analysis, *, signals: pd.DataFrame) -> bytes:
    """Return the statistics of types, families and engagement states, one row each.

    `signals` is the analysis's `signals_frame`, filtered or not. Columns: scope ("type", "family"
    or "engagement"), name, family, count, total_s, share_of_recording_0_to_1,
    share_of_data_0_to_1 (of the time with engagement data), signals_per_minute, mean_s, first_s,
    source. Cells that a scope does not have are empty.
    """
    end_s = analysis.end_s
    types = type_statistics(signals, end_s=end_s).rename(columns={"type": "name"})
    families = family_statistics(signals, end_s=end_s)
    states = engagement_statistics(engagement_frame(analysis), end_s=end_s)
    parts = (
        types.assign(scope="type"),
        families.assign(scope="family", name=families["family"]),
        states.rename(columns={"state": "name"}).assign(scope="engagement"),
    )
    table = pd.concat([part.astype("object") for part in parts], ignore_index=True)
    numbers = {
        "count": "count",
        "total_s": "total_s",
        "share_of_recording": "share_of_recording_0_to_1",
        "share_of_data": "share_of_data_0_to_1",
        "per_minute": "signals_per_minute",
        "mean_s": "mean_s",
        "first_s": "first_s",
    }
    table = table[["scope", "name", "family", *numbers]].rename(columns=numbers)
    return _csv(table.astype({"count": "Int64"}), analysis)


def pairs_csv(analysis: Analysis, *, signals: pd.DataFrame) -> bytes:
    """Return which types of `signals` overlap in time, as `pair_statistics` has them, and source.

    Columns: first_type, second_type, overlaps, both_s, expected_s, lift, source.
    """
    return _csv(pair_statistics(signals, end_s=analysis.end_s), analysis)


def bins_csv(analysis: Analysis, *, signals: pd.DataFrame, bin_s: float) -> bytes:
    """Return the signals of each family in every `bin_s` seconds, as `time_bins` has them.

    Columns: start_s, end_s, family, starting, under_way, source. Raises ValueError as it does.
    """
    return _csv(time_bins(signals, end_s=analysis.end_s, bin_s=bin_s), analysis)


def source_of(analysis: Analysis) -> str:
    """Return the source of a result as every export names it."""
    return SANDBOX_NOTE if analysis.sandbox else f"Interhuman API, {one_line(analysis.model, 60)}"


def inert(text: str) -> str:
    """Return outside text as a spreadsheet shows it without running it; see the module."""
    return _FORMULA_START.sub(r"\1'", text)


def reverted(cell: str) -> str:
    """Return the text that `inert` was given."""
    return _INERT_START.sub(r"\1", cell)


def _csv(frame: pd.DataFrame, analysis: Analysis) -> bytes:
    """Return `frame` with its source as UTF-8 CSV, all text inert."""
    column = SANDBOX_SOURCE if analysis.sandbox else SOURCE
    table = frame.assign(**{column: source_of(analysis)})
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            texts = table[name].astype("object")
            table[name] = texts.map(lambda text: inert(text) if isinstance(text, str) else text)
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
