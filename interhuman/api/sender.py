"""Sending by the rules: again where nothing was accepted, with a new token where one ran out."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from typing import Protocol

from interhuman.api.multipart import MultipartBody
from interhuman.api.retry import MAX_TRIES, verdict
from interhuman.api.transport import Reply, Request, Transport, error_from
from interhuman.errors import InterhumanAPIError
from interhuman.settings import Hidden

Sleep = Callable[[float, str], None]
"""Waits so many seconds for a reason that can be shown; what it raises ends the waiting."""

_RANDOM = random.SystemRandom()

log = logging.getLogger("interhuman")


class Upload(Protocol):
    """Sends a body to a path, signed in, and returns the reply to it (a 2xx)."""

    def __call__(self, path: str, body: MultipartBody) -> Reply:
        """Raise InterhumanAPIError for every other answer and when none came."""
        ...


class TokenProvider(Protocol):
    """Anything that gives a bearer token and may get another when one is refused."""

    @property
    def renewable(self) -> bool:
        """Whether another token can be had when one is refused."""
        ...

    def get_token(self, *, tries: int = MAX_TRIES) -> Hidden:
        """Return a token that is valid now, asking for one so many times at most."""
        ...

    def invalidate(self, token: str) -> None:
        """Forget `token`, if it is still the one in use."""
        ...


class Sender:
    """Sends requests and raises what is not a 2xx; waits and tries again by `retry.verdict`."""

    def __init__(self, transport: Transport, sleep: Sleep) -> None:
        self._transport = transport
        self._sleep = sleep

    def send(self, request: Request, *, tries: int = MAX_TRIES) -> Reply:
        """Send and return a 2xx reply.

        Raises InterhumanAPIError when the last try failed, and whatever the body's progress or
        the waiting raised.
        """
        outcome, _ = self._send(request, first=1, tries=tries)
        return _accepted(outcome)

    def send_signed(
        self,
        tokens: TokenProvider,
        make_request: Callable[[Hidden], Request],
        *,
        tries: int = MAX_TRIES,
    ) -> Reply:
        """Send with a token, and with a new one if the API refuses the token.

        A renewed token gives one more try, but never more than `MAX_TRIES` in all.

        Raises as `send` does.
        """
        token = tokens.get_token(tries=tries)
        outcome, used = self._send(make_request(token), first=1, tries=tries)
        if outcome.status == 401 and tokens.renewable:
            tokens.invalidate(token)
            most = min(tries + 1, MAX_TRIES)
            if used < most:
                request = make_request(tokens.get_token(tries=tries))
                outcome, _ = self._send(request, first=used + 1, tries=most)
        return _accepted(outcome)

    def _send(
        self, request: Request, *, first: int, tries: int
    ) -> tuple[Reply | InterhumanAPIError, int]:
        """Send until it is of no more use; return the outcome and the number of the last try."""
        attempt = first
        while isinstance(outcome := self._try(request), InterhumanAPIError):
            jitter = _RANDOM.random()
            wait_s = verdict(request.method, request.path, outcome, attempt, jitter=jitter)
            if wait_s is None or attempt >= tries:
                break
            attempt += 1
            log.info("%s %s: again in %.1f s", request.method, request.path, wait_s)
            self._sleep(wait_s, f"{outcome.advice.title}: try {attempt} of {tries}")
        return outcome, attempt

    def _try(self, request: Request) -> Reply | InterhumanAPIError:
        try:
            reply = self._transport.send(request)
        except InterhumanAPIError as error:
            return error
        return reply if reply.ok else error_from(reply)


def _accepted(outcome: Reply | InterhumanAPIError) -> Reply:
    if isinstance(outcome, InterhumanAPIError):
        raise outcome
    return outcome
