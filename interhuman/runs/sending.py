"""Sends one recording and waits for what the API says of it, whichever way its model answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from interhuman.analysis import Analysis
from interhuman.answers.jobs import COMPLETED, UploadJob
from interhuman.api.multipart import OnProgress
from interhuman.api.uploads import UploadClient
from interhuman.errors import InterhumanAPIError
from interhuman.runs.sent_file import SentFile
from interhuman.vocabulary import INTER_1


def analyze_file(
    uploads: UploadClient,
    sent: SentFile,
    *,
    model: str,
    include: Sequence[str] = (),
    goal_dimensions: Sequence[str] = (),
    conversation_context: str | None = None,
    on_progress: OnProgress | None = None,
    on_job: Callable[[UploadJob], None] | None = None,
    timeout_s: float | None = None,
) -> Analysis:
    """Send a file to a model and return its analysis; takes minutes.

    `on_job` gets the job, where there is one, at every look; `timeout_s` is how long it is waited
    for, ten minutes if None. Only Inter-1 takes `goal_dimensions` and `conversation_context`.

    Raises as `UploadClient` does.
    """
    if model == INTER_1:
        return uploads.analyze(
            sent.path,
            filename=sent.name,
            include=include,
            goal_dimensions=goal_dimensions,
            conversation_context=conversation_context,
            on_progress=on_progress,
        )
    job = uploads.submit(
        sent.path,
        model=model,
        filename=sent.name,
        include=("signals", *include),
        on_progress=on_progress,
    )
    if on_job is not None:
        on_job(job)
    return await_job(uploads, job, on_job=on_job, timeout_s=timeout_s)


def await_job(
    uploads: UploadClient,
    job: UploadJob | str,
    *,
    on_job: Callable[[UploadJob], None] | None = None,
    timeout_s: float | None = None,
) -> Analysis:
    """Wait for a job and return its analysis; the arguments are those of `analyze_file`."""
    ended = uploads.wait_for_job(job, timeout=timeout_s, on_update=on_job)
    if ended.analysis is not None:
        return ended.analysis
    raise ended.error or InterhumanAPIError(
        "The job ended without a result.", status=200, maybe_accepted=ended.status == COMPLETED
    )
