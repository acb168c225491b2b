"""Decodes a recording with PyAV and measures it, sound first and then the picture.

Decoded sound and pictures stream through the meters and are never held.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from numpy.typing import NDArray

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.measuring.facts import Facts, is_sample_rate, open_container
from interhuman.sandbox.measuring.measure import Measurements, measure
from interhuman.sandbox.measuring.meter import RATE_HZ, Picture, PictureMeter, Sound, SoundMeter

_SAMPLE_EVERY_S = 0.5
_MIN_GAP_S = 0.05
"""A shorter gap between two frames of sound comes from rounding in the codec."""
_PICTURE_WIDTH, _PICTURE_HEIGHT = 64, 36
_MAX_FRAME_S = 5
"""Longer frames of sound are cut: the resampler would hold all of its result at once."""
_MAX_PACKETS_WITHOUT_FRAME = 5_000
"""A track is given up when this many of its first packets give no frame."""


def measure_recording(file: BinaryIO, facts: Facts, *, with_picture: bool = True) -> Measurements:
    """Decode the recording and return its measurements, on request those of its sound alone.

    Raises ih5002 for what cannot be decoded.
    """
    sound = _measure_sound(file, facts)
    picture = _measure_picture(file, facts) if with_picture else None
    return measure(sound, picture, duration_s=facts.duration_s)


def _measure_sound(file: BinaryIO, facts: Facts) -> Sound | None:
    """Return the levels and pitches of the whole sound track, None where there is none."""
    if facts.sound is None:
        return None
    track = _SoundTrack()
    frame: av.AudioFrame
    for frame in _decode(file, facts, facts.sound):
        if frame.time is not None and frame.time - facts.start_s <= facts.duration_s:
            track.fill_gap_until(frame.time - facts.start_s)
        track.add(frame)
    return track.result()


def _measure_picture(file: BinaryIO, facts: Facts) -> Picture | None:
    """Return the movement between pictures sampled twice a second, None without a picture."""
    if facts.picture is None:
        return None
    meter, due_s = PictureMeter(), 0.0
    frame: av.VideoFrame
    for frame in _decode(file, facts, facts.picture):
        time_s = None if frame.time is None else frame.time - facts.start_s
        if time_s is not None and due_s <= time_s <= facts.duration_s + _SAMPLE_EVERY_S:
            small = frame.reformat(width=_PICTURE_WIDTH, height=_PICTURE_HEIGHT, format="gray")
            meter.feed(time_s, cast("NDArray[np.uint8]", small.to_ndarray()))  # as all "gray"
            due_s = time_s + 0.95 * _SAMPLE_EVERY_S
    return meter.result()


def _decode(file: BinaryIO, facts: Facts, index: int) -> Iterator[Any]:
    """Yield the decoded frames of one track; raise ih5002 where most of it cannot be decoded."""
    good = bad = frames = 0
    with open_container(file, facts.demuxer) as container:
        stream = _track(container, index)
        _speed_up(stream, facts)
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
            if frames == 0 and good + bad >= _MAX_PACKETS_WITHOUT_FRAME:
                break
            yield from decoded
    if frames == 0 or bad > good:
        raise ApiError("ih5002")


def _track(container: InputContainer, index: int) -> Stream:
    try:
        return container.streams[index]
    except IndexError:  # a damaged file may show a track when it is scanned, and not again
        raise ApiError("ih5002") from None


def _packets(container: InputContainer, stream: Stream) -> Iterator[Packet[Stream]]:
    try:
        yield from container.demux(stream)
    except MemoryError:
        raise
    except (av.error.FFmpegError, IndexError):  # the latter for a track that appears later on
        raise ApiError("ih5002") from None


def _speed_up(stream: Stream, facts: Facts) -> None:
    """Use both cores, and decode no more pictures than the sampling needs."""
    if isinstance(stream, av.VideoStream):
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = 2
        keyframes_suffice = facts.keyframe_gap_s <= 2 * _SAMPLE_EVERY_S
        stream.codec_context.skip_frame = "NONKEY" if keyframes_suffice else "NONREF"


class _SoundTrack:
    """Brings decoded sound to one rate and one channel and keeps it on the recording's clock."""

    def __init__(self) -> None:
        self._meter = SoundMeter()
        self._format: tuple[str, str, int] | None = None
        self._resampler = _new_resampler()
        self._at_s = 0.0

    def fill_gap_until(self, time_s: float) -> None:
        """Fill a gap of the track with silence."""
        if time_s - self._at_s > _MIN_GAP_S:
            self._flush()
            self._meter.feed_silence(time_s - self._at_s)
            self._at_s = time_s

    def add(self, frame: av.AudioFrame) -> None:
        """Measure the next decoded frame, whatever its rate and channels."""
        if not is_sample_rate(frame.sample_rate):
            raise ApiError("ih5002")
        format_ = (frame.format.name, frame.layout.name, frame.sample_rate)
        if format_ != self._format:
            self._flush()
            self._format = format_
        for piece in _pieces(frame):
            self._resample(piece)
        self._at_s += frame.samples / frame.sample_rate

    def result(self) -> Sound:
        self._flush()
        return self._meter.result()

    def _flush(self) -> None:
        if self._format is not None:
            self._resample(None)
            self._resampler = _new_resampler()

    def _resample(self, frame: av.AudioFrame | None) -> None:
        try:
            pieces = self._resampler.resample(frame)
        except MemoryError:
            raise
        except av.error.FFmpegError:
            raise ApiError("ih5002") from None
        for piece in pieces:
            self._meter.feed(np.asarray(piece.to_ndarray(), dtype=np.float32).reshape(-1))


def _pieces(frame: av.AudioFrame) -> Iterator[av.AudioFrame]:
    """Yield the frame, cut where it is longer than any codec of today makes one."""
    max_samples = _MAX_FRAME_S * frame.sample_rate
    if frame.samples <= max_samples:
        yield frame
        return
    whole, channels = frame.to_ndarray(), frame.layout.nb_channels
    step = max_samples * (1 if frame.format.is_planar else channels)
    for first in range(0, whole.shape[1], step):
        samples: NDArray[Any] = np.ascontiguousarray(whole[:, first : first + step])
        piece = av.AudioFrame.from_ndarray(samples, frame.format.name, frame.layout.name)
        piece.sample_rate = frame.sample_rate
        yield piece


def _new_resampler() -> av.AudioResampler:
    return av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
