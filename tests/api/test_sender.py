from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from interhuman import InterhumanAPIError, InterhumanClient
from tests.server import ANALYZE, AUTH, Clock, Scripted, Server, api_error


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def client(server: Server, clock: Clock, **options: Any) -> InterhumanClient:
    return InterhumanClient(
        key_id="kid", key_secret="sec", base_url=server.base_url, sleep=clock.sleep, **options
    )


def test_a_busy_api_is_tried_again_and_the_whole_file_sent_from_its_start(server: Server) -> None:
    clock = Clock()
    busy = api_error(503, "ih1002")
    server.script(ANALYZE, busy, busy)
    file = io.BytesIO(b"skip" + b"film" * 200_000)
    file.seek(4)
    progress: list[tuple[int, int]] = []
    client(server, clock).upload.analyze(file, on_progress=lambda *now: progress.append(now))
    assert [seen.file.body for seen in server.requests(ANALYZE)] == [b"film" * 200_000] * 3
    assert progress.count((0, 800_000)) == 3
    assert progress[-1] == (800_000, 800_000)
    waits = [wait_s for wait_s, _ in clock.slept]
    assert 1.0 <= waits[0] <= 2.0
    assert 2.0 <= waits[1] <= 4.0
    assert [reason for _, reason in clock.slept] == [
        "Interhuman is overloaded (attempt 2 of 4)",
        "Interhuman is overloaded (attempt 3 of 4)",
    ]


def test_after_four_tries_it_stops(server: Server) -> None:
    clock = Clock()
    server.script(ANALYZE, *[api_error(429, "ih3001")] * 9)
    with pytest.raises(InterhumanAPIError) as caught:
        client(server, clock).upload.analyze(b"film")
    assert caught.value.error_id == "ih3001"
    assert len(server.requests(ANALYZE)) == 4
    assert [wait_s for wait_s, _ in clock.slept] == [60.0, 60.0, 60.0]


@pytest.mark.parametrize(
    ("retry_after", "wait_s"),
    [("7", 7.0), ("3600", 60.0), ("0", 1.0), ("Mon, 21 Sep 2026 14:13:50 GMT", 30.0)],
)
def test_the_wait_that_the_server_asks_for_is_honored_up_to_a_minute(
    server: Server, retry_after: str, wait_s: float
) -> None:
    clock = Clock()
    headers = {"Retry-After": retry_after, "Date": "Mon, 21 Sep 2026 14:13:20 GMT"}
    server.script(ANALYZE, Scripted(503, json={"error_id": "ih1002"}, headers=headers))
    client(server, clock).upload.analyze(b"film")
    assert [waited for waited, _ in clock.slept] == [wait_s]


def test_a_used_up_quota_is_told_apart_from_a_rate_and_never_repeated(server: Server) -> None:
    clock = Clock()
    server.script(ANALYZE, api_error(429, "ih3003"))
    with pytest.raises(InterhumanAPIError) as caught:
        client(server, clock).upload.analyze(b"film")
    assert caught.value.advice.kind == "account"
    assert clock.slept == []
    assert len(server.requests(ANALYZE)) == 1


def test_what_the_waiting_raises_ends_it(server: Server) -> None:
    class CanceledError(Exception):
        pass

    def cancel(wait_s: float, reason: str) -> None:
        raise CanceledError

    server.script(ANALYZE, api_error(429, "ih3001"))
    with pytest.raises(CanceledError):
        InterhumanClient(access_token="t", base_url=server.base_url, sleep=cancel).upload.analyze(
            b"film"
        )
    assert len(server.requests(ANALYZE)) == 1


def test_signing_in_is_tried_again_too(server: Server) -> None:
    clock = Clock()
    server.script(AUTH, api_error(503, "ih1003"), Scripted(502, body=b"<html>"))
    client(server, clock).upload.analyze(b"film")
    assert len(server.requests(AUTH)) == 3
    assert len(server.requests(ANALYZE)) == 1
    assert len(clock.slept) == 2


def test_a_wrong_key_is_not_tried_again(server: Server) -> None:
    clock = Clock()
    server.script(AUTH, api_error(401, "ih2001"))
    with pytest.raises(InterhumanAPIError):
        client(server, clock).upload.analyze(b"film")
    assert clock.slept == []


def test_checking_the_connection_does_not_wait(server: Server) -> None:
    clock = Clock()
    server.script(AUTH, api_error(503, "ih1002"))
    with pytest.raises(InterhumanAPIError):
        client(server, clock).check()
    assert clock.slept == []


def test_a_refused_connection_is_tried_again_and_then_told() -> None:
    clock = Clock()
    nobody = InterhumanClient(access_token="t", base_url="http://127.0.0.1:9", sleep=clock.sleep)
    with pytest.raises(InterhumanAPIError) as caught:
        nobody.upload.analyze(b"film")
    assert caught.value.failure == "refused"
    assert not caught.value.maybe_accepted
    assert len(clock.slept) == 3


def test_a_try_that_never_connected_after_one_that_was_refused_is_not_doubtful() -> None:
    clock = Clock()
    with Server() as server:
        server.script(ANALYZE, api_error(503, "ih1002"))
        opened = client(server, clock)
        opened.get_token()

        clock.on_sleep = server.close
        with pytest.raises(InterhumanAPIError) as caught:
            opened.upload.analyze(b"film")
    assert caught.value.failure == "refused"
    assert not caught.value.maybe_accepted


BUSY, REFUSED = api_error(503, "ih1002"), api_error(401, "ih2010")


@pytest.mark.parametrize("busy_before", [0, 1, 2, 3])
def test_a_recording_goes_out_four_times_at_most_also_around_a_renewed_token(
    server: Server, busy_before: int
) -> None:
    clock = Clock()
    server.script(ANALYZE, *[BUSY] * busy_before, REFUSED, *[BUSY] * 9)
    opened = client(server, clock)
    with pytest.raises(InterhumanAPIError) as caught:
        opened.upload.analyze(b"film")
    assert len(server.requests(ANALYZE)) == 4
    assert caught.value.error_id == ("ih2010" if busy_before == 3 else "ih1002")
    tries = [int(reason.split("(attempt ")[1].split()[0]) for _, reason in clock.slept]
    assert tries == [number for number in (2, 3, 4) if number != busy_before + 2]
    server.unscript()
    opened.upload.analyze(b"film")
    assert server.requests(ANALYZE)[-1].headers["authorization"] == "Bearer token-2"


def test_a_renewed_token_leaves_the_tries_that_were_not_used(server: Server) -> None:
    server.script(ANALYZE, BUSY, REFUSED, BUSY)
    assert client(server, Clock()).upload.analyze(b"film").signals
    assert len(server.requests(ANALYZE)) == 4


def test_reading_a_job_goes_out_four_times_at_most_too(server: Server) -> None:
    job = "/v2/upload/jobs/abc"
    server.script(job, BUSY, REFUSED, *[BUSY] * 9)
    with pytest.raises(InterhumanAPIError):
        client(server, Clock()).upload.get_job("abc")
    assert len(server.requests(job)) == 4
