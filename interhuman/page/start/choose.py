"""Choosing what to look at: a recording to analyze, the sample, or a saved result."""

from __future__ import annotations

import threading
from dataclasses import replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from interhuman.answers.saved import load
from interhuman.errors import InterhumanError
from interhuman.formats import clock, size
from interhuman.media.advice import too_large
from interhuman.media.sample import SAMPLE_DESCRIPTION, SAMPLE_NAME, sample_bytes
from interhuman.page import open_kept, player, uploads
from interhuman.page.keys import Key
from interhuman.page.start import before_sending, receiving, recorder
from interhuman.page.start.recorder import RECORDER
from interhuman.page.visit import Visit
from interhuman.runs.recording import UploadedRecording
from interhuman.text import markdown_name, markdown_plain

SAMPLE, SAVED = "sample", "saved"
"""What `Visit.source` can be beside an upload and the recorder."""

HEADER_WITHIN_S = 1.0
"""How long the page waits for a recording's header before it is drawn without."""


def draw_sources(visit: Visit, *, newcomer: bool, billed: bool) -> UploadedFile | None:
    """Draw the ways to begin, for a newcomer the sample first; return what is in the uploader.

    `billed` says whether an analysis counts toward somebody's usage, which the sample's does, too.
    """
    with st.container(key=Key.SOURCES):
        left, right = st.columns(2, gap="large", vertical_alignment="bottom")
        with left:
            uploaded = _draw_uploader(visit)
        with right, st.container(key=Key.OTHER_WAYS):
            _draw_other_ways(visit, sample_first=newcomer and uploaded is None, billed=billed)
    return uploaded


def _draw_other_ways(visit: Visit, *, sample_first: bool, billed: bool) -> None:
    running = visit.run is not None
    st.button(
        "Try the sample" + (" :small[(counts toward your usage)]" if billed else ""),
        key=Key.TRY_SAMPLE,
        type="primary" if sample_first else "secondary",
        icon=":material/play_circle:",
        width="stretch",
        disabled=running,
        on_click=_try_sample,
        args=(visit,),
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Record yourself",
            key=Key.RECORD_YOURSELF,
            icon=":material/videocam:",
            width="stretch",
            disabled=running,
            on_click=use,
            args=(visit, None if visit.source == RECORDER else RECORDER),
        )
        st.button(
            "Open a saved result",
            key=Key.OPEN_RESULT,
            icon=":material/folder_open:",
            width="stretch",
            on_click=use,
            args=(visit, None if visit.source == SAVED else SAVED),
        )


def _try_sample(visit: Visit) -> None:
    use(visit, SAMPLE)
    visit.press()


def use(visit: Visit, source: str | None) -> None:
    """Begin in another way; `source` is one of those above, None for an upload."""
    visit.source, visit.open_problem = source, None


def choose_recording(visit: Visit, uploaded: UploadedFile | None) -> UploadedRecording | None:
    """Return the recording to analyze, or None while there is none; draw the recorder."""
    # First: what was uploaded is saved, however large, before the page says that it has it.
    recording = visit.recording(uploaded) if uploaded is not None else None
    receiving.draw_receiving(visit, arrived=uploaded.file_id if uploaded is not None else None)
    recorder.draw_recorder(visit, arrived=recording, max_mb=receiving.limit_mb(visit))
    if visit.source == SAMPLE:
        return _SAMPLE.recording()
    if visit.source == RECORDER:
        return None  # what is recorded comes through the uploader, which closes the recorder
    return recording if recording is not None and _fits(visit, recording) else None


def _draw_uploader(visit: Visit) -> UploadedFile | None:
    limit_mb = receiving.limit_mb(visit)
    return st.file_uploader(
        f"Video or audio of one person, 3 seconds or longer, up to {uploads.limit_words(limit_mb)}",
        type=uploads.extensions(convert=visit.deployment.convert),
        max_upload_size=limit_mb,
        key=Key.UPLOAD,
        on_change=_upload_changed,
        args=(visit,),
    )


def _upload_changed(visit: Visit) -> None:
    visit.refused_upload = None
    use(visit, None)


def _fits(visit: Visit, recording: UploadedRecording) -> bool:
    """Return whether the recording can be sent for its size, after saying so if it can't be."""
    problem = None if visit.deployment.convert else too_large(recording.size_bytes)
    if problem is not None:
        receiving.say_too_large(problem)
    return problem is None


def release_recordings(visit: Visit) -> None:
    """Let go of the recordings that are in none of the widgets any more."""
    keys = (Key.UPLOAD, Key.SAVED_RECORDING)
    visit.keep_recordings_of(st.session_state.get(key) for key in keys)


class _Sample:
    """The sample as a recording, the same for all visitors and read once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recording: UploadedRecording | None = None

    def recording(self) -> UploadedRecording:
        """Return the sample; it is read again where there was no room for it before."""
        with self._lock:
            if self._recording is None or self._recording.had_no_room:
                self._recording = UploadedRecording(SAMPLE_NAME, sample_bytes())
            return self._recording


_SAMPLE = _Sample()


def draw_recording(visit: Visit, recording: UploadedRecording, *, play: bool) -> None:
    """Name the recording and say what may go wrong with it; `play` it if the browser can."""
    header = recording.probe_within(HEADER_WITHIN_S)
    if header is None:
        return
    with st.container():
        if play:
            with st.container(key=Key.RECORDING):
                player.play(recording, sound=recording.preparation.sound)
    facts = [markdown_name(recording.name)]
    if recording.duration_s is not None:
        facts.append(clock(recording.duration_s))
    st.caption(" · ".join([*facts, size(recording.size_bytes)]))
    if recording is _SAMPLE.recording():
        st.caption(SAMPLE_DESCRIPTION)
    before_sending.draw_verdict(visit, recording)


def draw_open_saved(visit: Visit) -> None:
    """Draw the form that opens a saved result, with its recording if it is at hand."""
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.header("Open a saved result", anchor=False, width="content")
        st.button(
            "Close",
            key=Key.CLOSE_SOURCE,
            type="tertiary",
            icon=":material/close:",
            on_click=use,
            args=(visit, None),
        )
    # A form: it can be sent only when both files have arrived.
    with st.form("saved-form", border=False):
        st.file_uploader(
            "Result file (JSON from the API, or saved here)",
            type=["json", "txt"],
            key=Key.SAVED,
        )
        st.file_uploader(
            "Its recording, to play alongside (optional)",
            type=uploads.extensions(convert=True),
            max_upload_size=receiving.limit_mb(visit),
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
        st.error(visit.open_problem, title="No file opened", icon=":material/error:")


def _open_files(visit: Visit) -> None:
    saved, beside = st.session_state[Key.SAVED], st.session_state[Key.SAVED_RECORDING]
    visit.open_problem = None
    if saved is None:
        visit.open_problem = "Choose a result (JSON) to open."
        return
    try:
        opened = load(saved.getvalue())
    except InterhumanError as error:
        visit.open_problem = markdown_plain(str(error))
        return
    recording = visit.recording(beside) if beside is not None else None
    analysis = opened.analysis
    if recording is not None and analysis.duration_s is None:
        analysis = analysis.with_duration(recording.duration_s)  # waits until the file was read
    visit.failure = None
    name = opened.recording or (recording.name if recording is not None else saved.name)
    open_kept.show_opened(visit, replace(opened, analysis=analysis), name=name, recording=recording)
