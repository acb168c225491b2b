"""Tickets that processes on any machine take for work: jobs of procrastinate, in PostgreSQL.

A ticket wakes and distributes. What there is to do, and who does it, is in the rows of `analyses`:
a ticket too many finds nothing to do, and one that went missing is made again.

Procrastinate's own worker takes jobs for as long as it has threads; here a process takes one only
when the account has room for it. So this uses procrastinate's tables, functions, notifications and
heartbeats, and not its worker.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Coroutine, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Engine

from interhuman.errors import LibraryError
from interhuman.library.engine import is_pooled
from interhuman.library.failures import error_for
from interhuman.library.ticket_tables import install, open_pool
from interhuman.library.workers import ALIVE_FOR, BEAT_EVERY_S

log = logging.getLogger(__name__)

TASK: Final = "interhuman.analyze"

_ANSWERS_WITHIN_S: Final = 40.0
_LEAVES_WITHIN_S: Final = 2.0
_LISTEN_AGAIN_S: Final = 5.0
_FORGOTTEN_AFTER_S: Final = 86_400.0

_KNOWN: Final = """
SELECT queueing_lock, queue_name FROM procrastinate_jobs
WHERE status = 'todo' AND queueing_lock = ANY(%(ids)s)
"""
_TURN: Final = """
SELECT coalesce(max(priority), 0) AS turn,
       min(priority) FILTER (WHERE args ->> 'owner' = %(owner)s) AS last
FROM procrastinate_jobs WHERE status = 'todo' AND queue_name LIKE %(account)s || '%%'
"""
_LEFT_TO_THE_DEAD: Final = """
SELECT id FROM procrastinate_jobs
WHERE status = 'todo' AND task_name = %(task)s AND queue_name LIKE '%%@%%'
AND split_part(queue_name, '@', 2) NOT IN (
    SELECT id::text FROM procrastinate_workers
    WHERE last_heartbeat > now() - make_interval(secs => %(alive_for_s)s)
)
"""

_REFUSALS: Final = (ProcrastinateException, psycopg.Error, PoolTimeout)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job that was taken: somebody's analysis may be begun."""

    owner: str
    id: str
    """That of the analysis."""
    job: Job


class Tickets:
    """The tickets in one PostgreSQL database; every method raises LibraryError.

    `on_news` is called from another thread when there may be a new one. Behind a pooler it isn't:
    there nobody can listen.
    """

    def __init__(self, engine: Engine, *, on_news: Callable[[], None]) -> None:
        self._engine, self._on_news = engine, on_news
        self.listens = not is_pooled(engine)
        self._worker: int | None = None
        self._pool: AsyncConnectionPool | None = None
        self._manager: JobManager | None = None
        self._beats_since_s = math.inf
        self._side_tasks: list[asyncio.Task[None]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tickets", daemon=True)
        self._thread.start()

    def queue_of(self, account: str, *, mine: bool) -> str:
        """Return what the tickets of an account are under, `mine` those for this process alone."""
        return f"{account}@{self._worker}" if mine else account

    def open(self) -> None:
        """Connect, unless that is done; make procrastinate's tables where there are none."""
        if self._worker is None:
            install(self._engine)
            self._run(self._open())

    def take(self, accounts: Sequence[str]) -> Ticket | None:
        """Take a ticket for one of these accounts, None where there is none for this process."""
        queues = [self.queue_of(one, mine=mine) for one in accounts for mine in (True, False)]
        job = self._run(self._jobs.fetch_job(queues, self._worker_id))
        if job is None:
            return None
        given = job.task_kwargs
        return Ticket(str(given.get("owner", "")), str(given.get("id", "")), job)

    def give_back(self, ticket: Ticket, *, after_s: float) -> None:
        """Let any process take a ticket, this one too, from `after_s` on."""
        retry_at = datetime.now(UTC) + timedelta(seconds=after_s)
        with suppress(AlreadyEnqueued):
            self._run(self._retry(ticket.job, retry_at))

    def finish(self, ticket: Ticket) -> None:
        """Throw away a ticket."""
        self._run(self._jobs.finish_job(ticket.job, Status.SUCCEEDED, delete_job=True))

    def offer(self, owner: str, account: str, ids: Sequence[str], *, mine: Collection[str]) -> None:
        """Make tickets for an owner's analyses, first those that come first.

        None is made for one that has one. Of `mine`, this process alone takes them. Owners take
        turns: the first of these comes when everybody's next does.
        """
        known = self._run(self._known(ids))
        missing = [id for id in ids if id not in known]
        if not missing:
            return
        first = self._run(self._first(owner, account))
        jobs = [
            Job(
                queue=self.queue_of(account, mine=id in mine),
                priority=first - number,
                lock=None,
                queueing_lock=id,
                task_name=TASK,
                task_kwargs={"owner": owner, "id": id},
            )
            for number, id in enumerate(missing)
        ]
        # Another process may have made some meanwhile: the next look makes the rest.
        with suppress(AlreadyEnqueued):
            self._run(self._jobs.batch_defer_jobs_async(jobs))

    def clear_up(self) -> None:
        """Throw away what ended processes had taken, or was for them alone.

        Not before this process was heard of for a while itself: after the database was away,
        living processes seem to have ended, too.
        """
        if time.monotonic() > self._beats_since_s + ALIVE_FOR.total_seconds():
            self._run(self._clear_up())

    def close(self) -> None:
        """Let go of the database as far as it can be reached."""
        try:
            self._run(self._close())
        except LibraryError:
            log.warning("the database will notice by itself that this process has ended")
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    @property
    def _jobs(self) -> JobManager:
        if self._manager is None:
            raise error_for("unreachable")
        return self._manager

    @property
    def _worker_id(self) -> int:
        if self._worker is None:
            raise error_for("unreachable")
        return self._worker

    def _run(self, coroutine: Coroutine[object, None, T]) -> T:
        if self._loop.is_closed():
            coroutine.close()
            raise error_for("unreachable")
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(_ANSWERS_WITHIN_S)
        except AlreadyEnqueued:
            raise
        except (*_REFUSALS, TimeoutError, CancelledError) as error:
            future.cancel()
            log.warning("the tickets can't be reached: %s", type(error).__name__)
            raise error_for("unreachable") from None

    async def _open(self) -> None:
        if self._manager is None:
            pool = await open_pool(self._engine)
            connector = PsycopgConnector()
            await connector.open_async(pool)
            self._pool, self._manager = pool, JobManager(connector)
        self._worker = await self._manager.register_worker()
        self._beats_since_s = time.monotonic()
        self._side_tasks = [asyncio.create_task(self._beat())]
        if self.listens:
            self._side_tasks.append(asyncio.create_task(self._listen()))

    async def _close(self) -> None:
        # Whoever waits for one of them in another thread would wait for ever.
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        if self._pool is None:
            return
        try:
            if self._worker is not None:
                leaving = self._jobs.unregister_worker(self._worker)
                await asyncio.wait_for(leaving, _LEAVES_WITHIN_S)
        finally:
            await self._pool.close()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            try:
                await self._jobs.update_heartbeat(self._worker_id)
                self._beats_since_s = min(self._beats_since_s, time.monotonic())
            except _REFUSALS as error:
                self._beats_since_s = math.inf
                log.warning("no heartbeat: %s", type(error).__name__)

    async def _listen(self) -> None:
        async def tell(**_: object) -> None:
            self._on_news()

        while True:
            try:
                await self._jobs.listen_for_jobs(on_notification=tell)
            except (ProcrastinateException, psycopg.Error, OSError) as error:
                log.warning("nobody tells of new tickets for now: %s", type(error).__name__)
            await asyncio.sleep(_LISTEN_AGAIN_S)

    async def _retry(self, job: Job, retry_at: datetime) -> None:
        try:
            await self._jobs.retry_job(job, retry_at)
        except ProcrastinateException:
            # There is another one meanwhile.
            await self._jobs.finish_job(job, Status.SUCCEEDED, delete_job=True)

    async def _known(self, ids: Sequence[str]) -> set[str]:
        rows = await self._jobs.connector.execute_query_all_async(_KNOWN, ids=list(ids))
        return {row["queueing_lock"] for row in rows}

    async def _first(self, owner: str, account: str) -> int:
        given = {"owner": owner, "account": account}
        found = await self._jobs.connector.execute_query_one_async(_TURN, **given)
        turn, last = int(found["turn"]), found["last"]
        return turn if last is None else min(turn, last - 1)

    async def _clear_up(self) -> None:
        alive_for_s = ALIVE_FOR.total_seconds()
        given = {"task": TASK, "alive_for_s": alive_for_s}
        left = await self._jobs.connector.execute_query_all_async(_LEFT_TO_THE_DEAD, **given)
        for row in left:
            await self._jobs.cancel_job_by_id_async(row["id"], delete_job=True)
        stalled = await self._jobs.get_stalled_jobs(
            task_name=TASK, seconds_since_heartbeat=alive_for_s
        )
        for job in stalled:
            await self._jobs.finish_job(job, Status.FAILED, delete_job=True)
        # One that lives but wasn't heard of must still be known when it is again.
        await self._jobs.prune_stalled_workers(_FORGOTTEN_AFTER_S)
