"""The official SDK, unchanged, against the stand-in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import interhumanai
import pytest
from interhumanai.types import AnalysisResult, GoalDimension, IncludeFlag

from interhuman.sandbox import Sandbox
from tests import clips

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
    result = asyncio.run(client(sandbox).upload.analyze(path, include=BOTH))
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
    result = asyncio.run(
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
    result = asyncio.run(direct.upload.analyze(clips.recording(), conversation_context="a talk"))
    assert result.feedback is not None
    assert result.feedback.type == "feedback"


def test_it_raises_the_documented_error_of_a_wrong_secret(sandbox: Sandbox) -> None:
    with pytest.raises(interhumanai.InterhumanAPIError) as caught:
        asyncio.run(client(sandbox, key_secret="wrong").upload.analyze(clips.recording()))
    assert (caught.value.status, caught.value.error_id) == (401, "ih2001")


@pytest.mark.parametrize(
    ("key_id", "status", "error_id"),
    [("sandbox-ih3003", 429, "ih3003"), ("sandbox-ih5007", 422, "ih5007")],
)
def test_it_raises_the_error_that_a_key_asks_for(
    sandbox: Sandbox, key_id: str, status: int, error_id: str
) -> None:
    with pytest.raises(interhumanai.InterhumanAPIError) as caught:
        asyncio.run(client(sandbox, key_id).upload.analyze(clips.recording()))
    assert (caught.value.status, caught.value.error_id) == (status, error_id)
    assert caught.value.correlation_id
    assert caught.value.link is not None
    assert f"#{error_id}-" in caught.value.link


def test_it_raises_the_error_of_a_recording_that_is_too_short(sandbox: Sandbox) -> None:
    with pytest.raises(interhumanai.InterhumanAPIError) as caught:
        asyncio.run(client(sandbox).upload.analyze(clips.too_short()))
    assert (caught.value.status, caught.value.error_id) == (400, "ih4007")
