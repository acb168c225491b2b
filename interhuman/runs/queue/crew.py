"""The threads of this process that work on items, one each."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from interhuman.adaptive_limit import AdaptiveLimits
from interhuman.errors import InterhumanError
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.library.workers import WORKED_ON
from interhuman.media.turns import AT_ONCE
from interhuman.runs.in_parts import kept_parts
from interhuman.runs.queue.account import AccountClients
from interhuman.runs.queue.joined import replace_files
from interhuman.runs.queue.record import QueuedRecord
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.verdicts import RecordingGoneError
from interhuman.runs.queue.work import QueuedRun, recording_of, request_of
from interhuman.runs.record import attempt
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.run import Run

log = logging.getLogger(__name__)

ASK_JOB_AGAIN_S: Final = 30.0
"""How long a job is left alone that could not be asked for."""

TAKE_AGAIN_S: Final = 2.0
"""How long an item is left alone whose recording or row could not be read."""


@dataclass
class _Work:
    """One item that this process works on; `run` is None until its recording was found."""

    row: QueuedRow
    owner: str
    record: QueuedRecord
    is_resumed: bool
    run: QueuedRun | None = None
    is_stopped: bool = False

    @property
    def is_out(self) -> bool:
        """Whether it is being sent, or the part of it that is next, or its response is awaited."""
        parts = self.run.parts if self.run is not None else None
        return parts.is_out if parts is not None else self.record.state is ItemState.SENDING


class Crew:
    """The items that this process works on, each in a thread of its own; safe between threads.

    `changes` is notified, and `on_change` called, whenever one moves on or ends; `on_end` is told
    which one ended in which state. With that, other machines may take what isn't found here.
    """

    def __init__(
        self,
        limits: AdaptiveLimits,
        clients: AccountClients,
        changes: threading.Condition,
        *,
        convert: bool,
        on_change: Callable[[], None],
        on_end: Callable[[str, ItemState], None] | None = None,
    ) -> None:
        self._limits, self._clients, self._convert = limits, clients, convert
        self._changes, self._on_change, self._on_end = changes, on_change, on_end
        self._works: dict[str, _Work] = {}
        self._recordings: dict[str, tuple[str, UploadedRecording]] = {}
        """Those that are held, each with its owner."""
        self._left_alone_until_s: dict[str, float] = {}
        self._is_closed = False
        self._gave_up = threading.Event()

    @property
    def size(self) -> int:
        """How many items are worked on."""
        return len(self._works)

    @property
    def held_ids(self) -> Collection[str]:
        """The items whose recordings nobody else has."""
        with self._changes:
            return frozenset(self._recordings)

    def held_of(self, owner: str) -> Collection[str]:
        """Return those of one owner."""
        with self._changes:
            return frozenset(id for id, held in self._recordings.items() if held[0] == owner)

    def hold(self, id: str, recording: UploadedRecording, *, owner: str) -> None:
        """Keep the recording of an item until it is analyzed."""
        with self._changes:
            self._recordings[id] = (owner, recording)

    def release(self, id: str) -> None:
        """Let go of the recording of an item that isn't analyzed any more."""
        with self._changes:
            self._recordings.pop(id, None)

    def has(self, id: str) -> bool:
        """Return whether an item is worked on, or is to be left alone for now."""
        left_alone_s = self._left_alone_until_s.get(id, 0.0)
        return id in self._works or time.monotonic() < left_alone_s

    def has_room(self, account: str, *, owner: str | None = None) -> bool:
        """Return whether another item may be prepared, so that one is ready when it can be sent.

        An owner prepares no more at once than the machine converts: others have theirs beside it.
        Without an owner that holds for all together.
        """
        limit = self._limits.of(account)
        if limit.stopped is not None:
            return False
        with self._changes:
            states = [
                work.record.state
                for work in self._works.values()
                if owner in {None, work.owner} and work.row.account == account
            ]
        preparing, ready = states.count(ItemState.PREPARING), states.count(ItemState.READY)
        return preparing < AT_ONCE and preparing + ready < limit.at_once

    @property
    def accounts(self) -> frozenset[str]:
        """The keys of the accounts that are sent on."""
        with self._changes:
            return frozenset(work.row.account or "" for work in self._works.values())

    def resumed_of(self, owner: str) -> int:
        """Return how many jobs of an earlier process are waited for."""
        with self._changes:
            return sum(work.is_resumed and work.owner == owner for work in self._works.values())

    def runs_of(self, owner: str) -> Mapping[str, Run]:
        """Return the runs of an owner's items that are worked on, by the ids of their rows."""
        with self._changes:
            works = [work for work in self._works.values() if work.owner == owner]
            return {work.row.id: work.run for work in works if work.run is not None}

    def begin(self, row: QueuedRow, library: Library, *, state: ItemState) -> bool:
        """Take an item and begin with it; return False where another was faster.

        Raises LibraryError.
        """
        old = ItemState.JOB if state is ItemState.JOB else ItemState.WAITING
        if not QueueRows(library.access).take(row.id, old=old, new=state):
            return False
        WORKED_ON.add(row.id)
        record = QueuedRecord(
            library,
            row,
            state=state,
            on_change=self._on_change,
            on_lost=lambda: self.stop(row.id, owner=library.access.owner),
            is_stopped=lambda: self._limits.of(row.account or "").stopped is not None,
            closing=self._gave_up,
            is_shared=self._on_end is not None,
        )
        work = _Work(row, library.access.owner, record, is_resumed=state is ItemState.JOB)
        with self._changes:
            self._works[row.id] = work
            if self._is_closed:
                self._give_back(work)
        threading.Thread(
            target=self._work, args=(work, library), name="queued analysis", daemon=True
        ).start()
        self._on_change()
        return True

    def _forget_files(self, row: QueuedRow, library: Library) -> None:
        """Let go of the files that a recording was joined from, which is sent as one from now on.

        What the library can't do now is done when the item ends or is removed.
        """
        forgotten: list[str] = []
        held = self._held(row.id)
        attempt(lambda: forgotten.extend(replace_files(row, library, held=held)))
        if forgotten and library.recordings is not None:
            forgotten.append(row.id)  # It is kept there now.
        with self._changes:
            for id in forgotten:
                self._recordings.pop(id, None)

    def stop(self, id: str, *, owner: str, after_part: bool = False) -> bool:
        """End the work on an item as far as it can be ended; return whether there was any.

        With `after_part` the part of a long recording that is being sent isn't ended.
        """
        with self._changes:
            work = self._works.get(id)
            if work is None or work.owner != owner:
                return False
            if not after_part or not work.is_out:
                self._stop(work)
            return True

    def give_back(self, account: str, *, owner: str | None = None) -> None:
        """Leave what isn't sent on an account to whoever takes it next, an owner's or all."""
        with self._changes:
            for work in self._works.values():
                is_theirs = owner in {None, work.owner} and work.row.account == account
                if is_theirs and not work.is_out and work.record.state is not ItemState.JOB:
                    self._give_back(work)

    def close(self, timeout_s: float) -> bool:
        """Give back what isn't sent and wait for the rest; return whether all threads ended."""
        with self._changes:
            self._is_closed = True
            for work in self._works.values():
                self._give_back(work)
            ended = self._changes.wait_for(lambda: not self._works, timeout_s)
        self._gave_up.set()
        return ended

    def _give_back(self, work: _Work) -> None:
        work.record.is_given_back = True
        if not work.is_out:
            self._stop(work)

    @staticmethod
    def _stop(work: _Work) -> None:
        work.is_stopped = True
        if work.run is not None:
            work.run.cancel()

    def _work(self, work: _Work, library: Library) -> None:
        try:
            run = self._make_run(work, library)
            with self._changes:
                work.run = run
                if work.is_stopped:
                    run.cancel()
            run.work(lambda: self._clients.get(work.row.account or ""))
            if run.analysis is not None:
                self._forget_files(work.row, library)
        except Exception as error:
            if not isinstance(error, InterhumanError):
                log.exception("an item of the queue ended with a fault of the app")
            work.record.end(analysis=None, error=error, job=None)
        finally:
            with self._changes:
                del self._works[work.row.id]
                self._let_go(work)
            if self._on_end is not None:
                self._on_end(work.row.id, work.record.state)
            self._on_change()

    def _make_run(self, work: _Work, library: Library) -> QueuedRun:
        row, recording, parts, gone = work.row, None, None, None
        if not work.is_resumed:
            parts = kept_parts(library.answer(row.id))
            try:
                recording = self._held(row.id) or recording_of(row, library)
            except RecordingGoneError as error:
                if parts is None:
                    raise
                gone = error
        return QueuedRun(
            request_of(row, recording, parts=parts),
            record=work.record,
            limit=self._limits.of(row.account or ""),
            convert=self._convert,
            gone=gone,
            on_ready=lambda: self._forget_files(row, library),
        )

    def _held(self, id: str) -> UploadedRecording | None:
        held = self._recordings.get(id)
        return held[1] if held is not None else None

    def _let_go(self, work: _Work) -> None:
        run = work.run
        has_result = run is not None and run.analysis is not None
        if has_result or work.record.state is ItemState.REFUSED:
            self._recordings.pop(work.row.id, None)
        elif work.is_resumed or work.record.is_put_off:
            wait_s = ASK_JOB_AGAIN_S if work.is_resumed else TAKE_AGAIN_S
            self._left_alone_until_s[work.row.id] = time.monotonic() + wait_s
