"""The jobs of the API's second version: their life, and who may read them."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.settings import NOTICE

QUEUED, RUNNING, COMPLETED, FAILED = "queued", "running", "completed", "failed"


@dataclass(slots=True)
class Job:
    """One job: queued, then running, then completed with a result or failed with an error."""

    owner: str
    """Key id of the account that submitted it."""
    model: str
    created_s: float
    expires_s: float
    job_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    status: str = QUEUED
    result: dict[str, object] | None = None
    error: dict[str, str] | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def complete(self, result: dict[str, object]) -> None:
        """End the job with its result."""
        self.status, self.result = COMPLETED, result
        self.ended.set()

    def fail(self, error: dict[str, str]) -> None:
        """End the job with a standard error body."""
        self.status, self.error = FAILED, error
        self.ended.set()

    def envelope(self) -> dict[str, object]:
        """Return the job as the API sends it; a part that is not there yet is left out."""
        parts: dict[str, object] = {
            "job_id": self.job_id,
            "status": self.status,
            "model": self.model,
            "created_at": _iso(self.created_s),
            "expires_at": _iso(self.expires_s),
            "status_url": f"/v2/upload/jobs/{self.job_id}",
            "result": self.result,
            "error": self.error,
            "sandbox": NOTICE,
        }
        return {name: part for name, part in parts.items() if part is not None}


class JobStore:
    """Keeps jobs in memory until they expire, each readable by its owner alone."""

    def __init__(self, *, lifetime_s: float, clock: Callable[[], float]) -> None:
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._jobs: dict[str, Job] = {}

    def create(self, *, owner: str, model: str) -> Job:
        """Return a new queued job that is not stored yet."""
        now_s = self._clock()
        return Job(owner, model, now_s, now_s + self._lifetime_s)

    def add(self, job: Job) -> None:
        """Store the job: it can be read until it expires."""
        self._forget_expired()
        self._jobs[job.job_id] = job

    def read(self, job_id: str, *, owner: str) -> Job:
        """Return a job; raise ih4021 for one that is unknown, expired, or another's."""
        self._forget_expired()
        job = self._jobs.get(job_id)
        if job is None or job.owner != owner:
            raise ApiError("ih4021")
        return job

    def _forget_expired(self) -> None:
        now_s = self._clock()
        self._jobs = {k: job for k, job in self._jobs.items() if job.expires_s > now_s}


def _iso(time_s: float) -> str:
    return f"{dt.datetime.fromtimestamp(time_s, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
