"""How far a run is: its phase, what was sent, what it waits for.

| a run is | it becomes | when |
|---|---|---|
| signing in | preparing | its recording is to be made to fit |
| preparing | signing in | the file to send is there |
| signing in | uploading, or analyzing at once | the first byte goes out, or all of them |
| uploading | analyzing | the last byte is out |
| analyzing | uploading | it is sent again |
| analyzing, or queued at first | queued, running | the API says so of a job |
| analyzing, or running | preparing | it turns to the next part of a long recording |
| any of these | done, failed, canceled | it ends |
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from interhuman.media.progress import MediaProgress


class Phase(StrEnum):
    """Where a run is."""

    PREPARING = "preparing"
    SIGNING_IN = "signing in"
    UPLOADING = "uploading"
    ANALYZING = "analyzing"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


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
    media: MediaProgress | None = None
    """How far the recording is read and made to fit, in the phase of preparing."""
    part: tuple[int, int] | None = None
    """The number of the part of a long recording, from 1, and of how many."""

    @property
    def share(self) -> float | None:
        """How much of the present phase is done, from 0 to 1; None where nobody knows."""
        if self.phase is Phase.UPLOADING:
            return self.sent_bytes / max(1, self.total_bytes)
        if self.phase is Phase.PREPARING and self.media is not None:
            return self.media.share if self.media.remaining_s is not None else None
        return None


class RunClock:
    """Track a run's phase, upload and pauses; safe between threads.

    `clock` gives seconds, as `time.monotonic` does.
    """

    def __init__(self, phase: Phase, *, total_bytes: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._phase = phase
        self._began_s = self._phase_began_s = clock()
        self._sent_bytes, self._total_bytes = 0, total_bytes
        self._pause: tuple[str, float] | None = None
        self._media: MediaProgress | None = None
        self._part: tuple[int, int] | None = None

    @property
    def age_s(self) -> float:
        """How long ago the run was made, in seconds."""
        return self._clock() - self._began_s

    def enter(self, phase: Phase) -> None:
        """Note the phase, and since when the run is in it."""
        with self._lock:
            if phase is not self._phase:
                self._phase, self._phase_began_s = phase, self._clock()

    def begin_part(self, number: int, total: int) -> None:
        """Note which part of a long recording the run is at, from 1, and of how many."""
        with self._lock:
            self._part, self._media = (number, total), None

    def send(self, sent_bytes: int, total_bytes: int) -> None:
        """Note how much of the upload is out; with all of it the answer is waited for."""
        with self._lock:
            self._sent_bytes, self._total_bytes = sent_bytes, total_bytes
        self.enter(Phase.ANALYZING if sent_bytes >= total_bytes else Phase.UPLOADING)

    def prepare(self, media: MediaProgress) -> None:
        """Note how far the recording is read and made to fit."""
        with self._lock:
            self._media = media

    def pause(self, reason: str, seconds: float) -> None:
        """Note that the run waits before it sends something again."""
        with self._lock:
            self._pause = (reason, self._clock() + seconds)

    def go_on(self) -> None:
        """Note that it waits no longer."""
        with self._lock:
            self._pause = None

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
                self._media,
                self._part,
            )
