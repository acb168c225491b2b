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
from dataclasses import dataclass

from interhuman.api.retry import MAX_TRIES
from interhuman.api.sender import Sender
from interhuman.api.transport import HttpReply, HttpRequest, json_object
from interhuman.errors import InterhumanAPIError, InterhumanError
from interhuman.settings import AUTH_PATH, UPLOAD_SCOPE, Credentials, Hidden

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
    correlation_id: str | None = None
    """That of the sign-in, for support."""

    @property
    def may_upload(self) -> bool:
        """Whether it allows uploads to any model."""
        return any(
            name == UPLOAD_SCOPE or name.startswith(f"{UPLOAD_SCOPE}.") for name in self.scope
        )

    def covers(self, model: str) -> bool:
        """Return whether it allows uploads to `model`."""
        return not {UPLOAD_SCOPE, f"{UPLOAD_SCOPE}.{model}"}.isdisjoint(self.scope)


class StaticTokenProvider:
    """Always the same API key or client token."""

    def __init__(self, token: str) -> None:
        self._token = Hidden(token)

    def get_token(self, *, tries: int = MAX_TRIES, model: str | None = None) -> Hidden:
        """Return the token as it was given."""
        return self._token

    def invalidate(self, token: str) -> bool:
        """Return False: there is no other token to be had."""
        return False


class TokenManager:
    """Exchanges a key pair for tokens, one exchange at a time for all threads together.

    `mint` makes the exchange, in so many tries at most; `clock` is a monotonic clock in seconds.
    """

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
        self._exchanging = threading.Lock()
        self._exchanges = 0
        self._failure: InterhumanError | None = None
        """Why the last exchange failed, if it did."""
        self._held: tuple[Grant, float] | None = None
        """The grant in use and the moment on the clock to renew it."""

    def get_token(self, *, tries: int = MAX_TRIES, model: str | None = None) -> Hidden:
        """Return a valid token, exchanging the key pair first when needed.

        Raises InterhumanAPIError when the exchange fails; every thread that waited for it gets
        the same error. Raises it as ih2003, too, when the token does not cover `model`.
        """
        grant = self._usable() or self._exchanged(tries, fresh=False)
        if model is not None and not grant.covers(model):
            raise _scope_missing(grant, f"which doesn't cover the model {model}")
        return grant.token

    def renew(self, *, tries: int = MAX_TRIES) -> Grant:
        """Exchange the key pair now, or join the exchange that is under way."""
        return self._exchanged(tries, fresh=True)

    def invalidate(self, token: str) -> bool:
        """Forget `token`, not one that another thread has renewed meanwhile; return True."""
        with self._exchanging:
            if self._held is not None and self._held[0].token == token:
                self._held = None
        return True

    def _usable(self) -> Grant | None:
        held = self._held
        return held[0] if held is not None and self._clock() < held[1] else None

    def _exchanged(self, tries: int, *, fresh: bool) -> Grant:
        before = self._exchanges
        with self._exchanging:
            if self._exchanges != before:  # Another one ended while this thread waited.
                if self._failure is not None:
                    raise copy.copy(self._failure)
                if self._held is not None:
                    return self._held[0]
            grant = None if fresh else self._usable()
            return grant or self._exchange(tries)

    def _exchange(self, tries: int) -> Grant:
        began_s = self._clock()
        try:
            grant = self._mint(tries)
        except InterhumanError as error:
            self._failure = copy.copy(error)
            self._exchanges += 1
            raise
        self._held = grant, began_s + grant.expires_in_s - self._skew_s
        self._failure = None
        self._exchanges += 1
        return grant


def provider_for(
    credentials: Credentials, sender: Sender, *, clock: Callable[[], float] = time.monotonic
) -> StaticTokenProvider | TokenManager:
    """Return the provider for one way of signing in."""
    if credentials.access_token is not None:
        return StaticTokenProvider(credentials.access_token)
    return TokenManager(lambda tries: create_token(sender, credentials, tries=tries), clock=clock)


def create_token(sender: Sender, credentials: Credentials, *, tries: int = MAX_TRIES) -> Grant:
    """Exchange a key pair at ``POST /v1/auth`` for a token that may upload.

    Raises InterhumanAPIError when the API refuses, when its answer holds no token, and (as
    ih2003, status 403) when the token may not upload.
    """
    secrets = tuple(filter(None, (credentials.key_secret, credentials.key_id)))
    payload = {
        "key_id": credentials.key_id,
        "key_secret": credentials.key_secret,
        "scopes": [UPLOAD_SCOPE],
    }
    request = HttpRequest("POST", AUTH_PATH, json=payload, secrets=secrets)
    reply = sender.send(request, tries=tries)
    grant = _grant_from(reply)
    if not grant.may_upload:
        raise _scope_missing(grant, f"which doesn't include {UPLOAD_SCOPE}")
    return grant


def _scope_missing(grant: Grant, why: str) -> InterhumanAPIError:
    return InterhumanAPIError(
        f"The key pair was granted {' '.join(grant.scope) or 'no scope'}, {why}.",
        status=403,
        error_id="ih2003",
        correlation_id=grant.correlation_id,
    )


def _grant_from(reply: HttpReply) -> Grant:
    answer = json_object(reply.body)
    token = answer.get("access_token")
    if not isinstance(token, str) or not (token.isascii() and token.isprintable() and token):
        raise InterhumanAPIError(
            "The response to the sign-in has no usable token. Check the base URL.",
            status=reply.status,
            correlation_id=reply.correlation_id,
            failure=reply.broken or "unreadable",
            request_id=reply.request_id,
        )
    reply.redactor.add(token)
    scope = answer.get("scope", UPLOAD_SCOPE)
    if isinstance(scope, str):
        scope = scope.split()
    names = [str(name) for name in scope] if isinstance(scope, list) else []
    known = (name if name == UPLOAD_SCOPE else reply.redactor.text(name) for name in names)
    return Grant(
        Hidden(token),
        tuple(known),
        _lifetime_s(answer.get("expires_in")),
        reply.from_sandbox,
        reply.correlation_id,
    )


def _lifetime_s(value: object) -> float:
    try:
        seconds = float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:
        seconds = math.nan
    return seconds if math.isfinite(seconds) and seconds > 0 else ASSUMED_LIFETIME_S
