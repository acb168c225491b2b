"""What a person asks for of queued analyses that nobody works on, with what else goes by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Text, and_, delete, func, select, type_coerce, update

from interhuman.answers.answer import Answer
from interhuman.answers.stitched import PATH, UNFINISHED
from interhuman.library.access import OwnerAccess
from interhuman.library.changes import insert_answer
from interhuman.library.rows import State
from interhuman.library.tables import analyses, answers


def change_unsent(access: OwnerAccess, id: str, *, old: str, **asked: object) -> bool:
    """Change what is asked of one that nobody has or sent, and forget how it was cut.

    Returns whether it was in the stage `old`. Raises LibraryError.
    """
    unsent = and_(analyses.c.worker.is_(None), analyses.c.sent.is_(False))
    change = update(analyses).where(_in(access, id, old), unsent)
    parts = and_(answers.c.analysis_id == id, answers.c.status == UNFINISHED)
    with access.writing() as connection:
        is_changed = connection.execute(change.values(updated_at=access.now(), **asked)).rowcount
        if is_changed:
            connection.execute(delete(answers).where(parts))
    return bool(is_changed)


def try_again(
    access: OwnerAccess, id: str, *, old: str, new: str, state: State, sent: bool, answer: Answer
) -> bool:
    """Move a long recording on with the parts that are to be sent, both or neither.

    Returns whether it was in the stage `old`. Raises LibraryError.
    """
    values = {"stage": new, "state": state, "sent": sent, "failure": None, "remedy": None}
    change = update(analyses).where(_in(access, id, old))
    with access.writing() as connection:
        is_moved = connection.execute(change.values(updated_at=access.now(), **values)).rowcount
        if is_moved:
            insert_answer(connection, id, answer)
    return bool(is_moved)


def documents_of(access: OwnerAccess, ids: Collection[str]) -> Mapping[str, bytes]:
    """Return the newest documents of analyses in parts, by their ids. Raises LibraryError."""
    of_parts = and_(answers.c.analysis_id.in_(sorted(ids)), answers.c.path == PATH)
    newest = select(func.max(answers.c.number)).where(of_parts).group_by(answers.c.analysis_id)
    query = (
        select(answers.c.analysis_id, answers.c.body)
        .join(analyses, analyses.c.id == answers.c.analysis_id)
        .where(answers.c.number.in_(newest), analyses.c.owner == access.owner)
    )
    with access.reading() as connection:
        return {row.analysis_id: bytes(row.body) for row in connection.execute(query)}


def is_named(access: OwnerAccess, id: str) -> bool:
    """Return whether the options of a queued analysis name this one. Raises LibraryError."""
    options = type_coerce(analyses.c.options, Text)
    mine = and_(analyses.c.owner == access.owner, analyses.c.deleted_at.is_(None))
    naming = and_(mine, analyses.c.stage.is_not(None), options.contains(id, autoescape=True))
    with access.reading() as connection:
        return connection.execute(select(analyses.c.id).where(naming).limit(1)).first() is not None


def _in(access: OwnerAccess, id: str, stage: str) -> ColumnElement[bool]:
    mine = and_(analyses.c.owner == access.owner, analyses.c.deleted_at.is_(None))
    return and_(mine, analyses.c.id == id, analyses.c.stage == stage)
