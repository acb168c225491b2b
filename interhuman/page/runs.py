"""One analysis going on in the background: what was asked, how far it is, what became of it.

The page must not wait for the network inside its own script: a click during a blocking
request would throw away an answer that was paid for. So a `Run` does the waiting in a
worker thread and the page only looks at it. No Streamlit here.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from interhuman.analysis import Analysis
from interhuman.answers.answer import Answer
from interhuman.answers.jobs import COMPLETED, QUEUED, UploadJob
from interhuman.api.v2 import POLLING
from interhuman.client import InterhumanClient
from interhuman.errors import InterhumanAPIError, InterhumanError, ResultStoreError
from interhuman.library.store import ResultStore
from interhuman.media.probe import Probe, probe
from interhuman.vocabulary import INTER_1

log = logging.getLogger(__name__)


class Phase(StrEnum):
    """Where a run is."""

    SIGNING_IN = "signing in"
    UPLOADING = "uploading"
    ANALYSING = "analysing"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Recording:
    """A recording in memory, with what its header says about it."""

    name: str
    data: bytes = field(repr=False)

    @property
    def size_bytes(self) -> int:
        """Size of the file in bytes."""
        return len(self.data)

    @property
    def probe(self) -> Probe:
        """What the file's header says; waits until it has been read."""
        return self._probing.result()

    def probe_within(self, timeout_s: float) -> Probe | None:
        """Return what the file's header says, or None where reading it takes longer than that.

        The reading begins with the first call and goes on in the background.
        """
        try:
            return self._probing.result(timeout_s)
        except TimeoutError:
            return None

    @cached_property
    def _probing(self) -> Future[Probe]:
        probing: Future[Probe] = Future()
        threading.Thread(
            target=self._probe_into, args=(probing,), name="probe", daemon=True
        ).start()
        return probing

    def _probe_into(self, probing: Future[Probe]) -> None:
        try:
            probing.set_result(probe(self.data, self.name))
        except BaseException as error:
            probing.set_exception(error)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, so that the same recording is known again."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of the API beside the recording."""

    model: str = INTER_1
    include: tuple[str, ...] = ()
    goal_dimensions: tuple[str, ...] = ()
    conversation_context: str | None = None

    @property
    def feedback(self) -> bool:
        """Whether feedback is asked for, which only Inter-1 gives."""
        return bool(self.goal_dimensions or self.conversation_context)


@dataclass(frozen=True)
class Request:
    """What a person asked for: an analysis of a recording, or to go on with a job."""

    recording: Recording | None = None
    wishes: Wishes = Wishes()
    sandbox: bool = False
    job_id: str | None = None
    """A job that runs already: it is waited for, and nothing is sent."""
    recording_name: str | None = None
    """What the recording was called, where it has been let go."""

    @property
    def name(self) -> str:
        """What the request is called on the page."""
        if self.recording is not None:
            return self.recording.name
        return self.recording_name or f"Job {self.job_id}"

    @property
    def without_recording(self) -> Request:
        """The same request in a few bytes: it still has its name, and cannot be sent again."""
        return replace(self, recording=None, recording_name=self.name)

    @property
    def same_as(self) -> tuple[object, ...]:
        """Equal for two requests that would get the same analysis."""
        content = self.recording.digest if self.recording is not None else None
        return (content, self.job_id, self.wishes, self.sandbox)


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait before something is sent again: why, and how long it still lasts in seconds."""

    reason: str
    left_s: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `elapsed_s` is the time in the present phase."""

    phase: Phase
    sent_bytes: int
    total_bytes: int
    elapsed_s: float
    pause: Pause | None = None


class RunCancelledError(Exception):
    """Ends a run whose person pressed Cancel, where nothing that was paid for gets lost."""


class Run:
    """One analysis, from pressing Analyze to its answer.

    `answers` holds the bytes of every answer that may have been paid for, kept before
    anything tries to read them, and on disk too where there is a `store`; `keep_problem`
    says so when the disk refused. `job` is the job as last seen. After the end exactly one of
    `analysis` and `error` is set, unless the run was cancelled before its answer came.

    A run holds its recording until then and no longer: afterwards the recording lives only as
    long as a page that follows the run holds `request`.
    """

    def __init__(
        self,
        request: Request,
        *,
        store: ResultStore | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.answers: list[Answer] = []
        self.keep_problem: str | None = None
        self.job: UploadJob | None = None
        self.analysis: Analysis | None = None
        self.error: Exception | None = None
        self._unfinished_request: Request | None = request
        self._request = weakref.ref(request)
        self._request_in_brief = request.without_recording
        self._total_bytes = request.recording.size_bytes if request.recording is not None else 0
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._ended = threading.Event()
        self._phase = Phase.QUEUED if request.job_id else Phase.SIGNING_IN
        self._phase_began_s = clock()
        self._sent_bytes = 0
        self._pause: tuple[str, float] | None = None

    def start(self, open_client: Callable[..., InterhumanClient]) -> Run:
        """Begin in a thread of its own; `open_client(on_answer=…, sleep=…)` gives the client.

        The thread does not keep the process alive: whoever stops the dashboard is not made to
        wait for a job of ten minutes.
        """
        threading.Thread(
            target=self._work, args=(open_client,), name="analysis", daemon=True
        ).start()
        return self

    @property
    def request(self) -> Request:
        """What was asked; without the recording once the run has ended and nobody held on to it."""
        return self._request() or self._request_in_brief

    @property
    def held_bytes(self) -> int:
        """How many bytes of recording the run itself keeps in memory at present."""
        return self._total_bytes if self._unfinished_request is not None else 0

    def progress(self) -> Progress:
        """Return a consistent picture of how far the run is."""
        with self._lock:
            now_s, pause = self._clock(), self._pause
            return Progress(
                self._phase,
                self._sent_bytes,
                self._total_bytes,
                max(0.0, now_s - self._phase_began_s),
                Pause(pause[0], max(0.0, pause[1] - now_s)) if pause is not None else None,
            )

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self._ended.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing more will happen, at most `timeout_s`; return whether that is so."""
        return self._ended.wait(timeout_s)

    def cancel(self) -> None:
        """Stop the upload if it is still going out, a pause, or the waiting for a job.

        A recording that Inter-1 has whole cannot be called back: its answer is still waited
        for and kept, because it will have been paid for. A job runs on by itself.
        """
        self._cancel.set()

    def _enter(self, phase: Phase) -> None:
        with self._lock:
            if phase is not self._phase:
                self._phase, self._phase_began_s = phase, self._clock()

    def _on_progress(self, sent_bytes: int, total_bytes: int) -> None:
        if self._cancel.is_set() and sent_bytes < total_bytes:
            raise RunCancelledError
        with self._lock:
            self._sent_bytes = sent_bytes
        self._enter(Phase.ANALYSING if sent_bytes >= total_bytes else Phase.UPLOADING)

    def _on_answer(self, answer: Answer) -> None:
        self.answers.append(answer)
        if self._store is None:
            return
        try:
            self._store.keep(answer, recording=self.request.name)
        except ResultStoreError as error:
            # The answer is in memory still; losing it over a full disk would be the worse fault.
            log.warning("an answer is kept in memory only: %s", error)
            self.keep_problem = str(error)

    def _sleep(self, seconds: float, reason: str) -> None:
        """Wait for the client, so that the wait can be shown and cancelled."""
        if reason != POLLING:
            with self._lock:
                self._pause = (reason, self._clock() + seconds)
        cancelled = self._cancel.wait(seconds)
        with self._lock:
            self._pause = None
        if cancelled:
            raise RunCancelledError

    def _on_job(self, job: UploadJob) -> None:
        self.job = job
        self._enter(Phase.QUEUED if job.status == QUEUED else Phase.RUNNING)

    def _work(self, open_client: Callable[..., InterhumanClient]) -> None:
        try:
            with open_client(on_answer=self._on_answer, sleep=self._sleep) as client:
                analysis = self._analyse(client)
            recording = self.request.recording
            if recording is not None:
                analysis = analysis.with_duration(recording.probe.duration_s)
            self.analysis = analysis
            self._enter(Phase.DONE)
        except RunCancelledError:
            self._enter(Phase.CANCELLED)
        except InterhumanError as error:
            self.error = error
            self._enter(Phase.FAILED)
        except Exception as error:
            # A fault of ours must not leave the page waiting for ever; it is logged with
            # its traceback and shown as what it is.
            log.exception("a run ended with a fault of the dashboard")
            self.error = error
            self._enter(Phase.FAILED)
        finally:
            self._unfinished_request = None
            self._ended.set()

    def _analyse(self, client: InterhumanClient) -> Analysis:
        recording, wishes = self.request.recording, self.request.wishes
        if recording is None or self.request.job_id or wishes.model != INTER_1:
            return self._job_analysis(client)
        return client.upload.analyze(
            recording.data,
            filename=recording.name,
            include=wishes.include,
            goal_dimensions=wishes.goal_dimensions,
            conversation_context=wishes.conversation_context,
            on_progress=self._on_progress,
        )

    def _job_analysis(self, client: InterhumanClient) -> Analysis:
        """Submit the recording if there is one, wait for the job, and return what it says."""
        recording, wishes = self.request.recording, self.request.wishes
        job: UploadJob | str = self.request.job_id or ""
        if recording is not None and not self.request.job_id:
            job = client.upload.submit(
                recording.data,
                model=wishes.model,
                filename=recording.name,
                include=("signals", *wishes.include),
                on_progress=self._on_progress,
            )
            self._on_job(job)
        ended = client.upload.wait_for_job(job, on_update=self._on_job)
        self.job = ended
        if ended.analysis is not None:
            return ended.analysis
        raise ended.error or InterhumanAPIError(
            "The job ended without a result.", status=200, maybe_accepted=ended.status == COMPLETED
        )
