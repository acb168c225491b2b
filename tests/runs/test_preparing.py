"""What is made of a recording to be sent, and which of it is played."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from interhuman.media import preflight
from interhuman.media.facts import SoundChoice
from interhuman.media.plan import Plan, plan
from interhuman.media.probe import Probe
from interhuman.runs.preparing import verdict_by_content, verdict_by_header
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.sent_file import SentFile
from tests import clips
from tests.media.odd_clips import joined, marked
from tests.page.conftest import PATIENCE_S

pytestmark = pytest.mark.usefixtures("in_process")


def sent(
    recording: UploadedRecording, sound: SoundChoice | None, model: str = "inter-1"
) -> SentFile:
    return recording.preparation.sent_file(
        recording,
        model=model,
        sound=sound,
        on_progress=lambda _: None,
        cancelled=lambda: False,
    )


@pytest.mark.parametrize(
    ("changed", "model", "says"),
    [
        ({"duration_s": 3600.0}, "inter-2-audio", "the limit for Inter-2 audio is 30:00"),
        ({"has_sound": False}, "inter-2", "Inter-2 needs audio"),
        ({}, "inter-1", None),
    ],
    ids=["too long", "no sound", "good"],
)
def test_what_its_model_refuses_is_not_sent_where_nothing_is_converted(
    changed: dict[str, Any], model: str, says: str | None
) -> None:
    header = Probe(1000, container="mp4", duration_s=60.0, video_codec="h264", audio_codec="aac")
    header = replace(header, has_picture=True, **{"has_sound": True, **changed})
    refusal = verdict_by_header(header, model=model, convert=False).refusal
    if says is None:
        assert refusal is None
    else:
        assert says in (refusal or "")


def test_each_result_plays_the_sound_that_was_analyzed() -> None:
    both = joined(marked(video_codec="libx264"), marked(video_codec=None))
    recording = UploadedRecording("two.mp4", both)
    first, second = (sent(recording, SoundChoice(track)) for track in (0, 1))
    assert first != second
    made_file = recording.preparation.made_file
    assert (made_file(SoundChoice(0)), made_file(SoundChoice(1))) == (first, second)


def test_what_is_done_is_planned_once_for_a_model_and_a_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned: list[object] = []

    def counted(*given: Any, **options: Any) -> Plan:
        planned.append(given)
        return plan(*given, **options)

    monkeypatch.setattr(preflight, "plan", counted)
    recording = UploadedRecording("talk.mp4", clips.recording(4.0))
    preparation = recording.preparation
    assert preparation.preflight(recording).wait(PATIENCE_S)
    for _ in range(3):
        assert verdict_by_content(recording, preparation, model="inter-1").refusal is None
    sent(recording, None)
    assert len(planned) == 1
    assert verdict_by_content(recording, preparation, model="inter-2-audio").refusal is None
    assert len(planned) == 2


def test_sound_alone_is_played_where_the_recording_has_no_picture() -> None:
    spoken = UploadedRecording("voice.mka", marked("matroska", video_codec=None, audio_codec="ac3"))
    made = sent(spoken, None, "inter-2-audio")
    assert made.name == "voice.m4a"
    assert spoken.preparation.made_file(None) == made
    seen = UploadedRecording("talk.mkv", marked("matroska", audio_codec="ac3"))
    sent(seen, None, "inter-2-audio")
    assert seen.preparation.made_file(None) is None


@pytest.mark.parametrize(
    ("given", "container", "model", "name"),
    [
        ("talk.mp4", "mp4", "inter-1", "talk.mp4"),
        ("talk.mp4", "webm", "inter-1", "talk.webm"),
        ("a.mp3", "m4a", "inter-2-audio", "a.m4a"),
        ("a.wav", "mp3", "inter-2-audio", "a.mp3"),
    ],
    ids=["true", "webm", "m4a", "mp3"],
)
def test_what_is_sent_is_named_as_what_it_is(
    given: str, container: str, model: str, name: str
) -> None:
    video = container in clips.VIDEO_CONTAINERS
    content = clips.recording(4.0, container=container, video=video)
    assert sent(UploadedRecording(given, content), None, model).name == name


def test_the_length_is_that_of_the_content() -> None:
    """The header of a stream put together of two has that of the last."""
    recording = UploadedRecording(
        "disc.vob", marked("vob", video_codec="mpeg2video", audio_codec="mp2") * 2
    )
    assert recording.probe.duration_s == pytest.approx(4.0, abs=0.2)
    assert recording.preparation.preflight(recording).wait(PATIENCE_S)
    assert recording.duration_s == pytest.approx(8.0, abs=0.2)
