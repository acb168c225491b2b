"""The list of the recordings under way: adding them, starting them, and what became of each."""

from __future__ import annotations

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.page import announce, state
from interhuman.page.connect import Connection
from interhuman.page.keys import Key
from interhuman.page.many import acting, listing
from interhuman.page.many.desk import Desk
from interhuman.page.many.panel import draw_panel
from interhuman.page.many.reading import desk_of, known_library, library_of
from interhuman.page.many.rows import NOTHING_KNOWN, in_series, row_of
from interhuman.page.many.sums import IDLE_LOOK_EVERY_S
from interhuman.page.many.two_lists import draw_switch
from interhuman.page.start import analyze
from interhuman.page.visit import Visit
from interhuman.text import markdown_plain

LOOK_EVERY_S = 1.0


def draw_many(visit: Visit, connection: Connection | None) -> None:
    """Draw the list, and look again and again while anything in it moves."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(announce.MANY, anchor=False, width="stretch")
        st.button(
            "Close the list",
            key=Key.MANY_CLOSE,
            type="tertiary",
            icon=":material/close:",
            on_click=visit.new_analysis,
        )
    try:
        library = library_of(visit)
    except LibraryError as error:
        st.error(markdown_plain(str(error)), title="Recordings can't be listed")
        return
    moves = visit.kept.many.moves
    with st.container():
        st.fragment(_draw, run_every=LOOK_EVERY_S if moves else IDLE_LOOK_EVERY_S)(
            visit, connection, library, moved=moves, acts=visit.acts.number
        )


def _draw(
    visit: Visit, connection: Connection | None, library: Library, *, moved: bool, acts: int
) -> None:
    """Draw the list as it is now; `moved` and `acts` are what the whole page was drawn with."""
    if not visit.results.is_listing or known_library(visit) is not library:
        st.rerun()  # A row was opened, the list closed, or the visit's own list is empty now.
    analyze.read_options(visit)
    try:
        with st.container():
            draw_switch(visit, library)
        desk = desk_of(visit, connection, library)
        draw_panel(desk)
    except LibraryError as error:
        st.error(markdown_plain(str(error)), title="The library can't be read")
        return
    with st.container():
        analyze.draw_options(visit)
    _draw_list(desk)
    sums = desk.sums
    announce.announce(f"{sums.done} of {sums.begun} analyzed", key=Key.RUN_ANNOUNCER)
    listed = visit.kept.many
    listed.moves = listed.is_uploading or sums.moving > 0 or bool(listed.joins)
    if listed.moves is not moved or visit.acts.number != acts:
        st.rerun()  # The whole page sets a fragment's interval, and announces what was done.


def _draw_list(desk: Desk) -> None:
    zone, started, joining = state.time_zone(), desk.sums.begun > 0, desk.joining
    rows = [
        row_of(
            item,
            desk.forecasts.get(item.id, NOTHING_KNOWN),
            same=desk.sames.get(item.id),
            started=started,
            joining=item.id in joining,
            has_library=desk.has_library,
            zone=zone,
        )
        for item in in_series(desk.items)
    ]
    listing.draw_list(
        desk.visit,
        rows,
        on_act=lambda name, id: acting.act(desk, name, id),
    )
