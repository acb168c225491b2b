"""What a client can do with recordings: analyse one, submit one, look at a job, wait for it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypedDict, Unpack

from interhuman.analysis import Analysis
from interhuman.answers.answer import Answer
from interhuman.answers.jobs import UNKNOWN, UploadJob
from interhuman.api.multipart import FileInput, MultipartBody, OnProgress, recording_of
from interhuman.api.sender import Sender, Sleep, TokenProvider
from interhuman.api.transport import Reply, Request
from interhuman.api.v1 import Ask, analyze
from interhuman.api.v2 import (
    DEFAULT_JOB_POLL_INTERVAL_SECONDS,
    DEFAULT_JOB_TIMEOUT_S,
    Order,
    Patience,
    get_job,
    path_of,
    submit,
    wait_for_job,
)
from interhuman.errors import InterhumanConfigError

OnAnswer = Callable[[Answer], None]
"""Called with every answer that may have been paid for, before anything reads it."""

OnUpdate = Callable[[UploadJob], None]


class FileOptions(TypedDict, total=False):
    """How a file is sent; all of it optional."""

    filename: str | None
    """What the file is called; else its own name. Only the last part of a path goes out."""
    content_type: str | None
    """Its MIME type; else told by the name's extension."""
    on_progress: OnProgress | None
    """Called with (sent_bytes, total_bytes) of the file; what it raises stops the upload."""


class AnalyzeOptions(FileOptions, total=False):
    """What `UploadClient.analyze` takes beside the recording; all of it optional."""

    include: Sequence[str] | None
    """"conversation_quality_overall", "conversation_quality_timeline"."""
    goal_dimensions: Sequence[str] | None
    """Dimensions to give feedback on; ignored by the API when there is a context."""
    conversation_context: str | None
    """What the conversation is about, in free text; it drives the feedback."""


class SubmitOptions(FileOptions, total=False):
    """What `UploadClient.submit` takes beside recording and model; all of it optional."""

    include: Sequence[str] | None
    """"signals" (the merged list) and the two quality flags that `analyze` takes."""
    wait_seconds: int
    """How long the API may hold the answer waiting for the job to end: 0 (not at all) to 120."""


@dataclass(frozen=True, slots=True)
class Line:
    """The way to the API that a client has opened."""

    sender: Sender
    tokens: TokenProvider
    base_url: str
    timeout_s: float
    on_answer: OnAnswer | None
    sleep: Sleep
    clock: Callable[[], float]

    def upload(self, path: str, body: MultipartBody, *, hold_s: float = 0.0) -> Reply:
        """Send a recording; the answer may take the client's time limit and `hold_s` more."""
        timeout_s = self.timeout_s + hold_s
        return self.sender.send_signed(
            self.tokens,
            lambda token: Request("POST", path, token, body=body, timeout_s=timeout_s),
        )

    def read(self, path: str, timeout_s: float, *, tries: int = 1) -> Reply:
        """Get a path within so many seconds."""
        return self.sender.send_signed(
            self.tokens, lambda token: Request("GET", path, token, timeout_s=timeout_s), tries=tries
        )


class UploadClient:
    """Sends recordings and gets their analyses."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def analyze(self, file: FileInput, **options: Unpack[AnalyzeOptions]) -> Analysis:
        """Analyse a recording with Inter-1 and return what it says; takes up to minutes.

        `file` is a path, bytes, or an open binary file, sent from its current position in
        pieces; at most 32 MiB. The `options` are those of `AnalyzeOptions`.

        Raises InterhumanConfigError before anything is sent, InterhumanAPIError when the API
        refuses or gives no usable answer, and whatever `on_progress` or `on_answer` raised.
        """
        _refuse_unknown(options, AnalyzeOptions)
        ask = Ask(
            include=_names(options.get("include"), "include"),
            goal_dimensions=_names(options.get("goal_dimensions"), "goal_dimensions"),
            conversation_context=options.get("conversation_context"),
        )
        recording = recording_of(
            file, filename=options.get("filename"), content_type=options.get("content_type")
        )
        return analyze(
            self._line.upload,
            recording,
            ask,
            on_progress=options.get("on_progress"),
            on_answer=self._line.on_answer,
        )

    def submit(self, file: FileInput, *, model: str, **options: Unpack[SubmitOptions]) -> UploadJob:
        """Submit a recording to an Inter-2 model and return its job, ended or not.

        `model` is "inter-2" (picture and sound), "inter-2-audio" (sound alone) or any other that
        the API knows. The `options` are those of `SubmitOptions`. Keep the `job_id`: it is all
        that is needed to come back, from anywhere, within the hour.

        Raises as `analyze` does.
        """
        _refuse_unknown(options, SubmitOptions)
        hold_s = options.get("wait_seconds", 0)
        order = Order(_name(model), _names(options.get("include"), "include"), hold_s)
        recording = recording_of(
            file, filename=options.get("filename"), content_type=options.get("content_type")
        )
        return submit(
            partial(self._line.upload, hold_s=hold_s),
            recording,
            order,
            on_progress=options.get("on_progress"),
            on_answer=self._line.on_answer,
        )

    def get_job(self, job_id: str | UploadJob) -> UploadJob:
        """Look at a job once; a failed one is returned, not raised.

        Raises InterhumanAPIError (ih4021 when the job is unknown to this account or an hour
        old) and InterhumanConfigError for what is no job's id.
        """
        path = path_of(job_id, self._line.base_url)
        read = partial(self._line.read, tries=4)
        return get_job(read, path, on_answer=self._line.on_answer)

    def wait_for_job(
        self,
        job_id: str | UploadJob,
        *,
        timeout: float | None = None,
        poll_interval: float = DEFAULT_JOB_POLL_INTERVAL_SECONDS,
        on_update: OnUpdate | None = None,
    ) -> UploadJob:
        """Look at a job every `poll_interval` seconds until it has ended, and return it.

        `timeout` is in seconds, ten minutes if None; `on_update` gets the job at every look. Lost
        connections and an overloaded API are ridden out. Between two looks the client's `sleep`
        is called; what it raises ends the waiting.

        Raises UploadJobTimeoutError (the job runs on), InterhumanAPIError and
        InterhumanConfigError as `get_job` does.
        """
        path = path_of(job_id, self._line.base_url)
        limit_s = DEFAULT_JOB_TIMEOUT_S if timeout is None else timeout
        patience = Patience(limit_s, poll_interval, self._line.clock, self._line.sleep)

        def look(timeout_s: float) -> UploadJob:
            on_answer = self._line.on_answer
            return get_job(self._line.read, path, timeout_s=timeout_s, on_answer=on_answer)

        start = job_id if isinstance(job_id, UploadJob) else UploadJob(job_id, UNKNOWN)
        return wait_for_job(look, start, patience, on_update)


def _name(value: str) -> str:
    return str(value.value) if isinstance(value, enum.Enum) else value


def _names(values: Sequence[str] | None, option: str) -> tuple[str, ...]:
    if isinstance(values, str):
        raise InterhumanConfigError(f'{option} takes a list, such as ["{values}"].')
    return tuple(_name(value) for value in values or ())


def _refuse_unknown(options: Mapping[str, object], allowed: type) -> None:
    unknown = sorted(options.keys() - allowed.__annotations__.keys())
    if unknown:
        raise TypeError(f"unexpected option: {', '.join(unknown)}")
