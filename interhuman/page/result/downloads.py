"""What can be taken away: the JSON as it came, a file that opens here again, tables, captions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from interhuman.annotations import Annotations
from interhuman.answers.saved import dump
from interhuman.exports.csv import engagement_csv, moments_csv, notes_csv, quality_csv, signals_csv
from interhuman.exports.subtitles import captions_srt, captions_vtt
from interhuman.library.added import Added
from interhuman.runs.results import Result
from interhuman.text import safe_stem

Maker = Callable[[Result, Annotations], bytes]


def draw_downloads(result: Result, added: Added) -> None:
    """Draw a button for each file; it is made when it is asked for, with what is added by then."""
    st.caption("Exports include everything, ignoring filters.")
    for label, suffix, mime, make in FILES:
        st.download_button(
            label,
            partial(_made, make, result, added),
            file_name=f"{_stem(result)}{suffix}",
            mime=mime,
            on_click="ignore",
            type="tertiary",
            key=result.key(f"download{suffix}"),
        )


def _made(make: Maker, result: Result, added: Added) -> bytes:
    return make(result, added.annotations)


def _raw_bytes(result: Result, added: Annotations) -> bytes:
    return result.analysis.raw_bytes


def _saved(result: Result, added: Annotations) -> bytes:
    arrived_at = result.arrived_at
    return dump(
        result.analysis,
        recording=result.name,
        saved_at=arrived_at,
        annotations=added,
        note=result.note,
    )


def _signals(result: Result, added: Annotations) -> bytes:
    return signals_csv(result.named(added))


def _engagement(result: Result, added: Annotations) -> bytes:
    return engagement_csv(result.named(added))


def _quality(result: Result, added: Annotations) -> bytes:
    return quality_csv(result.named(added))


def _moments(result: Result, added: Annotations) -> bytes:
    return moments_csv(result.named(added), signals=result.tables.signals)


def _notes(result: Result, added: Annotations) -> bytes:
    return notes_csv(result.named(added))


def _vtt(result: Result, added: Annotations) -> bytes:
    return captions_vtt(result.tables.signals, result.analysis, notes=added.notes)


def _srt(result: Result, added: Annotations) -> bytes:
    return captions_srt(result.tables.signals, result.analysis, notes=added.notes)


FILES: tuple[tuple[str, str, str, Maker], ...] = (
    ("Raw API response (JSON)", ".json", "application/json", _raw_bytes),
    ("Saved result (reopens here)", ".interhuman.json", "application/json", _saved),
    ("Signals (CSV)", "-signals.csv", "text/csv", _signals),
    ("Engagement (CSV)", "-engagement.csv", "text/csv", _engagement),
    ("Quality (CSV)", "-quality.csv", "text/csv", _quality),
    ("Moments (CSV)", "-moments.csv", "text/csv", _moments),
    ("Notes (CSV)", "-notes.csv", "text/csv", _notes),
    ("Captions (VTT)", "-signals.vtt", "text/vtt", _vtt),
    ("Captions (SRT)", "-signals.srt", "application/x-subrip", _srt),
)
"""The files on offer: label, how the name ends, MIME type, and the maker of the content."""


def _stem(result: Result) -> str:
    return safe_stem(result.name) + ("-sandbox" if result.analysis.sandbox else "")
