"""Two lists of one visit: that of its library, and the one begun while there was no library."""

from __future__ import annotations

import streamlit as st

from interhuman.errors import InterhumanError
from interhuman.formats import count
from interhuman.library.library import Library
from interhuman.page.keys import Key
from interhuman.page.many.reading import own_items, queue_of, usable_library
from interhuman.page.result.added import added_to
from interhuman.page.visit import Visit
from interhuman.runs.adopting import adopt
from interhuman.runs.own_library import OwnLibrary
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.states import ItemState
from interhuman.runs.result import NOTHING_ADDED
from interhuman.text import markdown_name, markdown_plain

BEGUN_WITHOUT = (
    "This list was begun without your library, which can be used again. It goes on, and lasts for "
    "this visit only."
)

SAVING = "Copying the recordings to the library…"
NOT_SAVED = "**{}** wasn't saved: {}"
NO_RECORDING = "**{}** was saved without its recording: {}"
MAX_NAMED = 5
"""So many recordings are named that weren't saved as a whole."""


def draw_switch(visit: Visit, library: Library) -> None:
    """Say which of the two lists this is, and lead to the other; nothing where there is one."""
    own, items, usable = visit.kept.many.own, own_items(visit), usable_library(visit)
    if not items:
        visit.kept.many.shows_library = False  # What is begun without a library next is shown.
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
        label = f"Save {count(len(done), 'result')} to the library"
        if done and st.button(label, key=Key.MANY_SAVE):
            with st.spinner(SAVING):
                _save(visit, own, done, usable)
            st.rerun()
        _draw_button("Show the library's list", Key.MANY_OTHER, visit, shows_library=True)


def _draw_button(label: str, key: Key, visit: Visit, *, shows_library: bool) -> None:
    def show() -> None:
        visit.kept.many.show(library=shows_library)

    st.button(label, key=key, type="tertiary", on_click=show)


def _save(visit: Visit, own: OwnLibrary, done: list[QueueItem], library: Library) -> None:
    """Save each result by itself; the list's notice says what of them isn't in the library."""
    listed, queue = visit.kept.many, queue_of(visit, own.library)
    missing: list[str] = []
    for item in done:
        number, name = listed.opened.get(item.id), markdown_name(item.title)
        result = visit.results.all[number - 1] if number is not None else None
        added = added_to(result).annotations if result is not None else NOTHING_ADDED
        try:
            adopted = adopt(own, item.id, library, annotations=added)
            if adopted is not None:
                queue.remove(own.library, item.id)
        except InterhumanError as error:
            missing.append(NOT_SAVED.format(name, markdown_plain(str(error))))
            continue
        if adopted is None:
            continue
        if result is not None:
            visit.results.keep(result, adopted.row, keeping=adopted.keeping)
            st.session_state.pop(result.key("added"), None)  # They are the library's from now on.
        if adopted.keeping is not None and adopted.keeping.problem is not None:
            missing.append(NO_RECORDING.format(name, markdown_plain(adopted.keeping.problem)))
    rest = [f"And {len(missing) - MAX_NAMED} more."] if len(missing) > MAX_NAMED else []
    listed.notice = " ".join([*missing[:MAX_NAMED], *rest]) or None
    listed.wanted = None
