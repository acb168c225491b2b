"""What can be taken away: the JSON as it came, a file that opens here again, tables, captions."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import PurePath

import streamlit as st

from interhuman.answers.saved import dump
from interhuman.exports.csv import engagement_csv, moments_csv, quality_csv, signals_csv
from interhuman.exports.subtitles import captions_srt, captions_vtt
from interhuman.page.results import Result


def draw_downloads(result: Result) -> None:
    """Draw a button for each file; it is made when it is asked for."""
    st.caption("Exports include everything, ignoring filters.")
    for label, suffix, mime, make in FILES:
        st.download_button(
            label,
            partial(make, result),
            file_name=f"{_stem(result)}{suffix}",
            mime=mime,
            on_click="ignore",
            type="tertiary",
            key=result.key(f"download{suffix}"),
        )


def _raw_bytes(result: Result) -> bytes:
    return result.analysis.raw_bytes


def _saved(result: Result) -> bytes:
    return dump(result.analysis, recording=result.name, saved_at=result.arrived_at)


def _signals(result: Result) -> bytes:
    return signals_csv(result.analysis)


def _engagement(result: Result) -> bytes:
    return engagement_csv(result.analysis)


def _quality(result: Result) -> bytes:
    return quality_csv(result.analysis)


def _moments(result: Result) -> bytes:
    return moments_csv(result.analysis, signals=result.tables.signals)


def _vtt(result: Result) -> bytes:
    return captions_vtt(result.tables.signals, result.analysis)


def _srt(result: Result) -> bytes:
    return captions_srt(result.tables.signals, result.analysis)


FILES: tuple[tuple[str, str, str, Callable[[Result], bytes]], ...] = (
    ("Raw API response (JSON)", ".json", "application/json", _raw_bytes),
    ("Saved result (reopens here)", ".interhuman.json", "application/json", _saved),
    ("Signals (CSV)", "-signals.csv", "text/csv", _signals),
    ("Engagement (CSV)", "-engagement.csv", "text/csv", _engagement),
    ("Quality (CSV)", "-quality.csv", "text/csv", _quality),
    ("Moments (CSV)", "-moments.csv", "text/csv", _moments),
    ("Captions (VTT)", "-signals.vtt", "text/vtt", _vtt),
    ("Captions (SRT)", "-signals.srt", "application/x-subrip", _srt),
)
"""The files on offer: label, how the name ends, MIME type, and the maker of the content."""


def _stem(result: Result) -> str:
    return safe_stem(result.name) + ("-sandbox" if result.analysis.sandbox else "")


def safe_stem(name: str) -> str:
    """Return a file's name without its extension, safe in any folder of any system."""
    stem = PurePath(name.replace("\\", "/")).stem
    safe = re.sub(r"[^\w\- ]+", "_", stem).strip(" _")
    return safe[:80] or "analysis"
