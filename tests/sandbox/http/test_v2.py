"""`POST /v2/upload/analyze` and `GET /v2/upload/jobs/{id}`, by raw HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest

from interhuman.sandbox import NOTICE, Sandbox, SandboxSettings
from interhuman.sandbox.errors import ERRORS
from tests import clips
from tests.sandbox import calls, contract

pytestmark = pytest.mark.usefixtures("in_process")


def completed(sandbox: Sandbox, content: bytes | None = None, **fields: Any) -> dict[str, Any]:
    """Return the result of a job that is waited for."""
    response = calls.submit(sandbox, content, wait_seconds="120", **fields)
    envelope = response.json()
    assert (response.status_code, envelope["status"]) == (200, "completed")
    result: dict[str, Any] = envelope["result"]
    return result


def test_a_submission_answers_at_once_with_a_pending_job() -> None:
    clock = calls.Clock()
    with Sandbox(SandboxSettings(time_scale=calls.ENDLESS, clock=clock)) as sandbox:
        response = calls.submit(sandbox)
        envelope = response.json()
        assert response.status_code == 202
        assert re.fullmatch("[0-9a-f]{32}", envelope["job_id"])
        assert envelope == {
            "job_id": envelope["job_id"],
            "status": "queued",
            "model": "inter-2",
            "created_at": "2027-01-15T08:00:00Z",
            "expires_at": "2027-01-15T09:00:00Z",
            "status_url": f"/v2/upload/jobs/{envelope['job_id']}",
            "sandbox": NOTICE,
        }
        again = calls.read_job(sandbox, envelope["job_id"])
        assert (again.status_code, again.json()) == (200, envelope)


def test_a_job_is_queued_then_running_then_completed() -> None:
    with Sandbox(SandboxSettings(time_scale=0.15)) as sandbox:
        envelope = calls.submit(sandbox).json()
        seen = [envelope["status"]]
        while seen[-1] in {"queued", "running"}:
            envelope = calls.read_job(sandbox, envelope["job_id"]).json()
            assert ("result" in envelope) == (envelope["status"] == "completed")
            seen.append(envelope["status"])
    assert list(dict.fromkeys(seen)) == ["queued", "running", "completed"]
    assert "error" not in envelope


def test_an_answer_is_held_back_until_the_job_or_the_wait_ends(quick_jobs: Sandbox) -> None:
    assert calls.submit(quick_jobs, wait_seconds="120").json()["status"] == "completed"
    with Sandbox(SandboxSettings(time_scale=calls.ENDLESS)) as sandbox:
        response = calls.submit(sandbox, wait_seconds="1")
    assert (response.status_code, response.json()["status"]) == (202, "queued")


def test_a_signal_spans_its_windows_and_is_merged_on_request(quick_jobs: Sandbox) -> None:
    plain = completed(quick_jobs)
    contract.check_v2(plain, duration_s=12.0)
    assert (plain["duration_seconds"], plain["window_seconds"]) == (12.0, 5.0)
    assert plain["sandbox"] == NOTICE
    assert "signals" not in plain
    assert "conversation_quality" not in plain
    types = [[signal["type"] for signal in window["signals"]] for window in plain["windows"]]
    assert types == [["hesitation"], ["hesitation"], []]
    result = completed(quick_jobs, include=["signals"])
    assert result["windows"] == plain["windows"]
    (signal,) = result["signals"]
    assert (signal["type"], signal["start"], signal["end"]) == ("hesitation", 0.0, 10.0)
    assert signal["rationale"] == "3.0 s without speech from 0:04, after 4.0 s of speech."


def test_quality_of_nothing_detected_is_50_everywhere(quick_jobs: Sandbox) -> None:
    result = completed(
        quick_jobs, clips.recording(20.0, silences=()), include=["signals", *calls.QUALITY]
    )
    assert result["signals"] == []
    quality = result["conversation_quality"]
    assert set(quality["overall"].values()) == {50.0}
    assert [set(window["values"].values()) for window in quality["timeline"]] == [{50.0}] * 4


@pytest.mark.parametrize(
    ("flag", "half"), [(calls.QUALITY[0], "overall"), (calls.QUALITY[1], "timeline")]
)
def test_each_half_of_quality_comes_with_its_own_flag(
    quick_jobs: Sandbox, flag: str, half: str
) -> None:
    quality = completed(quick_jobs, include=[flag])["conversation_quality"]
    assert set(quality) == {half}
    contract.check_quality(quality, duration_s=12.0)


@pytest.mark.parametrize("container", [*clips.AUDIO_CONTAINERS, "mp4", "webm"])
def test_the_audio_model_reads_sound_alone(quick_jobs: Sandbox, container: str) -> None:
    content = clips.recording(container=container, video=False)
    result = completed(
        quick_jobs,
        content,
        filename=f"voice.{container}",
        model="inter-2-audio",
        include=["signals"],
    )
    contract.check_v2(result, duration_s=12.0)
    assert [signal["type"] for signal in result["signals"]] == ["hesitation"]


def test_the_audio_model_sees_no_picture(quick_jobs: Sandbox) -> None:
    with_picture = completed(quick_jobs, model="inter-2-audio", include=calls.QUALITY)
    without = completed(
        quick_jobs, clips.sound_only("mp4"), model="inter-2-audio", include=calls.QUALITY
    )
    assert with_picture["windows"] == without["windows"]


@pytest.mark.parametrize(
    ("content", "filename", "model", "error_id"),
    [
        (clips.empty, "empty.mp4", "inter-2", "ih5001"),
        (clips.text_renamed, "diary.mp4", "inter-2", "ih4002"),
        (clips.truncated_mp4, "cut.mp4", "inter-2", "ih5004"),
        (clips.unknown_codec_mp4, "strange.mp4", "inter-2", "ih5003"),
        (clips.mpeg4_part2, "opencv.mp4", "inter-2", "ih5004"),
        (clips.too_short, "short.mp4", "inter-2", "ih4007"),
        (clips.sound_only, "voice.wav", "inter-2", "ih4002"),
        (lambda: clips.sound_only("mp4"), "voice.mp4", "inter-2", "ih5001"),
        (clips.picture_only, "mute.mp4", "inter-2", "ih5008"),
        (clips.picture_only, "mute.mp4", "inter-2-audio", "ih5008"),
    ],
)
def test_a_recording_that_the_model_cannot_read_is_refused_at_submission(
    quick_jobs: Sandbox, content: Any, filename: str, model: str, error_id: str
) -> None:
    assert (
        calls.error_of(calls.submit(quick_jobs, content(), filename=filename, model=model))
        == error_id
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"model": ""},
        {"model": "inter-1"},
        {"model": "inter-2-deep"},
        {"wait_seconds": "121"},
        {"wait_seconds": "-1"},
        {"wait_seconds": "1.5"},
        {"wait_seconds": "soon"},
        {"include": ["everything"]},
    ],
)
def test_a_bad_parameter_is_refused(quick_jobs: Sandbox, fields: dict[str, Any]) -> None:
    assert calls.error_of(calls.submit(quick_jobs, **fields)) == "ih4005"


def test_a_submission_without_a_model_is_refused(quick_jobs: Sandbox) -> None:
    response = calls.upload(quick_jobs, path="/v2/upload/analyze")
    assert calls.error_of(response) == "ih4005"
    assert "model" in response.json()["message"]


def test_a_recording_over_the_longest_length_is_refused() -> None:
    with Sandbox(SandboxSettings(max_job_duration_s=10.0)) as sandbox:
        assert calls.error_of(calls.submit(sandbox)) == "ih4004"
        assert calls.upload(sandbox).status_code == 200
    assert SandboxSettings().max_job_duration_s == 1800


def test_what_cannot_be_decoded_fails_the_job(quick_jobs: Sandbox) -> None:
    response = calls.submit(quick_jobs, clips.corrupted_mp4(), wait_seconds="120")
    envelope = response.json()
    assert (response.status_code, envelope["status"]) == (200, "failed")
    assert envelope["error"]["error_id"] == "ih5002"
    assert set(envelope["error"]) == {"error_id", "correlation_id", "link", "message"}
    assert envelope["error"]["correlation_id"] == response.headers["X-Correlation-ID"]
    assert "result" not in envelope
    assert calls.read_job(quick_jobs, envelope["job_id"]).json() == envelope


@pytest.mark.parametrize("error_id", ["ih1004", "ih5002"])
def test_a_key_can_ask_for_a_failing_job(quick_jobs: Sandbox, error_id: str) -> None:
    key = f"ih_live_sandbox-{error_id}"
    envelope = calls.submit(quick_jobs, key=key, wait_seconds="120").json()
    assert (envelope["status"], envelope["error"]["error_id"]) == ("failed", error_id)


def test_a_job_interrupted_by_the_stop_fails_as_interrupted() -> None:
    with Sandbox(SandboxSettings(time_scale=0.0)) as sandbox:
        sandbox._stopping.set()
        envelope = calls.submit(sandbox, wait_seconds="120").json()
    assert (envelope["status"], envelope["error"]["error_id"]) == ("failed", "ih1004")


def test_a_key_can_ask_for_a_vanishing_job(quick_jobs: Sandbox) -> None:
    key = "ih_live_sandbox-ih4021"
    response = calls.submit(quick_jobs, key=key)
    assert response.status_code == 202
    assert (
        calls.error_of(calls.read_job(quick_jobs, response.json()["job_id"], key=key)) == "ih4021"
    )


@pytest.mark.parametrize("error_id", sorted(set(ERRORS) - {"ih1004", "ih5002", "ih4021"}))
def test_every_other_error_answers_the_submission(quick_jobs: Sandbox, error_id: str) -> None:
    assert calls.error_of(calls.submit(quick_jobs, key=f"ih_live_sandbox-{error_id}")) == error_id


def test_a_job_is_read_by_its_own_account_alone(quick_jobs: Sandbox) -> None:
    job_id = calls.submit(quick_jobs).json()["job_id"]
    assert calls.read_job(quick_jobs, job_id).status_code == 200
    assert calls.read_job(quick_jobs, job_id, key=calls.token(quick_jobs)).status_code == 200
    assert (
        calls.error_of(calls.read_job(quick_jobs, job_id, key="ih_live_sandbox-other")) == "ih4021"
    )
    assert calls.error_of(calls.read_job(quick_jobs, job_id, key="ih_live_unknown")) == "ih2001"
    assert (
        calls.error_of(calls.read_job(quick_jobs, job_id, key="ih_live_sandbox-noscope"))
        == "ih2003"
    )


@pytest.mark.parametrize("job_id", ["0" * 32, "x", "%2e%2e", "a" * 5000])
def test_an_unknown_job_answers_not_found(quick_jobs: Sandbox, job_id: str) -> None:
    assert calls.error_of(calls.read_job(quick_jobs, job_id)) == "ih4021"


def test_a_job_expires_an_hour_after_its_submission() -> None:
    clock = calls.Clock()
    with Sandbox(SandboxSettings(time_scale=0.0, clock=clock)) as sandbox:
        job_id = calls.submit(sandbox, wait_seconds="120").json()["job_id"]
        clock.now_s += 3599.9
        assert calls.read_job(sandbox, job_id).status_code == 200
        clock.now_s += 0.1
        assert calls.error_of(calls.read_job(sandbox, job_id)) == "ih4021"
        assert calls.error_of(calls.read_job(sandbox, job_id)) == "ih4021"


def test_the_same_recording_gives_the_same_result(quick_jobs: Sandbox) -> None:
    include = ["signals", *calls.QUALITY]
    assert completed(quick_jobs, include=include) == completed(quick_jobs, include=include)
