"""One part of a result drawn alone, without the page around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
from streamlit.testing.v1 import AppTest

from interhuman.analysis import Analysis
from interhuman.runs.results import Result

Part = Callable[[Result, pd.DataFrame], None]

SCRIPT = """
import streamlit as st

draw, result, signals = st.session_state["part"]
draw(result, signals)
"""


def result_of(analysis: Analysis, *, name: str = "talk.mp4") -> Result:
    """Return the first result of a visit."""
    return Result(1, analysis, name, datetime(2026, 11, 2, 10, 30, tzinfo=UTC))


def run_part(draw: Part, result: Result, *, types: tuple[str, ...] | None = None) -> AppTest:
    """Draw a part of `result` with its signals, or with those of some types alone."""
    frame = result.tables.signals
    signals = frame if types is None else frame[frame["type"].isin(types)]
    at = AppTest.from_string(SCRIPT, default_timeout=60)
    at.session_state["part"] = (draw, result, signals)
    return at.run()
