"""Editing one analysis of the library: its title, labels and note, or deleting it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.formats import clock, day_and_time, size
from interhuman.library.failures import error_for
from interhuman.library.libraries import UNDO_FOR
from interhuman.library.library import Library
from interhuman.library.rows import FAILED, MAX_NOTE, MAX_TITLE, KeptAnalysis
from interhuman.page import state
from interhuman.page.keys import Key
from interhuman.page.visit import Visit
from interhuman.text import markdown_name, markdown_plain, name_line, safe_stem

FILES_STAY = "Files that were downloaded stay where they are."


def draw_entry(visit: Visit, library: Library, id: str, *, can_delete: bool = True) -> None:
    """Open the dialog for an analysis."""
    try:
        if visit.kept.edited is None or visit.kept.edited.id != id:
            visit.kept.edited = library.get(id)
        if visit.kept.edited is None:
            raise error_for("missing")
    except LibraryError as error:
        visit.kept.notice = markdown_plain(str(error))
        stop_editing(visit)
        return
    title = f"Edit {markdown_name(visit.kept.edited.heading)}"
    dialog = st.dialog(title, on_dismiss=lambda: stop_editing(visit))(_draw)
    dialog(visit, library, visit.kept.edited, can_delete=can_delete)


def edit(visit: Visit, id: str) -> None:
    """Open the dialog for an analysis, where the visitor is now."""
    visit.kept.editing, visit.kept.editing_at = id, _place(visit)


def stop_editing(visit: Visit) -> None:
    """Close the dialog."""
    visit.kept.editing = visit.kept.edited = None


def stop_editing_elsewhere(visit: Visit) -> None:
    """Close a dialog that was opened in another place, which Back leaves without a word."""
    if visit.kept.editing_at != _place(visit):
        stop_editing(visit)


def _place(visit: Visit) -> tuple[bool, int | None]:
    shown = visit.results.shown
    return visit.in_library, shown.number if shown is not None else None


def draw_notice(visit: Visit) -> None:
    """Say once what became of the last change to the library."""
    if visit.kept.notice is not None:
        st.warning(visit.kept.notice)
        visit.kept.notice = None


def _draw(visit: Visit, library: Library, row: KeptAnalysis, *, can_delete: bool) -> None:
    st.caption(markdown_plain(_facts(row), most=1_000))
    locked = library.notice is not None
    with st.form("entry", border=False, enter_to_submit=True):
        title = st.text_input(
            "Title",
            row.title,
            max_chars=MAX_TITLE,
            placeholder=row.name,
            key=f"{Key.ENTRY_TITLE}-{row.id}",
        )
        labels = st.text_input(
            "Labels (comma-separated)",
            ", ".join(row.labels),
            key=f"{Key.ENTRY_LABELS}-{row.id}",
        )
        note = st.text_area("Note", row.note, max_chars=MAX_NOTE, key=f"{Key.ENTRY_NOTE}-{row.id}")
        save = st.form_submit_button("Save", type="primary", key=Key.ENTRY_SAVE, disabled=locked)
    if save:
        _save(visit, library, row, title=title, labels=labels, note=note)
    if row.state == FAILED and library.raw(row.id) is not None:
        st.download_button(
            "Download the response as received",
            lambda: library.raw(row.id) or b"",
            file_name=f"interhuman-answer-{safe_stem(row.name)}.txt",
            mime="application/octet-stream",
            on_click="ignore",
            key=Key.ENTRY_RECEIVED,
        )
    if not can_delete:
        return
    # Apart from Save, which it must not be hit in place of.
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"You can undo deleting for {undo_minutes()} minutes. {FILES_STAY}", width="stretch"
        )
        pressed = st.button(
            "Delete",
            key=Key.ENTRY_DELETE,
            type="tertiary",
            icon=":material/delete:",
            disabled=locked,
        )
    if pressed:
        delete(visit, library, row)


def undo_minutes() -> int:
    """Return for how many minutes what was deleted can be brought back."""
    return round(UNDO_FOR.total_seconds() / 60)


def _save(
    visit: Visit, library: Library, row: KeptAnalysis, *, title: str, labels: str, note: str
) -> None:
    """Save what was changed here; what another tab changed meanwhile stays as it is there.

    What both changed is saved when it is asked for once more.
    """
    changed: dict[str, Any] = {}
    if title != row.title:
        changed["title"] = title
    if labels != ", ".join(row.labels):
        changed["labels"] = labels.split(",")
    if note != row.note:
        changed["note"] = note
    try:
        stored = library.get(row.id)
        # The dialog goes on with the row that it was opened with.
        seen = visit.kept.edited or row
        both = [name for name in changed if getattr(stored, name, None) != getattr(seen, name)]
        if stored is not None and both:
            visit.kept.edited = stored
            st.warning(
                f"In another tab, {' and '.join(_change(stored, name) for name in both)}. "
                "Save again to use your version instead."
            )
            return
        library.describe(row.id, **changed)
        stored = library.get(row.id)
    except LibraryError as error:
        st.error(markdown_plain(str(error)))
        return
    if stored is not None:
        visit.results.describe(stored)
        visit.acts.add(f"{name_line(stored.heading)} saved.")
    stop_editing(visit)
    st.rerun()


def _change(row: KeptAnalysis, name: str) -> str:
    value = getattr(row, name)
    words = value if isinstance(value, str) else ", ".join(value)
    were = "were" if name == "labels" else "was"
    return f"the {name} {were} changed to “{markdown_plain(words)}”"


def delete(visit: Visit, library: Library, row: KeptAnalysis) -> None:
    """Take an analysis out of the library; it can be brought back for a while."""
    try:
        library.delete(row.id)
    except LibraryError as error:
        st.error(markdown_plain(str(error)))
        return
    visit.results.forget(row.id)
    if visit.kept.libraries is not None:
        visit.kept.libraries.purge_later(library)
    visit.acts.add(f"{name_line(row.heading)} deleted.")
    stop_editing(visit)
    st.rerun()


def _facts(row: KeptAnalysis) -> str:
    parts = [row.name]
    if row.created_at is not None:
        parts.append(day_and_time(row.created_at, state.time_zone()))
    if row.duration_s is not None:
        parts.append(clock(row.duration_s))
    if row.size_bytes is not None:
        parts.append(size(row.size_bytes))
    if row.correlation_id is not None:
        parts.append(f"correlation ID {row.correlation_id}")
    if row.failure is not None:
        parts.append(f"failed: {row.failure}")
    return " · ".join(parts)
