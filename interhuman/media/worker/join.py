"""Writes the files of one camera recording into one, packet by packet: nothing is encoded.

Runs in a process of its own. Between files that don't follow each other at once nothing is
written: the last picture stays, and there is no sound.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Final

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from interhuman.isolation.mp4_index import claims_too_much
from interhuman.media.clip_plan import DISK_FULL
from interhuman.media.fit_error import FitError
from interhuman.media.worker import opening
from interhuman.media.worker.scan import max_read_bytes

DIFFERENT: Final = "The parts differ in how they were recorded, so they can't be joined."
DAMAGED: Final = "Part {} can't be read to its end, so the parts can't be joined."
CANNOT_HOLD: Final = "Video and audio of this kind can't be joined."

_REPORT_EVERY_S: Final = 0.2
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


_Source = av.VideoStream | av.AudioStream


class _Track:
    """A track of the file that is written, and how far it is, in seconds."""

    def __init__(self, written: Stream, form: tuple[object, ...]) -> None:
        self.written, self.form = written, form
        self.end_s = self._dts_s = Fraction(-1)

    def take(self, packet: Packet[Stream], later_s: Fraction) -> bool:
        """Move a packet to its time; return whether it comes after what is there already."""
        if not packet.size or packet.pts is None or packet.dts is None:
            return False
        base, is_sound = packet.time_base, packet.stream.type == "audio"
        later = round(later_s / base)
        packet.pts, packet.dts = packet.pts + later, packet.dts + later
        start_s, dts_s, lasts_s = (
            packet.pts * base,
            packet.dts * base,
            (packet.duration or 0) * base,
        )
        # An encoder's sound begins before zero, where the file before still sounds.
        is_early = is_sound and (packet.is_discard or start_s < self.end_s - lasts_s / 2)
        if is_early or dts_s <= self._dts_s:
            return False
        self._dts_s = dts_s
        self.end_s = max(self.end_s, start_s + lasts_s)
        packet.stream = self.written
        return True


def join_files(
    file: BinaryIO,
    *,
    following: Sequence[str],
    starts_s: Sequence[float],
    target: str,
    report: Callable[[object], None],
) -> dict[str, object]:
    """Write `file` and those `following` to `target`, each from its start on or later.

    Returns {"spans": [[start_s, end_s], …]}, or {"reason", "sentence"} of a `FitError`.
    """
    paths = [Path(path) for path in following]
    total_bytes = sum(path.stat().st_size for path in paths) + opening.size_of(file)
    try:
        with av.open(Path(target), "w", format="mp4") as output:
            joiner = _Joiner(output, total_bytes=total_bytes, report=report)
            joiner.add(file, starts_s[0])
            for path, start_s in zip(paths, starts_s[1:], strict=True):
                with path.open("rb") as next_file:
                    joiner.add(next_file, start_s)
    except FitError as refused:
        return {"reason": refused.reason, "sentence": str(refused)}
    except MemoryError:
        raise
    except opening.UNREADABLE as error:
        if getattr(error, "errno", None) in _FULL:
            return {"reason": "disk_full", "sentence": DISK_FULL}
        return {"reason": "failed", "sentence": CANNOT_HOLD}
    return {"spans": joiner.spans}


class _Joiner:
    """Adds one file after another to those that are written."""

    def __init__(
        self, output: OutputContainer, *, total_bytes: int, report: Callable[[object], None]
    ) -> None:
        self._output, self._total_bytes, self._report = output, total_bytes, report
        self._tracks: list[_Track] = []
        self._done_bytes = 0
        self._reported_s = 0.0
        self.spans: list[tuple[float, float]] = []
        """From when to when each file lasts, in seconds."""

    def add(self, file: BinaryIO, start_s: float) -> None:
        """Write all of a file from `start_s` on, or from the end of what is there."""
        size_bytes = opening.size_of(file)
        with self._opened(file, max_read_bytes(size_bytes)) as source:
            streams: list[_Source] = [
                *opening.pictures_of(source)[:1],
                *opening.sounds_of(source)[:1],
            ]
            self._begin([_form(stream) for stream in streams], streams)
            reached_s = max((track.end_s for track in self._tracks), default=Fraction(0))
            first_s = max(Fraction(start_s).limit_denominator(1_000_000), reached_s, Fraction(0))
            self._copy(source, file, streams, first_s)
        self._done_bytes += size_bytes
        end_s = max(track.end_s for track in self._tracks)
        if end_s <= first_s:
            raise self._damaged()
        self.spans.append((round(float(first_s), 6), round(float(end_s), 6)))

    def _opened(self, file: BinaryIO, max_bytes: int) -> InputContainer:
        if claims_too_much(file):
            raise self._damaged()
        try:
            return opening.open_recording(file, max_read_bytes=max_bytes, buffer_bytes=1 << 18)
        except MemoryError:
            raise
        except opening.UNREADABLE:
            raise self._damaged() from None

    def _begin(self, forms: list[tuple[object, ...]], streams: Sequence[_Source]) -> None:
        """Make the tracks by the first file, and refuse one that differs from it."""
        if not self._tracks:
            if not streams or any(None in form[:1] for form in forms):
                raise FitError("undecodable", CANNOT_HOLD)
            for stream, form in zip(streams, forms, strict=True):
                written = self._output.add_stream_from_template(stream)
                if form[0] == "hevc":
                    written.codec_context.codec_tag = "hvc1"  # QuickTime plays no other
                self._tracks.append(_Track(written, form))
        elif forms != [track.form for track in self._tracks]:
            raise FitError("failed", DIFFERENT)

    def _copy(
        self, source: InputContainer, file: BinaryIO, streams: Sequence[_Source], first_s: Fraction
    ) -> None:
        by_index = {s.index: track for s, track in zip(streams, self._tracks, strict=True)}
        later_s = first_s - Fraction(max(0, source.start_time or 0), av.time_base)
        try:
            for packet in opening.packets_of(source, *streams):
                if by_index[packet.stream_index].take(packet, later_s):
                    self._output.mux(packet)
                self._tell(self._done_bytes + file.tell())
        except (av.FFmpegError, LookupError) as error:
            if getattr(error, "errno", None) in _FULL:
                raise
            raise self._damaged() from None

    def _damaged(self) -> FitError:
        return FitError("unreadable", DAMAGED.format(len(self.spans) + 1))

    def _tell(self, read_bytes: int) -> None:
        now_s = time.monotonic()
        if now_s - self._reported_s > _REPORT_EVERY_S:
            self._reported_s = now_s
            share = min(1.0, read_bytes / max(1, self._total_bytes))
            self._report({"phase": "converting", "share": round(share, 4)})


def _form(stream: _Source) -> tuple[object, ...]:
    """Return what two tracks must have in common to be one."""
    context = opening.decoder_of(stream)
    if context is None:
        return (None,)
    form: tuple[object, ...] = (opening.codec_name(stream), bytes(context.extradata or b""))
    if isinstance(context, av.VideoCodecContext):
        return (*form, context.width, context.height)
    return (*form, context.sample_rate, context.layout.nb_channels)
