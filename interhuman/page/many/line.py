"""One line about the recordings under way, for wherever their list isn't looked at."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.page.keys import Key
from interhuman.page.many.reading import known_library, queue_of
from interhuman.page.many.sums import after_words, during_words, sums_of
from interhuman.page.visit import Visit
from interhuman.runs.queue.items import QueueItem

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0


def open_list(visit: Visit) -> None:
    """Show the list."""
    visit.new_analysis()
    visit.results.list_many()


def draw_line(visit: Visit) -> None:
    """Say how far the recordings under way are, with the button that shows them."""
    library = known_library(visit)
    if library is None or not _items(visit, library):
        return
    look_every_s = LOOK_EVERY_S if visit.kept.many.moves else None
    with st.container():
        st.fragment(_draw, run_every=look_every_s)(visit, library)


def _items(visit: Visit, library: Library) -> Sequence[QueueItem]:
    try:
        return queue_of(visit, library).items(library)
    except LibraryError as error:
        log.warning("the queue can't be read: %s", error)
        return ()


def _draw(visit: Visit, library: Library) -> None:
    items = _items(visit, library)
    sums = sums_of(items)
    moved, visit.kept.many.moves = visit.kept.many.moves, sums.moving > 0
    if items:
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
