"""Carries out a plan: reads a recording and writes the one that is sent.

Runs in a process of its own. One thread decodes, another encodes and writes: together they keep
two processors busy, and the queue between them holds a few pictures of the final size.
"""

from __future__ import annotations

import contextlib
import queue
import struct
import threading
import time
from collections.abc import Callable, Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import av

from interhuman.media import opening
from interhuman.media.facts import SDR, Facts, PictureFacts, SoundFacts
from interhuman.media.pictures import ConstantRate, Converter, Deinterlacer
from interhuman.media.plan import COPY, ENCODE, PicturePlan, Plan
from interhuman.media.scan import max_read_bytes
from interhuman.media.sounds import SoundTrack

FINEST_QUANTIZER: Final = 17
"""x264's scale, where 18 can't be told from the original: finer ones would be wasted."""
_CONSTANT_QUALITY: Final = 19
_QUALITY_PER_QUANTIZER: Final = 118
"""FF_QP2LAMBDA, by which FFmpeg counts quality."""
_BT_709: Final = 1
_LIMITED_RANGE: Final = 1
"""By the numbers of ITU-T H.273 and of FFmpeg."""
_PRESET: Final = "veryfast"
_KEYFRAME_EVERY_S: Final = 5
_QUEUE_LENGTH: Final = 12
_QUEUED_BYTES: Final = 8 * 1024**2
_MAX_UNDATED: Final = 32
"""H.264 lets pictures be out of order by 16."""
_REPORT_EVERY_S: Final = 0.2
_LARGE_PIXELS: Final = 1920 * 1088
"""Of larger pictures as few as possible are held: none for a second thread, none to wait."""
_PROFILES: Final = {"preset": _PRESET, "profile": "high"}


_T = TypeVar("_T")


class TooLargeError(Exception):
    """Raised when the file has become too large; `share` of the recording had been written."""

    def __init__(self, share: float) -> None:
        super().__init__(share)
        self.share = share


def convert(
    file: BinaryIO,
    target: Path,
    facts: Facts,
    plan: Plan,
    *,
    max_bytes: int,
    on_share: Callable[[float], None],
) -> float:
    """Write `target`; `on_share` gets how much of the recording is done.

    Returns the mean quantizer of the pictures that were encoded, 0 where none were. Raises
    `TooLargeError` as soon as it has more than `max_bytes`.
    """
    options = {"movflags": "+faststart"} if plan.muxer != "webm" else {"cues_to_front": "1"}
    with (
        opening.open_recording(
            file, max_read_bytes=max_read_bytes(facts.size_bytes), buffer_bytes=1 << 18
        ) as source,
        av.open(target, "w", format=plan.muxer, options=options) as output,
    ):
        tracks = [track for track in _tracks(source, output, facts, plan) if track is not None]
        # The header names all tracks, so it has to wait for them.
        output.start_encoding()
        written_bytes, reported_s = 0, 0.0
        with contextlib.closing(
            _in_thread(lambda: _outgoing(source, tracks), length=_queue_length(plan))
        ) as outgoing:
            for track, item in outgoing:
                for packet in track.packets(item):
                    written_bytes += packet.size
                    if written_bytes > max_bytes:
                        raise TooLargeError(max(track.share(packet), 0.01))
                    share = track.share(packet)
                    output.mux(packet)
                    if time.monotonic() - reported_s > _REPORT_EVERY_S:
                        reported_s = time.monotonic()
                        on_share(share)
        for track in tracks:
            for packet in track.packets(None):
                output.mux(packet)
    return max((track.mean_quantizer for track in tracks), default=0.0)


def _tracks(source: Any, output: Any, facts: Facts, plan: Plan) -> Iterator[_Track | None]:
    picture, sound = opening.picture_of(source), opening.sound_of(source)
    if facts.picture is not None and plan.picture.action == COPY:
        yield _CopiedTrack(picture, output, facts)
    elif facts.picture is not None and plan.picture.action == ENCODE:
        yield _EncodedPicture(picture, output, facts, facts.picture, plan)
    if facts.sound is not None and plan.sound.action == COPY:
        yield _CopiedTrack(sound, output, facts)
    elif facts.sound is not None and plan.sound.action == ENCODE:
        yield _EncodedSound(sound, output, facts, facts.sound, plan)


class _Track:
    """One track on its way: `outgoing` runs in the decoding thread, `packets` in the other."""

    def __init__(self, source: Any, output: Any, facts: Facts) -> None:
        self.source, self.output, self.facts = source, output, facts
        self.mean_quantizer = 0.0

    def outgoing(self, packet: Any | None) -> Iterator[Any]:
        """Yield what the other thread is to write; None ends the track."""
        raise NotImplementedError

    def packets(self, item: Any | None) -> Iterator[Any]:
        """Yield packets for the muxer; None ends the track."""
        raise NotImplementedError

    def share(self, packet: Any) -> float:
        """Return how much of the recording is done with this packet."""
        at_s = float((packet.pts or 0) * packet.time_base)
        return min(1.0, max(0.0, at_s / self.facts.duration_s))


class _CopiedTrack(_Track):
    """A track whose packets stay as they are, but for a clock that begins with the recording."""

    def __init__(self, source: Any, output: Any, facts: Facts) -> None:
        super().__init__(source, output.add_stream_from_template(source), facts)
        self._earlier = round(Fraction(facts.origin_s) / source.time_base)
        self._next_dts: int | None = None
        self._undated: list[Any] = []

    def outgoing(self, packet: Any | None) -> Iterator[Any]:
        if packet is None:
            yield from self._in_order(self._dated())
        elif packet.pts is not None:
            packet.pts -= self._earlier
            if packet.dts is not None:
                packet.dts -= self._earlier
            elif self._next_dts is not None:
                packet.dts = min(self._next_dts, packet.pts)
            self._undated.append(packet)
            if packet.dts is not None or len(self._undated) > _MAX_UNDATED:
                yield from self._in_order(self._dated())

    def _dated(self) -> list[Any]:
        """Return the packets that wait, each with a time to decode it at: not all have one.

        Matroska doesn't store any. FFmpeg works them out once it has seen how far pictures are
        out of order, and leaves the first ones without.
        """
        packets, self._undated = self._undated, []
        for number, packet in enumerate(reversed(packets)):
            if number == 0:
                last = packet.pts if packet.dts is None else packet.dts
            packet.dts = last - number * max(1, packet.duration or 0)
        return packets

    def _in_order(self, packets: list[Any]) -> Iterator[Any]:
        for packet in packets:
            if self._next_dts is None or packet.dts >= self._next_dts:
                self._next_dts = packet.dts + 1
                yield packet

    def packets(self, item: Any | None) -> Iterator[Any]:
        if item is not None:
            item.stream = self.output
            yield item


class _DecodedTrack(_Track):
    """A track that is decoded; what can't be is passed over, so that the rest stays in step."""

    def frames(self, packet: Any | None) -> Iterator[Any]:
        """Yield the frames of a packet, of the last ones for None."""
        try:
            yield from self.source.codec_context.decode(packet)
        except MemoryError:
            raise
        except opening.UNREADABLE:
            return


class _EncodedPicture(_DecodedTrack):
    """The picture as H.264."""

    def __init__(
        self, source: Any, output: Any, facts: Facts, picture: PictureFacts, plan: Plan
    ) -> None:
        target = plan.picture
        options = {**_PROFILES, **_rate_control(target)}
        stream = output.add_stream("libx264", rate=target.rate, options=options)
        stream.width, stream.height, stream.pix_fmt = target.width, target.height, "yuv420p"
        stream.bit_rate = 0 if target.keeps_quality else target.bits_per_s
        stream.codec_context.gop_size = round(_KEYFRAME_EVERY_S * target.rate)
        super().__init__(source, stream, facts)
        context = source.codec_context
        _tag_colors(stream.codec_context, context, mapped=picture.transfer != SDR)
        self._is_large = picture.width * picture.height > _LARGE_PIXELS
        context.thread_type, context.thread_count = "SLICE" if self._is_large else "AUTO", 2
        self._rate, self._picture = target.rate, picture
        self._converter = Converter(picture, width=target.width, height=target.height)
        self._deinterlacer = Deinterlacer() if picture.interlaced else None
        self._selector = ConstantRate(target.rate, end_s=picture.end_s)
        self._counted = self._encoded = 0

    def outgoing(self, packet: Any | None) -> Iterator[Any]:
        for frame in self._progressive(packet):
            time_s = self._time_s(frame)
            # Which pictures are shown is known one later: mostly the others needn't be converted.
            candidate = self._converter.convert(frame) if self._is_large else frame
            yield from self._converted(self._selector.feed(time_s, candidate))
        if packet is None:
            yield from self._converted(self._selector.finish())

    def _progressive(self, packet: Any | None) -> Iterator[Any]:
        for frame in self.frames(packet):
            if self._deinterlacer is None:
                yield frame
            else:
                yield from self._deinterlacer.feed(frame)
        if packet is None and self._deinterlacer is not None:
            yield from self._deinterlacer.feed(None)

    def _time_s(self, frame: Any) -> float:
        self._counted += 1
        time_s = opening.frame_time_s(frame, self.source)
        if self._picture.untimed or time_s is None:
            return self._picture.start_s + (self._counted - 1) / (self._picture.frames_per_s or 1)
        return time_s - self.facts.origin_s

    def _converted(self, shown: Iterator[tuple[range, Any]]) -> Iterator[Any]:
        for numbers, frame in shown:
            yield numbers, frame if self._is_large else self._converter.convert(frame)

    def packets(self, item: Any | None) -> Iterator[Any]:
        if item is None:
            yield from self._measured(self.output.encode(None))
            return
        numbers, frame = item
        frame.pict_type = 0  # the encoder chooses
        for number in numbers:
            frame.pts, frame.time_base = number, 1 / self._rate
            yield from self._measured(self.output.encode(frame))

    def _measured(self, packets: list[Any]) -> Iterator[Any]:
        for packet in packets:
            if packet.has_sidedata("quality_stats"):
                (quality,) = struct.unpack_from("<I", bytes(packet.get_sidedata("quality_stats")))
                self._encoded += 1
                change = quality / _QUALITY_PER_QUANTIZER - self.mean_quantizer
                self.mean_quantizer += change / self._encoded
            yield packet


def _rate_control(target: PicturePlan) -> dict[str, str]:
    """Return x264's options for a constant quality within a bitrate, or for a bitrate."""
    if not target.keeps_quality:
        return {"qmin": str(FINEST_QUANTIZER)}
    limit = target.bits_per_s
    return {"crf": str(_CONSTANT_QUALITY), "maxrate": str(limit), "bufsize": str(2 * limit)}


def _tag_colors(target: Any, source: Any, *, mapped: bool) -> None:
    """Say which colors are meant: the same as before, or BT.709 where they were mapped to it."""
    target.color_range = _LIMITED_RANGE
    target.color_primaries = _BT_709 if mapped else source.color_primaries
    target.color_trc = _BT_709 if mapped else source.color_trc
    target.colorspace = _BT_709 if mapped else source.colorspace


class _EncodedSound(_DecodedTrack):
    """The sound as AAC."""

    def __init__(
        self, source: Any, output: Any, facts: Facts, sound: SoundFacts, plan: Plan
    ) -> None:
        target = plan.sound
        layout = "mono" if target.channels == 1 else "stereo"
        stream = output.add_stream("aac", rate=target.rate_hz, layout=layout)
        stream.bit_rate = target.bits_per_s
        super().__init__(source, stream, facts)
        source.codec_context.thread_count = 1
        self._resampled = SoundTrack(
            rate_hz=target.rate_hz, channels=target.channels, end_s=sound.end_s
        )
        self._next_s = sound.start_s

    def outgoing(self, packet: Any | None) -> Iterator[Any]:
        for frame in self.frames(packet):
            time_s = opening.frame_time_s(frame, self.source)
            if time_s is not None:
                self._next_s = time_s - self.facts.origin_s
            yield from self._resampled.feed(frame, self._next_s)
            self._next_s += frame.samples / frame.sample_rate
        if packet is None:
            yield from self._resampled.finish()

    def packets(self, item: Any | None) -> Iterator[Any]:
        yield from self.output.encode(item)


def _outgoing(source: Any, tracks: list[_Track]) -> Iterator[tuple[_Track, Any]]:
    """Yield what is to be written, with its track, in the order of the file."""
    by_index = {track.source.index: track for track in tracks}
    for packet in opening.packets_until_damage(source, *[track.source for track in tracks]):
        if packet.size:
            track = by_index[packet.stream_index]
            for item in track.outgoing(packet):
                yield track, item
    for track in tracks:
        for item in track.outgoing(None):
            yield track, item


def _queue_length(plan: Plan) -> int:
    """Return how many pictures may wait for the encoder, sound among them."""
    picture_bytes = plan.picture.width * plan.picture.height * 3 // 2
    return max(2, min(_QUEUE_LENGTH, _QUEUED_BYTES // max(1, picture_bytes)))


def _in_thread(make: Callable[[], Iterator[_T]], *, length: int) -> Generator[_T, None, None]:
    """Yield what the iterator gives that `make` returns, which runs in a thread of its own.

    Closing it ends the thread.
    """
    items: queue.Queue[tuple[str, Any]] = queue.Queue(length)
    closed = threading.Event()

    def put(kind: str, value: Any) -> bool:
        while not closed.is_set():
            with contextlib.suppress(queue.Full):
                items.put((kind, value), timeout=0.1)
                return True
        return False

    def work() -> None:
        try:
            for item in make():
                if not put("item", item):
                    return
            put("end", None)
        except BaseException as error:
            put("error", error)

    thread = threading.Thread(target=work, name="decoding", daemon=True)
    thread.start()
    try:
        while True:
            kind, value = items.get()
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    finally:
        closed.set()
        thread.join()
