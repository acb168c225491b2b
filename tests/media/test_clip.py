"""What a clip is: the recording's own picture and sound, at the right time, and nothing left."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from interhuman import isolation
from interhuman.media.clip import Clip, cut_clip
from interhuman.media.encoding_process import TURNS
from interhuman.media.fit import FitError
from interhuman.media.progress import MediaProgress
from interhuman.media.worker import clip_call
from tests import clips, processes
from tests.media import odd_clips
from tests.media.odd_clips import MARKS_S, edited, joined, marked, marks_in, open_media, steady

LENGTH_S, STEP_S = 0.25, 0.045
RARE_KEYFRAMES = (("g", "250"), ("sc_threshold", "0"))
KEYFRAMES = (("g", "25"), ("sc_threshold", "0"))
"""One a second."""


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """A path for the clip; afterwards there is nothing else in its folder."""
    folder = tmp_path / "clips"
    folder.mkdir()
    yield folder / "clip"
    assert [path.name for path in folder.iterdir()] in ([], ["clip"])
    assert not processes.opened_by()


def cut(
    content: bytes, target: Path, start_s: float, end_s: float, *, sound: int | None = None
) -> dict[str, Any]:
    """Do what `cut_clip` does, without the process that makes it slow."""
    return clip_call.make_clip(
        io.BytesIO(content),
        target=str(target),
        extension="",
        start_s=start_s,
        end_s=end_s,
        sound=sound,
        may_encode=True,
        max_bytes=100_000_000,
        report=lambda _: None,
    )


def h264(**options: Any) -> bytes:
    return marked(**{"video_codec": "libx264", "options": KEYFRAMES, **options})


def packets(content: bytes, kind: str) -> list[bytes]:
    with open_media(io.BytesIO(content)) as source:
        streams = [stream for stream in source.streams if stream.type == kind]
        return [bytes(packet) for packet in source.demux(streams) if packet.size]


@pytest.mark.parametrize(
    ("asked_s", "starts_s"), [(1.3, 1.0), (0.6, 1.0), (2.0, 2.0), (0.0, 0.0), (-2.0, 0.0)]
)
def test_from_a_keyframe_nearby_nothing_is_encoded(
    asked_s: float, starts_s: float, target: Path
) -> None:
    result = cut(h264(), target, asked_s, 3.4)
    assert result == {"start_s": starts_s, "end_s": 3.4, "encoded": False, "extension": ".mp4"}
    for kind in ("video", "audio"):
        whole, part = packets(h264(), kind), packets(target.read_bytes(), kind)
        first = whole.index(part[0])
        assert part == whole[first : first + len(part)]


def test_without_one_it_is_encoded_and_begins_exactly_there(target: Path) -> None:
    content = h264(options=RARE_KEYFRAMES)
    result = cut(content, target, 1.3, 3.4)
    assert result == {"start_s": 1.3, "end_s": 3.4, "encoded": True, "extension": ".mp4"}
    marks = marks_in(target.read_bytes())
    assert marks.duration_s == pytest.approx(2.1, abs=0.05)
    assert marks.seen_s == pytest.approx([2.0 - 1.3, 3.1 - 1.3], abs=STEP_S)


def test_from_the_start_on_nothing_is_missing_for_a_keyframe(target: Path) -> None:
    """Of a signal near the start there are less than two seconds before it."""
    hidden = h264(shift_s=-0.3)
    result = cut(hidden, target, 0.0, 1.5)
    assert (result["start_s"], result["encoded"]) == (0.0, True)
    assert marks_in(target.read_bytes()).seen_s == pytest.approx([0.5], abs=STEP_S)


SYNCHRONOUS: dict[str, Callable[[], bytes]] = {
    "keyframes": h264,
    "rare keyframes": lambda: h264(options=RARE_KEYFRAMES),
    "variable rate": lambda: h264(times_s=odd_clips.uneven()),
    "variable rate, encoded": lambda: h264(times_s=odd_clips.uneven(), options=RARE_KEYFRAMES),
    "starts at 5 s": lambda: h264(shift_s=5.0),
    "starts at 5 s, encoded": lambda: h264(shift_s=5.0, options=RARE_KEYFRAMES),
    "transport stream": lambda: h264(container="mpegts", shift_s=3.0),
    "transport stream, encoded": lambda: marked("mpegts", video_codec="mpeg2video", shift_s=3.0),
    "cut by an edit list": lambda: h264(shift_s=-0.5),
    "mkv": lambda: h264(container="matroska", shift_s=0.7),
    "mkv with Opus": lambda: h264(container="matroska", audio_codec="libopus"),
    "webm": lambda: marked(
        "webm",
        video_codec="libvpx",
        audio_codec="libopus",
        options=(("g", "25"), ("deadline", "realtime")),
    ),
    "hevc": lambda: marked(
        video_codec="libx265", options=(("x265-params", "keyint=25:log-level=none"),)
    ),
    "avi": lambda: marked("avi", audio_codec="libmp3lame"),
    "Windows Media": lambda: marked("asf", video_codec="wmv2", audio_codec="libmp3lame"),
    "sound pauses": lambda: h264(sound_gap_s=(2.4, 2.9)),
    "sixty a second": lambda: h264(times_s=steady(60), options=RARE_KEYFRAMES),
}


@pytest.mark.parametrize("make", SYNCHRONOUS.values(), ids=SYNCHRONOUS)
def test_picture_and_sound_are_those_of_the_recording_at_that_time(
    make: Callable[[], bytes], target: Path
) -> None:
    content = make()
    before = marks_in(content)
    result = cut(content, target, 1.5, 3.4)
    assert abs(result["start_s"] - 1.5) <= 0.5
    after, start_s = marks_in(target.read_bytes()), result["start_s"]
    with open_media(target) as written:
        assert written.duration / 1e6 == pytest.approx(3.4 - start_s, abs=LENGTH_S)
    within = [s for s in before.seen_s if start_s - 0.01 < s < 3.4]
    assert [start_s + s for s in after.seen_s] == pytest.approx(within, abs=STEP_S)
    within = [s for s in before.heard_s if start_s - 0.01 < s < 3.4]
    assert [start_s + s for s in after.heard_s] == pytest.approx(within, abs=STEP_S)


@pytest.mark.parametrize(
    ("container", "codec", "extension"),
    [
        ("ipod", "aac", ".m4a"),
        ("mp3", "libmp3lame", ".mp3"),
        ("wav", "pcm_s16le", ".wav"),
        ("ogg", "libopus", ".ogg"),
        ("webm", "libopus", ".webm"),
        ("flac", "flac", ".m4a"),
        ("aiff", "pcm_s16be", ".m4a"),
    ],
)
def test_of_sound_alone_there_is_a_file_of_sound(
    container: str, codec: str, extension: str, target: Path
) -> None:
    content = marked(container, video_codec=None, audio_codec=codec)
    result = cut(content, target, 1.5, 3.4)
    assert (result["start_s"], result["extension"]) == (1.5, extension)
    marks = marks_in(target.read_bytes())
    assert marks.seen_s == ()
    assert marks.heard_s == pytest.approx([0.5, 1.6], abs=STEP_S)
    assert marks.duration_s == pytest.approx(1.9, abs=0.08)
    with open_media(target) as written:
        assert [stream.type for stream in written.streams] == ["audio"]
        assert written.duration / 1e6 == pytest.approx(1.9, abs=0.08)


def test_cover_art_is_no_picture(target: Path) -> None:
    result = cut(clips.with_cover(), target, 1.0, 3.0)
    assert result["extension"] == ".mp3"
    with open_media(target) as written:
        assert [stream.type for stream in written.streams] == ["audio"]


def shown(content: bytes) -> Any:
    with open_media(io.BytesIO(content)) as source:
        return next(source.decode(video=0))


@pytest.mark.parametrize("options", [KEYFRAMES, RARE_KEYFRAMES], ids=["copied", "encoded"])
def test_a_phones_picture_stays_upright(options: Any, target: Path) -> None:
    content = h264(rotation=90, options=options)
    result = cut(content, target, 1.3, 3.0)
    frame = shown(target.read_bytes())
    upright = (frame.height, frame.width) if frame.rotation % 180 else (frame.width, frame.height)
    assert upright == (90, 160)
    assert frame.rotation == (0 if result["encoded"] else shown(content).rotation)


def test_high_dynamic_range_is_kept_where_it_is_copied(target: Path) -> None:
    content = marked(
        video_codec="libx265",
        pixel_format="yuv420p10le",
        colors=(9, 18, 9),
        options=(("x265-params", "keyint=25:scenecut=0:log-level=none"),),
    )
    assert not cut(content, target, 1.3, 3.0)["encoded"]
    frame = shown(target.read_bytes())
    assert (int(frame.color_trc), frame.format.name) == (18, "yuv420p10le")


def test_quicktime_plays_what_is_copied_of_hevc(target: Path) -> None:
    cut(SYNCHRONOUS["hevc"](), target, 1.0, 3.0)
    with open_media(target) as written:
        assert written.streams.video[0].codec_tag == "hvc1"


def test_it_has_the_track_that_was_analyzed(target: Path) -> None:
    silent = marked(video_codec=None, sound_from_s=3.9)
    content = joined(h264(audio_codec=None), silent, marked(video_codec=None))
    for track, heard_s in ((0, []), (1, [2.0]), (7, [])):
        result = cut(content, target, 1.0, 3.0, sound=track)
        heard = [result["start_s"] + s for s in marks_in(target.read_bytes()).heard_s]
        assert heard == pytest.approx(heard_s, abs=STEP_S), track
        with open_media(target) as written:
            assert len(written.streams.audio) <= 1


def test_what_an_edit_took_out_is_not_shown(target: Path) -> None:
    content = edited(h264(audio_codec=None), (0.0, 1.5), (2.5, 4.0))
    result = cut(content, target, 0.2, 2.5)
    assert result["encoded"]
    seen = [result["start_s"] + s for s in marks_in(target.read_bytes()).seen_s]
    assert seen == pytest.approx([MARKS_S[0], MARKS_S[2] - 1.0], abs=STEP_S)


def test_it_ends_with_the_recording(target: Path) -> None:
    result = cut(h264(), target, 2.0, 9.0)
    assert result["end_s"] == pytest.approx(4.0, abs=0.05)
    assert marks_in(target.read_bytes()).duration_s == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(
    ("content", "start_s", "says"),
    [
        (h264(), 60.0, "the recording ends before it"),
        (clips.truncated_faststart_mp4(), 10.0, "the recording ends before it"),
        (clips.truncated_mp4(), 1.0, "incomplete"),
        (clips.corrupted_mp4(), 1.0, "can be decoded"),
        (clips.text_renamed(), 1.0, "can't be read"),
    ],
    ids=["too late", "cut off before it", "no index", "noise", "no recording"],
)
def test_what_cannot_be_cut_says_why(
    content: bytes, start_s: float, says: str, target: Path
) -> None:
    result = cut(content, target, start_s, start_s + 2.0)
    assert says in result["sentence"]


def test_a_recording_that_is_cut_off_later_gives_its_clip(target: Path) -> None:
    result = cut(clips.truncated_faststart_mp4(), target, 1.0, 3.0)
    assert marks_in(target.read_bytes()).duration_s == pytest.approx(
        3.0 - result["start_s"], abs=LENGTH_S
    )


# ---- the process ---------------------------------------------------------------------------------


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A recording as the library keeps it: its name has no extension."""
    path = tmp_path / "kept"
    path.write_bytes(h264(options=RARE_KEYFRAMES))
    return path


def test_a_clip_is_cut_in_a_process_that_tells_how_far_it_is(recording: Path, target: Path) -> None:
    progress: list[MediaProgress] = []
    made = cut_clip(
        recording, target, start_s=1.3, end_s=3.4, filename="x.mp4", on_progress=progress.append
    )
    assert made == Clip(1.3, 3.4, True, ".mp4")
    assert marks_in(target.read_bytes()).duration_s == pytest.approx(2.1, abs=0.05)
    assert progress
    assert {each.phase for each in progress} <= {"reading", "searching", "converting", "checking"}


def test_cancel_leaves_nothing(recording: Path, target: Path) -> None:
    with pytest.raises(FitError) as caught:
        cut_clip(recording, target, start_s=1.3, end_s=3.4, cancelled=lambda: True)
    assert caught.value.reason == "cancelled"
    assert not target.exists()


def test_a_recording_that_is_gone_is_no_fault_of_ours(tmp_path: Path, target: Path) -> None:
    with pytest.raises(FitError, match="no longer here"):
        cut_clip(tmp_path / "gone", target, start_s=1.0, end_s=3.0)


def test_only_encoding_waits_for_conversions(
    recording: Path, target: Path, in_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TURNS, "at_once", 1)
    waited: list[MediaProgress] = []
    with TURNS.turn(on_wait=lambda _: None, cancelled=lambda: False):
        assert not cut_clip(recording, target, start_s=0.0, end_s=2.0).encoded
        target.unlink()
        with pytest.raises(FitError):
            cut_clip(
                recording,
                target,
                start_s=1.3,
                end_s=3.4,
                on_progress=lambda now: waited.append(now) if now.phase == "waiting" else None,
                cancelled=lambda: bool(waited),
            )
    assert waited[0].waiting_for == 1


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_has_its_sentence(
    code: int, recording: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(clip_call, "convert", fail)
    result = cut(recording.read_bytes(), target, 1.0, 3.0)
    monkeypatch.setattr(isolation, "run", lambda *_, **__: result)
    with pytest.raises(FitError, match="disk is full") as caught:
        cut_clip(recording, target, start_s=1.0, end_s=3.0)
    assert caught.value.reason == "disk_full"


@pytest.mark.parametrize(
    ("error", "reason", "says"),
    [
        (isolation.OutOfMemoryError(), "too_demanding", "takes more memory than this app allows"),
        (isolation.OutOfTimeError(), "too_demanding", "takes more time than this app allows"),
        (isolation.StalledError(), "too_demanding", "takes more time than this app allows"),
        (isolation.KilledError("status -9"), "failed", "Cutting it was interrupted"),
        (isolation.CrashedError("status -11"), "failed", "damaged or in a rare format"),
        (isolation.RaisedError("a trace"), "failed", "damaged or in a rare format"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full", "disk is full"),
    ],
)
def test_only_what_the_recording_did_is_told_as_damage(
    error: Exception,
    reason: str,
    says: str,
    recording: Path,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(isolation, "run", fail)
    with pytest.raises(FitError, match=says) as caught:
        cut_clip(recording, target, start_s=1.0, end_s=3.0)
    assert caught.value.reason == reason
    assert ("damaged" in str(caught.value)) == ("damaged" in says)


def test_memory_that_runs_out_while_cutting_is_no_damage(
    recording: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FFmpeg's own error is of both kinds."""

    def fail(*_: object, **__: object) -> None:
        raise av.error.MemoryError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    monkeypatch.setattr(clip_call, "convert", fail)
    with pytest.raises(MemoryError):
        cut(recording.read_bytes(), target, 1.0, 3.0)


@pytest.mark.parametrize(
    "reply",
    [
        None,
        {},
        {"reason": "unheard of", "sentence": "x"},
        {"start_s": 0.0, "end_s": 2.0, "encoded": False, "extension": "/../x.html"},
    ],
)
def test_a_result_of_another_form_is_not_trusted(
    reply: object, recording: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "run", lambda *_, **__: reply)
    with pytest.raises(FitError) as caught:
        cut_clip(recording, target, start_s=1.0, end_s=3.0)
    assert caught.value.reason == "failed"
