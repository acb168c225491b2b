"""`POST /v1/upload/analyze` by raw HTTP: every refusal, and the answers to accepted uploads."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interhuman.sandbox import NOTICE, Sandbox, SandboxSettings
from interhuman.sandbox.errors import ERRORS
from tests import clips
from tests.sandbox import calls

pytestmark = pytest.mark.usefixtures("in_process")

LIMIT = 33_554_432


@pytest.mark.parametrize(
    ("content", "filename", "error_id"),
    [
        (clips.empty, "empty.mp4", "ih5001"),
        (clips.text_renamed, "diary.mp4", "ih4002"),
        (clips.truncated_mp4, "cut.mp4", "ih5004"),
        (clips.truncated_faststart_mp4, "cut.mp4", "ih5004"),
        (clips.corrupted_mp4, "broken.mp4", "ih5002"),
        (clips.unknown_codec_mp4, "strange.mp4", "ih5003"),
        (clips.mpeg4_part2, "opencv.mp4", "ih5004"),
        (clips.too_short, "short.mp4", "ih4007"),
        (clips.sound_only, "voice.wav", "ih4002"),
        (lambda: clips.sound_only("m4a"), "voice.m4a", "ih4002"),
        (lambda: clips.sound_only("mp4"), "voice.mp4", "ih5001"),
        (clips.recording, "recording.txt", "ih4002"),
        (clips.recording, "recording.wav", "ih4002"),
        (lambda: clips.sound_only("flac"), "voice.mp4", "ih4002"),
        (lambda: b"#EXTM3U\nfile:///etc/hosts\n", "list.mp4", "ih4002"),
    ],
)
def test_a_recording_that_cannot_be_read_is_refused_with_its_id(
    sandbox: Sandbox, content: object, filename: str, error_id: str
) -> None:
    assert callable(content)
    response = calls.upload(sandbox, content(), filename=filename)
    assert calls.error_of(response) == error_id


@pytest.mark.parametrize("container", clips.VIDEO_CONTAINERS)
def test_every_accepted_container_is_analyzed(sandbox: Sandbox, container: str) -> None:
    content = clips.recording(container=container)
    response = calls.upload(sandbox, content, filename=f"recording.{container}")
    assert response.status_code == 200
    (signal,) = response.json()["signals"]
    assert signal["type"] == "hesitation"
    assert signal["start"] == pytest.approx(4.0, abs=0.1)
    assert signal["end"] == pytest.approx(7.0, abs=0.1)


def test_a_browser_recording_without_a_duration_is_analyzed(sandbox: Sandbox) -> None:
    response = calls.upload(sandbox, clips.browser_webm(), filename="clip.webm")
    assert [s["type"] for s in response.json()["signals"]] == ["hesitation"]
    assert response.json()["engagement_state"][-1]["end"] == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize(
    "filename",
    ["video", "Name with spaces.MP4", "été 🎬 “x”.mp4", "../../etc/passwd.mp4", "C:\\a\\b.mp4"],
)
def test_any_name_with_an_accepted_extension_is_accepted(sandbox: Sandbox, filename: str) -> None:
    assert calls.upload(sandbox, filename=filename).status_code == 200


def test_a_file_of_exactly_the_limit_is_accepted_and_one_byte_more_is_not(sandbox: Sandbox) -> None:
    assert calls.upload(sandbox, clips.padded_to(LIMIT)).status_code == 200
    assert calls.error_of(calls.upload(sandbox, clips.padded_to(LIMIT + 1))) == "ih4003"


def test_an_announced_size_over_the_limit_is_refused_before_the_body(sandbox: Sandbox) -> None:
    address = urlsplit(sandbox.base_url)
    head = (
        "POST /v1/upload/analyze HTTP/1.1\r\nHost: sandbox\r\n"
        f"Authorization: Bearer {calls.KEY}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: {40 * 1024 * 1024}\r\n\r\n"
    )
    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_body_of_unknown_size_is_refused_when_it_grows_over_the_limit(sandbox: Sandbox) -> None:
    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
        for _ in range(36):
            yield bytes(1024 * 1024)

    headers = {
        "Authorization": f"Bearer {calls.KEY}",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    url = f"{sandbox.base_url}/v1/upload/analyze"
    response = httpx.post(url, headers=headers, content=body(), timeout=calls.TIMEOUT_S)
    assert calls.error_of(response) == "ih4003"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b"no boundary at all"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n'
            b"text\r\n--x--\r\n",
        ),
        (
            "multipart/form-data; boundary=x; charset=idna",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe.\xff\r\n--x--\r\n',
        ),
    ],
)
def test_a_body_without_a_file_part_is_refused(
    sandbox: Sandbox, content_type: str, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {calls.KEY}", "Content-Type": content_type}
    url = f"{sandbox.base_url}/v1/upload/analyze"
    assert calls.error_of(httpx.post(url, headers=headers, content=body)) == "ih4001"


def test_unknown_parameters_are_refused_and_named(sandbox: Sandbox) -> None:
    wrong: list[dict[str, Any]] = [
        {"include": ["signals"]},
        {"include": [""]},
        {"goal_dimensions": ["charm"]},
    ]
    for fields in wrong:
        response = calls.upload(sandbox, **fields)
        assert calls.error_of(response) == "ih4005"
    assert "charm" in response.json()["message"]


def test_the_first_fault_in_the_documented_order_is_the_answer(sandbox: Sandbox) -> None:
    wrong: dict[str, Any] = {
        "content": clips.too_short(),
        "filename": "a.txt",
        "include": ["x"],
    }
    assert calls.error_of(calls.upload(sandbox, key="ih_live_x", **wrong)) == "ih2001"
    assert calls.error_of(calls.upload(sandbox, **wrong)) == "ih4005"
    del wrong["include"]
    assert calls.error_of(calls.upload(sandbox, **wrong)) == "ih4002"
    del wrong["filename"]
    assert calls.error_of(calls.upload(sandbox, **wrong)) == "ih4007"


@pytest.mark.parametrize("error_id", ERRORS)
def test_a_key_named_after_an_error_gets_that_error(sandbox: Sandbox, error_id: str) -> None:
    response = calls.upload(sandbox, key=calls.token(sandbox, f"sandbox-{error_id}"))
    assert calls.error_of(response) == error_id
    response = calls.upload(sandbox, key=f"ih_live_sandbox-{error_id}")
    assert calls.error_of(response) == error_id


def test_retry_after_is_what_the_settings_say() -> None:
    with Sandbox(SandboxSettings(retry_after_s=7)) as sandbox:
        response = calls.upload(sandbox, key="ih_live_sandbox-ih3001")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


def test_the_statuses_are_the_documented_ones() -> None:
    documented = {
        500: "ih1001",
        503: "ih1002 ih1003",
        401: "ih2001 ih2002 ih2010 ih2011 ih2014",
        403: "ih2003",
        400: "ih2005 ih4001 ih4002 ih4004 ih4005 ih4007",
        429: "ih3001 ih3002 ih3003 ih3006",
        413: "ih4003",
        404: "ih4021",
        422: "ih5001 ih5002 ih5003 ih5004 ih5005 ih5006 ih5007 ih5008",
    }
    for status, ids in documented.items():
        assert {ERRORS[error_id].status for error_id in ids.split()} == {status}
    unstated = {"ih1004", "ih3004", "ih3005", "ih4006"}
    assert set(ERRORS) == unstated | {i for ids in documented.values() for i in ids.split()}


def test_an_unknown_route_answers_in_json(sandbox: Sandbox) -> None:
    for method, path, status in (("GET", "/nothing", 404), ("GET", "/v1/upload/analyze", 405)):
        response = httpx.request(method, sandbox.base_url + path)
        assert response.status_code == status
        assert "detail" in response.json()
        assert response.headers["X-Correlation-ID"]
        assert response.headers["X-Interhuman-Sandbox"] == NOTICE


def test_quality_has_the_requested_halves(sandbox: Sandbox) -> None:
    assert "conversation_quality" not in calls.upload(sandbox).json()
    for include, keys in ((calls.QUALITY[:1], {"overall"}), (calls.QUALITY[1:], {"timeline"})):
        assert set(calls.upload(sandbox, include=include).json()["conversation_quality"]) == keys
    both = calls.upload(sandbox, include=calls.QUALITY).json()["conversation_quality"]
    assert [(w["start"], w["end"]) for w in both["timeline"]] == [(0, 5), (5, 10), (10, 12)]
    names = ["quality_index", "clarity", "authority", "energy", "rapport", "learning"]
    for scores in (both["overall"], *(window["values"] for window in both["timeline"])):
        assert list(scores) == names
        assert all(0 <= score <= 100 for score in scores.values())
        dimensions = [scores[name] for name in names[1:]]
        assert scores["quality_index"] == pytest.approx(sum(dimensions) / 5, abs=0.06)


def test_a_steady_recording_has_no_signals_and_no_quality(sandbox: Sandbox) -> None:
    body = calls.upload(sandbox, clips.recording(20.0, silences=()), include=calls.QUALITY).json()
    assert body["signals"] == []
    assert body["engagement_state"] == [{"state": "engaged", "start": 0.0, "end": 20.0}]
    assert "conversation_quality" not in body


def test_a_recording_without_sound_gives_no_signal_of_sound(sandbox: Sandbox) -> None:
    response = calls.upload(sandbox, clips.picture_only())
    assert response.status_code == 200
    assert response.json()["signals"] == []


def test_feedback_comes_with_goals_or_a_context(sandbox: Sandbox) -> None:
    feedback = calls.upload(sandbox, goal_dimensions=["clarity", "energy"]).json()["feedback"]
    assert feedback["type"] == "feedback"
    assert feedback["active_dimensions"] == ["clarity", "energy"]
    assert feedback["primary_signal"] == "hesitation"
    assert "3.0 s without speech from 0:04" in feedback["message"]
    assert "75% of the recording" in feedback["message"]
    context: dict[str, Any] = {
        "conversation_context": "a job interview",
        "goal_dimensions": ["clarity"],
    }
    assert calls.upload(sandbox, **context).json()["feedback"]["active_dimensions"] == []
    steady = clips.recording(20.0, silences=())
    nothing = calls.upload(sandbox, steady, conversation_context="a speech").json()["feedback"]
    assert nothing["type"] == "no_feedback"
    assert nothing["reason"]
    assert "feedback" not in calls.upload(sandbox).json()
    assert "feedback" not in calls.upload(sandbox, conversation_context="  ").json()


def test_the_same_file_gets_the_same_bytes(sandbox: Sandbox) -> None:
    first, second = (calls.upload(sandbox, include=calls.QUALITY) for _ in range(2))
    assert first.content == second.content
    assert first.headers["X-Correlation-ID"] != second.headers["X-Correlation-ID"]
    assert json.loads(first.content)["sandbox"] == NOTICE
    assert first.headers["X-Interhuman-Sandbox"] == NOTICE


def test_one_upload_too_many_at_once_is_refused_and_the_rest_go_through() -> None:
    settings_ = SandboxSettings(max_concurrent=1, least_analysis_s=0.5)
    start = threading.Barrier(2)
    answers: list[httpx.Response] = []
    with Sandbox(settings_) as sandbox:

        def send() -> None:
            start.wait()
            answers.append(calls.upload(sandbox))

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.status_code for answer in answers) == [200, 429]
        (refused,) = [answer for answer in answers if answer.status_code == 429]
        assert calls.error_of(refused) == "ih3002"
        assert calls.upload(sandbox).status_code == 200


def test_the_sandbox_lists_the_requests_it_answered() -> None:
    with Sandbox() as sandbox:
        calls.sign_in(sandbox)
        calls.upload(sandbox, key=None)
        received = [(request.method, request.path, request.status) for request in sandbox.received]
    assert received == [("POST", "/v1/auth", 200), ("POST", "/v1/upload/analyze", 401)]


STARTS = (
    b"",
    b"\0\0\0\x18ftypmp42",
    b"\x1aE\xdf\xa3",
    b"RIFF\0\0\0\0AVI ",
    b"G" + bytes(187) + b"G",
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=2000))
def test_any_bytes_get_an_answer_of_the_contract(
    sandbox: Sandbox, start: bytes, rest: bytes
) -> None:
    response = calls.upload(sandbox, start + rest)
    assert response.status_code in {400, 422}
    assert calls.error_of(response) in ERRORS


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=64))
def test_a_recording_with_any_damage_gets_an_answer_of_the_contract(
    sandbox: Sandbox, at: float, junk: bytes
) -> None:
    content = bytearray(clips.recording(4.0, silences=(), size=(64, 48)))
    first = int(at * (len(content) - len(junk)))
    content[first : first + len(junk)] = junk
    response = calls.upload(sandbox, bytes(content))
    assert response.status_code in {200, 400, 422}
    if response.status_code != 200:
        assert calls.error_of(response) in ERRORS
