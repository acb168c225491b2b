"""The client: signs in, uploads, and hands back one `Analysis`.

Named after the official Python SDK, so that people can move between the two; synchronous, and
safe to share between threads.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, InitVar, dataclass, field
from types import TracebackType
from typing import Self, TypedDict, Unpack

from interhuman.analysis import Analysis
from interhuman.auth import TokenManager, provider_for, send_signed
from interhuman.errors import InterhumanConfigError
from interhuman.multipart import FileInput, MultipartBody, OnProgress, recording_of
from interhuman.settings import DEFAULT_BASE_URL, READ_TIMEOUT_S, Credentials, check_base_url
from interhuman.transport import Answer, Reply, Request, Transport
from interhuman.v1 import Ask, Upload, analyze

OnAnswer = Callable[[Answer], None]
"""Called with every answer that may have been paid for, before anything reads it."""


class AnalyzeOptions(TypedDict, total=False):
    """What `UploadClient.analyze` takes beside the recording; all of it optional."""

    filename: str | None
    """What the file is called; else its own name. Only the last part of a path goes out."""
    content_type: str | None
    """Its MIME type; else told by the name's extension."""
    include: Sequence[str]
    """"conversation_quality_overall", "conversation_quality_timeline"."""
    goal_dimensions: Sequence[str]
    """Dimensions to give feedback on; ignored by the API when there is a context."""
    conversation_context: str | None
    """What the conversation is about, in free text; it drives the feedback."""
    on_progress: OnProgress | None
    """Called with (sent_bytes, total_bytes) of the file; what it raises stops the upload."""


@dataclass(frozen=True, slots=True)
class SignInCheck:
    """What signing in says, without uploading anything."""

    verified: bool
    """True when the API has accepted the credentials just now."""
    message: str
    """One or two plain sentences for the person who asked."""
    scope: tuple[str, ...] = ()
    expires_in_s: float | None = None
    """How long the token lasts, in seconds; None for an access token."""
    sandbox: bool = False


class UploadClient:
    """Sends recordings."""

    def __init__(self, upload: Upload, on_answer: OnAnswer | None) -> None:
        self._upload = upload
        self._on_answer = on_answer

    def analyze(self, file: FileInput, **options: Unpack[AnalyzeOptions]) -> Analysis:
        """Analyse a recording with Inter-1 and return what it says; takes up to minutes.

        `file` is a path, bytes, or an open binary file, sent from its current position in
        pieces; at most 32 MiB. The `options` are those of `AnalyzeOptions`.

        Raises InterhumanConfigError before anything is sent, InterhumanAPIError when the API
        refuses or gives no usable answer, and whatever `on_progress` or `on_answer` raised.
        """
        _refuse_unknown(options, AnalyzeOptions)
        recording = recording_of(
            file, filename=options.get("filename"), content_type=options.get("content_type")
        )
        ask = Ask(
            include=_names(options.get("include"), "include"),
            goal_dimensions=_names(options.get("goal_dimensions"), "goal_dimensions"),
            conversation_context=options.get("conversation_context"),
        )
        return analyze(
            self._upload,
            recording,
            ask,
            on_progress=options.get("on_progress"),
            on_answer=self._on_answer,
        )


@dataclass(eq=False, repr=False)
class InterhumanClient:
    """A client for the Interhuman API; use it in a `with`, or `close()` it.

    Sign in with `key_id` and `key_secret`, or with `access_token` (an API key or a client
    token), not both. `timeout_s` is how long an answer may take once a recording is sent.
    `on_answer` gets the bytes of every answer that may have been paid for before they are read.
    `clock` is a monotonic clock in seconds; `sleep` waits so many seconds, for a reason.

    Raises InterhumanConfigError when credentials or the base URL cannot be used.
    """

    _: KW_ONLY
    key_id: InitVar[str | None] = None
    key_secret: InitVar[str | None] = None
    access_token: InitVar[str | None] = None
    base_url: str = DEFAULT_BASE_URL
    timeout_s: float = READ_TIMEOUT_S
    on_answer: OnAnswer | None = None
    sleep: Callable[[float, str], None] = field(default=lambda wait_s, _: time.sleep(wait_s))
    clock: Callable[[], float] = time.monotonic

    def __post_init__(
        self, key_id: str | None, key_secret: str | None, access_token: str | None
    ) -> None:
        credentials = Credentials(key_id, key_secret, access_token)
        if not self.timeout_s > 0:
            raise InterhumanConfigError("The time limit must be more than 0 seconds.")
        self.base_url = check_base_url(self.base_url)
        self._transport = Transport(self.base_url)
        self._tokens = provider_for(credentials, self._transport, clock=self.clock)
        self.upload = UploadClient(self._upload, self.on_answer)

    def __repr__(self) -> str:
        return f"InterhumanClient(base_url={self.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._transport.close()

    def get_token(self) -> str:
        """Return the bearer token in use, exchanging the key pair first when needed.

        Raises InterhumanAPIError when the exchange fails.
        """
        return self._tokens.get_token()

    def check(self) -> SignInCheck:
        """Sign in now and return what that says; an access token shows only with an upload.

        Raises InterhumanAPIError when the API does not accept the key pair or cannot be reached.
        """
        if not isinstance(self._tokens, TokenManager):
            return SignInCheck(
                verified=False,
                message="An access token is sent as it is: whether Interhuman accepts it shows "
                "with the first recording.",
            )
        grant = self._tokens.renew()
        who = "The sandbox" if grant.sandbox else "Interhuman"
        return SignInCheck(
            verified=True,
            message=f"{who} accepted the key pair. It may upload recordings; the sign-in lasts "
            f"{grant.expires_in_s / 60:.0f} minutes and renews itself.",
            scope=grant.scope,
            expires_in_s=grant.expires_in_s,
            sandbox=grant.sandbox,
        )

    def _upload(self, path: str, body: MultipartBody) -> Reply:
        return send_signed(
            self._transport,
            self._tokens,
            lambda token: Request("POST", path, token, body=body, timeout_s=self.timeout_s),
        )


def _names(values: Sequence[str] | None, option: str) -> tuple[str, ...]:
    if isinstance(values, str):
        raise InterhumanConfigError(f'{option} takes a list, such as ["{values}"].')
    return tuple(
        str(value.value) if isinstance(value, enum.Enum) else value for value in values or ()
    )


def _refuse_unknown(options: Mapping[str, object], allowed: type) -> None:
    unknown = sorted(options.keys() - allowed.__annotations__.keys())
    if unknown:
        raise TypeError(f"unexpected option: {', '.join(unknown)}")
