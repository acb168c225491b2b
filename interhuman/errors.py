"""Everything that can go wrong with the API, as exceptions that keep their evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from interhuman.catalogue import CATALOGUE, Advice, advice_for

Failure = Literal[
    "refused",
    "dns",
    "unreachable",
    "connect_timeout",
    "tls",
    "proxy",
    "send_timeout",
    "read_timeout",
    "reset",
    "cut",
    "unreadable",
    "too_large",
    "redirect",
]
"""Why there is no usable answer, where the API itself did not say."""

MAYBE_BILLED = "The recording may have been analyzed and billed. It wasn't sent again."
"""What `maybe_accepted` means, for whoever sees the error."""

_UNSURE = (
    "Something answered in Interhuman's place",
    "A server on the way to Interhuman reported an error, so it isn't known here whether the "
    "recording was analyzed.",
    "Wait a minute. Send it again only if you accept that it may be billed twice.",
)
"""Title, meaning and action where a gateway says nothing about the request behind it."""


class InterhumanError(Exception):
    """The base of every error raised by this package."""


class InterhumanConfigError(InterhumanError):
    """A mistake on this side, found before anything is sent: settings, credentials or the file."""


class SavedFileError(InterhumanError):
    """A file that was opened as a saved result is not one; the message says what is missing."""


LibraryProblem = Literal[
    "full",
    "read_only",
    "readable",
    "locked",
    "unopenable",
    "unreachable",
    "damaged",
    "newer",
    "missing",
    "too_long",
    "other",
]
"""What keeps the library from being used."""


class LibraryError(InterhumanError):
    """Something could not be kept in the library or read from it; the message says what to do."""

    def __init__(self, message: str, *, problem: LibraryProblem = "other") -> None:
        super().__init__(message)
        self.problem = problem


class UploadJobTimeoutError(InterhumanError):
    """A job was not done within the time allowed; it keeps running and can be waited for again."""

    def __init__(self, message: str, *, job: Any) -> None:
        super().__init__(message)
        self.job = job
        """The job as last read (an `UploadJob`); its `job_id` is all that is needed to go on."""


class InterhumanAPIError(InterhumanError):
    """The API answered with an error, or no usable answer came; `str()` says what to do."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        error_id: str | None = None,
        correlation_id: str | None = None,
        link: str | None = None,
        retry_after_s: float | None = None,
        body: object = None,
        maybe_accepted: bool = False,
        failure: Failure | None = None,
        request_id: str | None = None,
    ) -> None:
        # All but the message have a default: pickling calls the class with the message alone.
        super().__init__(message)
        self.message = message
        """What the API said, or what happened on this side, in one plain sentence."""
        self.status = status
        """The HTTP status; 0 when no answer came."""
        self.error_id = error_id
        """The API's own id such as ``ih4003``; None when the API did not answer with one."""
        self.correlation_id = correlation_id
        self.link = link
        """The documentation page that the API named, an https address."""
        self.retry_after_s = retry_after_s
        """Seconds that the server asked to wait, as it said (at most one day)."""
        self.body = body
        """The answer: a dict where it was a JSON object, else its text or bytes as far as kept."""
        self.maybe_accepted = maybe_accepted
        """True when the recording may have been analyzed and billed all the same."""
        self.failure = failure
        """Why there is no usable answer, where the API itself did not say."""
        self.request_id = request_id
        """What the request was called in its ``X-Client-Request-Id``, for support."""

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.message!r}, status={self.status}, "
            f"error_id={self.error_id!r}, correlation_id={self.correlation_id!r})"
        )

    @property
    def advice(self) -> Advice:
        """What this kind of error means in a person's words and what to do about it."""
        advice = advice_for(self.error_id, self.status)
        if not self.maybe_accepted or self.error_id is not None or self.failure is not None:
            return advice
        title, meaning, action = _UNSURE
        return replace(advice, title=title, meaning=meaning, action=action)

    @property
    def _explains_itself(self) -> bool:
        """Whether `message` is this package's own and says what to check."""
        return self.failure is not None and self.error_id is None

    @property
    def meaning(self) -> str:
        """What happened, in one or two plain sentences of this package's own."""
        return self.message if self._explains_itself else self.advice.meaning

    @property
    def action(self) -> str | None:
        """What to do now; None where `meaning` says it already."""
        return None if self._explains_itself else self.advice.action

    @property
    def speaker(self) -> str:
        """Whose words the message is: an ID is surely the API's own, else a gateway may answer."""
        return "The API" if self.error_id is not None else "The server"

    @property
    def quotation(self) -> str | None:
        """What the API or a server on the way said, word for word; None where nobody did."""
        return None if self._explains_itself else f'{self.speaker} said: "{self.message}"'

    def __str__(self) -> str:
        sentences = [self.meaning]
        if self.action is not None:
            sentences = [f"{self.advice.title}. {self.action}", self.quotation or ""]
        if self.maybe_accepted:
            sentences.append(MAYBE_BILLED)
        return " ".join(filter(None, sentences)) + self.evidence

    @property
    def evidence(self) -> str:
        """What support asks for, in brackets and after a space; empty where nothing is known."""
        parts = [
            self.error_id,
            f"HTTP {self.status}" if self.status >= 300 else None,
            f"correlation ID {self.correlation_id}" if self.correlation_id else None,
            f"request ID {self.request_id}" if self.request_id and not self.status else None,
        ]
        details = ", ".join(part for part in parts if part)
        return f" ({details})" if details else ""


_JOB_FAILED = Advice(
    "The analysis failed",
    "The job ended without a result.",
    "Submit the recording again. If it fails again, export it as MP4 (H.264 video, AAC audio).",
    resend=True,
    kind="retry",
)


class UploadJobError(InterhumanAPIError):
    """Why a job failed, as the job itself says; the requests about it went well."""

    @property
    def advice(self) -> Advice:
        """What this kind of error means in a person's words and what to do about it."""
        return CATALOGUE.get(self.error_id or "", _JOB_FAILED)
