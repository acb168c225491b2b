"""What one visitor has under way: the run they follow, canceled ones, and jobs that run on.

| a run is | it becomes | by |
|---|---|---|
| followed | canceled | `cancel` |
| canceled | followed | `follow` |
| followed, canceled or resumed | ended | `collect` |
| ended with a job that still runs | an open job | `collect` |
| an open job | followed, as a run that waits for it | `follow` |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from interhuman.answers.jobs import UploadJob
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run

LOOK_FOR_JOBS_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class NamedJob:
    """A job by its name alone: who has it, and until when it can be read."""

    job_id: str
    sandbox: bool
    expires_at: datetime | None = None

    @classmethod
    def of(cls, job: UploadJob, request: AnalysisRequest) -> NamedJob:
        """Return the job with the side that was asked, which is not for an answer to say."""
        return cls(job.job_id, request.sandbox, job.expires_at)


@dataclass(frozen=True)
class OpenJob:
    """A job that this visit submitted or looked for and no longer waits for; it runs on."""

    job: UploadJob
    request: AnalysisRequest

    @property
    def has_expired(self) -> bool:
        """Whether its result can no longer be read."""
        return self.job.expires_at is not None and self.job.expires_at <= datetime.now(UTC)

    @property
    def resumed(self) -> AnalysisRequest:
        """The request that waits for this job and sends nothing."""
        return replace(self.request, job_id=self.job.job_id)


@dataclass(frozen=True)
class Ended:
    """A run that has ended, with what it was asked, its recording included."""

    run: Run
    request: AnalysisRequest
    was_canceled: bool = False
    was_resumed: bool = False
    """Whether it waited in the background for a job of an earlier process."""

    @property
    def job_runs_on(self) -> bool:
        """Whether there is no result, and its job still works on one."""
        job = self.run.job
        return self.run.analysis is None and job is not None and not job.is_terminal


@dataclass
class UnderWay:
    """The runs and jobs of one visit that have not come to their end."""

    run: Run | None = None
    """The run that is followed."""
    canceled: list[Run] = field(default_factory=list)
    """Runs that were canceled and have not ended yet."""
    resumed: list[Run] = field(default_factory=list)
    """Jobs of an earlier process that are asked for in the background."""
    open_jobs: dict[str, OpenJob] = field(default_factory=dict)
    requested_jobs: set[str] = field(default_factory=set)
    """Jobs that were asked for with the present credentials."""
    _looked_for_jobs_at_s: float | None = None
    _requests: dict[Run, AnalysisRequest] = field(default_factory=dict)
    """What the unfinished runs were asked; holding it keeps their recordings."""

    def follow(self, run: Run) -> None:
        """Make `run` the one that is followed; it may have been canceled and not have ended."""
        if run in self.canceled:
            self.canceled.remove(run)
        self.run = run
        self._requests[run] = run.request
        if run.request.job_id is not None:
            self.open_jobs.pop(run.request.job_id, None)

    def dismiss(self, job: OpenJob) -> None:
        """Forget an open job."""
        self.open_jobs.pop(job.job.job_id, None)

    def cancel(self) -> None:
        """Stop following the present run; an answer that still comes counts."""
        if self.run is not None:
            self.run.cancel()
            self.canceled.append(self.run)
            self.run = None

    def unfinished(self, request: AnalysisRequest) -> Run | OpenJob | None:
        """Return what still works on the very same request although it was canceled."""
        same = request.fingerprint
        runs = (run for run in self.canceled if run.request.fingerprint == same)
        jobs = (job for job in self.waiting_jobs if job.request.fingerprint == same)
        return next(runs, None) or next(jobs, None)

    @property
    def waiting_jobs(self) -> list[OpenJob]:
        """The open jobs whose results can still be read, the latest last."""
        return [job for job in self.open_jobs.values() if not job.has_expired]

    def collect(self) -> Iterator[Ended]:
        """Take out every run that has ended and yield it; the one that is followed comes last."""
        for run in [run for run in self.canceled if run.finished]:
            self.canceled.remove(run)
            yield self._end(Ended(run, self._requests.pop(run), was_canceled=True))
        for run in [run for run in self.resumed if run.finished]:
            self.resumed.remove(run)
            yield Ended(run, run.request, was_resumed=True)
        followed = self.run
        if followed is not None and followed.finished:
            self.run = None
            yield self._end(Ended(followed, self._requests.pop(followed)))

    def _end(self, ended: Ended) -> Ended:
        job = ended.run.job
        if ended.job_runs_on and job is not None:
            self.open_jobs[job.job_id] = OpenJob(job, replace(ended.request, job_id=None))
        return ended

    def forget_requested(self) -> None:
        """Ask anew, with other credentials, for jobs that the old ones did not reach."""
        self.requested_jobs.clear()
        self._looked_for_jobs_at_s = None

    def looks_for_jobs(self, now_s: float) -> bool:
        """Return whether it is time to search the library for jobs to go on with, and note it.

        `now_s` is of a monotonic clock.
        """
        last_s = self._looked_for_jobs_at_s
        if last_s is not None and now_s < last_s + LOOK_FOR_JOBS_EVERY_S:
            return False
        self._looked_for_jobs_at_s = now_s
        return True
