"""The navigation's link "Analyze", which leads to the start page from wherever it is pressed."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from interhuman.page import address
from interhuman.page.keys import Key
from interhuman.page.visit import Visit

_component = st.components.v2.component(
    "interhuman_to_start",
    js=(Path(__file__).parent / "browser" / "to_start.js").read_text(encoding="utf-8"),
)


def lead_to_start(visit: Visit) -> None:
    """Put the shown result away when the link is pressed beside it; what is under way goes on."""
    _component(key=Key.TO_START, on_pressed_change=lambda: _leave_result(visit))


def turn_to(visit: Visit, *, library: bool) -> None:
    """Note which page is looked at; from the library, the link does not lead to a result.

    The browser's way back does, where the address names it.
    """
    came_from_library, visit.in_library = visit.in_library and not library, library
    if came_from_library and not address.looked_at():
        _leave_result(visit)


def _leave_result(visit: Visit) -> None:
    if visit.results.is_reading and not visit.in_library:
        visit.new_analysis()
