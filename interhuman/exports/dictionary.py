"""The columns of tables for research: what each holds, its unit, and where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

API, HERE, PERSON = "the API's answer", "computed by this program", "a person"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds."""

    meaning: str
    unit: str = "text"
    origin: str = API


_START = Column("Start, from the start of the recording", "seconds")
_END = Column("End, from the start of the recording; as the start for a moment", "seconds")

CSV_COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "recording": Column("What the recording or its analysis is called", origin=PERSON),
        "analysis_id": Column("Tells this analysis from others", origin="the library or the API"),
        "model": Column("The model that answered"),
        "analyzed_at": Column("When the answer arrived", "date and time (ISO 8601)", HERE),
        "source": Column("The API and its model, or the sandbox", origin=HERE),
        "type": Column("Signal type"),
        "family": Column("toward, unsure or away: the direction of a type", origin=HERE),
        "start_s": _START,
        "end_s": _END,
        "duration_s": Column("End minus start; 0 for a moment", "seconds", HERE),
        "probability": Column(
            "How sure the detection is, never how strong the signal is; empty where not given",
            "high, medium or low",
        ),
        "rationale": Column("Why the model reports the signal"),
        "person_says": Column(
            "Whether a person agrees with the signal; empty where nobody said",
            "agree or disagree",
            PERSON,
        ),
        "note": Column("What a person wrote about that time", origin=PERSON),
        "state": Column("Engagement state", "engaged, neutral or disengaged"),
        "scope": Column(
            "What the row is about: overall or window in quality; type, family or engagement in "
            "statistics",
            origin=HERE,
        ),
        "dimension": Column("The quality index or one of the five dimensions"),
        "value_0_to_100": Column(
            "Score; a dimension of exactly 50 means no evidence, empty means not given", "0 to 100"
        ),
        "rule": Column("The rule that makes it a moment; see below", origin=HERE),
        "weight": Column("How far the rule is met", "see the column unit", HERE),
        "unit": Column("The unit of the weight", origin=HERE),
        "reason": Column("The moment in words", origin=HERE),
        "signal": Column(
            "Place of the signal in the answer, from 0; empty where a moment is not one signal",
            "number",
            HERE,
        ),
        "name": Column("The type, family or engagement state that is counted"),
        "count": Column("How many there are", "number", HERE),
        "total_s": Column("Time covered, overlaps counted once", "seconds", HERE),
        "share_of_recording_0_to_1": Column("Time covered over the length", "0 to 1", HERE),
        "share_of_data_0_to_1": Column(
            "Time covered over the time that has engagement data", "0 to 1", HERE
        ),
        "signals_per_minute": Column("Count over the length", "per minute", HERE),
        "mean_s": Column("Mean duration", "seconds", HERE),
        "first_s": Column("Start of the first one", "seconds", HERE),
    }
)
"""The columns of the CSV files."""
