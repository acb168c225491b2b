from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import interhumanai
import pytest

from interhuman import (
    Answer,
    InterhumanAPIError,
    InterhumanClient,
    InterhumanConfigError,
    UploadJob,
    UploadJobTimeoutError,
)
from interhuman.api.v2 import path_of
from tests.answers.test_jobs import COMPLETED, FAILED, ID, PENDING
from tests.server import AUTH, Clock, Scripted, Server, api_error

SUBMIT = "/v2/upload/analyze"
JOB = f"/v2/upload/jobs/{ID}"
RUNNING = {**PENDING, "status": "running"}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(server: Server, clock: Clock, **options: Any) -> InterhumanClient:
    return InterhumanClient(
        key_id="kid",
        key_secret="sec",
        base_url=server.base_url,
        clock=clock,
        sleep=clock.sleep,
        **options,
    )


def pending() -> UploadJob:
    return UploadJob(ID, "queued")


def test_a_key_for_another_model_sends_nothing(server: Server, clock: Clock) -> None:
    server.scope = "interhumanai.upload.inter-2-audio"
    opened = client(server, clock)
    with pytest.raises(InterhumanAPIError, match="doesn't cover the model inter-2"):
        opened.upload.submit(b"film", model="inter-2")
    with pytest.raises(InterhumanAPIError, match="doesn't cover the model inter-1"):
        opened.upload.analyze(b"film")
    assert server.requests(SUBMIT) == []
    server.script(SUBMIT, Scripted(202, json=PENDING))
    assert opened.upload.submit(b"film", model="inter-2-audio").job_id == ID
    assert "for Inter-2 audio." in opened.check().message.replace("Audio", "audio")


def test_a_submission_is_sent_and_its_job_returned(server: Server, clock: Clock) -> None:
    server.script(SUBMIT, Scripted(202, json=PENDING))
    progress: list[tuple[int, int]] = []
    job = client(server, clock).upload.submit(
        b"film",
        model="inter-2-audio",
        wait_seconds=30,
        include=["signals", interhumanai.UploadJobIncludeFlag.CONVERSATION_QUALITY_OVERALL],
        filename="talk.m4a",
        on_progress=lambda *now: progress.append(now),
    )
    (seen,) = server.requests(SUBMIT)
    assert seen.headers["authorization"] == "Bearer token-1"
    assert seen.fields == [
        ("model", "inter-2-audio"),
        ("wait_seconds", "30"),
        ("include[]", "signals"),
        ("include[]", "conversation_quality_overall"),
    ]
    assert seen.file.filename == "talk.m4a"
    assert seen.file.headers["content-type"] == "audio/mp4"
    assert (job.job_id, job.status) == (ID, "queued")
    assert progress[-1] == (4, 4)


def test_only_what_was_asked_for_is_sent(server: Server, clock: Clock) -> None:
    server.script(SUBMIT, Scripted(202, json=PENDING))
    client(server, clock).upload.submit(b"film", model="some-new-model")
    assert server.requests(SUBMIT)[0].fields == [("model", "some-new-model")]


@pytest.mark.parametrize("options", [{"model": ""}, {"wait_seconds": -1}, {"wait_seconds": 121}])
def test_mistakes_are_told_before_anything_is_sent(
    server: Server, clock: Clock, options: dict[str, Any]
) -> None:
    with pytest.raises(InterhumanConfigError):
        client(server, clock).upload.submit(b"film", **{"model": "inter-2", **options})
    assert server.seen == []


def test_an_option_of_the_other_version_is_refused(server: Server, clock: Clock) -> None:
    wrong: dict[str, Any] = {"goal_dimensions": ["clarity"]}
    with pytest.raises(TypeError, match="goal_dimensions"):
        client(server, clock).upload.submit(b"film", model="inter-2", **wrong)
    assert server.seen == []


def test_a_job_that_ended_while_the_answer_was_held(server: Server, clock: Clock) -> None:
    server.script(SUBMIT, Scripted(200, json=COMPLETED), Scripted(200, json=FAILED))
    uploads = client(server, clock).upload
    done = uploads.submit(b"film", model="inter-2", wait_seconds=60)
    assert done.analysis is not None
    failed = uploads.submit(b"film", model="inter-2", wait_seconds=60)
    assert failed.error is not None
    assert uploads.wait_for_job(done) is done
    assert uploads.wait_for_job(failed) is failed
    assert len(server.seen) == 3


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is empty"),
        (b"<html>", "is a web page"),
        (b"[]", "doesn't name the job"),
        (b'{"status": "queued"}', "doesn't name the job"),
        (b'{"job_id": "a", "status": "completed"}', "says completed but has no result"),
    ],
)
def test_a_submission_whose_answer_does_not_tell_the_job_is_doubtful(
    server: Server, clock: Clock, body: bytes, says: str
) -> None:
    answers: list[Answer] = []
    server.script(SUBMIT, Scripted(202, body=body))
    with pytest.raises(InterhumanAPIError, match=says) as caught:
        client(server, clock, on_answer=answers.append).upload.submit(b"film", model="inter-2")
    assert caught.value.maybe_accepted
    assert caught.value.body == body
    assert [answer.body for answer in answers] == [body]
    assert len(server.requests(SUBMIT)) == 1


def test_a_job_is_read_by_its_id_or_by_itself(server: Server, clock: Clock) -> None:
    server.script(JOB, Scripted(json=RUNNING), Scripted(json=COMPLETED))
    uploads = client(server, clock).upload
    assert uploads.get_job(ID).status == "running"
    job = uploads.get_job(pending())
    assert job.analysis is not None
    seen = server.requests(JOB)
    assert [each.method for each in seen] == ["GET", "GET"]
    assert seen[0].headers["authorization"] == "Bearer token-1"
    assert "content-type" not in seen[0].headers


@pytest.mark.parametrize("job_id", ["", "../auth", "a/b", "x?y=1", "a b", "ä"])
def test_what_is_no_id_is_never_asked_for(server: Server, clock: Clock, job_id: str) -> None:
    with pytest.raises(InterhumanConfigError, match="isn't a job ID"):
        client(server, clock).upload.get_job(job_id)
    with pytest.raises(InterhumanConfigError, match="isn't a job ID"):
        client(server, clock).upload.wait_for_job(job_id)
    assert server.seen == []


BASE = "https://api.example/base"
DEFAULT = f"/v2/upload/jobs/{ID}"


@pytest.mark.parametrize(
    ("status_url", "path"),
    [
        (None, DEFAULT),
        ("", DEFAULT),
        ("/v3/jobs/7", "/v3/jobs/7"),
        (f"{BASE}/v3/jobs/7", "/v3/jobs/7"),
        ("https://evil.example/v3/jobs/7", DEFAULT),
        ("https://api.example/elsewhere/7", DEFAULT),
        ("https://api.example/base@evil.example/7", DEFAULT),
        ("https://api.example/basement/7", DEFAULT),
        ("http://api.example/base/v3/jobs/7", DEFAULT),
        ("//evil.example/7", DEFAULT),
        ("/\\evil.example/7", DEFAULT),
        ("/../../v1/auth", DEFAULT),
        ("/v2/./x", DEFAULT),
        ("v3/jobs/7", DEFAULT),
        ("/v3/jobs/7?token=1", DEFAULT),
        ("/v3/jobs/7#x", DEFAULT),
        ("/v3/jobs/%2e%2e", DEFAULT),
        ("/v3/jobs/7\r\nX: 1", DEFAULT),
        ("javascript:alert(1)", DEFAULT),
    ],
)
def test_a_status_url_is_followed_on_the_same_origin_only(
    status_url: str | None, path: str
) -> None:
    assert path_of(UploadJob(ID, "queued", status_url=status_url), BASE) == path


def test_credentials_do_not_follow_a_job_to_another_host(server: Server, clock: Clock) -> None:
    with Server() as evil:
        url = f"{evil.base_url}/v2/upload/jobs/{ID}"
        server.script(JOB, Scripted(json={**RUNNING, "status_url": url}), Scripted(json=COMPLETED))
        uploads = client(server, clock).upload
        assert uploads.get_job(uploads.get_job(ID)).status == "completed"
        assert evil.seen == []


def test_waiting_looks_every_two_seconds_until_the_job_has_ended(
    server: Server, clock: Clock
) -> None:
    server.script(JOB, Scripted(json=PENDING), Scripted(json=RUNNING), Scripted(json=COMPLETED))
    updates: list[str] = []
    job = client(server, clock).upload.wait_for_job(
        ID, on_update=lambda job: updates.append(job.status)
    )
    assert job.analysis is not None
    assert updates == ["queued", "running", "completed"]
    assert clock.slept == [(2.0, "The analysis is running")] * 2


def test_a_job_that_fails_is_returned_not_raised(server: Server, clock: Clock) -> None:
    server.script(JOB, Scripted(json=RUNNING), Scripted(json=FAILED))
    job = client(server, clock).upload.wait_for_job(pending(), poll_interval=0.5)
    assert job.error is not None
    assert job.error.error_id == "ih5002"
    assert clock.slept == [(0.5, "The analysis is running")]


def test_a_job_that_never_ends_is_given_up_at_the_deadline_and_can_be_gone_back_to(
    server: Server, clock: Clock
) -> None:
    server.script(JOB, *[Scripted(json=RUNNING)] * 100)
    with pytest.raises(UploadJobTimeoutError) as caught:
        client(server, clock).upload.wait_for_job(ID, timeout=90.5, poll_interval=20)
    assert str(caught.value) == (
        "The job has been running for 1:30. It keeps running at Interhuman, and you can keep "
        f"waiting for it until 11:00 UTC. Its ID is {ID}."
    )
    assert caught.value.job.job_id == ID
    assert clock.now_s == 1090.5
    assert [wait_s for wait_s, _ in clock.slept] == [20, 20, 20, 20, 10.5]


def test_there_is_always_a_deadline(server: Server, clock: Clock) -> None:
    server.script(JOB, *[Scripted(json=RUNNING)] * 20)
    with pytest.raises(UploadJobTimeoutError, match="10:00"):
        client(server, clock).upload.wait_for_job(ID, poll_interval=60)


@pytest.mark.parametrize("option", ["timeout", "poll_interval"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_deadline_and_an_interval_must_be_some(
    server: Server, clock: Clock, option: str, value: float
) -> None:
    options: dict[str, Any] = {option: value}
    with pytest.raises(InterhumanConfigError):
        client(server, clock).upload.wait_for_job(ID, **options)


def test_trouble_on_the_way_is_ridden_out(server: Server, clock: Clock) -> None:
    server.script(
        JOB,
        api_error(503, "ih1002"),
        Scripted(502, body=b"<html>"),
        Scripted(json={"error_id": "ih3001"}, status=429, headers={"Retry-After": "5"}),
        Scripted(200, body=b"<html>captive portal</html>"),
        Scripted(200, body=b'{"status": "comp'),
        Scripted(500, json={"error_id": "ih1001"}),
        Scripted(json=COMPLETED),
    )
    assert client(server, clock).upload.wait_for_job(ID).analysis is not None
    assert [reason for _, reason in clock.slept][:3] == [
        "Interhuman is overloaded",
        "Something failed at Interhuman",
        "Too many requests in a minute",
    ]
    assert clock.slept[2][0] == 5.0


def test_trouble_until_the_deadline_is_told(clock: Clock) -> None:
    nobody = InterhumanClient(
        access_token="t", base_url="http://127.0.0.1:9", clock=clock, sleep=clock.sleep
    )
    with pytest.raises(UploadJobTimeoutError) as caught:
        nobody.upload.wait_for_job(ID, timeout=60)
    assert str(caught.value).startswith("The job couldn't be checked for 1:00.")
    assert "refused the connection" in str(caught.value)
    assert caught.value.job.status == "unknown"
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("status", "error_id"),
    [(404, "ih4021"), (403, "ih2003"), (429, "ih3003"), (400, "ih4005")],
)
def test_what_waiting_does_not_help_ends_it(
    server: Server, clock: Clock, status: int, error_id: str
) -> None:
    server.script(JOB, Scripted(json=RUNNING), api_error(status, error_id))
    with pytest.raises(InterhumanAPIError) as caught:
        client(server, clock).upload.wait_for_job(ID)
    assert caught.value.error_id == error_id


def test_a_token_that_runs_out_in_the_middle_is_renewed(server: Server, clock: Clock) -> None:
    server.script(JOB, Scripted(json=RUNNING), api_error(401, "ih2010"), Scripted(json=COMPLETED))
    assert client(server, clock).upload.wait_for_job(ID).status == "completed"
    assert len(server.requests(AUTH)) == 2
    used = [seen.headers["authorization"] for seen in server.requests(JOB)]
    assert used == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


def test_a_refused_key_in_the_middle_ends_it(server: Server, clock: Clock) -> None:
    server.script(JOB, *[api_error(401, "ih2001")] * 2)
    with pytest.raises(InterhumanAPIError) as caught:
        client(server, clock).upload.wait_for_job(ID)
    assert caught.value.status == 401


def test_what_the_waiting_raises_ends_it(server: Server) -> None:
    class CanceledError(Exception):
        pass

    def cancel(wait_s: float, reason: str) -> None:
        raise CanceledError

    server.script(JOB, Scripted(json=RUNNING))
    canceling = InterhumanClient(access_token="t", base_url=server.base_url, sleep=cancel)
    with pytest.raises(CanceledError):
        canceling.upload.wait_for_job(ID)


def test_answers_that_hold_something_are_handed_on_and_pending_ones_are_not(
    server: Server, clock: Clock
) -> None:
    answers: list[Answer] = []
    server.script(SUBMIT, Scripted(202, json=PENDING))
    server.script(
        JOB, Scripted(json=PENDING), Scripted(json=RUNNING), Scripted(200, body=b"{"),
        Scripted(json=COMPLETED),
    )  # fmt: skip
    uploads = client(server, clock, on_answer=answers.append).upload
    job = uploads.submit(b"film", model="inter-2")
    uploads.wait_for_job(job)
    assert [(answer.path, answer.body) for answer in answers] == [
        (SUBMIT, json.dumps(PENDING).encode()),
        (JOB, b"{"),
        (JOB, json.dumps(COMPLETED).encode()),
    ]


def test_the_connection_is_kept_while_waiting(server: Server, clock: Clock) -> None:
    server.script(JOB, *[Scripted(json=RUNNING)] * 9, Scripted(json=COMPLETED))
    opened = client(server, clock)
    opened.get_token()
    before = server.connections
    opened.upload.wait_for_job(ID)
    assert server.connections == before + 1
    opened.close()
