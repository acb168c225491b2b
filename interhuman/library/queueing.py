"""The rows of queued analyses: what changes in them changes only if they still are what one saw."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, select, true, update

from interhuman.library.access import OwnerAccess
from interhuman.library.changes import (
    has_parts,
    has_result,
    insert_analysis,
    may_be_answered,
    nobody_works,
)
from interhuman.library.failures import AddedBeforeError
from interhuman.library.in_flight import has_room, is_stopped, lock_on
from interhuman.library.listing import readable_row
from interhuman.library.rows import State, is_id
from interhuman.library.tables import analyses
from interhuman.library.workers import this_worker
from interhuman.text import displayable

Reserved = Literal["reserved", "full", "gone", "stopped"]


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """A queued analysis as the library has it, without its answer."""

    id: str
    name: str
    """The file's name."""
    title: str
    """What the person calls it, "" for nothing."""
    created_at: datetime | None
    updated_at: datetime | None
    duration_s: float | None
    size_bytes: int | None
    sha256: str | None
    model: str
    options: Mapping[str, object]
    sandbox: bool
    state: State
    stage: str | None
    """Where it is in the queue; None for an analysis that isn't in it."""
    account: str | None
    queued_at: datetime | None
    batch: str | None
    source: str | None
    sent: bool
    """Whether any of it went out and may have been accepted."""
    failure: str | None
    remedy: str | None
    job_id: str | None
    job_expires_at: datetime | None
    quality_index: float | None
    signal_count: int | None
    tracks: Mapping[str, str] | None
    """As in `KeptAnalysis`."""


_COLUMNS = [analyses.c[field.name] for field in fields(QueuedRow)]


class QueueRows:
    """The queued analyses of one owner. Every method raises LibraryError."""

    def __init__(self, access: OwnerAccess) -> None:
        self._access = access

    def add(
        self,
        *,
        stage: str,
        account: str,
        batch: str | None = None,
        source: str | None = None,
        name: str,
        model: str,
        options: Mapping[str, object],
        sandbox: bool,
        duration_s: float | None,
        size_bytes: int | None,
        sha256: str | None,
        unless: Callable[[Sequence[QueuedRow]], bool] | None = None,
    ) -> str:
        """Add an analysis that nobody works on yet, and return its id.

        Raises AddedBeforeError if `unless` says so of those of the same recording by the same
        model, which nobody can add to meanwhile.
        """
        with self._access.writing() as connection:
            if unless is not None:
                lock_on(connection, f"{self._access.owner} {sha256}")
                same = _same([sha256 or ""], model=model, sandbox=sandbox)
                if unless(self._read(connection, *same)):
                    raise AddedBeforeError
            id = insert_analysis(
                connection,
                owner=self._access.owner,
                now=(now := self._access.now()),
                created_at=None,
                name=name,
                model=model,
                options=options,
                sandbox=sandbox,
                duration_s=duration_s,
                size_bytes=size_bytes,
                sha256=sha256,
            )
            queued = {"stage": stage, "account": account, "batch": batch, "source": source}
            free = {"queued_at": now, "worker": None, "alive_at": None}
            added = update(analyses).where(analyses.c.id == id)
            connection.execute(added.values(**queued, **free))
        return id

    def all(
        self, *, batch: str | None = None, stages: Collection[str] | None = None
    ) -> tuple[QueuedRow, ...]:
        """Return the queued analyses in the order in which they were added."""
        return self._rows(
            analyses.c.stage.is_not(None),
            true() if batch is None else analyses.c.batch == batch,
            true() if stages is None else analyses.c.stage.in_(sorted(stages)),
        )

    def get(self, id: str) -> QueuedRow | None:
        """Return a queued analysis; None where this owner has none of that id."""
        found = self._rows(analyses.c.stage.is_not(None), analyses.c.id == id) if is_id(id) else ()
        return found[0] if found else None

    def of_recordings(
        self, sha256s: Collection[str], *, model: str, sandbox: bool
    ) -> tuple[QueuedRow, ...]:
        """Return the analyses of recordings by a model, in the queue or not, the oldest first."""
        return self._rows(*_same(sha256s, model=model, sandbox=sandbox))

    def next(self, accounts: Collection[str], *, stage: str, limit: int) -> tuple[QueuedRow, ...]:
        """Return what nobody works on in a stage, of these accounts, the first that were added."""
        here = (analyses.c.account.in_(sorted(accounts)), analyses.c.stage == stage)
        return self._rows(*here, free_only=True, limit=limit)

    def left_behind(self, stages: Collection[str]) -> tuple[QueuedRow, ...]:
        """Return what is in these stages and nobody works on, but for what has an unread answer."""
        unread = and_(has_result(), may_be_answered())
        return self._rows(analyses.c.stage.in_(sorted(stages)), ~unread, free_only=True)

    def waits_without(self, accounts: Collection[str], *, stages: Collection[str]) -> bool:
        """Return whether something in these stages is of none of these accounts."""
        with self._access.reading() as connection:
            unknown = analyses.c.account.not_in(sorted(accounts))
            query = select(analyses.c.id).where(self._mine, analyses.c.stage.in_(sorted(stages)))
            return connection.scalar(query.where(unknown).limit(1)) is not None

    def move(
        self, id: str, *, old: Collection[str], new: str, state: State, **also: object
    ) -> bool:
        """Change the stage of a row in `old`, and other columns, and give it up; return that."""
        return self._move(true(), id, old, stage=new, state=state, worker=None, **also)

    def let_wait(
        self, id: str, *, old: Collection[str], new: str, state: State, **also: object
    ) -> bool:
        """Do the same, but leave the row to a worker that has a part of it out until that ends."""
        return self._move(true(), id, old, stage=new, state=state, **also)

    def hold(self, id: str, *, old: str, new: str, why: str) -> bool:
        """Change the stage of a long recording, whose worker has it until its part is answered."""
        return self._move(has_parts(), id, {old}, stage=new, failure=why)

    def note(self, id: str, *, duration_s: float | None, options: Mapping[str, object]) -> None:
        """Note what is known of a row's recording beyond what was when it was added."""
        with self._access.writing() as connection:
            condition = and_(self._mine, analyses.c.id == id)
            query = select(analyses.c.options).where(condition).with_for_update()
            known = connection.scalar(query)
            if isinstance(known, dict):
                changed = {"duration_s": duration_s, "options": {**known, **options}}
                self._change(connection, condition, changed)

    def forget(self, id: str, *, old: Collection[str]) -> bool:
        """Take a row off the queue and leave it in the library; return whether it was in `old`."""
        return self._move(true(), id, old, stage=None)

    def delete(self, id: str, *, old: Collection[str]) -> bool:
        """Delete a row that is in `old` and wasn't sent; return whether that was so."""
        return self._move(analyses.c.sent.is_(False), id, old, deleted_at=self._access.now())

    def take(self, id: str, *, old: str, new: str) -> bool:
        """Make this process the one that works on a row; return False where it isn't free."""
        with self._access.writing() as connection:
            taken = {"worker": this_worker(), "alive_at": self._access.now(), "stage": new}
            taken["part_in_flight"] = None
            free = nobody_works(connection, owner=self._access.owner, now=self._access.now())
            return self._change(connection, and_(self._in(id, {old}), free), taken) == 1

    def recover(self, row: QueuedRow, *, new: str, state: State, **also: object) -> bool:
        """Change the stage of a row that was left behind, unless somebody has taken it since."""
        with self._access.writing() as connection:
            free = nobody_works(connection, owner=self._access.owner, now=self._access.now())
            unread = and_(has_result(), may_be_answered())
            condition = and_(self._in(row.id, {row.stage or ""}), free, ~unread)
            values = {"stage": new, "state": state, "worker": None, "alive_at": None, **also}
            return self._change(connection, condition, values) == 1

    def advance(self, id: str, *, old: Collection[str], new: str, **also: object) -> bool:
        """Change the stage of a row that this process works on; return whether it still does."""
        mine = analyses.c.worker == this_worker()
        return self._move(mine, id, old, stage=new, alive_at=self._access.now(), **also)

    def leave(
        self, id: str, *, old: Collection[str], new: str, state: State, **also: object
    ) -> bool:
        """Change the stage of a row that this process worked on and works on no longer."""
        mine = analyses.c.worker == this_worker()
        return self._move(mine, id, old, stage=new, state=state, worker=None, **also)

    def reserve(
        self,
        id: str,
        *,
        account: str,
        ready: str,
        sending: str,
        in_flight: Collection[str],
        limit: int,
        is_part: bool = False,
        is_later: bool = False,
    ) -> Reserved:
        """Change the stage of a row that is to be sent now, if the account allows one more.

        All processes together have `limit` in the stages `in_flight` at most; of a recording that
        is sent in parts, that `is_part` counts while it is under way, and one that `is_later`
        follows one that was sent. A process that has its share leaves what is free to those that
        are `ready` elsewhere. The caller limits its own. None is sent on a stopped account.
        """
        mine = analyses.c.worker == this_worker()
        with self._access.writing() as connection:
            lock_on(connection, account)
            if is_stopped(connection, account):
                return "stopped"
            here = and_(self._in(id, {sending if is_later else ready}), mine)
            worker, now = this_worker(), self._access.now()
            if not has_room(
                connection, id, account, worker, now, in_flight=in_flight, ready=ready, limit=limit
            ):
                found = connection.scalar(select(analyses.c.id).where(here))
                return "full" if found is not None else "gone"
            values = {"stage": sending, "alive_at": self._access.now()}
            values |= {"part_in_flight": True if is_part else None}
            return "reserved" if self._change(connection, here, values) else "gone"

    def _move(
        self, condition: ColumnElement[bool], id: str, old: Collection[str], **values: object
    ) -> bool:
        if not is_id(id):
            return False
        with self._access.writing() as connection:
            return self._change(connection, and_(self._in(id, old), condition), values) == 1

    def _change(
        self, connection: Connection, condition: ColumnElement[bool], values: Mapping[str, object]
    ) -> int:
        texts = {name: displayable(one) for name, one in values.items() if isinstance(one, str)}
        changed = {"updated_at": self._access.now(), **values, **texts}
        return connection.execute(update(analyses).where(condition).values(changed)).rowcount

    @property
    def _mine(self) -> ColumnElement[bool]:
        return and_(analyses.c.owner == self._access.owner, analyses.c.deleted_at.is_(None))

    def _in(self, id: str, stages: Collection[str]) -> ColumnElement[bool]:
        return and_(self._mine, analyses.c.id == id, analyses.c.stage.in_(sorted(stages)))

    def _rows(
        self, *conditions: ColumnElement[bool], free_only: bool = False, limit: int | None = None
    ) -> tuple[QueuedRow, ...]:
        with self._access.reading() as connection:
            owner, now = self._access.owner, self._access.now()
            free = nobody_works(connection, owner=owner, now=now) if free_only else true()
            return self._read(connection, free, *conditions, limit=limit)

    def _read(
        self, connection: Connection, *conditions: ColumnElement[bool], limit: int | None = None
    ) -> tuple[QueuedRow, ...]:
        query = select(*_COLUMNS).where(self._mine, *conditions).limit(limit)
        query = query.order_by(analyses.c.queued_at, analyses.c.created_at, analyses.c.id)
        return tuple(QueuedRow(**readable_row(row)) for row in connection.execute(query).mappings())


def _same(sha256s: Collection[str], *, model: str, sandbox: bool) -> list[ColumnElement[bool]]:
    recordings = analyses.c.sha256.in_(sorted(sha256s))
    return [recordings, analyses.c.sandbox == sandbox, analyses.c.model == model]
