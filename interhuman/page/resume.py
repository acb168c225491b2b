"""Starting an analysis, and going on with one that the address names or that was left behind."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.library.libraries import read_unread
from interhuman.library.library import Library
from interhuman.library.rows import KeptAnalysis
from interhuman.page import address, open_kept, state
from interhuman.page.compare import opening
from interhuman.page.connect import Connection
from interhuman.page.open_kept import SIGN_IN_FIRST
from interhuman.page.sign_in import sign_in_providers, signed_in_owner
from interhuman.page.visit import Visit
from interhuman.runs.queue.recovery import close_canceled
from interhuman.runs.record import RunRecord
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run
from interhuman.runs.under_way import NamedJob

log = logging.getLogger(__name__)

RUN_IS_GONE = (
    "We can't find that analysis here: its result was already shown, the app was restarted, or "
    "someone else started it. If you sent it to Interhuman, it may have counted toward your usage. "
    "Look for its result in the library before you send the recording again."
)


def start(visit: Visit, connection: Connection, request: AnalysisRequest) -> None:
    """Start `request` in the background and follow it."""
    if visit.run is not None:
        return
    record = RunRecord(visit.kept.library) if visit.kept.library is not None else None
    run = Run(request, record=record, convert=visit.deployment.convert)
    visit.follow(run)
    address.put_job(visit.named_job)
    address.put_run_token(state.run_registry().put(run, owner=signed_in_owner()))
    run.start(connection.open)


def resume_run(visit: Visit) -> None:
    """Go on with the run of this process that the page's address names, the first time."""
    token = None if visit.address_read else address.run_token()
    if token is None:
        return
    run = state.run_registry().find(token, owner=signed_in_owner())
    if run is not None:
        visit.follow(run)
        state.collect()
        return
    address.put_run_token(None)
    if address.named_job() is None:
        visit.notice = SIGN_IN_FIRST if visit.address_after_sign_in else RUN_IS_GONE


def open_addressed(visit: Visit) -> None:
    """Open what of the library the page's address names, at first and after Back."""
    if not visit.address_read:
        visit.address_read = True
        _open_looked_at(visit)
        if visit.in_library and visit.results.is_reading:
            st.rerun()  # It is shown on another page.
    elif address.is_from_history() and not visit.in_library:
        _go_to_addressed(visit)


def _go_to_addressed(visit: Visit) -> None:
    """Show what the address names that Back or Forward led to: what is kept, or the start page."""
    token = address.run_token()
    if token is not None and not state.run_registry().holds(token):
        address.put_run_token(None)
    if address.of(visit.looked_at) != address.looked_at():
        visit.new_analysis()
        _open_looked_at(visit)


def _open_looked_at(visit: Visit) -> None:
    """Open the result, the comparison or the list that the address names."""
    open_kept.open_addressed(visit)
    opening.open_addressed(visit)
    if address.names_many() and not visit.results.is_reading:
        visit.results.list_many()


def resume_job(visit: Visit, connection: Connection | None) -> None:
    """Go on with the job that the address names, asking only the side that has it, and once.

    Nobody is asked for a result that the library has.
    """
    update_address(visit)
    job = address.named_job()
    if job is None or visit.run is not None or job.job_id in visit.under_way.requested_jobs:
        return
    if not visit.results.is_reading and open_kept.open_job(visit, job):
        visit.under_way.requested_jobs.add(job.job_id)
        address.put_job(None)
        update_address(visit)
        return
    if connection is None:
        return
    if connection.sandbox == job.sandbox and _may_ask(visit, job):
        visit.under_way.requested_jobs.add(job.job_id)
        request = AnalysisRequest(job_id=job.job_id, sandbox=job.sandbox)
        row = open_kept.row_of_job(visit, job)
        if row is not None:
            request = replace(request, model=row.model, recording_name=row.heading)
        start(visit, connection, request)


def _may_ask(visit: Visit, job: NamedJob) -> bool:
    """Return whether this visitor may have the result of a job, and say where they may not.

    Where people sign in, what everybody's credentials reach is theirs alone whose library has it.
    """
    has_own_key = visit.access.credentials is not None and not job.sandbox
    if not sign_in_providers() or has_own_key or open_kept.row_of_job(visit, job) is not None:
        return True
    address.put_job(None)
    visit.notice = SIGN_IN_FIRST if visit.address_after_sign_in else open_kept.NOT_HERE
    return False


def resume_left_jobs(visit: Visit, connection: Connection | None) -> None:
    """Ask in the background for the jobs that a process left under way, or could not ask for.

    Without a connection what can't come to an end is closed, and nothing asked for.
    """
    if visit.kept.library is None or visit.kept.library.notice is not None:
        return
    if not visit.under_way.looks_for_jobs(time.monotonic()):
        return
    _close_abandoned(visit.kept.library)
    if connection is None:
        return
    for row in _claimed_jobs(visit, visit.kept.library, sandbox=connection.sandbox):
        request = AnalysisRequest(
            model=row.model,
            sandbox=row.sandbox,
            job_id=row.job_id,
            recording_name=row.heading,
        )
        run = Run(request, record=RunRecord(visit.kept.library))
        visit.under_way.resumed.append(run.start(connection.open))


def _close_abandoned(library: Library) -> None:
    """Close the rows that can't come to an end, and read answers that nobody read."""
    try:
        library.close_abandoned()
        close_canceled(library)
        read_unread(library)
    except LibraryError as error:
        log.warning("the library can't be searched for what was abandoned: %s", error)


def _claimed_jobs(visit: Visit, library: Library, *, sandbox: bool) -> list[KeptAnalysis]:
    """Take over the jobs of one side that nobody waits for."""
    claimed: list[KeptAnalysis] = []
    try:
        for row in library.jobs_under_way():
            known = row.job_id is None or row.job_id in visit.under_way.requested_jobs
            if row.sandbox == sandbox and not known and library.claim(row.id):
                claimed.append(row)
    except LibraryError as error:
        log.warning("the library can't be searched for jobs: %s", error)
    visit.under_way.requested_jobs.update(str(row.job_id) for row in claimed)
    return claimed


def update_address(visit: Visit) -> None:
    """Put what the page is about into its address, a job from the moment that it exists."""
    address.put_looked_at(visit.looked_at)
    job = visit.named_job
    if job is None:
        _forget_job_put_away(visit)
        return
    visit.under_way.requested_jobs.add(job.job_id)
    address.put_job(job)


def _forget_job_put_away(visit: Visit) -> None:
    """Take a job out of the address whose result is there and no longer shown."""
    named = address.named_job()
    jobs = {result.job.job_id for result in visit.results.all if result.job is not None}
    if named is not None and named.job_id in jobs:
        address.put_job(None)
