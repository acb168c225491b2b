"""What a recording holds, read from its header, and what to tell a person about it.

A probe is no integrity check. A file cut off in the middle still claims the length that
its header promises, and a picture that decodes to noise still has its width and height.
The advice knows the API's limits; what plays in a browser was tried in Chromium.
"""

from __future__ import annotations

import logging
import math
import os
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Final

from interhuman import isolation
from interhuman.settings import MAX_FILE_BYTES, MIN_DURATION_S
from interhuman.style import clock

log = logging.getLogger(__name__)

MAX_INTER_2_DURATION_S: Final = 1800.0

LIMITS: Final = isolation.Limits(memory_bytes=150 * 1024**2, cpu_s=6, wall_s=9.0)
_AT_ONCE: Final = threading.BoundedSemaphore(4)
"""Recordings opened at once, whoever chooses them: more would wait for a processor anyway."""
_READ_HEADER: Final = "interhuman.media.header:read_header"

_DAMAGED: Final = "it is not a recording of a known kind, or it is damaged or cut off"
_FIELD_TYPES: Final = {
    "readable": bool,
    "why": str | None,
    "container": str | None,
    "duration_s": float | None,
    "width": int | None,
    "height": int | None,
    "video_codec": str | None,
    "audio_codec": str | None,
    "has_picture": bool,
    "has_sound": bool,
}

_PLAYABLE_CONTAINERS: Final = frozenset(
    {"mp4", "mov", "m4a", "mkv", "webm", "wav", "flac", "mp3", "ogg"}
)
_PLAYABLE_PICTURE: Final = frozenset({"h264", "vp8", "vp9", "av1"})
_PLAYABLE_SOUND: Final = frozenset({"aac", "mp3", "opus", "vorbis", "flac"})
_NAMES: Final = {
    "hevc": "HEVC (H.265)",
    "mpeg4": "MPEG-4 Part 2",
    "mpeg2video": "MPEG-2",
    "prores": "ProRes",
    "inter-1": "Inter-1",
    "inter-2": "Inter-2",
    "inter-2-audio": "Inter-2 audio",
}


@dataclass(frozen=True, slots=True)
class Probe:
    """What the header of a recording says; no integrity check of what follows it.

    `width` and `height` are pixels as stored, before any rotation. `container` is one of
    "mp4", "mov", "m4a", "mkv", "webm", "avi", "mpeg-ts", "wav", "flac", "mp3", "ogg", or None.
    Codecs have FFmpeg's names ("h264", "aac"), or None where unknown. `has_picture` leaves
    cover art out. Where `readable` is False, `why` is half a sentence that says what is wrong.
    """

    size_bytes: int
    readable: bool = True
    why: str | None = None
    container: str | None = None
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    has_picture: bool = False
    has_sound: bool = False


def probe(data: bytes | BinaryIO | str | os.PathLike[str], filename: str) -> Probe:
    """Return what a recording holds, whatever the bytes are.

    `data` is the content, a seekable binary file (read from its start, left where it was)
    or a path. Of `filename` only the ending counts, to tell apart containers that look alike
    inside. Blocks for a quarter of a second, because FFmpeg opens the file in a process of its
    own; where the header has no duration (browsers record such WebM) for up to three more,
    because all packets are listed, none decoded; for some seconds at most. Only a path that
    cannot be opened raises (OSError).
    """
    if isinstance(data, (str, os.PathLike)):
        with Path(data).open("rb") as file:
            return _probe_file(file, filename)
    with tempfile.TemporaryFile() as copy:
        if isinstance(data, bytes):
            copy.write(data)
        else:
            position = data.tell()
            data.seek(0)
            shutil.copyfileobj(data, copy)
            data.seek(position)
        return _probe_file(copy, filename)


def _probe_file(file: BinaryIO, filename: str) -> Probe:
    size_bytes = file.seek(0, os.SEEK_END)
    if not size_bytes:
        return Probe(0, readable=False, why="it is empty")
    # Only the ending matters, and what a process is started with is no place for a name.
    arguments = {"ending": PurePath(filename).suffix.lower()[:10]}
    try:
        with _AT_ONCE:
            header = isolation.run(_READ_HEADER, file, arguments, limits=LIMITS)
        return Probe(size_bytes, **_checked(header))
    except isolation.OutOfMemoryError:
        why = "opening it takes more memory than any recording needs"
    except isolation.OutOfTimeError:
        why = "opening it takes too long"
    except (isolation.CrashedError, isolation.RaisedError) as fault:
        log.warning("A recording of %d bytes could not be probed: %s", size_bytes, fault)
        why = _DAMAGED
    return Probe(size_bytes, readable=False, why=why)


def _checked(header: Any) -> dict[str, Any]:
    """Return the fields of a header; raise CrashedError where they are not of their types."""
    if isinstance(header, dict) and all(
        name in _FIELD_TYPES and isinstance(value, _FIELD_TYPES[name])
        for name, value in header.items()
    ):
        return header
    raise isolation.CrashedError("It returned something else than a header.")


def preview_problem(probe: Probe) -> str | None:
    """Return one sentence when a browser can't play the recording, None when it can.

    HEVC and MPEG-4 Part 2 play as sound without a picture and without an error (a few
    browsers do show HEVC); that counts as no preview. A picture without its sound is one.
    """
    if not probe.readable:
        return "There's no preview, because this file can't be read as a recording."
    if probe.container not in _PLAYABLE_CONTAINERS:
        missing = f"play {_name(probe.container)} files"
    elif probe.has_picture and probe.video_codec not in _PLAYABLE_PICTURE:
        missing = f"show {_name(probe.video_codec)} video"
    elif not probe.has_picture and not _sound_plays(probe):
        missing = f"play {_name(probe.audio_codec)} sound"
    else:
        return None
    return f"Your browser can't {missing}, so there's no preview; the analysis doesn't need one."


def _sound_plays(probe: Probe) -> bool:
    codec = probe.audio_codec or ""
    return codec in _PLAYABLE_SOUND or codec.startswith("pcm_")


def concerns(probe: Probe, model: str = "inter-1") -> tuple[str, ...]:
    """Return cautions to show before sending, each with its remedy; advice, not a block.

    `model` is "inter-1", "inter-2", "inter-2-audio" or any other name, which is taken
    for an Inter-2 that wants picture and sound.
    """
    if not probe.readable:
        return (
            f"This file can't be read here: {probe.why}. "
            "Export it again as MP4 with H.264 video and AAC sound.",
        )
    about_the_model = (_length_concern, _picture_concern, _sound_concern)
    found = (_size_concern(probe), *(concern(probe, model) for concern in about_the_model))
    return tuple(sentence for sentence in found if sentence is not None)


def _size_concern(probe: Probe) -> str | None:
    if probe.size_bytes <= MAX_FILE_BYTES:
        return None
    mib = math.ceil(probe.size_bytes / 1024**2 * 10) / 10
    return (
        f"The file has {mib:.1f} MiB and at most {MAX_FILE_BYTES // 1024**2} MiB can be sent. "
        "Export it smaller, for example in 480p, or cut it into parts."
    )


def _length_concern(probe: Probe, model: str) -> str | None:
    length_s = probe.duration_s
    if length_s is None:
        return None
    if length_s < MIN_DURATION_S:
        return (
            f"The recording is {math.floor(length_s * 10) / 10:.1f} s long and the shortest "
            f"that can be analysed has {MIN_DURATION_S:.0f} s. Choose a longer one."
        )
    if model != "inter-1" and length_s > MAX_INTER_2_DURATION_S:
        return (
            f"The recording is {clock(math.ceil(length_s))} long and {_name(model)} takes up to "
            f"{clock(MAX_INTER_2_DURATION_S)}. Cut it into parts."
        )
    return None


def _picture_concern(probe: Probe, model: str) -> str | None:
    if model == "inter-2-audio":
        return None
    if not probe.has_picture:
        return f"There's no picture in it and {_name(model)} needs one. Choose a video."
    if probe.video_codec == "mpeg4":
        return (
            "Its picture is MPEG-4 Part 2, which the API is known to refuse. "
            "Export it again as MP4 with H.264 video."
        )
    return None


def _sound_concern(probe: Probe, model: str) -> str | None:
    if probe.has_sound:
        return None
    if model == "inter-1":
        return "There's no sound in it, so the results will mean little. Choose one with sound."
    return f"There's no sound in it and {_name(model)} needs some. Choose one with sound."


def _name(key: str | None) -> str:
    """Return the everyday name of a container, codec or model."""
    return "this kind of" if key is None else _NAMES.get(key, key.upper())
