"""Reads what a recording contains from its header.

A probe is no integrity check. A file cut off in the middle still claims the length that
its header promises, and a picture that decodes to noise still has its width and height.
"""

from __future__ import annotations

import logging
import math
import os
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO, Final

from interhuman import isolation
from interhuman.media.facts import DAMAGED, STOPPED, TOO_SLOW
from interhuman.media.source import Source, as_file

log = logging.getLogger(__name__)

LIMITS: Final = isolation.Limits(memory_bytes=150 * 1024**2, cpu_s=6, wall_s=9.0)
_SLOTS: Final = threading.BoundedSemaphore(4)
"""Limits how many recordings are opened at once: more would wait for a processor anyway."""
_READ_HEADER: Final = "interhuman.media.worker.header:read_header"

_FIELD_TYPES: Final = {
    "readable": bool,
    "why": str | None,
    "container": str | None,
    "start_s": float,
    "duration_s": float | None,
    "created_s": float | None,
    "width": int | None,
    "height": int | None,
    "video_codec": str | None,
    "audio_codec": str | None,
    "has_picture": bool,
    "has_sound": bool,
}


@dataclass(frozen=True, slots=True)
class Probe:
    """What the header of a recording says; no integrity check of the rest.

    `width` and `height` are pixels as stored, before any rotation. `container` is one of
    "mp4", "mov", "3gp", "m4a", "mkv", "webm", "avi", "mpeg-ts", "mpeg-ps", "asf", "flv", "wav",
    "flac", "mp3", "ogg", "aac", "amr", "aiff", or None.
    Codecs have FFmpeg's names ("h264", "aac"), or None where unknown. Cover art is no picture.
    `start_s` is the time of the first picture or sound in the file's own clock: a piece of a
    stream goes on from where the stream was. `created_s` is when the camera says that it began, in
    seconds since 1970. Where `readable` is False, `why` is half a sentence
    that says what is wrong.
    """

    size_bytes: int
    readable: bool = True
    why: str | None = None
    container: str | None = None
    start_s: float = 0.0
    duration_s: float | None = None
    created_s: float | None = None
    width: int | None = None
    height: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    has_picture: bool = False
    has_sound: bool = False


def header_facts(header: Probe) -> dict[str, object]:
    """Return what a header says, as JSON that `header_from` reads again; empty for an odd one."""
    return {name: getattr(header, name) for name in _FIELD_TYPES} if _is_sound(header) else {}


def header_from(facts: object, *, size_bytes: int) -> Probe | None:
    """Return a probe from its `header_facts`, None from anything else."""
    if not isinstance(facts, dict):
        return None
    facts = {"created_s": None, **facts}  # Facts that were kept earlier lack it.
    if facts.keys() != _FIELD_TYPES.keys():
        return None
    try:
        header = Probe(size_bytes, **_checked(facts))
    except isolation.CrashedError:
        return None
    return header if _is_sound(header) else None


def _is_sound(header: Probe) -> bool:
    times_s = (header.start_s, header.duration_s or 0.0, header.created_s or 0.0)
    return header.readable and all(map(math.isfinite, times_s))


def kept_ready() -> AbstractContextManager[None]:
    """Keep a process ready in which the next header is read, a tenth of a second sooner."""
    return isolation.kept_ready(_READ_HEADER.partition(":")[0])


def probe(data: Source, filename: str) -> Probe:
    """Return what a recording contains, whatever the bytes are.

    `data` is the content, a seekable binary file (read from its start, left where it was)
    or a path. Of `filename` only the extension counts, to tell apart containers with the same
    content. Blocks for a quarter of a second, because FFmpeg opens the file in a process of its
    own; where the header has no duration (browsers record such WebM) for up to three more,
    because all packets are read, none decoded; for some seconds at most. Only a path that
    cannot be opened raises (OSError).
    """
    with as_file(data) as file:
        return _probe_file(file, filename)


def _probe_file(file: BinaryIO, filename: str) -> Probe:
    size_bytes = file.seek(0, os.SEEK_END)
    if not size_bytes:
        return Probe(0, readable=False, why="it's empty")
    # The extension alone: everyone on the machine can read the arguments of a process.
    arguments = {"extension": PurePath(filename).suffix.lower()[:10]}
    try:
        with _SLOTS:
            header = isolation.run(_READ_HEADER, file, arguments, limits=LIMITS)
        return Probe(size_bytes, **_checked(header))
    except isolation.OutOfMemoryError:
        why = "opening it takes more memory than any recording should"
    except isolation.OutOfTimeError:
        why = TOO_SLOW
    except isolation.KilledError:
        why = STOPPED
    except (isolation.CrashedError, isolation.RaisedError) as fault:
        log.warning("A recording of %d bytes could not be probed: %s", size_bytes, fault)
        why = DAMAGED
    return Probe(size_bytes, readable=False, why=why)


def _checked(header: object) -> dict[str, Any]:
    """Return the fields of a header; raise CrashedError where they are not of their types."""
    if isinstance(header, dict) and all(
        name in _FIELD_TYPES and isinstance(value, _FIELD_TYPES[name])
        for name, value in header.items()
    ):
        return header
    raise isolation.CrashedError("It returned something else than a header.")
