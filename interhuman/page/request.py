"""What a person asks for: a recording in memory, and what is to be known about it."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property

from interhuman.media.probe import Probe, probe
from interhuman.vocabulary import INTER_1


@dataclass(frozen=True)
class UploadedRecording:
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
        """SHA-256 of the content, by which the same recording is recognized."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class AnalysisRequest:
    """What a person asked for: an analysis of a recording, or the result of a job."""

    recording: UploadedRecording | None = None
    model: str = INTER_1
    include: tuple[str, ...] = ()
    goal_dimensions: tuple[str, ...] = ()
    conversation_context: str | None = None
    sandbox: bool = False
    job_id: str | None = None
    """A job that exists already: it is waited for, and nothing is sent."""
    recording_name: str | None = None
    """What the recording was called, where its content has been released."""

    @property
    def name(self) -> str:
        """What the request is called on the page."""
        if self.recording is not None:
            return self.recording.name
        return self.recording_name or f"Job {self.job_id}"

    @property
    def wants_feedback(self) -> bool:
        """Whether feedback is asked for, which only Inter-1 gives."""
        return bool(self.goal_dimensions or self.conversation_context)

    @property
    def without_recording(self) -> AnalysisRequest:
        """The same request in a few bytes: it still has its name, and cannot be sent again."""
        return replace(self, recording=None, recording_name=self.name)

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """Equal for two requests that would get the same analysis."""
        content = self.recording.digest if self.recording is not None else None
        feedback = (self.goal_dimensions, self.conversation_context)
        return (content, self.job_id, self.model, self.include, feedback, self.sandbox)
