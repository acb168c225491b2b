"""Asking for an analysis: the model, what to include, and the Analyze button."""

from __future__ import annotations

import streamlit as st

from interhuman.analysis import DIMENSIONS
from interhuman.errors import InterhumanError
from interhuman.page import state
from interhuman.page.connect import Connection
from interhuman.page.state import Key
from interhuman.page.visit import OpenJob, Visit
from interhuman.runs import INTER_1, Recording, Request, Run, Wishes
from interhuman.style import label

MODELS = {
    INTER_1: (
        "Inter-1",
        "Reads picture and sound, and gives feedback when asked. Answers in one go: seconds for "
        "a short clip, one to three minutes for a large one.",
    ),
    "inter-2": (
        "Inter-2",
        "Reads picture and sound together and needs both; up to 30 minutes. Runs as a job: you "
        "may close this page and come back to its address within the hour.",
    ),
    "inter-2-audio": (
        "Inter-2 audio",
        "Reads the sound alone, with or without a picture; six of the signals. For calls and "
        "voice recordings. Runs as a job, as Inter-2 does.",
    ),
}

INCLUDES = {
    Key.OVERALL: ("conversation_quality_overall", "Quality of the conversation, overall"),
    Key.TIMELINE: ("conversation_quality_timeline", "Quality over time"),
}

MOST_CONTEXT = 2000


def ask(visit: Visit, connection: Connection | None, recording: Recording | None) -> None:
    """Draw the options and the button; start the analysis when it is pressed.

    The press only leaves a mark, which is acted on here: a callback's own arguments would be
    those of the last finished rerun, without an option that was changed a moment before.
    """
    wishes = _wishes(visit)
    if visit.take_press():
        _analyze(visit, connection, recording, wishes)
    st.button(
        "Analyze",
        type="primary",
        key=Key.ANALYZE,
        width="stretch",
        icon=":material/play_arrow:",
        disabled=recording is None or connection is None or visit.run is not None,
        on_click=visit.press,
    )
    st.caption(_hint(visit, connection, recording))


def _wishes(visit: Visit) -> Wishes:
    model = st.segmented_control(
        "Model",
        list(MODELS),
        default=visit.model,
        format_func=lambda name: MODELS[name][0],
        required=True,
        key=Key.MODEL,
    )
    visit.model = model or visit.model
    st.caption(MODELS[visit.model][1])
    include = tuple(
        flag for key, (flag, text) in INCLUDES.items() if st.checkbox(text, value=True, key=key)
    )
    goals, context = _feedback() if visit.model == INTER_1 else ((), None)
    return Wishes(visit.model, include, goals, context)


def _feedback() -> tuple[tuple[str, ...], str | None]:
    with st.expander("Ask for feedback"):
        goals = st.pills(
            "On these sides of the conversation",
            DIMENSIONS,
            selection_mode="multi",
            format_func=label,
            key=Key.GOALS,
        )
        context = st.text_area(
            "Or tell what the conversation is about and what it should achieve; this goes before "
            "the choice above",
            max_chars=MOST_CONTEXT,
            key=Key.CONTEXT,
        )
    return tuple(goals), context.strip() or None


def _analyze(
    visit: Visit, connection: Connection | None, recording: Recording | None, wishes: Wishes
) -> None:
    """Start an analysis unless one is under way or its result is already here."""
    if visit.run is not None or connection is None or recording is None:
        return
    request = Request(recording, wishes, connection.sandbox)
    earlier, working = visit.already(request), visit.under_way(request)
    if earlier is not None:
        visit.shown, visit.failure = earlier, None
        visit.notice = "This recording was already analysed: here is its result. Nothing was sent."
    elif isinstance(working, Run):
        visit.take_back(working)
    elif isinstance(working, OpenJob):
        begin(visit, connection, working.resumed)
    else:
        begin(visit, connection, request)


def begin(visit: Visit, connection: Connection, request: Request) -> None:
    """Start `request` in the background and follow it."""
    if visit.run is not None:
        return
    try:
        store = state.store()
    except InterhumanError:
        # The sidebar says that the folder cannot be used; the answer is kept in memory.
        store = None
    run = Run(request, store=store).start(connection.open)
    state.put_job_in_url(request.job_id)
    state.remember_run(run)
    visit.begin(run)


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
