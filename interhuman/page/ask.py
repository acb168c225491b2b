"""Asking for an analysis: what to include, the Analyze button, and why it may be locked."""

from __future__ import annotations

import streamlit as st

from interhuman.page import state
from interhuman.page.connect import Connection
from interhuman.page.state import Key, Visit
from interhuman.runs import Recording, Request, Run

INCLUDES = {
    Key.OVERALL: ("conversation_quality_overall", "Quality of the conversation, overall"),
    Key.TIMELINE: ("conversation_quality_timeline", "Quality over time"),
}


def ask(visit: Visit, connection: Connection | None, recording: Recording | None) -> None:
    """Draw the options and the button; start the analysis when it is pressed."""
    include = tuple(
        flag for key, (flag, label) in INCLUDES.items() if st.checkbox(label, value=True, key=key)
    )
    st.button(
        "Analyze",
        type="primary",
        key=Key.ANALYZE,
        width="stretch",
        icon=":material/play_arrow:",
        disabled=recording is None or connection is None or visit.run is not None,
        on_click=_analyze,
        args=(visit, connection, recording, include),
    )
    st.caption(_hint(visit, connection, recording))


def _analyze(
    visit: Visit,
    connection: Connection | None,
    recording: Recording | None,
    include: tuple[str, ...],
) -> None:
    """Start an analysis unless one is under way or its result is already here."""
    if visit.run is not None or connection is None or recording is None:
        return
    request = Request(recording, include, connection.sandbox)
    earlier = visit.already(request)
    if earlier is not None:
        visit.shown, visit.failure = earlier, None
        visit.notice = "This recording was already analysed: here is its result. Nothing was sent."
    else:
        visit.begin(Run(request).start(state.workers(), connection.open))


def _hint(visit: Visit, connection: Connection | None, recording: Recording | None) -> str:
    if connection is None:
        return "Add your credentials in the sidebar, or choose the sandbox there."
    if visit.run is not None:
        return "An analysis is under way."
    if recording is None:
        return "Choose a recording first."
    if connection.sandbox:
        return "Runs on this machine with the sandbox: measurements, not Interhuman's model."
    return "Sends the recording to Interhuman, which counts it on the account in use."
