"""The form that asks for an analysis: the model, what to include, and the Analyze button."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from interhuman.media.advice import refusal
from interhuman.page import address, state
from interhuman.page.connect import Connection
from interhuman.page.request import AnalysisRequest, UploadedRecording
from interhuman.page.runs import Run
from interhuman.page.state import Key
from interhuman.page.visit import OpenJob, Visit
from interhuman.view.formats import label
from interhuman.vocabulary import DIMENSIONS, INTER_1, MODELS, QUALITY_OVERALL, QUALITY_TIMELINE

INCLUDES = {
    Key.QUALITY_OVERALL: (QUALITY_OVERALL, "Quality of the conversation, overall"),
    Key.QUALITY_TIMELINE: (QUALITY_TIMELINE, "Quality over time"),
}

MAX_CONTEXT_CHARACTERS = 2000

READING = "Reading the recording"
HEADER_WITHIN_S = 1.0
"""How long the page waits for a recording's header before it is drawn without."""


def draw_form(
    visit: Visit, connection: Connection | None, recording: UploadedRecording | None
) -> None:
    """Draw the options and the button; start the analysis when it is pressed.

    The press only leaves a mark, which is acted on here: a callback's own arguments would be
    those of the last finished rerun, without an option that was changed a moment before.
    """
    options = _choose_options(visit)
    header = recording.probe_within(HEADER_WITHIN_S) if recording is not None else None
    problem = refusal(header) if header is not None else None
    if visit.consume_press() and problem is None and connection is not None and recording:
        _analyze(
            visit, connection, replace(options, recording=recording, sandbox=connection.sandbox)
        )
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
def _wait_for_header(recording: UploadedRecording) -> None:
    if recording.probe_within(0.0) is not None:
        st.rerun()
    st.status(READING, type="step")


def _choose_options(visit: Visit) -> AnalysisRequest:
    """Draw the options; return them as a request that has no recording yet."""
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
    options = AnalysisRequest(model=visit.model, include=include)
    return _choose_feedback(options) if visit.model == INTER_1 else options


def _choose_feedback(options: AnalysisRequest) -> AnalysisRequest:
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
            max_chars=MAX_CONTEXT_CHARACTERS,
            key=Key.CONTEXT,
        )
    return replace(
        options, goal_dimensions=tuple(goals), conversation_context=context.strip() or None
    )


def _analyze(visit: Visit, connection: Connection, request: AnalysisRequest) -> None:
    """Start an analysis unless one is under way or its result exists already."""
    if visit.run is not None:
        return
    result, unfinished = visit.result_of(request), visit.unfinished(request)
    if result is not None:
        visit.shown, visit.failure = result, None
        visit.notice = "This recording was already analyzed: here is its result. Nothing was sent."
    elif isinstance(unfinished, Run):
        visit.follow_again(unfinished)
    elif isinstance(unfinished, OpenJob):
        start(visit, connection, unfinished.resumed)
    else:
        start(visit, connection, request)


def start(visit: Visit, connection: Connection, request: AnalysisRequest) -> None:
    """Start `request` in the background and follow it."""
    if visit.run is not None:
        return
    runs = state.run_registry()
    if request.recording is not None and not runs.has_room_for(request.recording.size_bytes):
        visit.notice = (
            "This page is analyzing as many recordings as it has memory for. Nothing was sent: "
            "press Analyze again in a minute."
        )
        return
    run = Run(request, store=visit.store)
    visit.follow(run)
    address.put_job(visit.named_job)
    address.put_run_token(runs.put(run))
    run.start(connection.open)


def _hint(visit: Visit, connection: Connection | None, recording: UploadedRecording | None) -> str:
    if connection is None:
        return "Sign in under “Connect” in the sidebar, or choose the sandbox there."
    if visit.run is not None:
        return "An analysis is under way."
    if recording is None:
        return "Choose a recording first."
    if connection.sandbox:
        return "Runs on this machine with the sandbox: measurements, not Interhuman's model."
    return "Sends the recording to Interhuman, which counts it on the account in use."
