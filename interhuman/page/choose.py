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

UPLOAD, SAMPLE, SAVED = "Upload a recording", "Use the sample", "Open a saved result"

BROWSER_LIMIT_MB = 34
"""The upload widget counts decimal megabytes and refuses a full 32 MiB at 33."""


def choose_recording(visit: Visit) -> Recording | None:
    """Draw the chooser; return the recording to analyse, or None while there is none."""
    source = st.segmented_control(
        "What do you want to look at?",
        (UPLOAD, SAMPLE, SAVED),
        default=UPLOAD,
        required=True,
        wrap=True,
        key=Key.SOURCE,
    )
    if source == SAVED:
        _open_saved(visit)
        return None
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


def _open_saved(visit: Visit) -> None:
    with st.form("saved-form", border=False):
        saved = st.file_uploader(
            "A result: JSON as the API sent it, or as saved here. No key is needed.",
            type=["json", "txt"],
            key=Key.SAVED,
        )
        beside = st.file_uploader(
            "Its recording, to play beside it (optional)",
            type=list(VIDEO_EXTENSIONS),
            max_upload_size=BROWSER_LIMIT_MB,
            key=Key.SAVED_RECORDING,
        )
        pressed = st.form_submit_button("Open", type="primary", key=Key.OPEN)
    if not pressed:
        return
    if saved is None:
        st.warning("Choose the JSON file of a result first.")
        return
    try:
        found = load(saved.getvalue())
    except InterhumanError as error:
        st.error(str(error), title="This is not a saved result", icon=":material/error:")
        return
    recording = Recording(beside.name, beside.getvalue()) if beside is not None else None
    analysis = found.analysis
    if recording is not None:
        analysis = analysis.with_duration(recording.probe.duration_s)
    visit.failure = None
    visit.add(analysis, found.recording or saved.name, recording=recording)
    st.rerun()
