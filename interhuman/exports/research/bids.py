"""A result as events in the Brain Imaging Data Structure: a table and what its columns mean.

Source: BIDS specification 1.10, "Events" and "Tabular files". What is missing is n/a; text has
no tab or line end. Rename the two files for the data they belong to:
``sub-<label>_task-<label>_events.tsv``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pandas as pd

from interhuman.exports.columns import COLUMNS, Column
from interhuman.exports.csv import inert
from interhuman.exports.named import NamedResult
from interhuman.exports.research.facts import facts
from interhuman.exports.research.tracks import SIGNAL, Span, tracks
from interhuman.version import PROGRAM, VERSION
from interhuman.vocabulary import FAMILIES, FAMILY_OF, PROBABILITIES

_NOT_AVAILABLE: Final = "n/a"

BIDS_COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "onset": Column("Start of the signal, from the start of the recording", "seconds"),
        "duration": Column("Duration of the signal; 0 for a moment", "seconds"),
        "trial_type": Column("Signal type"),
        "probability": COLUMNS["probability"],
        "rationale": COLUMNS["rationale"],
    }
)
"""The columns of the events, the two that BIDS requires first."""


def events_tsv(result: NamedResult) -> bytes:
    """Return one row per signal, in order of onset, in UTF-8; see `BIDS_COLUMNS`."""
    rows = [
        (track.name, span)
        for track in tracks(result)
        if track.kind == SIGNAL
        for span in track.spans
    ]
    rows.sort(key=lambda row: (row[1].start_ms, row[1].end_ms))
    cells = [_cells(name, span) for name, span in rows]
    table = pd.DataFrame(cells, columns=list(BIDS_COLUMNS), dtype="object")
    return table.to_csv(sep="\t", index=False, lineterminator="\n").encode()


def events_json(result: NamedResult) -> bytes:
    """Return what the columns of `events_tsv` mean, and which result they are from, as JSON."""
    types = {track.name: track.family for track in tracks(result) if track.kind == SIGNAL}
    levels = {
        "trial_type": {
            inert(name): f"A signal of the family {family}"
            for name, family in {**FAMILY_OF, **types}.items()
        },
        "probability": {level: f"{level.capitalize()} probability" for level in PROBABILITIES},
    }
    columns: dict[str, object] = {}
    for name, column in BIDS_COLUMNS.items():
        described: dict[str, object] = {"Description": f"{column.meaning} (from {column.origin})"}
        if column.unit == "seconds":
            described["Units"] = "s"
        if name in levels:
            described["Levels"] = levels[name]
        columns[name] = described
    about = {"Made by": f"{PROGRAM} {VERSION}", **facts(result), "Families": ", ".join(FAMILIES)}
    return json.dumps({**columns, "Analysis": about}, indent=2).encode("ascii")


def _cells(name: str, span: Span) -> tuple[str, ...]:
    said = (inert(text) if text else _NOT_AVAILABLE for text in (span.probability, span.comment))
    onset, duration = span.start_ms / 1000, (span.end_ms - span.start_ms) / 1000
    return f"{onset:.3f}", f"{duration:.3f}", inert(name), *said
