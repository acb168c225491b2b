"""One line about the recordings under way, for wherever their list isn't looked at."""

from __future__ import annotations

import logging

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.page.keys import Key
from interhuman.page.many.reading import known_library, known_of
from interhuman.page.many.sums import IDLE_LOOK_EVERY_S, Sums, after_words, during_words, sums_of
from interhuman.page.visit import Visit

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0


def open_list(visit: Visit) -> None:
    """Show the list."""
    visit.new_analysis()
    visit.results.list_many()


def draw_line(visit: Visit) -> None:
    """Say how far the recordings under way are, with the button that shows them."""
    library = known_library(visit)
    if library is None or not _sums(visit, library).total:
        return
    look_every_s = LOOK_EVERY_S if visit.kept.many.moves else IDLE_LOOK_EVERY_S
    with st.container():
        st.fragment(_draw, run_every=look_every_s)(visit, library)


def _sums(visit: Visit, library: Library) -> Sums:
    try:
        return sums_of(*known_of(visit, library))
    except LibraryError as error:
        log.warning("the queue can't be read: %s", error)
        return sums_of(())


def _draw(visit: Visit, library: Library) -> None:
    sums = _sums(visit, library)
    moved, visit.kept.many.moves = visit.kept.many.moves, sums.moving > 0
    if sums.total:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            words = during_words(sums, seconds=None) if sums.moving else after_words(sums)
            waiting = f"{len(sums.ready)} not started" if sums.ready else ""
            st.markdown(
                f"**Many recordings:** {' · '.join(filter(None, (waiting, words)))}",
                width="stretch",
            )
            if st.button("Show the list", key=Key.MANY_SHOW, on_click=open_list, args=(visit,)):
                st.rerun()
    if moved is not visit.kept.many.moves:
        st.rerun()
