"""Cuts a clip out of a recording: copied where a keyframe is near its start, else encoded."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from interhuman import isolation
from interhuman.media.clip_plan import DISK_FULL, EXTENSIONS
from interhuman.media.encoding_process import TURNS, run_limited
from interhuman.media.fit_error import REASONS, FitError
from interhuman.media.partial import partial_file
from interhuman.media.progress import MediaProgress, ignore, never
from interhuman.media.source import extension_of

_MAKE_CLIP: Final = "interhuman.media.worker.clip_call:make_clip"
_ENCODED_BYTES_PER_S: Final = 6_000_000
_INDEX_BYTES: Final = 1024**2
_CANNOT_BE_CUT: Final = "This clip can't be cut here: the recording is damaged or in a rare format."
_MUST_ENCODE: Final = {"must_encode": True}


@dataclass(frozen=True, slots=True)
class Clip:
    """What was cut: the part of the recording, in seconds from its start, and its file."""

    start_s: float
    end_s: float
    encoded: bool
    """Whether the picture was encoded; False where it was copied, or there is none."""
    extension: str
    """The extension of a file name for it, such as ".mp4"."""


def cut_clip(
    recording: Path,
    target: Path,
    *,
    start_s: float,
    end_s: float,
    sound: int | None = None,
    filename: str | None = None,
    on_progress: Callable[[MediaProgress], None] = ignore,
    cancelled: Callable[[], bool] = never,
) -> Clip:
    """Write the recording's picture and sound from `start_s` to `end_s` to `target`.

    What can be copied is not encoded: then it begins at a keyframe, up to half a second earlier or
    later. Otherwise it begins exactly there, as H.264 and AAC in MP4, one at a time in this process
    and after conversions. `sound` is the track of sound, counted from 0; of `filename` only the
    extension counts; None takes the file's own. `target` exists afterwards only as a whole.

    Blocks, for a second or two a gigabyte and as long as encoding takes; runs in a process of its
    own. `on_progress` and `cancelled` are called in this thread. Raises `FitError`.
    """
    try:
        with recording.open("rb") as file, partial_file(target) as path:
            arguments: dict[str, object] = {
                "target": str(path),
                "extension": extension_of(b"", filename or recording.name),
                "start_s": start_s,
                "end_s": end_s,
                "sound": sound,
            }
            max_bytes = os.fstat(file.fileno()).st_size + _INDEX_BYTES
            max_bytes += round((end_s - start_s) * _ENCODED_BYTES_PER_S)
            if shutil.disk_usage(target.parent).free < max_bytes:
                raise FitError("disk_full", DISK_FULL)
            reply = _call(file, arguments, max_bytes, on_progress, cancelled, may_encode=False)
            if reply == _MUST_ENCODE:
                with TURNS.turn(
                    on_wait=lambda n: on_progress(MediaProgress("waiting", 0.0, waiting_for=n)),
                    cancelled=cancelled,
                ) as is_our_turn:
                    if not is_our_turn:
                        raise isolation.CancelledError
                    reply = _call(
                        file, arguments, max_bytes, on_progress, cancelled, may_encode=True
                    )
            return _clip(reply)
    except isolation.CancelledError:
        raise FitError("cancelled", "The clip was canceled.") from None
    except FileNotFoundError:
        raise FitError("unreadable", "The recording is no longer here.") from None
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise FitError("disk_full", DISK_FULL) from None


def _call(
    file: BinaryIO,
    arguments: dict[str, object],
    max_bytes: int,
    on_progress: Callable[[MediaProgress], None],
    cancelled: Callable[[], bool],
    *,
    may_encode: bool,
) -> object:
    return run_limited(
        _MAKE_CLIP,
        file,
        {**arguments, "may_encode": may_encode, "max_bytes": max_bytes},
        file_bytes=2 * max_bytes,
        doing="Cutting",
        failed=_CANNOT_BE_CUT,
        on_progress=on_progress,
        cancelled=cancelled,
    )


def _clip(reply: object) -> Clip:
    """Return the clip; raise `FitError` for a refusal and for what is neither."""
    match reply:
        case {"reason": str(reason), "sentence": str(sentence)} if reason in REASONS:
            raise FitError(reason, sentence)
        case {
            "start_s": int() | float() as start_s,
            "end_s": int() | float() as end_s,
            "encoded": bool(encoded),
            "extension": str(extension),
        } if extension in EXTENSIONS.values():
            return Clip(start_s, end_s, encoded, extension)
    raise FitError("failed", _CANNOT_BE_CUT)
