"""Asking for an analysis: the model, what to include, and the Analyze button."""

from __future__ import annotations

import streamlit as st

from interhuman.errors import InterhumanError
from interhuman.media.advice import refusal
from interhuman.page import address, state
from interhuman.page.connect import Connection
from interhuman.page.runs import Recording, Request, Run, Wishes
from interhuman.page.state import Key
from interhuman.page.visit import OpenJob, Visit
from interhuman.view.formats import label
from interhuman.vocabulary import DIMENSIONS, INTER_1, MODELS, QUALITY_OVERALL, QUALITY_TIMELINE

INCLUDES = {
    Key.OVERALL: (QUALITY_OVERALL, "Quality of the conversation, overall"),
    Key.TIMELINE: (QUALITY_TIMELINE, "Quality over time"),
}

MOST_CONTEXT = 2000

READING = "Reading the recording"
HEADER_WITHIN_S = 1.0
"""How long the page waits for a recording's header before it is drawn without."""


def ask(visit: Visit, connection: Connection | None, recording: Recording | None) -> None:
    """Draw the options and the button; start the analysis when it is pressed.

    The press only leaves a mark, which is acted on here: a callback's own arguments would be
    those of the last finished rerun, without an option that was changed a moment before.
    """
    wishes = _wishes(visit)
    header = recording.probe_within(HEADER_WITHIN_S) if recording is not None else None
    problem = refusal(header) if header is not None else None
    if visit.take_press() and problem is None:
        _analyze(visit, connection, recording, wishes)
    ready = connection is not None and header is not None and problem is None
    st.button(
        "Analyze",
        type="primary",
        key=Key.ANALYZE,
        width="stretch",
        icon=":material/play_arrow:",
        disabled=not ready or visit.run is not None,
        on_click=visit.press,
    )
    st.caption(problem or _hint(visit, connection, recording))
    if recording is not None and header is None:
        _wait_for_header(recording)


@st.fragment(run_every=0.5)
def _wait_for_header(recording: Recording) -> None:
    if recording.probe_within(0.0) is not None:
        st.rerun()
    st.status(READING, type="step")


def _wishes(visit: Visit) -> Wishes:
    model = st.segmented_control(
        "Model",
        list(MODELS),
        default=visit.model,
        format_func=lambda name: MODELS[name].title,
        required=True,
        key=Key.MODEL,
    )
    visit.model = model or visit.model
    st.caption(MODELS[visit.model].description)
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
    runs = state.in_flight()
    if request.recording is not None and not runs.has_room_for(request.recording.size_bytes):
        visit.notice = (
            "This page is analyzing as many recordings as it has memory for. Nothing was sent: "
            "press Analyze again in a minute."
        )
        return
    try:
        store = state.store()
    except InterhumanError:
        # The sidebar says that the folder cannot be used; the answer is kept in memory.
        store = None
    run = Run(request, store=store)
    visit.begin(run)
    address.put_job(visit.named_job)
    address.put_run_token(runs.put(run))
    run.start(connection.open)


def _hint(visit: Visit, connection: Connection | None, recording: Recording | None) -> str:
    if connection is None:
        return "Sign in under “Connect” in the sidebar, or choose the sandbox there."
    if visit.run is not None:
        return "An analysis is under way."
    if recording is None:
        return "Choose a recording first."
    if connection.sandbox:
        return "Runs on this machine with the sandbox: measurements, not Interhuman's model."
    return "Sends the recording to Interhuman, which counts it on the account in use."
