"""What is in one track of a recording, by all of its packets and its first frames."""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from typing import Any, Final, cast

import av
from av.buffer import Buffer
from av.packet import Packet
from av.stream import Stream

from interhuman.media.facts import HLG, PQ, SDR, PictureFacts, SoundFacts
from interhuman.media.worker import opening

_MAX_PACKETS_WITHOUT_FRAME: Final = 500
"""A track is given up when this many of its first packets give no frame."""
_FRAMES_LOOKED_AT: Final = 4
_ROUNDING_S: Final = Fraction(1, 200)
"""Shorter gaps come from a container that counts milliseconds."""
_TRANSFERS: Final = {16: PQ, 18: HLG}
"""By the numbers of ITU-T H.273."""


class TrackScan:
    """What the packets and the first frames of one track say; feed it all packets, then finish."""

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
        """Count one packet, and decode it while too few frames have been seen."""
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
        """How long one tick of the track's clock is."""
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
        """How many packets are shown a second; what the header says where they don't tell."""
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


def picture_facts(
    number: int, stream: av.VideoStream, track: TrackScan, origin_s: float
) -> PictureFacts:
    """Return the facts of a picture track, its times from the recording's first instant."""
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


def sound_facts(number: int, track: TrackScan, origin_s: float) -> SoundFacts:
    """Return the facts of a sound track, its times from the recording's first instant."""
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
