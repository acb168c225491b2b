"""The start page: choosing a recording, asking for its analysis, and what one gets."""

from __future__ import annotations

import streamlit as st

from interhuman.page import sign_in
from interhuman.page.connect import Connection
from interhuman.page.keys import Key
from interhuman.page.library.recent import TITLE, Recent, draw_recent, recent
from interhuman.page.many import line, listing
from interhuman.page.open_kept import SIGN_IN_FIRST
from interhuman.page.start import analyze, choose, example, failure, progress
from interhuman.page.visit import Visit
from interhuman.runs.recording import UploadedRecording
from interhuman.text import markdown_name, markdown_plain


def draw_start(visit: Visit, connection: Connection | None) -> None:
    """Draw the start page; start an analysis when one is asked for."""
    st.title("Interhuman dashboard", anchor=False)
    st.caption("Upload a recording and see the social signals in it: what happened, when, and why.")
    analyze.read_options(visit)
    listed = recent(visit)
    uploaded = choose.draw_sources(
        visit,
        newcomer=_is_newcomer(visit, connection, listed),
        billed=connection is not None and not connection.sandbox,
    )
    listing.draw_chooser(visit, on_begun=lambda: line.open_list(visit))
    line.draw_line(visit)
    left, right = st.columns(2, gap="large")
    with left:
        with st.container():
            recording = choose.choose_recording(visit, uploaded)
        analyze.start_if_pressed(visit, connection, recording)
        _draw_analysis(visit, connection, recording)
    with right:
        _draw_other_half(visit, listed)
    choose.release_recordings(visit)


def _is_newcomer(visit: Visit, connection: Connection | None, listed: Recent) -> bool:
    """Return whether a visitor has nothing yet: no key, no result, nothing chosen."""
    has_key = connection is not None and not connection.sandbox
    return not (has_key or listed.can_open_any or visit.source or visit.run or visit.failure)


def _draw_analysis(
    visit: Visit, connection: Connection | None, recording: UploadedRecording | None
) -> None:
    """Draw the recording or the failure, and under it the button or the progress."""
    # Containers for what may be missing: without them, all below would be made anew when it comes.
    with st.container():
        failure.draw_failure(visit, connection)
    with st.container():
        shown = visit.run.request.recording if visit.run is not None else recording
        if shown is not None:
            # A failure takes the player's room, so that it is in view without scrolling.
            choose.draw_recording(visit, shown, play=visit.failure is None)
        elif visit.run is not None:
            st.caption(markdown_name(visit.run.request.name))
    with st.container(key=Key.ANALYSIS, gap="xsmall"):
        # The progress has a place of its own, for its last words may come when it is gone.
        under_way = st.container()
        if visit.run is None:
            analyze.draw_button(visit, connection, recording)
        with under_way:
            progress.draw_progress(visit)
    if visit.notice is not None:
        st.info(visit.notice, icon=":material/info:")
        if visit.notice == SIGN_IN_FIRST:
            sign_in.draw_sign_in()
    progress.draw_waiting_jobs(visit, connection)
    analyze.draw_options(visit)


def _draw_other_half(visit: Visit, listed: Recent) -> None:
    """Draw the form for a saved result where asked for, and the recent analyses or an example."""
    if visit.source == choose.SAVED:
        choose.draw_open_saved(visit)
    if listed.can_open_any:
        st.header(TITLE, anchor=False)
        draw_recent(visit, listed, key=Key.RECENT)
        example.warm_up()
    elif visit.source != choose.SAVED:
        if listed.problem is not None:
            st.warning(markdown_plain(listed.problem))
        example.draw_example()
