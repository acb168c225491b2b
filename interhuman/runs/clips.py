"""A clip that is cut out of a recording in the background, without Streamlit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from interhuman.errors import LibraryError
from interhuman.media.clip import Clip, cut_clip
from interhuman.media.fit import FitError
from interhuman.media.progress import MediaProgress
from interhuman.runs import recording_files
from interhuman.runs.file_run import FileRun
from interhuman.runs.recording import UploadedRecording

FAILED = "The clip couldn't be saved. Try again."


class ClipRun(FileRun[MediaProgress, Clip]):
    """A clip that is being cut, or was; times are seconds from the start of the recording."""

    def __init__(
        self, recording: UploadedRecording, *, start_s: float, end_s: float, sound: int | None
    ) -> None:
        self.start_s, self.end_s = start_s, end_s

        def make(
            path: Path,
            /,
            *,
            on_progress: Callable[[MediaProgress], None],
            cancelled: Callable[[], bool],
        ) -> Clip:
            return cut_clip(
                recording.path,  # in this thread: it may be copied from a store first
                path,
                start_s=start_s,
                end_s=end_s,
                sound=sound,
                filename=recording.name,
                on_progress=on_progress,
                cancelled=cancelled,
            )

        super().__init__(
            recording_files.new_path("", kind=recording_files.CLIP),
            make,
            name="cut a clip",
            problems=(FitError, LibraryError),
            failed=FAILED,
        )
