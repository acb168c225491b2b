"""The answer as it came, and what support asks for."""

from __future__ import annotations

import streamlit as st

from interhuman.page.result.figures import draw_once
from interhuman.page.results import Result
from interhuman.text import one_line

RAW_SHOWN_BYTES = 200_000
"""Beyond this the browser would be slow to show the text; the download has all of it."""

ID_CHARACTERS = 200
"""The longest correlation id that is shown; those of the API have 36 characters."""


def draw_raw(result: Result) -> None:
    """Draw the correlation id and the raw JSON."""
    draw_once(_draw, result)


def _draw(result: Result) -> None:
    analysis = result.analysis
    if analysis.correlation_id:
        st.caption("Correlation ID of this analysis, for support")
        st.code(one_line(analysis.correlation_id, ID_CHARACTERS), language=None, width="content")
    raw_bytes = analysis.raw_bytes
    if len(raw_bytes) > RAW_SHOWN_BYTES:
        st.caption("The response is too long to show here. Download it to see all of it.")
    else:
        # Without colors: those of Streamlit are too faint on light, and take seconds to draw.
        st.code(raw_bytes.decode("utf-8", "replace"), language=None, height=400)
