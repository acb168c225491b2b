"""A library for one visit alone, where there is none that lasts: the queue needs its rows."""

from __future__ import annotations

import logging
import secrets
import shutil
import weakref
from pathlib import Path
from typing import Final

from interhuman.errors import LibraryError
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.runs.queue.queue import Queue
from interhuman.runs.recording_files import LIBRARY, new_path

log = logging.getLogger(__name__)

RECORDINGS_LIMIT_BYTES: Final = 2_000_000_000


class OwnLibrary:
    """A library in a private folder; both go, and the queue begins nothing more, with this object.

    Raises LibraryError.
    """

    def __init__(self, queue: Queue) -> None:
        folder, owner = new_path("", kind=LIBRARY), f"visit-{secrets.token_hex(16)}"
        folder.mkdir(mode=0o700)
        self.recordings = RecordingsFolder(
            folder / "recordings", owner=owner, limit_bytes=RECORDINGS_LIMIT_BYTES
        )
        self.library = Library(open_engine(folder), owner=owner, recordings=self.recordings)
        weakref.finalize(self, _end, queue, self.library, folder)


def _end(queue: Queue, library: Library, folder: Path) -> None:
    try:
        queue.cancel_all(library)
    except LibraryError as error:
        log.warning("what a visit had under way can't be canceled: %s", error)
    finally:
        library.access.refuse_changes()  # Else what is out waits for the folder to come back.
        try:
            queue.forget(library)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
