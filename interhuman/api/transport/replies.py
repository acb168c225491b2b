"""An HTTP reply: kept whole, read, or turned into an error that carries its evidence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

from interhuman.answers.answer import Answer
from interhuman.answers.lenient import NotJSONError, https_link
from interhuman.api.transport.redaction import Redactor
from interhuman.catalogue import CATALOGUE
from interhuman.errors import Failure, InterhumanAPIError
from interhuman.text import displayable

SANDBOX_HEADER = "X-Interhuman-Sandbox"
"""The header by which the sandbox says that it is one."""

_MAX_WAIT_S = 86_400.0
_PREVIEW_CHARS = 200
_KEPT_TEXT_CHARS = 2_000
_ID_CHARS = 200


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A reply, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    broken: Failure | None = None
    """Why the body is not complete: "cut", "read_timeout", "too_large"; None when it is."""
    request_id: str | None = None
    upload: bool = False
    """Whether a recording was sent, for which somebody may have to pay."""
    redactor: Redactor = field(default_factory=Redactor, repr=False)
    """Knows the secrets that were sent, which the server may repeat."""

    def header(self, name: str) -> str:
        """Return a header without secrets, empty when it is not there."""
        return self.redactor.text(self.headers.get(name) or "")

    @property
    def ok(self) -> bool:
        """Whether the request was accepted."""
        return 200 <= self.status < 300

    @property
    def correlation_id(self) -> str | None:
        """The API's own id of the request, from the header."""
        return _id(self.header("X-Correlation-ID"), self.redactor)

    @property
    def from_sandbox(self) -> bool:
        """Whether the sandbox answered."""
        return bool(self.headers.get(SANDBOX_HEADER))


OnAnswer = Callable[[Answer], None]
"""Called with every answer that may have been paid for, before anything reads it."""

_T = TypeVar("_T")


def answer_of(path: str, reply: HttpReply) -> Answer:
    """Return `reply` as an answer to keep, received now."""
    return Answer(
        path=path,
        status=reply.status,
        body=reply.body,
        correlation_id=reply.correlation_id,
        sandbox=reply.from_sandbox,
        received_at=datetime.now(UTC),
        complete=reply.broken is None,
    )


def error_from(reply: HttpReply) -> InterhumanAPIError:
    """Return the error that a reply with a status other than 2xx stands for.

    The API's body is ``{"error_id", "message", "correlation_id", "link"}``; very old ones have
    ``detail``; a proxy may send a page, of which the first characters are kept. Secrets that the
    server repeats are hidden.
    """
    redactor = reply.redactor
    text = reply.body.decode("utf-8", "replace")
    body = json_object(text, redactor.value)
    text = redactor.text(text)
    error_id = _id(body.get("error_id"), redactor)
    message = _message(body)
    retry_after_s = retry_after(reply.headers, time.time())
    return InterhumanAPIError(
        message or _describe(reply, text),
        status=reply.status,
        error_id=error_id,
        correlation_id=_id(body.get("correlation_id"), redactor) or reply.correlation_id,
        link=https_link(body.get("link")),
        retry_after_s=retry_after_s,
        body=body or text[:_KEPT_TEXT_CHARS],
        # A gateway that gave up says nothing about what became of the request behind it. Its words
        # may be JSON as well: only an id is surely the API's own.
        maybe_accepted=reply.upload
        and reply.status >= 500
        and error_id not in CATALOGUE
        and not (reply.status == 503 and retry_after_s is not None),
        failure="redirect" if 300 <= reply.status < 400 else None,
        request_id=reply.request_id,
    )


def read_reply(reply: HttpReply, read: Callable[..., _T]) -> _T:
    """Return what `read`, a reader of `answers`, makes of the answer to an accepted request.

    Raises the error of `unreadable` when it broke off or is no JSON.
    """
    if reply.broken is not None:
        raise unreadable(reply, "was cut off before the end", reply.broken)
    try:
        return read(reply.body, correlation_id=reply.correlation_id, sandbox=reply.from_sandbox)
    except NotJSONError as error:
        why = str(error)
    raise unreadable(reply, why)  # Outside of `except`, so that nothing is chained to it.


def unreadable(reply: HttpReply, why: str, failure: Failure = "unreadable") -> InterhumanAPIError:
    """Return the error for an accepted request whose answer is of no use; `body` keeps it.

    `why` completes the sentence "The request was accepted, but the response …".
    """
    return InterhumanAPIError(
        f"The request was accepted, but the response {why}.",
        status=reply.status,
        correlation_id=reply.correlation_id,
        body=reply.redactor.bytes(reply.body),
        maybe_accepted=reply.upload,
        failure=failure,
        request_id=reply.request_id,
    )


def retry_after(headers: Mapping[str, str], now_s: float) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks to wait, from 0 to one day.

    It may be a number or a date; a date is taken against the server's own ``Date`` where there
    is one, so that a wrong clock on this machine does not matter. `now_s` is Unix time.
    """
    value = (headers.get("Retry-After") or "").strip()
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return min(float(value), _MAX_WAIT_S)
    then = _unix_time(value)
    if then is None:
        return None
    now = _unix_time(headers.get("Date"))
    return min(max(then - (now_s if now is None else now), 0.0), _MAX_WAIT_S)


def _unix_time(value: str | None) -> float | None:
    try:
        return parsedate_to_datetime(value or "").timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def json_object(
    text: str | bytes, convert: Callable[[object], object] = lambda value: value
) -> dict[str, object]:
    """Return the JSON object in `text`, converted; an empty one when there is none."""
    try:
        value = convert(json.loads(text))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _message(body: Mapping[str, object]) -> str | None:
    message = body.get("message") or body.get("detail")
    if isinstance(message, list):
        parts = [item.get("msg") if isinstance(item, dict) else item for item in message]
        message = "; ".join(part for part in parts if isinstance(part, str))
    text = _text(message, _KEPT_TEXT_CHARS)
    return displayable(text) if text else None


def _describe(reply: HttpReply, text: str) -> str:
    if 300 <= reply.status < 400:
        return _redirect(reply)
    preview = displayable(" ".join(text[: _PREVIEW_CHARS * 4].split())[:_PREVIEW_CHARS])
    return f"HTTP {reply.status}" + (f": {preview}" if preview else " with an empty body")


def _redirect(reply: HttpReply) -> str:
    try:
        host = urlsplit(reply.header("Location")).hostname
    except ValueError:
        host = None
    return (
        f"The server redirected the request to {host or 'another URL'}. Redirects aren't followed, "
        "so your credentials stay with the host they're meant for. Check the base URL."
    )


def _id(value: object, redactor: Redactor) -> str | None:
    """Return an id fit for a log line: printable, short, and no secret once it is so."""
    text = _text(value, _ID_CHARS) or ""
    return redactor.text("".join(filter(str.isprintable, text))) or None


def _text(value: object, limit: int) -> str | None:
    return value.strip()[:limit] or None if isinstance(value, str) else None
