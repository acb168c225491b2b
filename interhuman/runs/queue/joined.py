"""The items that another was joined from: hidden while that is there, deleted once it is sent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.library.rows import JOINED
from interhuman.media.joining import Joined
from interhuman.runs.keeping import keep_now
from interhuman.runs.queue.states import ItemState
from interhuman.runs.record import attempt
from interhuman.runs.recording import UploadedRecording

log = logging.getLogger(__name__)


def joined_of(row: QueuedRow) -> Joined | None:
    """Return the files that the recording of a row was joined from, None where it is one file."""
    return Joined.from_json(row.options.get(JOINED))


def without_joined(rows: Sequence[QueuedRow]) -> tuple[QueuedRow, ...]:
    """Return the rows without those that another was joined from: nothing happens to them.

    Takes all rows of a queue: in which stage the other is doesn't matter.
    """
    joined = {id for row in rows for id in getattr(joined_of(row), "ids", ())}
    return tuple(row for row in rows if row.id not in joined or row.stage != ItemState.PAUSED)


def delete_files(row: QueuedRow, library: Library) -> tuple[str, ...]:
    """Delete what a recording was joined from, so far as none was started; return those items.

    Raises LibraryError.
    """
    deleted = _mark_deleted(row, library)
    _purge(library, deleted)
    return deleted


def replace_files(
    row: QueuedRow, library: Library, *, held: UploadedRecording | None
) -> tuple[str, ...]:
    """Delete what a recording was joined from where that itself is kept; return those items.

    `held` is the recording where it could not be kept beside its files: now they make room for it.
    Where that isn't possible, they stay. Raises LibraryError.
    """
    kept = library.recordings.find(row.sha256 or "") if library.recordings is not None else None
    if kept is None and held is None:
        return ()
    deleted = _mark_deleted(row, library)
    if deleted and held is not None and library.recordings is not None:
        is_kept = False
        try:
            is_kept = keep_now(library, held)
        except OSError as error:
            log.warning("a joined recording can't be read: %s", error)
        finally:
            for id in () if is_kept else deleted:
                attempt(partial(library.undo, id))
        if not is_kept:
            return ()
    _purge(library, deleted)
    return deleted


def _mark_deleted(row: QueuedRow, library: Library) -> tuple[str, ...]:
    joined, rows = joined_of(row), QueueRows(library.access)
    ids = joined.ids if joined is not None else ()
    return tuple(id for id in ids if rows.delete(id, old={ItemState.PAUSED}))


def _purge(library: Library, ids: Sequence[str]) -> None:
    if ids:
        attempt(partial(library.purge, *ids))
