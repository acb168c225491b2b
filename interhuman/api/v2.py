"""``/v2/upload``: Inter-2, which takes a recording as a job and is asked for its result later."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from interhuman.answers.answer import Answer
from interhuman.answers.jobs import (
    COMPLETED,
    QUEUED,
    RUNNING,
    UNKNOWN,
    UploadJob,
    is_job_id,
    read_job,
)
from interhuman.answers.lenient import NotJSONError, decode
from interhuman.answers.payload import holds_result
from interhuman.api.multipart import MultipartBody, OnProgress, Recording
from interhuman.api.retry import verdict
from interhuman.api.sender import Sleep, Upload
from interhuman.api.transport import Reply, answer_of, unreadable
from interhuman.errors import (
    InterhumanAPIError,
    InterhumanConfigError,
    UploadJobTimeoutError,
)

SUBMIT_PATH = "/v2/upload/analyze"
JOBS_PATH = "/v2/upload/jobs/"
LONGEST_HOLD_S = 120
"""How long the API holds a submission open at most, waiting for its job to end."""

READ_TIMEOUT_S = 30.0
"""How long one look at a job may take."""

DEFAULT_JOB_TIMEOUT_S = 600.0
DEFAULT_JOB_POLL_INTERVAL_SECONDS = 2.0
POLLING = "The analysis is running"
"""The reason that `sleep` is given between two looks at a job."""

_PATH = re.compile(r"(?:/[0-9A-Za-z_.~-]+)+", re.ASCII)

OnAnswer = Callable[[Answer], None]
Read = Callable[[str, float], Reply]
"""Gets a path, signed in, within so many seconds, trying once."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a job."""

    model: str
    include: tuple[str, ...] = ()
    wait_seconds: int = 0

    def __post_init__(self) -> None:
        if not self.model:
            raise InterhumanConfigError('A job needs a model, such as "inter-2".')
        if not 0 <= self.wait_seconds <= LONGEST_HOLD_S:
            raise InterhumanConfigError(f"wait_seconds is from 0 to {LONGEST_HOLD_S}.")

    def fields(self) -> list[tuple[str, str]]:
        """Return the form's fields; lists repeat their name."""
        return [
            ("model", self.model),
            *([("wait_seconds", str(self.wait_seconds))] if self.wait_seconds else []),
            *(("include[]", value) for value in self.include),
        ]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a job and how often to look; all in seconds."""

    timeout_s: float
    poll_interval_s: float
    clock: Callable[[], float]
    sleep: Sleep

    def __post_init__(self) -> None:
        if not (self.timeout_s > 0 and self.poll_interval_s > 0):
            raise InterhumanConfigError("Time limit and interval must be more than 0 seconds.")


def submit(
    upload: Upload,
    recording: Recording,
    order: Order,
    *,
    on_progress: OnProgress | None = None,
    on_answer: OnAnswer | None = None,
) -> UploadJob:
    """Send a recording as a job and return it as it stands, ended or not.

    Raises InterhumanAPIError; with `maybe_accepted` set when the recording was taken but the
    answer does not tell the job, which then cannot be found again.
    """
    body = MultipartBody(recording, order.fields(), on_progress=on_progress)
    reply = upload(SUBMIT_PATH, body)
    if on_answer is not None:
        on_answer(answer_of(SUBMIT_PATH, reply))
    return _job_from(reply)


def get_job(
    read: Read, path: str, *, timeout_s: float = READ_TIMEOUT_S, on_answer: OnAnswer | None = None
) -> UploadJob:
    """Look at a job once.

    Raises InterhumanAPIError; ih4021 (404) when the job is unknown here or has expired.
    """
    reply = read(path, timeout_s)
    if on_answer is not None and _may_hold_a_result(reply):
        on_answer(answer_of(path, reply))
    return _job_from(reply)


def wait_for_job(
    look: Callable[[float], UploadJob],
    job: UploadJob,
    patience: Patience,
    on_update: Callable[[UploadJob], None] | None = None,
) -> UploadJob:
    """Look at `job` until it has ended, and return it; `look` is given the seconds it may take.

    A lost connection, an overloaded service or an unreadable answer is ridden out: the job runs
    on meanwhile.

    Raises UploadJobTimeoutError with the job as last seen when the time is up, and
    InterhumanAPIError when looking again cannot help.
    """
    deadline_s = patience.clock() + patience.timeout_s
    trouble: InterhumanAPIError | None = None
    while not job.is_terminal:
        left_s = deadline_s - patience.clock()
        if left_s <= 0:
            raise UploadJobTimeoutError(_still_running(job, patience, trouble), job=job)
        outcome = _look(look, min(READ_TIMEOUT_S, max(left_s, 1.0)))
        wait_s = patience.poll_interval_s
        if isinstance(outcome, UploadJob):
            job, trouble = outcome, None
            if on_update is not None:
                on_update(job)
        else:
            trouble = outcome
            wait_s = max(wait_s, verdict("GET", JOBS_PATH, trouble, 1) or 0.0)
        left_s = deadline_s - patience.clock()
        if not job.is_terminal and left_s > 0:
            patience.sleep(min(wait_s, left_s), trouble.advice.title if trouble else POLLING)
    return job


def path_of(job: str | UploadJob, base_url: str) -> str:
    """Return the path of a job below the base URL.

    A job's own `status_url` is used when it is a plain path, or an address below the base URL;
    any other is ignored, so that credentials stay where they belong.

    Raises InterhumanConfigError when the id does not look like one.
    """
    if isinstance(job, UploadJob):
        told = _below(job.status_url or "", base_url)
        if told is not None:
            return told
        job = job.job_id
    if not is_job_id(job):
        raise InterhumanConfigError("This is not a job's id: letters and digits, no more.")
    return JOBS_PATH + job


def _below(address: str, base_url: str) -> str | None:
    if address.startswith(f"{base_url}/"):
        address = address[len(base_url) :]
    plain = _PATH.fullmatch(address) and not {".", ".."} & set(address.split("/"))
    return address if plain else None


def _look(look: Callable[[float], UploadJob], timeout_s: float) -> UploadJob | InterhumanAPIError:
    """Return the job, or why it could not be read if looking again may help."""
    try:
        return look(timeout_s)
    except InterhumanAPIError as error:
        if verdict("GET", JOBS_PATH, error, 1) is None:
            raise
        return error


def _job_from(reply: Reply) -> UploadJob:
    if reply.broken is not None:
        raise unreadable(reply, "its answer broke off before the end", reply.broken)
    try:
        job = read_job(
            reply.body,
            correlation_id=reply.correlation_id,
            sandbox=reply.from_sandbox,
            redact=reply.redactor.value,
        )
    except NotJSONError as error:
        why = str(error)
    else:
        lost = not job.job_id and not job.is_terminal
        if not lost and (job.analysis is not None or job.status != COMPLETED):
            return job
        why = "does not name the job" if lost else "says completed but holds no result"
    raise unreadable(reply, f"its answer {why}")


def _may_hold_a_result(reply: Reply) -> bool:
    """Tell whether an answer is worth keeping: all but that of a job which is still going on."""
    try:
        found = decode(reply.body)
    except NotJSONError:
        return True
    pending = isinstance(found, dict) and found.get("status") in (QUEUED, RUNNING)
    return not pending or holds_result(found)


def _still_running(job: UploadJob, patience: Patience, trouble: InterhumanAPIError | None) -> str:
    minutes, seconds = divmod(round(patience.timeout_s), 60)
    state = "not been seen" if job.status == UNKNOWN else f"been {job.status}"
    until = f" until {job.expires_at:%H:%M} UTC" if job.expires_at else ""
    last = f" The last look at it failed: {trouble.meaning}" if trouble else ""
    return (
        f"The job has {state} for {minutes}:{seconds:02d}. It runs on at Interhuman; wait for it "
        f"again{until} with its id {job.job_id}.{last}"
    )
