"""Every error that the API documents: its status, its message, and how it is sent.

The sandbox keeps its own table, apart from the client's catalogue, so that one
mistake cannot hide in both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

DOCS_URL = "https://docs.interhuman.ai/api-reference/error-handling"


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """How one error id is answered: HTTP status, anchor of its documentation, message."""

    status: int
    slug: str
    message: str
    sends_retry_after: bool = False
    """True where the API sends `Retry-After`."""


_VIDEO = "Unable to process the video:"

ERRORS: Mapping[str, ErrorRow] = {
    "ih1001": ErrorRow(
        500,
        "internal-server-error",
        "Internal server error. Please try again or contact support if the problem persists.",
    ),
    "ih1002": ErrorRow(
        503,
        "service-overloaded",
        "The service is overloaded. Please try again shortly.",
        sends_retry_after=True,
    ),
    "ih1003": ErrorRow(
        503,
        "service-unavailable",
        "A service that the analysis depends on is unavailable. Please try again shortly.",
        sends_retry_after=True,
    ),
    "ih1004": ErrorRow(
        500, "job-interrupted", "The job was interrupted. Please submit the file again."
    ),
    "ih2001": ErrorRow(
        401, "invalid-credentials", "Invalid credentials. The key is unknown, disabled or revoked."
    ),
    "ih2002": ErrorRow(
        401,
        "missing-credentials",
        "No credentials provided. Send an 'Authorization: Bearer <token>' header.",
    ),
    "ih2003": ErrorRow(
        403,
        "insufficient-scope",
        "Insufficient scope. This endpoint requires the 'interhumanai.upload' scope.",
    ),
    "ih2005": ErrorRow(400, "missing-key-secret", "The field 'key_secret' is missing."),
    "ih2010": ErrorRow(401, "client-token-expired", "The client token has expired."),
    "ih2011": ErrorRow(401, "client-token-invalid", "The client token is invalid."),
    "ih2014": ErrorRow(401, "client-token-revoked", "The client token has been revoked."),
    "ih3001": ErrorRow(
        429,
        "rate-limit-exceeded",
        "Rate limit exceeded. You have sent too many requests. Please wait before retrying.",
        sends_retry_after=True,
    ),
    "ih3002": ErrorRow(
        429,
        "too-many-concurrent-requests",
        "Too many requests at once. Please wait until one of them has ended.",
        sends_retry_after=True,
    ),
    "ih3003": ErrorRow(
        429,
        "quota-exceeded",
        "Quota exceeded. Your account has reached its usage limit. Contact support to upgrade "
        "your plan, add credits, or wait for the quota to reset.",
    ),
    "ih3004": ErrorRow(
        429, "daily-quota-exceeded", "Daily quota exceeded. Please wait until it resets."
    ),
    "ih3005": ErrorRow(403, "subscription-inactive", "The subscription is not active."),
    "ih3006": ErrorRow(
        429,
        "client-token-budget-exceeded",
        "The video budget of this client token is used up.",
    ),
    "ih4001": ErrorRow(
        400,
        "missing-video-file",
        "No video file provided. Include the video as a multipart/form-data field named 'file'.",
    ),
    "ih4002": ErrorRow(400, "unsupported-format", "The container format is not supported."),
    "ih4003": ErrorRow(
        413, "file-too-large", "Payload too large. The video file must not exceed 32.0 MB."
    ),
    "ih4004": ErrorRow(400, "video-too-long", "The recording is too long."),
    "ih4005": ErrorRow(400, "invalid-parameter", "A parameter is not valid."),
    "ih4006": ErrorRow(400, "invalid-json", "The request body is not valid JSON."),
    "ih4007": ErrorRow(
        400, "video-too-short", "The recording is too short. It must last at least 3 seconds."
    ),
    "ih4021": ErrorRow(
        404, "job-not-found", "The job is unknown to this account, or it has expired."
    ),
    "ih5001": ErrorRow(
        422,
        "empty-video",
        f"{_VIDEO} the file appears to be empty or contains no video content.",
    ),
    "ih5002": ErrorRow(
        422, "corrupted-video", f"{_VIDEO} the file is corrupted or cannot be read."
    ),
    "ih5003": ErrorRow(422, "unsupported-codec", f"{_VIDEO} its codec is not supported."),
    "ih5004": ErrorRow(422, "malformed-video", f"{_VIDEO} the file is malformed or cut off."),
    "ih5005": ErrorRow(422, "segment-too-large", f"{_VIDEO} a segment of it is too large."),
    "ih5006": ErrorRow(422, "segment-too-short", f"{_VIDEO} a segment of it is too short."),
    "ih5007": ErrorRow(422, "content-rejected", f"{_VIDEO} the model rejected its content."),
    "ih5008": ErrorRow(422, "no-audio-track", f"{_VIDEO} it has no audio track."),
}
"""All ids of the API. Where no source states the status (ih3004, ih3005, ih4006) the
likeliest is taken; ih1004 belongs to failed jobs and answers 500 where there is no job."""


class ApiError(Exception):
    """Raised to answer a request with one of the documented errors.

    `message` replaces the one of the table where the request allows more precision.
    """

    def __init__(self, error_id: str, message: str | None = None) -> None:
        self.error_id = error_id
        self.row = ERRORS[error_id]
        self.message = message or self.row.message
        super().__init__(f"{error_id}: {self.message}")

    def body(self, correlation_id: str, *, now_s: float) -> dict[str, str]:
        """Return the standard error body; `now_s` (epoch seconds) dates a quota's reset."""
        body = {
            "error_id": self.error_id,
            "correlation_id": correlation_id,
            "link": f"{DOCS_URL}#{self.error_id}-{self.row.slug}",
            "message": self.message,
        }
        if self.error_id == "ih3004":
            body["reset_time"] = _next_midnight(now_s)
        return body


def _next_midnight(now_s: float) -> str:
    today = dt.datetime.fromtimestamp(now_s, dt.UTC).date()
    return f"{today + dt.timedelta(days=1)}T00:00:00Z"
