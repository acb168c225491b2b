"""Reads what the header of a recording says: the part of the probe that opens media.

Runs in a process of its own, so it imports little and gives its result as JSON.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import av
from av.stream import Disposition

from interhuman.isolation.mp4_index import claims_too_much
from interhuman.media.probe import DAMAGED

CLAIMS_TOO_MUCH: Final = "its index promises more than the file holds"

_DEMUXERS: Final = "mov,matroska,avi,mpegts,wav,flac,mp3,ogg"
"""The only readers FFmpeg may try: playlist formats would open other files and addresses."""

_TIMEOUT_S: Final = 5.0
_MAX_READ_BYTES: Final = 256 * 1024 * 1024
_MAX_PACKETS: Final = 1_000_000
"""Enough for about three hours of picture and sound, in about three seconds."""
_MAX_PIXELS: Final = 8192 * 4320
"""The largest picture that is read, cover art included: 8K."""

_UNREADABLE: Final = (av.FFmpegError, OSError, ValueError, ArithmeticError, LookupError)


class _Reader:
    """The file as FFmpeg may use it: without its name, and with a limit to what it reads."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._remaining_bytes = _MAX_READ_BYTES
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        data = self._file.read(min(size, self._remaining_bytes))
        self._remaining_bytes -= len(data)
        return data


def read_header(file: BinaryIO, extension: str) -> dict[str, Any]:
    """Return the fields of a `Probe` except its size; `extension` is the file name's (".m4a").

    Raises nothing but MemoryError, whatever the bytes are.
    """
    if claims_too_much(file):
        return _unreadable(CLAIMS_TOO_MUCH)
    file.seek(0)
    head = file.read(64)
    file.seek(0)
    try:
        with av.open(
            _Reader(file),
            "r",
            options={"max_pixels": str(_MAX_PIXELS)},
            container_options={"format_whitelist": _DEMUXERS},
            metadata_errors="replace",
            timeout=_TIMEOUT_S,
        ) as source:
            return {
                **_tracks(source),
                "container": _container(
                    source.format.name, source.metadata, head=head, extension=extension
                ),
                "duration_s": _duration_s(source),
            }
    except MemoryError:
        raise
    except _UNREADABLE:
        return _unreadable(DAMAGED)


def _unreadable(why: str) -> dict[str, Any]:
    return {"readable": False, "why": why}


def _tracks(source: Any) -> dict[str, Any]:
    picture = next((s for s in source.streams if s.type == "video" and not _is_cover(s)), None)
    sound = next((s for s in source.streams if s.type == "audio"), None)
    if picture is None and sound is None:
        return _unreadable("it holds neither picture nor sound")
    pixels = getattr(picture, "codec_context", None)
    return {
        "width": getattr(pixels, "width", None) or None,
        "height": getattr(pixels, "height", None) or None,
        "video_codec": _codec(picture),
        "audio_codec": _codec(sound),
        "has_picture": picture is not None,
        "has_sound": sound is not None,
    }


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _codec(stream: Any | None) -> str | None:
    """Return the codec's own name: a decoder's name would be "libdav1d" for "av1"."""
    context = getattr(stream, "codec_context", None)
    return None if context is None else str(context.codec.canonical_name)


def _container(demuxer: str, metadata: dict[str, str], *, head: bytes, extension: str) -> str:
    """Return the container's usual name: FFmpeg has one reader for a whole family."""
    if demuxer.startswith("mov"):
        brand = metadata.get("major_brand", "").strip()
        if brand == "qt":
            return "mov"
        return "m4a" if brand in {"M4A", "M4B"} or extension == ".m4a" else "mp4"
    if demuxer.startswith("matroska"):
        return "webm" if b"webm" in head else "mkv"
    return "mpeg-ts" if demuxer == "mpegts" else demuxer


def _duration_s(source: Any) -> float | None:
    if source.duration is not None:
        return source.duration / av.time_base if source.duration > 0 else None
    return _duration_from_packets_s(source)


def _duration_from_packets_s(source: Any) -> float | None:
    """Return the time from the first packet to the end of the last, None if there are too many.

    Times stay whole numbers of each track's time base: fractions take twice as long.
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
    time_base_s = {index: float(source.streams[index].time_base or 0) for index in last}
    start_s = min(first[index] * time_base_s[index] for index in last)
    return max(last[index] * time_base_s[index] for index in last) - start_s


def _packets(source: Any) -> Iterator[Any]:
    """Yield the packets up to the first damage: what came before it still has its times."""
    try:
        yield from source.demux()
    except MemoryError:
        raise
    except (av.FFmpegError, LookupError):  # the latter where a track appears later on
        return
