"""One visit: what a person did since they opened the page, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from streamlit.runtime.uploaded_file_manager import UploadedFile

from interhuman.deployment import Deployment
from interhuman.library.libraries import Libraries
from interhuman.library.library import Library
from interhuman.library.rows import KeptAnalysis
from interhuman.page.uploads import release
from interhuman.runs.listed import Listed
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.results import MANY, LookedAt, Results
from interhuman.runs.run import Run
from interhuman.runs.under_way import Ended, NamedJob, UnderWay
from interhuman.settings import Credentials
from interhuman.text import markdown_plain, name_line
from interhuman.vocabulary import QUALITY_OVERALL, QUALITY_TIMELINE

EVERYTHING = AnalysisRequest(include=(QUALITY_OVERALL, QUALITY_TIMELINE))
"""What is asked for until something else is chosen."""

KEY_REFUSED = (
    "{} is still at Interhuman, but your key was refused, so its result can't be read. Sign in "
    "(top right) with the key that it was sent with. Nothing is sent again."
)


@dataclass(frozen=True)
class Failure:
    """A run that ended in an error, for as long as it is worth showing."""

    run: Run
    request: AnalysisRequest
    """What was asked, with its recording: it may be sent again."""
    error: Exception


@dataclass(frozen=True)
class Outcome:
    """How the last run ended that was followed to its end."""

    run: str
    """Its identity."""
    name: str
    """That of the recording, as one line."""
    words: str


@dataclass(frozen=True)
class RefusedUpload:
    """A file that the browser was given and that did not arrive."""

    name: str
    size_bytes: int
    why: str
    """"kept back" by the browser, "failed" on its way, or "lost" by Streamlit."""


@dataclass
class VisitAccess:
    """What a visitor's analyses are signed in with, and the control in which that is set."""

    credentials: Credentials | None = None
    """The visitor's own; None where the app's count, if it has any."""
    problem: str | None = None
    """What is wrong with those that were entered, in words."""
    asking: bool = False
    """Whether the fields for them are unfolded, because others were refused."""
    starts_with_api: bool | None = None
    """Whether the API is chosen at first; None until that was decided."""
    requests: int = 0
    """How often the page was asked to open the control."""

    def open(self) -> None:
        """Have the control opened, as a click on it does."""
        self.requests += 1


@dataclass
class VisitLibrary:
    """The library of one visitor, as the deployment has it in the present rerun."""

    library: Library | None = None
    """Where this visitor's analyses are kept."""
    libraries: Libraries | None = None
    """Those of the process, among which is this visitor's."""
    owner: str | None = None
    """Whose library it is."""
    problem: str | None = None
    """What is wrong with it, in words."""
    absence: str | None = None
    """Why there is none, in words."""
    editing: str | None = None
    """The id of the analysis whose title, labels and note are being edited."""
    editing_at: tuple[bool, int | None] = (False, None)
    """Where that began: whether in the library, and the number of the result that was shown."""
    edited: KeptAnalysis | None = None
    """That analysis as it was when editing began: only what differs from it is saved."""
    notice: str | None = None
    """What became of the last change to the library."""
    many: Listed = field(default_factory=Listed)
    """The list of those that are under way."""


@dataclass
class Acts:
    """What was done at the visitor's wish and is to be said to those who do not see it."""

    number: int = 0
    """How many there were."""
    text: str = ""
    """The last one, in words."""

    def add(self, text: str) -> None:
        """Take in another."""
        self.number, self.text = self.number + 1, text


@dataclass
class Visit:
    """Everything one visitor did since the page was opened."""

    access: VisitAccess = field(default_factory=VisitAccess)
    options: AnalysisRequest = EVERYTHING
    """The model, what to include and the feedback, as last chosen; it has no recording."""
    source: str | None = None
    """Where a recording comes from, or that a saved result is opened; None for an upload."""
    kept: VisitLibrary = field(default_factory=VisitLibrary)
    in_library: bool = False
    """Whether the page "Library" is looked at."""
    deployment: Deployment = field(default_factory=Deployment)
    """What is set for everyone, in the present rerun; the defaults where it cannot be used."""
    under_way: UnderWay = field(default_factory=UnderWay)
    results: Results = field(default_factory=Results)
    failure: Failure | None = None
    outcome: Outcome | None = None
    address_after_sign_in: str = ""
    """What the address named when a visitor came who can sign in and had not; "" for nothing."""
    notice: str | None = None
    open_problem: str | None = None
    refused_upload: RefusedUpload | None = None
    """The last file that the browser was given and did not upload."""
    acts: Acts = field(default_factory=Acts)
    address_read: bool = False
    """Whether the run that the address named at the start was looked for."""
    _pressed: bool = False
    _leaves_library: bool = False
    _recordings: dict[str, UploadedRecording] = field(default_factory=dict)
    """Those of the files that are in the page's widgets, by the ids of the files."""

    @property
    def named_job(self) -> NamedJob | None:
        """The job that the page's address should name: of the run, else of what is shown."""
        if self.run is not None:
            request, job = self.run.request, self.run.job
            if job is not None:
                return NamedJob.of(job, request)
            return NamedJob(request.job_id, request.sandbox) if request.job_id else None
        if self.under_way.waiting_jobs:
            open_job = self.under_way.waiting_jobs[-1]
            return NamedJob.of(open_job.job, open_job.request)
        shown = self.results.shown
        return shown.job if shown is not None and not shown.kept_id else None

    @property
    def looked_at(self) -> LookedAt:
        """What the page's address should name; a comparison if all of its results are kept."""
        shown, compared = self.results.shown, self.results.compared
        if self.in_library:
            return None
        if shown is not None:
            return shown.kept_id
        if compared is None:
            return MANY if self.results.is_listing else None
        return compared if compared.is_kept else None

    @property
    def run(self) -> Run | None:
        """The run that is followed."""
        return self.under_way.run

    def collect(self) -> list[Run]:
        """Take in every run that has ended and return them."""
        ended = []
        for outcome in self.under_way.collect():
            self._take_in(outcome)
            ended.append(outcome.run)
        return ended

    def use_credentials(self, credentials: Credentials | None) -> None:
        """Sign in with others from now on; jobs that the old ones did not reach are asked again."""
        self.access.credentials = credentials
        self.under_way.forget_requested()

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
        self.failure, self.notice, self.refused_upload = None, None, None
        self.under_way.follow(run)

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
        self.results.put_away()
        self.notice, self.source = None, None
        self.leave_library()

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

    def keep_recordings_of(self, in_widgets: Iterable[object]) -> None:
        """Let go of the recordings of files that are not among what the widgets hold."""
        kept = {held.file_id for held in in_widgets if isinstance(held, UploadedFile)}
        self._recordings = {name: one for name, one in self._recordings.items() if name in kept}

    def _take_in(self, ended: Ended) -> None:
        """Show or announce a result; the library says why a resumed job has none.

        All but that its key was refused: then it runs on, and the right key still gets its result.
        """
        run, request = ended.run, ended.request
        if not ended.was_resumed and not ended.was_canceled:
            words = "Analysis ready" if run.analysis is not None else "Analysis failed"
            self.outcome = Outcome(run.identity, name_line(request.name), words)
        if run.analysis is not None:
            result = self.results.add_arrived(
                run,
                request,
                after_cancel=ended.was_canceled,
                library_problem=None if ended.was_resumed else self.kept.problem,
            )
            # What a person reads or waits for is not taken from under their eyes.
            reads = self.results.is_reading or self.in_library
            is_free = not reads and not ended.was_resumed
            if is_free and (self.run is None or not ended.was_canceled):
                self.show(result.number)
            else:
                self.results.arrived = result
        elif ended.was_resumed and getattr(run.error, "status", None) in {401, 403}:
            self.notice = KEY_REFUSED.format(markdown_plain(request.name))
        elif not ended.was_resumed and run.error is not None:
            self.failure = Failure(run, request, run.error)
        elif not ended.was_resumed and not ended.job_runs_on:
            self.notice = "Canceled before the whole recording was sent, so nothing was analyzed."
