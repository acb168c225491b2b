"""How many requests of one account may be under way at once, which the API's refusals adapt.

Additive increase, multiplicative decrease, as TCP does it: a refusal for too many requests halves
the limit and holds everyone back as long as the API asked; a stretch of successes adds one.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from interhuman.errors import InterhumanAPIError, InterhumanError

DEFAULT_AT_ONCE: Final = 4
"""About five requests at once are allowed for an account; one is left to others."""

SUCCESSES_PER_STEP: Final = 2
"""The limit grows by one after so many successes for each request that it allows at once."""

MIN_PAUSE_S: Final = 1.0
MAX_PAUSE_S: Final = 3600.0
"""A `Retry-After` is obeyed between these."""

_RATE_PAUSE_S = 60.0
_MAX_PAUSE_UNASKED_S = 60.0
_LOOK_EVERY_S = 0.1
_MAX_REMEMBERED = 1_000

_TOO_MANY_A_MINUTE = "ih3001"
_SLOWS = frozenset({_TOO_MANY_A_MINUTE, "ih3002"})
_STOPS = frozenset({"ih2001", "ih2010", "ih2011", "ih2014", "ih3003", "ih3004", "ih3005", "ih3006"})

Wait = Callable[[threading.Condition, float], object]
"""Waits at most so many seconds for a condition whose lock is held, as `Condition.wait` does."""


def slows(error: BaseException | None) -> bool:
    """Return whether the API refused a request only because there were too many: it may go again.

    Nothing was accepted then.
    """
    return isinstance(error, InterhumanAPIError) and error.error_id in _SLOWS


class AccountStoppedError(InterhumanError):
    """Nothing more is sent for an account; the message says why and what to do."""


class WaitCanceledError(InterhumanError):
    """A place was no longer wanted before there was one."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A request that may be under way, and how often the limit had been lowered before it."""

    lowered: int


class AdaptiveLimit:
    """A limit on the requests of one account, shared by all who send for it; safe between threads.

    At most `max_at_once` requests are under way at once, and those who wait for places take turns.
    `clock` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        max_at_once: int = DEFAULT_AT_ONCE,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Condition.wait,
    ) -> None:
        if max_at_once < 1:
            raise ValueError("At least one request must be allowed.")
        self._clock, self._wait = clock, wait
        self._changed = threading.Condition()
        self._max_at_once = self._at_once = max_at_once
        self._under_way = 0
        self._numbers = itertools.count(1)
        self._waiting: dict[int, str] = {}
        """Who waits for a place, by the order in which they came."""
        self._served: dict[str, int] = {}
        """When each of them last had a place, the longest ago first."""
        self._successes = self._refusals = self._lowered = 0
        self._resumes_s = clock()
        self._stopped: str | None = None

    @property
    def at_once(self) -> int:
        """How many requests may be under way at once now."""
        return self._at_once

    @property
    def under_way(self) -> int:
        """How many are."""
        return self._under_way

    @property
    def stopped(self) -> str | None:
        """Why nothing more is sent, as a sentence for a person; None while something may be."""
        return self._stopped

    @property
    def pause_s(self) -> float:
        """How long nothing is sent because the API asked for that, in seconds; 0 for no pause."""
        return max(0.0, self._resumes_s - self._clock())

    def stop(self, why: str) -> None:
        """Let nothing more go out; `why` is a sentence for a person."""
        with self._changed:
            self._stopped = why
            self._changed.notify_all()

    def resume(self) -> None:
        """Let requests go out again after a stop: a person has seen to the account."""
        with self._changed:
            self._stopped = None
            self._changed.notify_all()

    @contextmanager
    def place(
        self, *, turn_of: str = "", canceled: Callable[[], bool] = lambda: False
    ) -> Iterator[None]:
        """Wait for a place, and hold it while one request is under way.

        It goes to whoever had one the longest ago, which `turn_of` names: the others have as many.

        How the block ends is what the limit learns from: an InterhumanAPIError may slow everyone
        down or stop them, a normal end is a success, any other error teaches nothing.

        An AccountStoppedError stops everyone: another process knows that the account is stopped.

        Raises AccountStoppedError, and WaitCanceledError as soon as `canceled` says so.
        """
        place = self._enter(turn_of, canceled)
        try:
            yield
        except InterhumanAPIError as error:
            self._leave(place, error)
            raise
        except AccountStoppedError as error:
            self._leave(place, None)
            self.stop(str(error))
            raise
        except BaseException:
            self._leave(place, None)
            raise
        self._succeed(place)

    def _is_free(self) -> bool:
        return (
            self._stopped is None
            and self._under_way < self._at_once
            and self._clock() >= self._resumes_s
        )

    def _enter(self, turn_of: str, canceled: Callable[[], bool]) -> _Place:
        with self._changed:
            number = next(self._numbers)
            self._waiting[number] = turn_of
            try:
                while not (self._is_free() and self._next_number() == number):
                    self._check(canceled)
                    self._wait(self._changed, _LOOK_EVERY_S)
                self._check(canceled)
            finally:
                del self._waiting[number]
                self._changed.notify_all()
            self._under_way += 1
            self._served.pop(turn_of, None)
            self._served[turn_of] = next(self._numbers)
            if len(self._served) > _MAX_REMEMBERED:
                del self._served[next(iter(self._served))]
            return _Place(self._lowered)

    def _check(self, canceled: Callable[[], bool]) -> None:
        if self._stopped is not None:
            raise AccountStoppedError(self._stopped)
        if canceled():
            raise WaitCanceledError("Canceled before it was sent.")

    def _next_number(self) -> int:
        return min(self._waiting, key=lambda one: (self._served.get(self._waiting[one], 0), one))

    def _succeed(self, place: _Place) -> None:
        with self._changed:
            self._under_way -= 1
            if place.lowered == self._lowered:
                self._refusals = 0
                self._successes += 1
                if self._successes >= SUCCESSES_PER_STEP * self._at_once:
                    self._successes = 0
                    self._at_once = min(self._at_once + 1, self._max_at_once)
            self._changed.notify_all()

    def _leave(self, place: _Place, error: InterhumanAPIError | None) -> None:
        with self._changed:
            self._under_way -= 1
            if error is not None and error.error_id in _STOPS:
                self._stopped = f"{error.advice.title}. {error.advice.action}"
            elif error is not None and slows(error):
                self._slow_down(place, error)
            self._changed.notify_all()

    def _slow_down(self, place: _Place, error: InterhumanAPIError) -> None:
        # Requests that were under way together are refused together: that is one refusal.
        if place.lowered == self._lowered:
            self._lowered += 1
            self._refusals += 1
            self._successes = 0
            self._at_once = max(1, self._at_once // 2)
        self._resumes_s = max(self._resumes_s, self._clock() + self._asked_pause_s(error))

    def _asked_pause_s(self, error: InterhumanAPIError) -> float:
        if error.retry_after_s is not None:
            return min(max(error.retry_after_s, MIN_PAUSE_S), MAX_PAUSE_S)
        if error.error_id == _TOO_MANY_A_MINUTE:
            return _RATE_PAUSE_S
        return min(2.0 ** min(self._refusals, 10), _MAX_PAUSE_UNASKED_S)


class AdaptiveLimits:
    """The limits of a process, one for each account; safe between threads."""

    def __init__(self, max_at_once: int = DEFAULT_AT_ONCE) -> None:
        self._max_at_once = max_at_once
        self._lock = threading.Lock()
        self._limits: dict[str, AdaptiveLimit] = {}

    def of(self, account: str) -> AdaptiveLimit:
        """Return the limit of an account, by a key that equal credentials share."""
        with self._lock:
            return self._limits.setdefault(account, AdaptiveLimit(self._max_at_once))
