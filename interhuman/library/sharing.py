"""What processes that share the work in one database ask across its owners."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from interhuman.library.access import OwnerAccess
from interhuman.library.rows import RUNNING
from interhuman.library.tables import analyses


def owners_under_way(access: OwnerAccess, accounts: Collection[str]) -> tuple[str, ...]:
    """Return whose queued analyses of these accounts haven't ended. Raises LibraryError."""
    with access.reading() as connection:
        query = select(analyses.c.owner).where(
            analyses.c.account.in_(sorted(accounts)),
            analyses.c.state == RUNNING,
            analyses.c.stage.is_not(None),
            analyses.c.deleted_at.is_(None),
        )
        return tuple(connection.scalars(query.distinct().order_by(analyses.c.owner)))
