"""What is written when an analysis begins, is answered and ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, exists, insert, or_, select, update

from interhuman.answers.answer import Answer
from interhuman.answers.stitched import UNFINISHED
from interhuman.library.failures import error_for
from interhuman.library.reading import Summary
from interhuman.library.rows import (
    CANCELING,
    DONE,
    FAILED,
    MAX_FAILURE,
    RUNNING,
    SENDING,
    WAITING_FOR_JOB,
    clean_labels,
    clean_name,
    clean_note,
    clean_title,
    derived,
    is_id,
    new_id,
    readable_texts,
)
from interhuman.library.tables import analyses, answers
from interhuman.library.workers import ALIVE_FOR, WORKED_ON, has_ended, this_worker
from interhuman.text import cut, displayable

ACCEPTED: Final = 202
"""The HTTP status of a job that was taken and has yet to run: its answer holds no result."""

INTERRUPTED: Final = (
    "The app was stopped before the response arrived. The recording may have been analyzed and "
    "billed. It wasn't sent again."
)
_NOT_SENT = "The app was stopped before anything was sent. Analyze the recording again."
EXPIRED: Final = "The API no longer has this job: nobody asked for its result in time."


def insert_analysis(
    connection: Connection,
    *,
    owner: str,
    now: datetime,
    created_at: datetime | None,
    name: str,
    model: str,
    options: Mapping[str, object],
    sandbox: bool,
    duration_s: float | None,
    size_bytes: int | None,
    sha256: str | None,
) -> str:
    """Add an analysis that is under way, and return its id."""
    name = clean_name(name)
    row = {
        "id": new_id(),
        "owner": owner,
        "created_at": created_at or now,
        "updated_at": now,
        "name": name,
        "duration_s": duration_s,
        "size_bytes": size_bytes,
        "sha256": sha256,
        "model": displayable(model),
        "options": dict(options),
        "sandbox": sandbox,
        "state": RUNNING,
        "worker": this_worker(),
        "alive_at": now,
        "sent": False,
        "title": "",
        "labels": (),
        "note": "",
        **derived(name=name, title="", labels=(), note=""),
    }
    connection.execute(insert(analyses).values(row))
    return str(row["id"])


def insert_answer(connection: Connection, analysis_id: str, answer: Answer) -> None:
    """Add an answer's bytes and what came with them."""
    correlation_id = answer.correlation_id
    row = {
        "analysis_id": analysis_id,
        "received_at": answer.received_at,
        "path": displayable(answer.path),
        "status": answer.status,
        "complete": answer.complete,
        "correlation_id": displayable(correlation_id) if correlation_id is not None else None,
        "sandbox": answer.sandbox,
        "body": answer.body,
    }
    connection.execute(insert(answers).values(row))


def finished(summary: Summary) -> dict[str, object]:
    """Return what changes in a row when its answer was read."""
    known = {} if summary.duration_s is None else {"duration_s": summary.duration_s}
    return {
        "state": DONE,
        "failure": None,
        "quality_index": summary.quality_index,
        "signal_count": summary.signal_count,
        "tracks": dict(summary.tracks),
        "stage": case((analyses.c.stage.is_not(None), DONE)),
        "remedy": None,
        **known,
    }


def failed(why: str) -> dict[str, object]:
    """Return what changes in a row when there is no result, unless it has one already."""
    done = analyses.c.state == DONE
    return {
        "state": case((done, DONE), else_=FAILED),
        "failure": case((done, None), else_=cut(displayable(why), MAX_FAILURE)),
        "stage": case((analyses.c.stage.is_(None), None), (done, DONE), else_=FAILED),
    }


def best_answer(connection: Connection, condition: ColumnElement[bool]) -> Answer | None:
    """Return the most complete answer of the analysis that the condition picks, the newest first.

    A job's submission comes last: it holds no result.
    """
    query = (
        select(answers)
        .join(analyses, analyses.c.id == answers.c.analysis_id)
        .where(condition)
        .order_by(
            (answers.c.status == ACCEPTED).asc(),
            answers.c.complete.desc(),
            answers.c.number.desc(),
        )
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Answer(
        path=row.path,
        status=row.status,
        body=bytes(row.body),
        correlation_id=row.correlation_id,
        sandbox=row.sandbox,
        received_at=row.received_at,
        complete=row.complete,
    )


def has_result() -> ColumnElement[bool]:
    """Return the condition that an answer of the analysis is here which may hold its result.

    An answer that broke off is all there is without a job; a job can be asked again.
    """
    return exists().where(
        answers.c.analysis_id == analyses.c.id,
        answers.c.status.not_in((ACCEPTED, UNFINISHED)),
        or_(answers.c.complete, analyses.c.job_id.is_(None)),
    )


def has_parts() -> ColumnElement[bool]:
    """Return the condition that the analysis is of a long recording, in parts that are kept."""
    return exists().where(answers.c.analysis_id == analyses.c.id, answers.c.status == UNFINISHED)


def may_be_answered() -> ColumnElement[bool]:
    """Return the condition that an answer which is here may be one that nobody has read.

    An item of the queue that is to be sent again still has the answer that was of no use.
    """
    stage = analyses.c.stage
    return or_(stage.is_(None), stage.in_((SENDING, CANCELING, WAITING_FOR_JOB)))


def change_row(
    connection: Connection, *, owner: str, id: str, now: datetime, **values: object
) -> None:
    """Change one row. Raises LibraryError when the owner has none of that id."""
    changed = 0
    if is_id(id):
        statement = update(analyses).where(analyses.c.owner == owner, analyses.c.id == id)
        changed = connection.execute(statement.values(updated_at=now, **values)).rowcount
    if not changed:
        raise error_for("missing")


def describe_row(
    connection: Connection,
    *,
    owner: str,
    id: str,
    now: datetime,
    title: str | None,
    labels: Iterable[str] | None,
    note: str | None,
) -> None:
    """Change what is not None, and with it the columns by which that is searched.

    Raises LibraryError when the owner has no row of that id.
    """
    changed: dict[str, Any] = {}
    if title is not None:
        changed["title"] = clean_title(title)
    if labels is not None:
        changed["labels"] = clean_labels(labels)
    if note is not None:
        changed["note"] = clean_note(note)
    row = None
    if is_id(id):
        described = (analyses.c.name, analyses.c.title, analyses.c.labels, analyses.c.note)
        query = select(*described).where(
            analyses.c.owner == owner, analyses.c.id == id, analyses.c.deleted_at.is_(None)
        )
        row = connection.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        raise error_for("missing")
    values = {**readable_texts(dict(row)), **changed}
    change_row(connection, owner=owner, id=id, now=now, **values, **derived(**values))


def nobody_works(connection: Connection, *, owner: str, now: datetime) -> ColumnElement[bool]:
    """Return the condition that no process works on an owner's analysis any more."""
    query = select(analyses.c.worker).where(analyses.c.owner == owner, analyses.c.state == RUNNING)
    found = connection.scalars(query.distinct())
    workers = {one for one in found if isinstance(one, str)}  # SQLite keeps what others write
    left = or_(
        analyses.c.worker.is_(None),
        analyses.c.worker.in_(sorted(filter(has_ended, workers))),
        analyses.c.alive_at <= now - ALIVE_FOR,
    )
    return and_(left, analyses.c.id.not_in(sorted(WORKED_ON)))


def work_on(connection: Connection, *, owner: str, id: str, alive_at: datetime | None) -> bool:
    """Note when this process last worked on an analysis that it works on; None gives it up.

    Returns whether it works on it.
    """
    mine = and_(analyses.c.owner == owner, analyses.c.id == id, analyses.c.worker == this_worker())
    worker = this_worker() if alive_at is not None else None
    changed = update(analyses).where(mine).values(worker=worker, alive_at=alive_at)
    return bool(connection.execute(changed).rowcount)


def claim_row(connection: Connection, *, owner: str, id: str, now: datetime) -> bool:
    """Make this process the one that works on an analysis, unless another does; return that."""
    free = nobody_works(connection, owner=owner, now=now)
    statement = update(analyses).where(
        analyses.c.owner == owner, analyses.c.id == id, analyses.c.state == RUNNING, free
    )
    claimed = statement.values(worker=this_worker(), alive_at=now)
    return bool(connection.execute(claimed).rowcount)


def fail_abandoned(connection: Connection, *, owner: str, now: datetime) -> int:
    """Mark an owner's analyses that cannot end any more as failed; return how many these are.

    Those of the queue are the queue's own to end.
    """
    expired = and_(analyses.c.job_id.is_not(None), analyses.c.job_expires_at <= now)
    left = and_(analyses.c.job_id.is_(None), nobody_works(connection, owner=owner, now=now))
    mine = and_(analyses.c.owner == owner, analyses.c.state == RUNNING)
    running = and_(mine, analyses.c.stage.is_(None), ~has_result())
    closed = 0
    for condition, why in (
        (expired, EXPIRED),
        (and_(left, analyses.c.sent), INTERRUPTED),
        (and_(left, ~analyses.c.sent), _NOT_SENT),
    ):
        statement = update(analyses).where(running, condition)
        values = {"state": FAILED, "failure": why, "updated_at": now}
        closed += connection.execute(statement.values(values)).rowcount
    return closed
