"""Walks through all packets of a recording and decodes the first: what is in it, truly.

Runs in a process of its own. Nothing is kept but counts and ends, whatever the file holds.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, BinaryIO, Final, cast

import av
from av.buffer import Buffer
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from interhuman.isolation.mp4_index import claims_too_much
from interhuman.media.facts import (
    CLAIMS_TOO_MUCH,
    CUT_OFF,
    DAMAGED,
    EXPORT_AGAIN,
    HLG,
    MAX_TRACKS,
    PQ,
    SDR,
    Facts,
    PictureFacts,
    SoundFacts,
    remedy,
)
from interhuman.media.fit_error import FitError
from interhuman.media.worker import mp4_boxes, opening

MAX_PACKETS: Final = 4_000_000
"""About ten hours of picture and sound."""
_MAX_PACKETS_WITHOUT_FRAME: Final = 500
"""A track is given up when this many of its first packets give no frame."""
_FRAMES_LOOKED_AT: Final = 4
_ROUNDING_S: Final = Fraction(1, 200)
"""Shorter gaps come from a container that counts milliseconds."""
_REPORT_EVERY_PACKETS: Final = 2_000
_TRANSFERS: Final = {16: PQ, 18: HLG}
"""By the numbers of ITU-T H.273."""


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


def _unreadable(why: str) -> FitError:
    return FitError("unreadable", f"This file can't be read: {why}. {remedy(why)}")


def max_read_bytes(size_bytes: int) -> int:
    """Return how much may be read of a file in one go: all of it, and what seeking repeats."""
    return 3 * size_bytes + (1 << 26)


def _facts(
    source: InputContainer,
    tracks: list[_Track],
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
            "undecodable", f"Neither its picture nor its sound can be decoded. {EXPORT_AGAIN}"
        )
    origin_s = min(track.start_s for track in decoded)
    described = tuple(_sound(number, track, origin_s) for number, track in sounds.items())
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
            (_picture(n, picture_streams[n], track, origin_s) for n, track in pictures.items()),
            None,
        ),
        sound=next(iter(described), None),
        sounds=described,
    )


def _decoded(tracks: list[_Track], streams: Sequence[Stream]) -> dict[int, _Track]:
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


class _Track:
    """What has been seen of one track."""

    def __init__(self, stream: av.VideoStream | av.AudioStream) -> None:
        self.stream = stream
        self.first: dict[str, Any] | None = None
        """What its first frame says; the frame itself would take 50 MB at 8K."""
        self._first_s: float | None = None
        self.interlaced = self.damaged = self.untimed = self.cut = False
        self.packets = self.keyframes = self.size_bytes = self._frames = self._hidden = 0
        self._first: int | None = None
        self._end: int | None = None
        self._last_start: int | None = None
        self._missing = 0
        self._tolerance = round(_ROUNDING_S / self.time_base_s)
        if stream.codec_context is not None:
            stream.codec_context.thread_count = 1

    def add(self, packet: Packet[Stream]) -> None:
        self.packets += 1
        self.keyframes += bool(packet.is_keyframe)
        self.size_bytes += packet.size
        self.damaged |= bool(packet.is_corrupt)
        if self._frames < _FRAMES_LOOKED_AT and self.packets < _MAX_PACKETS_WITHOUT_FRAME:
            self._decode(packet)
        self.untimed |= packet.pts is None
        start = packet.pts if packet.pts is not None else packet.dts
        if start is None or packet.is_discard:
            self._hidden += bool(packet.is_discard)
            self.cut |= bool(packet.is_discard) and self._first is not None
            return
        duration = packet.duration or 0
        if duration and self._end is not None and start > self._end + self._tolerance:
            self._missing += start - self._end
        self._first = start if self._first is None else min(start, self._first)
        self._last_start = start if self._last_start is None else max(start, self._last_start)
        end = start + duration
        self._end = end if self._end is None else max(end, self._end)

    def finish(self) -> None:
        """Decode what the decoder still holds of the first packets."""
        if self._frames < _FRAMES_LOOKED_AT:
            self._decode(None)

    def _decode(self, packet: Packet[Stream] | None) -> None:
        context = opening.decoder_of(self.stream)
        if context is None:
            return
        try:
            frames = context.decode(packet)
        except MemoryError:
            raise
        except opening.UNREADABLE:
            self.damaged = True
            return
        for frame in frames:
            self._frames += 1
            self.interlaced |= bool(getattr(frame, "interlaced_frame", False))
            if self.first is None:
                self._first_s = opening.frame_time_s(frame, self.stream)
                self.first = _look_at(frame)

    @property
    def time_base_s(self) -> Fraction:
        return Fraction(self.stream.time_base or Fraction(1, 1000))

    @property
    def start_s(self) -> float:
        """When its first frame is shown or heard."""
        if self._first_s is None or self.untimed:
            return float((self._first or 0) * self.time_base_s)
        return self._first_s

    @property
    def end_s(self) -> float:
        """When its last frame ends; a frame without a duration lasts as long as the others."""
        end_s = float((self._end or 0) * self.time_base_s)
        if self._end == self._last_start and self.frames_per_s > 0:
            end_s += 1 / self.frames_per_s
        return max(end_s, self.start_s)

    @property
    def frames_per_s(self) -> float:
        span = (self._last_start or 0) - (self._first or 0)
        shown = self.packets - self._hidden
        if span > 0 and shown > 1:
            return float((shown - 1) / (span * self.time_base_s))
        rate = float(self.stream.average_rate or 0)
        return rate if math.isfinite(rate) else 0.0

    @property
    def missing_s(self) -> float:
        """For how long no packet lasts between two that do, where they come in order."""
        return float(self._missing * self.time_base_s)


def _walk(
    source: InputContainer, file: BinaryIO, on_share: Callable[[float], None]
) -> tuple[bool, list[_Track]]:
    """Feed every packet to its track; return whether the walk ended at damage, and the tracks."""
    kinds = (opening.pictures_of(source), opening.sounds_of(source))
    streams = [stream for kind in kinds for stream in kind[:MAX_TRACKS]]
    if not streams:
        raise FitError("no_tracks", "There's neither picture nor sound in this file.")
    tracks = [_Track(stream) for stream in streams]
    by_index = {track.stream.index: track for track in tracks}
    damaged, packets = False, opening.packets_of(source, *streams)
    size_bytes = source.size or 1
    for number in range(MAX_PACKETS + 1):
        if number == MAX_PACKETS:
            raise FitError("too_long", "It has more frames than any recording that fits.")
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


def _look_at(frame: av.VideoFrame | av.AudioFrame) -> dict[str, Any]:
    """Return what one decoded frame says about its track."""
    if isinstance(frame, av.VideoFrame):
        return {
            "width": frame.width,
            "height": frame.height,
            "rotation": round(frame.rotation / 90) * 90 % 360,
            "mirrored": _is_mirrored(frame),
            "pixel_format": frame.format.name,
            "transfer": _TRANSFERS.get(int(frame.color_trc), SDR),
        }
    return {"rate_hz": frame.sample_rate, "channels": frame.layout.nb_channels}


def _is_mirrored(frame: av.VideoFrame) -> bool:
    """Return whether the frame's display matrix mirrors, which its rotation does not tell.

    Its first two rows say where x and y go: https://ffmpeg.org/doxygen/trunk/display_8h.html.
    """
    # PyAV's types know no side data but motion vectors.
    matrix = cast("Buffer | None", frame.side_data.get("DISPLAYMATRIX"))
    if matrix is None:
        return False
    a, b, _, c, d, *_ = struct.unpack("<9i", bytes(matrix))
    return bool(a * d - b * c < 0)


def _picture(number: int, stream: av.VideoStream, track: _Track, origin_s: float) -> PictureFacts:
    aspect = _aspect(stream.sample_aspect_ratio)
    in_codec = _aspect(stream.codec_context.sample_aspect_ratio)
    return PictureFacts(
        **(track.first or {}),
        track=number,
        codec=opening.codec_name(track.stream),
        pixel_aspect=aspect or 1.0,
        disputed_aspect=bool(aspect and in_codec and abs(aspect - in_codec) > 0.01),
        interlaced=track.interlaced,
        untimed=track.untimed,
        cut=track.cut,
        frames_per_s=track.frames_per_s,
        keyframes=track.keyframes,
        size_bytes=track.size_bytes,
        start_s=track.start_s - origin_s,
        end_s=track.end_s - origin_s,
    )


def _aspect(ratio: Fraction | None) -> float | None:
    """Return the aspect of a pixel as it may be; None where it is not said, or absurd."""
    return float(ratio) if ratio and 0.1 < ratio < 10 else None


def _sound(number: int, track: _Track, origin_s: float) -> SoundFacts:
    return SoundFacts(
        **(track.first or {}),
        track=number,
        channel=None,
        codec=opening.codec_name(track.stream),
        profile=track.stream.profile,
        size_bytes=track.size_bytes,
        packets=track.packets,
        start_s=track.start_s - origin_s,
        end_s=track.end_s - origin_s,
        missing_s=track.missing_s,
    )
