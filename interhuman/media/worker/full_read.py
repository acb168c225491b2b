"""Reads a whole recording: silence, loudness, black and still pictures, and damage.

Runs in a process of its own. All sound is decoded, at 16 kHz; of the picture everything where
it is short, else the keyframes, which is fifty times faster.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, BinaryIO, Final, cast

import av

from interhuman.media.facts import Facts
from interhuman.media.fit_error import FitError
from interhuman.media.worker import opening
from interhuman.media.worker.meters import Meter, PictureMeter, SoundMeter
from interhuman.media.worker.scan import max_read_bytes, scan

_REPORT_EVERY_S: Final = 0.2


def read_whole(
    file: BinaryIO, *, extension: str, report: Callable[[object], None]
) -> dict[str, Any]:
    """Return the fields of a `Preflight` as JSON, or {"reason", "sentence"} of a `FitError`."""

    def reporter(phase: str) -> Callable[[float], None]:
        return lambda share: report({"phase": phase, "share": round(share, 4)})

    try:
        facts = scan(file, extension, on_share=reporter("reading"))
    except FitError as refused:
        return {"reason": refused.reason, "sentence": str(refused)}
    sounds = {sound.track: SoundMeter(facts, sound) for sound in facts.sounds}
    picture = PictureMeter(facts, facts.picture) if facts.picture is not None else None
    errors = _read(file, facts, sounds, picture, reporter("measuring"))
    return {
        "facts": facts.to_json(),
        "levels": [sounds[sound.track].levels() for sound in facts.sounds],
        "picture_read_s": 0.0 if picture is None else round(picture.read_s, 3),
        "black_s": 0.0 if picture is None else round(picture.total_s("black"), 3),
        "still_s": 0.0 if picture is None else round(picture.total_s("freeze"), 3),
        "errors": len(errors),
        "first_error_s": min(errors, default=None),
    }


def _read(
    file: BinaryIO,
    facts: Facts,
    sounds: dict[int, SoundMeter],
    picture: PictureMeter | None,
    on_share: Callable[[float], None],
) -> list[float]:
    """Feed the meters; return when something could not be decoded, in seconds."""
    errors, at_s, reported_s = [], 0.0, 0.0
    with opening.open_recording(
        file, max_read_bytes=max_read_bytes(facts.size_bytes), buffer_bytes=1 << 18
    ) as source:
        meters: dict[int, Meter] = {}
        if facts.picture is not None and picture is not None:
            meters[opening.pictures_of(source)[facts.picture.track].index] = picture
        for track, sound in sounds.items():
            meters[opening.sounds_of(source)[track].index] = sound
        for index, each in meters.items():
            each.prepare(source.streams[index].codec_context)
        streams = [source.streams[index] for index in meters]
        # A demuxer's last packets are empty: they make the decoders give what they hold.
        for packet in opening.packets_until_damage(source, *streams):
            meter = meters.get(packet.stream.index)  # The empty ones say 0 of themselves.
            if packet.pts is not None:
                at_s = float(packet.pts * packet.time_base) - facts.origin_s
            if meter is not None and meter.wants(packet):
                try:
                    # PyAV's types name subtitles here too; no track of them is read.
                    for frame in cast("list[av.VideoFrame | av.AudioFrame]", packet.decode()):
                        time_s = opening.frame_time_s(frame, packet.stream)
                        meter.feed(frame, at_s if time_s is None else time_s - facts.origin_s)
                except MemoryError:
                    raise
                except opening.UNREADABLE:
                    errors.append(max(0.0, round(at_s, 3)))
            if time.monotonic() - reported_s > _REPORT_EVERY_S:
                reported_s = time.monotonic()
                on_share(min(1.0, max(0.0, at_s / max(facts.duration_s, 0.001))))
    for meter in meters.values():
        meter.finish()
    return errors
