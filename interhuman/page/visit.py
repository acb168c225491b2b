"""One visit: what a person did since they opened the page, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from streamlit.runtime.uploaded_file_manager import UploadedFile

from interhuman.answers.jobs import UploadJob
from interhuman.deployment import Deployment
from interhuman.library.libraries import Libraries
from interhuman.library.library import Library
from interhuman.library.rows import KeptAnalysis
from interhuman.page.address import NamedJob
from interhuman.page.results import Results, named
from interhuman.page.uploads import release
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run
from interhuman.settings import Credentials
from interhuman.vocabulary import INTER_1, QUALITY_OVERALL, QUALITY_TIMELINE

LOOK_FOR_JOBS_EVERY_S = 30.0

EVERYTHING = AnalysisRequest(include=(QUALITY_OVERALL, QUALITY_TIMELINE))
"""What is asked for until something else is chosen."""


@dataclass(frozen=True)
class Failure:
    """A run that ended in an error, for as long as it is worth showing."""

    run: Run
    request: AnalysisRequest
    """What was asked, with its recording: it may be sent again."""
    error: Exception


@dataclass(frozen=True)
class RefusedUpload:
    """A file that the browser was given and that did not arrive."""

    name: str
    size_bytes: int
    why: str
    """"kept back" by the browser, "failed" on its way, or "lost" by Streamlit."""


@dataclass(frozen=True)
class OpenJob:
    """A job that this visit submitted or looked for and no longer waits for; it runs on."""

    job: UploadJob
    request: AnalysisRequest

    @property
    def named(self) -> NamedJob:
        """The job as the page's address names it."""
        return named(self.job, self.request)

    @property
    def resumed(self) -> AnalysisRequest:
        """The request that waits for this job and sends nothing."""
        return replace(self.request, job_id=self.job.job_id)


@dataclass
class Visit:
    """Everything one visitor did since the page was opened."""

    credentials: Credentials | None = None
    starts_with_api: bool | None = None
    """Whether the API is chosen at first; None until that was decided."""
    connection_requests: int = 0
    """How often the page was asked to open the control for the connection."""
    options: AnalysisRequest = EVERYTHING
    """The model, what to include and the feedback, as last chosen; it has no recording."""
    source: str | None = None
    """Where a recording comes from, or that a saved result is opened; None for an upload."""
    library: Library | None = None
    """Where this visitor's analyses are kept, as the deployment has it in the present rerun."""
    libraries: Libraries | None = None
    """Those of the process, among which is this visitor's."""
    owner: str | None = None
    """Whose library it is."""
    library_problem: str | None = None
    """What is wrong with it, in words."""
    library_absence: str | None = None
    """Why there is none, in words."""
    in_library: bool = False
    """Whether the page "Library" is looked at."""
    editing: str | None = None
    """The id of the analysis whose title, labels and note are being edited."""
    edited: KeptAnalysis | None = None
    """That analysis as it was when editing began: only what differs from it is saved."""
    resumed_runs: list[Run] = field(default_factory=list)
    """Jobs of an earlier process that this visit asks for in the background."""
    library_notice: str | None = None
    """What became of the last change to the library."""
    deployment: Deployment = field(default_factory=Deployment)
    """What is set for everyone, in the present rerun; the defaults where it cannot be used."""
    run: Run | None = None
    canceled_runs: list[Run] = field(default_factory=list)
    """Runs that were canceled and have not ended yet."""
    open_jobs: dict[str, OpenJob] = field(default_factory=dict)
    jobs_looked_for_at_s: float | None = None
    """When the library was searched for jobs to go on with, on a monotonic clock in seconds."""
    requested_jobs: set[str] = field(default_factory=set)
    """Jobs of the address that were asked for with the present credentials."""
    results: Results = field(default_factory=Results)
    failure: Failure | None = None
    address_after_sign_in: str = ""
    """What the address named when a visitor came who can sign in and had not; "" for nothing."""
    notice: str | None = None
    credentials_problem: str | None = None
    asking_credentials: bool = False
    open_problem: str | None = None
    refused_upload: RefusedUpload | None = None
    """The last file that the browser was given and did not upload."""
    address_read: bool = False
    """Whether the run that the address named at the start was looked for."""
    _pressed: bool = False
    _leaves_library: bool = False
    _requests: dict[Run, AnalysisRequest] = field(default_factory=dict)
    """What the unfinished runs were asked; holding it keeps their recordings."""
    _recordings: dict[str, UploadedRecording] = field(default_factory=dict)
    """Those of the files that are in the page's widgets, by the ids of the files."""

    @property
    def named_job(self) -> NamedJob | None:
        """The job that the page's address should name: of the run, else of what is shown."""
        if self.run is not None:
            request, job = self.run.request, self.run.job
            if job is not None:
                return named(job, request)
            return NamedJob(request.job_id, request.sandbox) if request.job_id else None
        if self.open_jobs:
            return next(reversed(self.open_jobs.values())).named
        shown = self.results.shown
        return shown.job if shown is not None and not shown.kept_id else None

    @property
    def named_result(self) -> str | None:
        """The id of the result that the page's address should name."""
        shown = self.results.shown
        return shown.kept_id if shown is not None and not self.in_library else None

    def collect(self) -> list[Run]:
        """Take in every run that has ended and return them."""
        ended = [run for run in self.canceled_runs if run.finished]
        self.canceled_runs = [run for run in self.canceled_runs if not run.finished]
        for run in ended:
            self._record_outcome(run, after_cancel=True)
        resumed = [run for run in self.resumed_runs if run.finished]
        self.resumed_runs = [run for run in self.resumed_runs if not run.finished]
        for run in resumed:
            self._record_resumed(run)
        ended += resumed
        if self.run is not None and self.run.finished:
            ended.append(self.run)
            self.run = None
            self._record_outcome(ended[-1], after_cancel=False)
        return ended

    def request(self, recording: UploadedRecording, *, sandbox: bool) -> AnalysisRequest:
        """Return the request for an analysis of `recording` with the present options."""
        request = replace(
            self.options, recording=recording, sound=recording.preparation.sound, sandbox=sandbox
        )
        if request.model == INTER_1:
            return request
        return replace(request, goal_dimensions=(), conversation_context=None)

    def use_credentials(self, credentials: Credentials | None) -> None:
        """Sign in with others from now on; jobs that the old ones did not reach are asked again."""
        self.credentials = credentials
        self.requested_jobs.clear()
        self.jobs_looked_for_at_s = None

    def looks_for_jobs(self, now_s: float) -> bool:
        """Return whether it is time to search the library for jobs to go on with, and note it."""
        last_s = self.jobs_looked_for_at_s
        if last_s is not None and now_s < last_s + LOOK_FOR_JOBS_EVERY_S:
            return False
        self.jobs_looked_for_at_s = now_s
        return True

    def open_connection(self) -> None:
        """Have the control for the connection opened, as a click on it does."""
        self.connection_requests += 1

    def press(self) -> None:
        """Note that Analyze was pressed."""
        self._pressed = True

    def leave_library(self) -> None:
        """Go to the page of analyses and results, if this is not that page."""
        self._leaves_library = self.in_library

    def consume_leaving(self) -> bool:
        """Return whether the page "Library" was left since the last call."""
        leaves, self._leaves_library = self._leaves_library, False
        return leaves

    def consume_press(self) -> bool:
        """Return whether Analyze was pressed since the last call."""
        pressed, self._pressed = self._pressed, False
        return pressed

    def follow(self, run: Run) -> None:
        """Make `run` the one that the page shows the progress of."""
        self.run, self.failure, self.notice, self.refused_upload = run, None, None, None
        self._requests[run] = run.request
        if run.request.job_id is not None:
            self.open_jobs.pop(run.request.job_id, None)

    def cancel(self) -> None:
        """Stop following the present run; an answer that still comes is shown."""
        if self.run is not None:
            self.run.cancel()
            self.canceled_runs.append(self.run)
            self.run = None

    def follow_again(self, run: Run) -> None:
        """Follow a run that was canceled and has not ended."""
        self.canceled_runs.remove(run)
        self.follow(run)

    def dismiss(self) -> None:
        """Put the present failure away."""
        self.failure = None

    def show(self, number: int) -> None:
        """Show the result of that number."""
        self.results.show(number)
        self.notice = None
        self.leave_library()

    def new_analysis(self) -> None:
        """Go back to the start page; the results of the visit stay."""
        self.results.shown, self.notice, self.source = None, None, None
        self.leave_library()

    def unfinished(self, request: AnalysisRequest) -> Run | OpenJob | None:
        """Return what still works on the very same request although it was canceled."""
        same = request.fingerprint
        runs = (run for run in self.canceled_runs if run.request.fingerprint == same)
        jobs = (job for job in self.open_jobs.values() if job.request.fingerprint == same)
        return next(runs, None) or next(jobs, None)

    def recording(self, uploaded: UploadedFile) -> UploadedRecording:
        """Return the uploaded file as a recording, the same object on every rerun.

        The file is empty afterwards: the recording holds what was in it.
        """
        if uploaded.file_id not in self._recordings:
            self._recordings[uploaded.file_id] = UploadedRecording(
                uploaded.name, uploaded.getvalue()
            )
            release(uploaded)
        return self._recordings[uploaded.file_id]

    def _record_resumed(self, run: Run) -> None:
        """Announce the result of a job of an earlier process; the library says why one has none."""
        if run.analysis is not None:
            self.results.arrived = self.results.add_arrived(run, run.request)

    def keep_recordings_of(self, in_widgets: Iterable[object]) -> None:
        """Let go of the recordings of files that are not among what the widgets hold."""
        kept = {held.file_id for held in in_widgets if isinstance(held, UploadedFile)}
        self._recordings = {name: one for name, one in self._recordings.items() if name in kept}

    def _record_outcome(self, run: Run, *, after_cancel: bool) -> None:
        request = self._requests.pop(run)
        if run.analysis is not None:
            result = self.results.add_arrived(
                run, request, after_cancel=after_cancel, library_problem=self.library_problem
            )
            # What a person reads or waits for is not taken from under their eyes.
            is_free = self.results.shown is None and not self.in_library
            if is_free and (self.run is None or not after_cancel):
                self.show(result.number)
            else:
                self.results.arrived = result
            return
        if run.error is not None:
            self.failure = Failure(run, request, run.error)
        if run.job is not None and not run.job.is_terminal:
            self.open_jobs[run.job.job_id] = OpenJob(run.job, replace(request, job_id=None))
        elif run.error is None:
            self.notice = "Canceled before the whole recording was sent: nothing was analyzed."
