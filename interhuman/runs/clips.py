"""A clip that is cut out of a recording in the background, without Streamlit."""

from __future__ import annotations

import logging
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path

from interhuman.media.clip import Clip, cut_clip
from interhuman.media.fit import FitError
from interhuman.media.progress import MediaProgress
from interhuman.runs import recording_files
from interhuman.runs.recording import UploadedRecording

log = logging.getLogger(__name__)

FAILED = "The clip couldn't be saved. Try again."


@dataclass
class _Work:
    """What the thread and whoever holds the run share."""

    path: Path
    canceled: threading.Event
    progress: MediaProgress | None = None
    clip: Clip | None = None
    problem: str | None = None


class ClipRun:
    """A clip that is being cut, or was: its file is there for as long as this is held.

    When nobody holds it any more, it stops and leaves nothing behind.
    """

    def __init__(
        self, recording: UploadedRecording, *, start_s: float, end_s: float, sound: int | None
    ) -> None:
        self.start_s, self.end_s = start_s, end_s
        path = recording_files.new_path("", kind=recording_files.CLIP)
        self._work = _Work(path, threading.Event())
        weakref.finalize(self, _let_go, self._work)
        threading.Thread(
            target=_cut,
            args=(self._work, recording, start_s, end_s, sound),
            name="cut a clip",
            daemon=True,
        ).start()

    @property
    def path(self) -> Path:
        """Where the file is as soon as `clip` is there."""
        return self._work.path

    @property
    def progress(self) -> MediaProgress | None:
        """How far it is; None before that is known."""
        return self._work.progress

    @property
    def clip(self) -> Clip | None:
        """What was cut; None until it is ready."""
        return self._work.clip

    @property
    def problem(self) -> str | None:
        """Why there is no clip, as a sentence for a person."""
        return self._work.problem

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.clip is not None or self.problem is not None


def _cut(
    work: _Work, recording: UploadedRecording, start_s: float, end_s: float, sound: int | None
) -> None:
    def take(progress: MediaProgress) -> None:
        work.progress = progress

    try:
        work.clip = cut_clip(
            recording.path,
            work.path,
            start_s=start_s,
            end_s=end_s,
            sound=sound,
            filename=recording.name,
            on_progress=take,
            cancelled=work.canceled.is_set,
        )
    except FitError as problem:
        work.problem = str(problem)
    except Exception:
        log.exception("A clip could not be cut")
        work.problem = FAILED
    finally:
        if work.canceled.is_set():
            _let_go(work)


def _let_go(work: _Work) -> None:
    work.canceled.set()
    work.path.unlink(missing_ok=True)
