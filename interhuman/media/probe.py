"""What a recording holds, read from its header, and what to tell a person about it.

A probe is no integrity check. A file cut off in the middle still claims the length that
its header promises, and a picture that decodes to noise still has its width and height.
The advice knows the API's limits; what plays in a browser was tried in Chromium.
"""

from __future__ import annotations

import io
import itertools
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Final

import av
from av.stream import Disposition

from interhuman.settings import MAX_FILE_BYTES, MIN_DURATION_S
from interhuman.style import clock

MAX_INTER_2_DURATION_S: Final = 1800.0

_DEMUXERS: Final = "mov,matroska,avi,mpegts,wav,flac,mp3,ogg"
"""The only readers FFmpeg may try: playlist formats would open other files and addresses."""

_TIMEOUT_S: Final = 5.0
_MOST_READ_BYTES: Final = 256 * 1024 * 1024
_MAX_PACKETS: Final = 1_000_000
"""Enough for about three hours of picture and sound, in about three seconds."""

_UNREADABLE: Final = (av.FFmpegError, OSError, ValueError, ArithmeticError)

_PLAYABLE_CONTAINERS: Final = frozenset(
    {"mp4", "mov", "m4a", "mkv", "webm", "wav", "flac", "mp3", "ogg"}
)
_PLAYABLE_PICTURE: Final = frozenset({"h264", "vp8", "vp9", "av1"})
_PLAYABLE_SOUND: Final = frozenset({"aac", "mp3", "opus", "vorbis", "flac"})
_NAMES: Final = {
    "hevc": "HEVC (H.265)",
    "mpeg4": "MPEG-4 Part 2",
    "mpeg2video": "MPEG-2",
    "prores": "ProRes",
    "inter-1": "Inter-1",
    "inter-2": "Inter-2",
    "inter-2-audio": "Inter-2 audio",
}


@dataclass(frozen=True, slots=True)
class Probe:
    """What the header of a recording says; no integrity check of what follows it.

    `width` and `height` are pixels as stored, before any rotation. `container` is one of
    "mp4", "mov", "m4a", "mkv", "webm", "avi", "mpeg-ts", "wav", "flac", "mp3", "ogg", or None.
    Codecs have FFmpeg's names ("h264", "aac"), or None where unknown. `has_picture` leaves
    cover art out. Where `readable` is False, `why` is half a sentence that says what is wrong.
    """

    size_bytes: int
    readable: bool = True
    why: str | None = None
    container: str | None = None
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    has_picture: bool = False
    has_sound: bool = False


def probe(data: bytes | BinaryIO | str | os.PathLike[str], filename: str) -> Probe:
    """Return what a recording holds, whatever the bytes are.

    `data` is the content, a seekable binary file (read from its start, left where it was)
    or a path. `filename` only tells apart containers that look alike inside. Takes a few
    milliseconds; where the header has no duration (browsers record such WebM) up to three
    seconds, because all packets are listed, none decoded. Only a path that cannot be opened
    raises (OSError).
    """
    if isinstance(data, bytes):
        return _probe_file(io.BytesIO(data), filename)
    if isinstance(data, (str, os.PathLike)):
        with Path(data).open("rb") as file:
            return _probe_file(file, filename)
    position = data.tell()
    try:
        return _probe_file(data, filename)
    finally:
        data.seek(position)


class _Reader:
    """The file as FFmpeg may use it: no name, and an end to reading over and over."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left_bytes = _MOST_READ_BYTES
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        piece = self._file.read(min(size, self._left_bytes))
        self._left_bytes -= len(piece)
        return piece


def _probe_file(file: BinaryIO, filename: str) -> Probe:
    size_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    if not size_bytes:
        return Probe(0, readable=False, why="it is empty")
    head = file.read(64)
    file.seek(0)
    try:
        with av.open(
            _Reader(file),
            "r",
            container_options={"format_whitelist": _DEMUXERS},
            metadata_errors="replace",
            timeout=_TIMEOUT_S,
        ) as source:
            found = _tracks(source, size_bytes)
            name = _container(source.format.name, source.metadata, head=head, filename=filename)
            return replace(found, container=name, duration_s=_duration_s(source))
    except _UNREADABLE:
        why = "it is not a recording of a known kind, or it is damaged or cut off"
        return Probe(size_bytes, readable=False, why=why)


def _tracks(source: Any, size_bytes: int) -> Probe:
    picture = next((s for s in source.streams if s.type == "video" and not _is_cover(s)), None)
    sound = next((s for s in source.streams if s.type == "audio"), None)
    if picture is None and sound is None:
        return Probe(size_bytes, readable=False, why="it holds neither picture nor sound")
    pixels = getattr(picture, "codec_context", None)
    return Probe(
        size_bytes,
        width=getattr(pixels, "width", None) or None,
        height=getattr(pixels, "height", None) or None,
        video_codec=_codec(picture),
        audio_codec=_codec(sound),
        has_picture=picture is not None,
        has_sound=sound is not None,
    )


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _codec(stream: Any | None) -> str | None:
    """Return the codec's own name: a decoder's name would be "libdav1d" for "av1"."""
    context = getattr(stream, "codec_context", None)
    return None if context is None else str(context.codec.canonical_name)


def _container(demuxer: str, metadata: dict[str, str], *, head: bytes, filename: str) -> str:
    """Return the container's everyday name: FFmpeg has one reader for a whole family."""
    ending = PurePath(filename).suffix.lower()
    if demuxer.startswith("mov"):
        brand = metadata.get("major_brand", "").strip()
        if brand == "qt":
            return "mov"
        return "m4a" if brand in {"M4A", "M4B"} or ending == ".m4a" else "mp4"
    if demuxer.startswith("matroska"):
        return "webm" if b"webm" in head else "mkv"
    return "mpeg-ts" if demuxer == "mpegts" else demuxer


def _duration_s(source: Any) -> float | None:
    if source.duration is not None:
        return source.duration / av.time_base if source.duration > 0 else None
    return _listed_duration_s(source)


def _listed_duration_s(source: Any) -> float | None:
    """Return the time from the first packet to the end of the last, or None if there are too many.

    Times stay whole numbers of each track's own clock until the end: fractions take twice as long.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    packets = _packets(source)
    for packet in itertools.islice(packets, _MAX_PACKETS):
        if packet.pts is not None:
            end = packet.pts + (packet.duration or 0)
            first.setdefault(packet.stream_index, packet.pts)
            last[packet.stream_index] = max(end, last.get(packet.stream_index, end))
    if not last or next(packets, None) is not None:
        return None
    base = {index: float(source.streams[index].time_base or 0) for index in last}
    start_s = min(first[index] * base[index] for index in last)
    return max(last[index] * base[index] for index in last) - start_s


def _packets(source: Any) -> Iterator[Any]:
    """Yield the packets up to the first damage: what came before it still has its times."""
    try:
        yield from source.demux()
    except av.FFmpegError:
        return


def preview_problem(probe: Probe) -> str | None:
    """Return one sentence when a browser can't play the recording, None when it can.

    HEVC and MPEG-4 Part 2 play as sound without a picture and without an error (a few
    browsers do show HEVC); that counts as no preview. A picture without its sound is one.
    """
    if not probe.readable:
        return "There's no preview, because this file can't be read as a recording."
    if probe.container not in _PLAYABLE_CONTAINERS:
        missing = f"play {_name(probe.container)} files"
    elif probe.has_picture and probe.video_codec not in _PLAYABLE_PICTURE:
        missing = f"show {_name(probe.video_codec)} video"
    elif not probe.has_picture and not _sound_plays(probe):
        missing = f"play {_name(probe.audio_codec)} sound"
    else:
        return None
    return f"Your browser can't {missing}, so there's no preview; the analysis doesn't need one."


def _sound_plays(probe: Probe) -> bool:
    codec = probe.audio_codec or ""
    return codec in _PLAYABLE_SOUND or codec.startswith("pcm_")


def concerns(probe: Probe, model: str = "inter-1") -> tuple[str, ...]:
    """Return cautions to show before sending, each with its remedy; advice, not a block.

    `model` is "inter-1", "inter-2", "inter-2-audio" or any other name, which is taken
    for an Inter-2 that wants picture and sound.
    """
    if not probe.readable:
        return (
            f"This file can't be read here: {probe.why}. "
            "Export it again as MP4 with H.264 video and AAC sound.",
        )
    about_the_model = (_length_concern, _picture_concern, _sound_concern)
    found = (_size_concern(probe), *(concern(probe, model) for concern in about_the_model))
    return tuple(sentence for sentence in found if sentence is not None)


def _size_concern(probe: Probe) -> str | None:
    if probe.size_bytes <= MAX_FILE_BYTES:
        return None
    mib = math.ceil(probe.size_bytes / 1024**2 * 10) / 10
    return (
        f"The file has {mib:.1f} MiB and at most {MAX_FILE_BYTES // 1024**2} MiB can be sent. "
        "Export it smaller, for example in 480p, or cut it into parts."
    )


def _length_concern(probe: Probe, model: str) -> str | None:
    length_s = probe.duration_s
    if length_s is None:
        return None
    if length_s < MIN_DURATION_S:
        return (
            f"The recording is {math.floor(length_s * 10) / 10:.1f} s long and the shortest "
            f"that can be analysed has {MIN_DURATION_S:.0f} s. Choose a longer one."
        )
    if model != "inter-1" and length_s > MAX_INTER_2_DURATION_S:
        return (
            f"The recording is {clock(math.ceil(length_s))} long and {_name(model)} takes up to "
            f"{clock(MAX_INTER_2_DURATION_S)}. Cut it into parts."
        )
    return None


def _picture_concern(probe: Probe, model: str) -> str | None:
    if model == "inter-2-audio":
        return None
    if not probe.has_picture:
        return f"There's no picture in it and {_name(model)} needs one. Choose a video."
    if probe.video_codec == "mpeg4":
        return (
            "Its picture is MPEG-4 Part 2, which the API is known to refuse. "
            "Export it again as MP4 with H.264 video."
        )
    return None


def _sound_concern(probe: Probe, model: str) -> str | None:
    if probe.has_sound:
        return None
    if model == "inter-1":
        return "There's no sound in it, so the results will mean little. Choose one with sound."
    return f"There's no sound in it and {_name(model)} needs some. Choose one with sound."


def _name(key: str | None) -> str:
    """Return the everyday name of a container, codec or model."""
    return "this kind of" if key is None else _NAMES.get(key, key.upper())
