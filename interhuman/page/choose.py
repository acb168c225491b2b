"""Choosing what to look at: a recording to analyse, the sample, or a saved result."""

from __future__ import annotations

import functools

import streamlit as st

from interhuman.errors import InterhumanError
from interhuman.media.probe import concerns
from interhuman.media.sample import SAMPLE_DESCRIPTION, SAMPLE_NAME, sample_bytes
from interhuman.page import kept, player
from interhuman.page.state import Key
from interhuman.page.visit import Visit
from interhuman.runs import Recording
from interhuman.saved import load
from interhuman.settings import AUDIO_EXTENSIONS, MAX_FILE_BYTES, VIDEO_EXTENSIONS
from interhuman.style import duration_words, size
from interhuman.text import markdown_plain

UPLOAD, SAMPLE = "Upload a recording", "Use the sample"
MICROPHONE, SAVED = "Record your voice", "Open a saved result"

BROWSER_LIMIT_MB = 34
"""The upload widget counts decimal megabytes and refuses a full 32 MiB at 33."""


def choose_source() -> str:
    """Ask what to look at: a recording of one's own, the sample, or a saved result."""
    source = st.segmented_control(
        "What do you want to look at?",
        (UPLOAD, SAMPLE, MICROPHONE, SAVED),
        default=UPLOAD,
        required=True,
        wrap=True,
        key=Key.SOURCE,
    )
    return source or UPLOAD


def choose_recording(visit: Visit, source: str) -> Recording | None:
    """Return the recording to analyse from `source`, or None while there is none."""
    if source == SAMPLE:
        return _sample()
    return _recorded(visit) if source == MICROPHONE else _uploaded(visit)


def _uploaded(visit: Visit) -> Recording | None:
    uploaded = st.file_uploader(
        "A pitch, an interview, a lesson, a call: one person in the picture, at least 3 seconds, "
        f"at most {size(MAX_FILE_BYTES)} (33.5 MB)",
        type=[*VIDEO_EXTENSIONS, *AUDIO_EXTENSIONS],
        max_upload_size=BROWSER_LIMIT_MB,
        key=Key.UPLOAD,
    )
    return _within_limit(visit.recording(uploaded)) if uploaded is not None else None


def _recorded(visit: Visit) -> Recording | None:
    spoken = st.audio_input(
        "Record at least 3 seconds. A recording of sound alone needs the model Inter-2 audio",
        key=Key.MICROPHONE,
    )
    return _within_limit(visit.recording(spoken)) if spoken is not None else None


def _within_limit(recording: Recording) -> Recording | None:
    """Return the recording, or None after saying that it is too large to be sent."""
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


def preview(recording: Recording, model: str) -> None:
    """Play the recording if the browser can, and say in words if not, or what may go wrong."""
    player.play(recording)
    length = recording.probe.duration_s
    facts = [size(recording.size_bytes)]
    if length is not None:
        facts.insert(0, duration_words(length))
    st.caption(" · ".join(facts))
    for concern in concerns(recording.probe, model):
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
            type=[*VIDEO_EXTENSIONS, *AUDIO_EXTENSIONS],
            max_upload_size=BROWSER_LIMIT_MB,
            key=Key.SAVED_RECORDING,
        )
        st.form_submit_button(
            "Open this result", type="primary", key=Key.OPEN, on_click=_open_files, args=(visit,)
        )
    if visit.open_problem is not None:
        st.error(visit.open_problem, title="Not opened", icon=":material/error:")
    kept.choose_kept(visit)


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
