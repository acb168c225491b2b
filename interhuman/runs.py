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
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from interhuman.analysis import Analysis
from interhuman.client import InterhumanClient
from interhuman.errors import InterhumanError
from interhuman.media.probe import Probe, probe
from interhuman.transport import Answer

log = logging.getLogger(__name__)


class Phase(StrEnum):
    """Where a run is."""

    SIGNING_IN = "signing in"
    UPLOADING = "uploading"
    ANALYSING = "analysing"
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

    @cached_property
    def probe(self) -> Probe:
        """What the file's header says; never raises."""
        return probe(self.data, self.name)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, so that the same recording is known again."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Request:
    """What a person asked for when they pressed Analyze."""

    recording: Recording
    include: tuple[str, ...] = ()
    sandbox: bool = False

    @property
    def same_as(self) -> tuple[object, ...]:
        """Equal for two requests that would get the same analysis."""
        return (self.recording.digest, self.include, self.sandbox)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `elapsed_s` is the time in the present phase."""

    phase: Phase
    sent_bytes: int
    total_bytes: int
    elapsed_s: float


class RunCancelledError(Exception):
    """Stops an upload whose person pressed Cancel before all of it was sent."""


class Run:
    """One analysis, from pressing Analyze to its answer.

    `answers` holds the bytes of every answer that may have been paid for, kept before
    anything tries to read them. After the end exactly one of `analysis` and `error` is
    set, unless the run was cancelled before the recording was sent.
    """

    def __init__(self, request: Request, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.request = request
        self.answers: list[Answer] = []
        self.analysis: Analysis | None = None
        self.error: Exception | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._ended = threading.Event()
        self._phase = Phase.SIGNING_IN
        self._phase_began_s = clock()
        self._sent_bytes = 0

    def start(self, executor: Executor, open_client: Callable[..., InterhumanClient]) -> Run:
        """Begin in `executor`; `open_client(on_answer=…)` gives the client to use."""
        executor.submit(self._work, open_client)
        return self

    def progress(self) -> Progress:
        """Return a consistent picture of how far the run is."""
        with self._lock:
            return Progress(
                self._phase,
                self._sent_bytes,
                self.request.recording.size_bytes,
                max(0.0, self._clock() - self._phase_began_s),
            )

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self._ended.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing more will happen, at most `timeout_s`; return whether that is so."""
        return self._ended.wait(timeout_s)

    @property
    def cancelling(self) -> bool:
        """Whether Cancel was pressed."""
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Stop the upload if it is still going out.

        A recording that is already sent cannot be called back: its answer is still
        waited for and kept, because it will have been paid for.
        """
        self._cancel.set()

    def _enter(self, phase: Phase) -> None:
        with self._lock:
            self._phase = phase
            self._phase_began_s = self._clock()

    def _on_progress(self, sent_bytes: int, total_bytes: int) -> None:
        if self._cancel.is_set() and sent_bytes < total_bytes:
            raise RunCancelledError
        with self._lock:
            self._sent_bytes = sent_bytes
        phase = Phase.ANALYSING if sent_bytes >= total_bytes else Phase.UPLOADING
        if phase is not self._phase:
            self._enter(phase)

    def _work(self, open_client: Callable[..., InterhumanClient]) -> None:
        recording = self.request.recording
        try:
            with open_client(on_answer=self.answers.append) as client:
                analysis = client.upload.analyze(
                    recording.data,
                    filename=recording.name,
                    include=self.request.include,
                    on_progress=self._on_progress,
                )
            self.analysis = analysis.with_duration(recording.probe.duration_s)
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
            self._ended.set()
