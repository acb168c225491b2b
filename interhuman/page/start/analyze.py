"""Asking for an analysis: the Analyze button, and the model and what to include as options."""

from __future__ import annotations

import streamlit as st

from interhuman.formats import label
from interhuman.page import resume, widgets
from interhuman.page.connect import Connection
from interhuman.page.keys import Key
from interhuman.page.start import before_sending
from interhuman.page.start.choose import HEADER_WITHIN_S
from interhuman.page.start.earlier import draw_earlier, earlier_result
from interhuman.page.visit import Visit
from interhuman.runs.preparing import Verdict
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run
from interhuman.runs.under_way import OpenJob
from interhuman.vocabulary import DIMENSIONS, INTER_1, MODELS, QUALITY_OVERALL, QUALITY_TIMELINE

INCLUDES = {
    Key.QUALITY_OVERALL: (QUALITY_OVERALL, "Overall conversation quality"),
    Key.QUALITY_TIMELINE: (QUALITY_TIMELINE, "Quality over time"),
}

MAX_CONTEXT_CHARACTERS = 2000

READING = "Reading the recording"

NOTHING_SENT = "Nothing is sent. Choose another recording to go on."


def read_options(visit: Visit) -> None:
    """Update the options from their widgets, where these are drawn and report possible values.

    Streamlit forgets widgets that are not drawn; the options outlive the time in which a result is
    shown.
    """
    options = visit.options
    context = widgets.of_type(Key.CONTEXT, str, options.conversation_context or "")
    visit.options = AnalysisRequest(
        model=widgets.one_of(Key.MODEL, list(MODELS), options.model),
        include=tuple(
            flag
            for key, (flag, _) in INCLUDES.items()
            if widgets.of_type(key, bool, flag in options.include)
        ),
        goal_dimensions=widgets.some_of(Key.GOALS, DIMENSIONS, options.goal_dimensions),
        conversation_context=context.strip() or None,
    )


def start_if_pressed(
    visit: Visit, connection: Connection | None, recording: UploadedRecording | None
) -> None:
    """Start the analysis if its button was pressed, and draw the page anew from its top.

    The press only leaves a mark, which is acted on here: a callback's own arguments would be
    those of the last finished rerun, without an option that was changed a moment before.
    """
    if not visit.consume_press() or connection is None or recording is None:
        return
    header = recording.probe_within(HEADER_WITHIN_S)
    if header is None or before_sending.verdict(visit, recording).refusal is None:
        _analyze(visit, connection, visit.options.about(recording, sandbox=connection.sandbox))
        st.rerun()


def draw_button(
    visit: Visit, connection: Connection | None, recording: UploadedRecording | None
) -> None:
    """Draw the button that starts the analysis of what was chosen, and in one line what it does."""
    header = recording.probe_within(0.0) if recording is not None else None
    if recording is not None:
        verdict = before_sending.verdict(visit, recording) if header is not None else Verdict()
        refused = verdict.refusal is not None
        same = earlier_result(visit, connection, recording) if header is not None else None
        if same is not None:
            draw_earlier(visit, same)
        st.button(
            "Analyze" if same is None else "Analyze it again",
            type="primary" if visit.failure is None and same is None else "secondary",
            key=Key.ANALYZE,
            width="stretch",
            icon=":material/play_arrow:",
            disabled=connection is None or header is None or refused,
            on_click=visit.press,
        )
        if connection is not None:
            st.caption(NOTHING_SENT if refused else _hint(connection, verdict))
    if connection is None:
        _offer_sign_in(visit)
    if recording is not None and header is None:
        _wait_for_header(recording)


def _offer_sign_in(visit: Visit) -> None:
    """Say what Analyze waits for, with the button that opens the connection."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Add an API key to analyze recordings, or switch to the sandbox (top right).",
            width="stretch",
        )
        st.button("Sign in", key=Key.SIGN_IN, icon=":material/key:", on_click=visit.access.open)


@st.fragment(run_every=0.5)
def _wait_for_header(recording: UploadedRecording) -> None:
    if recording.probe_within(0.0) is not None:
        st.rerun()
    st.status(READING, type="step")


def draw_options(visit: Visit) -> None:
    """Draw the options, folded under a line that says what is set."""
    with st.expander(
        f"Options: {options_summary(visit.options)}", key=Key.OPTIONS, icon=":material/tune:"
    ):
        st.segmented_control(
            "Model",
            list(MODELS),
            default=visit.options.model,
            format_func=lambda name: MODELS[name].title,
            required=True,
            key=widgets.key_of(Key.MODEL),
        )
        st.caption(MODELS[visit.options.model].description)
        for key, (flag, text) in INCLUDES.items():
            st.checkbox(text, flag in visit.options.include, key=widgets.key_of(key))
        if visit.options.model == INTER_1:
            _draw_feedback_options(visit.options)


def options_summary(options: AnalysisRequest) -> str:
    """Return in one line what is set: the model, the quality and the feedback asked for."""
    kinds = [
        words
        for flag, words in ((QUALITY_OVERALL, "overall only"), (QUALITY_TIMELINE, "over time only"))
        if flag in options.include
    ]
    quality = kinds[0] if len(kinds) == 1 else "on" if kinds else "off"
    parts = [MODELS[options.model].title, f"quality scores {quality}"]
    if options.model == INTER_1:
        parts.append(f"feedback {'on' if options.wants_feedback else 'off'}")
    return ", ".join(parts)


def _draw_feedback_options(options: AnalysisRequest) -> None:
    st.pills(
        "Get feedback on",
        DIMENSIONS,
        default=options.goal_dimensions,
        selection_mode="multi",
        format_func=label,
        key=widgets.key_of(Key.GOALS),
    )
    st.text_area(
        "Or describe the conversation and its goal (overrides the choice above)",
        options.conversation_context or "",
        max_chars=MAX_CONTEXT_CHARACTERS,
        key=widgets.key_of(Key.CONTEXT),
    )


def _analyze(visit: Visit, connection: Connection, request: AnalysisRequest) -> None:
    """Start an analysis unless one is under way or its result exists already."""
    if visit.run is not None:
        return
    result, unfinished = visit.results.of_request(request), visit.under_way.unfinished(request)
    if result is not None:
        visit.results.shown, visit.failure = result, None
        visit.notice = "You already analyzed this recording. Here's its result. Nothing was sent."
    elif isinstance(unfinished, Run):
        visit.follow(unfinished)
    elif isinstance(unfinished, OpenJob):
        resume.start(visit, connection, unfinished.resumed)
    else:
        resume.start(visit, connection, request)


def _hint(connection: Connection, verdict: Verdict) -> str:
    if connection.sandbox:
        return "Sandbox: runs inside this app and isn't Interhuman's model."
    if verdict.requests > 1:
        return (
            f"Sends {verdict.requests:,} requests to Interhuman, one after another. Each counts "
            "toward your usage."
        )
    return "Sends the recording to Interhuman and counts toward your usage."
