"""The head of a result: what was analyzed, where it is from, and what to do with it."""

from __future__ import annotations

import streamlit as st

from interhuman.formats import clock, day_and_time
from interhuman.page import state
from interhuman.page.keys import Key
from interhuman.page.result import downloads
from interhuman.page.result.added import added_to
from interhuman.page.result.limits import open_limits
from interhuman.page.results import Result
from interhuman.page.visit import Visit
from interhuman.text import markdown_name, markdown_plain, one_line
from interhuman.vocabulary import MODELS


def draw_header(visit: Visit, result: Result) -> None:
    """Draw the name with length, model and time, the sandbox badge, and the buttons."""
    with st.container(key=Key.HEADING, horizontal=True, vertical_alignment="center", gap="small"):
        st.title(markdown_name(result.name), anchor=False, width="content")
        st.caption(markdown_plain(_facts(result)), width="content")
        if result.analysis.sandbox:
            draw_badge()
        st.space("stretch")
        _choose_result(visit, result)
        with st.popover("Download", icon=":material/download:", key=result.key("downloads")):
            downloads.draw_downloads(result, added_to(result))
        st.button(
            "New analysis",
            key=Key.NEW_ANALYSIS,
            type="primary",
            icon=":material/add:",
            on_click=visit.new_analysis,
        )


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
    model = MODELS.get(result.analysis.model)
    when = day_and_time(result.arrived_at, state.time_zone())
    name = model.title if model is not None else one_line(result.analysis.model, 40)
    return f"{clock(result.analysis.end_s or None)} · {name} · {when}"


def _choose_result(visit: Visit, shown: Result) -> None:
    """Offer the other results of this visit."""
    if len(visit.results.present) < 2:
        return
    with st.popover("Results", icon=":material/history:", key=Key.EARLIER):
        for result in reversed(visit.results.present):
            st.button(
                result.title(state.time_zone()),
                key=f"{Key.EARLIER}-{result.number}",
                type="tertiary",
                disabled=result.number == shown.number,
                on_click=visit.show,
                args=(result.number,),
            )
