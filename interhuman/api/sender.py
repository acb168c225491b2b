"""Sending by the rules: again where nothing was accepted, with a new token where one ran out."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from interhuman.api.retry import MAX_TRIES, verdict
from interhuman.api.transport import HttpReply, HttpRequest, Transport, error_from
from interhuman.errors import InterhumanAPIError
from interhuman.settings import Hidden

Sleep = Callable[[float, str], None]
"""Waits so many seconds for a reason that can be shown; what it raises ends the waiting."""

OnRetry = Callable[[InterhumanAPIError], None]
"""Hears of an error after which the request would be sent again; what it raises ends the trying."""

_RANDOM = random.SystemRandom()

log = logging.getLogger("interhuman")


class TokenProvider(Protocol):
    """Anything that gives a bearer token and may get another when one is refused."""

    def get_token(self, *, tries: int = MAX_TRIES, model: str | None = None) -> Hidden:
        """Return a token that is valid now, asking for one so many times at most.

        Raises InterhumanAPIError when it is known not to cover uploads to `model`.
        """
        ...

    def invalidate(self, token: str) -> bool:
        """Forget `token`, if it is still the one in use; return whether there can be another."""
        ...


class Sender:
    """Sends requests and raises what is not a 2xx; waits and tries again by `retry.verdict`.

    With `tokens` every request is signed. `on_retry` is called before each wait.
    """

    def __init__(
        self,
        transport: Transport,
        sleep: Sleep,
        *,
        tokens: TokenProvider | None = None,
        on_retry: OnRetry | None = None,
    ) -> None:
        self._transport = transport
        self._sleep = sleep
        self._tokens = tokens
        self._on_retry = on_retry

    def send(self, request: HttpRequest, *, tries: int = MAX_TRIES) -> HttpReply:
        """Send and return a 2xx reply.

        A refused token is renewed once, which gives one more try, but never more than
        `MAX_TRIES` in all.

        Raises InterhumanAPIError when the last try failed, and whatever the body's progress,
        `on_retry` or the waiting raised.
        """
        request = self._signed(request, tries)
        attempt, allowed, renewed = 1, tries, False
        while isinstance(outcome := self._try(request), InterhumanAPIError):
            if outcome.status == 401 and not renewed and self._drop_token(request):
                renewed, allowed = True, min(tries + 1, MAX_TRIES)
                if attempt < allowed:
                    attempt += 1
                    request = self._signed(request, tries)
                    continue
            jitter = _RANDOM.random()
            wait_s = verdict(request.method, request.path, outcome, attempt, jitter=jitter)
            if wait_s is None or attempt >= allowed:
                raise outcome
            if self._on_retry is not None:
                self._on_retry(outcome)
            attempt += 1
            log.info("%s %s: again in %.1f s", request.method, request.path, wait_s)
            self._sleep(wait_s, f"{outcome.advice.title} (attempt {attempt} of {allowed})")
        return outcome

    def _signed(self, request: HttpRequest, tries: int) -> HttpRequest:
        if self._tokens is None:
            return request
        return replace(request, bearer=self._tokens.get_token(tries=tries, model=request.model))

    def _drop_token(self, request: HttpRequest) -> bool:
        """Forget the token that was refused; return whether there can be another."""
        tokens, bearer = self._tokens, request.bearer
        return tokens is not None and bearer is not None and tokens.invalidate(bearer)

    def _try(self, request: HttpRequest) -> HttpReply | InterhumanAPIError:
        """Return the error instead of raising it, so that nothing gets chained to it later."""
        try:
            reply = self._transport.send(request)
        except InterhumanAPIError as error:
            return error
        return reply if reply.ok else error_from(reply)
