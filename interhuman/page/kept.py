"""Answers kept on disk from earlier, offered to whoever runs the page on their own machine."""

from __future__ import annotations

import streamlit as st

from interhuman.errors import InterhumanError
from interhuman.page import state
from interhuman.page.state import Key
from interhuman.page.visit import Visit
from interhuman.store import Kept
from interhuman.text import markdown_plain


def choose_kept(visit: Visit) -> None:
    """Draw what is kept on disk, newest first, each with what is in it or why it can't be read."""
    if visit.kept is None:
        _look(visit)
    if not visit.kept:
        return
    st.divider()
    kept = visit.kept
    number = st.selectbox(
        "Or an answer that was kept on this machine",
        range(len(kept)),
        format_func=lambda at: _title(kept[at]),
        key=Key.KEPT,
    )
    chosen = kept[number]
    if chosen.problem is not None:
        st.warning(markdown_plain(chosen.problem))
    with st.container(horizontal=True):
        st.button(
            "Open this answer",
            key=Key.OPEN_KEPT,
            disabled=chosen.saved is None,
            on_click=_open,
            args=(visit, chosen),
        )
        st.button("Look again", key=Key.LOOK_AGAIN, on_click=_look, args=(visit,))


def has_any() -> bool:
    """Whether there is something on disk to offer to this visitor."""
    if not state.is_local_visitor():
        return False
    try:
        store = state.store()
        return store is not None and any(store.folder.glob("*.json"))
    except (InterhumanError, OSError):
        # The sidebar says that the folder cannot be used.
        return False


def _look(visit: Visit) -> None:
    """Read the folder; what belongs to whoever runs the page is not for visitors from outside."""
    if not state.is_local_visitor():
        visit.kept = ()
        return
    try:
        store = state.store()
        visit.kept = store.entries() if store is not None else ()
    except InterhumanError as error:
        visit.kept, visit.open_problem = (), markdown_plain(str(error))


def _title(kept: Kept) -> str:
    when = f"{kept.received_at.astimezone():%d %b %Y, %H:%M:%S}" if kept.received_at else "?"
    name = kept.saved.recording if kept.saved is not None else None
    unreadable = "" if kept.saved is not None else " (holds no result)"
    return f"{when} · {name or kept.path.name}{unreadable}"


def _open(visit: Visit, kept: Kept) -> None:
    if kept.saved is not None:
        visit.failure = None
        visit.add(kept.saved.analysis, kept.saved.recording or kept.path.name)
