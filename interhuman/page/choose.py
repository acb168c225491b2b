"""Choosing what to look at: a recording to analyze, the sample, or a saved result."""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit as st

from interhuman.answers.saved import load
from interhuman.errors import InterhumanError
from interhuman.media.advice import concerns, too_large
from interhuman.media.sample import SAMPLE_DESCRIPTION, SAMPLE_NAME, sample_bytes
from interhuman.page import player, stored_answers
from interhuman.page.request import UploadedRecording
from interhuman.page.state import Key
from interhuman.page.visit import Visit
from interhuman.settings import AUDIO_EXTENSIONS, VIDEO_EXTENSIONS
from interhuman.text import markdown_plain
from interhuman.view.formats import duration_words, size
from interhuman.vocabulary import MAX_FILE_SIZE

UPLOAD, SAMPLE = "Upload a recording", "Use the sample"
MICROPHONE, SAVED = "Record your voice", "Open a saved result"

EXTENSIONS = [*VIDEO_EXTENSIONS, *AUDIO_EXTENSIONS]

BROWSER_LIMIT_MB = 34
"""The upload widget counts decimal megabytes and refuses a full 32 MiB at 33."""

_refused_uploads = st.components.v2.component(
    "interhuman_refused_uploads",
    js=(Path(__file__).parent / "refused_uploads.js").read_text(encoding="utf-8"),
)


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


def choose_recording(visit: Visit, source: str) -> UploadedRecording | None:
    """Return the recording to analyze from `source`, or None while there is none."""
    if source == SAMPLE:
        return _sample()
    recording = _recorded(visit) if source == MICROPHONE else _uploaded(visit)
    return recording if recording is not None and _fits(recording) else None


def _uploaded(visit: Visit) -> UploadedRecording | None:
    uploaded = st.file_uploader(
        "A pitch, an interview, a lesson, a call: one person in the picture, at least 3 seconds, "
        f"at most {MAX_FILE_SIZE}",
        type=EXTENSIONS,
        max_upload_size=BROWSER_LIMIT_MB,
        key=Key.UPLOAD,
    )
    refused = _refused_uploads(
        key=Key.REFUSED_UPLOAD,
        data={
            "uploader": f"st-key-{Key.UPLOAD}",
            "max_bytes": BROWSER_LIMIT_MB * 1_000_000,
            "extensions": EXTENSIONS,
        },
        on_refused_change=lambda: None,
    ).refused
    if uploaded is not None:
        visit.refused_upload = None
        return visit.recording(uploaded)
    if refused is not None:
        visit.refused_upload = (str(refused["name"]), int(refused["size_bytes"]))
    if visit.refused_upload is not None:
        _say_refused(*visit.refused_upload)
    return None


def _say_refused(name: str, size_bytes: int) -> None:
    """Say why the browser kept a file back: its own mark has the reason in a tooltip only."""
    problem = too_large(size_bytes)
    if problem is not None:
        _say_too_large(problem)
        return
    st.error(
        f"{markdown_plain(name)} is not a kind of recording that can be analyzed. Choose a video "
        "(MP4, MOV, MKV, WebM, AVI or MPEG-TS) or a sound recording.",
        title="Not a recording",
        icon=":material/movie_off:",
    )


def _recorded(visit: Visit) -> UploadedRecording | None:
    spoken = st.audio_input(
        "Record at least 3 seconds. A recording of sound alone needs the model Inter-2 audio",
        key=Key.MICROPHONE,
    )
    return visit.recording(spoken) if spoken is not None else None


def _fits(recording: UploadedRecording) -> bool:
    """Return whether the recording is small enough to be sent, after saying so if it is not."""
    problem = too_large(recording.size_bytes)
    if problem is not None:
        _say_too_large(problem)
    return problem is None


def _say_too_large(problem: str) -> None:
    st.error(problem, title="Too large", icon=":material/straighten:")


@functools.cache
def _sample_recording() -> UploadedRecording:
    return UploadedRecording(SAMPLE_NAME, sample_bytes())


def _sample() -> UploadedRecording:
    st.caption(SAMPLE_DESCRIPTION)
    return _sample_recording()


def draw_preview(recording: UploadedRecording, model: str) -> None:
    """Play the recording if the browser can, and say in words if not, or what may go wrong."""
    header = recording.probe_within(0.0)
    if header is None:
        return
    player.play(recording)
    facts = [size(recording.size_bytes)]
    if header.duration_s is not None:
        facts.insert(0, duration_words(header.duration_s))
    st.caption(" · ".join(facts))
    for concern in concerns(header, model):
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
            type=EXTENSIONS,
            max_upload_size=BROWSER_LIMIT_MB,
            key=Key.SAVED_RECORDING,
        )
        st.form_submit_button(
            "Open this result",
            type="primary",
            key=Key.OPEN_SAVED,
            on_click=_open_files,
            args=(visit,),
        )
    if visit.open_problem is not None:
        st.error(visit.open_problem, title="Not opened", icon=":material/error:")
    stored_answers.choose_stored_answer(visit)


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
