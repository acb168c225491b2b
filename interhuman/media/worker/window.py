"""Finds and reads a part of a recording: from a keyframe on, until its end.

Runs in a process of its own. Times are seconds from the recording's start, unless it says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from interhuman.media.facts import Facts
from interhuman.media.worker import opening
from interhuman.media.worker.scan import max_read_bytes
from interhuman.media.worker.tracks import CopiedTrack, Track

NEAR_S: Final = 0.5
"""A clip may begin so much earlier or later than asked if it can be copied from there."""
_FIRST_S: Final = 0.1
"""From the recording's start on only so much may be missing: a picture often begins that late."""
_ROUNDING_S: Final = 0.001
_REPORT_EVERY_PACKETS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Keyframes:
    """The keyframes around a time, None where there is none."""

    before_s: float | None
    """The last one that is not after it."""
    near_s: float | None
    """The nearest one that a clip from there may begin with; it is one that is shown."""


def keyframes_around(
    file: BinaryIO, facts: Facts, at_s: float, *, on_share: Callable[[float], None]
) -> Keyframes:
    """Return the keyframes around `at_s` by the packets up to there; there has to be a picture."""
    if facts.picture is None:
        raise ValueError("This recording has no picture.")
    before_s = near_s = None
    later_s = NEAR_S if at_s > 0 else _FIRST_S
    with opening.open_recording(
        file, max_read_bytes=max_read_bytes(facts.size_bytes), buffer_bytes=1 << 18
    ) as source:
        picture = opening.pictures_of(source)[facts.picture.track]
        streams = streams_of(source, facts)
        for number, packet in enumerate(opening.packets_until_damage(source, *streams)):
            if number % _REPORT_EVERY_PACKETS == 0:
                on_share(min(1.0, file.tell() / max(1, facts.size_bytes)))
            if not packet.size or packet.stream_index != picture.index:
                continue
            decoded_s, shown_s = _times_s(packet)
            if shown_s is None or decoded_s is None:
                continue
            if decoded_s - facts.origin_s > at_s + NEAR_S and not packet.is_discard:
                break
            if packet.is_keyframe:
                time_s = shown_s - facts.origin_s
                before_s = time_s if time_s <= at_s + _ROUNDING_S else before_s
                is_near = -NEAR_S <= time_s - at_s <= later_s and not packet.is_discard
                if is_near and (near_s is None or abs(time_s - at_s) < abs(near_s - at_s)):
                    near_s = time_s
    return Keyframes(before_s, near_s)


def streams_of(source: InputContainer, facts: Facts) -> list[Stream]:
    """Return the tracks that count."""
    streams: list[Stream] = []
    if facts.picture is not None:
        streams.append(opening.pictures_of(source)[facts.picture.track])
    if facts.sound is not None:
        streams.append(opening.sounds_of(source)[facts.sound.track])
    return streams


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a recording, in seconds of the file's own clock."""

    start_s: float
    end_s: float
    picture_from_s: float | None
    """The keyframe that the picture is read from; None for its first packet."""

    def packets(
        self, packets: Iterable[Packet[Stream]], tracks: Iterable[Track[Any]]
    ) -> Iterator[Packet[Stream]]:
        """Yield the packets that the tracks need for the part; end as soon as they have them."""
        gates = {track.source.index: _Gate(self, track) for track in tracks}
        for packet in packets:
            if packet.size:
                yield from gates[packet.stream_index].passed(packet)
            if all(gate.is_closed for gate in gates.values()):
                return


class _Gate:
    """Lets through the packets of one track: opens once, and closes once."""

    def __init__(self, window: Window, track: Track[Any]) -> None:
        self._window = window
        self._is_picture = track.source.type == "video"
        self._is_copied = isinstance(track, CopiedTrack)
        self._first_s: float | None = None
        self._late: list[Packet[Stream]] = []
        self.is_closed = False

    def passed(self, packet: Packet[Stream]) -> Iterator[Packet[Stream]]:
        """Yield what the track needs, once that is known."""
        decoded_s, shown_s = _times_s(packet)
        if self.is_closed or shown_s is None or decoded_s is None:
            return
        # An edit list hides packets, whose times are not in order.
        if decoded_s >= self._window.end_s and not packet.is_discard:
            self.is_closed = True
            return
        if self._first_s is None:
            if not self._opens_at(packet, shown_s):
                return
            self._first_s = shown_s
        if not self._is_copied:
            yield packet
        elif not packet.is_discard and shown_s >= self._first_s:
            # What is shown before the keyframe refers to pictures that are not there.
            yield from self._copied(packet, shown_s)

    def _copied(self, packet: Packet[Stream], shown_s: float) -> Iterator[Packet[Stream]]:
        """Yield a packet, after those that are shown too late and that it may refer to."""
        remaining_s = self._window.end_s - shown_s
        if remaining_s <= 0:
            self._late.append(packet)
            return
        yield from self._late
        self._late.clear()
        if packet.duration:  # Before a gap it may last until its end.
            packet.duration = min(packet.duration, math.ceil(remaining_s / packet.time_base))
        yield packet

    def _opens_at(self, packet: Packet[Stream], shown_s: float) -> bool:
        if self._is_picture:
            from_s = self._window.picture_from_s
            return from_s is None or (packet.is_keyframe and shown_s >= from_s - _ROUNDING_S)
        if self._is_copied:
            return shown_s >= self._window.start_s - _ROUNDING_S
        return shown_s + float((packet.duration or 0) * packet.time_base) > self._window.start_s


def _times_s(packet: Packet[Stream]) -> tuple[float | None, float | None]:
    """Return when a packet is decoded and shown, by the file's own clock."""
    pts, dts = packet.pts, packet.dts
    decoded, shown = pts if dts is None else dts, dts if pts is None else pts
    if decoded is None or shown is None:
        return None, None
    return float(decoded * packet.time_base), float(shown * packet.time_base)
