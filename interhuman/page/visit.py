"""One visit: what a person did since they opened the page, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from streamlit.runtime.uploaded_file_manager import UploadedFile

from interhuman.analysis import Analysis
from interhuman.answers.jobs import UploadJob
from interhuman.library.store import StoredAnswer
from interhuman.page.address import NamedJob
from interhuman.page.runs import Recording, Request, Run
from interhuman.settings import Credentials

RECORDINGS_KEPT = 3
"""Recordings kept in memory for playing beside their results; each may be 32 MiB."""


@dataclass(frozen=True)
class Result:
    """One analysis of this visit, with the recording while it is kept in memory."""

    number: int
    analysis: Analysis
    name: str
    arrived_at: datetime
    recording: Recording | None = None
    request: Request | None = None
    """What was asked, without the recording; None for an opened file."""
    asked: tuple[object, ...] | None = None
    after_cancel: bool = False
    job: NamedJob | None = None
    keep_problem: str | None = None

    def key(self, part: str) -> str:
        """Return the key of a widget that belongs to this result alone."""
        return f"result-{self.number}-{part}"


@dataclass(frozen=True)
class Failure:
    """A run that ended in an error, for as long as it is worth showing."""

    run: Run
    request: Request
    """What was asked, with its recording: it may be sent again."""
    error: Exception


@dataclass(frozen=True)
class OpenJob:
    """A job that this visit submitted or found and no longer waits for; it runs on."""

    job: UploadJob
    request: Request

    @property
    def named(self) -> NamedJob:
        """The job as the page's address names it."""
        return _named(self.job, self.request)

    @property
    def resumed(self) -> Request:
        """The request that goes on with this job and sends nothing."""
        return replace(self.request, job_id=self.job.job_id)


@dataclass
class Visit:
    """Everything one visitor did since the page was opened."""

    credentials: Credentials | None = None
    model: str = "inter-1"
    run: Run | None = None
    detached: list[Run] = field(default_factory=list)
    open_jobs: dict[str, OpenJob] = field(default_factory=dict)
    followed: set[str] = field(default_factory=set)
    """Jobs of the address that were asked for with the present credentials."""
    results: list[Result] = field(default_factory=list)
    kept: tuple[StoredAnswer, ...] | None = None
    shown: Result | None = None
    failure: Failure | None = None
    notice: str | None = None
    credentials_problem: str | None = None
    asking_credentials: bool = False
    open_problem: str | None = None
    refused_upload: tuple[str, int] | None = None
    """Name and size in bytes of a file that the browser kept back because it is too large."""
    address_read: bool = False
    """Whether the run that the address named at the start was looked for."""
    _pressed: bool = False
    _requests: dict[Run, Request] = field(default_factory=dict)
    """What the followed runs were asked; holding it keeps their recordings in memory."""
    _recordings: dict[str, Recording] = field(default_factory=dict)

    @property
    def named_job(self) -> NamedJob | None:
        """The job that the page's address should name: of the run, else of what is shown."""
        if self.run is not None:
            request, job = self.run.request, self.run.job
            if job is not None:
                return _named(job, request)
            return NamedJob(request.job_id, request.sandbox) if request.job_id else None
        if self.open_jobs:
            return next(reversed(self.open_jobs.values())).named
        return self.shown.job if self.shown is not None else None

    def collect(self) -> list[Run]:
        """Take in every run that has ended and return them."""
        ended = [run for run in self.detached if run.finished]
        self.detached = [run for run in self.detached if not run.finished]
        for run in ended:
            self._take(run, after_cancel=True)
        if self.run is not None and self.run.finished:
            ended.append(self.run)
            self.run = None
            self._take(ended[-1])
        return ended

    def press(self) -> None:
        """Note that Analyze was pressed."""
        self._pressed = True

    def take_press(self) -> bool:
        """Return whether Analyze was pressed since the last call."""
        pressed, self._pressed = self._pressed, False
        return pressed

    def begin(self, run: Run) -> None:
        """Follow `run` from now on."""
        self.run, self.failure, self.notice = run, None, None
        self._requests[run] = run.request
        if run.request.job_id is not None:
            self.open_jobs.pop(run.request.job_id, None)

    def cancel(self) -> None:
        """Stop following the present run; an answer that still comes is kept."""
        if self.run is not None:
            self.run.cancel()
            self.detached.append(self.run)
            self.run = None

    def dismiss(self) -> None:
        """Put the present failure away."""
        self.failure = None

    def show(self, number: int) -> None:
        """Show the result of that number again."""
        self.shown, self.notice = self.results[number - 1], None

    def already(self, request: Request) -> Result | None:
        """Return this visit's result of the very same request, if there is one."""
        return next((r for r in self.results if r.asked == request.same_as), None)

    def under_way(self, request: Request) -> Run | OpenJob | None:
        """Return what already works on the very same request although it was cancelled."""
        same = request.same_as
        runs = (run for run in self.detached if run.request.same_as == same)
        jobs = (job for job in self.open_jobs.values() if job.request.same_as == same)
        return next(runs, None) or next(jobs, None)

    def take_back(self, run: Run) -> None:
        """Follow a cancelled run again."""
        self.detached.remove(run)
        self.begin(run)

    def add(self, analysis: Analysis, name: str, **more: Any) -> Result:
        """Keep one more result, show it, and let the oldest recordings go."""
        result = Result(
            len(self.results) + 1, analysis, name, datetime.now(UTC).astimezone(), **more
        )
        self.results.append(result)
        with_recording = [r for r in self.results if r.recording is not None]
        for old in with_recording[:-RECORDINGS_KEPT]:
            self.results[old.number - 1] = replace(old, recording=None)
        self.shown, self.notice = result, None
        return result

    def recording(self, uploaded: UploadedFile) -> Recording:
        """Return the uploaded file as a recording, the same object on every rerun."""
        if uploaded.file_id not in self._recordings:
            self._recordings = {uploaded.file_id: Recording(uploaded.name, uploaded.getvalue())}
        return self._recordings[uploaded.file_id]

    def _take(self, run: Run, *, after_cancel: bool = False) -> None:
        request = self._requests.pop(run)
        if run.analysis is not None:
            self.add(
                run.analysis,
                request.name,
                recording=request.recording,
                request=request.without_recording,
                asked=replace(request, job_id=None).same_as if request.recording else None,
                after_cancel=after_cancel,
                job=_named(run.job, request) if run.job is not None else None,
                keep_problem=run.keep_problem,
            )
            return
        if run.error is not None:
            self.failure = Failure(run, request, run.error)
        runs_on = run.job is not None and not run.job.is_terminal
        if run.job is not None and runs_on:
            self.open_jobs[run.job.job_id] = OpenJob(run.job, replace(request, job_id=None))
        elif run.error is None:
            self.notice = "Canceled before the whole recording was sent: nothing was analyzed."


def _named(job: UploadJob, request: Request) -> NamedJob:
    """Return the job with the side that was asked, which is not for an answer to say."""
    return NamedJob(job.job_id, request.sandbox, job.expires_at)
