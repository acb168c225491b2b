"""Following the analysis that is under way: steps that move, Cancel, and jobs to come back to."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from interhuman.jobs import UploadJob
from interhuman.page import ask, state
from interhuman.page.connect import Connection
from interhuman.page.state import Key
from interhuman.page.visit import OpenJob, Visit
from interhuman.runs import Phase, Progress, Request, Run
from interhuman.style import clock, size
from interhuman.text import markdown_plain

LOOK_EVERY_S = 0.5


def _resume_job(visit: Visit, connection: Connection | None) -> None:
    """Go on with the job that the page's address names, once for each way of signing in."""
    job_id = state.job_in_url()
    if job_id is None or visit.run is not None or connection is None:
        return
    asked = (job_id, connection.sandbox)
    if asked not in visit.followed:
        visit.followed.add(asked)
        ask.begin(visit, connection, Request(job_id=job_id, sandbox=connection.sandbox))


def resume(visit: Visit, connection: Connection | None) -> None:
    """Go on with what the page's address names: a run of this process, or a job of the API."""
    run = state.run_in_url()
    if run is not None and visit.run is None and run not in visit.detached:
        visit.begin(run)
        state.collect()
    keep_address(visit)
    _resume_job(visit, connection)


def keep_address(visit: Visit) -> None:
    """Put the job that the page is about into its address, from the moment that it exists."""
    job_id = visit.job_id
    if job_id is None:
        return
    if visit.run is None or visit.run.request.job_id is None:
        visit.followed |= {(job_id, True), (job_id, False)}
    state.put_job_in_url(job_id)


def follow(visit: Visit, connection: Connection | None) -> None:
    """Draw the running analysis, if there is one, and look again twice a second."""
    if visit.run is not None or visit.detached:
        _watch(visit)
    if visit.run is None:
        for open_job in visit.open_jobs.values():
            _offer(visit, connection, open_job)


@st.fragment(run_every=LOOK_EVERY_S)
def _watch(visit: Visit) -> None:
    if state.collect():
        st.rerun()
    if visit.run is not None:
        keep_address(visit)
        _steps(visit.run)
        if st.button("Cancel", key=Key.CANCEL, icon=":material/close:", on_click=visit.cancel):
            st.rerun()
    for run in visit.detached:
        st.info(
            f"You cancelled {markdown_plain(run.request.name)}. What was sent can't be called "
            "back: if its result still comes, it is kept and shown here.",
            icon=":material/hourglass_bottom:",
        )


def _steps(run: Run) -> None:
    progress = run.progress()
    with st.container(border=True):
        if run.request.job_id is None:
            _sending(progress)
        if progress.pause is not None:
            st.warning(
                f"{progress.pause.reason}. Trying again in {clock(progress.pause.left_s + 0.99)}; "
                "nothing was analysed so far."
                if run.job is None
                else f"{progress.pause.reason}. Looking again in "
                f"{clock(progress.pause.left_s + 0.99)}; the job runs on.",
                icon=":material/timer:",
            )
        if progress.phase in {Phase.QUEUED, Phase.RUNNING}:
            waiting = "Waiting for its turn" if progress.phase is Phase.QUEUED else "Analysing"
            step = st.status(
                f"{waiting} for {clock(progress.elapsed_s)}", type="step", expanded=True
            )
            step.caption(_job_words(run.job))
        elif progress.phase is Phase.ANALYSING and progress.pause is None:
            step = st.status(
                f"Analysing for {clock(progress.elapsed_s)}", type="step", expanded=True
            )
            step.caption("A short clip takes seconds, a large recording one to three minutes.")


def _sending(progress: Progress) -> None:
    if progress.phase is Phase.SIGNING_IN:
        st.status("Signing in", type="step")
        return
    st.status("Signed in", state="complete", type="step")
    sent, total = size(progress.sent_bytes), size(progress.total_bytes)
    if progress.phase is Phase.UPLOADING:
        step = st.status(f"Uploading {sent} of {total}", type="step", expanded=True)
        step.progress(progress.sent_bytes / max(1, progress.total_bytes))
    else:
        st.status(f"Sent {total}", state="complete", type="step")


def _job_words(job: UploadJob | None) -> str:
    words = "You may close this page: the job runs on, and this address shows it again."
    return f"{words} {_until(job)}" if job is not None else words


def _until(job: UploadJob) -> str:
    if job.expires_at is None:
        return "It can be read for one hour after it was submitted."
    left_s = (job.expires_at - datetime.now(UTC)).total_seconds()
    if left_s <= 0:
        return "Its hour is over: the API no longer keeps it."
    return f"It can be read for {clock(left_s)} more, until {job.expires_at:%H:%M} UTC."


def _offer(visit: Visit, connection: Connection | None, open_job: OpenJob) -> None:
    """Offer to come back to a job that this visit no longer waits for."""
    job = open_job.job
    with st.container(border=True):
        st.markdown(f"**{markdown_plain(open_job.request.name)} is still being analysed**")
        st.caption(f"You stopped waiting, the job runs on. {_until(job)}")
        st.button(
            "Go on waiting",
            key=f"resume-{job.job_id}",
            icon=":material/hourglass_top:",
            disabled=connection is None,
            on_click=ask.begin,
            args=(visit, connection, open_job.resumed),
        )
