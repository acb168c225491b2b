"""Walks through all packets of a recording and decodes the first: what is in it, truly.

Runs in a process of its own. Nothing is kept but counts and ends, whatever the file holds.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import BinaryIO, Final

import av
from av.container import InputContainer
from av.stream import Stream

from interhuman.isolation.mp4_index import claims_too_much
from interhuman.media.facts import (
    CLAIMS_TOO_MUCH,
    CUT_OFF,
    DAMAGED,
    EXPORT_AGAIN,
    MAX_TRACKS,
    Facts,
    remedy,
)
from interhuman.media.fit_error import FitError
from interhuman.media.worker import mp4_boxes, opening
from interhuman.media.worker.track_scan import TrackScan, picture_facts, sound_facts

MAX_PACKETS: Final = 4_000_000
"""About ten hours of picture and sound."""
_REPORT_EVERY_PACKETS: Final = 2_000


def scan(file: BinaryIO, extension: str, *, on_share: Callable[[float], None]) -> Facts:
    """Return the facts of a recording; `on_share` gets how much of the file has been read.

    Raises `FitError` where there is nothing in it that can be decoded.
    """
    if claims_too_much(file):
        raise FitError("unreadable", f"This file can't be read: {CLAIMS_TOO_MUCH}.")
    size_bytes = opening.size_of(file)
    file.seek(0)
    head = file.read(64)
    try:
        with opening.open_recording(
            file, max_read_bytes=max_read_bytes(size_bytes), buffer_bytes=1 << 18
        ) as source:
            damaged, tracks = _walk(source, file, on_share)
            if all(track.first is None for track in tracks) and mp4_boxes.is_cut_off(file):
                raise _unreadable(CUT_OFF)
            return _facts(
                source,
                tracks,
                damaged=damaged,
                container=opening.container_name(source, head=head, extension=extension),
                size_bytes=size_bytes,
                index_first=mp4_boxes.index_comes_first(file),
            )
    except MemoryError:
        raise
    except opening.UNREADABLE:
        raise _unreadable(CUT_OFF if mp4_boxes.is_cut_off(file) else DAMAGED) from None
    finally:
        gc.collect()  # A frame and its side data refer to each other: 25 MB in 4K.


def _unreadable(why: str) -> FitError:
    return FitError("unreadable", f"This file can't be read: {why}. {remedy(why)}")


def max_read_bytes(size_bytes: int) -> int:
    """Return how much may be read of a file in one go: all of it, and what seeking repeats."""
    return 3 * size_bytes + (1 << 26)


def _facts(
    source: InputContainer,
    tracks: list[TrackScan],
    *,
    damaged: bool,
    container: str,
    size_bytes: int,
    index_first: bool,
) -> Facts:
    picture_streams = opening.pictures_of(source)
    pictures = _decoded(tracks, picture_streams)
    sounds = _decoded(tracks, opening.sounds_of(source))
    decoded = [*[*pictures.values()][:1], *sounds.values()]
    if not decoded:
        raise FitError(
            "undecodable", f"Neither its video nor its audio can be decoded. {EXPORT_AGAIN}"
        )
    origin_s = min(track.start_s for track in decoded)
    described = tuple(sound_facts(number, track, origin_s) for number, track in sounds.items())
    return Facts(
        container=container,
        size_bytes=size_bytes,
        header_duration_s=_header_duration_s(source, origin_s),
        duration_s=max(track.end_s for track in decoded) - origin_s,
        origin_s=origin_s,
        index_first=index_first,
        damaged=damaged or any(track.damaged for track in decoded),
        picture_tracks=len(picture_streams),
        sound_tracks=len(opening.sounds_of(source)),
        picture=next(
            (
                picture_facts(n, picture_streams[n], track, origin_s)
                for n, track in pictures.items()
            ),
            None,
        ),
        sound=next(iter(described), None),
        sounds=described,
    )


def _decoded(tracks: list[TrackScan], streams: Sequence[Stream]) -> dict[int, TrackScan]:
    """Return the tracks that gave a frame, by their places among `streams`."""
    by_index = {track.stream.index: track for track in tracks if track.first is not None}
    places = enumerate(streams)
    return {place: by_index[s.index] for place, s in places if s.index in by_index}


def _header_duration_s(source: InputContainer, origin_s: float) -> float | None:
    """Return the length that the header promises; Matroska's counts from 0, wherever it begins."""
    if not source.duration or source.duration < 0 or opening.is_without_header(source):
        return None
    promised_s = source.duration / av.time_base
    begins_later = source.format.name.startswith("matroska") and promised_s > origin_s > 0
    return float(promised_s - origin_s if begins_later else promised_s)


def _walk(
    source: InputContainer, file: BinaryIO, on_share: Callable[[float], None]
) -> tuple[bool, list[TrackScan]]:
    """Feed every packet to its track; return whether the walk ended at damage, and the tracks."""
    kinds = (opening.pictures_of(source), opening.sounds_of(source))
    streams = [stream for kind in kinds for stream in kind[:MAX_TRACKS]]
    if not streams:
        raise FitError("no_tracks", "This file has no video and no audio.")
    tracks = [TrackScan(stream) for stream in streams]
    by_index = {track.stream.index: track for track in tracks}
    damaged, packets = False, opening.packets_of(source, *streams)
    size_bytes = source.size or 1
    for number in range(MAX_PACKETS + 1):
        if number == MAX_PACKETS:
            raise FitError("too_long", "It has too many frames. Cut it into parts.")
        try:
            packet = next(packets)
        except StopIteration:
            break
        except MemoryError:
            raise
        except (av.FFmpegError, LookupError):
            damaged = True
            break
        if packet.size:
            by_index[packet.stream_index].add(packet)
        if number % _REPORT_EVERY_PACKETS == 0:
            on_share(min(1.0, file.tell() / size_bytes))
    for track in tracks:
        track.finish()
    return damaged, tracks
