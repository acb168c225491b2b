"""What can be taken away: the JSON as it came, a file that opens here again, and tables."""

from __future__ import annotations

import re
from pathlib import PurePath

import streamlit as st

from interhuman.answers.saved import dump
from interhuman.exports.csv import engagement_csv, quality_csv, signals_csv
from interhuman.page.visit import Result
from interhuman.text import one_line

RAW_SHOWN_BYTES = 200_000
"""Beyond this the browser would labor over the text; the download has all of it."""

ID_CHARACTERS = 200
"""The longest correlation id that is shown; those of the API have 36 characters."""


def draw_downloads(result: Result) -> None:
    """Draw the raw answer and the downloads."""
    analysis = result.analysis
    st.subheader("Keep it", anchor=False)
    stem = safe_stem(result.name) + ("-sandbox" if analysis.sandbox else "")
    files = (
        ("JSON as received", analysis.raw_bytes, f"{stem}.json", "application/json"),
        (
            "Result to open here again",
            dump(analysis, recording=result.name, saved_at=result.arrived_at),
            f"{stem}.interhuman.json",
            "application/json",
        ),
        ("Signals (CSV)", signals_csv(analysis), f"{stem}-signals.csv", "text/csv"),
        ("Attention (CSV)", engagement_csv(analysis), f"{stem}-engagement.csv", "text/csv"),
        ("Quality (CSV)", quality_csv(analysis), f"{stem}-quality.csv", "text/csv"),
    )
    with st.container(horizontal=True):
        for number, (label, data, name, mime) in enumerate(files):
            st.download_button(
                label,
                data,
                file_name=name,
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=result.key(f"download-{number}"),
            )
    if analysis.correlation_id:
        st.caption("Correlation id of this analysis, for support")
        st.code(one_line(analysis.correlation_id, ID_CHARACTERS), language=None, width="content")
    with st.expander("Raw JSON"):
        if len(analysis.raw_bytes) > RAW_SHOWN_BYTES:
            st.caption("The answer is too long to show here; the download holds all of it.")
        else:
            # Without colors: those of Streamlit are too faint on light, and take seconds to draw.
            st.code(analysis.raw_bytes.decode("utf-8", "replace"), language=None, height=400)


def safe_stem(name: str) -> str:
    """Return a file's name without its extension, safe in any folder of any system."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = re.sub(r"[^\w\- ]+", "_", stem).strip(" _")
    return kept[:80] or "analysis"
