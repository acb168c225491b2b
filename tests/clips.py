"""The project's own recordings, made on the fly: no file is shipped, nothing is downloaded.

Every function returns the bytes of one file and is cached for the process, so asking
twice costs nothing. Times are seconds from the start of the recording, sizes are bytes.

`recording` makes a well-formed file of any accepted container with a known silence;
the others are the oddities that a person may drop in, by name.
"""

from __future__ import annotations

import functools
import inspect
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, ParamSpec

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

P = ParamSpec("P")
Spans = tuple[tuple[float, float], ...]

SAMPLE_RATE_HZ = 48_000
AUDIO_CONTAINERS = ("wav", "flac", "mp3", "m4a", "ogg")
VIDEO_CONTAINERS = ("mp4", "mov", "avi", "mkv", "ts", "webm")

# File ending -> the muxer's name and the codecs that go with it.
_MUXERS: dict[str, tuple[str, str, str]] = {
    "mp4": ("mp4", "libx264", "aac"),
    "mov": ("mov", "libx264", "aac"),
    "avi": ("avi", "libx264", "libmp3lame"),
    "mkv": ("matroska", "libx264", "aac"),
    "ts": ("mpegts", "libx264", "aac"),
    "webm": ("webm", "libvpx", "libopus"),
    "wav": ("wav", "", "pcm_s16le"),
    "flac": ("flac", "", "flac"),
    "mp3": ("mp3", "", "libmp3lame"),
    "m4a": ("ipod", "", "aac"),
    "ogg": ("ogg", "", "libopus"),
}


class _Pipe:
    """An output that cannot seek, like the one a browser's recorder writes to."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)


def _cached(make: Callable[P, bytes]) -> Callable[P, bytes]:
    """Cache what is made, however it is asked for: `f()`, `f(12)` and `f(length=12)` are one."""
    signature, made = inspect.signature(make), functools.cache(make)

    @functools.wraps(make)
    def ask(*arguments: P.args, **options: P.kwargs) -> bytes:
        bound = signature.bind(*arguments, **options)
        bound.apply_defaults()
        return made(*bound.args, **bound.kwargs)

    return ask


@_cached
def recording(
    duration_s: float = 12.0,
    *,
    container: str = "mp4",
    video: bool = True,
    audio: bool = True,
    silences: Spans = ((4.0, 7.0),),
    quiet: Spans = (),
    still: bool = False,
    fps: int = 15,
    size: tuple[int, int] = (320, 180),
    video_codec: str | None = None,
    audio_codec: str | None = None,
) -> bytes:
    """Return a recording with speech-like sound and a moving picture.

    `container` is the file ending: one of `VIDEO_CONTAINERS` or `AUDIO_CONTAINERS` (those
    have no picture). There is no speech in `silences`; in `quiet` it is 20 dB lower.
    `still` freezes the picture. The codecs are the container's usual ones unless named
    (as encoders: "libx264", "mpeg4", "aac", "libopus" ...).
    """
    muxer, usual_video, usual_audio = _MUXERS[container]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=muxer, options={"fflags": "+bitexact"}) as output:
        tracks = _tracks(
            output,
            video_codec=(video_codec or usual_video) if video else "",
            audio_codec=(audio_codec or usual_audio) if audio else "",
            fps=fps,
            size=size,
        )
        _write(output, tracks, duration_s, silences=silences, quiet=quiet, still=still)
    return buffer.getvalue()


def in_two_parts() -> bytes:
    """Return an mp4 of two and a half minutes with one pause, in which it can be cut."""
    return recording(150.0, silences=((77.2, 78.4),), fps=2, size=(64, 48))


def empty() -> bytes:
    """Return a file with nothing in it."""
    return b""


def text_renamed() -> bytes:
    """Return prose that somebody named `.mp4`."""
    return b"Dear diary, today nothing was filmed.\n" * 400


def picture_only() -> bytes:
    """Return an mp4 of 12 s without a sound track."""
    return recording(audio=False)


def sound_only(container: str = "wav") -> bytes:
    """Return 12 s of sound alone, in any container (an audio one by default)."""
    return recording(container=container, video=False)


def with_cover() -> bytes:
    """Return an mp3 of 12 s with a cover, as a song or a podcast has it."""
    content = io.BytesIO()
    with (
        av.open(io.BytesIO(sound_only("mp3")), "r") as source,
        av.open(content, "w", format="mp3") as output,
    ):
        sound = output.add_stream_from_template(source.streams.audio[0])
        cover = output.add_stream("png", rate=1)
        cover.width, cover.height, cover.pix_fmt = 16, 16, "rgb24"
        cover.disposition = Disposition.attached_pic
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = sound
                output.mux(packet)
        output.mux(cover.encode(av.VideoFrame(16, 16, "rgb24")))
        output.mux(cover.encode(None))
    return content.getvalue()


def too_short() -> bytes:
    """Return an mp4 of 2 s: the API wants three at least."""
    return recording(2.0, silences=())


def mpeg4_part2() -> bytes:
    """Return an mp4 as OpenCV's `mp4v` writes it: MPEG-4 Part 2, not H.264."""
    return recording(video_codec="mpeg4")


def truncated_mp4() -> bytes:
    """Return an mp4 cut off before its index, as a broken download leaves it."""
    whole = recording()
    return whole[: len(whole) * 6 // 10]


@functools.cache
def truncated_faststart_mp4() -> bytes:
    """Return an mp4 whose index comes first and promises what was cut off."""
    whole = _remuxed(recording(), options={"movflags": "+faststart"})
    return whole[: len(whole) * 6 // 10]


@functools.cache
def corrupted_mp4() -> bytes:
    """Return an mp4 with an intact index whose coded data is noise."""
    whole = bytearray(recording())
    start = whole.index(b"mdat") + 4
    end = whole.rindex(b"moov") - 4
    whole[start:end] = np.random.default_rng(5).bytes(end - start)
    return bytes(whole)


@functools.cache
def unknown_codec_mp4() -> bytes:
    """Return an mp4 whose picture names a codec that nobody knows."""
    return recording().replace(b"avc1", b"zz9z").replace(b"avcC", b"zz9C")


@functools.cache
def browser_webm(duration_s: float = 6.0) -> bytes:
    """Return a WebM as a browser's recorder streams it: no duration in the header."""
    pipe = _Pipe()
    options = {"live": "1", "fflags": "+bitexact"}
    with av.open(pipe, "w", format="webm", options=options) as output:
        tracks = _tracks(
            output, video_codec="libvpx", audio_codec="libopus", fps=15, size=(320, 180)
        )
        _write(output, tracks, duration_s, silences=((2.0, 4.0),), quiet=(), still=False)
    return b"".join(pipe.pieces)


@functools.cache
def late_sound() -> bytes:
    """Return an mp4 of 12 s whose sound track begins only after five."""
    return _remuxed(recording(12.0, silences=((7.0, 12.0),)), sound_later_s=5.0)


@functools.cache
def camera_part(duration_s: float, *, created: str = "", size: tuple[int, int] = (96, 64)) -> bytes:
    """Return an mp4 as a camera writes the parts of a recording, with when it began that part."""
    metadata = {"creation_time": created} if created else {}
    return _remuxed(recording(duration_s, silences=(), fps=10, size=size), metadata=metadata)


def padded_to(size_bytes: int) -> bytes:
    """Return a valid mp4 grown to exactly `size_bytes` by a trailing `free` box."""
    whole = recording()
    missing = size_bytes - len(whole)
    if missing < 8:
        raise ValueError(f"the recording alone has {len(whole)} bytes")
    return whole + missing.to_bytes(4, "big") + b"free" + bytes(missing - 8)


def repeat_recording(loop: Path, path: Path, *, loop_s: int, length_s: int) -> None:
    """Write `loop` over and over, packet by packet, up to `length_s`: nothing is encoded.

    `loop_s` must be a whole number of frames of both tracks.
    """
    with av.open(path, "w") as output:
        with av.open(loop) as source:
            tracks = [output.add_stream_from_template(stream) for stream in source.streams]
        next_dts = [-(1 << 62)] * len(tracks)
        for start_s in range(0, length_s, loop_s):
            with av.open(loop) as source:
                for packet in source.demux():
                    if packet.pts is None or packet.dts is None:
                        continue
                    later = round(start_s / packet.time_base)
                    packet.pts, packet.dts = packet.pts + later, packet.dts + later
                    index = packet.stream.index
                    # An encoder's sound begins before zero, where the last round still sounds.
                    if next_dts[index] <= packet.dts and packet.pts * packet.time_base < length_s:
                        next_dts[index] = packet.dts + (packet.duration or 1)
                        packet.stream = tracks[index]
                        output.mux(packet)


def _remuxed(
    whole: bytes,
    *,
    options: dict[str, str] | None = None,
    sound_later_s: float = 0.0,
    metadata: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Return the same mp4 written anew (into a real file: the muxer may want to go back)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.mp4"
        with (
            av.open(io.BytesIO(whole), "r") as source,
            av.open(path, "w", options=options or {}) as output,
        ):
            output.metadata.update(metadata)
            tracks = [output.add_stream_from_template(stream) for stream in source.streams]
            for packet in source.demux():
                if packet.pts is not None and packet.dts is not None:
                    if packet.stream.type == "audio":
                        later = round(sound_later_s / packet.time_base)
                        packet.pts, packet.dts = packet.pts + later, packet.dts + later
                    packet.stream = tracks[packet.stream.index]
                    output.mux(packet)
        return path.read_bytes()


def _tracks(
    output: Any, *, video_codec: str, audio_codec: str, fps: int, size: tuple[int, int]
) -> dict[str, Any]:
    tracks: dict[str, Any] = {}
    if video_codec:
        picture = output.add_stream(video_codec, rate=fps, options=_speed(video_codec))
        picture.width, picture.height = size
        picture.pix_fmt = "yuv420p"
        picture.codec_context.gop_size = fps * 2
        picture.codec_context.thread_count = 1
        tracks["video"] = picture
    if audio_codec:
        tracks["audio"] = output.add_stream(audio_codec, rate=SAMPLE_RATE_HZ, layout="mono")
    return tracks


def _speed(video_codec: str) -> dict[str, str]:
    if video_codec in {"libx264", "libx265"}:
        return {"preset": "ultrafast", "crf": "28"}
    return {"deadline": "realtime", "cpu-used": "8"} if video_codec.startswith("libvpx") else {}


def _write(
    output: Any,
    tracks: dict[str, Any],
    duration_s: float,
    *,
    silences: Spans,
    quiet: Spans,
    still: bool,
) -> None:
    """Encode second by second, both tracks in step, so that players need no seeking."""
    frames: Iterator[Any] = iter(())
    if "video" in tracks:
        frames = _pictures(duration_s, tracks["video"].codec_context, still=still)
    pending = next(frames, None)
    for second in range(int(np.ceil(duration_s))):
        while pending is not None and pending.time < second + 1:
            output.mux(tracks["video"].encode(pending))
            pending = next(frames, None)
        if "audio" in tracks:
            samples = speech(
                min(1.0, duration_s - second), from_s=second, silences=silences, quiet=quiet
            )
            frame = _sound_frame(samples, second * SAMPLE_RATE_HZ)
            output.mux(tracks["audio"].encode(frame))
    for track in tracks.values():
        output.mux(track.encode(None))


def _sound_frame(samples: NDArray[np.float32], first: int) -> Any:
    whole = np.clip(samples * 32767.0, -32768, 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(whole[np.newaxis, :], format="s16", layout="mono")
    frame.sample_rate = SAMPLE_RATE_HZ
    frame.pts = first
    frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
    return frame


def speech(
    duration_s: float, *, from_s: float = 0.0, silences: Spans = (), quiet: Spans = ()
) -> NDArray[np.float32]:
    """Return mono samples at `SAMPLE_RATE_HZ`, -1 to 1, that measure like a person talking.

    A gliding voice of a dozen harmonics, four syllables a second, phrases that swell and
    fade by a few dB, the same in every five seconds; under it a faint room noise of about
    -66 dBFS, which stays in the silences. All times count from the recording's start, of
    which the piece from `from_s` on is returned.
    """
    first = round(from_s * SAMPLE_RATE_HZ)
    samples = first + np.arange(round(duration_s * SAMPLE_RATE_HZ))
    t = samples / SAMPLE_RATE_HZ
    noise = np.random.default_rng((7, first)).standard_normal(t.size)
    voice, swell = (period[samples % period.size] for period in _period())
    gain = np.ones_like(t)
    for start, end in quiet:
        gain[(t >= start) & (t < end)] = 0.1
    for start, end in silences:
        gain[(t >= start) & (t < end)] = 0.0
    sound = 0.16 * (voice + 0.08 * noise) * swell * gain + 0.0005 * noise
    return sound.astype(np.float32)


@functools.cache
def _period() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the voice, and how it swells and fades, for the seconds after which both repeat."""
    t = np.arange(5 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    turns = 140 * t + _glide(30, 0.4, t) + _glide(10, 1.2, t)
    voice = sum((np.sin(2 * np.pi * k * turns) / k for k in range(1, 13)), np.zeros_like(t))
    syllables = 0.4 + 0.6 * np.abs(np.sin(2 * np.pi * 2.0 * t))
    phrases = 1.0 + 0.4 * np.sin(2 * np.pi * 0.2 * t)
    return voice, syllables * phrases


def _glide(by_hz: float, times_per_s: float, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the turns that a pitch gains when it swings by `by_hz` so many times a second."""
    return by_hz * (1 - np.cos(2 * np.pi * times_per_s * t)) / (2 * np.pi * times_per_s)


def _pictures(duration_s: float, codec: Any, *, still: bool) -> Iterator[Any]:
    """Yield frames of a disc that circles before a gradient once in three seconds."""
    width, height, fps = codec.width, codec.height, int(codec.framerate)
    y, x = np.mgrid[0:height, 0:width]
    ground = (60 + 80 * x / width + 40 * y / height).astype(np.uint8)
    chroma = np.full((height // 2, width), 128, dtype=np.uint8)
    for number in range(round(duration_s * fps)):
        turn = 0.0 if still else 2 * np.pi * number / fps / 3
        center_x = width / 2 + width / 3 * np.cos(turn)
        center_y = height / 2 + height / 4 * np.sin(turn)
        disc = (x - center_x) ** 2 + (y - center_y) ** 2 < (height / 5) ** 2
        luma = np.where(disc, np.uint8(225), ground)
        frame = av.VideoFrame.from_ndarray(np.vstack([luma, chroma]), format="yuv420p")
        frame.pts = number
        frame.time_base = Fraction(1, fps)
        yield frame
