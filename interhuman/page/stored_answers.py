"""Answers kept on disk from earlier, offered to whoever runs the page on their own machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from interhuman.errors import InterhumanError
from interhuman.library.store import StoredAnswer
from interhuman.page import state
from interhuman.page.state import Key
from interhuman.page.visit import Visit
from interhuman.text import markdown_plain


def choose_kept(visit: Visit) -> None:
    """Draw the names of what is kept on disk, newest first; the one chosen is read when opened."""
    if visit.kept is None:
        _look(visit)
    if not visit.kept:
        return
    st.divider()
    kept = visit.kept
    titles = _titles(kept)
    number = st.selectbox(
        "Or an answer that was kept on this machine",
        range(len(kept)),
        format_func=titles.__getitem__,
        key=Key.KEPT,
    )
    with st.container(horizontal=True):
        st.button("Open this answer", key=Key.OPEN_KEPT, on_click=_open, args=(visit, kept[number]))
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


_KINDS = {"submitted": " (a job that had yet to run)", "incomplete": " (broke off)"}


def _titles(kept: Sequence[StoredAnswer]) -> list[str]:
    """Return a title for each; a select box takes two of the same title for one."""
    seen: Counter[str] = Counter()
    titles = []
    for entry in kept:
        title = _title(entry)
        seen[title] += 1
        titles.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return titles


def _title(kept: StoredAnswer) -> str:
    when = f"{kept.received_at.astimezone():%d %b %Y, %H:%M:%S}" if kept.received_at else "?"
    return f"{when} · {kept.title}{_KINDS.get(kept.kind or '', '')}"


def _open(visit: Visit, kept: StoredAnswer) -> None:
    visit.open_problem = None
    try:
        store = state.store()
        saved = store.open(kept) if store is not None else None
    except InterhumanError as error:
        visit.open_problem = markdown_plain(str(error))
        return
    if saved is not None:
        visit.failure = None
        visit.add(saved.analysis, saved.recording or kept.title)
