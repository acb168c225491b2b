"""Keeping a recording beside its library while something else goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from interhuman.errors import LibraryError
from interhuman.library.erasing import sweep
from interhuman.library.library import Library
from interhuman.runs.recording import UploadedRecording

RETRY_AFTER_S: Final = (10.0, 60.0, 300.0, 900.0, 1_800.0)
"""How long to wait before each further try, where a store can't be reached."""

TRIED_AGAIN: Final = f"The app keeps trying for {sum(RETRY_AFTER_S) / 60:.0f} minutes."
GIVEN_UP: Final = "Add its file here later to save it."
NO_FILE: Final = "The app no longer has it."
FAILED: Final = f"The recording could not be saved because of an error in the app. {GIVEN_UP}"


def keep_now(library: Library, recording: UploadedRecording) -> bool:
    """Keep a recording beside the library; return whether that was possible.

    Raises OSError where the recording can't be read.
    """
    path = recording.path
    if library.recordings is None:
        return False
    try:
        library.recordings.keep(path)
    except LibraryError:
        return False
    return True


class Keeping:
    """A recording that is being kept, or was, in a thread that holds it until then.

    `problem` says why it is not kept, None as long as nothing went wrong; `pause` waits for some
    seconds.
    """

    def __init__(
        self,
        library: Library,
        id: str,
        recording: UploadedRecording,
        *,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        """Begin to keep the recording of the analysis of that id."""
        self.problem: str | None = None
        self._library = library
        self._id = id
        self._pause = pause
        self._tried = threading.Event()
        self._thread = threading.Thread(
            target=self._keep, args=(recording,), name="keep recording", daemon=True
        )
        self._thread.start()

    def settle(self) -> None:
        """Wait until it was tried, as long as its library's recordings are worth waiting for."""
        recordings = self._library.recordings
        self._tried.wait(recordings.settles_within_s if recordings is not None else 0.0)

    def wait(self, timeout_s: float) -> bool:
        """Wait until it is kept or given up; return whether that is so."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _keep(self, recording: UploadedRecording) -> None:
        try:
            self._try(recording)
        except BaseException:
            self.problem = FAILED
            raise
        finally:
            self._tried.set()  # whoever waits for it goes on, whatever happened

    def _try(self, recording: UploadedRecording) -> None:
        for pause_s in (*RETRY_AFTER_S, None):
            problem = self._attempt(recording)
            if problem is None or problem.problem != "unreachable":
                self.problem = str(problem) if problem is not None else None
                return
            self.problem = f"{problem} {TRIED_AGAIN if pause_s is not None else GIVEN_UP}"
            self._tried.set()
            if pause_s is not None:
                self._pause(pause_s)
                if not self._is_wanted():
                    return

    def _attempt(self, recording: UploadedRecording) -> LibraryError | None:
        recordings = self._library.recordings
        if recordings is None:
            return None
        try:
            sha256 = recordings.keep(recording.path)
            if not self._is_wanted():
                sweep(self._library.access, recordings, freed={sha256})
        except LibraryError as error:
            return error
        except OSError:
            return LibraryError(NO_FILE)
        return None

    def _is_wanted(self) -> bool:
        """Return whether the analysis is still there, as far as can be told."""
        try:
            return self._library.get(self._id) is not None
        except LibraryError:
            return True
