"""Whether a request may be sent again by itself, and after how long: one pure function.

There is no idempotency key: a recording sent twice may be billed twice. So it goes out again
only where nothing can have been accepted. Reading and signing in cost nothing and may repeat.
"""

from __future__ import annotations

from interhuman.errors import InterhumanAPIError
from interhuman.settings import AUTH_PATH

MAX_TRIES = 4
MAX_WAIT_S = 60.0
MIN_WAIT_S = 1.0

_NEVER_CONNECTED = {"refused", "dns", "unreachable", "connect_timeout"}
_LOST = _NEVER_CONNECTED | {"send_timeout", "read_timeout", "reset", "cut", "unreadable"}
_NOT_ACCEPTED = {"ih3001", "ih3002"}
_OVERLOADED = {"ih1002", "ih1003"}
_RATE_WAIT_S = 60.0


def verdict(
    method: str, path: str, error: InterhumanAPIError, attempt: int, *, jitter: float = 1.0
) -> float | None:
    """Return the seconds to wait before sending again, or None for never.

    `error` is how the last try ended and `attempt` how many there were; `jitter`, from 0 to 1,
    spreads clients that failed together.
    """
    hopeless = error.error_id is not None and not error.advice.resend
    if attempt >= MAX_TRIES or hopeless:
        return None
    free = method == "GET" or path == AUTH_PATH
    allowed = _may_read_again(error) if free else _was_surely_not_accepted(error)
    return _wait_s(error, attempt, jitter) if allowed else None


def _was_surely_not_accepted(error: InterhumanAPIError) -> bool:
    if error.maybe_accepted:
        return False
    if error.status == 0:
        return error.failure in _NEVER_CONNECTED
    if error.status == 503:
        return error.error_id in _OVERLOADED or error.retry_after_s is not None
    return error.status == 429 and error.error_id in _NOT_ACCEPTED


def _may_read_again(error: InterhumanAPIError) -> bool:
    if error.failure is not None:
        return error.failure in _LOST
    return error.status >= 429 and error.advice.resend


def _wait_s(error: InterhumanAPIError, attempt: int, jitter: float) -> float:
    if error.retry_after_s is not None:
        wait_s = error.retry_after_s
    elif error.error_id == "ih3001":
        wait_s = _RATE_WAIT_S
    else:
        wait_s = 2.0**attempt * (0.5 + 0.5 * jitter)
    return min(max(wait_s, MIN_WAIT_S), MAX_WAIT_S)
