"""Notes at a time and judgments of signals, kept beside an analysis of the library."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from interhuman.annotations import (
    SAYS,
    Annotations,
    Change,
    Judge,
    Note,
    RemoveNote,
    WriteNote,
    in_order,
)
from interhuman.library.access import OwnerAccess
from interhuman.library.changes import change_row
from interhuman.library.failures import error_for
from interhuman.library.rows import is_id
from interhuman.library.tables import analyses, judgments, notes
from interhuman.text import displayable


def annotate(access: OwnerAccess, id: str, changes: Iterable[Change]) -> None:
    """Keep changes of one analysis, all or none; the same changes again change nothing more.

    Raises LibraryError when the owner has no analysis of that id, or has deleted it.
    """
    own = (analyses.c.owner == access.owner, analyses.c.id == id, analyses.c.deleted_at.is_(None))
    with access.writing() as connection:
        if is_id(id) and connection.scalar(select(analyses.c.id).where(*own)) is None:
            raise error_for("missing")
        change_row(connection, owner=access.owner, id=id, now=access.now())
        for change in changes:
            _keep(connection, access, id, change)


def annotate_undecided(access: OwnerAccess, id: str, added: Annotations) -> None:
    """Keep what was added, but for the notes and judgments that one is kept of already.

    Raises LibraryError as `annotate` does.
    """
    known = annotations_of(access, id) or Annotations()
    new = [change for change in added.changes() if not known.decides(change)]
    if new:
        annotate(access, id, new)


def annotations_of(access: OwnerAccess, id: str) -> Annotations | None:
    """Return what was added to an analysis, None where this owner has none of that id."""
    if not is_id(id):
        return None
    own = (analyses.c.owner == access.owner, analyses.c.id == id)
    with access.reading() as connection:
        if connection.scalar(select(analyses.c.id).where(*own)) is None:
            return None
        written = connection.execute(
            select(notes).join(analyses, analyses.c.id == notes.c.analysis_id).where(*own)
        ).all()
        judged = connection.execute(
            select(judgments).join(analyses, analyses.c.id == judgments.c.analysis_id).where(*own)
        ).all()
    annotations = Annotations(says={row.signal: row.says for row in judged if row.says in SAYS})
    return replace(annotations, notes=in_order(map(_note, filter(_has_times, written))))


def _has_times(row: Row[Any]) -> bool:
    return math.isfinite(row.start_s) and math.isfinite(row.end_s)


def _note(row: Row[Any]) -> Note:
    return Note(row.id, row.start_s, row.end_s, displayable(row.text))


def _keep(connection: Connection, access: OwnerAccess, id: str, change: Change) -> None:
    match change:
        case WriteNote(note):
            _remove_note(connection, id, note.id)
            connection.execute(
                insert(notes).values(
                    analysis_id=id,
                    id=note.id,
                    start_s=note.start_s,
                    end_s=note.end_s,
                    text=note.text,
                    written_at=access.now(),
                )
            )
        case RemoveNote(note_id):
            _remove_note(connection, id, note_id)
        case Judge(signal, says):
            judged = (judgments.c.analysis_id == id, judgments.c.signal == signal)
            connection.execute(delete(judgments).where(*judged))
            if says is not None:
                row = {"analysis_id": id, "signal": signal, "says": says, "judged_at": access.now()}
                connection.execute(insert(judgments).values(row))


def _remove_note(connection: Connection, analysis_id: str, id: str) -> None:
    connection.execute(delete(notes).where(notes.c.analysis_id == analysis_id, notes.c.id == id))
