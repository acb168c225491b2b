"""A result as the table of aggregated events that BORIS exports, for whoever works without BORIS.

Source: BORIS 8.27, `export_events.py` and `export_observation.py`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from interhuman.exports.columns import HERE, PERSON, Column
from interhuman.exports.csv import inert
from interhuman.exports.named import NamedResult
from interhuman.exports.research.boris import (
    NOT_AVAILABLE,
    SUBJECT,
    VARIABLES,
    behaviors,
    observation_date,
    observation_id,
)
from interhuman.exports.research.facts import facts
from interhuman.exports.research.tracks import length_ms, media_name, neutral
from interhuman.exports.result_tables import source_of

BORIS_COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "Observation id": Column("What the recording or its analysis is called", origin=PERSON),
        "Observation date": Column("When the answer arrived, in UTC", "date and time", origin=HERE),
        "Description": Column("The API and its model, or the sandbox", origin=HERE),
        "Observation type": Column("Media file", origin=HERE),
        "Source": Column("The name of the recording", origin=PERSON),
        "Time offset (s)": Column("0", "seconds", origin=HERE),
        "Coding duration": Column("Length of the recording", "seconds", origin=HERE),
        "Media duration (s)": Column("Length of the recording", "seconds", origin=HERE),
        "FPS (frame/s)": Column("NA: not known here", "per second", origin=HERE),
        **{name: Column(f"{name} of the result, a variable", origin=HERE) for name in VARIABLES},
        "Subject": Column(f"{SUBJECT}: an analysis does not tell people apart", origin=HERE),
        "Observation duration by subject by observation": Column(
            "Durations of all its events, added up", "seconds", origin=HERE
        ),
        "Behavior": Column(
            "Signal type, engagement state or Notes; numbered where those of one overlap"
        ),
        "Behavioral category": Column("The family of a type, or engagement state", origin=HERE),
        "Modifier #1": Column("Probability", "high, medium, low or None"),
        "Behavior type": Column("POINT without length, else STATE", origin=HERE),
        "Start (s)": Column("Start, not past the end of the recording", "seconds"),
        "Stop (s)": Column("End, not past the end of the recording", "seconds"),
        "Duration (s)": Column("Stop minus start, NA for a point", "seconds", origin=HERE),
        "Media file name": Column("The name of the recording", origin=PERSON),
        "Image index start": Column("NA: for pictures", "number", origin=HERE),
        "Image index stop": Column("NA: for pictures", "number", origin=HERE),
        "Image file path start": Column("Empty: for pictures", origin=HERE),
        "Image file path stop": Column("Empty: for pictures", origin=HERE),
        "Comment start": Column("Rationale, or a note"),
        "Comment stop": Column("Empty", origin=HERE),
    }
)
"""The columns of aggregated events, as BORIS 8 and 9 export them."""


def boris_events_csv(result: NamedResult) -> bytes:
    """Return one row per signal, stretch of engagement and note, as BORIS exports them (CSV)."""
    known, media = facts(result), inert(neutral(media_name(result)))
    length = _seconds(length_ms(result.analysis))
    ethogram = behaviors(result)
    lasting_ms = sum(span.end_ms - span.start_ms for each in ethogram for span in each.spans)
    observed = (
        inert(observation_id(result)),
        observation_date(result).replace("T", " "),
        inert(source_of(result.analysis)),
        "Media file",
        inert(f"player #1:{neutral(media_name(result))}"),
        "0.0",
        length,
        length,
        NOT_AVAILABLE,
        *(inert(neutral(known[name])) for name in VARIABLES),
        SUBJECT,
        str(lasting_ms / 1000),
    )
    rows = [
        (
            *(inert(behavior.code), behavior.category or "Not defined"),
            behavior.modifier(span),
            "STATE" if behavior.is_state else "POINT",
            *(_seconds(span.start_ms), _seconds(span.end_ms)),
            _seconds(span.end_ms - span.start_ms) if behavior.is_state else NOT_AVAILABLE,
            *(media, NOT_AVAILABLE, NOT_AVAILABLE, "", "", inert(span.comment), ""),
        )
        for behavior in ethogram
        for span in behavior.spans
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(BORIS_COLUMNS)
    by_start = sorted(rows, key=lambda row: float(row[4]))
    writer.writerows((*observed, *row) for row in by_start)
    return text.getvalue().encode()


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"
