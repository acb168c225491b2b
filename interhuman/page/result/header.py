"""The head of a result: what was analyzed, where it is from, and what to do with it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from interhuman.formats import day_and_time, length, model_title
from interhuman.page import state
from interhuman.page.compare import opening
from interhuman.page.compare.picker import draw_compare_with
from interhuman.page.keys import Key
from interhuman.page.library import entry
from interhuman.page.library.recent import draw_recent, recent
from interhuman.page.result.limits import open_limits
from interhuman.page.visit import Visit
from interhuman.runs.results import Result
from interhuman.text import cut, displayable, markdown_name, markdown_plain

NOTE_CHARACTERS = 600
"""How much of the note on the whole result its head shows; Edit shows all of it."""


def draw_header(visit: Visit, result: Result) -> DeltaGenerator:
    """Draw the name with length, model and time, the sandbox badge, and the buttons.

    Returns the panel of downloads, which is empty.
    """
    with st.container(key=Key.HEADING, horizontal=True, vertical_alignment="center", gap="small"):
        st.title(markdown_name(result.name), anchor=False, width="content")
        st.caption(markdown_plain(_facts(result)), width="content")
        if _can_edit(visit, result):
            st.button(
                "Edit",
                key=Key.EDIT_RESULT,
                type="tertiary",
                icon=":material/edit:",
                help="Title, labels and note",
                on_click=entry.edit,
                args=(visit, result.kept_id),
            )
        if result.analysis.sandbox:
            draw_badge()
        st.space("stretch")
        panel = _draw_ways_on(visit, result)
    if result.note:
        with st.container(key=Key.RESULT_NOTE):
            st.text(cut(displayable(result.note), NOTE_CHARACTERS))
    library = visit.kept.library
    if library is not None and result.kept_id is not None and visit.kept.editing == result.kept_id:
        # Undo is in the library.
        entry.draw_entry(visit, library, result.kept_id, can_delete=False)
    entry.draw_notice(visit)
    return panel


def _draw_ways_on(visit: Visit, result: Result) -> DeltaGenerator:
    """Draw the buttons that lead to other results, to files, and to the start page."""
    if (comparison := visit.results.compared) is not None:
        st.button(
            "Back to comparison",
            key=Key.BACK_TO_COMPARISON,
            type="tertiary",
            icon=":material/arrow_back:",
            help="Back to comparison",
            on_click=opening.show,
            args=(visit, comparison),
        )
    else:
        draw_compare_with(visit, (result.listed_id,), label="Compare with…")
    _choose_result(visit)
    panel = st.popover("Download", icon=":material/download:", key=result.key("downloads"))
    st.button(
        "New analysis",
        key=Key.NEW_ANALYSIS,
        type="primary",
        icon=":material/add:",
        on_click=visit.new_analysis,
    )
    return panel


def _can_edit(visit: Visit, result: Result) -> bool:
    library = visit.kept.library
    return result.kept_id is not None and library is not None and library.notice is None


def draw_badge() -> None:
    """Say that the sandbox made this result; the badge opens what that means."""
    if st.button(
        ":orange[Sandbox: not Interhuman's model]",
        key=Key.BADGE,
        type="tertiary",
        icon=":material/science:",
        help="It measures sound and movement and knows nothing about people.",
    ):
        open_limits()


def _facts(result: Result) -> str:
    at = result.analyzed_at
    when = day_and_time(at, state.time_zone()) if at is not None else "date not known"
    name = model_title(result.analysis.model)
    return f"{length(result.analysis.end_s)} · {name} · {when}"


def _choose_result(visit: Visit) -> None:
    """Offer the recent analyses, where there is another than the one that is shown."""
    listed = recent(visit)
    if len(listed.rows) < 2:
        return
    with st.popover("Recent", icon=":material/history:", key=Key.EARLIER):
        draw_recent(visit, listed, key=Key.EARLIER_LIST)
