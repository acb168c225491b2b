"""Makes one item of the queue out of those that are the files of one camera recording."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.library.queueing import QueueRows
from interhuman.library.recordings_folder import digest_of
from interhuman.media.camera_parts import Series
from interhuman.media.fit_error import FitError
from interhuman.media.joining import EXTENSION, join
from interhuman.media.progress import MediaProgress, ignore, never
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.work import recording_of
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.recording_files import new_path
from interhuman.runs.request import AnalysisRequest

log = logging.getLogger(__name__)

CHANGED: Final = "One of the recordings was started or removed meanwhile, so they weren't joined."
_FAILED: Final = "The recordings couldn't be joined. Try again."


def joined_recording(
    series: Series,
    files: Mapping[str, tuple[str, Path]],
    *,
    on_progress: Callable[[MediaProgress], None] = ignore,
    cancelled: Callable[[], bool] = never,
) -> UploadedRecording:
    """Return the one recording of a series; `files` are the names and paths by its ids.

    Blocks. Raises FitError, and OSError.
    """
    path = new_path(EXTENSION)
    joined = join(
        [files[id] for id in series.ids],
        path,
        starts_s=series.starts_s,
        is_timed=series.is_timed,
        on_progress=on_progress,
        cancelled=cancelled,
    )
    name = f"{series.title}{EXTENSION}"
    recording = UploadedRecording.in_file(name, path, digest_of(path), owned=True)
    recording.preparation.joined = joined
    return recording


class JoinRun:
    """Items that become one in the background, which outlives a page that is left.

    The new one is there before the others are hidden by it, and names them: taking it off the
    list before it was started brings them back. `problem` says why nothing has changed.
    """

    def __init__(
        self,
        series: Series,
        *,
        queue: Queue,
        library: Library,
        account: Account,
        options: AnalysisRequest,
    ) -> None:
        self.series = series
        self.progress: MediaProgress | None = None
        self.problem: str | None = None
        self._ended, self._canceled = threading.Event(), threading.Event()
        self._queue, self._library = queue, library
        self._account, self._options = account, options
        threading.Thread(target=self._work, name="join recordings", daemon=True).start()

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self._ended.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing more will happen; return whether that is so."""
        return self._ended.wait(timeout_s)

    def cancel(self) -> None:
        """Leave everything as it is."""
        self._canceled.set()

    def _work(self) -> None:
        try:
            self.problem = self._join()
        except (FitError, LibraryError) as problem:
            is_canceled = isinstance(problem, FitError) and problem.reason == "cancelled"
            self.problem = None if is_canceled else str(problem)
        except Exception:
            log.exception("recordings could not be joined")
            self.problem = _FAILED
        finally:
            self._ended.set()

    def _join(self) -> str | None:
        """Join them and return None, or why that isn't possible any more."""
        ids, rows = self.series.ids, QueueRows(self._library.access)
        # Held until they are joined: a copy of what lies in a store goes with its recording.
        recordings = {
            row.id: recording_of(row, self._library)
            for row in map(rows.get, ids)
            if row is not None
        }
        if len(recordings) < len(ids):
            return CHANGED
        whole = joined_recording(
            self.series,
            {id: (one.name, one.path) for id, one in recordings.items()},
            on_progress=self._take,
            cancelled=self._canceled.is_set,
        )
        joined = whole.preparation.joined
        whole.preparation.joined = joined and replace(joined, ids=ids)
        whole.probe  # noqa: B018  (the row has its length from the beginning)
        if not self._can_be_joined(rows):
            return CHANGED
        request = self._options.about(whole, sandbox=self._account.sandbox)
        id = self._queue.add(request, self._library, self._account, start=False)
        # Until it was there, another page could start one of them: then both would be sent.
        if self._can_be_joined(rows):
            return None
        self._queue.remove(self._library, id)
        return CHANGED

    def _can_be_joined(self, rows: QueueRows) -> bool:
        """Return whether all of them are there and none was started."""
        known = map(rows.get, self.series.ids)
        return all(row is not None and row.stage == ItemState.PAUSED for row in known)

    def _take(self, progress: MediaProgress) -> None:
        self.progress = progress
