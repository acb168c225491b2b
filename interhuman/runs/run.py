"""One analysis going on in the background: what was asked, how far it is, what became of it.

The page must not wait for the network inside its own script: a click would throw away an answer
that was paid for. So a `Run` waits in a thread and the page looks at it. No Streamlit here.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from interhuman.analysis import Analysis
from interhuman.answers.answer import Answer
from interhuman.answers.jobs import QUEUED, UploadJob
from interhuman.answers.stitched import Stitched, open_stitched
from interhuman.api.uploads import UploadClient
from interhuman.api.v2 import POLLING
from interhuman.client import InterhumanClient
from interhuman.errors import InterhumanError
from interhuman.media.cutting import CutPart
from interhuman.media.fit import FitError
from interhuman.runs.in_parts import PartsInWork, begun
from interhuman.runs.progress import Phase, Progress, RunClock
from interhuman.runs.record import RunRecord
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.sending import analyze_file, await_job
from interhuman.runs.sent_file import SentFile

log = logging.getLogger(__name__)


class RunCanceledError(Exception):
    """Ends a run whose person pressed Cancel, where nothing that was paid for gets lost."""


@contextmanager
def _ending_canceled() -> Iterator[None]:
    """Raise RunCanceledError where preparing a recording was canceled."""
    try:
        yield
    except FitError as error:
        if error.reason == "cancelled":
            raise RunCanceledError from None
        raise


class Run:
    """One analysis, from pressing Analyze to its answer.

    `answers` holds the bytes of every answer that may have been paid for, kept before
    anything tries to read them, and in the library too where there is a `record`. `job` is the
    job as last seen. After the end exactly one of `analysis` and `error` is set, unless the run
    was canceled before its answer came. With `convert` a recording is made to fit before it is
    sent; `sent_as` says what was done to it.

    A run holds its recording until then and no longer: afterwards the recording lives only as
    long as a page that follows the run holds `request`.
    """

    def __init__(
        self,
        request: AnalysisRequest,
        *,
        record: RunRecord | None = None,
        convert: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.identity = secrets.token_hex(8)
        self.answers: list[Answer] = []
        self.job: UploadJob | None = None
        self.analysis: Analysis | None = None
        self.error: Exception | None = None
        self.sent_as: str | None = None
        self._unfinished_request: AnalysisRequest | None = request
        self._request = weakref.ref(request)
        self._request_without_recording = request.without_recording
        self.record = record
        self._convert = convert
        self.parts: PartsInWork | None = None
        self._cancel = threading.Event()
        self._ended = threading.Event()
        self._clock = RunClock(
            Phase.QUEUED if request.job_id else Phase.SIGNING_IN,
            total_bytes=request.recording.size_bytes if request.recording is not None else 0,
            clock=clock,
        )

    def start(self, open_client: Callable[..., InterhumanClient]) -> Run:
        """Begin in a thread of its own; `open_client(on_answer=…, sleep=…)` gives the client.

        The thread does not keep the process alive: whoever stops the dashboard is not made to
        wait for a job of ten minutes.
        """
        threading.Thread(
            target=self.work, args=(open_client,), name="analysis", daemon=True
        ).start()
        return self

    @property
    def request(self) -> AnalysisRequest:
        """What was asked; without the recording once the run has ended and nobody held on to it."""
        return self._request() or self._request_without_recording

    def progress(self) -> Progress:
        """Return a consistent picture of how far the run is."""
        return self._clock.progress()

    @property
    def age_s(self) -> float:
        """How long ago the run was made, in seconds."""
        return self._clock.age_s

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self._ended.is_set()

    @property
    def has_job(self) -> bool:
        """Whether a job has the recording, or the present part of it: then nothing is sent."""
        return (self.job if self.parts is None else self.parts.job_id) is not None

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing more will happen, at most `timeout_s`; return whether that is so."""
        return self._ended.wait(timeout_s)

    def cancel(self) -> None:
        """Stop the upload if it is still going out, a pause, or the waiting for a job.

        A recording that Inter-1 has whole cannot be called back: its answer is still waited
        for and kept, because it will have been paid for. A job runs on by itself.
        """
        self._cancel.set()

    def _on_progress(self, sent_bytes: int, total_bytes: int) -> None:
        if self._cancel.is_set() and sent_bytes < total_bytes:
            raise RunCanceledError
        if self.record is not None:
            self.record.keep_sending()
        if self.parts is not None:
            self.parts.send()
        self._clock.send(sent_bytes, total_bytes)

    def _on_answer(self, answer: Answer) -> None:
        self.answers.append(answer)
        if self.parts is None:
            self._keep_answer(answer)
        else:
            self.parts.take_answer(answer)

    def _keep_answer(self, answer: Answer) -> None:
        if self.record is not None:
            self.record.keep_answer(answer)

    def _sleep(self, seconds: float, reason: str) -> None:
        """Wait for the client, so that the wait can be shown and canceled."""
        if reason != POLLING:
            self._clock.pause(reason, seconds)
        canceled = self._cancel.wait(seconds)
        self._clock.go_on()
        if canceled:
            raise RunCanceledError

    def _on_job(self, job: UploadJob) -> None:
        if self.parts is not None:
            self.parts.take_job(job)  # It is no job of the whole recording.
        else:
            self.job = job
            if self.record is not None:
                self.record.keep_job(job)
        self._clock.enter(Phase.QUEUED if job.status == QUEUED else Phase.RUNNING)

    def work(self, open_client: Callable[..., InterhumanClient]) -> None:
        """Do all of it in this thread, as `start` does in another."""
        try:
            if self.record is not None:
                self.record.begin(self.request)
            document = self._cut()
            if document is not None:
                analysis = self._analyze_parts(open_client, document)
            else:
                analysis = self._send(open_client, self._prepare())
            recording = self.request.recording
            if recording is not None:
                analysis = analysis.with_duration(recording.duration_s)
            self.analysis = analysis
            self._clock.enter(Phase.DONE)
        except RunCanceledError:
            self._clock.enter(Phase.CANCELED)
        except (InterhumanError, FitError) as error:
            self.error = error
            self._clock.enter(Phase.FAILED)
        except Exception as error:
            # A fault of ours must not leave the page waiting for ever.
            log.exception("a run ended with a fault of the dashboard")
            self.error = error
            self._clock.enter(Phase.FAILED)
        finally:
            try:
                if self.record is not None:
                    self.record.end(analysis=self.analysis, error=self.error, job=self.job)
            finally:
                self._unfinished_request = None
                self._ended.set()

    def _cut(self) -> Stitched | None:
        """Return the parts that the recording is sent in; None where it is sent whole."""
        request, recording = self.request, self.request.recording
        if request.missing_of and not request.job_id:
            return open_stitched(request.missing_of)
        if recording is None or request.job_id or not self._convert:
            return None
        self._clock.enter(Phase.PREPARING)
        with _ending_canceled():
            parts = recording.preparation.cut_parts(
                recording,
                model=request.model,
                sound=request.sound,
                on_progress=self._clock.prepare,
                cancelled=self._cancel.is_set,
            )
        joined = recording.preparation.joined
        return begun(parts, model=request.model, joined=joined) if parts else None

    def _analyze_parts(
        self, open_client: Callable[..., InterhumanClient], document: Stitched
    ) -> Analysis:
        """Analyze what is missing, one part after another, and return all of it as one."""
        queued = bool(self.record and self.record.is_queued)
        work = self.parts = PartsInWork(document, keep=self._keep_answer, queued=queued)
        for place in work.places:
            part = work.begin(place)
            self._clock.begin_part(place + 1, len(document.parts))
            try:
                sent = None if work.job_id is not None else self._prepare(part)
                if sent is not None:
                    work.begins_at(sent.start_s)
                self._send(open_client, sent)
            except (RunCanceledError, InterhumanError, FitError) as error:
                reason = None if isinstance(error, RunCanceledError) else error
                if self.record is not None and self.record.leaves(reason, work.left):
                    work.leave()
                    raise
                if not work.fail(reason):
                    break
        analysis = work.analysis()
        if analysis is None:
            raise RunCanceledError
        return analysis

    def _prepare(self, part: CutPart | None = None) -> SentFile | None:
        """Return what is to be sent, made to fit if wanted; None where nothing is sent."""
        request, recording = self.request, self.request.recording
        if recording is None or request.job_id:
            return None
        if not self._convert:
            return SentFile(recording.path, recording.name)
        self._clock.enter(Phase.PREPARING)
        with _ending_canceled():
            sent = recording.preparation.sent_file(
                recording,
                model=request.model,
                sound=request.sound,
                part=part,
                on_progress=self._clock.prepare,
                cancelled=self._cancel.is_set,
            )
        self.sent_as = sent.words if part is None else None
        if self.record is not None and sent.sound is not None:
            self.record.keep_sound(sent.sound)
        self._clock.enter(Phase.SIGNING_IN)
        return sent

    def _send(
        self, open_client: Callable[..., InterhumanClient], sent: SentFile | None
    ) -> Analysis:
        """Send what there is to send, and return the analysis."""
        with open_client(on_answer=self._on_answer, sleep=self._sleep) as client:
            return self._analyze(client.upload, sent)

    def _analyze(self, uploads: UploadClient, sent: SentFile | None) -> Analysis:
        request = self.request
        if sent is None:
            job_id = self.parts.job_id if self.parts is not None else request.job_id
            return await_job(uploads, job_id or "", on_job=self._on_job)
        return analyze_file(
            uploads,
            sent,
            model=request.model,
            include=request.include,
            goal_dimensions=request.goal_dimensions,
            conversation_context=request.conversation_context,
            on_progress=self._on_progress,
            on_job=self._on_job,
        )
