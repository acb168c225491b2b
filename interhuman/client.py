"""The client: signs in, uploads, and hands back one `Analysis`.

Named after the official Python SDK, so that people can move between the two; synchronous, and
safe to share between threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import NoReturn, Self

from interhuman.api.auth import Grant, TokenManager, provider_for
from interhuman.api.sender import OnRetry, Sender, Sleep
from interhuman.api.transport import OnAnswer, Transport
from interhuman.api.uploads import UploadClient
from interhuman.errors import InterhumanConfigError
from interhuman.settings import (
    DEFAULT_BASE_URL,
    UPLOAD_TIMEOUT_S,
    Credentials,
    check_base_url,
    hidden,
)
from interhuman.vocabulary import MODELS

MAX_TIMEOUT_S = 86_400.0


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


class InterhumanClient:
    """A client for the Interhuman API; use it in a `with`, or `close()` it.

    Sign in with `key_id` and `key_secret`, or with `access_token` (an API key or a client
    token), not both. `timeout_s` is how long an answer may take once a recording is sent.
    `on_answer` gets the bytes of every answer that may have been paid for before they are read.
    `clock` is a monotonic clock in seconds. `sleep(seconds, reason)` is called for every wait,
    before sending again and between two looks at a job; what it raises ends the waiting.
    `on_retry` gets every error of an upload or a job before it is sent again by itself; what it
    raises comes out instead.

    Raises InterhumanConfigError when credentials or the base URL cannot be used.
    """

    def __init__(
        self,
        *,
        key_id: str | None = None,
        key_secret: str | None = None,
        access_token: str | None = None,
        base_url: str = DEFAULT_BASE_URL,
        timeout_s: float = UPLOAD_TIMEOUT_S,
        on_answer: OnAnswer | None = None,
        sleep: Sleep = lambda wait_s, _: time.sleep(wait_s),
        on_retry: OnRetry | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # Hidden under their own names: a traceback that shows locals shows no secret.
        key_id, key_secret, access_token = map(hidden, (key_id, key_secret, access_token))
        credentials = Credentials(key_id, key_secret, access_token)
        if not 0 < timeout_s <= MAX_TIMEOUT_S:
            raise InterhumanConfigError("The timeout must be more than 0 s and at most a day.")
        self.base_url = check_base_url(base_url)
        self._transport = Transport(self.base_url)
        self._tokens = provider_for(credentials, Sender(self._transport, sleep), clock=clock)
        self._timeout_s, self._on_answer, self._clock = timeout_s, on_answer, clock
        self.upload = self.uploads(sleep=sleep, on_retry=on_retry)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds credentials and connections, so it can't be pickled.")

    def __repr__(self) -> str:
        # A traceback that shows locals may show a client that could not be made.
        return f"InterhumanClient(base_url={getattr(self, 'base_url', None)!r})"

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

    def uploads(
        self,
        *,
        sleep: Sleep,
        on_retry: OnRetry | None = None,
        on_answer: OnAnswer | None = None,
    ) -> UploadClient:
        """Return what `upload` is, over the same connections and sign-in, with waits of its own.

        So each of many recordings can be paused and canceled by itself.
        """
        return UploadClient(
            Sender(self._transport, sleep, tokens=self._tokens, on_retry=on_retry),
            base_url=self.base_url,
            timeout_s=self._timeout_s,
            on_answer=on_answer or self._on_answer,
            sleep=sleep,
            clock=self._clock,
        )

    def get_token(self) -> str:
        """Return the bearer token in use, exchanging the key pair first when needed.

        Raises InterhumanAPIError when the exchange fails.
        """
        return self._tokens.get_token()

    def check(self) -> SignInCheck:
        """Sign in now, once, and return what that says; an access token shows with an upload.

        Raises InterhumanAPIError when the API does not accept the key pair or cannot be reached.
        """
        if not isinstance(self._tokens, TokenManager):
            return SignInCheck(
                verified=False,
                message="An access token can't be tested in advance. You'll know whether "
                "Interhuman accepts it when you send your first recording.",
            )
        grant = self._tokens.renew(tries=1)
        who = "The sandbox" if grant.sandbox else "Interhuman"
        return SignInCheck(
            verified=True,
            message=f"{who} accepted the key pair. It can upload recordings{_for_models(grant)}. "
            f"The sign-in lasts {grant.expires_in_s / 60:.0f} minutes and renews itself.",
            scope=grant.scope,
            expires_in_s=grant.expires_in_s,
            sandbox=grant.sandbox,
        )


def _for_models(grant: Grant) -> str:
    """Return for which models the sign-in allows uploads; nothing where it allows all."""
    titles = [model.title for name, model in MODELS.items() if grant.covers(name)]
    return "" if len(titles) in {0, len(MODELS)} else f" for {' and '.join(titles)}"
