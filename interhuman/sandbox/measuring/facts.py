"""Reads with PyAV what a recording is, from its header and its packets, without decoding it.

A recording is read from an open file, never from a name or an address, and always by the one
demuxer that its first bytes call for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

import av
import av.subtitles.stream  # else imported with the first file, within its memory limit
from av.codec import CodecContext
from av.container import InputContainer
from av.stream import Disposition, Stream

from interhuman.isolation.mp4_index import claims_too_much
from interhuman.sandbox.errors import ApiError

_READ_BYTES = 256 * 1024
_MAX_PIXELS = 8192 * 4320
_MIN_RATE_HZ, _MAX_RATE_HZ = 4_000, 384_000
_MAX_PACKETS_PER_S = 2_000
"""Opus at its shortest frames, beside a picture at 240 a second, has a third of it."""
_INDEXED = frozenset({"mp4", "avi", "matroska"})
"""Containers whose header states the length exactly, so that a cut can be told."""
_PICTURE_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg1video", "mpeg2video"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a recording is, found without decoding it."""

    demuxer: str
    duration_s: float
    start_s: float
    """Where the recording's own clock stands at its start."""
    picture: int | None
    """Index of the picture track, None where there is none."""
    sound: int | None
    keyframe_gap_s: float
    picture_codec: str | None = None
    sound_codec: str | None = None
    sound_rate_hz: int = 0


@contextmanager
def open_container(file: BinaryIO, demuxer: str) -> Iterator[InputContainer]:
    """Open a recording with PyAV; raise ih5004 where it cannot be opened."""
    file.seek(0)
    try:
        container = av.open(
            file,
            "r",
            format=demuxer,
            options={"max_pixels": str(_MAX_PIXELS)},
            metadata_errors="ignore",
            buffer_size=_READ_BYTES,
        )
    except MemoryError:
        raise
    except av.error.FFmpegError:
        raise ApiError("ih5004") from None
    with container:
        yield container


def read_accepted_facts(
    file: BinaryIO,
    demuxer: str,
    *,
    min_s: float,
    max_s: float,
    needs_picture: bool,
    needs_sound: bool,
) -> Facts:
    """Return the facts of a recording that is accepted; raise the documented error of any other.

    A track that is not needed may be missing; the picture may also be of any codec then.
    """
    facts = read_facts(file, demuxer)
    if facts.duration_s < min_s:
        raise ApiError("ih4007")
    if facts.duration_s > max_s:
        raise ApiError("ih4004", f"The recording lasts longer than {max_s / 60:.0f} minutes.")
    if needs_picture and facts.picture is None:
        raise ApiError("ih5001")
    if needs_sound and facts.sound is None:
        raise ApiError("ih5008")
    if needs_picture and facts.picture_codec == "mpeg4":
        raise ApiError("ih5004", "Unable to process the video: MPEG-4 Part 2 is not read.")
    if needs_picture and facts.picture_codec not in _PICTURE_CODECS:
        raise ApiError("ih5003")
    if facts.sound is not None and facts.sound_codec is None:
        raise ApiError("ih5003", "Unable to process the video: its sound codec is not supported.")
    if facts.sound is not None and not is_sample_rate(facts.sound_rate_hz):
        raise ApiError(
            "ih5003",
            "Unable to process the video: its sound has a sample rate of "
            f"{facts.sound_rate_hz} Hz.",
        )
    return facts


def read_facts(file: BinaryIO, demuxer: str) -> Facts:
    """Return what the recording is, from its header and a scan of all its packets.

    Raises ih5004 where it cannot be opened, ends well before its header says, or its header
    says what cannot be.
    """
    if demuxer == "mp4" and claims_too_much(file):
        raise ApiError(
            "ih5004", "Unable to process the video: its index promises more than the file holds."
        )
    with open_container(file, demuxer) as container:
        start_s = max(0.0, (container.start_time or 0) / av.time_base)
        picture = next((s for s in container.streams.video if not _is_cover(s)), None)
        sound = next(iter(container.streams.audio), None)
        packets = _scan_packets(container, picture)
        duration_s = _duration_s(container, demuxer, packets.end_s - start_s)
        if packets.total > _MAX_PACKETS_PER_S * max(1.0, duration_s):
            raise ApiError(
                "ih5004", "Unable to process the video: it is cut into too many packets."
            )
        return Facts(
            demuxer=demuxer,
            duration_s=duration_s,
            start_s=start_s,
            picture=picture.index if picture and packets.pictures else None,
            sound=sound.index if sound else None,
            keyframe_gap_s=duration_s / max(1, packets.keyframes),
            picture_codec=_codec(picture),
            sound_codec=_codec(sound),
            sound_rate_hz=getattr(getattr(sound, "codec_context", None), "sample_rate", None) or 0,
        )


def is_sample_rate(rate_hz: int) -> bool:
    """Return whether sound of this sample rate is read."""
    return _MIN_RATE_HZ <= rate_hz <= _MAX_RATE_HZ


def _is_cover(stream: Stream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _decoder(stream: Stream | None) -> CodecContext | None:
    """Return what decodes a track, None where nothing can: PyAV's types leave that out."""
    return stream.codec_context if stream is not None else None


def _codec(stream: Stream | None) -> str | None:
    context = _decoder(stream)
    return context.codec.canonical_name if context is not None else None


@dataclass(slots=True)
class _PacketScan:
    """Where the packets of all tracks end, and how many there are."""

    end_s: float = 0.0
    total: int = 0
    pictures: int = 0
    keyframes: int = 0


def _scan_packets(container: InputContainer, picture: Stream | None) -> _PacketScan:
    """Read all packets; times stay whole numbers, because fractions take ten times longer."""
    scan = _PacketScan()
    time_bases: dict[int, Fraction | None] = {}
    ends: dict[int, int] = {}
    picture_index = None if picture is None else picture.index
    try:
        for packet in container.demux():
            scan.total += 1
            at = packet.pts if packet.pts is not None else packet.dts
            index = packet.stream_index
            if index not in time_bases:
                time_bases[index] = packet.time_base
            if at is None or time_bases[index] is None:
                continue
            ends[index] = max(ends.get(index, 0), at + (packet.duration or 0))
            if index == picture_index:
                scan.pictures += 1
                scan.keyframes += packet.is_keyframe
    except MemoryError:
        raise
    except IndexError:  # a track appears that the header does not list
        raise ApiError("ih5002") from None
    except av.error.FFmpegError:
        raise ApiError("ih5004") from None
    scan.end_s = max((float(end * (time_bases[i] or 0)) for i, end in ends.items()), default=0.0)
    return scan


def _duration_s(container: InputContainer, demuxer: str, packets_s: float) -> float:
    header_s = (container.duration or 0) / av.time_base
    if demuxer in _INDEXED and packets_s < header_s - max(1.0, 0.05 * header_s):
        raise ApiError(
            "ih5004",
            f"Unable to process the video: it says that it lasts {header_s:.0f} s "
            f"but ends after {max(0.0, packets_s):.0f} s.",
        )
    return header_s if 0 < header_s >= packets_s - 1.0 else packets_s
