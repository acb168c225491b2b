"""Erasing analyses for good: from the database's file, from its log, and their recordings."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, select

from interhuman.errors import LibraryError
from interhuman.library.access import OwnerAccess
from interhuman.library.listing import recordings_of
from interhuman.library.recordings import Recordings
from interhuman.library.rows import RUNNING
from interhuman.library.tables import analyses


def erase(
    access: OwnerAccess, recordings: Recordings | None, *conditions: ColumnElement[bool]
) -> None:
    """Erase the analyses that meet all conditions, and the recordings that none needs any more.

    Raises LibraryError where another program uses the log: then they are deleted, not erased.
    """
    with access.writing() as connection:
        query = select(analyses.c.sha256).where(*conditions, analyses.c.sha256.is_not(None))
        freed = set(connection.scalars(query.distinct()))
        connection.execute(delete(analyses).where(*conditions))
    erased = access.erase_freed()
    if recordings is not None:
        try:
            sweep(access, recordings, freed=freed)
        except LibraryError as error:
            raise LibraryError(
                f"It's deleted, but its recording isn't yet. {error} That is tried again when "
                "something is deleted or the app starts.",
                problem=error.problem,
            ) from None
    if not erased:
        raise LibraryError(
            "It's deleted, but another program is reading the library, so traces of it stay in the "
            "library's log until something is deleted again.",
            problem="locked",
        )


def sweep(access: OwnerAccess, recordings: Recordings, *, freed: Collection[str]) -> None:
    """Delete the recordings that no analysis refers to, new ones only if they are `freed`.

    Raises LibraryError.
    """

    def in_use() -> Collection[str]:
        with access.reading() as connection:
            return recordings_of(connection, owner=access.owner)

    recordings.delete_unused(in_use, freed=freed)


def recordings_needed(access: OwnerAccess) -> frozenset[str]:
    """Return the SHA-256 of every recording that an owner's queue has yet to send."""
    with access.reading() as connection:
        query = select(analyses.c.sha256).where(
            analyses.c.owner == access.owner,
            analyses.c.state == RUNNING,
            analyses.c.stage.is_not(None),
            analyses.c.deleted_at.is_(None),
        )
        return frozenset(one for one in connection.scalars(query.distinct()) if one is not None)
