"""Counting the requests of one account that are under way, in all processes together."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from interhuman.library.changes import has_result
from interhuman.library.rows import RUNNING
from interhuman.library.tables import analyses, stopped_accounts
from interhuman.library.workers import ALIVE_FOR, has_ended


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


def count_in_flight(
    connection: Connection,
    account: str,
    now: datetime,
    in_flight: Collection[str],
    *,
    ready: str,
) -> tuple[Counter[str], set[str]]:
    """Return how many each living process has unanswered, and which have more that is ready."""
    part = analyses.c.part_in_flight
    is_under_way = or_(part, and_(part.is_(None), ~has_result()))
    query = (
        select(analyses.c.worker, analyses.c.stage, func.count())
        .where(
            analyses.c.account == account,
            analyses.c.state == RUNNING,
            analyses.c.stage.in_(sorted({*in_flight, ready})),
            analyses.c.alive_at > now - ALIVE_FOR,
            is_under_way,
        )
        .group_by(analyses.c.worker, analyses.c.stage)
    )
    counts, have_ready = Counter[str](), set[str]()
    for worker, stage, number in connection.execute(query):
        if worker is not None and not has_ended(worker):
            counts[worker] += number if stage in in_flight else 0
            have_ready |= {worker} if stage == ready else set()
    return counts, have_ready
