"""A job of Inter-2, read from the envelope that the API sends."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from interhuman.analysis import Analysis
from interhuman.answers.lenient import (
    JsonObject,
    NotJSONError,
    Reader,
    decode,
    https_link,
    utc_moment,
)
from interhuman.answers.payload import holds_result, read_v2
from interhuman.errors import UploadJobError

QUEUED, RUNNING, COMPLETED, FAILED = "queued", "running", "completed", "failed"
UNKNOWN = "unknown"
"""The status of a job that could not be looked at yet."""

_JOB_ID = re.compile(r"[0-9A-Za-z_-]{1,128}", re.ASCII)


def is_job_id(text: str) -> bool:
    """Return whether `text` can be a job's id; the API's are 32 hexadecimal digits."""
    return _JOB_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class UploadJob:
    """One job: its `analysis` once completed, its `error` once failed."""

    job_id: str
    status: str
    """"queued", "running", "completed" or "failed"; a new name is passed on as it came."""
    model: str = "inter-2"
    created_at: datetime | None = None
    expires_at: datetime | None = None
    """After this (one hour after submission) the job cannot be read any more."""
    status_url: str | None = None
    """Where the API says that the job is read, relative to the base URL."""
    error: UploadJobError | None = None
    analysis: Analysis | None = None
    correlation_id: str | None = None
    sandbox: bool = False
    raw: Any = field(default=None, repr=False)
    """The envelope exactly as it came, decoded."""
    raw_bytes: bytes = field(default=b"", repr=False)

    @property
    def is_terminal(self) -> bool:
        """Whether the job has ended, well or not."""
        return self.status in {COMPLETED, FAILED}


def read_job(
    raw_bytes: bytes,
    *,
    correlation_id: str | None = None,
    sandbox: bool = False,
    redact: Callable[[object], object] = lambda value: value,
) -> UploadJob:
    """Read an envelope as leniently as an analysis; without an id, `job_id` is empty.

    `redact` takes secrets out of the error that a failed job holds.

    Raises NotJSONError when `raw_bytes` is not JSON at all.
    """
    raw = decode(raw_bytes)
    envelope: JsonObject = raw if isinstance(raw, dict) else {}
    reader = Reader()
    status = _status(envelope, reader)
    stand_in = sandbox or bool(envelope.get("sandbox"))
    analysis = None
    if status == COMPLETED and holds_result(envelope):
        analysis = read_v2(raw_bytes, correlation_id=correlation_id, sandbox=stand_in)
    return UploadJob(
        job_id=reader.text(envelope.get("job_id"), "job_id") or "",
        status=status,
        model=reader.text(envelope.get("model"), "model") or "inter-2",
        created_at=utc_moment(envelope.get("created_at")),
        expires_at=utc_moment(envelope.get("expires_at")),
        status_url=reader.text(envelope.get("status_url"), "status_url"),
        error=_error(redact(envelope.get("error")), correlation_id) if status == FAILED else None,
        analysis=analysis,
        correlation_id=correlation_id,
        sandbox=stand_in,
        raw=raw,
        raw_bytes=raw_bytes,
    )


def may_hold_a_result(raw_bytes: bytes) -> bool:
    """Return whether an answer is worth keeping: all but that of a job which is still going on."""
    try:
        envelope = decode(raw_bytes)
    except NotJSONError:
        return True
    pending = isinstance(envelope, dict) and envelope.get("status") in (QUEUED, RUNNING)
    return not pending or holds_result(envelope)


def _status(envelope: JsonObject, reader: Reader) -> str:
    """Return the status; where it is missing or unknown, judge by what else is there."""
    status = (reader.text(envelope.get("status"), "status") or "").strip().lower()
    if status not in {QUEUED, RUNNING, FAILED} and holds_result(envelope):
        return COMPLETED
    if status:
        return status
    return FAILED if isinstance(envelope.get("error"), dict) else UNKNOWN


def _error(value: object, correlation_id: str | None) -> UploadJobError:
    error: JsonObject = value if isinstance(value, dict) else {}
    reader = Reader()
    return UploadJobError(
        reader.text(error.get("message"), "") or "The job failed without giving a reason.",
        status=200,
        error_id=reader.text(error.get("error_id"), "") or None,
        correlation_id=reader.text(error.get("correlation_id"), "") or correlation_id,
        link=https_link(error.get("link")),
        body=error or None,
    )
