"""Choosing what to look at: a recording to analyse, the sample, or a saved result."""

from __future__ import annotations

import functools

import streamlit as st

from interhuman.errors import InterhumanError
from interhuman.media.probe import concerns, preview_problem
from interhuman.media.sample import SAMPLE_DESCRIPTION, SAMPLE_NAME, sample_bytes
from interhuman.page.state import Key, Visit
from interhuman.runs import Recording
from interhuman.saved import load
from interhuman.settings import MAX_FILE_BYTES, VIDEO_EXTENSIONS, content_type_for
from interhuman.style import duration_words, size
from interhuman.text import markdown_plain

UPLOAD, SAMPLE, SAVED = "Upload a recording", "Use the sample", "Open a saved result"

BROWSER_LIMIT_MB = 34
"""The upload widget counts decimal megabytes and refuses a full 32 MiB at 33."""


def choose_source() -> str:
    """Ask what to look at: a recording of one's own, the sample, or a saved result."""
    source = st.segmented_control(
        "What do you want to look at?",
        (UPLOAD, SAMPLE, SAVED),
        default=UPLOAD,
        required=True,
        wrap=True,
        key=Key.SOURCE,
    )
    return source or UPLOAD


def choose_recording(visit: Visit, source: str) -> Recording | None:
    """Return the recording to analyse from `source`, or None while there is none."""
    return _sample() if source == SAMPLE else _uploaded(visit)


def _uploaded(visit: Visit) -> Recording | None:
    uploaded = st.file_uploader(
        "A pitch, an interview, a lesson, a call: one person in the picture, at least 3 seconds, "
        f"at most {size(MAX_FILE_BYTES)} (33.5 MB)",
        type=list(VIDEO_EXTENSIONS),
        max_upload_size=BROWSER_LIMIT_MB,
        key=Key.UPLOAD,
    )
    if uploaded is None:
        return None
    recording = visit.recording(uploaded)
    if recording.size_bytes > MAX_FILE_BYTES:
        st.error(
            f"This recording has {size(recording.size_bytes)}; at most "
            f"{size(MAX_FILE_BYTES)} can be analysed. Nothing was sent. Save it at a lower "
            "bitrate (3 minutes fit at 1 Mbit/s), or cut it into parts.",
            title="Too large",
            icon=":material/straighten:",
        )
        return None
    return recording


@functools.cache
def _sample_recording() -> Recording:
    return Recording(SAMPLE_NAME, sample_bytes())


def _sample() -> Recording:
    st.caption(SAMPLE_DESCRIPTION)
    return _sample_recording()


def preview(recording: Recording) -> None:
    """Play the recording if the browser can, and say in words if not, or what may go wrong."""
    problem = preview_problem(recording.probe)
    if problem is None:
        st.video(recording.data, format=content_type_for(recording.name))
    else:
        st.info(problem, icon=":material/videocam_off:")
    length = recording.probe.duration_s
    facts = [size(recording.size_bytes)]
    if length is not None:
        facts.insert(0, duration_words(length))
    st.caption(" · ".join(facts))
    for concern in concerns(recording.probe):
        st.warning(concern, icon=":material/info:")


def open_saved(visit: Visit) -> None:
    """Draw the form that opens a saved result, with its recording if it is at hand."""
    with st.form("saved-form", border=False):
        st.file_uploader(
            "A result: JSON as the API sent it, or as saved here. No key is needed.",
            type=["json", "txt"],
            key=Key.SAVED,
        )
        st.file_uploader(
            "Its recording, to play beside it (optional)",
            type=list(VIDEO_EXTENSIONS),
            max_upload_size=BROWSER_LIMIT_MB,
            key=Key.SAVED_RECORDING,
        )
        st.form_submit_button(
            "Open this result", type="primary", key=Key.OPEN, on_click=_open_files, args=(visit,)
        )
    if visit.open_problem is not None:
        st.error(visit.open_problem, title="Not opened", icon=":material/error:")


def _open_files(visit: Visit) -> None:
    saved, beside = st.session_state[Key.SAVED], st.session_state[Key.SAVED_RECORDING]
    visit.open_problem = None
    if saved is None:
        visit.open_problem = "Choose the JSON file of a result first."
        return
    try:
        found = load(saved.getvalue())
    except InterhumanError as error:
        visit.open_problem = markdown_plain(str(error))
        return
    recording = visit.recording(beside) if beside is not None else None
    analysis = found.analysis
    if recording is not None:
        analysis = analysis.with_duration(recording.probe.duration_s)
    visit.failure = None
    visit.add(analysis, found.recording or saved.name, recording=recording)
