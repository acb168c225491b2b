"""Choosing what a result is compared with: a search over the library, else over the visit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.findings.comparison import MAX_COMPARED
from interhuman.library.library import Library
from interhuman.library.rows import DONE, KeptAnalysis, label_search, search_key, search_terms
from interhuman.page import state
from interhuman.page.compare import opening
from interhuman.page.keys import Key
from interhuman.page.library.recent import as_row, draw_choice
from interhuman.page.visit import Visit
from interhuman.text import markdown_plain

SHOWN = 12
"""So many analyses are offered at once."""

_READ = 60
"""So many rows of the library are read for them: some have no result."""

CAPTION = "Analyses to compare with"
NONE_LEFT = "There's no other analysis with a result."
NO_MATCH = "No matches."


def draw_compare_with(visit: Visit, ids: Sequence[str], *, label: str) -> None:
    """Draw the button that asks for another analysis to compare those of `ids` with."""
    if len(ids) >= MAX_COMPARED:
        return
    if st.button(
        label,
        key=Key.COMPARE_WITH,
        type="tertiary",
        icon=":material/compare_arrows:",
        help="Compare with another analysis",
    ):
        st.dialog("Compare with…")(_draw)(visit, tuple(ids))


def candidates(visit: Visit, ids: Sequence[str], search: str) -> list[KeptAnalysis]:
    """Return what there is to compare with, newest first, and of a label of `ids` before others.

    Raises LibraryError where the library can't be read.
    """
    library = visit.kept.library
    if library is None:
        terms = search_terms(search)
        rows = [as_row(result) for result in reversed(visit.results.present)]
        listed: Iterable[KeptAnalysis] = (
            row for row in rows if all(term in search_key(f"\n{row.name}\n") for term in terms)
        )
    else:
        labels = dict.fromkeys(
            name for id in ids if (row := library.get(id)) is not None for name in row.labels
        )
        searches = [*(f"{label_search(name)} {search}" for name in labels), search]
        listed = (row for each in searches for row in _rows(library, each))
    others = {row.id: row for row in listed if row.state == DONE and row.id not in ids}
    return list(others.values())[:SHOWN]


def _rows(library: Library, search: str) -> tuple[KeptAnalysis, ...]:
    return library.page(search=search, limit=_READ).rows


def _draw(visit: Visit, ids: tuple[str, ...]) -> None:
    search = st.text_input(
        "Search titles, names, labels and notes",
        key=Key.COMPARE_SEARCH,
        placeholder="Search titles, names, labels and notes",
        label_visibility="collapsed",
        icon=":material/search:",
        live="0.3s",
    )
    try:
        rows = candidates(visit, ids, search)
    except LibraryError as error:
        st.error(markdown_plain(str(error)))
        return
    if not rows:
        st.caption(NO_MATCH if search.strip() else NONE_LEFT)
    chosen = draw_choice(rows, caption=CAPTION, zone=state.time_zone())
    if chosen in {row.id for row in rows}:
        opening.open_comparison(visit, (*ids, str(chosen)))
        st.rerun()
