"""Odd and hostile files: each is read and made fit, or refused in one clear sentence."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.media.facts import Facts
from interhuman.media.fit import FitError, fit
from interhuman.media.fit_error import REASONS
from interhuman.media.preflight import outlook, preflight
from interhuman.media.preflight_words import findings
from interhuman.media.probe import probe
from interhuman.media.worker import fit_call, full_read
from tests import clips, hostile_media, processes
from tests.media import odd_clips
from tests.media.odd_clips import marked, patched

_LIMIT_S = 60.0
"""What no file may take, far above what any here does."""
FIT, REFUSED = "fit", "refused"

H264 = {"video_codec": "libx264"}


def short(container: str = "mp4", **options: Any) -> bytes:
    """Return a recording of two seconds, enough for what damage does."""
    return marked(container, times_s=odd_clips.steady(25, 2.0), sound_until_s=2.0, **options)


def small_mp4() -> bytes:
    return short(video_codec="libx264")


def faststart() -> bytes:
    return short(video_codec="libx264", container_options=(("movflags", "+faststart"),))


def fragments() -> bytes:
    options = (("movflags", "frag_keyframe+empty_moov"),)
    return short(video_codec="libx264", container_options=options)


def outcome(content: bytes, filename: str, folder: Path, *, audio_only: bool = False) -> str:
    """Do with a file what the page does; return `FIT`, or the reason of the refusal."""
    began_s = time.monotonic()
    probed = probe(content, filename)
    assert probed.readable == (probed.why is None)
    try:
        assert all(
            sentence.endswith(".") for sentence in findings(outlook(preflight(content, filename)))
        )
    except FitError as refused:
        _check_sentence(refused)
    target = folder / "out.mp4"
    try:
        result = fit(content, target, filename=filename, audio_only=audio_only)
        assert result.after.duration_s == pytest.approx(result.before.duration_s, abs=0.1)
        said = FIT
    except FitError as refused:
        _check_sentence(refused)
        said = refused.reason
    assert [path.name for path in folder.iterdir()] == (["out.mp4"] if said == FIT else [])
    target.unlink(missing_ok=True)
    assert not processes.opened_by()
    assert time.monotonic() - began_s < _LIMIT_S
    return said


def _check_sentence(refused: FitError) -> None:
    sentence = str(refused)
    assert refused.reason in REASONS
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 200
    assert not any(word in sentence for word in ("Error", "Traceback", "av.", "None"))


def fit_here(content: bytes, folder: Path, *, audio_only: bool = False) -> str:
    """Return the same, without the processes that make it slow."""
    try:
        return _fit_here(content, folder, audio_only=audio_only)
    except MemoryError:
        # FFmpeg refuses what a damaged file asks for; its process would end with the same.
        return "too_demanding"


def _fit_here(content: bytes, folder: Path, *, audio_only: bool) -> str:
    read = full_read.read_whole(io.BytesIO(content), extension="", report=_ignore)
    if "reason" in read:
        _check_sentence(FitError(read["reason"], read["sentence"]))
    target = folder / "out.mp4"
    result = fit_call.make_fit(
        io.BytesIO(content),
        target=str(target),
        extension="",
        max_bytes=1 << 25,
        audio_only=audio_only,
        sound=None,
        report=_ignore,
    )
    if "reason" in result:
        _check_sentence(FitError(result["reason"], result["sentence"]))
        return str(result["reason"])
    after, before = Facts.from_json(result["after"]), Facts.from_json(result["before"])
    assert (result["action"] == "unchanged") == (not target.exists())
    assert after.duration_s <= before.duration_s + 0.1
    target.unlink(missing_ok=True)
    return FIT


def _ignore(_: Any) -> None:
    return


def av1() -> bytes:
    """Return a recording in AV1, and leave this process as it was.

    Where it runs as root, SVT-AV1 gives the thread that calls it real-time priority: this process
    and all that it starts from then on, browsers and servers, would leave others no processor.
    """
    try:
        return marked(video_codec="libsvtav1", options=(("preset", "12"),))
    finally:
        if sys.platform == "linux":
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


CODECS: dict[str, Callable[[], bytes]] = {
    "HEVC of 10 bits": lambda: marked(
        video_codec="libx265",
        pixel_format="yuv420p10le",
        options=(("preset", "ultrafast"), ("x265-params", "log-level=none")),
    ),
    "VP9": lambda: marked(
        "webm",
        video_codec="libvpx-vp9",
        audio_codec="libopus",
        options=(("deadline", "realtime"), ("cpu-used", "8")),
    ),
    "AV1": av1,
    "ProRes": lambda: marked(
        "mov", video_codec="prores_ks", pixel_format="yuv422p10le", audio_codec="pcm_s24le"
    ),
    "MJPEG": lambda: marked(
        "avi", video_codec="mjpeg", pixel_format="yuvj420p", audio_codec="pcm_s16le"
    ),
    "MPEG-4 Part 2": lambda: marked("avi", audio_codec="libmp3lame"),
    "a browser's": clips.browser_webm,
    "a browser's mp4": fragments,
    "a browser's mp4 in pieces": lambda: odd_clips.in_pieces("mp4"),
    "a browser's webm in pieces": lambda: odd_clips.in_pieces("webm"),
    "rotated": lambda: marked(rotation=90),
    "interlaced": lambda: marked("mpegts", video_codec="mpeg2video", interlaced=True),
    "4:4:4": lambda: marked(video_codec="libx264", pixel_format="yuv444p"),
    "odd size": lambda: marked(video_codec="ffv1", container="matroska", size=(161, 91)),
    "very wide": lambda: marked(video_codec="ffv1", container="matroska", size=(1999, 33)),
    "a frame a second": lambda: marked(times_s=odd_clips.steady(1)),
    "1000 frames a second": lambda: marked(
        "matroska",
        video_codec="mjpeg",
        pixel_format="yuvj420p",
        times_s=odd_clips.steady(1000, 0.5),
    ),
    "5.1": lambda: marked("matroska", audio_codec="flac", layout="5.1"),
    "no sound": lambda: marked(audio_codec=None),
    "padded": lambda: clips.padded_to(400_000),
    "an unknown codec": clips.unknown_codec_mp4,
}


@pytest.mark.parametrize("make", CODECS.values(), ids=CODECS)
def test_what_people_record_fits(make: Callable[[], bytes], tmp_path: Path) -> None:
    expected = "no_picture" if make is clips.unknown_codec_mp4 else FIT
    assert fit_here(make(), tmp_path) == expected


HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty": (clips.empty, "x.mp4", "unreadable"),
    "text": (clips.text_renamed, "x.mp4", "unreadable"),
    "zip": (odd_clips.zip_renamed, "x.mov", "unreadable"),
    "noise for content": (clips.corrupted_mp4, "x.mp4", "undecodable"),
    "claims samples": (hostile_media.claimed_samples_mp4, "x.mp4", "unreadable"),
    "claims a fragment": (hostile_media.claimed_fragment_mp4, "x.mp4", "unreadable"),
    "samples of a byte": (
        lambda: hostile_media.one_byte_samples_mp4(150_000),
        "x.mp4",
        "undecodable",
    ),
    "a huge PNG": (hostile_media.huge_png_track, "x.mov", "too_demanding"),
    "a huge cover": (hostile_media.huge_png_cover, "x.mp3", "no_picture"),
    "thousands of tracks": (odd_clips.many_tracks, "x.mp4", "too_demanding"),
    "months between two pictures": (odd_clips.far_apart, "x.mkv", "too_long"),
    "one pixel": (
        lambda: marked("matroska", video_codec="ffv1", size=(1, 1)),
        "x.mkv",
        "picture_too_small",
    ),
    "a line": (
        lambda: marked("matroska", video_codec="ffv1", size=(7999, 1), times_s=(0.0, 1.0, 2.0)),
        "x.mkv",
        "picture_too_small",
    ),
    "noise that begins tracks": (hostile_media.noise_ts, "x.ts", FIT),
    "a second of sound in one block": (
        lambda: hostile_media.one_pcm_block(
            3_000_000, rate_hz=8000, codec="pcm_s16le", layout="mono"
        ),
        "x.mkv",
        FIT,
    ),
}


@pytest.mark.parametrize(("make", "name", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_or_fit(
    make: Callable[[], bytes], name: str, expected: str, tmp_path: Path
) -> None:
    assert outcome(make(), name, tmp_path) == expected


def test_a_picture_that_is_too_large_for_the_memory_is_refused(tmp_path: Path) -> None:
    assert outcome(hostile_media.eight_k_mp4(6), "8k.mp4", tmp_path) in {FIT, "too_demanding"}


def test_64_channels_become_two(tmp_path: Path) -> None:
    assert outcome(odd_clips.many_channels(), "x.wav", tmp_path) == "no_picture"
    content = odd_clips.many_channels()
    # In another container the file is no longer one that can be sent as it is.
    assert fit_here(content, tmp_path, audio_only=True) == FIT


@pytest.mark.parametrize("make", [small_mp4, faststart, fragments], ids=["mp4", "fast", "frag"])
def test_cut_anywhere_it_is_refused_or_fits(make: Callable[[], bytes], tmp_path: Path) -> None:
    content = make()
    said = [fit_here(content[: len(content) * tenths // 10], tmp_path) for tenths in range(10)]
    assert set(said) <= {FIT, "unreadable", "undecodable", "no_picture"}
    assert said[0] == "unreadable"
    assert (FIT in said) == (make is not small_mp4)


@pytest.mark.parametrize("ending", ["matroska", "mpegts", "avi", "webm"])
def test_other_containers_cut_anywhere(ending: str, tmp_path: Path) -> None:
    codecs = {"webm": ("libvpx", "libopus"), "avi": ("mpeg4", "libmp3lame")}
    picture, sound = codecs.get(ending, ("libx264", "aac"))
    whole = short(ending, video_codec=picture, audio_codec=sound)
    for tenths in range(1, 9, 2):
        fit_here(whole[: len(whole) * tenths // 10], tmp_path)
    assert fit_here(whole[: len(whole) * 9 // 10], tmp_path) == FIT


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("ending", ["mp4", "mpegts", "matroska", "avi"])
def test_noise_in_the_middle(ending: str, seed: int, tmp_path: Path) -> None:
    codecs = {"avi": ("mjpeg", "pcm_s16le"), "matroska": ("ffv1", "flac")}
    picture, sound = codecs.get(ending, ("libx264", "aac"))
    pixel_format = "yuvj420p" if picture == "mjpeg" else "yuv420p"

    def whole() -> bytes:
        return marked(ending, video_codec=picture, audio_codec=sound, pixel_format=pixel_format)

    fit_here(patched(whole, seed), tmp_path)


@given(
    cut=st.floats(0.0, 1.0),
    changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=20),
)
def test_no_damage_makes_it_raise(
    cut: float, changes: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = bytearray(faststart())
    for position, value in changes:
        whole[position % min(len(whole), 8192)] = value
    fit_here(bytes(whole[: round(len(whole) * cut)]), tmp_path_factory.mktemp("damaged"))


@given(st.binary(max_size=4096))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    read = full_read.read_whole(io.BytesIO(content), extension=".mp4", report=_ignore)
    assert read["reason"] in REASONS
