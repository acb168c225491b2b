"""Everything that can go wrong with the API, as exceptions that keep their evidence."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, fields
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


class InterhumanError(Exception):
    """The base of every error raised by this package."""


class InterhumanConfigError(InterhumanError):
    """A mistake on this side, told before anything is sent: settings, credentials or the file."""


class SavedFileError(InterhumanError):
    """A file that was opened as a saved result is not one; the message says what is missing."""


class ResultStoreError(InterhumanError):
    """An answer could not be kept on disk, or the folder for them cannot be used."""


class UploadJobTimeoutError(InterhumanError):
    """A job was not done within the time allowed; it keeps running and can be waited for again."""

    def __init__(self, message: str, *, job: Any) -> None:
        super().__init__(message)
        self.job = job
        """The job as last read (an `UploadJob`); its `job_id` is all that is needed to go on."""


@dataclass(eq=False, repr=False)
class InterhumanAPIError(InterhumanError):
    """The API answered with an error, or no usable answer came; `str()` says what to do."""

    message: str
    """What the API said, or what happened here, in one plain sentence."""
    _: KW_ONLY
    status: int
    """The HTTP status; 0 when no answer came."""
    error_id: str | None = None
    """The API's own id such as ``ih4003``; None when the API did not answer with one."""
    correlation_id: str | None = None
    link: str | None = None
    """The documentation page that the API named, an https address."""
    retry_after_s: float | None = None
    """Seconds that the server asked to wait, as it said (at most one day)."""
    body: Any = None
    """The answer: a dict where it was a JSON object, else its text or bytes as far as kept."""
    maybe_accepted: bool = False
    """True when the recording may have been analysed and billed all the same."""
    failure: Failure | None = None
    """Why there is no usable answer, where the API itself did not say."""
    request_id: str | None = None
    """What the request was called in its ``X-Client-Request-Id``, for support."""

    def __post_init__(self) -> None:
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (
            type(self),
            {each.name: getattr(self, each.name) for each in fields(self)},
        )

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.message!r}, status={self.status}, "
            f"error_id={self.error_id!r}, correlation_id={self.correlation_id!r})"
        )

    @property
    def advice(self) -> Advice:
        """What this error means in a person's words and what to do now."""
        return advice_for(self.error_id, self.status)

    @property
    def meaning(self) -> str:
        """What happened, in one or two plain sentences of this package's own."""
        return self.message if self._told_here else self.advice.meaning

    @property
    def _told_here(self) -> bool:
        return self.failure is not None and self.error_id is None

    def __str__(self) -> str:
        lead = self.message if self._told_here else f"{self.advice.title}. {self.advice.action}"
        said = "" if self._told_here else f' The server said: "{self.message}"'
        if self.maybe_accepted:
            said += " The recording may have been analysed and billed; it was not sent again."
        evidence = [
            self.error_id,
            f"HTTP {self.status}" if self.status >= 300 else None,
            f"correlation id {self.correlation_id}" if self.correlation_id else None,
            f"request id {self.request_id}" if self.request_id and not self.status else None,
        ]
        shown = ", ".join(part for part in evidence if part)
        return f"{lead}{said}" + (f" ({shown})" if shown else "")


def _rebuild(kind: type[InterhumanAPIError], evidence: dict[str, Any]) -> InterhumanAPIError:
    return kind(**evidence)


_JOB_FAILED = Advice(
    "The analysis failed",
    "The job ended without a result.",
    "Submit the recording again; if it fails again, export it as MP4 (H.264 picture, AAC sound).",
    resend=True,
    kind="retry",
)


class UploadJobError(InterhumanAPIError):
    """Why a job failed, as the job itself says; the requests about it went well."""

    @property
    def advice(self) -> Advice:
        """What this error means in a person's words and what to do now."""
        return CATALOGUE.get(self.error_id or "", _JOB_FAILED)
