"""What can be taken away: the JSON as it came, a file that opens here again, and tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import PurePath

import streamlit as st

from interhuman.answers.saved import dump
from interhuman.exports.csv import engagement_csv, quality_csv, signals_csv
from interhuman.page.figures import draw_once
from interhuman.page.visit import Result
from interhuman.text import one_line

RAW_SHOWN_BYTES = 200_000
"""Beyond this the browser would be slow to show the text; the download has all of it."""

ID_CHARACTERS = 200
"""The longest correlation id that is shown; those of the API have 36 characters."""


def draw_downloads(result: Result) -> None:
    """Draw the downloads and the raw answer; each is made when it is asked for."""
    st.subheader("Keep it", anchor=False)
    with st.container(horizontal=True):
        for label, suffix, mime, make in FILES:
            st.download_button(
                label,
                partial(make, result),
                file_name=f"{_stem(result)}{suffix}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=result.key(f"download{suffix}"),
            )
    analysis = result.analysis
    if analysis.correlation_id:
        st.caption("Correlation id of this analysis, for support")
        st.code(one_line(analysis.correlation_id, ID_CHARACTERS), language=None, width="content")
    raw = st.expander("Raw JSON", key=result.key("raw"), on_change="rerun")
    if raw.open:
        with raw:
            draw_once(_draw_raw, result)


def _draw_raw(result: Result) -> None:
    raw_bytes = result.analysis.raw_bytes
    if len(raw_bytes) > RAW_SHOWN_BYTES:
        st.caption("The answer is too long to show here; the download holds all of it.")
    else:
        # Without colors: those of Streamlit are too faint on light, and take seconds to draw.
        st.code(raw_bytes.decode("utf-8", "replace"), language=None, height=400)


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


FILES: tuple[tuple[str, str, str, Callable[[Result], bytes]], ...] = (
    ("JSON as received", ".json", "application/json", _raw_bytes),
    ("Result to open here again", ".interhuman.json", "application/json", _saved),
    ("Signals (CSV)", "-signals.csv", "text/csv", _signals),
    ("Engagement (CSV)", "-engagement.csv", "text/csv", _engagement),
    ("Quality (CSV)", "-quality.csv", "text/csv", _quality),
)
"""The files on offer: label, how the name ends, MIME type, and the maker of the content."""


def _stem(result: Result) -> str:
    return safe_stem(result.name) + ("-sandbox" if result.analysis.sandbox else "")


def safe_stem(name: str) -> str:
    """Return a file's name without its extension, safe in any folder of any system."""
    stem = PurePath(name.replace("\\", "/")).stem
    safe = re.sub(r"[^\w\- ]+", "_", stem).strip(" _")
    return safe[:80] or "analysis"
