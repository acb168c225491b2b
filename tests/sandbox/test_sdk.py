"""The official SDK, unchanged, against the sandbox."""

from __future__ import annotations

from pathlib import Path

import interhumanai
import pytest
from interhumanai.types import (
    AnalysisResult,
    GoalDimension,
    IncludeFlag,
    UploadJobIncludeFlag,
    UploadJobStatus,
    UploadModel,
)

from interhuman.sandbox import Sandbox, SandboxSettings
from tests import clips
from tests.coroutines import finished
from tests.sandbox import calls

pytestmark = pytest.mark.usefixtures("in_process")

BOTH = [IncludeFlag.CONVERSATION_QUALITY_OVERALL, IncludeFlag.CONVERSATION_QUALITY_TIMELINE]


def client(
    sandbox: Sandbox, key_id: str = "sandbox", key_secret: str = "sandbox"
) -> interhumanai.InterhumanClient:
    return interhumanai.InterhumanClient(
        key_id=key_id, key_secret=key_secret, base_url=sandbox.base_url
    )


def test_it_signs_in_and_reads_an_analysis_with_quality(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "meeting.mp4"
    path.write_bytes(clips.recording())
    result = finished(client(sandbox).upload.analyze(path, include=BOTH))
    assert isinstance(result, AnalysisResult)
    (signal,) = result.signals
    assert (signal.type.value, signal.start, signal.end) == ("hesitation", 4.0, 7.0)
    assert signal.probability is not None
    assert signal.probability.value == "high"
    assert result.engagement_state[0].state.value == "engaged"
    assert result.conversation_quality is not None
    assert 0 < result.conversation_quality.overall.quality_index < 100
    assert len(result.conversation_quality.timeline) == 3


def test_it_reads_a_recording_from_bytes_under_its_default_name(sandbox: Sandbox) -> None:
    result = finished(
        client(sandbox).upload.analyze(
            clips.recording(20.0, silences=()),
            goal_dimensions=[GoalDimension.CLARITY],
        )
    )
    assert result.signals == []
    assert result.conversation_quality is None
    assert result.feedback is not None
    assert result.feedback.type == "no_feedback"


def test_it_uses_a_direct_key_as_it_is(sandbox: Sandbox) -> None:
    direct = interhumanai.InterhumanClient(
        access_token="ih_live_sandbox", base_url=sandbox.base_url
    )
    result = finished(direct.upload.analyze(clips.recording(), conversation_context="a talk"))
    assert result.feedback is not None
    assert result.feedback.type == "feedback"


def test_it_raises_the_documented_error_of_a_wrong_secret(sandbox: Sandbox) -> None:
    with pytest.raises(interhumanai.InterhumanAPIError) as caught:
        finished(client(sandbox, key_secret="wrong").upload.analyze(clips.recording()))
    assert (caught.value.status, caught.value.error_id) == (401, "ih2001")


@pytest.mark.parametrize(
    ("key_id", "status", "error_id"),
    [("sandbox-ih3003", 429, "ih3003"), ("sandbox-ih5007", 422, "ih5007")],
)
def test_it_raises_the_error_that_a_key_asks_for(
    sandbox: Sandbox, key_id: str, status: int, error_id: str
) -> None:
    with pytest.raises(interhumanai.InterhumanAPIError) as caught:
        finished(client(sandbox, key_id).upload.analyze(clips.recording()))
    assert (caught.value.status, caught.value.error_id) == (status, error_id)
    assert caught.value.correlation_id
    assert caught.value.link is not None
    assert f"#{error_id}-" in caught.value.link


def test_it_raises_the_error_of_a_recording_that_is_too_short(sandbox: Sandbox) -> None:
    with pytest.raises(interhumanai.InterhumanAPIError) as caught:
        finished(client(sandbox).upload.analyze(clips.too_short()))
    assert (caught.value.status, caught.value.error_id) == (400, "ih4007")


def test_it_submits_a_job_waits_and_reads_it(quick_jobs: Sandbox) -> None:
    async def run() -> interhumanai.UploadJob:
        sdk = client(quick_jobs)
        job = await sdk.upload.submit(
            clips.recording(), model=UploadModel.INTER_2, include=list(UploadJobIncludeFlag)
        )
        assert not job.is_terminal
        return await sdk.upload.wait_for_job(job, timeout=60, poll_interval=0.01)

    job = finished(run())
    assert job.status is UploadJobStatus.COMPLETED
    assert job.result is not None
    assert job.result.signals is not None
    assert [signal.type.value for signal in job.result.signals] == ["hesitation"]
    assert job.result.conversation_quality is not None
    assert job.result.conversation_quality.overall is not None
    assert job.result.conversation_quality.timeline is not None
    assert (job.expires_at - job.created_at).total_seconds() == 3600


def test_it_waits_inside_the_submission_and_reads_audio(quick_jobs: Sandbox) -> None:
    job = finished(
        client(quick_jobs).upload.submit(
            clips.sound_only("m4a"), model="inter-2-audio", wait_seconds=120, filename="a.m4a"
        )
    )
    assert job.status is UploadJobStatus.COMPLETED
    assert job.model is UploadModel.INTER_2_AUDIO


def test_it_reads_a_failed_job_and_gives_up_in_time(quick_jobs: Sandbox) -> None:
    async def failed() -> interhumanai.UploadJob:
        sdk = client(quick_jobs, "sandbox-ih1004")
        job = await sdk.upload.submit(clips.recording(), model=UploadModel.INTER_2)
        return await sdk.upload.wait_for_job(job.job_id, timeout=60, poll_interval=0.01)

    job = finished(failed())
    assert job.error is not None
    assert job.error.error_id == "ih1004"

    async def endless(sandbox: Sandbox) -> None:
        sdk = client(sandbox)
        job = await sdk.upload.submit(clips.recording(), model=UploadModel.INTER_2)
        await sdk.upload.wait_for_job(job, timeout=0.05, poll_interval=0.01)

    with (
        Sandbox(SandboxSettings(time_scale=calls.ENDLESS)) as sandbox,
        pytest.raises(interhumanai.UploadJobTimeoutError),
    ):
        finished(endless(sandbox))


def test_it_raises_the_error_of_an_unknown_job(quick_jobs: Sandbox) -> None:
    with pytest.raises(interhumanai.InterhumanAPIError) as caught:
        finished(client(quick_jobs).upload.get_job("0" * 32))
    assert (caught.value.status, caught.value.error_id) == (404, "ih4021")
