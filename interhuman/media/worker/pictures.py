"""Turns decoded pictures into what is encoded: upright, of one size, at a constant rate.

Runs in a process of its own. No picture is held longer than until the next one is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Final, Generic, TypeVar

import av
from av.filter import Graph
from av.filter.context import FilterContext

from interhuman.media.facts import HLG, PQ, PictureFacts

_Frame = TypeVar("_Frame")

_TURNS: Final = {
    90: (("transpose", "cclock"),),
    180: (("hflip", None), ("vflip", None)),
    270: (("transpose", "clock"),),
}
_TRANSFERS: Final = {PQ: "smpte2084", HLG: "arib-std-b67"}


class ConstantRate(Generic[_Frame]):
    """Gives frames the numbers 0, 1, 2 … up to `end_s`, at `rate` a second.

    A number gets the latest frame that is shown within half a number of it; the first one is
    shown from 0 on, the last until `end_s`. A time that goes back counts as the latest number.
    """

    def __init__(self, rate: Fraction, *, end_s: float) -> None:
        self._rate = rate
        self._count = max(1, round(Fraction(end_s) * rate))
        self._next_number = 0
        self._shown: _Frame | None = None

    def feed(self, time_s: float, frame: _Frame) -> Iterator[tuple[range, _Frame]]:
        """Yield the frame before this one with its numbers, where it has any."""
        number = min(self._count, round(Fraction(max(time_s, 0.0)) * self._rate))
        yield from self._show_until(number)
        self._shown = frame

    def finish(self) -> Iterator[tuple[range, _Frame]]:
        """Yield the last frame with its numbers."""
        yield from self._show_until(self._count)

    def _show_until(self, number: int) -> Iterator[tuple[range, _Frame]]:
        if self._shown is not None and number > self._next_number:
            numbers = range(self._next_number, number)
            self._next_number = number
            yield numbers, self._shown


class Converter:
    """Scales, turns, and maps pictures to 8 bits of standard range.

    FFmpeg's own scaler maps high dynamic range and its colors to BT.709 since 7.1, by a table
    that it computes once: two seconds, and as fast as any other conversion from then on. The
    picture is made small before that. Brighter parts are compressed, not cut ("perceptual").
    """

    def __init__(self, facts: PictureFacts, *, width: int, height: int) -> None:
        turned = facts.rotation in {90, 270}
        self._size = (height, width) if turned else (width, height)
        self._facts = facts
        self._key: tuple[int | str, ...] = ()
        self._graph: Graph

    def convert(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Return the picture as "yuv420p"."""
        key = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range)
        if key != self._key:
            self._key, self._graph = key, self._build(frame)
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _build(self, frame: av.VideoFrame) -> Graph:
        width, height = self._size
        steps: list[tuple[str, str | None]] = [
            ("sidedata", "mode=delete:type=DYNAMIC_HDR_PLUS"),  # would ask for a table a frame
            ("scale", f"w={width}:h={height}:flags=bilinear:out_range=tv"),
            *((("vflip", None),) if self._facts.mirrored else ()),
            *_TURNS.get(self._facts.rotation, ()),
        ]
        if self._facts.transfer in _TRANSFERS:
            steps.append(
                (
                    "scale",
                    f"in_transfer={_TRANSFERS[self._facts.transfer]}:in_primaries=bt2020:"
                    "in_color_matrix=bt2020nc:out_primaries=bt709:out_transfer=bt709:"
                    "out_color_matrix=bt709:out_range=tv:intent=perceptual",
                )
            )
        return graph_of(frame, [*steps, ("format", "yuv420p"), ("setsar", "1")])


class Deinterlacer:
    """Turns interlaced pictures into progressive ones, as many as there were."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._key: tuple[int | str, ...] = ()

    def feed(self, frame: av.VideoFrame | None) -> Iterator[av.VideoFrame]:
        """Yield what is ready; None ends the recording."""
        key = () if frame is None else (frame.width, frame.height, frame.format.name)
        if key != self._key:
            yield from self._flush()
            self._key, self._graph = key, None
        if frame is not None:
            if self._graph is None:
                self._graph = graph_of(frame, [("bwdif", "mode=send_frame:deint=interlaced")])
            self._graph.vpush(frame)
            yield from pulled(self._graph)

    def _flush(self) -> Iterator[av.VideoFrame]:
        if self._graph is not None:
            self._graph.vpush(None)
            yield from pulled(self._graph)


def graph_of(frame: av.VideoFrame, steps: list[tuple[str, str | None]]) -> Graph:
    """Return a graph that takes pictures like `frame` through the steps."""
    graph = Graph()
    last = graph.add_buffer(
        width=frame.width,
        height=frame.height,
        format=frame.format,
        time_base=frame.time_base or Fraction(1, 1000),
    )
    return chained(graph, last, [*steps, ("buffersink", None)])


def chained(graph: Graph, last: FilterContext, steps: Iterable[tuple[str, str | None]]) -> Graph:
    """Put the steps one after the other behind `last`, and return the graph, ready to use."""
    for name, arguments in steps:
        step = graph.add(name, arguments)
        last.link_to(step)
        last = step
    graph.configure()
    return graph


def pulled(graph: Graph) -> Iterator[Any]:
    """Yield what is ready at the end of a graph: sound or pictures, as what went into it."""
    while True:
        try:
            yield graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
