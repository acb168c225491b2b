"""What identifies a result, in the words of every file that is not a table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from interhuman.exports.named import NamedResult
from interhuman.exports.research.tracks import length_ms, media_name, one_row
from interhuman.exports.result_tables import source_of
from interhuman.formats import NOT_GIVEN

NO_DATE: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""Stands where a format wants a date and none is known: the earliest that a zip can hold."""


def facts(result: NamedResult) -> dict[str, str]:
    """Return what identifies a result, as one row of text each."""
    analysis, at = result.analysis, result.analyzed_at
    length = f"{length_ms(analysis) / 1000:.3f} s" if analysis.duration_s is not None else NOT_GIVEN
    known = {
        "Title": result.title,
        "Recording": media_name(result),
        "Labels": "; ".join(result.labels),
        "Length": length,
        "Analysis ID": result.analysis_id,
        "Correlation ID": analysis.correlation_id or "",
        "Model": analysis.model,
        "Source": source_of(analysis),
        "Analyzed": utc_words(at) if at is not None else "",
        "Note": result.note,
    }
    return {name: one_row(text) or NOT_GIVEN for name, text in known.items()}


def date_of(result: NamedResult) -> datetime:
    """Return when a result arrived, in UTC, or `NO_DATE`."""
    return result.analyzed_at.astimezone(UTC) if result.analyzed_at is not None else NO_DATE


def utc_words(moment: datetime) -> str:
    """Return a moment as "2026-11-27 20:15:04 UTC"."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
