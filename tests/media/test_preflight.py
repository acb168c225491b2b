"""What a full read shows, and what is said of it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import av
import numpy as np
import pytest

from interhuman import isolation
from interhuman.media import preflight_words
from interhuman.media.facts import Facts, PictureFacts, SoundChoice, SoundFacts
from interhuman.media.fit_error import FitError
from interhuman.media.fit_words import fit_words
from interhuman.media.plan import COPY
from interhuman.media.preflight import Preflight, SoundLevels, outlook, preflight
from interhuman.media.progress import MediaProgress
from interhuman.media.worker import full_read, meters
from tests import clips, processes
from tests.media.odd_clips import (
    a_voice_per_channel,
    joined,
    marked,
    open_media,
    patched,
    sound_first,
)

PICTURE = PictureFacts(
    track=0,
    codec="h264",
    width=1280,
    height=720,
    rotation=0,
    mirrored=False,
    pixel_aspect=1.0,
    disputed_aspect=False,
    pixel_format="yuv420p",
    transfer="sdr",
    interlaced=False,
    untimed=False,
    cut=False,
    frames_per_s=30.0,
    keyframes=30,
    size_bytes=2_000_000,
    start_s=0.0,
    end_s=60.0,
)
SOUND = SoundFacts(
    track=0,
    channel=None,
    codec="aac",
    profile="LC",
    rate_hz=48_000,
    channels=2,
    size_bytes=900_000,
    packets=2_800,
    start_s=0.0,
    end_s=60.0,
    missing_s=0.0,
)
FACTS = Facts(
    container="mp4",
    size_bytes=3_000_000,
    header_duration_s=60.0,
    duration_s=60.0,
    origin_s=0.0,
    index_first=True,
    damaged=False,
    picture_tracks=1,
    sound_tracks=1,
    picture=PICTURE,
    sound=SOUND,
    sounds=(SOUND,),
)
TOO_LARGE = replace(FACTS, size_bytes=391_000_000, picture=replace(PICTURE, size_bytes=390_000_000))
LEVELS = SoundLevels(
    silent_s=9.0, loudness_lufs=-23.0, change_db=4.0, left_alone=0.0, right_alone=0.0
)
GOOD = Preflight(
    facts=FACTS,
    levels=(LEVELS,),
    picture_read_s=60.0,
    black_s=0.0,
    still_s=2.0,
    errors=0,
    first_error_s=None,
)


def measured(content: bytes) -> dict[str, Any]:
    """Return what `preflight` measures, without the process that makes it slow."""
    return full_read.read_whole(io.BytesIO(content), extension="", report=lambda _: None)


def levels_in(content: bytes) -> dict[str, Any]:
    """Return what is measured of the first track of sound."""
    first: dict[str, Any] = measured(content)["levels"][0]
    return first


def findings(read: Preflight, model: str = "inter-1") -> tuple[str, ...]:
    return preflight_words.findings(outlook(read, model))


def with_levels(**changes: Any) -> Preflight:
    return replace(GOOD, levels=(replace(LEVELS, **changes),))


def with_picture(**changes: Any) -> Preflight:
    return replace(GOOD, facts=replace(FACTS, picture=replace(PICTURE, **changes)))


@pytest.mark.parametrize("ending", [*clips.VIDEO_CONTAINERS, *clips.AUDIO_CONTAINERS])
def test_silence_is_measured_in_every_container(ending: str) -> None:
    content = clips.recording(12.0, container=ending, video=ending in clips.VIDEO_CONTAINERS)
    assert levels_in(content)["silent_s"] == pytest.approx(3.0, abs=0.15)


def test_a_silence_at_the_end_counts_and_so_does_sound_that_is_not_there() -> None:
    ending = levels_in(clips.recording(8.0, silences=((5.0, 8.0),)))
    assert ending["silent_s"] == pytest.approx(3.0, abs=0.1)
    throughout = levels_in(clips.recording(8.0, silences=((0.0, 8.0),)))
    assert throughout["silent_s"] == pytest.approx(8.0, abs=0.1)
    late = levels_in(clips.late_sound())
    assert late["silent_s"] == pytest.approx(5.0 + 5.0, abs=0.1)
    early = levels_in(marked(sound_until_s=1.0))
    assert early["silent_s"] == pytest.approx(3.0, abs=0.1)


def test_a_download_that_ended_before_its_content_is_called_that() -> None:
    whole = clips.truncated_faststart_mp4()
    index_alone = whole[: whole.index(b"mdat") + 40]
    without_content = whole[: whole.index(b"mdat") - 4]
    for content in (index_alone, without_content, clips.truncated_mp4()):
        assert measured(content) == {
            "reason": "unreadable",
            "sentence": "This file can't be read: it's incomplete, like a download that didn't "
            "finish. Get a complete copy.",
        }


def test_of_several_tracks_the_one_with_a_voice_is_proposed() -> None:
    silent = clips.recording(8.0, video=False, container="m4a", silences=((0.0, 8.0),))
    voice = clips.recording(8.0, video=False, container="m4a", silences=((0.0, 2.0),))
    read = preflight(joined(clips.recording(8.0, audio=False), silent, voice))
    assert [round(levels.silent_s) for levels in read.levels] == [8, 2]
    assert read.proposed_sound == SoundChoice(1)
    assert read.sound_choices == (SoundChoice(0), SoundChoice(1))
    said = " ".join(findings(read.choosing(None)))
    assert "It has 2 audio tracks; track 2 is sent." in said
    assert "silent" not in said
    assert "silent throughout" in " ".join(findings(read.choosing(SoundChoice(0))))
    with pytest.raises(ValueError, match="no such sound"):
        read.choosing(SoundChoice(2))


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_samples_that_are_no_numbers_do_not_end_the_reading(broken: float) -> None:
    samples = np.full((1, 80_000), 0.1, dtype=np.float32)
    samples[0, 30_000:36_000] = broken
    content = io.BytesIO()
    with open_media(content, "w", format="wav") as output:
        sound = output.add_stream("pcm_f32le", rate=8_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples, format="flt", layout="mono")
        frame.sample_rate, frame.pts = 8_000, 0
        output.mux(sound.encode(frame))
        output.mux(sound.encode(None))
    (levels,) = preflight(content.getvalue()).levels
    assert np.isfinite(levels.change_db)


def test_a_track_that_is_nearly_silent_is_not_taken_for_the_voice() -> None:
    both = replace(FACTS, sounds=(SOUND, replace(SOUND, track=1)), sound_tracks=2)
    levels = (replace(LEVELS, silent_s=53.0, change_db=5.0), replace(LEVELS, silent_s=18.0))
    assert replace(GOOD, facts=both, levels=levels).proposed_sound == SoundChoice(1)


def test_music_before_the_voice_is_not_taken_for_it() -> None:
    both = replace(FACTS, sounds=(SOUND, replace(SOUND, track=2)), sound_tracks=3)
    for changes_db, proposed in (((0.4, 3.5), 2), ((3.5, 0.4), 0), ((3.0, 3.5), 0)):
        levels = tuple(replace(LEVELS, change_db=change_db) for change_db in changes_db)
        found = replace(GOOD, facts=both, levels=levels).proposed_sound
        assert found == SoundChoice(proposed)


def test_a_voice_in_each_channel_is_said_and_can_be_chosen() -> None:
    read = preflight(a_voice_per_channel())
    assert read.sound_choices == (SoundChoice(0), SoundChoice(0, 0), SoundChoice(0, 1))
    assert "Each channel of its audio has its own voice" in " ".join(
        findings(read, "inter-2-audio")
    )
    left = read.choosing(SoundChoice(0, 0))
    assert "Only the left channel" in " ".join(findings(left, "inter-2-audio"))
    same_in_both = preflight(marked(video_codec=None))
    assert same_in_both.sound_choices == ()


def test_loudness_is_that_of_what_is_heard() -> None:
    whole = levels_in(clips.recording(8.0, silences=()))["loudness_lufs"]
    quiet = levels_in(clips.recording(8.0, silences=(), quiet=((0.0, 8.0),)))["loudness_lufs"]
    assert whole - quiet == pytest.approx(20.0, abs=1.0)


def test_black_and_still_pictures_are_measured_to_the_end() -> None:
    moving = measured(clips.recording(8.0, silences=()))
    assert (moving["black_s"], moving["still_s"]) == (0.0, 0.0)
    still = measured(clips.recording(8.0, silences=(), still=True))
    assert still["still_s"] == pytest.approx(8.0, abs=0.2)
    assert still["black_s"] == 0.0
    black = measured(_black())
    assert black["black_s"] == pytest.approx(4.0, abs=0.1)


def _black() -> bytes:
    return marked(video_codec="ffv1", container="matroska", black=True)


def test_of_a_long_recording_the_keyframes_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "_ALL_PICTURES_UP_TO_S", 1.0)
    still = measured(clips.recording(12.0, still=True))
    # The encoder needs some keyframes before they are as good as the same.
    assert 7.5 < still["still_s"] <= 12.0
    assert measured(clips.recording(12.0))["still_s"] == 0.0


def test_pictures_that_take_too_long_are_left_and_nothing_is_claimed_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(meters, "_MAX_PICTURE_TIME_S", 0.0)
    result = measured(clips.recording(12.0, still=True))
    assert (result["picture_read_s"], result["still_s"]) == (0.0, 0.0)
    assert result["levels"][0]["silent_s"] == pytest.approx(3.0, abs=0.15)


def test_damage_is_met() -> None:
    whole = measured(marked(video_codec="libx264"))
    assert whole["errors"] == 0
    cut = measured(clips.truncated_faststart_mp4())
    assert cut["facts"]["duration_s"] == pytest.approx(7.0, abs=0.1)
    assert cut["facts"]["header_duration_s"] == 12.0
    damaged = measured(patched(_fragile, 3))
    assert damaged["errors"] > 0
    assert 0.0 <= damaged["first_error_s"] <= 4.1


def _fragile() -> bytes:
    return marked("avi", video_codec="mjpeg", pixel_format="yuvj420p", audio_codec="flac")


def test_the_true_length_of_a_browsers_recording_is_known() -> None:
    facts = measured(clips.browser_webm(6.0))["facts"]
    assert facts["header_duration_s"] is None
    assert facts["duration_s"] == pytest.approx(6.0, abs=0.05)


def test_in_a_process_it_gives_the_same_and_reports_on_its_way() -> None:
    content, progress = clips.recording(), list[MediaProgress]()
    result = preflight(content, "talk.mp4", on_progress=progress.append)
    assert result.sound_levels is not None
    assert result.sound_levels.silent_s == levels_in(content)["silent_s"]
    assert result.facts == Facts.from_json(measured(content)["facts"])
    assert progress
    assert not processes.opened_by()


def test_it_can_be_canceled() -> None:
    with pytest.raises(FitError) as caught:
        preflight(clips.recording(), cancelled=lambda: True)
    assert caught.value.reason == "cancelled"
    assert not processes.opened_by()


@pytest.mark.parametrize("reply", [None, [], {"facts": {}}, {"reason": "x", "sentence": "y"}])
def test_a_result_of_another_form_is_not_trusted(
    reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "run", lambda *_, **__: reply)
    with pytest.raises(FitError) as caught:
        preflight(b"x")
    assert caught.value.reason == "failed"


def test_a_repackaged_recording_that_is_the_same_in_words_is_no_news() -> None:
    assert fit_words(FACTS, FACTS, action="repackaged", sound=COPY) == ""
    smaller = replace(FACTS, size_bytes=FACTS.size_bytes // 2)
    assert fit_words(FACTS, smaller, action="repackaged", sound=COPY) != ""


@pytest.mark.parametrize("model", ["inter-1", "inter-2"])
def test_nothing_is_said_of_a_good_recording(model: str) -> None:
    assert findings(GOOD, model) == ()
    assert findings(replace(GOOD, facts=replace(FACTS, index_first=False)), model) == ()


@pytest.mark.parametrize(
    ("changed", "model", "reason"),
    [
        ({"duration_s": 2.9}, "inter-1", "too_short"),
        ({"duration_s": 2.9}, "inter-2-audio", "too_short"),
        ({"sound": None}, "inter-2", "no_sound"),
        ({"sound": None, "sound_tracks": 0}, "inter-2-audio", "no_sound"),
        ({"picture": None}, "inter-2", "no_picture"),
    ],
)
def test_what_a_model_refuses_is_known_before_it_is_sent(
    changed: dict[str, Any], model: str, reason: str
) -> None:
    read = replace(GOOD, facts=replace(FACTS, **changed))
    expected = outlook(read, model)
    assert expected.refusal is not None
    assert expected.refusal[0] == reason
    assert findings(read, model) == (expected.refusal[1],)
    assert preflight_words.changes(expected) == ()


@pytest.mark.parametrize(
    ("changed", "model"),
    [({"duration_s": 3.0}, "inter-2"), ({"duration_s": 1800.0}, "inter-2"), ({}, "inter-2-audio")],
)
def test_what_a_model_just_takes_is_not_refused(changed: dict[str, Any], model: str) -> None:
    assert outlook(replace(GOOD, facts=replace(FACTS, **changed)), model).plan is not None


def test_without_sound_inter_1_still_takes_it() -> None:
    assert outlook(replace(GOOD, facts=replace(FACTS, sound=None)), "inter-1").plan is not None


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            replace(GOOD, facts=replace(FACTS, header_duration_s=90.0)),
            "It ends at 1:00, although the file says 1:30. It may be incomplete.",
        ),
        (
            with_levels(silent_s=56.4),
            "94% of it is silent, so expect few signals.",
        ),
        (with_levels(silent_s=60.0), "Its audio is silent throughout, so expect few signals."),
        (
            with_levels(loudness_lufs=-47.6),
            "Its audio is very quiet (-48 LUFS; speech is usually about -23), so words may be "
            "missed.",
        ),
        (
            replace(GOOD, black_s=45.0, still_s=45.0),
            "75% of the video is black, so no face can be read there.",
        ),
        (
            replace(GOOD, still_s=45.0),
            "75% of the video is a still image; signals will rely on the audio.",
        ),
        (
            replace(GOOD, errors=3, first_error_s=12.5),
            "It's damaged, first at 0:12. Whatever can't be read there is left out.",
        ),
        (
            replace(GOOD, facts=replace(FACTS, duration_s=2.0)),
            "This recording is 2.0 seconds long. Choose one that's at least 3 seconds.",
        ),
    ],
)
def test_every_finding_says_what_follows(result: Preflight, sentence: str) -> None:
    assert sentence in findings(result)


MUTE = with_levels(silent_s=60.0)
SOUNDLESS = replace(GOOD, facts=replace(FACTS, sound=None, sounds=(), sound_tracks=0), levels=())
NO_SOUND_IN_IT = "its audio is silent throughout."


@pytest.mark.parametrize(
    ("result", "model", "said"),
    [
        (MUTE, "inter-1", None),
        (replace(GOOD, black_s=60.0), "inter-1", None),
        (replace(MUTE, black_s=60.0), "inter-1", f"its video is black and {NO_SOUND_IN_IT}"),
        (
            replace(MUTE, still_s=60.0),
            "inter-1",
            f"its video is a still image and {NO_SOUND_IN_IT}",
        ),
        (MUTE, "inter-2-audio", NO_SOUND_IN_IT),
        (replace(SOUNDLESS, black_s=60.0), "inter-1", "its video is black and it has no audio."),
        (replace(SOUNDLESS, black_s=60.0), "inter-2", None),  # which refuses it
    ],
)
def test_where_nothing_is_seen_or_heard_that_alone_is_said(
    result: Preflight, model: str, said: str | None
) -> None:
    words = preflight_words.nothing_to_analyze(outlook(result, model))
    assert words == (said and f"Nothing to analyze: {said}")
    if words is not None:
        assert findings(result, model) == ()


TO_MP4 = "It's converted to MP4 with H.264 before it's sent. Its times stay the same."
ABOUT = TO_MP4.replace("H.264", "H.264, about 31.5 MB,")
TO_M4A = TO_MP4.replace("MP4 with H.264", "M4A, about 1 MB,")
TO_SOUND = TO_MP4.replace("MP4 with H.264", "audio only, in M4A, about 1 MB,")
REPACKAGED = "It's repackaged before it's sent, with no loss of quality."
LATE = replace(SOUND, start_s=2.0)
SLOW = replace(SOUND, rate_hz=8_000)
VOICE = replace(FACTS, container="m4a", picture=None, picture_tracks=0, sound=SLOW, sounds=(SLOW,))


@pytest.mark.parametrize(
    ("result", "model", "said"),
    [
        (GOOD, "inter-1", ()),
        (replace(GOOD, facts=replace(FACTS, index_first=False)), "inter-1", (REPACKAGED,)),
        (
            replace(GOOD, facts=replace(FACTS, header_duration_s=None)),
            "inter-1",
            (REPACKAGED, "The file doesn't state its length."),
        ),
        (
            replace(GOOD, facts=replace(FACTS, header_duration_s=90.0)),
            "inter-1",
            (REPACKAGED,),
        ),
        (
            with_picture(codec="hevc"),
            "inter-1",
            (TO_MP4, "HEVC video may be rejected, so H.264 is sent."),
        ),
        (
            replace(GOOD, facts=TOO_LARGE),
            "inter-1",
            (ABOUT, "It's 391 MB; the limit is 33.5 MB."),
        ),
        (
            with_picture(codec="hevc", rotation=90),
            "inter-2-audio",
            (TO_SOUND, "Only its audio is sent."),
        ),
        (
            replace(GOOD, facts=replace(FACTS, sound=LATE, sounds=(LATE,))),
            "inter-1",
            (
                "Its audio is converted to AAC before it's sent. Its video and times stay the "
                "same.",
                "Its audio starts later than its video.",
            ),
        ),
        (
            replace(GOOD, facts=VOICE),
            "inter-2-audio",
            (TO_M4A,),
        ),
    ],
    ids=["good", "index", "length", "cut off", "hevc", "large", "sound", "late", "rate"],
)
def test_every_change_is_said_with_its_reason(
    result: Preflight, model: str, said: tuple[str, ...]
) -> None:
    assert preflight_words.changes(outlook(result, model)) == said


def test_what_cannot_be_sent_is_said_alone() -> None:
    large = replace(PICTURE, size_bytes=39_000_000_000)
    long = replace(FACTS, duration_s=3_600_000.0, size_bytes=40_000_000_000, picture=large)
    assert findings(replace(GOOD, facts=long)) == (
        "It's 1000:00:00 long, too long to be analyzed even in parts. Cut it into parts first.",
    )
    blind = replace(FACTS, picture=None, picture_tracks=0)
    assert findings(replace(GOOD, facts=blind)) == (
        "It has no video. Choose one with video, or the model Inter-2 audio.",
    )


def test_the_limits_of_the_model_are_kept() -> None:
    long = replace(FACTS, duration_s=1801.0)
    cutting = outlook(replace(GOOD, facts=long), "inter-2").cutting
    assert cutting is not None
    assert cutting.why == "It's 30:01 long, and Inter-2 takes up to 30:00."
    assert findings(replace(GOOD, facts=long), "inter-2") == ()
    mute = replace(GOOD, facts=replace(FACTS, sound=None, sounds=(), sound_tracks=0), levels=())
    assert "It has no audio" in findings(mute, "inter-1")[0]


def test_of_a_picture_that_is_not_sent_nothing_is_said() -> None:
    assert findings(replace(GOOD, black_s=60.0, still_s=60.0), "inter-2-audio") == ()


def test_the_order_of_the_tracks_does_not_matter() -> None:
    content = marked(video_codec="libx264")  # Its decoder gives the last pictures at the end.
    assert replace(preflight(sound_first(content), "x.mp4"), facts=FACTS) == replace(
        preflight(content, "x.mp4"), facts=FACTS
    )
