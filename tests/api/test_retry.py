from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.api.retry import verdict
from interhuman.catalogue import CATALOGUE
from interhuman.errors import InterhumanAPIError

UPLOADS = ["/v1/upload/analyze", "/v2/upload/analyze"]
JOB = "/v2/upload/jobs/abc"
AUTH = "/v1/auth"


def error(status: int, error_id: str | None = None, **evidence: Any) -> InterhumanAPIError:
    return InterhumanAPIError("as told", status=status, error_id=error_id, **evidence)


NEVER_CONNECTED = ["refused", "dns", "unreachable", "connect_timeout"]
LOST_LATER = ["send_timeout", "read_timeout", "reset", "cut", "unreadable"]
HOPELESS = ["tls", "proxy", "redirect", "too_large"]


@pytest.mark.parametrize("path", UPLOADS)
@pytest.mark.parametrize(
    ("failed", "again"),
    [
        *((error(0, failure=failure), True) for failure in NEVER_CONNECTED),
        *((error(0, failure=failure), False) for failure in [*LOST_LATER, *HOPELESS]),
        (error(0, failure="refused", maybe_accepted=True), False),
        (error(429, "ih3001"), True),
        (error(429, "ih3002"), True),
        (error(429, "ih3003"), False),
        (error(429, "ih3004"), False),
        (error(429, "ih3006"), False),
        (error(429), False),
        (error(429, "ih9999"), False),
        (error(503, "ih1002"), True),
        (error(503, "ih1003"), True),
        (error(503), False),
        (error(503, "ih9999"), False),
        (error(503, retry_after_s=5.0), True),
        (error(503, "ih9999", retry_after_s=5.0), True),
        (error(503, "ih3003", retry_after_s=5.0), False),
        (error(503, maybe_accepted=True), False),
        (error(500, "ih1001"), False),
        (error(500, "ih1002"), False),
        (error(502), False),
        (error(504), False),
        (error(408), False),
        (error(200, failure="unreadable", maybe_accepted=True), False),
        (error(200, failure="cut", maybe_accepted=True), False),
        *((error(status), False) for status in (302, 400, 401, 403, 404, 413, 422)),
    ],
    ids=str,
)
def test_a_recording_goes_out_again_only_where_nothing_was_accepted(
    path: str, failed: InterhumanAPIError, again: bool
) -> None:
    assert (verdict("POST", path, failed, 1) is not None) is again


@pytest.mark.parametrize(("method", "path"), [("GET", JOB), ("POST", AUTH)])
@pytest.mark.parametrize(
    ("failed", "again"),
    [
        *((error(0, failure=failure), True) for failure in [*NEVER_CONNECTED, *LOST_LATER]),
        *((error(0, failure=failure), False) for failure in HOPELESS),
        (error(200, failure="unreadable"), True),
        (error(200, failure="cut"), True),
        (error(429, "ih3001"), True),
        (error(429), True),
        (error(429, "ih3003"), False),
        (error(500, "ih1001"), True),
        (error(502), True),
        (error(503), True),
        (error(504), True),
        *((error(status), False) for status in (302, 400, 401, 403, 413, 422)),
        (error(404, "ih4021"), False),
        (error(403, "ih2003"), False),
    ],
    ids=str,
)
def test_what_costs_nothing_may_be_repeated(
    method: str, path: str, failed: InterhumanAPIError, again: bool
) -> None:
    assert (verdict(method, path, failed, 1) is not None) is again


@pytest.mark.parametrize(
    ("failed", "attempt", "jitter", "wait_s"),
    [
        (error(503, "ih1002"), 1, 1.0, 2.0),
        (error(503, "ih1002"), 1, 0.0, 1.0),
        (error(503, "ih1002"), 2, 1.0, 4.0),
        (error(503, "ih1002"), 3, 1.0, 8.0),
        (error(503, "ih1002"), 3, 0.5, 6.0),
        (error(503, "ih1002"), 4, 1.0, None),
        (error(503, "ih1002"), 5, 1.0, None),
        (error(429, "ih3001"), 1, 0.0, 60.0),
        (error(429, "ih3002"), 1, 1.0, 2.0),
        (error(429, "ih3001", retry_after_s=7.0), 1, 0.0, 7.0),
        (error(503, retry_after_s=30.0), 3, 0.0, 30.0),
        (error(503, retry_after_s=3600.0), 1, 0.0, 60.0),
        (error(503, retry_after_s=0.0), 1, 1.0, 1.0),
    ],
)
def test_how_long_to_wait(
    failed: InterhumanAPIError, attempt: int, jitter: float, wait_s: float | None
) -> None:
    assert verdict("POST", UPLOADS[0], failed, attempt, jitter=jitter) == wait_s


statuses = st.sampled_from([0, 200, 302, 400, 401, 403, 404, 413, 422, 429, 500, 502, 503, 504])
ids = st.none() | st.sampled_from([*CATALOGUE, "ih9999"])
failures = st.none() | st.sampled_from([*NEVER_CONNECTED, *LOST_LATER, *HOPELESS])


@given(statuses, ids, failures, st.booleans(), st.none() | st.floats(0, 86_400), st.integers(1, 9))
def test_any_wait_is_bounded_and_no_doubtful_recording_is_repeated(
    status: int, error_id: Any, failure: Any, doubtful: bool, retry_after_s: Any, attempt: int
) -> None:
    failed = error(
        status, error_id, failure=failure, maybe_accepted=doubtful, retry_after_s=retry_after_s
    )
    for method, path in itertools.product(("POST", "GET"), (*UPLOADS, JOB, AUTH)):
        wait_s = verdict(method, path, failed, attempt)
        if wait_s is not None:
            assert attempt < 4
            assert 1.0 <= wait_s <= 60.0
            assert error_id is None or failed.advice.resend
            assert not (doubtful and method == "POST" and path in UPLOADS)
