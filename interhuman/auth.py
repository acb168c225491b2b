"""Signing in: a token used as it is, or a key pair exchanged for short-lived tokens.

One exchange serves any number of uploads and threads; it is renewed before its end, by a clock
that cannot be set back, and once more when the API refuses the token.
"""

from __future__ import annotations

import copy
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from interhuman.errors import InterhumanAPIError, InterhumanError
from interhuman.retry import MAX_TRIES
from interhuman.sender import Sender
from interhuman.settings import AUTH_PATH, UPLOAD_SCOPE, Credentials, Hidden
from interhuman.transport import Reply, Request, json_object

DEFAULT_REFRESH_SKEW_SECONDS = 30.0
"""How long before its end a token is renewed."""

ASSUMED_LIFETIME_S = 300.0
"""How long a token is used when the API does not say how long it lasts (usually 900 s)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A token with what it allows; the scope that came back is what counts."""

    token: Hidden
    scope: tuple[str, ...]
    expires_in_s: float
    sandbox: bool = False


class StaticTokenProvider:
    """Always the same API key or client token."""

    renewable = False

    def __init__(self, token: str) -> None:
        self._token = Hidden(token)

    def get_token(self, *, tries: int = MAX_TRIES) -> Hidden:
        """Return the token as it was given."""
        return self._token

    def invalidate(self, token: str) -> None:
        """Do nothing: there is no other token to be had."""


class TokenManager:
    """Exchanges a key pair for tokens, one exchange at a time for all threads together.

    `mint` makes the exchange, in so many tries at most; `clock` is a monotonic clock in seconds.
    """

    renewable = True

    def __init__(
        self,
        mint: Callable[[int], Grant],
        *,
        refresh_skew_seconds: float = DEFAULT_REFRESH_SKEW_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._mint = mint
        self._skew_s = refresh_skew_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._grant: Grant | None = None
        self._renew_at_s = 0.0
        self._flight: Future[Grant] | None = None

    def get_token(self, *, tries: int = MAX_TRIES) -> Hidden:
        """Return a valid token, exchanging the key pair first when needed.

        Raises InterhumanAPIError when the exchange fails; every thread that waited for it gets
        the same error.
        """
        return self._current(tries, fresh=False).token

    def renew(self, *, tries: int = MAX_TRIES) -> Grant:
        """Exchange the key pair now, or join the exchange that is under way."""
        return self._current(tries, fresh=True)

    def invalidate(self, token: str) -> None:
        """Forget `token`; one that another thread has renewed meanwhile is kept."""
        with self._lock:
            if self._grant is not None and self._grant.token == token:
                self._grant = None

    def _current(self, tries: int, *, fresh: bool) -> Grant:
        with self._lock:
            if not fresh and self._grant is not None and self._clock() < self._renew_at_s:
                return self._grant
            flight, leads = self._flight, self._flight is None
            if flight is None:
                flight = self._flight = Future()
        return self._lead(flight, tries) if leads else flight.result()

    def _lead(self, flight: Future[Grant], tries: int) -> Grant:
        began_s = self._clock()
        try:
            grant = self._mint(tries)
        except BaseException as error:
            with self._lock:
                self._flight = None
            flight.set_exception(_for_waiters(error))
            raise
        with self._lock:
            self._grant = grant
            self._renew_at_s = began_s + grant.expires_in_s - self._skew_s
            self._flight = None
        flight.set_result(grant)
        return grant


def provider_for(
    credentials: Credentials, sender: Sender, *, clock: Callable[[], float] = time.monotonic
) -> StaticTokenProvider | TokenManager:
    """Return the provider for one way of signing in."""
    if credentials.access_token is not None:
        return StaticTokenProvider(credentials.access_token)
    return TokenManager(lambda tries: create_token(sender, credentials, tries=tries), clock=clock)


def create_token(sender: Sender, credentials: Credentials, *, tries: int = MAX_TRIES) -> Grant:
    """Exchange a key pair at ``POST /v1/auth`` for a token with the upload scope.

    Raises InterhumanAPIError when the API refuses, when its answer holds no token, and (as
    ih2003, status 403) when the token may not upload.
    """
    secrets = filter(None, (credentials.key_secret, credentials.key_id))
    request = Request("POST", AUTH_PATH, json=_exchange(credentials))
    reply = sender.send(request, secrets, tries=tries)
    grant = _grant_from(reply)
    if UPLOAD_SCOPE not in grant.scope:
        raise InterhumanAPIError(
            f"The key pair was granted {' '.join(grant.scope) or 'no scope'}, "
            f"which does not include {UPLOAD_SCOPE}.",
            status=403,
            error_id="ih2003",
            correlation_id=reply.correlation_id,
        )
    return grant


def _exchange(credentials: Credentials) -> dict[str, Any]:
    return {
        "key_id": credentials.key_id,
        "key_secret": credentials.key_secret,
        "scopes": [UPLOAD_SCOPE],
    }


def _grant_from(reply: Reply) -> Grant:
    answer = json_object(reply.body) or {}
    token = answer.get("access_token")
    if not isinstance(token, str) or not (token.isascii() and token.isprintable() and token):
        raise InterhumanAPIError(
            "The sign-in was answered, but the answer holds no token that can be used. Check the "
            "base URL.",
            status=reply.status,
            correlation_id=reply.correlation_id,
            failure=reply.broken or "unreadable",
            request_id=reply.request_id,
        )
    scope = answer.get("scope", UPLOAD_SCOPE)
    names = scope.split() if isinstance(scope, str) else [str(name) for name in _listed(scope)]
    lifetime_s = _lifetime_s(answer.get("expires_in"))
    return Grant(Hidden(token), tuple(names), lifetime_s, reply.from_sandbox)


def _lifetime_s(value: Any) -> float:
    try:
        seconds = float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:
        seconds = math.nan
    return seconds if math.isfinite(seconds) and seconds > 0 else ASSUMED_LIFETIME_S


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _for_waiters(error: BaseException) -> InterhumanError:
    """Return what the other threads are told: their own copy, or that signing in was stopped."""
    if isinstance(error, InterhumanError):
        return copy.copy(error)
    return InterhumanAPIError("Signing in was interrupted.", status=0, failure="reset")
