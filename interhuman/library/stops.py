"""Accounts on which nothing more is sent, for all processes that share a database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from interhuman.library.access import OwnerAccess
from interhuman.library.in_flight import lock_on
from interhuman.library.tables import stopped_accounts
from interhuman.text import displayable


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing is sent on an account, as a sentence for a person, and since when."""

    why: str
    stopped_at: datetime | None


def stops_of(access: OwnerAccess, accounts: Collection[str]) -> dict[str, Stop]:
    """Return the stops of these accounts by their keys. Raises LibraryError."""
    with access.reading() as connection:
        return _stops(connection, accounts)


def keep_stop(access: OwnerAccess, account: str, why: str) -> Stop:
    """Stop an account, unless another process has; return its stop. Raises LibraryError."""
    with access.writing() as connection:
        lock_on(connection, account)
        stops = _stops(connection, [account])
        if account not in stops:
            row = {"account": account, "why": displayable(why), "stopped_at": access.now()}
            connection.execute(insert(stopped_accounts).values(row))
            stops = _stops(connection, [account])
        return stops[account]


def end_stop(access: OwnerAccess, account: str) -> None:
    """Let requests go out again on an account. Raises LibraryError."""
    if access.notice is not None or stops_of(access, [account]):
        with access.writing() as connection:
            of_account = stopped_accounts.c.account == account
            connection.execute(delete(stopped_accounts).where(of_account))


def _stops(connection: Connection, accounts: Collection[str]) -> dict[str, Stop]:
    query = select(stopped_accounts).where(stopped_accounts.c.account.in_(sorted(accounts)))
    return {row.account: Stop(row.why, row.stopped_at) for row in connection.execute(query)}
