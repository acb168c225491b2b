"""Queries for analyses, which never read an answer's bytes."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    and_,
    exists,
    func,
    or_,
    select,
    type_coerce,
)

from interhuman.library.access import OwnerAccess
from interhuman.library.rows import (
    DONE,
    FAILED,
    JOINED,
    PAUSED,
    KeptAnalysis,
    Listing,
    State,
    readable_texts,
    search_terms,
)
from interhuman.library.tables import analyses, answers
from interhuman.vocabulary import MAX_S

SortKey = Literal["created_at", "heading", "duration_s", "quality_index", "signal_count"]
SORT_KEYS: Final[tuple[SortKey, ...]] = get_args(SortKey)

MAX_ROWS: Final = 200
"""So many rows of a list are read at once at most."""

_MAX_OFFSET = 1_000_000
_MAX_NUMBERS: Final = {
    "duration_s": MAX_S,
    "quality_index": 100,
    "size_bytes": 10**15,
    "signal_count": 10**9,
}
"""What is beyond was written by a mistake, and would burst a list."""

_HIDDEN = {
    *("owner", "deleted_at", "heading_key", "search_text"),
    *("worker", "alive_at", "sent"),
    *("stage", "remedy", "account", "queued_at", "batch", "source", "part_in_flight"),
}
_TEXTS = frozenset(
    {
        *("sha256", "correlation_id", "failure", "job_id"),
        *("stage", "remedy", "account", "batch", "source"),
    }
)
_COLUMNS = [column for column in analyses.columns if column.name not in _HIDDEN]
_SORT_COLUMNS: dict[str, ColumnElement[object]] = {
    **{key: analyses.c[key] for key in SORT_KEYS if key != "heading"},
    "heading": analyses.c.heading_key,
}


def list_rows(
    access: OwnerAccess,
    *,
    search: str,
    sort: SortKey,
    descending: bool,
    limit: int,
    offset: int,
) -> Listing:
    """Return a part of an owner's list, see `Library.page`."""
    conditions, columns = _matching(access.owner, search), _COLUMNS
    if access.notice is None:  # One that can only be read may be of a version that had no queue.
        conditions, columns = (
            [*conditions, _not_hidden_by_join(access.owner)],
            [*_COLUMNS, analyses.c.stage],
        )
    every = select(func.count()).select_from(analyses).where(*conditions)
    by = _SORT_COLUMNS[sort]
    order = [
        (by.desc() if descending else by.asc()).nulls_last(),
        analyses.c.created_at.desc(),
        analyses.c.id,
    ]
    query = (
        select(*columns)
        .where(*conditions)
        .order_by(*order)
        .limit(max(0, min(limit, MAX_ROWS)))
        .offset(max(0, min(offset, _MAX_OFFSET)))
    )
    with access.reading() as connection:
        total = connection.scalar(every) or 0
        return Listing(tuple(map(_kept, connection.execute(query).mappings())), total)


def done_ids(connection: Connection, *, owner: str, search: str) -> list[str]:
    """Return the ids of an owner's analyses with a result, the newest first; see `Library.page`."""
    query = select(analyses.c.id).where(*_matching(owner, search), analyses.c.state == DONE)
    return list(connection.scalars(query.order_by(analyses.c.created_at.desc(), analyses.c.id)))


def _matching(owner: str, search: str) -> list[ColumnElement[bool]]:
    """Return the conditions for the analyses of a list that `search` finds."""
    return [
        analyses.c.owner == owner,
        analyses.c.deleted_at.is_(None),
        *(analyses.c.search_text.contains(word, autoescape=True) for word in search_terms(search)),
    ]


def _not_hidden_by_join(owner: str) -> ColumnElement[bool]:
    """Return the condition that no other takes the place of an analysis: none was joined from it.

    That holds as long as it isn't started and the other is in the queue, whose options name it.
    """
    other = analyses.alias()
    options = type_coerce(other.c.options, Text)
    queued = and_(other.c.owner == owner, other.c.stage.is_not(None), other.c.deleted_at.is_(None))
    # One aggregated text, so the subquery runs once.
    every = select(func.aggregate_strings(options, " ")).where(queued, options.contains(JOINED))
    names = func.coalesce(every.scalar_subquery(), "", type_=Text)
    stage = analyses.c.stage
    return or_(stage.is_(None), stage != PAUSED, ~names.contains(analyses.c.id))


def bytes_of_answers(connection: Connection, *, owner: str) -> int:
    """Return how many bytes the answers of an owner's analyses take."""
    query = select(func.sum(func.length(answers.c.body)))
    query = query.join(analyses, analyses.c.id == answers.c.analysis_id)
    return int(connection.scalar(query.where(analyses.c.owner == owner)) or 0)


def recordings_of(connection: Connection, *, owner: str) -> set[str]:
    """Return the SHA-256 of every recording of an owner's analyses, deleted ones included."""
    query = select(analyses.c.sha256).where(
        analyses.c.owner == owner, analyses.c.sha256.is_not(None)
    )
    return set(connection.scalars(query.distinct()))


def rows_where(connection: Connection, condition: ColumnElement[bool]) -> tuple[KeptAnalysis, ...]:
    """Return every analysis that the condition holds for, the newest first."""
    query = select(*_COLUMNS).where(condition)
    query = query.order_by(analyses.c.created_at.desc(), analyses.c.id)
    return tuple(map(_kept, connection.execute(query).mappings()))


def last_deleted_row(connection: Connection, condition: ColumnElement[bool]) -> KeptAnalysis | None:
    """Return the analysis that was deleted last of those that the condition holds for."""
    query = select(*_COLUMNS).where(condition).order_by(analyses.c.deleted_at.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return _kept(row) if row is not None else None


def one_row(connection: Connection, *conditions: ColumnElement[bool]) -> KeptAnalysis | None:
    """Return the newest analysis that the conditions hold for, None where there is none."""
    query = select(*_COLUMNS).where(and_(*conditions))
    query = query.order_by(analyses.c.created_at.desc(), analyses.c.id).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return _kept(row) if row is not None else None


def row_of_answer(connection: Connection, *, owner: str, body: bytes) -> KeptAnalysis | None:
    """Return the newest analysis of an owner that has an answer of these very bytes."""
    # The length first: a database knows it without reading the bytes.
    same = exists().where(
        answers.c.analysis_id == analyses.c.id,
        func.length(answers.c.body) == len(body),
        answers.c.body == body,
    )
    return one_row(connection, analyses.c.owner == owner, analyses.c.deleted_at.is_(None), same)


def _kept(row: RowMapping) -> KeptAnalysis:
    return KeptAnalysis(**readable_row(row))


def readable_row(row: RowMapping) -> dict[str, Any]:
    """Return what a row says as far as it can be read: another program may have written it."""
    values = dict(row)
    texts = ("name", "model", "title", "note", "labels")
    values |= {
        name: text
        for name, text in readable_texts({"labels": (), **values}).items()
        if name in texts and name in values
    }
    for name in values.keys() & _TEXTS:
        if not isinstance(values[name], str):
            values[name] = None
    for name in values.keys() & _MAX_NUMBERS.keys():
        value = values[name]
        if not isinstance(value, int | float) or not 0 <= value <= _MAX_NUMBERS[name]:
            values[name] = None
    values["options"] = values["options"] if isinstance(values["options"], dict) else {}
    values["tracks"] = _tracks(values["tracks"])
    if values["state"] not in get_args(State):
        values |= {"state": FAILED, "failure": "This library entry can't be read."}
    return values


def _tracks(value: object) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    return {name: part for name, part in value.items() if isinstance(part, str)}
