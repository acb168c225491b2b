"""Every column of every exported table, once: its dtype, its unit, and what it means.

A name means the same in every table that has it. What is missing is missing everywhere: NA in a
frame, an empty cell in CSV and in a workbook. Numbers are rounded to what is known: times to
milliseconds, shares and rates to four digits; scores stay as they were given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

import pandas as pd

from interhuman.frames import FAMILY, QUALITY_COLUMNS, SIGNAL_COLUMNS, TEXT, typed_frame
from interhuman.text import displayable
from interhuman.vocabulary import FAMILIES, INDEX, NO_EVIDENCE, SCORE_MEANINGS

Cell = str | int | float | datetime | None
Row = tuple[Cell, ...]

SECONDS: Final = "seconds"
SHARE: Final = "share, 0 to 1"
SCORE: Final = "score, 0 to 100"
COUNT: Final = "count"
PER_MINUTE: Final = "a minute"
UTC_TIME: Final = "date and time, UTC"

LEAD: Final = ("recording", "analysis_id", "model", "analyzed_at")
"""The columns that every exported table begins with."""

SOURCE: Final = "source"
"""The column that every exported table ends with."""


API, HERE, PERSON = "the API's answer", "computed by this program", "a person"


@dataclass(frozen=True, slots=True)
class Column:
    """What one column holds."""

    meaning: str
    unit: str = ""
    dtype: str | pd.StringDtype | pd.CategoricalDtype = TEXT
    decimals: int | None = None
    """How many digits are known; None for all that were given."""
    origin: str = API
    """Where it is from."""


def _number(meaning: str, unit: str, decimals: int | None = None) -> Column:
    return Column(meaning, unit, "float64", decimals)


def _time(meaning: str) -> Column:
    return _number(meaning, SECONDS, 3)


def _share(meaning: str) -> Column:
    return _number(meaning, SHARE, 4)


def _count(meaning: str) -> Column:
    return Column(meaning, COUNT, "Int64")


_OF_A_RESULT = {
    "recording": Column("File name of the recording; its title where no name is known."),
    "analysis_id": Column("Id in the library, else the API's correlation id."),
    "model": Column("Model that was asked for; the source says whether it answered."),
    "analyzed_at": Column("When the result arrived.", UTC_TIME, "datetime64[us, UTC]"),
    "source": Column(
        "What made the result: Interhuman's API with its model, or the sandbox; from how many "
        "parts it was stitched, where it was; and whether a filter left out signals."
    ),
    "title": Column("What the person calls the analysis."),
    "labels": Column("The person's labels, with semicolons between them."),
    "signals": _count("Signals in the response; empty if its list couldn't be read."),
    "unread": _count("Things in the response that couldn't be read as they were sent."),
    **{
        name: _number(
            f"{meaning}."
            + ("" if name == INDEX else f" Exactly {NO_EVIDENCE:g} means no evidence."),
            SCORE,
        )
        for name, meaning in SCORE_MEANINGS.items()
    },
    "engaged_share": _share("Engaged time, of the time with engagement data."),
}

_OF_SPANS = {
    "type": Column("Type of the signal, as the API names it."),
    "family": Column(
        f"Direction of the type: {', '.join(FAMILIES)}; types that nobody published are unsure.",
        dtype=FAMILY,
    ),
    "start_s": _time("Start, from the start of the recording."),
    "end_s": _time("End; the same as the start for what has no length."),
    "duration_s": _time(
        "Length: of the signal, or in the wide table of the recording, which is the last end in "
        "the response where nothing says how long it is."
    ),
    "probability": Column(
        "How sure the detection is (low, medium, high), never how strong the signal is.",
        dtype=SIGNAL_COLUMNS["probability"],
    ),
    "rationale": Column("Why, in the model's words."),
    "person_says": Column("Whether a person agrees with the signal: agree, disagree."),
    "signal": Column("Place of the signal in the response, from 0 on.", dtype="Int64"),
    "state": Column("Engagement, as the API names it."),
    "scope": Column("What the row is about."),
    "dimension": Column(
        f"Quality index, or dimension; a dimension of exactly {NO_EVIDENCE:g} means no evidence.",
        dtype=QUALITY_COLUMNS["dimension"],
    ),
    "value_0_to_100": _number("Value of the dimension.", SCORE),
    "rule": Column("Rule that makes this a moment."),
    "weight": _number("Weight of the moment under its rule, in its unit.", "see unit", 3),
    "unit": Column("Unit of the weight."),
    "reason": Column("Why this is a moment."),
    "note": Column("What a person wrote; without times, about the result as a whole."),
}

_OF_STATISTICS = {
    "name": Column("Type, family or state."),
    "count": _count("Signals."),
    "total_s": _time("Time covered, overlaps counted once."),
    "share_of_recording_0_to_1": _share(
        "Time covered, of the recording's length, or of what of it was analyzed."
    ),
    "share_of_data_0_to_1": _share("Time covered, of the time with engagement data."),
    "signals_per_minute": _number(
        "Signals, by the recording's length, or by what of it was analyzed.", PER_MINUTE, 4
    ),
    "mean_s": _time("Mean length of a signal."),
    "first_s": _time("First onset, from the start of the recording."),
    "first_type": Column("One type of a pair."),
    "second_type": Column("The other type of the pair."),
    "overlaps": _count("Pairs of signals, one of either type, that overlap."),
    "both_s": _time("Time with both types."),
    "expected_s": _time("Time with both, were the two independent of each other."),
    "lift": _number("Time with both ÷ expected time; 1 is chance.", "ratio", 4),
    "starting": _count("Signals that begin in the interval."),
    "under_way": _count("Signals that last at any time of the interval."),
}

_BY_A_PERSON = ("recording", "title", "labels", "person_says", "note")
_COMPUTED = (
    *("analyzed_at", "source", "signals", "unread", "engaged_share", "family", "duration_s"),
    *("scope", "rule", "weight", "unit", "reason", "signal", *_OF_STATISTICS),
)
_ORIGINS = {**dict.fromkeys(_BY_A_PERSON, PERSON), **dict.fromkeys(_COMPUTED, HERE)}

COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        name: replace(column, origin=_ORIGINS.get(name, API))
        for name, column in {**_OF_A_RESULT, **_OF_SPANS, **_OF_STATISTICS}.items()
    }
)
"""Every column by name, but those of `MEASURES`."""

MEASURES: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "count": _count("Signals of the type in the response."),
        "seconds": _time("Time with the type, overlaps inside the type counted once."),
        "share": _share("Time with the type, of the recording's length."),
        "per_minute": _number(
            "Signals of the type, by the recording's length, or by what of it was analyzed.",
            PER_MINUTE,
            4,
        ),
    }
)
"""What a table has for each type: the columns are ``count_agreement``, ``seconds_agreement`` …"""


def column_of(name: str) -> Column:
    """Return the column of that name; of a type's measure, that of the measure."""
    if name in COLUMNS:
        return COLUMNS[name]
    return next(column for measure, column in MEASURES.items() if name.startswith(f"{measure}_"))


def frame_of(header: Sequence[str], rows: Iterable[Row]) -> pd.DataFrame:
    """Return rows as a frame with the declared dtype of each column of `header`."""
    table = list(rows)
    return typed_frame(
        {name: [row[place] for row in table] for place, name in enumerate(header)},
        {name: column_of(name).dtype for name in header},
    )


def cells(values: Iterable[object], decimals: Iterable[int | None]) -> Row:
    """Return values as cells: numbers rounded, text displayable, what is missing None."""
    return tuple(_cell(value, known) for value, known in zip(values, decimals, strict=True))


def _cell(value: object, decimals: int | None) -> Cell:
    match value:
        case float():
            if math.isnan(value):
                return None
            # Adding 0 makes a rounded -0.0 a plain 0.
            return value if decimals is None else round(value, decimals) + 0.0
        case str():
            return value if value.isprintable() else displayable(value)
        case datetime():
            return value.astimezone(UTC).replace(microsecond=0)
        case int():
            return value
    return None
