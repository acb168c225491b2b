"""Probing a recording, and the advice that follows from it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interhuman import isolation
from interhuman.media.advice import concerns, preview_problem, refusal
from interhuman.media.facts import CUT_OFF, DAMAGED, GONE, STOPPED, TOO_SLOW
from interhuman.media.probe import Probe, probe
from interhuman.media.worker import header
from interhuman.media.worker.header import read_header
from tests import clips, hostile_media, measured
from tests.media.odd_clips import marked

HERE = pytest.mark.usefixtures("in_process")

GOOD = Probe(
    size_bytes=2_000_000,
    container="mp4",
    duration_s=60.0,
    width=1280,
    height=720,
    video_codec="h264",
    audio_codec="aac",
    has_picture=True,
    has_sound=True,
)

CONTAINERS = {
    "mp4": ("mp4", "h264", "aac"),
    "mov": ("mov", "h264", "aac"),
    "mkv": ("mkv", "h264", "aac"),
    "webm": ("webm", "vp8", "opus"),
    "avi": ("avi", "h264", "mp3"),
    "ts": ("mpeg-ts", "h264", "aac"),
}


@HERE
@pytest.mark.parametrize("ending", CONTAINERS)
def test_every_video_container_is_read(ending: str) -> None:
    found = probe(clips.recording(5.0, container=ending), f"talk.{ending}")
    assert (found.container, found.video_codec, found.audio_codec) == CONTAINERS[ending]
    assert (found.width, found.height) == (320, 180)
    assert (found.readable, found.why, found.has_picture, found.has_sound) == (
        True,
        None,
        True,
        True,
    )
    assert found.duration_s == pytest.approx(5.0, abs=0.15)


@HERE
@pytest.mark.parametrize("ending", clips.AUDIO_CONTAINERS)
def test_every_audio_container_is_read(ending: str) -> None:
    found = probe(clips.sound_only(ending), f"voice.{ending}")
    assert found.container == ending
    assert (found.has_picture, found.has_sound) == (False, True)
    assert (found.width, found.height, found.video_codec) == (None, None, None)
    assert found.duration_s == pytest.approx(12.0, abs=0.1)


def test_bytes_path_and_open_file_give_the_same_probe(tmp_path: Path) -> None:
    data = clips.recording(4.0)
    path = tmp_path / "a talk — é 🎤.mp4"
    path.write_bytes(data)
    file = io.BytesIO(data)
    file.seek(17)
    expected = probe(data, path.name)
    assert probe(path, path.name) == expected
    assert probe(str(path), path.name) == expected
    assert probe(file, path.name) == expected
    assert file.tell() == 17
    assert expected.size_bytes == len(data)


def test_a_path_that_does_not_exist_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "gone.mp4", "gone.mp4")


@HERE
@pytest.mark.parametrize(
    ("container", "video_codec", "audio_codec", "expected"),
    [
        ("3gp", "h263", "aac", "3gp"),
        ("mpeg", "mpeg1video", "mp2", "mpeg-ps"),
        ("vob", "mpeg2video", "ac3", "mpeg-ps"),
        ("asf", "wmv2", "libmp3lame", "asf"),
        ("flv", "flv", "libmp3lame", "flv"),
        ("adts", None, "aac", "aac"),
        ("aiff", None, "pcm_s16be", "aiff"),
        ("ipod", None, "aac", "m4a"),
        ("matroska", None, "flac", "mkv"),
    ],
)
def test_older_and_rarer_kinds_are_read(
    container: str, video_codec: str | None, audio_codec: str, expected: str
) -> None:
    content = marked(
        container,
        video_codec=video_codec,
        audio_codec=audio_codec,
        size=(176, 144),
        rate_hz=44_100,
    )
    found = probe(content, "named by somebody")
    assert (found.readable, found.container) == (True, expected)
    assert found.duration_s == pytest.approx(4.0, abs=0.2)
    assert (found.has_picture, found.has_sound) == (video_codec is not None, True)


@pytest.mark.parametrize(("container", "name"), [("matroska", "x.mkv"), ("mpegts", "x.ts")])
def test_the_clock_of_a_piece_of_a_stream_begins_later(container: str, name: str) -> None:
    piece = marked(container, video_codec="mpeg2video", audio_codec="mp2", shift_s=10.0)
    found = probe(piece, name)
    assert found.start_s == pytest.approx(10.0, abs=0.1)
    assert found.duration_s == pytest.approx(4.0, abs=0.1)


def test_a_browser_recording_without_duration_is_measured() -> None:
    data = clips.browser_webm(6.0)
    with av.open(io.BytesIO(data), "r") as source:
        assert source.duration is None
    found = probe(data, "recorded.webm")
    assert found.container == "webm"
    assert found.duration_s == pytest.approx(6.0, abs=0.1)


@HERE
def test_a_truncated_browser_recording_has_the_remaining_length() -> None:
    data = clips.browser_webm(6.0)
    found = probe(data[: len(data) // 2], "recorded.webm")
    assert found.duration_s is not None
    assert 1.0 < found.duration_s < 5.5


@HERE
def test_a_probe_is_no_integrity_check() -> None:
    assert probe(clips.truncated_faststart_mp4(), "cut.mp4") == replace(
        probe(clips.recording(), "whole.mp4"),
        size_bytes=len(clips.truncated_faststart_mp4()),
    )
    assert probe(clips.corrupted_mp4(), "noise.mp4").readable


@HERE
def test_an_unknown_codec_is_a_picture_without_a_name() -> None:
    found = probe(clips.unknown_codec_mp4(), "x.mp4")
    assert (found.readable, found.has_picture, found.video_codec) == (True, True, None)
    assert preview_problem(found) == (
        "Your browser can't show this kind of video, so there's no preview; "
        "the analysis doesn't need one."
    )


@HERE
def test_cover_art_is_no_picture() -> None:
    song = clips.with_cover()
    with av.open(io.BytesIO(song), "r") as written:
        assert [stream.type for stream in written.streams] == ["audio", "video"]
    found = probe(song, "song.mp3")
    assert (found.container, found.has_picture, found.has_sound) == ("mp3", False, True)
    assert found.video_codec is None


@HERE
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (clips.empty, "it's empty"),
        (clips.text_renamed, "it isn't a known kind of recording, or it's damaged"),
        (clips.truncated_mp4, "it's incomplete, like a download that didn't finish"),
        (lambda: b"\x00", "it isn't a known kind of recording, or it's damaged"),
    ],
    ids=["empty", "text", "cut before its index", "one byte"],
)
def test_an_unreadable_file_has_a_reason(make: Callable[[], bytes], why: str) -> None:
    data = make()
    found = probe(data, "talk.mp4")
    assert not found.readable
    assert str(found.why).startswith(why)
    assert found.size_bytes == len(data)
    assert preview_problem(found) == (
        "There's no preview, because this file can't be read as a recording."
    )
    remedy = (
        "Get a complete copy."
        if make is clips.truncated_mp4
        else "Export it again as MP4 with H.264 video and AAC audio."
    )
    assert concerns(found, "inter-1") == (f"This file can't be read here: {found.why}. {remedy}",)


@HERE
@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile another.mp4\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nanother.mp4\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    ],
    ids=["concat", "m3u8", "sdp"],
)
@pytest.mark.parametrize("name", ["list.mp4", "list.m3u8", "list.ffconcat"])
def test_a_playlist_opens_no_other_file(
    text: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("another.mp4").write_bytes(clips.recording(4.0))
    Path(name).write_text(text)
    assert not probe(text.encode(), name).readable
    assert not probe(Path(name), name).readable


def probe_in_process(data: bytes, filename: str) -> Probe:
    """Return what `probe` does, without the process that makes it slow."""
    return Probe(len(data), **read_header(io.BytesIO(data), Path(filename).suffix.lower()))


@HERE
@pytest.mark.parametrize("filename", ["", "talk", ".mp4", "\0", "\ud800.m4a", "x." + "y" * 9999])
def test_any_file_name_is_accepted(filename: str) -> None:
    assert probe(clips.recording(3.0, silences=()), filename).readable


@given(st.binary(max_size=4096), st.text(max_size=20))
@example(b"RIFF\x00\x00\x00\x00AVI ", "x.avi")
@example(b"\x1aE\xdf\xa3", "x.webm")
@example(b"\x00\x00\x00\x08moov", "x.mov")
@example(b"ID3" + bytes(200), "x.mp3")
def test_no_bytes_make_the_probe_raise(data: bytes, filename: str) -> None:
    found = probe_in_process(data, filename)
    assert found.readable == (found.why is None)
    assert found.readable == (found.has_picture or found.has_sound)


@given(
    ending=st.sampled_from([*clips.VIDEO_CONTAINERS, *clips.AUDIO_CONTAINERS, "live"]),
    cut=st.floats(0.0, 1.0),
    changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=30),
)
def test_no_damage_makes_the_probe_raise(
    ending: str, cut: float, changes: list[tuple[int, int]]
) -> None:
    whole = bytearray(
        clips.browser_webm(3.0)
        if ending == "live"
        else clips.recording(3.0, container=ending, video=ending in clips.VIDEO_CONTAINERS)
    )
    for position, value in changes:
        whole[position % min(len(whole), 4096)] = value
    found = probe_in_process(bytes(whole[: round(len(whole) * cut)]), f"x.{ending}")
    assert found.readable == (found.why is None)
    assert found.duration_s is None or found.duration_s >= 0
    assert all(sentence.endswith(".") for sentence in concerns(found, "inter-2"))


@HERE
def test_the_length_of_a_recording_that_is_read_in_part_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = clips.browser_webm(6.0)
    assert probe_in_process(live, "x.webm").duration_s == pytest.approx(6.0, abs=0.2)
    monkeypatch.setattr(header, "_MAX_READ_BYTES", len(live) // 2)
    assert probe_in_process(live, "x.webm").duration_s is None


VOICE = replace(GOOD, container="wav", has_picture=False, width=None, height=None, video_codec=None)


@pytest.mark.parametrize(
    "found",
    [
        GOOD,
        replace(GOOD, container="mov"),
        replace(GOOD, container="mkv"),
        replace(GOOD, container="webm", video_codec="vp9", audio_codec="opus"),
        replace(GOOD, container="webm", video_codec="vp8", audio_codec="vorbis"),
        replace(GOOD, video_codec="av1"),
        replace(GOOD, container="mov", audio_codec="pcm_s16le"),
        replace(GOOD, audio_codec="ac3"),
        replace(GOOD, has_sound=False, audio_codec=None),
        replace(VOICE, audio_codec="pcm_s24le"),
    ],
)
def test_what_plays_in_a_browser_has_no_preview_problem(found: Probe) -> None:
    assert preview_problem(found) is None


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (replace(GOOD, container="avi"), "play AVI files"),
        (replace(GOOD, container="mpeg-ts"), "play MPEG-TS files"),
        (replace(GOOD, video_codec="hevc"), "show HEVC (H.265) video"),
        (replace(GOOD, video_codec="mpeg4"), "show MPEG-4 Part 2 video"),
        (replace(GOOD, container="mov", video_codec="prores"), "show ProRes video"),
        (replace(VOICE, container="m4a", audio_codec="alac"), "play ALAC audio"),
    ],
)
def test_what_a_browser_cannot_play_is_named(found: Probe, missing: str) -> None:
    assert preview_problem(found) == (
        f"Your browser can't {missing}, so there's no preview; the analysis doesn't need one."
    )


@HERE
def test_real_files_have_the_same_preview_problems() -> None:
    problems = {
        ending: preview_problem(probe(clips.recording(5.0, container=ending), f"x.{ending}"))
        for ending in clips.VIDEO_CONTAINERS
    }
    assert {ending for ending, problem in problems.items() if problem} == {"avi", "ts"}
    assert "MPEG-4 Part 2" in str(preview_problem(probe(clips.mpeg4_part2(), "x.mp4")))
    hevc = clips.recording(1.0, video_codec="libx265")
    assert "HEVC" in str(preview_problem(probe(hevc, "x.mp4")))


@pytest.mark.parametrize("model", ["inter-1", "inter-2", "inter-2-audio", "inter-9"])
def test_a_good_recording_has_no_concerns(model: str) -> None:
    assert concerns(GOOD, model) == ()
    assert concerns(replace(GOOD, duration_s=None), model) == ()
    assert concerns(replace(GOOD, size_bytes=33_554_432, duration_s=3.0), model) == ()


def test_a_file_over_the_limit_is_reported_with_both_numbers() -> None:
    assert concerns(replace(GOOD, size_bytes=33_554_433), "inter-1") == (
        "The recording is 33.6 MB; the limit is 33.5 MB. Nothing was sent. Save it at a lower "
        "bitrate (3 minutes fit at 1 Mbit/s), or cut it into parts.",
    )


def test_a_short_recording_is_never_rounded_up_to_the_limit() -> None:
    assert concerns(replace(GOOD, duration_s=2.97), "inter-1") == (
        "This recording is 2.9 seconds long. Choose one that's at least 3 seconds.",
    )


def test_half_an_hour_is_a_limit_of_inter_2_alone() -> None:
    long = replace(GOOD, duration_s=1800.4)
    assert concerns(long, "inter-1") == ()
    assert concerns(long, "inter-2") == (
        "This recording is 30:01 long; the limit for Inter-2 is 30:00. Cut it into parts.",
    )
    assert "the limit for Inter-2 audio is" in concerns(long, "inter-2-audio")[0]


def test_sound_alone_suits_only_the_model_for_sound() -> None:
    assert concerns(VOICE, "inter-2-audio") == ()
    for model, name in {"inter-1": "Inter-1", "inter-2": "Inter-2"}.items():
        assert concerns(VOICE, model) == (
            f"It has no video, and {name} needs video. Choose one with video.",
        )


def test_a_silent_recording_is_refused_by_inter_2_and_means_little_to_inter_1() -> None:
    silent = replace(GOOD, has_sound=False, audio_codec=None)
    assert concerns(silent) == (
        "It has no audio, so the results will mean little. Choose one with audio.",
    )
    assert concerns(silent, "inter-2") == (
        "It has no audio, and Inter-2 needs audio. Choose one with audio.",
    )


def test_a_refused_codec_is_reported_before_it_is_sent() -> None:
    old = replace(GOOD, video_codec="mpeg4")
    assert concerns(old, "inter-1") == (
        "Its video is MPEG-4 Part 2, which the API is known to reject. "
        "Export it again as MP4 with H.264 video.",
    )
    assert concerns(old, "inter-2-audio") == ()


def test_all_concerns_about_a_model_are_reported_at_once() -> None:
    bad = replace(VOICE, duration_s=1801.0, has_sound=False)
    assert len(concerns(bad, "inter-2")) == 3


def test_what_no_model_takes_is_reported_alone() -> None:
    useless = replace(VOICE, duration_s=1.0, has_sound=False)
    (concern,) = concerns(useless, "inter-2")
    assert concern == refusal(useless)


def test_a_container_that_the_model_does_not_take_is_named() -> None:
    video = replace(GOOD, container="mov")
    assert concerns(video, "inter-1") == concerns(video, "inter-2") == ()
    (concern,) = concerns(video, "inter-2-audio")
    assert "Inter-2 audio doesn't accept MOV files" in concern


TOO_MUCH = "its index lists more than the file contains"


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (hostile_media.claimed_samples_mp4, "claims.mp4", TOO_MUCH),
        (lambda: hostile_media.claimed_samples_mp4(tracks=3), "claims.mp4", TOO_MUCH),
        (hostile_media.claimed_fragment_mp4, "claims.mp4", TOO_MUCH),
        (lambda: hostile_media.one_byte_samples_mp4(33_000_000), "samples.mp4", None),
        (hostile_media.huge_png_track, "png.mov", None),
        (hostile_media.huge_png_cover, "cover.mp3", None),
        (hostile_media.eight_k_mp4, "8k.mp4", None),
        (hostile_media.noise_ts, "noise.ts", None),
    ],
)
def test_no_file_takes_much_memory_or_time(
    content: Callable[[], bytes], name: str, why: str | None, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content())
    found = measured.in_fresh_process("probed", path)
    assert found["peak_bytes"] < 300_000_000
    assert found["taken_s"] < 10
    if why is not None:
        assert (found["readable"], found["why"]) == (False, why)


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (isolation.OutOfMemoryError, "opening it takes more memory than any recording should"),
        (isolation.OutOfTimeError, TOO_SLOW),
        (isolation.KilledError, STOPPED),
        (isolation.CrashedError, DAMAGED),
    ],
)
def test_each_way_in_which_opening_fails_has_its_reason(
    failure: type[isolation.IsolationError], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure("As the test says.")

    monkeypatch.setattr(isolation, "run", fail)
    assert probe(b"bytes", "talk.mp4") == Probe(5, readable=False, why=why)


@pytest.mark.parametrize(
    ("why", "remedy"),
    [
        (CUT_OFF, "Get a complete copy."),
        (GONE, "Choose it again."),
        (STOPPED, "Choose it again."),
        (TOO_SLOW, "Choose it again later; if that doesn't help, export it again as MP4."),
        (DAMAGED, "Export it again as MP4 with H.264 video and AAC audio."),
    ],
)
def test_what_to_do_depends_on_what_was_wrong(why: str, remedy: str) -> None:
    unreadable = Probe(5, readable=False, why=why)
    assert refusal(unreadable) == f"This file can't be read here: {why}. {remedy}"


@pytest.mark.parametrize("returned", [None, [], {"readable": 1}, {"width": "320"}, {"more": 1}])
def test_a_result_of_another_form_is_not_trusted(
    returned: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "run", lambda *_, **__: returned)
    assert not probe(b"bytes", "talk.mp4").readable
