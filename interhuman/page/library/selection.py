"""What to do with the analyses that are ticked in the library, or that have one label."""

from __future__ import annotations

from typing import cast

import streamlit as st

from interhuman.findings.comparison import MAX_COMPARED, MIN_COMPARED
from interhuman.library.rows import label_of_search
from interhuman.page import address
from interhuman.page.compare import opening
from interhuman.page.keys import Key
from interhuman.page.library import downloads
from interhuman.page.library.listing import Ticked
from interhuman.page.visit import Visit
from interhuman.text import markdown_plain

TICKED = "library-ticked"
"""Where a session keeps what is ticked."""

HOW = (
    f"Tick {MIN_COMPARED} to {MAX_COMPARED} analyses to compare them, or up to "
    f"{address.MAX_OVER_TIME} to see them over time."
)


def ticked() -> Ticked:
    """Return what is ticked in this visit."""
    return cast(Ticked, st.session_state.setdefault(TICKED, Ticked()))


def draw_selection(visit: Visit, search: str) -> None:
    """Draw the buttons: compare or download what is ticked, take the ticks back."""
    ids = ticked().ids
    label = label_of_search(search)
    if label:
        st.button(
            f"Compare all with “{markdown_plain(label)}”",
            key=Key.COMPARE_LABEL,
            icon=":material/show_chart:",
            on_click=lambda: _compare_label(visit, label),
        )
    if ids:
        st.button("Clear", key=Key.CLEAR_TICKS, type="tertiary", on_click=ticked().clear)
    st.button(
        f"Compare {len(ids)}" if ids else "Compare",
        key=Key.COMPARE_TICKED,
        icon=":material/compare_arrows:",
        disabled=not MIN_COMPARED <= len(ids) <= address.MAX_OVER_TIME,
        help=HOW,
        on_click=_compare,
        args=(visit, ids),
    )
    if visit.kept.library is not None:
        downloads.draw_downloads(visit, visit.kept.library, ids=ids, search=search)


def _compare_label(visit: Visit, label: str) -> None:
    opening.open_label(visit, label)


def _compare(visit: Visit, ids: tuple[str, ...]) -> None:
    """Compare what is ticked; where too few are here, the library says so."""
    before, visit.notice = visit.notice, None
    if not opening.open_comparison(visit, ids):
        visit.kept.notice, visit.notice = visit.notice, before
