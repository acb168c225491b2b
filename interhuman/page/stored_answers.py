"""Answers stored on disk, offered to whoever runs the page on their own machine."""

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


def choose_stored_answer(visit: Visit) -> None:
    """List what is stored on disk by name, newest first; an answer is read when it is opened."""
    if visit.stored_answers is None:
        _look(visit)
    if not visit.stored_answers:
        return
    st.divider()
    answers = visit.stored_answers
    titles = _titles(answers)
    number = st.selectbox(
        "Or an answer that was kept on this machine",
        range(len(answers)),
        format_func=titles.__getitem__,
        key=Key.STORED_ANSWER,
    )
    with st.container(horizontal=True):
        st.button(
            "Open this answer", key=Key.OPEN_STORED, on_click=_open, args=(visit, answers[number])
        )
        st.button("Look again", key=Key.LOOK_AGAIN, on_click=_look, args=(visit,))


def any_stored(visit: Visit) -> bool:
    """Whether there is something on disk to offer to this visitor."""
    if visit.store is None or not state.is_local_visitor():
        return False
    try:
        return any(visit.store.folder.glob("*.json"))
    except OSError:
        # The folder went away; the sidebar says so at the next rerun.
        return False


def _look(visit: Visit) -> None:
    """Read the folder; what belongs to whoever runs the page is not for visitors from outside."""
    visit.stored_answers = ()
    if visit.store is None or not state.is_local_visitor():
        return
    try:
        visit.stored_answers = visit.store.entries()
    except InterhumanError as error:
        visit.open_problem = markdown_plain(str(error))


_KINDS = {"submitted": " (a job that had yet to run)", "incomplete": " (broke off)"}


def _titles(answers: Sequence[StoredAnswer]) -> list[str]:
    """Return a title for each; a select box takes two of the same title for one."""
    seen: Counter[str] = Counter()
    titles = []
    for answer in answers:
        title = _title(answer)
        seen[title] += 1
        titles.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return titles


def _title(answer: StoredAnswer) -> str:
    when = f"{answer.received_at.astimezone():%d %b %Y, %H:%M:%S}" if answer.received_at else "?"
    return f"{when} · {answer.title}{_KINDS.get(answer.kind or '', '')}"


def _open(visit: Visit, answer: StoredAnswer) -> None:
    visit.open_problem = None
    if visit.store is None:
        return
    try:
        saved = visit.store.open(answer)
    except InterhumanError as error:
        visit.open_problem = markdown_plain(str(error))
        return
    visit.failure = None
    visit.add(saved.analysis, saved.recording or answer.title)
