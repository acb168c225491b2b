"""The library: analyses that stay, each with its owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, Engine, and_, literal, or_

from interhuman.answers.answer import Answer
from interhuman.library.access import OwnerAccess
from interhuman.library.changes import (
    best_answer,
    change_row,
    claim_row,
    describe_row,
    fail_abandoned,
    failed,
    finished,
    has_result,
    insert_analysis,
    insert_answer,
    may_be_answered,
    nobody_works,
    work_on,
)
from interhuman.library.erasing import erase, recordings_needed
from interhuman.library.failures import error_for
from interhuman.library.listing import (
    SortKey,
    bytes_of_answers,
    last_deleted_row,
    list_rows,
    one_row,
    row_of_answer,
    rows_where,
)
from interhuman.library.reading import Summary
from interhuman.library.recordings import Recordings
from interhuman.library.rows import RUNNING, KeptAnalysis, Listing, is_id
from interhuman.library.tables import analyses
from interhuman.text import displayable

_DELETED = analyses.c.deleted_at.is_not(None)


class Library:
    """The analyses of one owner, in a database that may hold those of others.

    Every method sees this owner's rows alone. `recordings` are kept beside it and go with their
    last analysis; begin the analysis before its recording is kept. `clock` gives the time in UTC.
    `notice` says why a library can be read but not changed, None for one that can. Every method
    raises LibraryError when the database cannot be used.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        owner: str,
        recordings: Recordings | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.access = OwnerAccess(engine, owner=owner, clock=clock)
        self.notice = self.access.notice
        self.recordings = recordings
        if recordings is not None:
            recordings.needed = partial(recordings_needed, self.access)

    # While an analysis is under way.

    def begin(
        self,
        *,
        name: str,
        model: str,
        options: Mapping[str, object] | None = None,
        sandbox: bool = False,
        duration_s: float | None = None,
        size_bytes: int | None = None,
        sha256: str | None = None,
        created_at: datetime | None = None,
    ) -> str:
        """Add an analysis that is now under way, listed as of `created_at`, and return its id."""
        with self.access.writing() as connection:
            return insert_analysis(
                connection,
                owner=self.access.owner,
                now=self.access.now(),
                created_at=created_at,
                name=name,
                model=model,
                options=options or {},
                sandbox=sandbox,
                duration_s=duration_s,
                size_bytes=size_bytes,
                sha256=sha256,
            )

    def keep_alive(self, id: str) -> bool:
        """Say that this process still works on an analysis, if it does; return whether it does."""
        with self.access.writing() as connection:
            return work_on(connection, owner=self.access.owner, id=id, alive_at=self.access.now())

    def begin_sending(self, id: str, *, options: Mapping[str, object] | None = None) -> None:
        """Note that the recording goes out now and may be billed, with other `options` if given."""
        changed = {"options": dict(options)} if options is not None else {}
        with self.access.writing() as connection:
            self._change(connection, id, sent=True, **changed)

    def release(self, id: str) -> None:
        """Note that this process no longer works on an analysis, which has not ended."""
        with self.access.writing() as connection:
            work_on(connection, owner=self.access.owner, id=id, alive_at=None)

    def attach_job(self, id: str, *, job_id: str, expires_at: datetime | None) -> None:
        """Note the job that an analysis waits for."""
        with self.access.writing() as connection:
            self._change(connection, id, job_id=displayable(job_id), job_expires_at=expires_at)

    def store_answer(self, id: str, answer: Answer) -> None:
        """Keep the bytes of an answer; once this returns they are on the disk.

        Call it before anything reads them. Several answers of one analysis are all kept.
        """
        facts: dict[str, object] = {"sandbox": or_(analyses.c.sandbox, literal(answer.sandbox))}
        with self.access.writing() as connection:
            if answer.correlation_id is not None:
                facts["correlation_id"] = displayable(answer.correlation_id)
            if is_id(id) and one_row(connection, self._visible(id)) is None:
                raise error_for("missing")
            self._change(connection, id, **facts)
            insert_answer(connection, id, answer)

    def finish(self, id: str, *, summary: Summary) -> None:
        """Note that an answer was read, and what the list shows of it."""
        with self.access.writing() as connection:
            self._change(connection, id, **finished(summary))

    def fail(self, id: str, why: str) -> None:
        """Note why an analysis gave no result, unless it did give one meanwhile."""
        with self.access.writing() as connection:
            self._change(connection, id, **failed(why))

    # After a restart.

    def jobs_under_way(self) -> tuple[KeptAnalysis, ...]:
        """Return the analyses outside the queue whose job is known and that nobody waits for."""
        now = self.access.now()
        known = or_(analyses.c.job_expires_at.is_(None), analyses.c.job_expires_at > now)
        with self.access.reading() as connection:
            free = nobody_works(connection, owner=self.access.owner, now=now)
            waiting = (analyses.c.job_id.is_not(None), analyses.c.stage.is_(None), known)
            unfinished = (self._running(), *waiting, ~has_result())
            return rows_where(connection, and_(*unfinished, free))

    def claim(self, id: str) -> bool:
        """Take over an analysis that nobody works on; return False where somebody does."""
        with self.access.writing() as connection:
            return claim_row(connection, owner=self.access.owner, id=id, now=self.access.now())

    def unread(self) -> tuple[KeptAnalysis, ...]:
        """Return the analyses whose answer is here but was not read: the process had ended."""
        with self.access.reading() as connection:
            free = nobody_works(connection, owner=self.access.owner, now=self.access.now())
            unread = and_(has_result(), may_be_answered(), free)
            return rows_where(connection, and_(self._running(), unread))

    def close_abandoned(self) -> int:
        """Mark what cannot come to an end any more as failed, and return how many there were."""
        with self.access.writing() as connection:
            return fail_abandoned(connection, owner=self.access.owner, now=self.access.now())

    # Reading.

    def get(self, id: str) -> KeptAnalysis | None:
        """Return an analysis; None where this owner has none of that id."""
        with self.access.reading() as connection:
            return one_row(connection, self._visible(id)) if is_id(id) else None

    def of_job(self, job_id: str, *, sandbox: bool) -> KeptAnalysis | None:
        """Return the newest analysis that waits for this job or has its result."""
        job = and_(analyses.c.job_id == displayable(job_id), analyses.c.sandbox == sandbox)
        with self.access.reading() as connection:
            return one_row(connection, and_(self._own(), analyses.c.deleted_at.is_(None), job))

    def of_answer(self, body: bytes) -> KeptAnalysis | None:
        """Return the newest analysis that has an answer of these very bytes."""
        with self.access.reading() as connection:
            return row_of_answer(connection, owner=self.access.owner, body=body)

    def answer(self, id: str) -> Answer | None:
        """Return the most complete answer, and the newest of these, just as it came."""
        with self.access.reading() as connection:
            return best_answer(connection, self._visible(id)) if is_id(id) else None

    def raw(self, id: str) -> bytes | None:
        """Return the bytes of `answer`; None where there is none."""
        answer = self.answer(id)
        return answer.body if answer is not None else None

    def page(
        self,
        *,
        search: str = "",
        sort: SortKey = "created_at",
        descending: bool = True,
        limit: int = 50,
        offset: int = 0,
    ) -> Listing:
        """Return a part of the list: of what has all that `search` looks for (`search_terms`).

        That is in the name, title, labels or note. What has no value to sort by comes last.
        """
        return list_rows(
            self.access,
            search=search,
            sort=sort,
            descending=descending,
            limit=limit,
            offset=offset,
        )

    def space_used(self) -> int:
        """Return how many bytes the answers of this owner take, deleted ones included."""
        with self.access.reading() as connection:
            return bytes_of_answers(connection, owner=self.access.owner)

    # What a person adds.

    def describe(
        self,
        id: str,
        *,
        title: str | None = None,
        labels: Iterable[str] | None = None,
        note: str | None = None,
    ) -> None:
        """Set what the person calls an analysis, its labels and its note, all or none of it.

        None leaves what there is; a title of "" is the recording's name again.
        """
        with self.access.writing() as connection:
            describe_row(
                connection,
                owner=self.access.owner,
                id=id,
                now=self.access.now(),
                title=title,
                labels=labels,
                note=note,
            )

    # Deleting.

    def delete(self, id: str) -> None:
        """Take an analysis out of every list; `undo` brings it back until it is purged."""
        with self.access.writing() as connection:
            self._change(connection, id, deleted_at=self.access.now())

    def last_deleted(self, *, since: datetime) -> KeptAnalysis | None:
        """Return what was deleted last, after a moment, and can still be brought back."""
        with self.access.reading() as connection:
            return last_deleted_row(connection, and_(self._own(), analyses.c.deleted_at > since))

    def undo(self, id: str) -> None:
        """Bring back what `delete` took out of the list."""
        with self.access.writing() as connection:
            self._change(connection, id, deleted_at=None)

    def purge(self, *ids: str) -> None:
        """Erase analyses that were deleted. Raises LibraryError where the log is in use."""
        self._erase(_DELETED, analyses.c.id.in_(sorted(filter(is_id, ids))))

    def purge_deleted(self, *, before: datetime | None = None) -> None:
        """Erase whatever was deleted, or only what was deleted before a moment."""
        self._erase(_DELETED if before is None else analyses.c.deleted_at < before)

    def delete_everything(self) -> None:
        """Erase every analysis of this owner, at once and for good."""
        self._erase()

    def _erase(self, *conditions: ColumnElement[bool]) -> None:
        erase(self.access, self.recordings, self._own(), *conditions)

    def _change(self, connection: Connection, id: str, **values: object) -> None:
        change_row(connection, owner=self.access.owner, id=id, now=self.access.now(), **values)

    def _running(self) -> ColumnElement[bool]:
        return and_(self._own(), analyses.c.state == RUNNING, analyses.c.deleted_at.is_(None))

    def _own(self) -> ColumnElement[bool]:
        return analyses.c.owner == self.access.owner

    def _visible(self, id: str) -> ColumnElement[bool]:
        return and_(self._own(), analyses.c.id == id, analyses.c.deleted_at.is_(None))
