"""Opens an untrusted recording with FFmpeg, by its content alone.

Runs in a process of its own, so it imports little.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, Final

import av
from av.container import InputContainer
from av.frame import Frame
from av.packet import Packet
from av.stream import Disposition, Stream

MAX_PIXELS: Final = 8192 * 4320
"""The largest picture that is read, cover art included: 8K."""

UNREADABLE: Final = (av.FFmpegError, OSError, ValueError, ArithmeticError, LookupError)
"""What PyAV raises for bytes that are no recording."""

_DEMUXERS: Final = "mov,matroska,avi,mpegts,wav,flac,mp3,ogg,mpeg,asf,flv,aac,amr,amrnb,amrwb,aiff"
"""The only readers FFmpeg may try: playlist formats would open other files and addresses."""
_CONTAINERS: Final = {"mpegts": "mpeg-ts", "mpeg": "mpeg-ps", "amrnb": "amr", "amrwb": "amr"}
"""The usual names of containers for which FFmpeg has another."""
_BARE_STREAMS: Final = frozenset({"aac", "amr", "amrnb", "amrwb"})
_TIMEOUT_S: Final = 5.0
_JOINABLE: Final = frozenset({"mpegts", "mpeg"})
"""What can be put together byte by byte; all tracks count by the same time base."""
_MAX_STEP_BACK_S: Final = 1.0
_MAX_STEP_S: Final = 10.0
"""A track's clock that steps by more goes on from where it was, as FFmpeg's own tool has it."""


class Reader:
    """The file as FFmpeg may use it: without its name, and with a limit to what it reads."""

    def __init__(self, file: BinaryIO, *, max_read_bytes: int) -> None:
        self._file = file
        self._remaining_bytes = max_read_bytes
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, none once the limit is reached."""
        data = self._file.read(min(size, self._remaining_bytes))
        self._remaining_bytes -= len(data)
        return data


def open_recording(
    file: BinaryIO, *, max_read_bytes: int, buffer_bytes: int = 32_768
) -> InputContainer:
    """Return the recording as PyAV's input container.

    Raises one of `UNREADABLE`, or MemoryError.
    """
    file.seek(0)
    return av.open(
        Reader(file, max_read_bytes=max_read_bytes),
        "r",
        options={"max_pixels": str(MAX_PIXELS)},
        container_options={"format_whitelist": _DEMUXERS},
        metadata_errors="replace",
        buffer_size=buffer_bytes,
        timeout=_TIMEOUT_S,
    )


def size_of(file: BinaryIO) -> int:
    """Return how many bytes the file has."""
    return file.seek(0, os.SEEK_END)


def pictures_of(source: InputContainer) -> list[av.VideoStream]:
    """Return the tracks with a picture. Cover art is no picture."""
    return [s for s in source.streams.video if not is_cover(s)]


def sounds_of(source: InputContainer) -> list[av.AudioStream]:
    """Return the tracks with sound."""
    return list(source.streams.audio)


def is_cover(stream: Stream) -> bool:
    """Return whether a picture track is the cover of a song."""
    return bool(stream.disposition & Disposition.attached_pic)


def decoder_of(
    stream: av.VideoStream | av.AudioStream | None,
) -> av.VideoCodecContext | av.AudioCodecContext | None:
    """Return what decodes a track, None where nothing can: PyAV's types leave that out."""
    return None if stream is None else stream.codec_context


def codec_name(stream: av.VideoStream | av.AudioStream | None) -> str | None:
    """Return the codec's own name: a decoder's name would be "libdav1d" for "av1"."""
    context = decoder_of(stream)
    return None if context is None else context.codec.canonical_name


def container_name(source: InputContainer, *, head: bytes, extension: str) -> str:
    """Return the container's usual name: FFmpeg has one reader for a whole family.

    `head` are the file's first bytes; `extension` is the file name's (".m4a").
    """
    demuxer, metadata = source.format.name, source.metadata
    if demuxer.startswith("mov"):
        brand = metadata.get("major_brand", "").strip()
        if brand == "qt":
            return "mov"
        if brand.startswith("3g"):
            return "3gp"
        return "m4a" if brand in {"M4A", "M4B"} or extension == ".m4a" else "mp4"
    if demuxer.startswith("matroska"):
        return "webm" if b"webm" in head else "mkv"
    return _CONTAINERS.get(demuxer, demuxer)


def is_without_header(source: InputContainer) -> bool:
    """Return whether the file is a bare stream, whose length FFmpeg can only guess."""
    return source.format.name in _BARE_STREAMS


def packets_of(source: InputContainer, *streams: Stream) -> Iterator[Packet[Stream]]:
    """Yield the packets; where the clock of pieces put together jumps, it goes on instead.

    Only MPEG streams have such clocks: a DVD's begins anew with every scene.
    """
    follows, later = source.format.name in _JOINABLE, 0
    ends: dict[int, int] = {}
    for packet in source.demux(*streams):
        start = packet.dts if packet.dts is not None else packet.pts
        if follows and start is not None:
            end = ends.get(packet.stream_index, start + later)
            # A gap in one track is no jump of the clock: the other has gone on.
            furthest = max((end, *ends.values()))
            back_s = float((end - start - later) * packet.time_base)
            ahead_s = float((start + later - furthest) * packet.time_base)
            if back_s > _MAX_STEP_BACK_S or ahead_s > _MAX_STEP_S:
                later = end - start
            ends[packet.stream_index] = start + later + (packet.duration or 0)
            packet.pts = None if packet.pts is None else packet.pts + later
            packet.dts = None if packet.dts is None else packet.dts + later
        yield packet


def packets_until_damage(source: InputContainer, *streams: Stream) -> Iterator[Packet[Stream]]:
    """Yield the packets up to the first damage: what came before it still has its times."""
    try:
        yield from packets_of(source, *streams)
    except MemoryError:
        raise
    except (av.FFmpegError, LookupError):  # the latter where a track appears later on
        return


def frame_time_s(frame: Frame, stream: Stream) -> float | None:
    """Return when a frame begins in the file's own clock, None where it does not say.

    A filter may count by another time base than the track; the last frames that a decoder gives
    have none.
    """
    time_base = frame.time_base or stream.time_base or 0
    return None if frame.pts is None else float(frame.pts * time_base)
