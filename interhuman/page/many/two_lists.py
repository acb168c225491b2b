"""Two lists of one visit: that of its library, and the one begun while there was no library."""

from __future__ import annotations

import streamlit as st

from interhuman.errors import InterhumanError
from interhuman.formats import count
from interhuman.library.library import Library
from interhuman.page.keys import Key
from interhuman.page.many.reading import own_items, queue_of, usable_library
from interhuman.page.visit import Visit
from interhuman.runs.adopting import adopt
from interhuman.runs.own_library import OwnLibrary
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.states import ItemState
from interhuman.text import markdown_plain

BEGUN_WITHOUT = (
    "This list was begun without your library, which can be used again. It goes on, and lasts for "
    "this visit only."
)


def draw_switch(visit: Visit, library: Library) -> None:
    """Say which of the two lists this is, and lead to the other; nothing where there is one."""
    own, items, usable = visit.kept.many.own, own_items(visit), usable_library(visit)
    if own is None or not items or usable is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        if library is usable:
            left = f"{count(len(items), 'recording')} added without your library"
            st.markdown(f"**{left}** · this visit only", width="stretch")
            _draw_button("Show that list", Key.MANY_OTHER, visit, shows_library=False)
            return
        st.markdown(BEGUN_WITHOUT, width="stretch")
        done = [item for item in items if item.state is ItemState.DONE]
        if done:
            st.button(
                f"Save {count(len(done), 'result')} to the library",
                key=Key.MANY_SAVE,
                on_click=_save,
                args=(visit, own, done, usable),
            )
        _draw_button("Show the library's list", Key.MANY_OTHER, visit, shows_library=True)


def _draw_button(label: str, key: Key, visit: Visit, *, shows_library: bool) -> None:
    def show() -> None:
        visit.kept.many.show(library=shows_library)

    st.button(label, key=key, type="tertiary", on_click=show)


def _save(visit: Visit, own: OwnLibrary, done: list[QueueItem], library: Library) -> None:
    visit.kept.many.notice = None
    queue = queue_of(visit, own.library)
    try:
        for item in done:
            adopt(own, item.id, library)
            queue.remove(own.library, item.id)
    except InterhumanError as error:
        visit.kept.many.notice = markdown_plain(str(error))
    visit.kept.many.wanted = None
