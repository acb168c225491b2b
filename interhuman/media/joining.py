"""Joins the files of one camera recording to one file that plays, with the gaps between them."""

from __future__ import annotations

import errno
import itertools
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from interhuman import isolation
from interhuman.media.camera_parts import MAX_FILES
from interhuman.media.clip_plan import DISK_FULL
from interhuman.media.cutting import CutPart
from interhuman.media.encoding_process import run_limited
from interhuman.media.fit_error import REASONS, FitError
from interhuman.media.partial import partial_file
from interhuman.media.progress import MediaProgress, ignore, never

log = logging.getLogger(__name__)

EXTENSION: Final = ".mp4"

_JOIN_FILES: Final = "interhuman.media.worker.join:join_files"
_INDEX_BYTES: Final = 64 * 1024**2
_FAILED: Final = "The files can't be joined here: one is damaged or in a rare format."
_GONE: Final = "One of the files is no longer here."
_MAX_NAME: Final = 255
_VIDEO: Final = frozenset({"h264", "hevc", "av1", "mpeg4"})
_AUDIO: Final = frozenset({"aac", "mp3", "ac3", None})


@dataclass(frozen=True, slots=True)
class JoinedFile:
    """A file of a joined recording, in seconds from its start."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Joined:
    """The files of one recording in order, and where they are in it."""

    files: tuple[JoinedFile, ...]
    is_timed: bool
    """Whether they are where the camera's clock says; else each begins when another ends."""
    ids: tuple[str, ...] = ()
    """What the files were by themselves, as long as they are there to be taken apart again."""

    @property
    def parts(self) -> tuple[CutPart, ...]:
        """From when to when each file lasts."""
        return tuple(CutPart(file.start_s, file.end_s) for file in self.files)

    @property
    def missing_s(self) -> float:
        """For how long there is no file between the first and the last."""
        pairs = itertools.pairwise(self.files)
        return sum(after.start_s - before.end_s for before, after in pairs)

    def name_at(self, time_s: float) -> str:
        """Return which file has what happens from a moment on."""
        return next((f.name for f in reversed(self.files) if f.start_s <= time_s + 0.5), "")

    def to_json(self) -> dict[str, object]:
        """Return the same as a library keeps it."""
        files = [{"name": f.name, "start_s": f.start_s, "end_s": f.end_s} for f in self.files]
        return {"files": files, "is_timed": self.is_timed, "ids": list(self.ids)}

    @classmethod
    def from_json(cls, value: object) -> Self | None:
        """Return what `to_json` gave, None for anything else."""
        match value:
            case {"files": list(listed), "is_timed": bool(is_timed), **more}:
                files = tuple(filter(None, map(_file_from, listed[:MAX_FILES])))
                ids = more.get("ids")
                known = tuple(map(str, ids)) if isinstance(ids, list) else ()
                return cls(files, is_timed, known) if len(files) == len(listed) > 1 else None
        return None


def _file_from(value: object) -> JoinedFile | None:
    match value:
        case {
            "name": str(name),
            "start_s": int() | float() as start_s,
            "end_s": int() | float() as end_s,
        } if 0 <= start_s < end_s:
            return JoinedFile(name[:_MAX_NAME], float(start_s), float(end_s))
    return None


def can_join(form: Sequence[object]) -> bool:
    """Return whether files of a `CameraFile.form` can be joined to one that plays."""
    match form:
        case (_, video, _, _, audio):
            return video in _VIDEO and audio in _AUDIO
    return False


def join(
    files: Sequence[tuple[str, Path]],
    target: Path,
    *,
    starts_s: Sequence[float],
    is_timed: bool,
    on_progress: Callable[[MediaProgress], None] = ignore,
    cancelled: Callable[[], bool] = never,
) -> Joined:
    """Write files, each with its name, to the MP4 `target`, each from its start in it on.

    Nothing is encoded. One that would begin before another ends begins when that ends. `target`
    exists afterwards only as a whole. Blocks, for some seconds a gigabyte; runs in a process of
    its own. Raises `FitError`.
    """
    names, paths = [name for name, _ in files], [path for _, path in files]
    try:
        max_bytes = sum(path.stat().st_size for path in paths) + _INDEX_BYTES
        if shutil.disk_usage(target.parent).free < max_bytes:
            raise FitError("disk_full", DISK_FULL)
        with paths[0].open("rb") as first, partial_file(target) as path:
            reply = run_limited(
                _JOIN_FILES,
                first,
                {
                    "following": [str(one.absolute()) for one in paths[1:]],
                    "starts_s": list(starts_s),
                    "target": str(path),
                },
                file_bytes=max_bytes,
                doing="Joining",
                failed=_FAILED,
                on_progress=on_progress,
                cancelled=cancelled,
            )
            return _joined(reply, names, is_timed=is_timed)
    except isolation.CancelledError:
        raise FitError("cancelled", "Joining the files was canceled.") from None
    except FileNotFoundError:
        raise FitError("unreadable", _GONE) from None
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise FitError("disk_full", DISK_FULL) from None


def _joined(reply: object, names: Sequence[str], *, is_timed: bool) -> Joined:
    """Return what was joined; raise `FitError` for a refusal and for what is neither."""
    match reply:
        case {"reason": str(reason), "sentence": str(sentence)} if reason in REASONS:
            raise FitError(reason, sentence)
        case {"spans": list(spans)} if len(spans) == len(names):
            joined = Joined.from_json(
                {"files": list(map(_as_json, names, spans)), "is_timed": is_timed}
            )
            if joined is not None:
                return joined
    log.warning("Joining gave no result of the expected form.")
    raise FitError("failed", _FAILED)


def _as_json(name: str, span: object) -> Mapping[str, object]:
    match span:
        case [start_s, end_s]:
            return {"name": name, "start_s": start_s, "end_s": end_s}
    return {}
