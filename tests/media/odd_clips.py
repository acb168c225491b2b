"""Recordings as phones, browsers, cameras and mishaps make them: small, of a few seconds.

Picture and sound mark the same moments: at each of `MARKS_S` the picture is white and the sound
a tone, for a fifth of a second. Every function returns the bytes of one file and is cached.
"""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import struct
import tempfile
import wave
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests import hostile_media

MARKS_S = (0.8, 2.0, 3.1)
MARK_S = 0.2
RATE_HZ = 48_000
_TICKS_PER_S = 90_000

_TIME_BASES = {"mpeg4": 1000, "mpeg1video": 25, "mpeg2video": 25}
"""Fractions of a second that an encoder can count by, where it is particular."""

Times = Sequence[float]


def in_pieces(container: str) -> bytes:
    """Return a recording as a browser's recorder streams it, a tenth of a second at a time."""
    options = {
        "mp4": (
            ("movflags", "empty_moov+default_base_moof+delay_moov"),
            ("frag_duration", "100000"),
        ),
        "webm": (("live", "1"), ("cluster_time_limit", "100")),
    }
    return marked(
        container,
        video_codec={"mp4": "libx264", "webm": "libvpx"}[container],
        audio_codec="libopus",
        container_options=options[container],
    )


def open_media(file: Any, mode: str = "r", **options: Any) -> Any:
    """Open as PyAV does, whose types are too many for what the tests know of their own files."""
    opening: Any = av.open
    return opening(file, mode, **options)


def steady(frames_per_s: float, duration_s: float = 4.0) -> tuple[float, ...]:
    return tuple(n / frames_per_s for n in range(round(duration_s * frames_per_s)))


def uneven(duration_s: float = 4.0) -> tuple[float, ...]:
    """Return times as a phone writes them in changing light, with a second of nothing."""
    steps = itertools.cycle((0.033, 0.041, 0.020, 0.066, 0.034, 0.033, 0.012))
    times = itertools.accumulate(steps, initial=0.0)
    within = itertools.takewhile(lambda time_s: time_s < duration_s, times)
    return tuple(time_s for time_s in within if not 2.3 < time_s < 3.05)


EVERY_25TH_S = steady(25)


@functools.cache
def marked(
    container: str = "mp4",
    *,
    video_codec: str | None = "mpeg4",
    audio_codec: str | None = "aac",
    times_s: Times = EVERY_25TH_S,
    size: tuple[int, int] = (160, 90),
    pixel_format: str = "yuv420p",
    options: tuple[tuple[str, str], ...] = (),
    container_options: tuple[tuple[str, str], ...] = (),
    sound_from_s: float = 0.0,
    sound_until_s: float = 4.0,
    sound_gap_s: tuple[float, float] | None = None,
    shift_s: float = 0.0,
    layout: str = "stereo",
    rate_hz: int = RATE_HZ,
    rotation: int = 0,
    interlaced: bool = False,
    colors: tuple[int, int, int] | None = None,
    noise: int = 0,
    black: bool = False,
) -> bytes:
    """Return a recording of `times_s`; `colors` are primaries, transfer and matrix of H.273.

    With `noise`, up to 150, nothing in the picture can be foreseen.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        with open_media(path, "w", format=container, options=dict(container_options)) as output:
            picture = sound = None
            if video_codec is not None:
                picture = output.add_stream(video_codec, rate=25, options=dict(options))
                picture.width, picture.height, picture.pix_fmt = *size, pixel_format
                picture.time_base = Fraction(1, _TICKS_PER_S)
                picture.codec_context.time_base = Fraction(
                    1, _TIME_BASES.get(video_codec, _TICKS_PER_S)
                )
                picture.codec_context.thread_count = 1
                if interlaced:
                    picture.codec_context.flags |= 1 << 18
                if colors is not None:
                    context = picture.codec_context
                    context.color_primaries, context.color_trc, context.colorspace = colors
                if rotation:
                    picture.set_display_rotation(rotation)
            if audio_codec is not None:
                sound = output.add_stream(audio_codec, rate=rate_hz, layout=layout)
            output.start_encoding()
            packets = []
            if picture is not None:
                for frame in _pictures(times_s, size, pixel_format, noise=noise, black=black):
                    packets += picture.encode(frame)
                packets += picture.encode(None)
            if sound is not None:
                frames = _sounds(sound_from_s, sound_until_s, sound_gap_s, layout, rate_hz)
                for frame in frames:
                    packets += sound.encode(frame)
                packets += sound.encode(None)
            for packet in packets:
                later = round(shift_s / packet.time_base)
                packet.pts, packet.dts = packet.pts + later, packet.dts + later
            packets.sort(key=lambda packet: packet.dts * packet.time_base)
            for packet in packets:
                output.mux(packet)
        return path.read_bytes()


def sound_first(content: bytes) -> bytes:
    """Return an MP4 with the same tracks, the sound as the first of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        with (
            open_media(io.BytesIO(content)) as source,
            open_media(path, "w", format="mp4") as output,
        ):
            tracks = {
                track.index: output.add_stream_from_template(track)
                for track in (*source.streams.audio, *source.streams.video)
            }
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = tracks[packet.stream.index]
                    output.mux(packet)
        return path.read_bytes()


def joined(*parts: bytes, container: str = "mp4") -> bytes:
    """Return one recording with all tracks of others, in their order."""
    content = io.BytesIO()
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(open_media(content, "w", format=container))
        packets = []
        for part in parts:
            source = stack.enter_context(open_media(io.BytesIO(part)))
            tracks = {s.index: output.add_stream_from_template(s) for s in source.streams}
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = tracks[packet.stream.index]
                    packets.append(packet)
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            output.mux(packet)
    return content.getvalue()


@functools.cache
def a_voice_per_channel(duration_s: int = 8) -> bytes:
    """Return a WAV in which two people speak by turns, one in each channel."""
    rate_hz = 16_000
    t = np.arange(duration_s * rate_hz) / rate_hz
    syllables = np.sin(2 * np.pi * 180 * t) * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * t))
    first_speaks = t % 4 < 2
    both = np.stack([syllables * first_speaks, 0.6 * syllables * ~first_speaks], axis=1)
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((both * 20_000).astype("<i2").tobytes())
    return content.getvalue()


def a_voice_from(start_s: float, *, until_s: float, rate_hz: int) -> bytes:
    """Return a MOV whose sound begins later than its picture; it swells like speech."""
    content = io.BytesIO()
    with open_media(content, "w", format="mov") as output:
        picture = output.add_stream("libx264", rate=10)
        picture.width, picture.height, picture.pix_fmt = 160, 90, "yuv420p"
        sound = output.add_stream("pcm_s16le", rate=rate_hz, layout="mono")
        packets = []
        for number in range(round(until_s * 10)):
            gray = np.full((90, 160), number, np.uint8)
            frame = av.VideoFrame.from_ndarray(gray, format="gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            packets += picture.encode(frame)
        packets += picture.encode(None)
        step = rate_hz // 50
        for first in range(round(start_s * rate_hz), round(until_s * rate_hz), step):
            time_s = (first + np.arange(step)) / rate_hz
            wave_ = 9000 * np.sin(1885 * time_s) * (0.5 + 0.5 * np.sin(25 * time_s))
            samples = wave_.astype(np.int16).reshape(1, -1)
            heard = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            heard.sample_rate, heard.pts, heard.time_base = rate_hz, first, Fraction(1, rate_hz)
            packets += sound.encode(heard)
        packets += sound.encode(None)
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            output.mux(packet)
    return content.getvalue()


def edited(content: bytes, *spans: tuple[float, float]) -> bytes:
    """Return an MP4 as a QuickTime movie whose edit list plays the spans (seconds) alone."""
    moov, moov_size = _box(content, [b"moov"], 0, len(content))
    body, result, at, scale = content[moov + 8 : moov + moov_size], b"", 0, 0
    while at < len(body):
        size = int.from_bytes(body[at : at + 4], "big")
        box, at = body[at : at + size], at + size
        if box[4:8] == b"mvhd":
            scale = int.from_bytes(box[20:24], "big")
        result += _with_edits(box, spans, scale) if box[4:8] == b"trak" else box
    whole = struct.pack(">I4s", 8 + len(result), b"moov") + result
    return (content[:moov] + whole + content[moov + moov_size :]).replace(b"ftypisom", b"ftypqt  ")


def _with_edits(track: bytes, spans: Sequence[tuple[float, float]], scale: int) -> bytes:
    mdhd, _ = _box(track, [b"mdia", b"mdhd"], 8, len(track))
    ticks_per_s = int.from_bytes(track[mdhd + 20 : mdhd + 24], "big")
    edts, edts_size = _box(track, [b"edts"], 8, len(track))
    first = int.from_bytes(track[edts + 28 : edts + 32], "big")
    track = track[:edts] + track[edts + edts_size :]
    edits = b"".join(
        struct.pack(
            ">IiHH",
            round((until_s - from_s) * scale),
            first + round(from_s * ticks_per_s),
            1,
            0,
        )
        for from_s, until_s in spans
    )
    elst = struct.pack(">I4sII", 16 + len(edits), b"elst", 0, len(spans)) + edits
    mdia, _ = _box(track, [b"mdia"], 8, len(track))
    track = track[:mdia] + struct.pack(">I4s", 8 + len(elst), b"edts") + elst + track[mdia:]
    return struct.pack(">I", len(track)) + track[4:]


def _box(content: bytes, path: Sequence[bytes], at: int, end: int) -> tuple[int, int]:
    """Return where a box is and its size."""
    while at + 8 <= end:
        size = int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] == path[0]:
            return (at, size) if len(path) == 1 else _box(content, path[1:], at + 8, at + size)
        at += size
    raise LookupError(path[0])


def _pictures(
    times_s: Times, size: tuple[int, int], pixel_format: str, *, noise: int, black: bool
) -> Iterator[Any]:
    random = np.random.default_rng(3)
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    for number, time_s in enumerate(times_s):
        ground = ((x + y + 3 * number) % 60 + 20).astype(np.uint8)
        if noise:
            ground += random.integers(0, noise, ground.shape, dtype=np.uint8)
        luma = np.full_like(ground, 240) if _is_marked(time_s) else ground
        luma = np.full_like(luma, 16) if black else luma
        frame = av.VideoFrame.from_ndarray(luma, format="gray").reformat(format=pixel_format)
        frame.pts, frame.time_base = round(time_s * _TICKS_PER_S), Fraction(1, _TICKS_PER_S)
        yield frame


def _is_marked(time_s: float) -> bool:
    return any(mark_s - 1e-6 <= time_s < mark_s + MARK_S - 1e-6 for mark_s in MARKS_S)


def _sounds(
    from_s: float, until_s: float, gap_s: tuple[float, float] | None, layout: str, rate_hz: int
) -> Iterator[Any]:
    channels = av.AudioLayout(layout).nb_channels
    for first in range(round(from_s * rate_hz), round(until_s * rate_hz), 1024):
        t = (first + np.arange(1024)) / rate_hz
        if gap_s is not None and gap_s[0] <= t[0] < gap_s[1]:
            continue
        marked = np.any([(t >= m) & (t < m + MARK_S) for m in MARKS_S], axis=0)
        tone = (np.where(marked, 12_000, 30) * np.sin(2 * np.pi * 440 * t)).astype(np.int16)
        samples = np.tile(tone[:, np.newaxis], (1, channels)).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
        frame.sample_rate, frame.pts = rate_hz, first
        frame.time_base = Fraction(1, rate_hz)
        yield frame


@dataclass(frozen=True)
class Marks:
    """What is seen and heard in a recording, in seconds from its start."""

    seen_s: tuple[float, ...]
    heard_s: tuple[float, ...]
    duration_s: float
    size: tuple[int, int] | None = None


def marks_in(content: bytes) -> Marks:
    """Return where a recording's marks begin, by decoding all of it."""
    with open_media(io.BytesIO(content)) as source:
        video, audio = source.streams.video, source.streams.audio
        streams = [*video[:1], *audio[:1]]
        bright: list[tuple[float, bool]] = []
        loud: list[tuple[float, bool]] = []
        ends_s, size = [0.0], None
        for packet in source.demux(streams):
            for frame in packet.decode():
                time_s = float(frame.pts * packet.stream.time_base)
                if packet.stream.type == "video":
                    luma = frame.reformat(format="gray8").to_ndarray()
                    bright.append((time_s, bool(luma.mean() > 150)))
                    size = (frame.width, frame.height)
                else:
                    levels = np.abs(frame.to_ndarray().astype(np.float64))
                    full = 1.0 if "flt" in frame.format.name else 32768.0
                    channels = frame.layout.nb_channels
                    flat = (
                        levels.reshape(-1, channels)[:, 0]
                        if not frame.format.is_planar
                        else levels[0]
                    )
                    for at in range(0, frame.samples, 48):
                        piece = flat[at : at + 48]
                        loud.append(
                            (time_s + at / frame.sample_rate, bool(piece.max() / full > 0.1))
                        )
            if packet.pts is not None and packet.size and not packet.is_discard:
                ends_s.append(
                    float((packet.pts + (packet.duration or 0)) * packet.stream.time_base)
                )
        start_s = min([*(t for t, _ in bright[:1]), *(t for t, _ in loud[:1])])
        return Marks(
            tuple(t - start_s for t in _onsets(bright, quiet_s=0.15)),
            tuple(t - start_s for t in _onsets(loud, quiet_s=0.15)),
            max(ends_s) - start_s,
            size,
        )


def _onsets(states: list[tuple[float, bool]], *, quiet_s: float) -> Iterator[float]:
    last_s = -1.0
    for time_s, on in states:
        if on:
            if time_s - last_s > quiet_s:
                yield time_s
            last_s = time_s


@functools.cache
def patched(make: Callable[[], bytes], seed: int) -> bytes:
    """Return what `make` returns with noise in its middle."""
    whole = bytearray(make())
    random = np.random.default_rng(seed)
    for _ in range(12):
        at = int(random.integers(len(whole) // 4, len(whole) * 3 // 4))
        whole[at : at + 40] = random.bytes(40)
    return bytes(whole)


def zip_renamed() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("talk.mp4", marked())
    return content.getvalue()


def many_tracks() -> bytes:
    """Return an mp4 with thousands of pictures, none of which can be decoded."""
    return hostile_media.claimed_samples_mp4(10, tracks=3000)


@functools.cache
def many_channels(channels: int = 64) -> bytes:
    """Return a WAV of 4 s with so many channels, written by hand."""
    rate_hz, seconds = 8000, 4
    t = np.arange(rate_hz * seconds) / rate_hz
    tone = (8000 * np.sin(2 * np.pi * 300 * t)).astype("<i2")
    data = np.repeat(tone, channels).tobytes()
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * 2 * channels, 2 * channels, 16)
    body = (
        b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data))
    )
    return b"RIFF" + struct.pack("<I", len(body) + len(data)) + body + data


@functools.cache
def far_apart(seconds: float = 1e7) -> bytes:
    """Return a small mkv whose second picture comes months after its first."""
    return marked("matroska", video_codec="ffv1", audio_codec=None, times_s=(0.0, 0.04, seconds))
