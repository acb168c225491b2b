"""Copies a library into another, such as a folder's into PostgreSQL.

``INTERHUMAN_LIBRARY=postgresql://… python -m interhuman.library.copying FOLDER [OWNER]``: the
URL is in the environment because every user of a machine may see its command lines.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from interhuman.errors import InterhumanError, LibraryError
from interhuman.library.engine import FILE_NAME, open_engine, writing
from interhuman.library.failures import error_for, translating_errors
from interhuman.library.migrations import MIGRATIONS, migrate
from interhuman.library.tables import analyses, answers, judgments, notes

log = logging.getLogger(__name__)


def copy_library(source: Engine, target: Engine, *, owner: str | None = None) -> int:
    """Copy every analysis that the target does not have, and return how many these were.

    The source is left as it is, and recordings stay where they are. `owner` is whose the copies
    become, None for whose they are. What was interrupted goes on when it is done again.

    Raises LibraryError.
    """
    for engine in (source, target):
        if migrate(engine) > len(MIGRATIONS):
            raise error_for("newer")
    with translating_errors(), source.connect() as connection:
        ids = connection.scalars(select(analyses.c.id).order_by(analyses.c.created_at)).all()
        copied = 0
        for id in ids:
            try:
                copied += _copy(connection, target, id, owner=owner)
            except StatementError as error:
                of_database = isinstance(error, DBAPIError)
                if of_database and not isinstance(error, DataError | IntegrityError):
                    raise
                log.warning("An analysis that can't be read was left out: %s", id)
    return copied


def _copy(source: Connection, target: Engine, id: str, *, owner: str | None) -> bool:
    """Copy one analysis with its answers and what a person added to it, all or nothing."""
    with writing(target) as connection:
        if connection.scalar(select(analyses.c.id).where(analyses.c.id == id)) is not None:
            return False
        row = source.execute(select(analyses).where(analyses.c.id == id)).mappings().one()
        connection.execute(insert(analyses).values({**row, "owner": owner or row["owner"]}))
        columns = [column for column in answers.columns if column is not answers.c.number]
        kept = select(*columns).where(answers.c.analysis_id == id).order_by(answers.c.number)
        for answer in source.execute(kept).mappings():
            connection.execute(insert(answers).values({**answer}))
        for table in (notes, judgments):
            for added in source.execute(select(table).where(table.c.analysis_id == id)).mappings():
                connection.execute(insert(table).values({**added}))
    return True


def main(arguments: list[str]) -> int:
    """Copy the library in a folder to the one that the environment names."""
    place = os.environ.get("INTERHUMAN_LIBRARY", "")
    if len(arguments) not in {1, 2} or "://" not in place:
        print(__doc__, file=sys.stderr)
        return 2
    folder, owner = Path(arguments[0]), arguments[1] if len(arguments) == 2 else None
    try:
        target = open_engine(place)
        if not (folder / FILE_NAME).is_file():
            raise LibraryError(f"There's no library in {folder}: it has no {FILE_NAME}.")
        copied = copy_library(open_engine(folder), target, owner=owner)
    except InterhumanError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Copied {copied:,} analyses.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
