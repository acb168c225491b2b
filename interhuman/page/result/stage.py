"""Recording, cards, tracks and list on one screen, with the tabs under them."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from interhuman.media.advice import preview_problem
from interhuman.page import uploads
from interhuman.page.keys import Key
from interhuman.page.open_kept import add_recording
from interhuman.page.player import OTHER_RECORDING, play
from interhuman.page.result import added, clip, component, filter, quality_card, tabs, tracks
from interhuman.page.visit import Visit
from interhuman.runs.results import Result


def draw_stage(visit: Visit, result: Result) -> None:
    """Draw what is read together: the recording, and what is under the filter."""
    with st.container(key=Key.REPORTER):
        component.draw_reporter(result, lambda changes: added.take_in(result, changes))
        clip.draw_clip(result)
    with st.container(key=Key.STAGE):
        # Not in the fragment: a change of the filter leaves the player alone.
        with st.container(key=Key.PLAYER):
            _draw_recording(visit, result)
        _draw_filtered(result)


@st.fragment
def _draw_filtered(result: Result) -> None:
    """Draw all that follows the filter; a change of it, or of the tab, redraws this part alone."""
    now, quality = (st.container(key=key) for key in (Key.NOW, Key.QUALITY))
    # Its place is kept free, so it is there for chips alone.
    chips = st.container(key=Key.CHIPS) if result.analysis.signals else None
    with st.container(key=Key.TRACKS):
        component.draw_notes(result)
        # Before all else: the browser takes longest to draw it.
        tracks.draw_figure(result, key=result.key("tracks"))
    if chips is not None:
        with chips:
            component.draw_chips(result)  # First: it takes in what the browser says of the filter.
    filtered = filter.current(result)
    with now:
        annotations = added.browser_data(result)
        tab = tabs.open_name(result)
        component.draw_now_card(result, filtered, annotations=annotations, tab=tab)
    with quality:
        quality_card.draw_quality_card(result)
    with st.container(key=Key.LIST):
        component.draw_list(result)
    with st.container(key=Key.BELOW):
        tabs.draw_tabs(result, filtered)


def _draw_recording(visit: Visit, result: Result) -> None:
    """Play the recording; where there is none, ask for it."""
    if result.other_recording:
        st.warning(OTHER_RECORDING, icon=":material/difference:")
    if result.recording is not None:
        play(result.recording, sound=result.sound)
        if preview_problem(result.recording.probe) is None:
            return
    if result.recording is None:
        st.caption("No recording here. Add the file to play it alongside the signals.")
        key = result.key("recording")
        st.file_uploader(
            "Recording for this result",
            type=uploads.extensions(convert=True),
            max_upload_size=uploads.limit_mb(visit.deployment.max_upload_mb),
            key=key,
            label_visibility="collapsed",
            on_change=lambda: _add(visit, result, st.session_state[key]),
        )


def _add(visit: Visit, result: Result, uploaded: UploadedFile | None) -> None:
    """Put a recording beside its result, and keep it where that is done."""
    if uploaded is not None:
        add_recording(visit, result, visit.recording(uploaded))
