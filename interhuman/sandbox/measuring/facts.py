"""Reads a recording with PyAV: its facts first, then its sound and its picture as numbers.

The only place of the stand-in that knows `av`. A recording is read from an open file, never
from a name or an address, and always by the one demuxer that its first bytes call for.
Sound and picture are decoded one after the other and never held.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

import av
import numpy as np

from interhuman.isolation.mp4_index import claims_too_much
from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.measuring.meter import RATE_HZ, Picture, PictureMeter, Sound, SoundMeter

_READ_BYTES = 256 * 1024
_SAMPLE_EVERY_S = 0.5
_GAP_S = 0.05
_GREY_SIZE = (64, 36)
_LARGEST_PICTURE = 8192 * 4320
_LOWEST_RATE_HZ, _HIGHEST_RATE_HZ = 4_000, 384_000
_LONGEST_FRAME_S = 5
"""Longer frames of sound are cut: the resampler would hold all of its result at once."""
_MOST_PACKETS_PER_S = 2_000
"""Opus at its shortest frames, beside a picture at 240 a second, has a third of it."""
_PACKETS_TO_TRY = 5_000
"""A track whose first packets, as many as this, give no frame is not tried any further."""
_INDEXED = frozenset({"mp4", "avi", "matroska"})
"""Containers whose header promises a length exactly, so that a cut can be told."""
_PICTURE_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg1video", "mpeg2video"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a recording is, found without decoding it."""

    demuxer: str
    duration_s: float
    zero_s: float
    """Where the recording's own clock stands at its start."""
    picture: int | None
    """Index of the picture track, None where there is none."""
    sound: int | None
    keyframe_gap_s: float
    picture_codec: str | None = None
    sound_codec: str | None = None
    sound_rate_hz: int = 0


@contextmanager
def _opened(file: BinaryIO, demuxer: str) -> Iterator[Any]:
    file.seek(0)
    options = {"max_pixels": str(_LARGEST_PICTURE)}
    try:
        container = av.open(
            file,
            "r",
            format=demuxer,
            options=options,
            metadata_errors="ignore",
            buffer_size=_READ_BYTES,
        )
    except MemoryError:
        raise
    except av.error.FFmpegError:
        raise ApiError("ih5004") from None
    with container:
        yield container


def facts_of(file: BinaryIO, demuxer: str) -> Facts:
    """Return what the recording is, from its header and a walk over all its packets.

    Raises ih5004 where it cannot be opened, ends well before its header says, or its header
    says what cannot be.
    """
    if demuxer == "mp4" and claims_too_much(file):
        raise ApiError(
            "ih5004", "Unable to process the video: its index promises more than the file holds."
        )
    with _opened(file, demuxer) as container:
        zero_s = max(0.0, (container.start_time or 0) / av.time_base)
        picture = next((s for s in container.streams.video if not _is_cover(s)), None)
        sound = next(iter(container.streams.audio), None)
        walk = _walk(container, picture)
        duration_s = _duration(container, demuxer, walk.end_s - zero_s)
        if walk.packets > _MOST_PACKETS_PER_S * max(1.0, duration_s):
            raise ApiError(
                "ih5004", "Unable to process the video: it is cut into too many packets."
            )
        return Facts(
            demuxer=demuxer,
            duration_s=duration_s,
            zero_s=zero_s,
            picture=picture.index if picture and walk.pictures else None,
            sound=sound.index if sound else None,
            keyframe_gap_s=duration_s / max(1, walk.keyframes),
            picture_codec=_codec(picture),
            sound_codec=_codec(sound),
            sound_rate_hz=getattr(getattr(sound, "codec_context", None), "sample_rate", None) or 0,
        )


def check(facts: Facts, *, min_s: float, max_s: float, needs: str = "picture") -> None:
    """Raise the documented error of a recording that is not accepted.

    `needs` names the tracks that must be there: "picture", "sound", or "both".
    """
    if facts.duration_s < min_s:
        raise ApiError("ih4007")
    if facts.duration_s > max_s:
        raise ApiError("ih4004", f"The recording lasts longer than {max_s / 60:.0f} minutes.")
    if needs != "sound" and facts.picture is None:
        raise ApiError("ih5001")
    if needs != "picture" and facts.sound is None:
        raise ApiError("ih5008")
    if needs != "sound" and facts.picture_codec == "mpeg4":
        raise ApiError("ih5004", "Unable to process the video: MPEG-4 Part 2 is not read.")
    if needs != "sound" and facts.picture_codec not in _PICTURE_CODECS:
        raise ApiError("ih5003")
    if facts.sound is not None and facts.sound_codec is None:
        raise ApiError("ih5003", "Unable to process the video: its sound codec is not supported.")
    if facts.sound is not None and not _is_rate(facts.sound_rate_hz):
        raise ApiError(
            "ih5003",
            "Unable to process the video: its sound has a sample rate of "
            f"{facts.sound_rate_hz} Hz.",
        )


def read_sound(file: BinaryIO, facts: Facts) -> Sound | None:
    """Return the levels and pitches of the whole sound track, None where there is none."""
    if facts.sound is None:
        return None
    feed = _SoundFeed()
    for frame in _decoded(file, facts, facts.sound):
        if frame.time is not None and frame.time - facts.zero_s <= facts.duration_s:
            feed.catch_up(frame.time - facts.zero_s)
        feed.take(frame)
    return feed.result()


def read_picture(file: BinaryIO, facts: Facts) -> Picture | None:
    """Return the movement between pictures sampled twice a second, None without a picture."""
    if facts.picture is None:
        return None
    meter, due_s = PictureMeter(), 0.0
    width, height = _GREY_SIZE
    for frame in _decoded(file, facts, facts.picture):
        time_s = None if frame.time is None else frame.time - facts.zero_s
        if time_s is not None and due_s <= time_s <= facts.duration_s + _SAMPLE_EVERY_S:
            small = frame.reformat(width=width, height=height, format="gray")
            meter.feed(time_s, small.to_ndarray())
            due_s = time_s + 0.95 * _SAMPLE_EVERY_S
    return meter.result()


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _codec(stream: Any) -> str | None:
    context = stream.codec_context if stream is not None else None
    return context.codec.canonical_name if context is not None else None


@dataclass(slots=True)
class _Walk:
    """What a walk over all packets found: where they end, and the picture's packets."""

    end_s: float = 0.0
    packets: int = 0
    pictures: int = 0
    keyframes: int = 0


def _walk(container: Any, picture: Any) -> _Walk:
    """Walk over all packets; times stay whole numbers, because fractions take ten times longer."""
    walk = _Walk()
    clocks: dict[int, Fraction | None] = {}
    ends: dict[int, int] = {}
    picture_index = None if picture is None else picture.index
    try:
        for packet in container.demux():
            walk.packets += 1
            at = packet.pts if packet.pts is not None else packet.dts
            index = packet.stream_index
            if index not in clocks:
                clocks[index] = packet.time_base
            if at is None or clocks[index] is None:
                continue
            ends[index] = max(ends.get(index, 0), at + (packet.duration or 0))
            if index == picture_index:
                walk.pictures += 1
                walk.keyframes += packet.is_keyframe
    except MemoryError:
        raise
    except IndexError:  # a track appears that the header knew nothing of
        raise ApiError("ih5002") from None
    except av.error.FFmpegError:
        raise ApiError("ih5004") from None
    walk.end_s = max((float(end * (clocks[i] or 0)) for i, end in ends.items()), default=0.0)
    return walk


def _duration(container: Any, demuxer: str, walked_s: float) -> float:
    said_s = (container.duration or 0) / av.time_base
    if demuxer in _INDEXED and walked_s < said_s - max(1.0, 0.05 * said_s):
        raise ApiError(
            "ih5004",
            f"Unable to process the video: it says that it lasts {said_s:.0f} s "
            f"but ends after {max(0.0, walked_s):.0f} s.",
        )
    return said_s if 0 < said_s >= walked_s - 1.0 else walked_s


def _decoded(file: BinaryIO, facts: Facts, index: int) -> Iterator[Any]:
    """Yield the decoded frames of one track; ih5002 where most of it cannot be decoded."""
    good = bad = frames = 0
    with _opened(file, facts.demuxer) as container:
        stream = _track(container, index)
        _hasten(stream, facts)
        for packet in _packets(container, stream):
            try:
                decoded = packet.decode()
                good += 1
            except MemoryError:
                raise
            except av.error.FFmpegError:
                decoded = []
                bad += 1
            frames += len(decoded)
            if frames == 0 and good + bad >= _PACKETS_TO_TRY:
                break
            yield from decoded
    if frames == 0 or bad > good:
        raise ApiError("ih5002")


def _track(container: Any, index: int) -> Any:
    try:
        return container.streams[index]
    except IndexError:  # damaged files may show a track once and then no more
        raise ApiError("ih5002") from None


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    try:
        yield from container.demux(stream)
    except MemoryError:
        raise
    except (av.error.FFmpegError, IndexError):  # the latter for a track that appears later on
        raise ApiError("ih5002") from None


def _hasten(stream: Any, facts: Facts) -> None:
    """Use both cores, and decode no more pictures than the sampling needs."""
    if stream.type == "video":
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = 2
        often = facts.keyframe_gap_s <= 2 * _SAMPLE_EVERY_S
        stream.codec_context.skip_frame = "NONKEY" if often else "NONREF"


class _SoundFeed:
    """Brings decoded sound to one rate and one channel and keeps it on the recording's clock."""

    def __init__(self) -> None:
        self._meter = SoundMeter()
        self._kind: tuple[str, str, int] | None = None
        self._resampler = _new_resampler()
        self._at_s = 0.0

    def catch_up(self, time_s: float) -> None:
        """Fill a gap of the track with silence; small differences are the codec's own."""
        if time_s - self._at_s > _GAP_S:
            self._flush()
            self._meter.feed_silence(time_s - self._at_s)
            self._at_s = time_s

    def take(self, frame: Any) -> None:
        """Take the next decoded frame, whatever its rate and channels."""
        if not _is_rate(frame.sample_rate):
            raise ApiError("ih5002")
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind:
            self._flush()
            self._kind = kind
        for piece in _pieces(frame):
            self._resample(piece)
        self._at_s += frame.samples / frame.sample_rate

    def result(self) -> Sound:
        self._flush()
        return self._meter.result()

    def _flush(self) -> None:
        if self._kind is not None:
            self._resample(None)
            self._resampler = _new_resampler()

    def _resample(self, frame: Any) -> None:
        try:
            pieces = self._resampler.resample(frame)
        except MemoryError:
            raise
        except av.error.FFmpegError:
            raise ApiError("ih5002") from None
        for piece in pieces:
            self._meter.feed(np.asarray(piece.to_ndarray(), dtype=np.float32).reshape(-1))


def _is_rate(rate_hz: int) -> bool:
    return _LOWEST_RATE_HZ <= rate_hz <= _HIGHEST_RATE_HZ


def _pieces(frame: Any) -> Iterator[Any]:
    """Yield the frame, cut where it is longer than any codec of today makes one."""
    longest = _LONGEST_FRAME_S * frame.sample_rate
    if frame.samples <= longest:
        yield frame
        return
    whole, channels = frame.to_ndarray(), frame.layout.nb_channels
    step = longest * (1 if frame.format.is_planar else channels)
    for first in range(0, whole.shape[1], step):
        piece = np.ascontiguousarray(whole[:, first : first + step])
        cut = av.AudioFrame.from_ndarray(piece, frame.format.name, frame.layout.name)
        cut.sample_rate = frame.sample_rate
        yield cut


def _new_resampler() -> Any:
    return av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
