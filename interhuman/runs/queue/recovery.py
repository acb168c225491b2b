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
from interhuman.runs.queue.canceled import close_parts
from interhuman.runs.queue.states import ENDED, ItemState, row_state
from interhuman.runs.queue.verdicts import ASK_AGAIN, JOB_CANCELED, SEND_AGAIN, Verdict
from interhuman.runs.record import CANCELED, JOB_LASTS

_S = ItemState
_OUT: Final = frozenset({_S.SENDING, _S.CANCELING})
_LEFT_BEHIND: Final = frozenset({_S.PREPARING, _S.READY}) | _OUT


def recover(library: Library) -> tuple[str, ...]:
    """Put back what wasn't sent, close what may have been; return which items that were.

    What has a job is left to whoever takes it next, and what has a response is read. A recording
    in parts is put back: whoever takes it sends those of which that is known to be right. What a
    person canceled is not. Raises LibraryError.
    """
    read_unread(library)
    rows = QueueRows(library.access)
    left = rows.left_behind(_LEFT_BEHIND)
    return tuple(row.id for row in left if _recover(library, rows, row))


def recover_canceled(library: Library, id: str) -> tuple[ItemState, ...]:
    """Close an item that a person canceled, if nobody works on it; return how it ended, if it did.

    Raises LibraryError.
    """
    rows = QueueRows(library.access)
    for row in rows.left_behind({_S.CANCELING}):
        if row.id == id:
            _recover(library, rows, row)
    known = rows.get(id)
    return (ItemState(known.stage),) if known is not None and known.stage in ENDED else ()


def close_canceled(library: Library) -> None:
    """Close all that a person canceled and that nobody works on any more. Raises LibraryError."""
    rows = QueueRows(library.access)
    for row in rows.left_behind({_S.CANCELING}):
        _recover(library, rows, row)


def _recover(library: Library, rows: QueueRows, row: QueuedRow) -> bool:
    is_out, is_canceled = row.stage in _OUT and row.sent, row.stage == _S.CANCELING
    answer = library.answer(row.id) if is_out else None
    is_in_parts = answer is not None and answer.status == UNFINISHED
    if not is_out or is_in_parts:
        return _cancel(library, rows, row) if is_canceled else _move(rows, row, _S.WAITING)
    job_id = row.job_id or _accepted_job(answer)
    if job_id is not None:
        job = {"job_id": job_id, "job_expires_at": row.job_expires_at or _lasts_until(row)}
        if is_canceled:
            return _move(rows, row, _S.CANCELED, failure=JOB_CANCELED, remedy=ASK_AGAIN, **job)
        return _move(rows, row, _S.JOB, **job)
    return _move(rows, row, _S.UNANSWERED, failure=INTERRUPTED, remedy=SEND_AGAIN)


def _cancel(library: Library, rows: QueueRows, row: QueuedRow) -> bool:
    ended = close_parts(library, row.id) or Verdict(_S.CANCELED, CANCELED)
    return _move(rows, row, _S.CANCELED, **ended.columns)  # Unless it has a result now.


def _move(rows: QueueRows, row: QueuedRow, new: ItemState, **also: object) -> bool:
    return rows.recover(row, new=new, state=row_state(new), **also)


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
