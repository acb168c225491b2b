"""Measures a recording while it is read: silence and loudness, black and still pictures."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final, Protocol

import av
from av.codec import CodecContext
from av.filter import Graph
from av.packet import Packet
from av.stream import Stream

from interhuman.media.facts import Facts, PictureFacts, SoundFacts
from interhuman.media.worker.pauses import PIECES_PER_S, PauseMeter
from interhuman.media.worker.pictures import chained, graph_of, pulled
from interhuman.media.worker.sounds import SoundTrack, constant_sound

_RATE_HZ: Final = 16_000
_SIZE: Final = "w=160:h=90:flags=area"
_SILENCE: Final = "noise=-50dB:d=1"
_AUDIBLE_DB: Final = -50.0
_ALONE_DB: Final = 20.0
"""By so much one channel is louder than the other where a single voice is in it."""
_BLACK: Final = "d=0.5:pix_th=0.1:pic_th=0.98"
_FREEZE: Final = "n=-55dB:d=3"
_ALL_PICTURES_UP_TO_S: Final = 60.0
_MAX_KEYFRAME_DISTANCE_S: Final = 12.0
_MAX_PICTURE_TIME_S: Final = 60.0
"""How long pictures are looked at; the sound is read to its end."""


class Meter(Protocol):
    """What looks at the frames of one track, sound or picture."""

    def prepare(self, context: CodecContext) -> None:
        """Set the decoder up, before the first packet."""

    def wants(self, packet: Packet[Stream]) -> bool:
        """Return whether the packet is to be decoded."""

    def feed(self, frame: Any, time_s: float) -> None:
        """Look at a frame that begins at a time of the recording."""

    def finish(self) -> None:
        """Look at what is left at the end."""


class SoundMeter:
    """Silence, loudness and liveliness of a track; sound that isn't there counts as silence."""

    def __init__(self, facts: Facts, sound: SoundFacts) -> None:
        self._duration_s = facts.duration_s
        self._channels = 2 if sound.channels == 2 else 1
        self._track = SoundTrack(rate_hz=_RATE_HZ, channels=self._channels, end_s=facts.duration_s)
        self._graph: Graph | None = None
        self._heard_s = self._silent_s = 0.0
        self._loudness_lufs: float | None = None
        self._before_db = -math.inf
        self._changes = _Mean()
        self._alone = (_Mean(), _Mean())
        self._pauses = PauseMeter()

    def prepare(self, context: CodecContext) -> None:
        """Set the decoder up, before the first packet."""
        context.thread_count = 1

    def wants(self, packet: Packet[Stream]) -> bool:
        """Return whether the packet is to be decoded."""
        return True

    def feed(self, frame: av.AudioFrame, time_s: float) -> None:
        """Look at a frame that begins at a time of the recording."""
        self._measure(self._track.feed(frame, time_s))

    def finish(self) -> None:
        """End the track, and a silence at its end with a tone."""
        self._measure(self._track.finish())
        if self._graph is not None:
            tone = constant_sound(
                0.5, rate_hz=_RATE_HZ, samples=_RATE_HZ // 10, channels=self._channels
            )
            loudness_lufs = self._loudness_lufs
            self._measure(iter([tone, None]), counts=False)
            self._loudness_lufs = loudness_lufs

    def levels(self) -> dict[str, float | str | None]:
        """Return the fields of a `SoundLevels` as JSON."""
        missing_s = max(0.0, self._duration_s - self._heard_s)
        silent_s = min(self._duration_s, self._silent_s + missing_s)
        return {
            "silent_s": round(silent_s, 3),
            "loudness_lufs": self._loudness_lufs,
            "change_db": round(self._changes.value, 3),
            "left_alone": round(self._alone[0].value, 4),
            "right_alone": round(self._alone[1].value, 4),
            "pauses": self._pauses.pauses(),
        }

    def _measure(self, frames: Iterator[av.AudioFrame | None], *, counts: bool = True) -> None:
        for frame in frames:
            if self._graph is None:
                self._graph = _sound_graph(self._channels)
            if frame is not None:
                if counts:
                    self._heard_s += frame.samples / _RATE_HZ
                else:
                    frame.pts = round(self._heard_s * _RATE_HZ)
            self._graph.push(frame)
            for measured in pulled(self._graph):
                self._note(measured.metadata)
                if counts:
                    self._note_piece(measured.metadata)

    def _note(self, metadata: dict[str, str]) -> None:
        self._silent_s += float(metadata.get("lavfi.silence_duration", 0.0))
        loudness_lufs = float(metadata.get("lavfi.r128.I", "nan"))
        if math.isfinite(loudness_lufs):
            self._loudness_lufs = loudness_lufs

    def _note_piece(self, metadata: dict[str, str]) -> None:
        """Note how a tenth of a second differs from the last, and one channel from the other."""
        left_db, right_db = _level_db(metadata, channel=1), _level_db(metadata, channel=2)
        now_db = max(left_db, right_db)
        self._pauses.add(now_db)
        if min(self._before_db, now_db) > _AUDIBLE_DB:
            self._changes.add(abs(now_db - self._before_db))
        self._before_db = now_db
        if self._channels == 2 and max(left_db, right_db) > _AUDIBLE_DB:
            self._alone[0].add(left_db - right_db > _ALONE_DB)
            self._alone[1].add(right_db - left_db > _ALONE_DB)


class _Mean:
    """The mean of what is added, 0 of nothing."""

    def __init__(self) -> None:
        self.value, self._count = 0.0, 0

    def add(self, value: float) -> None:
        self._count += 1
        self.value += (value - self.value) / self._count


class PictureMeter:
    """How long the picture is black, and how long it does not move."""

    def __init__(self, facts: Facts, picture: PictureFacts) -> None:
        distance_s = facts.duration_s / max(1, picture.keyframes)
        self._keyframes_only = (
            facts.duration_s > _ALL_PICTURES_UP_TO_S and distance_s <= _MAX_KEYFRAME_DISTANCE_S
        )
        self._end_s = picture.end_s
        self._stop_at_s = time.monotonic() + _MAX_PICTURE_TIME_S
        self._stopped = False
        self._scale: Graph
        self._scale_key: tuple[int | str, ...] = ()
        self._graph: Graph | None = None
        self._last_s = -1.0
        self._began: dict[str, float] = {}
        self._total_s: dict[str, float] = {}
        self.read_s = 0.0

    def prepare(self, context: CodecContext) -> None:
        """Set the decoder up, before the first packet."""
        context.thread_count = 1
        if self._keyframes_only:
            context.skip_frame = "NONKEY"

    def wants(self, packet: Packet[Stream]) -> bool:
        """Return whether the packet is to be decoded."""
        self._stopped = self._stopped or time.monotonic() > self._stop_at_s
        return not self._stopped and (
            packet.is_keyframe or not self._keyframes_only or not packet.size
        )

    def total_s(self, what: str) -> float:
        """Return for how many seconds the pictures were so: "black" or "freeze"."""
        return min(self._total_s.get(what, 0.0), self.read_s)

    def feed(self, frame: av.VideoFrame, time_s: float) -> None:
        """Look at a frame that begins at a time of the recording."""
        if time_s <= self._last_s:
            return
        key = (frame.width, frame.height, frame.format.name)
        if key != self._scale_key:
            self._scale_key, self._scale = (
                key,
                graph_of(frame, [("scale", _SIZE), ("format", "gray")]),
            )
        self._scale.vpush(frame)
        for small in pulled(self._scale):
            self._measure(small, time_s)

    def finish(self) -> None:
        """End what lasts until the end with a picture that is neither black nor the same."""
        if self._graph is None:
            return
        end_s = self._last_s if self._stopped else max(self._end_s, self._last_s)
        self.read_s = max(end_s, 0.0)
        for milliseconds, gray in ((1, 100), (2, 200)):
            last = av.VideoFrame(160, 90, "gray")
            last.planes[0].update(bytes([gray]) * last.planes[0].buffer_size)
            self._measure(last, end_s + milliseconds / 1000)

    def _measure(self, small: av.VideoFrame, time_s: float) -> None:
        self._last_s = time_s
        small.pts, small.time_base = round(time_s * 1000), Fraction(1, 1000)
        if self._graph is None:
            self._graph = graph_of(small, [("blackdetect", _BLACK), ("freezedetect", _FREEZE)])
        self._graph.vpush(small)
        for measured in pulled(self._graph):
            self._note(measured.metadata)

    def _note(self, metadata: dict[str, str]) -> None:
        for what, name in (("black", "lavfi.black_"), ("freeze", "lavfi.freezedetect.freeze_")):
            if f"{name}end" in metadata:
                end_s = float(metadata[f"{name}end"])
                length_s = end_s - self._began.pop(what, end_s)
                self._total_s[what] = self._total_s.get(what, 0.0) + length_s
            if f"{name}start" in metadata:
                self._began[what] = float(metadata[f"{name}start"])


def _level_db(metadata: dict[str, str], *, channel: int) -> float:
    """Return the level of a channel, counted from 1; silence where there is none that is a number.

    Samples stored as floating-point numbers may be anything.
    """
    level_db = float(metadata.get(f"lavfi.astats.{channel}.RMS_level", "-inf"))
    return level_db if math.isfinite(level_db) else -math.inf


def _sound_graph(channels: int) -> Graph:
    graph = Graph()
    last = graph.add_abuffer(
        sample_rate=_RATE_HZ,
        format="fltp",
        layout="mono" if channels == 1 else "stereo",
        time_base=Fraction(1, _RATE_HZ),
    )
    steps = (
        ("asetnsamples", f"n={_RATE_HZ // PIECES_PER_S}:p=0"),
        ("astats", "metadata=1:reset=1:measure_perchannel=RMS_level:measure_overall=none"),
        ("aformat", "channel_layouts=mono"),
        ("ebur128", "metadata=1:peak=none"),
        ("silencedetect", _SILENCE),
        ("abuffersink", None),
    )
    return chained(graph, last, steps)
