"""Erasing analyses for good: from the database's file, from its log, and their recordings."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete

from interhuman.errors import LibraryError
from interhuman.library.access import OwnerAccess
from interhuman.library.listing import recordings_of
from interhuman.library.recordings import Recordings
from interhuman.library.tables import analyses


def erase(
    access: OwnerAccess, recordings: Recordings | None, *conditions: ColumnElement[bool]
) -> None:
    """Erase the analyses that meet all conditions, and the recordings that none needs any more.

    Raises LibraryError where another program uses the log: then they are deleted, not erased.
    """
    with access.writing() as connection:
        connection.execute(delete(analyses).where(*conditions))
    erased = access.erase_freed()
    if recordings is not None:
        try:
            sweep(access, recordings)
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


def sweep(access: OwnerAccess, recordings: Recordings) -> None:
    """Delete the recordings that no analysis refers to. Raises LibraryError."""
    with access.reading() as connection:
        in_use = recordings_of(connection, owner=access.owner)
    recordings.delete_all_but(in_use)
