"""``/v2/upload``: Inter-2, which takes a recording as a job and is asked for its result later."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from interhuman.answers.jobs import (
    COMPLETED,
    UNKNOWN,
    UploadJob,
    is_job_id,
    may_hold_a_result,
    read_job,
)
from interhuman.api.multipart import FileToSend, MultipartBody, OnProgress, list_fields
from interhuman.api.retry import MAX_TRIES, verdict
from interhuman.api.sender import Sender, Sleep
from interhuman.api.transport import (
    HttpReply,
    HttpRequest,
    OnAnswer,
    answer_of,
    read_reply,
    unreadable,
)
from interhuman.errors import (
    InterhumanAPIError,
    InterhumanConfigError,
    UploadJobTimeoutError,
)
from interhuman.settings import READ_TIMEOUT_S

SUBMIT_PATH = "/v2/upload/analyze"
JOBS_PATH = "/v2/upload/jobs/"
MAX_WAIT_SECONDS = 120
"""How long the API holds a submission open at most, waiting for its job to end."""

DEFAULT_JOB_TIMEOUT_S = 600.0
DEFAULT_JOB_POLL_INTERVAL_SECONDS = 2.0
POLLING = "The analysis is running"
"""The reason that `sleep` is given between two looks at a job."""

OnUpdate = Callable[[UploadJob], None]

_PATH = re.compile(r"(?:/[0-9A-Za-z_.~-]+)+", re.ASCII)


def submit(
    sender: Sender,
    file: FileToSend,
    *,
    model: str,
    include: Sequence[str] | None,
    wait_seconds: int,
    timeout_s: float,
    on_progress: OnProgress | None,
    on_answer: OnAnswer | None,
) -> UploadJob:
    """Send a recording as a job and return it as it stands, ended or not.

    The arguments are those of `UploadClient.submit`; the answer may take `timeout_s` and
    `wait_seconds` more.

    Raises InterhumanAPIError; with `maybe_accepted` set when the recording was taken but the
    answer does not name the job, which then cannot be asked for again.
    """
    if not model:
        raise InterhumanConfigError('A job needs a model, such as "inter-2".')
    if not 0 <= wait_seconds <= MAX_WAIT_SECONDS:
        raise InterhumanConfigError(f"wait_seconds must be from 0 to {MAX_WAIT_SECONDS}.")
    fields = [("model", model)]
    if wait_seconds:
        fields.append(("wait_seconds", str(wait_seconds)))
    fields += list_fields("include", include)
    body = MultipartBody(file, fields, on_progress=on_progress)
    reply = sender.send(
        HttpRequest("POST", SUBMIT_PATH, body=body, timeout_s=timeout_s + wait_seconds, model=model)
    )
    if on_answer is not None:
        on_answer(answer_of(SUBMIT_PATH, reply))
    return _job_in(reply)


def get_job(
    sender: Sender,
    path: str,
    *,
    timeout_s: float = READ_TIMEOUT_S,
    tries: int = MAX_TRIES,
    on_answer: OnAnswer | None,
) -> UploadJob:
    """Look at a job once, in so many tries at most.

    Raises InterhumanAPIError; ih4021 (404) when the job is unknown to this account or has expired.
    """
    reply = sender.send(HttpRequest("GET", path, timeout_s=timeout_s), tries=tries)
    if on_answer is not None and may_hold_a_result(reply.body):
        on_answer(answer_of(path, reply))
    return _job_in(reply)


def wait_for_job(
    look: Callable[[float], UploadJob],
    job: UploadJob,
    *,
    timeout_s: float,
    poll_interval_s: float,
    on_update: OnUpdate | None,
    clock: Callable[[], float],
    sleep: Sleep,
) -> UploadJob:
    """Look at `job` until it has ended, and return it; `look` is given the seconds it may take.

    A lost connection, an overloaded service or an unreadable answer does not end the waiting:
    the job runs on meanwhile.

    Raises UploadJobTimeoutError with the job as last seen when the time is up, and
    InterhumanAPIError when looking again cannot help.
    """
    if not (timeout_s > 0 and poll_interval_s > 0):  # Also refuses NaN.
        raise InterhumanConfigError("The timeout and the interval must be more than 0 seconds.")
    deadline_s = clock() + timeout_s
    last_error: InterhumanAPIError | None = None
    while not job.is_terminal:
        left_s = deadline_s - clock()
        if left_s <= 0:
            raise UploadJobTimeoutError(_still_running(job, timeout_s, last_error), job=job)
        wait_s, last_error = poll_interval_s, None
        try:
            job = look(min(READ_TIMEOUT_S, max(left_s, 1.0)))
        except InterhumanAPIError as error:
            retry_s = verdict("GET", JOBS_PATH, error, 1)
            if retry_s is None:
                raise
            wait_s, last_error = max(wait_s, retry_s), error
        else:
            if on_update is not None:
                on_update(job)
        left_s = deadline_s - clock()
        if not job.is_terminal and left_s > 0:
            sleep(min(wait_s, left_s), last_error.advice.title if last_error else POLLING)
    return job


def path_of(job: str | UploadJob, base_url: str) -> str:
    """Return the path of a job below the base URL.

    A job's own `status_url` is used when it is a plain path, or an address below the base URL;
    any other is ignored, so that credentials stay where they belong.

    Raises InterhumanConfigError when the id does not look like one.
    """
    if isinstance(job, UploadJob):
        path = (job.status_url or "").removeprefix(base_url)
        if _PATH.fullmatch(path) and not {".", ".."} & set(path.split("/")):
            return path
        job = job.job_id
    if not is_job_id(job):
        raise InterhumanConfigError("This isn't a job ID, which has only letters, digits, - and _.")
    return JOBS_PATH + job


def _job_in(reply: HttpReply) -> UploadJob:
    job = read_reply(reply, partial(read_job, redact=reply.redactor.value))
    if not job.job_id and not job.is_terminal:
        raise unreadable(reply, "doesn't name the job")
    if job.status == COMPLETED and job.analysis is None:
        raise unreadable(reply, "says completed but has no result")
    return job


def _still_running(job: UploadJob, timeout_s: float, last_error: InterhumanAPIError | None) -> str:
    minutes, seconds = divmod(round(timeout_s), 60)
    length = f"{minutes}:{seconds:02d}"
    state = (
        f"The job couldn't be checked for {length}. It may still be running at Interhuman"
        if job.status == UNKNOWN
        else f"The job has been {job.status} for {length}. It keeps running at Interhuman"
    )
    until = f" until {job.expires_at:%H:%M} UTC" if job.expires_at else ""
    why = f" The last status check failed: {last_error.meaning}" if last_error else ""
    return f"{state}, and you can keep waiting for it{until}. Its ID is {job.job_id}.{why}"
