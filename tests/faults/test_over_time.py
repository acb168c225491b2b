"""Faults that show only over time: tokens, clocks, storms, jobs, and many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from interhuman import InterhumanAPIError, InterhumanClient, UploadJob, UploadJobTimeoutError
from tests.answers.test_jobs import COMPLETED, FAILED, ID, PENDING
from tests.faults.conftest import assert_no_secret, bounded
from tests.server import ANALYZE, AUTH, ArrivalLock, Clock, Scripted, Server, api_error

SUBMIT = "/v2/upload/analyze"
JOB = f"/v2/upload/jobs/{ID}"
RUNNING = Scripted(json={**PENDING, "status": "running"})


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(server: Server, clock: Clock, **options: Any) -> InterhumanClient:
    return InterhumanClient(
        key_id="kid", key_secret="sec", base_url=server.base_url,
        clock=clock, sleep=clock.sleep, **options,
    )  # fmt: skip


def test_a_token_that_expires_during_a_long_upload(server: Server, clock: Clock) -> None:
    opened = client(server, clock)
    film = bytes(3_000_000)

    def on_progress(sent: int, total: int) -> None:
        if sent == total and not server.requests(ANALYZE):
            clock.now_s += 1000
            server.script(ANALYZE, api_error(401, "ih2010"))

    analysis = bounded(lambda: opened.upload.analyze(film, on_progress=on_progress))
    assert len(analysis.signals) == 2
    assert [seen.file.body == film for seen in server.requests(ANALYZE)] == [True, True]
    assert len(server.requests(AUTH)) == 2


def test_a_clock_that_is_set_back_an_hour_does_not_keep_a_token_alive(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monotonic = Clock()
    opened = client(server, monotonic)
    opened.upload.analyze(b"film")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600)
    monotonic.now_s += 880
    opened.upload.analyze(b"film")
    assert len(server.requests(AUTH)) == 2


def test_a_clock_that_is_wrong_does_not_stretch_a_wait(
    server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 86_400 * 365)
    headers = {
        "Retry-After": "Mon, 21 Sep 2026 14:13:30 GMT",
        "Date": "Mon, 21 Sep 2026 14:13:20 GMT",
    }
    server.script(ANALYZE, Scripted(503, json={"error_id": "ih1002"}, headers=headers))
    client(server, clock).upload.analyze(b"film")
    assert [wait_s for wait_s, _ in clock.slept] == [10.0]


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        (None, 60.0),
        ("5", 5.0),
        ("86400", 60.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 1.0),
        ("soon", 60.0),
        ("-1", 60.0),
        ("1e9", 60.0),
    ],
)
def test_429_with_and_without_retry_after(
    server: Server, clock: Clock, header: str | None, wait_s: float
) -> None:
    headers = {} if header is None else {"Retry-After": header}
    server.script(ANALYZE, Scripted(429, json={"error_id": "ih3001"}, headers=headers))
    assert client(server, clock).upload.analyze(b"film").signals
    assert [waited for waited, _ in clock.slept] == [wait_s]


def test_a_gateway_that_is_busy_after_the_upload_is_not_asked_again(
    server: Server, clock: Clock
) -> None:
    server.script(ANALYZE, *[Scripted(503, body=b"<html>busy")] * 50)
    with pytest.raises(InterhumanAPIError) as caught:
        client(server, clock).upload.analyze(b"film")
    assert caught.value.maybe_accepted
    assert len(server.requests(ANALYZE)) == 1
    assert clock.slept == []


@pytest.mark.parametrize(
    "busy",
    [api_error(503, "ih1003"), Scripted(503, body=b"<html>busy", headers={"Retry-After": "2"})],
    ids=["the API's own id", "Retry-After"],
)
def test_a_storm_of_503_ends_in_an_error_after_four_tries(
    server: Server, clock: Clock, busy: Scripted
) -> None:
    server.script(ANALYZE, *[busy] * 50)
    with pytest.raises(InterhumanAPIError) as caught:
        client(server, clock).upload.analyze(b"film")
    assert caught.value.status == 503
    assert not caught.value.maybe_accepted
    assert len(server.requests(ANALYZE)) == 4
    assert_no_secret(caught.value)


def test_a_storm_of_503_while_waiting_for_a_job_is_ridden_out(server: Server, clock: Clock) -> None:
    server.script(JOB, *[api_error(503, "ih1003")] * 50, Scripted(json=COMPLETED))
    assert client(server, clock).upload.wait_for_job(ID).status == "completed"


def test_a_refused_token_in_the_middle_of_polling(server: Server, clock: Clock) -> None:
    server.script(JOB, RUNNING, api_error(401, "ih2010"), RUNNING, Scripted(json=COMPLETED))
    assert client(server, clock).upload.wait_for_job(ID).analysis is not None
    assert len(server.requests(AUTH)) == 2


def test_a_sign_in_that_fails_in_the_middle_of_polling_is_ridden_out_too(
    server: Server, clock: Clock
) -> None:
    server.script(JOB, RUNNING, api_error(401, "ih2010"), Scripted(json=COMPLETED))
    opened = client(server, clock)
    opened.get_token()
    server.script(AUTH, api_error(503, "ih1002"))
    assert opened.upload.wait_for_job(ID, poll_interval=5).status == "completed"
    assert len(server.requests(AUTH)) == 3


def test_a_job_that_never_ends(server: Server, clock: Clock) -> None:
    server.script(JOB, *[RUNNING] * 1000)
    with pytest.raises(UploadJobTimeoutError) as caught:
        client(server, clock).upload.wait_for_job(ID)
    assert ID in str(caught.value)
    assert clock.now_s == 1600.0


def test_a_job_that_vanishes(server: Server, clock: Clock) -> None:
    server.script(JOB, RUNNING, api_error(404, "ih4021"))
    with pytest.raises(InterhumanAPIError) as caught:
        client(server, clock).upload.wait_for_job(ID)
    assert caught.value.error_id == "ih4021"
    assert "one hour after" in caught.value.meaning


def test_a_job_that_fails_after_running(server: Server, clock: Clock) -> None:
    server.script(JOB, RUNNING, Scripted(json=FAILED))
    job = client(server, clock).upload.wait_for_job(ID)
    assert job.error is not None
    assert "damaged" in str(job.error)


def test_two_tabs_on_one_job(server: Server) -> None:
    server.script(JOB, *[RUNNING] * 6, Scripted(json=COMPLETED), Scripted(json=COMPLETED))
    together = threading.Barrier(2)

    def tab() -> UploadJob:
        opened = client(server, Clock())
        together.wait(10)
        return opened.upload.wait_for_job(ID)

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(tab) for _ in range(2)]
        assert [job.result(20).status for job in jobs] == ["completed", "completed"]
    assert server.requests(SUBMIT) == []


def test_twenty_uploads_and_jobs_from_threads_sharing_one_client(server: Server) -> None:
    server.script(SUBMIT, *[Scripted(202, json=PENDING)] * 10)
    shared = client(server, Clock())
    together = threading.Barrier(20)

    def work(i: int) -> bool:
        together.wait(10)
        if i % 2:
            return shared.upload.submit(bytes(50_000), model="inter-2").job_id == ID
        return len(shared.upload.analyze(bytes(50_000)).signals) == 2

    with ThreadPoolExecutor(20) as pool:
        assert all(job.result(30) for job in [pool.submit(work, i) for i in range(20)])
    assert len(server.requests(AUTH)) == 1
    assert len(server.requests(ANALYZE)) == len(server.requests(SUBMIT)) == 10


def test_a_failing_sign_in_reaches_all_of_twenty_threads(server: Server) -> None:
    lock = ArrivalLock(20)
    refusal = {"error_id": "ih2001"}
    server.script(AUTH, Scripted(401, json=refusal, before=lock.everyone_is_there))
    shared: Any = client(server, Clock())
    shared._tokens._exchanging = lock

    def work() -> BaseException | None:
        try:
            shared.upload.analyze(b"film")
        except InterhumanAPIError as error:
            return error
        return None

    with ThreadPoolExecutor(20) as pool:
        errors = [job.result(30) for job in [pool.submit(work) for _ in range(20)]]
    assert all(isinstance(error, InterhumanAPIError) for error in errors)
    assert server.requests(ANALYZE) == []
    assert len(server.requests(AUTH)) == 1
