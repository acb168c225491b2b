"""The queue on worker threads of one process, over a library in any database."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from interhuman.adaptive_limit import DEFAULT_AT_ONCE, AdaptiveLimits
from interhuman.errors import InterhumanError
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.runs.queue.account import Account, AccountClients
from interhuman.runs.queue.acts import QueueActs
from interhuman.runs.queue.crew import Crew
from interhuman.runs.queue.items import Held
from interhuman.runs.queue.queue import QueueStatus, status_of
from interhuman.runs.queue.recovery import recover
from interhuman.runs.queue.states import ENDED, ItemState
from interhuman.runs.queue.stops import AccountStops
from interhuman.runs.recording import UploadedRecording

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
"""How often to look for what other processes added, or left behind when they ended."""

MAX_RESUMED: Final = 16
"""Jobs of earlier processes that are waited for at once, of one owner."""

_ANY_NUMBER: Final = 1_000_000
_NEVER_S: Final = float("-inf")


@dataclass
class Owner:
    """An owner whose items are worked on, and on which accounts."""

    library: Library
    accounts: dict[str, Account] = field(default_factory=dict)
    looked_at_s: float = _NEVER_S
    may_have_more: bool = True
    """Whether something may wait that wasn't there when this process last looked."""


class ThreadQueue(QueueActs):
    """A `Queue` whose items are worked on by threads of this process.

    At most `max_at_once` requests of an account are under way at once, in all processes together
    that work on one database, and in all queues with the same `limits`. With `convert` a recording
    is made to fit before it is sent. With `only` no other items than those with these ids are
    begun, which may become more. `clock` is a monotonic clock in seconds. `on_end` is that of its
    `Crew`.
    """

    def __init__(
        self,
        *,
        max_at_once: int = DEFAULT_AT_ONCE,
        limits: AdaptiveLimits | None = None,
        convert: bool = True,
        only: Collection[str] | None = None,
        look_every_s: float = LOOK_EVERY_S,
        clock: Callable[[], float] = time.monotonic,
        on_end: Callable[[str, ItemState], None] | None = None,
    ) -> None:
        self._look_every_s = self._wait_s = look_every_s
        self._only, self._clock = only, clock
        self.limits = limits or AdaptiveLimits(max_at_once)
        self._stops = AccountStops(self.limits)
        self._clients = AccountClients()
        self._changes = threading.Condition(threading.RLock())
        self._crew = Crew(
            self.limits,
            self._clients,
            self._changes,
            convert=convert,
            on_change=self._note_change,
            on_end=on_end,
        )
        self._version = 1
        self._is_woken = self._is_closed = False
        self._owners: dict[str, Owner] = {}
        """In the order of their turns, the next one first."""
        self._dispatcher = threading.Thread(target=self._dispatch, name="queue", daemon=True)
        self._dispatcher.start()

    def connect(self, library: Library, account: Account) -> None:
        """Work on the owner's items of this account from now on; see `Queue.connect`."""
        with self._changes:
            if library.access.notice is not None:
                return
            self._clients.put(account)
            owner = self._owners.setdefault(library.access.owner, Owner(library))
            owner.library = library
            is_new = account.key not in owner.accounts
            owner.accounts[account.key] = account
        if is_new:
            self._changed(library)

    def disconnect(self, library: Library, key: str) -> None:
        """Begin nothing more for this owner on an account; see `Queue.disconnect`."""
        with self._changes:
            owner = self._owners.get(library.access.owner)
            if owner is not None:
                owner.accounts.pop(key, None)
                if not owner.accounts:
                    del self._owners[library.access.owner]
        self._crew.give_back(key, owner=library.access.owner)
        self._note_change()

    def status(self, library: Library) -> QueueStatus:
        """Return what holds for the queue of one owner as a whole; see `Queue.status`."""
        with self._changes:
            owner = self._owners.get(library.access.owner)
            keys = list(owner.accounts) if owner is not None else []
        waiting = set(ItemState) - ENDED - {ItemState.PAUSED}
        lacks_account = QueueRows(library.access).waits_without(keys, stages=waiting)
        return status_of({key: self.limits.of(key) for key in keys}, lacks_account=lacks_account)

    def start(
        self, library: Library, account: Account, *, batch: str | None = None, id: str | None = None
    ) -> int:
        """Start what is paused; see `Queue.start`."""
        self.resume(library, account)
        return super().start(library, account, batch=batch, id=id)

    def resume(self, library: Library, account: Account) -> None:
        """Try an account again that was stopped; see `Queue.resume`."""
        self._stops.resume(library.access, account.key)
        self._changed(library)

    def wait_for_change(self, seen: int, timeout_s: float) -> int:
        """Wait until this process changed an item; see `Queue.wait_for_change`."""
        with self._changes:
            self._changes.wait_for(lambda: self._version != seen or self._is_closed, timeout_s)
            return self._version

    def close(self, timeout_s: float = 10.0) -> bool:
        """Begin nothing more and let go of what isn't sent; see `Queue.close`."""
        until_s = time.monotonic() + timeout_s
        with self._changes:
            self._is_closed = True
            self._changes.notify_all()
        self._dispatcher.join(timeout_s)
        ended = self._crew.close(max(0.0, until_s - time.monotonic()))
        self._clients.close()
        return ended and not self._dispatcher.is_alive()

    # What a change of the rows needs of this process.

    def _hold(self, library: Library, id: str, recording: UploadedRecording) -> None:
        self._crew.hold(id, recording, owner=library.access.owner)

    def _release(self, id: str) -> None:
        self._crew.release(id)

    def _held(self, library: Library) -> Held:
        with self._changes:
            owner = self._owners.get(library.access.owner)
            keys = frozenset(owner.accounts if owner is not None else ())
        stopped = {key: self.limits.of(key).stopped for key in keys}
        return Held(
            runs=self._crew.runs_of(library.access.owner),
            recordings=self._crew.held_of(library.access.owner),
            problems={key: why for key, why in stopped.items() if why is not None},
            accounts=keys,
        )

    def _stop(self, library: Library, id: str, *, after_part: bool = False) -> bool:
        return self._crew.stop(id, owner=library.access.owner, after_part=after_part)

    def _changed(self, library: Library, account: Account | None = None) -> None:
        if account is not None:
            self.connect(library, account)
        with self._changes:
            owner = self._owners.get(library.access.owner)
            if owner is not None:
                owner.may_have_more, owner.looked_at_s = True, _NEVER_S
        self._note_change()

    def _note_change(self) -> None:
        with self._changes:
            self._version += 1
            self._is_woken = True
            self._changes.notify_all()

    # Choosing what is begun next.

    def _dispatch(self) -> None:
        while True:
            with self._changes:
                self._is_woken = False
            began = self._turn()
            with self._changes:
                self._forget_unused()
                if not began:
                    self._changes.wait_for(lambda: self._is_woken or self._is_closed, self._wait_s)
                if self._is_closed:
                    return

    def _forget_unused(self) -> None:
        """Let go of credentials that no owner has, once what is being sent with them has ended."""
        known = frozenset[str]().union(*(owner.accounts for owner in self._owners.values()))
        for key in self._crew.accounts - known:
            self._crew.give_back(key)  # It was begun while the key was taken back.
        self._clients.keep_only(self._crew.accounts | known)

    def _turn(self) -> bool:
        """Begin what is next; return whether that was anything."""
        with self._changes:
            owners = list(self._owners.items())
        began = [self._serve(name, owner) for name, owner in owners]
        return any(began)

    def _serve(self, name: str, owner: Owner) -> bool:
        """Begin one item of an owner at most, so that each has a turn; return whether one began."""
        try:
            is_due = self._clock() >= owner.looked_at_s + self._look_every_s
            self._sync_stops(owner.library, self._keys_of(owner), is_due=is_due)
            if is_due:
                owner.looked_at_s, owner.may_have_more = self._clock(), True
                recover(owner.library)
                self._resume_jobs(name, owner)
            return owner.may_have_more and self._begin_next(name, owner)
        except InterhumanError as error:
            log.warning("the queue can't be worked on: %s", error)
        except Exception:
            # One owner's trouble must not stop the others.
            log.exception("the queue of an owner can't be worked on")
        return False

    def _sync_stops(self, library: Library, keys: Collection[str], *, is_due: bool) -> None:
        """Tell other processes at once what stopped here, and hear of theirs now and then."""
        if is_due or self._stops.has_unwritten(library.access, keys):
            self._stops.sync(library.access, keys)

    def _keys_of(self, owner: Owner) -> list[str]:
        with self._changes:
            return list(owner.accounts)

    def _begin_next(self, name: str, owner: Owner) -> bool:
        keys = self._keys_of(owner)
        free = [key for key in keys if self._crew.has_room(key, owner=name)]
        if not free:
            return False
        row = next(self._free(owner, free, ItemState.WAITING, limit=self._crew.size + 1), None)
        if row is None:
            owner.may_have_more = len(free) < len(keys)
            return False
        return self._crew.begin(row, owner.library, state=ItemState.PREPARING)

    def _resume_jobs(self, name: str, owner: Owner) -> None:
        """Wait for the jobs that nobody waits for."""
        keys = self._keys_of(owner)
        room = MAX_RESUMED - self._crew.resumed_of(name)
        jobs = self._free(owner, keys, ItemState.JOB, limit=max(0, room))
        for row in itertools.islice(jobs, max(0, room)):
            self._crew.begin(row, owner.library, state=ItemState.JOB)

    def _free(
        self, owner: Owner, accounts: Collection[str], stage: ItemState, *, limit: int
    ) -> Iterator[QueuedRow]:
        """Yield what may be begun, of the first `limit` in a stage that nobody works on."""
        limit = limit if self._only is None else _ANY_NUMBER
        for row in QueueRows(owner.library.access).next(accounts, stage=stage, limit=limit):
            if (self._only is None or row.id in self._only) and not self._crew.has(row.id):
                yield row
