"""What stands below the tracks, a tab each; only the open one is drawn."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from interhuman.page import address
from interhuman.page.result import feedback, figures, quality, raw, table
from interhuman.page.result.filter import Filtered
from interhuman.page.result.statistics import draw_statistics
from interhuman.runs.results import Result

Drawer = Callable[[Result, Filtered], None]

# First what has no charts: they would keep the tracks from being drawn at once.
DRAWERS: dict[str, Drawer] = {
    "Statistics": lambda result, filtered: draw_statistics(result, filtered.signals),
    "Quality": lambda result, _: figures.draw_once(quality.draw_quality, result),
    "Table": table.draw_table,
    "JSON": lambda result, _: raw.draw_raw(result),
    "Feedback": lambda result, _: figures.draw_once(feedback.draw_feedback, result),
}
"""The titles of the tabs, each with what draws it."""


def draw_tabs(result: Result, filtered: Filtered) -> None:
    """Draw the tabs of `result`; the counts and tables follow the filter."""
    titles = _titles(result)
    tabs = st.tabs(titles, default=_first_open(result), key=result.key("tabs"), on_change="rerun")
    for tab, title in zip(tabs, titles, strict=True):
        if tab.open:
            with tab:
                DRAWERS[title](result, filtered)


def open_name(result: Result) -> str:
    """Return the open tab as the address names it, "" for the one that is open by itself."""
    first, *_ = titles = _titles(result)
    title = st.session_state.get(result.key("tabs"), _first_open(result))
    return title.lower() if title in titles and title != first else ""


def _first_open(result: Result) -> str:
    """Return the tab that is open when the tabs come onto the page: that of the address, if any.

    It stays the same while they are there: with another they would be drawn anew.
    """
    key = result.key("tab-at-first")
    if result.key("tabs") not in st.session_state:
        named = address.named_tab() if address.names_result(result.kept_id) else None
        titles = _titles(result)
        st.session_state[key] = next((one for one in titles if one.lower() == named), titles[0])
    return str(st.session_state[key])


def _titles(result: Result) -> list[str]:
    without = set() if feedback.belongs_to(result) else {"Feedback"}
    return [title for title in DRAWERS if title not in without]
