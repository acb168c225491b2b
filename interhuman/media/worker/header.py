"""Reads what the header of a recording says: the part of the probe that opens media.

Runs in a process of its own, so it imports little and gives its result as JSON.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, TypeVar

import av
from av.container import InputContainer

from interhuman.isolation.mp4_index import claims_too_much
from interhuman.media.facts import CLAIMS_TOO_MUCH, CUT_OFF, DAMAGED
from interhuman.media.worker.mp4_boxes import is_cut_off
from interhuman.media.worker.opening import (
    UNREADABLE,
    codec_name,
    container_name,
    decoder_of,
    is_without_header,
    open_recording,
    packets_until_damage,
    pictures_of,
    sounds_of,
)

_Stream = TypeVar("_Stream", av.VideoStream, av.AudioStream)

_MAX_READ_BYTES: Final = 256 * 1024 * 1024
_MAX_PACKETS: Final = 1_000_000
"""Enough for about three hours of picture and sound, in about three seconds."""


def read_header(file: BinaryIO, extension: str) -> dict[str, Any]:
    """Return the fields of a `Probe` except its size; `extension` is the file name's (".m4a").

    Raises nothing but MemoryError, whatever the bytes are.
    """
    if claims_too_much(file):
        return _unreadable(CLAIMS_TOO_MUCH)
    file.seek(0)
    head = file.read(64)
    try:
        with open_recording(file, max_read_bytes=_MAX_READ_BYTES) as source:
            return {
                **_tracks(source),
                "container": container_name(source, head=head, extension=extension),
                "start_s": start_s(source),
                "duration_s": _duration_s(source),
                "created_s": _created_s(source),
            }
    except MemoryError:
        raise
    except UNREADABLE:
        return _unreadable(CUT_OFF if is_cut_off(file) else DAMAGED)


def start_s(source: InputContainer) -> float:
    """Return when the first picture or sound is due in the file's own clock, 0 for before."""
    return max(0.0, (source.start_time or 0) / av.time_base)


def _unreadable(why: str) -> dict[str, object]:
    return {"readable": False, "why": why}


def _tracks(source: InputContainer) -> dict[str, object]:
    picture, sound = _first(pictures_of(source)), _first(sounds_of(source))
    if picture is None and sound is None:
        return _unreadable("it has no video and no audio")
    pixels = decoder_of(picture)
    return {
        "width": getattr(pixels, "width", None) or None,
        "height": getattr(pixels, "height", None) or None,
        "video_codec": codec_name(picture),
        "audio_codec": codec_name(sound),
        "has_picture": picture is not None,
        "has_sound": sound is not None,
    }


def _first(tracks: list[_Stream]) -> _Stream | None:
    """Return the first track of a known codec, or else the first, None without any."""
    return next((track for track in tracks if track.codec_context), next(iter(tracks), None))


def _duration_s(source: InputContainer) -> float | None:
    # Matroska's may count from 0 or from the beginning: who wrote it does not say which.
    begins_later = source.format.name.startswith("matroska") and start_s(source) >= 0.1
    if source.duration is not None and not begins_later and not is_without_header(source):
        return source.duration / av.time_base if source.duration > 0 else None
    # Of a larger file not all packets would be met.
    return _duration_from_packets_s(source) if source.size <= _MAX_READ_BYTES else None


def _created_s(source: InputContainer) -> float | None:
    """Return when the recording began by the camera's clock, None where the file doesn't say."""
    try:
        moment = datetime.fromisoformat(source.metadata.get("creation_time", ""))
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def _duration_from_packets_s(source: InputContainer) -> float | None:
    """Return the time from the first packet to the end of the last, None if there are too many.

    Times stay whole numbers of each track's time base: fractions take twice as long.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    packets = packets_until_damage(source)
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
