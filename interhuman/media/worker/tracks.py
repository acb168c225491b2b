"""The tracks of a recording on their way into the one that is sent: copied or encoded.

Runs in a process of its own, in two of its threads.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, Generic, Protocol, TypeVar, cast

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream

from interhuman.media.facts import SDR, Facts, PictureFacts, SoundFacts
from interhuman.media.plan import PicturePlan, Plan
from interhuman.media.worker import opening
from interhuman.media.worker.pictures import ConstantRate, Converter, Deinterlacer
from interhuman.media.worker.sounds import SoundTrack

FINEST_QUANTIZER: Final = 17
"""x264's scale, where 18 can't be told from the original: finer ones would be wasted."""
_CONSTANT_QUALITY: Final = 19
_QUALITY_PER_QUANTIZER: Final = 118
"""FF_QP2LAMBDA, by which FFmpeg counts quality."""
_RGB: Final = 0
_BT_709: Final = 1
_BT_601: Final = 6
_LIMITED_RANGE: Final = 1
"""By the numbers of ITU-T H.273 and of FFmpeg."""
_PRESET: Final = "veryfast"
_KEYFRAME_EVERY_S: Final = 5
_MAX_UNDATED: Final = 32
"""H.264 lets pictures be out of order by 16."""
_LARGE_PIXELS: Final = 1920 * 1088
"""Of larger pictures as few as possible are held: none for a second thread, none to wait."""
_OPTIONS: Final = {"preset": _PRESET, "profile": "high", "b-pyramid": "none"}
"""B-frames that others refer to would take a picture more memory, and help nothing."""

_Item = TypeVar("_Item")
_Frame = TypeVar("_Frame")


class _Decoder(Protocol[_Frame]):
    def decode(self, packet: Packet[Stream] | None) -> list[_Frame]: ...


class Track(Generic[_Item]):
    """One track on its way: `outgoing` runs in the decoding thread, `packets` in the other."""

    def __init__(self, source: Stream, output: Stream, facts: Facts) -> None:
        self.source, self.output, self.facts = source, output, facts
        self.mean_quantizer = 0.0

    def outgoing(self, packet: Packet[Stream] | None) -> Iterator[_Item]:
        """Yield what the other thread is to write; None ends the track."""
        raise NotImplementedError

    def packets(self, item: _Item | None) -> Iterator[Packet[Stream]]:
        """Yield packets for the muxer; None ends the track."""
        raise NotImplementedError

    def share(self, packet: Packet[Stream]) -> float:
        """Return how much of the recording is done with this packet."""
        at_s = float((packet.pts or 0) * packet.time_base)
        return min(1.0, max(0.0, at_s / self.facts.duration_s))


class CopiedTrack(Track["Packet[Stream]"]):
    """A track whose packets stay as they are, but for a clock that begins with the recording."""

    def __init__(self, source: Stream, output: OutputContainer, facts: Facts) -> None:
        super().__init__(source, output.add_stream_from_template(source), facts)
        if opening.codec_name(cast("av.VideoStream", source)) == "hevc":
            self.output.codec_context.codec_tag = "hvc1"  # QuickTime plays no other
        time_base = cast("Fraction", source.time_base)  # FFmpeg sets it for each track of a file
        self._earlier = round(Fraction(facts.origin_s) / time_base)
        self._next_dts: int | None = None
        self._undated: list[tuple[int, Packet[Stream]]] = []

    def outgoing(self, packet: Packet[Stream] | None) -> Iterator[Packet[Stream]]:
        """Yield the packets themselves."""
        if packet is None:
            yield from self._in_order(self._dated())
        elif packet.pts is not None:
            packet.pts -= self._earlier
            if packet.dts is not None:
                packet.dts -= self._earlier
            elif self._next_dts is not None:
                packet.dts = min(self._next_dts, packet.pts)
            self._undated.append((packet.pts, packet))
            if packet.dts is not None or len(self._undated) > _MAX_UNDATED:
                yield from self._in_order(self._dated())

    def _dated(self) -> list[tuple[int, Packet[Stream]]]:
        """Return the packets that wait, each with a time to decode it at: not all have one.

        Matroska doesn't store any. FFmpeg works them out once it has seen how far pictures are
        out of order, and leaves the first ones without.
        """
        waiting, self._undated = self._undated, []
        dated = []
        for number, (pts, packet) in enumerate(reversed(waiting)):
            if number == 0:
                last = pts if packet.dts is None else packet.dts
            packet.dts = dts = last - number * max(1, packet.duration or 0)
            dated.append((dts, packet))
        return dated[::-1]

    def _in_order(self, dated: list[tuple[int, Packet[Stream]]]) -> Iterator[Packet[Stream]]:
        for dts, packet in dated:
            if self._next_dts is None or dts >= self._next_dts:
                self._next_dts = dts + 1
                yield packet

    def packets(self, item: Packet[Stream] | None) -> Iterator[Packet[Stream]]:
        """Yield the packet as one of the new file."""
        if item is not None:
            item.stream = self.output
            yield item


class _DecodedTrack(Track[_Item], Generic[_Item, _Frame]):
    """A track that is decoded; what can't be is passed over, so that the rest stays in step."""

    decoder: _Decoder[_Frame]

    def frames(self, packet: Packet[Stream] | None) -> Iterator[_Frame]:
        """Yield the frames of a packet, of the last ones for None."""
        try:
            yield from self.decoder.decode(packet)
        except MemoryError:
            raise
        except opening.UNREADABLE:
            return


class EncodedPicture(_DecodedTrack[tuple[range, av.VideoFrame], av.VideoFrame]):
    """The picture as H.264."""

    output: av.VideoStream

    def __init__(
        self,
        source: av.VideoStream,
        output: OutputContainer,
        facts: Facts,
        picture: PictureFacts,
        plan: Plan,
    ) -> None:
        target = plan.picture
        options = {**_OPTIONS, **_rate_control(target)}
        stream = output.add_stream("libx264", rate=target.rate, options=options)
        stream.width, stream.height, stream.pix_fmt = target.width, target.height, "yuv420p"
        stream.bit_rate = 0 if target.keeps_quality else target.bits_per_s
        stream.codec_context.gop_size = round(_KEYFRAME_EVERY_S * target.rate)
        super().__init__(source, stream, facts)
        self.decoder = context = source.codec_context
        _tag_colors(stream.codec_context, context, mapped=picture.transfer != SDR)
        self._is_large = picture.width * picture.height > _LARGE_PIXELS
        context.thread_type, context.thread_count = "SLICE" if self._is_large else "AUTO", 2
        self._rate, self._picture = target.rate, picture
        self._converter = Converter(picture, width=target.width, height=target.height)
        self._deinterlacer = Deinterlacer() if picture.interlaced else None
        self._selector = ConstantRate[av.VideoFrame](target.rate, end_s=picture.end_s)
        self._counted = self._encoded = 0

    def outgoing(self, packet: Packet[Stream] | None) -> Iterator[tuple[range, av.VideoFrame]]:
        """Yield (numbers, picture): what is shown, and for how many pictures of the new file."""
        for frame in self._progressive(packet):
            time_s = self._time_s(frame)
            # Which pictures are shown is known one later: mostly the others needn't be converted.
            candidate = self._converter.convert(frame) if self._is_large else frame
            yield from self._converted(self._selector.feed(time_s, candidate))
        if packet is None:
            yield from self._converted(self._selector.finish())

    def _progressive(self, packet: Packet[Stream] | None) -> Iterator[av.VideoFrame]:
        for frame in self.frames(packet):
            if self._deinterlacer is None:
                yield frame
            else:
                yield from self._deinterlacer.feed(frame)
        if packet is None and self._deinterlacer is not None:
            yield from self._deinterlacer.feed(None)

    def _time_s(self, frame: av.VideoFrame) -> float:
        self._counted += 1
        time_s = opening.frame_time_s(frame, self.source)
        if self._picture.untimed or time_s is None:
            return self._picture.start_s + (self._counted - 1) / (self._picture.frames_per_s or 1)
        return time_s - self.facts.origin_s

    def _converted(
        self, shown: Iterator[tuple[range, av.VideoFrame]]
    ) -> Iterator[tuple[range, av.VideoFrame]]:
        for numbers, frame in shown:
            yield numbers, frame if self._is_large else self._converter.convert(frame)

    def packets(self, item: tuple[range, av.VideoFrame] | None) -> Iterator[Packet[Stream]]:
        """Yield what the encoder has ready."""
        if item is None:
            yield from self._measured(self.output.encode(None))
            return
        numbers, frame = item
        frame.pict_type = 0  # the encoder chooses
        for number in numbers:
            frame.pts, frame.time_base = number, 1 / self._rate
            yield from self._measured(self.output.encode(frame))

    def _measured(self, packets: list[Packet[Stream]]) -> Iterator[Packet[Stream]]:
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


def _tag_colors(
    target: av.VideoCodecContext, source: av.VideoCodecContext, *, mapped: bool
) -> None:
    """Say which colors are meant: the same as before, or BT.709 where they were mapped to it."""
    target.color_range = _LIMITED_RANGE
    target.color_primaries = _BT_709 if mapped else source.color_primaries
    target.color_trc = _BT_709 if mapped else source.color_trc
    colorspace = _BT_601 if source.colorspace == _RGB else source.colorspace
    target.colorspace = _BT_709 if mapped else colorspace


class EncodedSound(_DecodedTrack[av.AudioFrame, av.AudioFrame]):
    """The sound as AAC."""

    output: av.AudioStream

    def __init__(
        self,
        source: av.AudioStream,
        output: OutputContainer,
        facts: Facts,
        sound: SoundFacts,
        plan: Plan,
    ) -> None:
        target = plan.sound
        layout = "mono" if target.channels == 1 else "stereo"
        stream = output.add_stream("aac", rate=target.rate_hz, layout=layout)
        stream.bit_rate = target.bits_per_s
        super().__init__(source, stream, facts)
        self.decoder = source.codec_context
        source.codec_context.thread_count = 1
        self._resampled = SoundTrack(
            rate_hz=target.rate_hz,
            channels=target.channels,
            end_s=sound.end_s,
            only=sound.channel,
        )
        self._next_s = sound.start_s

    def outgoing(self, packet: Packet[Stream] | None) -> Iterator[av.AudioFrame]:
        """Yield sound without a gap, at the rate of the new file."""
        for frame in self.frames(packet):
            time_s = opening.frame_time_s(frame, self.source)
            if time_s is not None:
                self._next_s = time_s - self.facts.origin_s
            yield from self._resampled.feed(frame, self._next_s)
            self._next_s += frame.samples / frame.sample_rate
        if packet is None:
            yield from self._resampled.finish()

    def packets(self, item: av.AudioFrame | None) -> Iterator[Packet[Stream]]:
        """Yield what the encoder has ready."""
        yield from self.output.encode(item)
