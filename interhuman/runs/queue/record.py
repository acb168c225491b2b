"""The row of a queued item while a worker has it: each step is written before it is taken."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from interhuman.adaptive_limit import AccountStoppedError
from interhuman.analysis import Analysis
from interhuman.answers.jobs import UploadJob
from interhuman.answers.stitched import Stitched
from interhuman.errors import LibraryError, LibraryProblem
from interhuman.library.in_flight import end_part
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.library.stops import stops_of
from interhuman.library.workers import WORKED_ON
from interhuman.runs.queue.recovery import recover_canceled
from interhuman.runs.queue.states import ENDED, ItemState, before, row_state
from interhuman.runs.queue.verdicts import Verdict, verdict_on
from interhuman.runs.record import JOB_LASTS, RunRecord, attempt, facts_of
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import RunCanceledError

log = logging.getLogger(__name__)

RESERVE_AGAIN_S: Final = 0.2
"""How often to ask whether the other processes leave room for one more request."""

KEEP_AGAIN_S: Final = 1.0
"""How often to try to keep what the library could not take."""

_FOR_GOOD: Final[frozenset[LibraryProblem]] = frozenset(
    {"missing", "newer", "readable", "damaged", "too_long"}
)
"""Problems of the library that don't go away by waiting."""

IN_FLIGHT: Final = (ItemState.SENDING, ItemState.CANCELING, ItemState.JOB)


class LostItemError(RunCanceledError):
    """The item isn't this worker's any more: a person paused, canceled or deleted it."""


class QueuedRecord(RunRecord):
    """The row of an item that this process has taken.

    Unlike a single analysis, an item goes no step further when the library can't be written to.
    `on_change` is called after each change of the row, `on_lost` when the row is another's or was
    canceled by another process.
    `is_stopped` says whether nothing more is sent on its account; with `closing` the process ends,
    and what the library can't take by then is lost. One that `is_shared` is left to other machines
    where this one doesn't have its recording.
    """

    is_queued = True

    def __init__(
        self,
        library: Library,
        row: QueuedRow,
        *,
        state: ItemState,
        on_change: Callable[[], None],
        on_lost: Callable[[], object],
        is_stopped: Callable[[], bool],
        closing: threading.Event,
        is_shared: bool = False,
    ) -> None:
        super().__init__(library)
        self.id, self.sha256 = row.id, row.sha256
        self.row, self.state, self.owner = row, state, library.access.owner
        self.is_given_back = False
        """Whether it goes to whoever takes it next, rather than being canceled."""
        self.is_put_off = False
        """Whether what it needs from the library can't be had now, such as its recording."""
        self._rows = QueueRows(library.access)
        self._on_change, self._on_lost, self._is_stopped = on_change, on_lost, is_stopped
        self._closing = closing
        self._is_lost = self._is_left = False
        self._has_sent_parts = row.sent  # A recording that was sent whole isn't taken again.
        self._is_shared = is_shared
        threading.Thread(target=self._keep_alive, name="keep alive", daemon=True).start()

    def begin(self, request: AnalysisRequest) -> None:
        """Take in what was asked for; the row was there before."""
        self._request = request.without_recording
        self._facts = facts_of(request)

    def enter(self, new: ItemState, **also: object) -> None:
        """Move the row on. Raises LostItemError, and LibraryError."""
        old = {self.state} & before(new)
        if new is ItemState.READY:
            self._sending = False  # what went out before was refused
        if not self._rows.advance(self.row.id, old=old, new=new, **also):
            if new is ItemState.READY:
                self._note_canceled(**also)
            self._lose()
        self.state = new
        self._on_change()

    def check_may_go_on(self) -> None:
        """Raise RunCanceledError where the next part isn't to be sent now, and LibraryError."""
        if self.is_given_back:
            raise RunCanceledError
        if not self._is_mine():
            self._lose()

    def check_kept(self) -> None:
        """Raise LibraryError where what must be known after a crash isn't in the library."""
        self._store_answers()

    def leaves(self, error: Exception | None, parts: Stitched) -> bool:
        """Return whether missing parts are left to whoever takes the item next."""
        if error is None:
            self._is_left = self._is_taken_back()
        else:
            verdict = self._verdict_on(error, sent=False, has_open_job=False)
            self._is_left = verdict is not None and verdict.state is ItemState.WAITING
        self._has_sent_parts = parts.any_sent
        return self._is_left

    def _is_taken_back(self) -> bool:
        """Return whether a person paused the item, another worker has it, or is to take it.

        Asks until the library says so, lest what is canceled goes on; True if it never does.
        """
        known: list[bool] = []
        self._insist(lambda: known.append(self._has_other_stage()))
        return not known or known[0]

    def _has_other_stage(self) -> bool:
        """Return whether the row goes on, although not with this worker. Raises LibraryError."""
        if self._is_mine():
            return self.is_given_back
        self._is_lost = True
        row = self._rows.get(self.row.id)
        return row is not None and row.stage not in {*ENDED, ItemState.CANCELING}

    def _is_mine(self) -> bool:
        return self._rows.advance(self.row.id, old={self.state}, new=self.state)

    def reserve(self, *, limit: int, canceled: threading.Event, is_part: bool = False) -> None:
        """Move the row on to being sent, once all processes together leave room for it.

        One that is being sent already has another part sent.

        Raises LostItemError, RunCanceledError, LibraryError, and AccountStoppedError where another
        process knows that nothing more is sent on its account.
        """
        account, is_later = self.row.account or "", self.state is ItemState.SENDING
        while True:
            reserved = self._rows.reserve(
                self.row.id,
                account=account,
                ready=ItemState.READY,
                sending=ItemState.SENDING,
                in_flight=IN_FLIGHT,
                limit=limit,
                is_part=is_part,
                is_later=is_later,
            )
            if reserved == "reserved":
                break
            if reserved == "gone":
                self._lose()
            if reserved == "stopped":
                stop = stops_of(self._library.access, [account]).get(account)
                if stop is not None:
                    raise AccountStoppedError(stop.why)
            if canceled.wait(RESERVE_AGAIN_S):
                raise RunCanceledError
        self.state, self._sending = ItemState.SENDING, self._sending and is_later
        self._on_change()

    def end_part(self) -> None:
        """Note that no request of the recording is under way before its next part is sent."""
        attempt(partial(end_part, self._library.access, self.row.id))

    def keep_sending(self) -> None:
        """Note, once, that the recording goes out. Raises LostItemError, and LibraryError."""
        if not self._sending:
            options = {**self.row.options, **self._facts["options"]}
            sent = {"sent": True, "options": options}
            sending = {ItemState.SENDING}
            if not self._rows.advance(self.row.id, old=sending, new=ItemState.SENDING, **sent):
                self._lose()
            self._sending = True

    def keep_job(self, job: UploadJob) -> None:
        """Note the job as soon as it is known; what the library can't take is tried again."""
        known = self._job_expires_at is not None and job.expires_at is None
        expires_at = job.expires_at or datetime.now(UTC) + JOB_LASTS
        if job.job_id and not known and expires_at != self._job_expires_at:
            attempt(lambda: self._enter_job(job.job_id, expires_at))

    def _enter_job(self, job_id: str, expires_at: datetime) -> None:
        known = {"job_id": job_id, "job_expires_at": expires_at, "sent": True}
        old = {ItemState.SENDING, ItemState.JOB}
        if self._rows.advance(self.row.id, old=old, new=ItemState.JOB, **known):
            self.state, self._job_expires_at = ItemState.JOB, expires_at
            self._on_change()
        elif self._note_canceled(**known):
            self._on_lost()  # Another process canceled it: the job isn't waited for.

    def _note_canceled(self, **known: object) -> bool:
        """Note what is known of an item that a person canceled meanwhile; return whether it is."""
        canceling = ItemState.CANCELING
        return self._rows.advance(self.row.id, old={canceling}, new=canceling, **known)

    def end(
        self, *, analysis: Analysis | None, error: Exception | None, job: UploadJob | None
    ) -> None:
        """Note what became of the item, however long the library can't be written to."""
        self._insist(self._store_answers)
        if analysis is not None:
            self._insist(lambda: self._finish(analysis))
        else:
            self._insist(lambda: self._leave(error, job))
        self._ended.set()
        WORKED_ON.difference_update({self.row.id, self.id or ""})
        if analysis is None and self.state in IN_FLIGHT:  # Else it is recovered like any other.
            closed = list[ItemState]()
            attempt(lambda: closed.extend(recover_canceled(self._library, self.row.id)))
            self.state = next(iter(closed), self.state)
        self._on_change()

    def _insist(self, write: Callable[[], object]) -> None:
        """Write to the library as soon as it can be written to, if it ever can."""
        while True:
            try:
                write()
                return
            except LibraryError as error:
                log.warning("a queued analysis is not in the library as it should be: %s", error)
                if error.problem in _FOR_GOOD or self._closing.wait(KEEP_AGAIN_S):
                    return

    def _leave(self, error: Exception | None, job: UploadJob | None) -> None:
        verdict = self._verdict(error, job) if not self._is_lost else None
        self.is_put_off = not self._is_lost and isinstance(error, LibraryError)
        is_left = verdict is not None and self._rows.leave(
            self.row.id,
            old={self.state, ItemState.CANCELING} & before(verdict.state),
            new=verdict.state,
            state=row_state(verdict.state),
            failure=verdict.problem,
            remedy=verdict.remedy,
            sent=verdict.sent or self._has_sent_parts,
        )
        if verdict is not None and is_left:
            self.state = verdict.state
            return
        if verdict is not None and verdict.state is ItemState.WAITING:  # It wasn't accepted.
            self._note_canceled(sent=self._has_sent_parts)
        self._release()

    def _verdict(self, error: Exception | None, job: UploadJob | None) -> Verdict | None:
        in_job = self.state is ItemState.JOB
        has_open_job = not job.is_terminal if job is not None else in_job
        if self._is_left and error is None:
            return Verdict(ItemState.WAITING)
        if self.is_given_back and error is None:
            return None if has_open_job else Verdict(ItemState.WAITING)
        sent = self._sending and not self._is_left
        return self._verdict_on(error, sent=sent, has_open_job=has_open_job)

    def _verdict_on(
        self, error: Exception | None, *, sent: bool, has_open_job: bool
    ) -> Verdict | None:
        return verdict_on(
            error,
            sent=sent,
            has_open_job=has_open_job,
            stopped=self._is_stopped(),
            is_shared=self._is_shared,
        )

    def _beat(self, id: str) -> None:
        try:
            is_mine = self._library.keep_alive(id)
            is_canceled = is_mine and self._note_canceled()
        except LibraryError:
            return
        self._is_lost = self._is_lost or not is_mine
        if not is_mine or is_canceled:
            self._on_lost()

    def _lose(self) -> None:
        self._is_lost = True
        raise LostItemError
