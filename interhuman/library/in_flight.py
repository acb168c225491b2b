"""Counting the requests of one account that are under way, in all processes together."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, update

from interhuman.library.access import OwnerAccess
from interhuman.library.changes import has_result
from interhuman.library.rows import RUNNING
from interhuman.library.tables import analyses, stopped_accounts
from interhuman.library.workers import ALIVE_FOR, has_ended, this_worker


def lock_on(connection: Connection, what: str) -> None:
    """Have other processes look at that only after this one has; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(what.encode()).digest()
        key = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def is_stopped(connection: Connection, account: str) -> bool:
    """Return whether nothing is sent on an account until a person has seen to it."""
    of_account = stopped_accounts.c.account == account
    return connection.scalar(select(stopped_accounts.c.account).where(of_account)) is not None


def end_part(access: OwnerAccess, id: str) -> None:
    """Note that this process has no part of a recording under way any more, whatever its stage.

    Raises LibraryError.
    """
    mine = and_(analyses.c.owner == access.owner, analyses.c.worker == this_worker())
    ended = update(analyses).where(analyses.c.id == id, mine).values(part_in_flight=False)
    with access.writing() as connection:
        connection.execute(ended)


def has_room(
    connection: Connection,
    id: str,
    account: str,
    worker: str,
    now: datetime,
    *,
    in_flight: Collection[str],
    ready: str,
    limit: int,
) -> bool:
    """Return whether a worker may send an analysis now beside what the others send.

    It has room where nobody else has any under way; the caller limits its own.
    """
    counts, have_ready = _count(connection, id, account, now, in_flight, ready=ready)
    own = counts.pop(worker, 0)
    share = -(-limit // (len(counts) + 1))
    yields = own >= share and any(counts[one] < share for one in have_ready & counts.keys())
    return not counts or not (yields or own + counts.total() >= limit)


def _count(
    connection: Connection,
    id: str,
    account: str,
    now: datetime,
    in_flight: Collection[str],
    *,
    ready: str,
) -> tuple[Counter[str], set[str]]:
    """Return how many each living process has unanswered, and which have more that is ready.

    The analysis that asks doesn't count. A part that is out does, also of one that was paused.
    """
    part = analyses.c.part_in_flight
    in_stages = analyses.c.stage.in_(sorted({*in_flight, ready}))
    query = (
        select(analyses.c.worker, analyses.c.stage, part, func.count())
        .where(
            analyses.c.account == account,
            analyses.c.id != id,
            analyses.c.state == RUNNING,
            analyses.c.alive_at > now - ALIVE_FOR,
            or_(part, and_(part.is_(None), in_stages, ~has_result())),
        )
        .group_by(analyses.c.worker, analyses.c.stage, part)
    )
    counts, have_ready = Counter[str](), set[str]()
    for worker, stage, is_part, number in connection.execute(query):
        if worker is not None and not has_ended(worker):
            counts[worker] += number if is_part or stage in in_flight else 0
            have_ready |= {worker} if stage == ready else set()
    return counts, have_ready
