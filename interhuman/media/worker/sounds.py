"""Turns decoded sound into what is encoded: one rate, one layout, and no gap.

Runs in a process of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import av
from av.filter import Graph

from interhuman.media.worker.pictures import chained, pulled

_LAYOUTS: Final = {1: "mono", 2: "stereo"}
_MAX_MAPPED_CHANNELS: Final = 8
"""With more, nobody knows which loudspeaker they are for: the first ones are taken."""
_GAP_S: Final = 0.25
"""A longer gap is filled here; for shorter ones the resampler stretches or pads."""
_MAX_FRAME_S: Final = 5
"""Longer frames are cut: the resampler would hold all of its result at once."""


class SoundTrack:
    """Sound as "fltp" frames that follow each other without a gap from second 0 on.

    `only` is the channel that is taken alone, counted from 0; None for all.
    """

    def __init__(
        self, *, rate_hz: int, channels: int, end_s: float, only: int | None = None
    ) -> None:
        self._rate_hz, self._channels, self._only = rate_hz, channels, only
        self._max_samples = round(end_s * rate_hz)
        self._samples = 0
        self._graph: Graph | None = None
        self._key: tuple[int | str, ...] = ()

    def feed(self, frame: av.AudioFrame, time_s: float) -> Iterator[av.AudioFrame]:
        """Yield what is ready when `frame`, which begins at `time_s`, is there."""
        key = (frame.sample_rate, frame.layout.name, frame.layout.nb_channels, frame.format.name)
        at_s = self._samples / self._rate_hz
        if key != self._key or time_s - at_s > _GAP_S + _MAX_FRAME_S:
            yield from self.finish()
            self._key = key
        if self._graph is None:
            yield from self._silence_until(time_s)
            self._graph = self._build(frame, first=self._samples)
        frame.pts = round(time_s * frame.sample_rate)
        frame.time_base = Fraction(1, frame.sample_rate)
        self._graph.push(frame)
        yield from self._numbered(self._graph)

    def finish(self) -> Iterator[av.AudioFrame]:
        """Yield what the resampler still holds."""
        if self._graph is not None:
            self._graph.push(None)
            yield from self._numbered(self._graph)
            self._graph = None

    def _numbered(self, graph: Graph) -> Iterator[av.AudioFrame]:
        for frame in pulled(graph):
            if self._samples < self._max_samples:
                yield self._number(frame)

    def _number(self, frame: av.AudioFrame) -> av.AudioFrame:
        frame.pts, frame.time_base = self._samples, Fraction(1, self._rate_hz)
        self._samples += frame.samples
        return frame

    def _silence_until(self, time_s: float) -> Iterator[av.AudioFrame]:
        end = min(self._max_samples, round(time_s * self._rate_hz))
        while self._samples < end:
            samples = min(end - self._samples, self._rate_hz)
            yield self._number(
                constant_sound(0.0, rate_hz=self._rate_hz, samples=samples, channels=self._channels)
            )

    def _build(self, frame: av.AudioFrame, *, first: int) -> Graph:
        # The resampler counts its first sample at the rate of what comes in.
        first_pts = round(first * frame.sample_rate / self._rate_hz)
        graph = Graph()
        last = graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format.name,
            layout=frame.layout.name,
            time_base=Fraction(1, frame.sample_rate),
        )
        steps = [
            *self._channel_steps(frame.layout.nb_channels),
            ("aresample", f"{self._rate_hz}:async=1000:min_hard_comp=0.03:first_pts={first_pts}"),
            (
                "aformat",
                f"sample_fmts=fltp:sample_rates={self._rate_hz}:"
                f"channel_layouts={_LAYOUTS[self._channels]}",
            ),
            ("abuffersink", None),
        ]
        return chained(graph, last, steps)

    def _channel_steps(self, channels: int) -> list[tuple[str, str | None]]:
        if self._only is not None and self._only < channels:
            return [("pan", f"mono|c0=c{self._only}")]
        if channels <= _MAX_MAPPED_CHANNELS:
            return []
        wanted = "|".join(f"c{number}=c{number}" for number in range(self._channels))
        return [("pan", f"{_LAYOUTS[self._channels]}|{wanted}")]


def constant_sound(value: float, *, rate_hz: int, samples: int, channels: int = 1) -> av.AudioFrame:
    """Return a frame whose samples all have one value: 0 is silence.

    Without numpy, which would take a tenth of the memory that this process may have.
    """
    frame = av.AudioFrame("fltp", _LAYOUTS[channels], samples)
    for plane in frame.planes:
        plane.update(struct.pack("<f", value) * (plane.buffer_size // 4))
    frame.sample_rate = rate_hz
    return frame
