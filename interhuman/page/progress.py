"""Following the analysis that is under way: steps that move, and Cancel."""

from __future__ import annotations

import streamlit as st

from interhuman.page.state import Key, Visit
from interhuman.runs import Phase, Progress
from interhuman.style import clock, size
from interhuman.text import markdown_plain

LOOK_EVERY_S = 0.5


def follow(visit: Visit) -> None:
    """Draw the running analysis, if there is one, and look again twice a second."""
    if visit.run is not None or visit.detached:
        _watch(visit)


@st.fragment(run_every=LOOK_EVERY_S)
def _watch(visit: Visit) -> None:
    if visit.collect():
        st.rerun()
    if visit.run is not None:
        _steps(visit.run.progress())
        if st.button("Cancel", key=Key.CANCEL, icon=":material/close:", on_click=visit.cancel):
            st.rerun()
    for run in visit.detached:
        st.info(
            f"You cancelled {markdown_plain(run.request.recording.name)}. What was sent can't be "
            "called back: if its result still comes, it is kept and shown here.",
            icon=":material/hourglass_bottom:",
        )


def _steps(progress: Progress) -> None:
    phase, elapsed = progress.phase, clock(progress.elapsed_s)
    with st.container(border=True):
        if phase is Phase.SIGNING_IN:
            st.status("Signing in", type="step")
            return
        st.status("Signed in", state="complete", type="step")
        sent, total = size(progress.sent_bytes), size(progress.total_bytes)
        if phase is Phase.UPLOADING:
            step = st.status(f"Uploading {sent} of {total}", type="step", expanded=True)
            step.progress(progress.sent_bytes / max(1, progress.total_bytes))
            return
        st.status(f"Sent {total}", state="complete", type="step")
        step = st.status(f"Analysing for {elapsed}", type="step", expanded=True)
        step.caption("A short clip takes seconds, a large recording one to three minutes.")
