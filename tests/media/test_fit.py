"""What fits: its size, its length, picture and sound in step, and nothing left behind."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from interhuman.media.facts import SoundChoice
from interhuman.media.fit import fit
from interhuman.media.preflight import preflight
from interhuman.media.worker import fit_call
from interhuman.vocabulary import MAX_FILE_BYTES
from tests import clips, processes
from tests.media import odd_clips
from tests.media.odd_clips import (
    MARKS_S,
    a_voice_from,
    a_voice_per_channel,
    edited,
    joined,
    marked,
    marks_in,
    open_media,
    steady,
)

pytestmark = pytest.mark.usefixtures("in_process")

_LENGTH_S = 0.05
_STEP_S = 0.04


def fit_here(
    content: bytes, target: Path, *, max_bytes: int = MAX_FILE_BYTES, audio_only: bool = False
) -> dict[str, Any]:
    """Do what `fit` does, without the process that makes it slow."""
    result = fit_call.make_fit(
        io.BytesIO(content),
        target=str(target),
        extension="",
        max_bytes=max_bytes,
        sound=None,
        audio_only=audio_only,
        report=lambda _: None,
    )
    assert "reason" not in result, result
    if result["action"] == "unchanged":
        target.write_bytes(content)
    return result


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """A path for the result; afterwards there is nothing else in its folder."""
    folder = tmp_path / "fitted"
    folder.mkdir()
    yield folder / "out.mp4"
    assert [path.name for path in folder.iterdir()] in ([], ["out.mp4"])
    assert not processes.opened_by()


SYNCHRONOUS: dict[str, Callable[[], bytes]] = {
    "steady": marked,
    "variable rate": lambda: marked(times_s=odd_clips.uneven()),
    "five a second": lambda: marked(times_s=odd_clips.steady(5)),
    "sixty a second": lambda: marked(times_s=odd_clips.steady(60)),
    "sound starts late": lambda: marked(sound_from_s=1.5),
    "sound ends early": lambda: marked(sound_until_s=2.5),
    "sound pauses": lambda: marked(sound_gap_s=(1.2, 1.8)),
    "cut by an edit list": lambda: marked(shift_s=-0.5),
    "starts at 5 s": lambda: marked(shift_s=5.0),
    "transport stream": lambda: marked("mpegts", video_codec="mpeg2video", shift_s=3.0),
    "avi": lambda: marked(
        "avi", video_codec="mjpeg", pixel_format="yuvj420p", audio_codec="libmp3lame"
    ),
    "44.1 kHz": lambda: marked(rate_hz=44_100),
    "8 kHz": lambda: marked("mov", rate_hz=8_000, audio_codec="pcm_s16le", layout="mono"),
    "webm": lambda: marked(
        "webm", video_codec="libvpx", audio_codec="libopus", times_s=odd_clips.uneven()
    ),
    "h264 in mkv": lambda: marked("matroska", video_codec="libx264", shift_s=0.7),
    "a DVD's": lambda: marked("vob", video_codec="mpeg2video", audio_codec="ac3", shift_s=0.5),
    "a camcorder's": lambda: marked("mpeg", video_codec="mpeg1video", audio_codec="mp2"),
    "Windows Media": lambda: marked("asf", video_codec="wmv2", audio_codec="libmp3lame"),
    "Flash": lambda: marked("flv", video_codec="flv", audio_codec="libmp3lame", rate_hz=44_100),
    "3gp": lambda: marked("3gp", video_codec="h263", size=(176, 144), rate_hz=16_000),
    "h264, late sound": lambda: marked(video_codec="libx264", sound_from_s=1.5),
}


@pytest.mark.parametrize("make", SYNCHRONOUS.values(), ids=SYNCHRONOUS)
def test_length_and_step_stay_as_they_were(make: Callable[[], bytes], target: Path) -> None:
    content = make()
    fit_here(content, target)
    before, after = marks_in(content), marks_in(target.read_bytes())
    assert after.duration_s == pytest.approx(before.duration_s, abs=_LENGTH_S)
    assert after.seen_s == pytest.approx(before.seen_s, abs=_STEP_S)
    assert after.heard_s == pytest.approx(before.heard_s, abs=_STEP_S)


@pytest.mark.parametrize("make", SYNCHRONOUS.values(), ids=SYNCHRONOUS)
def test_sound_alone_keeps_its_times(make: Callable[[], bytes], target: Path) -> None:
    content = make()
    fit_here(content, target, audio_only=True)
    before, after = marks_in(content), marks_in(target.read_bytes())
    assert after.heard_s == pytest.approx(before.heard_s, abs=_STEP_S)
    assert after.seen_s == ()
    with open_media(target) as written:
        (sound,) = written.streams
        assert (sound.codec_context.name, sound.codec_context.channels) in {("aac", 1), ("aac", 2)}
        assert sound.codec_context.sample_rate >= 16_000


def noisy() -> bytes:
    """Return a recording that has to be encoded and never compresses well."""
    times_s = odd_clips.steady(25, 4.0)
    return marked("matroska", video_codec="ffv1", noise=100, times_s=times_s)


@pytest.mark.parametrize("max_bytes", [80_000, 200_000, 600_000])
def test_what_has_to_be_encoded_uses_the_room_there_is(max_bytes: int, target: Path) -> None:
    assert fit_here(noisy(), target, max_bytes=max_bytes)["action"] == "encoded"
    assert 0.85 * max_bytes <= target.stat().st_size <= 0.99 * max_bytes


def test_what_is_easy_keeps_its_quality_and_takes_less(target: Path) -> None:
    fit_here(marked(), target)
    assert target.stat().st_size < 300_000
    with open_media(io.BytesIO(marked())) as before, open_media(target) as after:
        first, same = next(before.decode(video=0)), next(after.decode(video=0))
        difference = first.to_ndarray()[:90].astype(int) - same.to_ndarray()[:90].astype(int)
        assert abs(difference).mean() < 2


def test_a_recording_that_fits_is_copied_as_it_is(target: Path) -> None:
    whole = marked(video_codec="libx264", container_options=(("movflags", "+faststart"),))
    result = fit(whole, target)
    assert (result.action, result.reasons) == ("unchanged", ())
    assert result.words == "160×90 H.264, 76.5 kB: sent as is"
    assert target.read_bytes() == whole
    again = fit(target, target)
    assert (again.action, target.read_bytes()) == ("unchanged", whole)


@pytest.mark.parametrize(
    ("container", "options"),
    [
        ("mp4", ()),
        ("matroska", ()),
        ("mov", ()),
        ("mpegts", ()),
        ("mp4", (("movflags", "frag_keyframe+empty_moov"),)),
    ],
    ids=["index last", "mkv", "mov", "ts", "fragments"],
)
def test_where_only_the_container_is_wrong_nothing_is_encoded(
    container: str, options: tuple[tuple[str, str], ...], target: Path
) -> None:
    content = marked(container, video_codec="libx264", container_options=options)
    result = fit_here(content, target)
    assert (result["action"], result["picture"], result["sound"]) == ("remuxed", "copy", "copy")
    assert result["after"]["index_first"]
    assert result["after"]["container"] == "mp4"
    assert _pixels(content) == _pixels(target.read_bytes())


def _pixels(content: bytes) -> list[int]:
    with open_media(io.BytesIO(content)) as source:
        return [hash(frame.to_ndarray().tobytes()) for frame in source.decode(video=0)]


def test_a_browsers_recording_gets_its_length_and_stays_webm(target: Path) -> None:
    result = fit(clips.browser_webm(), target)
    assert (result.action, result.after.container, result.extension) == ("remuxed", "webm", ".webm")
    assert result.before.header_duration_s is None
    assert result.after.header_duration_s == pytest.approx(6.0, abs=_LENGTH_S)
    assert result.reasons == ("The file doesn't state its length.",)


@pytest.mark.parametrize(
    ("container", "action", "sound"), [("webm", "remuxed", "copy"), ("mp4", "encoded", "encode")]
)
def test_pieces_of_a_tenth_of_a_second_are_one_recording(
    target: Path, container: str, action: str, sound: str
) -> None:
    """H.264 with Opus in MP4, and VP8 with Opus in WebM, as Chromium records them."""
    content = odd_clips.in_pieces(container)
    read = preflight(content, f"recording.{container}")
    assert read.facts.duration_s == pytest.approx(4.0, abs=0.1)
    result = fit_here(content, target)
    assert (result["action"], result["picture"], result["sound"]) == (action, "copy", sound)
    assert result["after"]["header_duration_s"] == pytest.approx(4.0, abs=0.1)
    marks = marks_in(target.read_bytes())
    assert marks.seen_s == pytest.approx(MARKS_S, abs=_STEP_S)
    assert marks.heard_s == pytest.approx(MARKS_S, abs=_STEP_S)


def test_sound_that_only_needs_another_codec_leaves_the_picture_alone(target: Path) -> None:
    content = marked("matroska", video_codec="libx264", audio_codec="libopus")
    result = fit_here(content, target)
    assert (result["picture"], result["sound"]) == ("copy", "encode")
    assert result["after"]["sound"]["codec"] == "aac"


@pytest.mark.parametrize(
    ("rotation", "mirrored", "corner"),
    [
        (90, False, "bottom left"),
        (180, False, "bottom right"),
        (270, False, "top right"),
        (0, True, "top right"),
        (90, True, "bottom right"),
        (180, True, "bottom left"),
        (270, True, "top left"),
    ],
)
def test_what_is_turned_or_mirrored_by_a_player_is_so_before_it_is_sent(
    rotation: int, mirrored: bool, corner: str, target: Path
) -> None:
    """The brightest corner of the stored picture is its top left one."""
    result = fit_here(_bright_corner(rotation, mirrored), target)
    before, after = result["before"]["picture"], result["after"]["picture"]
    assert (after["width"], after["height"]) == ((160, 90) if rotation % 180 == 0 else (90, 160))
    assert (before["mirrored"], after["mirrored"], after["rotation"]) == (mirrored, False, 0)
    with open_media(target) as written:
        luma = next(written.decode(video=0)).reformat(format="gray").to_ndarray()
    height, width = luma.shape
    corners = {
        "top left": luma[: height // 4, : width // 4],
        "top right": luma[: height // 4, -width // 4 :],
        "bottom left": luma[-height // 4 :, : width // 4],
        "bottom right": luma[-height // 4 :, -width // 4 :],
    }
    assert max(corners, key=lambda name: float(corners[name].mean())) == corner


def test_container_and_codec_agree_on_the_shape_of_what_is_sent(target: Path) -> None:
    content = io.BytesIO()
    with open_media(content, "w", format="mp4") as output:
        picture = output.add_stream("libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 160, 120, "yuv420p"
        picture.codec_context.sample_aspect_ratio = Fraction(27, 64)
        for _ in range(100):
            output.mux(picture.encode(av.VideoFrame(160, 120, "yuv420p")))
        output.mux(picture.encode(None))
    said = b"pasp" + struct.pack(">II", 27, 64)
    assert said in content.getvalue()
    disputed = content.getvalue().replace(said, b"pasp" + struct.pack(">II", 1, 1))
    result = fit_here(disputed, target)
    assert result["before"]["picture"]["disputed_aspect"]
    with open_media(target) as written:
        (stream,) = written.streams
        aspects = {stream.sample_aspect_ratio, stream.codec_context.sample_aspect_ratio}
        assert (stream.width, stream.height) == (160, 120)
        assert aspects <= {None, 1}


def _bright_corner(rotation: int, mirrored: bool) -> bytes:
    content = io.BytesIO()
    with open_media(content, "w", format="mp4") as output:
        picture = output.add_stream("mpeg4", rate=25)
        picture.width, picture.height, picture.pix_fmt = 160, 90, "yuv420p"
        picture.set_display_rotation(rotation, hflip=mirrored)
        luma = np.full((90, 160), 30, dtype=np.uint8)
        luma[:45, :80] = 220
        for _ in range(75):
            frame = av.VideoFrame.from_ndarray(luma, format="gray")
            output.mux(picture.encode(frame.reformat(format="yuv420p")))
        output.mux(picture.encode(None))
    return content.getvalue()


@pytest.mark.parametrize("transfer", [16, 18], ids=["PQ", "HLG"])
def test_a_high_dynamic_range_is_mapped(transfer: int, target: Path) -> None:
    content = marked(
        video_codec="libx265",
        pixel_format="yuv420p10le",
        colors=(9, transfer, 9),
        options=(("preset", "ultrafast"), ("x265-params", "log-level=none")),
        times_s=odd_clips.steady(5),
        audio_codec=None,
    )
    result = fit(content, target)
    assert result.before.picture is not None
    assert result.before.picture.transfer == {16: "pq", 18: "hlg"}[transfer]
    assert "Its video has a high dynamic range (HDR)." in result.reasons
    with open_media(target) as written:
        frames = list(written.decode(video=0))
    context = frames[0]
    assert (context.format.name, context.color_trc, context.color_primaries) == ("yuv420p", 1, 1)
    # Marks are white in both; what lies below is much darker in PQ than the same code in SDR.
    means = [frame.reformat(format="gray").to_ndarray().mean() for frame in frames]
    assert max(means) > 180
    assert min(means) < 110


def test_interlaced_pictures_become_progressive(target: Path) -> None:
    content = marked("mpegts", video_codec="mpeg2video", interlaced=True)
    result = fit_here(content, target)
    assert result["before"]["picture"]["interlaced"]
    assert not result["after"]["picture"]["interlaced"]
    assert_marks_agree(target.read_bytes(), content)


def assert_marks_agree(fitted: bytes, content: bytes) -> None:
    """Check that what is seen and heard is where it was."""
    now, before = marks_in(fitted), marks_in(content)
    assert now.seen_s == pytest.approx(before.seen_s, abs=_STEP_S)
    assert now.heard_s == pytest.approx(before.heard_s, abs=_STEP_S)


@pytest.mark.parametrize("rate_hz", [8_000, 48_000, 96_000])
def test_sound_that_begins_late_stays_where_it_is(rate_hz: int, target: Path) -> None:
    content = a_voice_from(6.0, until_s=8.0, rate_hz=rate_hz)
    (levels,) = preflight(content).levels
    assert levels.silent_s == pytest.approx(6.0, abs=0.2)
    fit_here(content, target)
    with open_media(target) as source:
        loud_s = [
            float(frame.pts * frame.time_base)
            for frame in source.decode(audio=0)
            if abs(frame.to_ndarray()).max() > 0.1
        ]
    assert (loud_s[0], loud_s[-1]) == pytest.approx((6.0, 8.0), abs=0.15)


@pytest.mark.parametrize(("container", "audio_codec"), [("vob", "mp2"), ("mpegts", "aac")])
def test_pieces_put_together_are_sent_whole(container: str, audio_codec: str, target: Path) -> None:
    """Their clock begins anew with each, as on a DVD."""
    piece = marked(container, video_codec="mpeg2video", audio_codec=audio_codec)
    result = fit_here(piece * 3, target)
    assert result["after"]["duration_s"] == pytest.approx(12.0, abs=0.2)
    wanted = [mark_s + 4.0 * number for number in range(3) for mark_s in MARKS_S]
    assert marks_in(target.read_bytes()).seen_s == pytest.approx(wanted, abs=0.15)


def test_a_gap_in_one_track_is_no_jump_of_the_clock(target: Path) -> None:
    content = marked(
        "mpegts",
        video_codec="mpeg2video",
        audio_codec="mp2",
        times_s=steady(25, 16.0),
        sound_until_s=16.0,
        sound_gap_s=(2.5, 15.0),
    )
    before = fit_here(content, target)["before"]
    assert before["sounds"][0]["end_s"] == pytest.approx(16.0, abs=0.2)
    assert before["picture"]["end_s"] == pytest.approx(16.0, abs=0.2)


@pytest.mark.parametrize("spans", [((0.5, 3.0),), ((0.5, 1.4), (1.9, 4.0))])
def test_what_an_edit_took_out_is_not_sent(
    spans: tuple[tuple[float, float], ...], target: Path
) -> None:
    content = edited(marked(video_codec="libx264", options=(("g", "250"),)), *spans)
    result = fit_here(content, target)
    assert result["before"]["picture"]["frames_per_s"] == pytest.approx(25, abs=1.5)
    assert_marks_agree(target.read_bytes(), content)


@pytest.mark.parametrize("seed", [1, 5])
def test_noise_that_no_container_takes_is_passed_over(seed: int, target: Path) -> None:
    content = bytearray(clips.recording(6.0, container="ts", silences=()))
    random = np.random.default_rng(seed)
    for _ in range(20):
        at = int(random.integers(len(content) // 4, len(content) - 200))
        content[at : at + 60] = random.bytes(60)
    assert fit_here(bytes(content), target)["after"]["duration_s"] == pytest.approx(6.0, abs=0.3)


def test_a_picture_of_rgb_is_tagged_as_what_it_becomes(target: Path) -> None:
    fit_here(marked("mov", video_codec="png", pixel_format="rgb24"), target)
    with open_media(target) as source:
        assert source.streams.video[0].codec_context.colorspace == 6


def test_one_track_of_sound_is_sent(target: Path) -> None:
    result = fit(joined(marked(), marked(video_codec=None)), target)
    assert result.before.sound_tracks == 2
    assert result.after.sound_tracks == 1


def peaks(path: Path) -> list[float]:
    """Return the loudest sample of each channel."""
    with open_media(path) as source:
        frames = [frame.to_ndarray() for frame in source.decode(audio=0)]
    return [float(peak) for peak in np.abs(np.concatenate(frames, axis=1)).max(axis=1)]


def test_the_track_that_was_chosen_is_sent(target: Path) -> None:
    silent = clips.recording(4.0, video=False, container="m4a", silences=((0.0, 4.0),))
    content = joined(marked(audio_codec=None), silent, marked(video_codec=None))
    fit(content, target)
    assert max(peaks(target)) < 0.01
    result = fit(content, target, sound=SoundChoice(1))
    assert result.sound == "copy"
    assert max(peaks(target)) > 0.2
    assert "It has 2 audio tracks; track 2 is sent." in result.reasons


@pytest.mark.parametrize("audio_only", [False, True])
def test_one_channel_can_be_sent_alone(target: Path, audio_only: bool) -> None:
    content = joined(marked(audio_codec=None), a_voice_per_channel(4), container="matroska")
    loudest = []
    for channel, side in enumerate(("left", "right")):
        result = fit(content, target, audio_only=audio_only, sound=SoundChoice(0, channel))
        assert f"Only the {side} channel of its audio is sent." in result.reasons
        loudest += peaks(target)
    assert loudest == pytest.approx([0.61, 0.37], abs=0.03), "mono, each at its own level"


def test_the_first_track_that_can_be_decoded_is_sent(target: Path) -> None:
    both = joined(marked(), marked(video_codec=None), container="matroska")
    content = both.replace(b"A_AAC", b"A_ZZZ", 1)
    result = fit(content, target)
    assert result.before.sound is not None
    assert result.before.sound.track == 1
    assert max(peaks(target)) > 0.2
    assert "1 audio track can't be decoded." in result.reasons
