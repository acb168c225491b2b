"""What stands below the tracks, a tab each; only the open one is drawn."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from interhuman.page.result import feedback, figures, quality, raw, table
from interhuman.page.result.filter import Filtered
from interhuman.page.result.statistics import draw_statistics
from interhuman.page.results import Result


def draw_tabs(result: Result, filtered: Filtered) -> None:
    """Draw the tabs of `result`; the counts and tables follow the filter."""
    drawers = _drawers(result, filtered)
    tabs = st.tabs(list(drawers), key=result.key("tabs"), on_change="rerun")
    for tab, draw in zip(tabs, drawers.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _drawers(result: Result, filtered: Filtered) -> dict[str, Callable[[], None]]:
    """Return the titles of the tabs, each with what draws it."""
    drawers: dict[str, Callable[[], None]] = {
        # First what has no charts: they would keep the tracks from being drawn at once.
        "Statistics": lambda: draw_statistics(result, filtered.signals),
        "Quality": lambda: figures.draw_once(quality.draw_quality, result),
        "Table": lambda: table.draw_table(result, filtered),
        "JSON": lambda: raw.draw_raw(result),
    }
    if feedback.belongs_to(result):
        drawers["Feedback"] = lambda: figures.draw_once(feedback.draw_feedback, result)
    return drawers
