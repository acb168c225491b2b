"""What a person does with the queue, as changes of its rows: the same whatever works on them."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Collection
from functools import partial

from interhuman.errors import LibraryError, SavedFileError
from interhuman.library.asking import is_named
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.runs.in_parts import kept_parts
from interhuman.runs.keeping import keep_now
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.again import try_parts_again
from interhuman.runs.queue.canceled import close_parts
from interhuman.runs.queue.items import (
    Held,
    QueueItem,
    askable_of,
    has_expired,
    items_of,
    state_of,
)
from interhuman.runs.queue.joined import delete_files, without_joined
from interhuman.runs.queue.queue import ANYWHERE, Place
from interhuman.runs.queue.recovery import recover_canceled
from interhuman.runs.queue.same import is_ruled_out
from interhuman.runs.queue.states import ENDED, MAY_RETRY, UNSENT, ItemState, before, row_state
from interhuman.runs.queue.verdicts import (
    ASK_AGAIN,
    HELD,
    JOB_CANCELED,
)
from interhuman.runs.record import CANCELED, attempt, facts_of, header_option, sound_option
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest

log = logging.getLogger(__name__)

_OFF_THE_QUEUE = ENDED | UNSENT


class QueueActs(ABC):
    """The part of a queue that changes rows and begins nothing itself."""

    def add(
        self,
        request: AnalysisRequest,
        library: Library,
        account: Account,
        *,
        place: Place = ANYWHERE,
        start: bool = True,
        once: bool = False,
    ) -> str:
        """Add a recording; see `Queue.add`."""
        recording = request.recording
        if recording is None:
            raise ValueError("Only a recording can be queued.")
        is_probed = recording.probe_within(0.0) is not None
        facts = facts_of(request)
        facts["options"].update(sound_option(request.sound))
        rows = QueueRows(library.access)
        id = rows.add(
            stage=ItemState.PAUSED,
            account=account.key,
            batch=place.batch,
            source=str(place.source.absolute()) if place.source is not None else None,
            unless=partial(is_ruled_out, request) if once else None,
            **facts,
        )
        if place.source is None and not keep_now(library, recording):
            self._hold(library, id, recording)
            if library.access.notice is not None:  # Its owner was forgotten meanwhile.
                self._release(id)
        if not is_probed:
            note = (rows, id, recording)
            threading.Thread(target=_note_header, args=note, name="note", daemon=True).start()
        if start:
            self._move(rows, id, {ItemState.PAUSED}, ItemState.WAITING)
        self._changed(library, account)
        return id

    def forget(self, library: Library) -> None:
        """Let go of an owner and of the recordings that could not be kept; see `Queue.forget`."""
        held = self._held(library)
        for key in held.accounts or ():
            self.disconnect(library, key)
        for id in held.runs:
            self._stop(library, id)
        for id in held.recordings:
            self._release(id)

    def items(self, library: Library, *, batch: str | None = None) -> tuple[QueueItem, ...]:
        """Return the items in the order in which they were added; see `Queue.items`."""
        rows = QueueRows(library.access).all(batch=batch)
        return items_of(rows, self._held(library), askable=askable_of(library, rows))

    def start(
        self, library: Library, account: Account, *, batch: str | None = None, id: str | None = None
    ) -> int:
        """Start what is paused; see `Queue.start`."""
        rows = QueueRows(library.access)
        started = 0
        for row in _chosen(library, {ItemState.PAUSED, ItemState.WAITING}, batch=batch, id=id):
            if row.sandbox == account.sandbox:
                old = {ItemState(row.stage or "")}
                also = {"account": account.key, "failure": None, "remedy": None}
                moved = self._move(rows, row.id, old, ItemState.WAITING, **also)
                if moved and not started:
                    self._changed(library, account)  # Work can begin while the rest is started.
                started += moved and row.stage == ItemState.PAUSED
        self._changed(library, account)
        return started

    def pause(self, library: Library, *, batch: str | None = None, id: str | None = None) -> int:
        """Hold back what hasn't been sent; see `Queue.pause`."""
        rows, new = QueueRows(library.access), ItemState.PAUSED
        moved, held = [], []
        for row in reversed(_chosen(library, before(new), batch=batch, id=id)):
            if self._move(rows, row.id, UNSENT & before(new), new):
                moved.append(row.id)
            elif rows.hold(row.id, old=ItemState.SENDING, new=new, why=HELD):
                held.append(row.id)
        for moved_id in moved:
            self._stop(library, moved_id)
        for held_id in held:
            self._stop(library, held_id, after_part=True)
        if moved or held:
            self._changed(library)
        return len(moved) + len(held)

    def cancel(self, library: Library, id: str) -> bool:
        """Cancel an item; see `Queue.cancel`."""
        rows = QueueRows(library.access)
        unsent = {"failure": CANCELED, "remedy": None}
        done = self._move(rows, id, UNSENT, ItemState.CANCELED, **unsent)
        out, in_job = {ItemState.SENDING, ItemState.CANCELING}, {ItemState.JOB}
        is_out = not done and self._move(rows, id, out, ItemState.CANCELING)
        if done:
            ended = close_parts(library, id)
            if ended is not None:
                self._move(rows, id, {ItemState.CANCELED}, ItemState.CANCELED, **ended.columns)
        elif not is_out:
            job = {"failure": JOB_CANCELED, "remedy": ASK_AGAIN}
            done = self._move(rows, id, in_job, ItemState.CANCELED, **job)
        stopped = self._stop(library, id)
        if is_out:
            attempt(partial(recover_canceled, library, id))  # Else only a connected owner's is.
        self._changed(library)
        return done or is_out or stopped

    def cancel_all(self, library: Library, *, batch: str | None = None) -> int:
        """Cancel what hasn't ended; see `Queue.cancel_all`."""
        rows = _chosen(library, set(ItemState) - ENDED, batch=batch, id=None)
        # The last first: what is canceled doesn't make room for what will be.
        return sum(self.cancel(library, row.id) for row in reversed(rows))

    def retry(self, library: Library, id: str, *, send_again: bool = False) -> bool:
        """Try an item again; see `Queue.retry`."""
        return self._try_again(library, id, send_again=send_again)

    def ask(self, library: Library, id: str) -> bool:
        """Ask the job of an item again; see `Queue.ask`."""
        return self._try_again(library, id, only_ask=True)

    def _try_again(
        self, library: Library, id: str, *, send_again: bool = False, only_ask: bool = False
    ) -> bool:
        rows = QueueRows(library.access)
        row = rows.get(id)
        old = state_of(row) if row is not None else None
        if row is None or old not in MAY_RETRY or (only_ask and not row.sent):
            return False
        also: dict[str, object] = {"failure": None, "remedy": None}
        try:
            parts = kept_parts(library.answer(id))
        except SavedFileError:
            return False
        if parts is not None:
            moved = try_parts_again(library, row, parts, send_again=send_again, only_ask=only_ask)
            if moved:
                self._note_waiting(id)
        elif row.sent and not send_again:
            is_lost = row.job_id is None or has_expired(row)
            moved = not is_lost and self._move(rows, id, {old}, ItemState.JOB, **also)
        else:
            unsent = {"sent": False, "job_id": None, "job_expires_at": None}
            moved = self._move(rows, id, {old}, ItemState.WAITING, **also, **unsent)
        self._changed(library)
        return moved

    def remove(self, library: Library, id: str) -> bool:
        """Take an item off the queue; see `Queue.remove`."""
        rows = QueueRows(library.access)
        row = rows.get(id)
        if row is None or row.stage not in _OFF_THE_QUEUE:
            return False
        if row.stage in UNSENT and not self.cancel(library, id):
            return False
        row = rows.get(id) or row
        if row.stage == ItemState.DONE or row.sent:
            for file_id in delete_files(row, library):  # They would be sent a second time.
                self._release(file_id)
            is_off = rows.forget(id, old=ENDED)
        else:
            is_off = rows.delete(id, old=ENDED)
        if is_off:
            self._release(id)
        self._changed(library)
        return is_off

    def _move(
        self, rows: QueueRows, id: str, old: Collection[ItemState], new: ItemState, **also: object
    ) -> bool:
        allowed = frozenset(old) & (before(new) | {new})
        keeps_worker = new in {ItemState.WAITING, ItemState.CANCELING}
        move = rows.let_wait if keeps_worker else rows.move
        return move(id, old=allowed, new=new, state=row_state(new), **also)

    @abstractmethod
    def disconnect(self, library: Library, key: str) -> None:
        """Begin nothing more for an owner on an account; see `Queue.disconnect`."""

    @abstractmethod
    def _hold(self, library: Library, id: str, recording: UploadedRecording) -> None:
        """Keep a recording in this process that could not be kept anywhere else."""

    @abstractmethod
    def _release(self, id: str) -> None:
        """Let go of what `_hold` keeps of an item."""

    @abstractmethod
    def _held(self, library: Library) -> Held:
        """Return what this process knows of the owner's items beyond their rows."""

    @abstractmethod
    def _stop(self, library: Library, id: str, *, after_part: bool = False) -> bool:
        """Stop this process's work on an item, if it has it; return whether it had.

        With `after_part` the part of a long recording that is being sent isn't stopped.
        """

    def _note_waiting(self, id: str) -> None:  # noqa: B027 - not all have to know
        """Hear that an item waits from now on."""

    @abstractmethod
    def _changed(self, library: Library, account: Account | None = None) -> None:
        """Look at once whether something can be begun."""


def _note_header(rows: QueueRows, id: str, recording: UploadedRecording) -> None:
    """Note what the header of a recording says, as soon as it has been read."""
    duration_s = recording.duration_s
    try:
        rows.note(id, duration_s=duration_s, options=header_option(recording))
    except LibraryError as error:
        log.warning("a queued recording has no length yet: %s", error)


def _chosen(
    library: Library, stages: Collection[ItemState], *, batch: str | None, id: str | None
) -> tuple[QueuedRow, ...]:
    """Return what is shown in these stages: never what a joined recording takes the place of."""
    rows = QueueRows(library.access)
    if id is None:
        shown = without_joined(rows.all())
        return tuple(row for row in shown if row.stage in stages and batch in {None, row.batch})
    row = rows.get(id)
    if row is None or row.stage not in stages:
        return ()
    # All rows need not be read for one, and many are started one by one.
    return () if row.stage == ItemState.PAUSED and is_named(library.access, id) else (row,)
