"""The progress of an analysis: its steps, Cancel, and jobs to come back to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from interhuman.answers.jobs import UploadJob
from interhuman.formats import clock, count, size
from interhuman.page import address, announce, resume, state
from interhuman.page.connect import Connection
from interhuman.page.keys import Key
from interhuman.page.open_kept import SIGN_IN_FIRST
from interhuman.page.start import before_sending
from interhuman.page.visit import Visit
from interhuman.runs.progress import Pause, Phase, Progress
from interhuman.runs.run import Run
from interhuman.runs.under_way import OpenJob
from interhuman.text import markdown_name, markdown_plain, name_line

FAST_POLLING_S, FAST_POLLING_EVERY_S = 3.0, 0.25
"""A short clip is answered within seconds, and half a second more would be felt; looking more often
than this takes the processor from the analysis where both run on one machine."""

LOOK_EVERY_S = 0.5

PHASES = {
    Phase.PREPARING: "Preparing the recording",
    Phase.SIGNING_IN: "Signing in",
    Phase.UPLOADING: "Uploading",
    Phase.ANALYZING: "Analyzing",
    Phase.QUEUED: "Waiting for its turn",
    Phase.RUNNING: "Analyzing",
    Phase.DONE: "Done",
    Phase.FAILED: "Failed",
    Phase.CANCELED: "Canceled",
}

PARTS_GO_ON = (
    "You can close this page. The parts are analyzed one after another; come back to this link."
)

EXPIRED = "This job expired (results are kept for one hour)."


def draw_arrived(visit: Visit) -> None:
    """Say what came while something else is looked at, with the button that opens it.

    While a result is shown, say too what is under way, and look again and again whether it ended.
    """
    elsewhere = visit.results.is_reading or visit.in_library
    if visit.under_way.resumed or (
        elsewhere and (visit.run is not None or visit.under_way.canceled)
    ):
        with st.container():  # Of its own: what a fragment sends last must not meet anything else.
            st.fragment(_follow_elsewhere, run_every=LOOK_EVERY_S)(visit, elsewhere=elsewhere)
    if elsewhere and visit.run is None and visit.failure is not None:
        name = markdown_name(visit.failure.request.name)
        _draw_line(f"The analysis of {name} failed.", "Show why", Key.SHOW_RUN, visit.new_analysis)
    if visit.results.arrived is not None:
        name = markdown_name(visit.results.arrived.name)
        number = visit.results.arrived.number
        _draw_line(
            f"The result for {name} has arrived.",
            "Open",
            Key.OPEN_ARRIVED,
            lambda: visit.show(number),
        )


def _follow_elsewhere(visit: Visit, *, elsewhere: bool) -> None:
    if state.collect():
        st.rerun()
    if visit.under_way.resumed:
        jobs = count(len(visit.under_way.resumed), "job")
        st.caption(f"Waiting for {jobs} from before the app was restarted.")
    if elsewhere and visit.run is not None:
        resume.update_address(visit)
        name = markdown_name(visit.run.request.name)
        _draw_line(f"{name} is being analyzed.", "Show", Key.SHOW_RUN, visit.new_analysis)


def _draw_line(words: str, action: str, key: Key, on_click: Callable[[], None]) -> None:
    """Draw one line with one button."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(words, width="stretch")
        st.button(action, key=key, on_click=on_click)


def draw_progress(visit: Visit) -> None:
    """Draw the analysis under way, if there is one, and look again and again whether it ended."""
    if visit.run is not None or visit.under_way.canceled:
        young = visit.run is not None and visit.run.age_s < FAST_POLLING_S
        look_every_s = FAST_POLLING_EVERY_S if young else LOOK_EVERY_S
        with st.container(gap="xsmall"):
            st.fragment(_draw_runs, run_every=look_every_s)(visit, visit.run, young=young)


def draw_waiting_jobs(visit: Visit, connection: Connection | None) -> None:
    """Draw the jobs to come back to, while nothing is under way."""
    if visit.run is None:
        for open_job in list(visit.under_way.open_jobs.values()):
            _draw_open_job(visit, connection, open_job)
        _draw_waiting_for_sign_in(visit)


def _draw_waiting_for_sign_in(visit: Visit) -> None:
    """Say what the job in the address waits for, while there is nobody to sign in as."""
    job = address.named_job()
    if job is None or job.job_id in visit.under_way.requested_jobs:
        return
    if _has_expired(job.expires_at):
        # The library may have its result, for who signs in.
        words = SIGN_IN_FIRST if visit.address_after_sign_in else EXPIRED
        st.info(words, icon=":material/hourglass_disabled:")
        return
    if job.sandbox:
        st.info(
            "This link leads to an analysis in this app's sandbox. To see it, choose the sandbox "
            "(top right).",
            icon=":material/science:",
        )
        return
    st.info(
        "This link leads to an analysis at Interhuman. To see the result, sign in (top right) with "
        f"the account that submitted it. {_until(job.expires_at)} Nothing is sent again.",
        icon=":material/key:",
    )


def _draw_runs(visit: Visit, followed: Run | None, *, young: bool) -> None:
    """Draw what is under way; run the whole page when one ended, or is `young` no more.

    `followed` is the run that the whole page was drawn with.
    """
    is_outdated = bool(state.collect()) or visit.run is not followed
    announce.put_title(visit)
    if visit.run is not None:
        resume.update_address(visit)
        _draw_run(visit, visit.run)
    for run in visit.under_way.canceled:
        if run.progress().phase is Phase.PREPARING:
            continue  # Nothing was sent, and it ends at once.
        st.info(
            f"Canceled. {markdown_plain(run.request.name)} was already sent, so if a result "
            "arrives, it will appear here.",
            icon=":material/hourglass_bottom:",
        )
    # A fragment's interval is fixed when the whole page runs.
    is_slow_enough = young and visit.run is not None and visit.run.age_s >= FAST_POLLING_S
    if is_outdated or is_slow_enough:
        # Only once all is drawn: else Cancel would be gone until then, and with it the focus or a
        # click on it.
        st.rerun()


def _draw_run(visit: Visit, run: Run) -> None:
    """Draw where a run is, in the height that the Analyze button and its line had."""
    progress = run.progress()
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.status(phase_words(progress), type="step")
        announce.offer_notification(run)
        # As a callback: a run of the fragment may end before it comes to the button, and the click
        # would be lost.
        st.button(
            "Cancel", key=Key.CANCEL, icon=":material/close:", on_click=visit.under_way.cancel
        )
    if progress.pause is not None:
        st.warning(_pause_words(progress.pause, run), icon=":material/timer:")
    elif progress.phase is Phase.PREPARING:
        st.progress(progress.media.share if progress.media is not None else 0.0)
    elif progress.phase is Phase.UPLOADING:
        st.progress(progress.sent_bytes / max(1, progress.total_bytes))
    elif progress.phase in {Phase.QUEUED, Phase.RUNNING}:
        st.caption(_job_words(run.job) if progress.part is None else PARTS_GO_ON)
    elif progress.part is not None:
        st.caption(PARTS_GO_ON)
    else:
        st.caption("Short clips take seconds; long recordings take one to three minutes.")
    spoken = progress.pause.reason if progress.pause is not None else PHASES[progress.phase]
    announce.announce(f"{spoken}: {name_line(run.request.name)}", key=Key.RUN_ANNOUNCER)


def phase_words(progress: Progress) -> str:
    """Return the phase with how far it is: in bytes while something is sent, else in time."""
    if progress.part is not None:
        number, total = progress.part
        return f"Part {number:,} of {total:,}: {phase_words(replace(progress, part=None))}"
    words = PHASES[progress.phase]
    if progress.phase is Phase.PREPARING:
        return before_sending.phase_words(progress.media, otherwise=words)
    if progress.phase is Phase.UPLOADING:
        return f"{words} {size(progress.sent_bytes)} of {size(progress.total_bytes)}"
    if progress.phase in {Phase.ANALYZING, Phase.QUEUED, Phase.RUNNING}:
        return f"{words} for {clock(progress.elapsed_s)}"
    return words


def _pause_words(pause: Pause, run: Run) -> str:
    left = clock(pause.left_s + 0.99)
    job_exists = run.job is not None or run.request.job_id is not None
    return f"{pause.reason}. " + (
        f"Checking again in {left}. The job keeps running."
        if job_exists
        else f"Retrying in {left}. Nothing has been analyzed so far."
    )


def _job_words(job: UploadJob | None) -> str:
    words = "You can close this page. The job keeps running; come back to this link."
    if job is None:
        return words
    return EXPIRED if _has_expired(job.expires_at) else f"{words} {_until(job.expires_at)}"


def _has_expired(expires_at: datetime | None) -> bool:
    return expires_at is not None and expires_at <= datetime.now(UTC)


def _until(expires_at: datetime | None) -> str:
    """Say how long a job can be read, in the time zone that the visitor's browser tells."""
    if expires_at is None:
        return "Its result is available for one hour after it was submitted."
    left_s = (expires_at - datetime.now(UTC)).total_seconds()
    until = expires_at.astimezone(state.time_zone())
    return f"Its result is available for {clock(left_s)} more, until {until:%H:%M %Z}."


def _draw_open_job(visit: Visit, connection: Connection | None, open_job: OpenJob) -> None:
    """Offer to come back to a job that this visit no longer waits for, unless it has expired."""
    job, name = open_job.job, markdown_plain(open_job.request.name)
    with st.container(border=True):
        if open_job.has_expired:
            st.markdown(f"**{name}**")
            st.caption(EXPIRED)
            st.button(
                "Dismiss",
                key=f"dismiss-{job.job_id}",
                on_click=visit.under_way.dismiss,
                args=(open_job,),
            )
            return
        st.markdown(f"**{name} is still being analyzed**")
        st.caption(f"You stopped waiting, but the job is still running. {_until(job.expires_at)}")
        st.button(
            "Keep waiting",
            key=f"resume-{job.job_id}",
            icon=":material/hourglass_top:",
            disabled=connection is None,
            on_click=resume.start,
            args=(visit, connection, open_job.resumed),
        )
