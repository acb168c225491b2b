"""What becomes of the items of a worker that ended without a word."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from interhuman.answers.answer import Answer
from interhuman.answers.jobs import read_job
from interhuman.answers.lenient import NotJSONError
from interhuman.answers.stitched import UNFINISHED
from interhuman.library.changes import ACCEPTED, INTERRUPTED
from interhuman.library.libraries import read_unread
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.runs.queue.states import ItemState, row_state
from interhuman.runs.queue.verdicts import SEND_AGAIN
from interhuman.runs.record import JOB_LASTS

_LEFT_BEHIND: Final = frozenset({ItemState.PREPARING, ItemState.READY, ItemState.SENDING})


def recover(library: Library) -> tuple[str, ...]:
    """Put back what wasn't sent, close what may have been; return which items that were.

    What has a job is left to whoever takes it next, and what has a response is read. A recording
    in parts is put back: whoever takes it sends those of which that is known to be right. Raises
    LibraryError.
    """
    read_unread(library)
    rows = QueueRows(library.access)
    left = rows.left_behind(_LEFT_BEHIND)
    return tuple(row.id for row in left if _recover(library, rows, row))


def _recover(library: Library, rows: QueueRows, row: QueuedRow) -> bool:
    answer = library.answer(row.id) if row.stage == ItemState.SENDING and row.sent else None
    is_in_parts = answer is not None and answer.status == UNFINISHED
    if row.stage != ItemState.SENDING or not row.sent or is_in_parts:
        return rows.recover(row, new=ItemState.WAITING, state=row_state(ItemState.WAITING))
    job_id = row.job_id or _accepted_job(answer)
    if job_id is not None:
        job = {"job_id": job_id, "job_expires_at": row.job_expires_at or _lasts_until(row)}
        return rows.recover(row, new=ItemState.JOB, state=row_state(ItemState.JOB), **job)
    unknown = {"failure": INTERRUPTED, "remedy": SEND_AGAIN}
    state = row_state(ItemState.UNANSWERED)
    return rows.recover(row, new=ItemState.UNANSWERED, state=state, **unknown)


def _accepted_job(answer: Answer | None) -> str | None:
    """Return the job that a kept answer names, where the process ended before it took it in."""
    if answer is None or answer.status != ACCEPTED:
        return None
    try:
        return read_job(answer.body).job_id or None
    except NotJSONError:
        return None


def _lasts_until(row: QueuedRow) -> datetime:
    return (row.updated_at or datetime.now(UTC)) + JOB_LASTS
