"""The queue on any number of processes and machines, over a library in PostgreSQL."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from interhuman.adaptive_limit import DEFAULT_AT_ONCE
from interhuman.errors import InterhumanError, LibraryError
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.library.sharing import owners_under_way
from interhuman.library.tickets import Ticket, Tickets
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.recovery import recover
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.threads import LOOK_EVERY_S, Owner, ThreadQueue

log = logging.getLogger(__name__)

POLL_EVERY_S: Final = 1.0
"""How often to look for tickets where the database can't tell of them."""

NO_TICKET_FOR: Final = timedelta(seconds=5)
"""What waits without a ticket for so long has been forgotten by whoever let it wait."""

_LEFT_ALONE_S: Final = 5.0
_LEFT_ALONE_MAX_S: Final = 60.0
_TURN_ENDS_WITHIN_S: Final = 5.0
_NEVER_S: Final = float("-inf")


class ProcrastinateQueue(ThreadQueue):
    """A `Queue` whose items are taken by whichever process has room, on any machine.

    It works on one database, that of the first library that is connected, and there on the items
    of everybody whose account is connected here: `library_of` opens the library of an owner who
    isn't, and raises LibraryError; without it those are left to others. What only this process can
    do, since it alone has the recording, only it takes. The rest is as with `ThreadQueue`.
    """

    def __init__(
        self,
        *,
        library_of: Callable[[str], Library] | None = None,
        max_at_once: int = DEFAULT_AT_ONCE,
        convert: bool = True,
        look_every_s: float = LOOK_EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library_of = library_of
        self._tickets: Tickets | None = None
        self._taken: dict[str, Ticket] = {}
        self._returned: deque[tuple[Ticket, float | None]] = deque()
        """Tickets to be given back after so many seconds; None for those to be thrown away."""
        self._started: set[str] = set()
        """The items that this process let wait and that have no ticket yet."""
        self._changed_owners: set[str] = set()
        self._looked_at_s, self._may_have_more = _NEVER_S, True
        super().__init__(
            max_at_once=max_at_once,
            convert=convert,
            look_every_s=look_every_s,
            clock=clock,
            on_end=self._return_ticket,
        )

    def connect(self, library: Library, account: Account) -> None:
        """Work on the items of this account from now on; see `Queue.connect`."""
        with self._changes:
            if self._tickets is None:
                self._tickets = Tickets(library.access.engine, on_news=self._hear)
        known = self._keys()
        super().connect(library, account)
        if self._keys() != known:
            self._looked_at_s = _NEVER_S
            self._note_change()

    def close(self, timeout_s: float = 10.0) -> bool:
        """Begin nothing more and let go of what isn't sent; see `Queue.close`."""
        ended = super().close(timeout_s)
        self._dispatcher.join(_TURN_ENDS_WITHIN_S)
        tickets, self._tickets = self._tickets, None
        if tickets is not None:
            try:
                self._return_tickets(tickets)
                self._offer_changed(tickets)
            except InterhumanError as error:
                log.warning("the queue's tickets are left to the other processes: %s", error)
            tickets.close()
        return ended

    def _changed(self, library: Library, account: Account | None = None) -> None:
        with self._changes:
            self._changed_owners.add(library.access.owner)
            self._may_have_more = True
        super()._changed(library, account)

    def _move(
        self, rows: QueueRows, id: str, old: Collection[ItemState], new: ItemState, **also: object
    ) -> bool:
        moved = super()._move(rows, id, old, new, **also)
        if moved and new is ItemState.WAITING:
            self._note_waiting(id)
        return moved

    def _note_waiting(self, id: str) -> None:
        with self._changes:
            self._started.add(id)

    def _hear(self) -> None:
        self._may_have_more = True
        self._note_change()

    def _return_ticket(self, id: str, state: ItemState) -> None:
        """Have the ticket of an item that ended here thrown away, or given to others."""
        ticket = self._taken.pop(id, None)
        if ticket is not None:
            left = state is ItemState.WAITING
            log.info("%s analysis %s: %s.", "Leaving" if left else "Finished", id, state)
            self._returned.append((ticket, self._left_alone_s(ticket) if left else None))

    def _left_alone_s(self, ticket: Ticket) -> float:
        account = ticket.job.queue.partition("@")[0]
        if self._is_closed or self.limits.of(account).stopped is not None:
            return 0.0
        return min(_LEFT_ALONE_S * 2.0 ** min(ticket.job.attempts, 10), _LEFT_ALONE_MAX_S)

    def _keys(self) -> frozenset[str]:
        with self._changes:
            return frozenset(key for owner in self._owners.values() for key in owner.accounts)

    def _owner(self, name: str) -> Owner | None:
        """Return an owner with the accounts that this process may send their items on."""
        with self._changes:
            connected = self._owners.get(name)
            if connected is not None:
                return Owner(connected.library, dict(connected.accounts))
            every = [owner.accounts for owner in self._owners.values()]
        accounts = {key: account for some in every for key, account in some.items()}
        return Owner(self._library_of(name), accounts) if self._library_of is not None else None

    # Choosing what is begun next.

    def _turn(self) -> bool:
        tickets = self._tickets
        if tickets is None:
            return False
        try:
            tickets.open()
            if not tickets.listens:
                self._wait_s, self._may_have_more = min(self._wait_s, POLL_EVERY_S), True
            is_due = self._clock() >= self._looked_at_s + self._look_every_s
            if (connected := self._connected()) is not None:
                self._sync_stops(connected.library, self._keys(), is_due=is_due)
            self._return_tickets(tickets)
            if is_due:
                self._looked_at_s, self._may_have_more = self._clock(), True
                self._look(tickets)
            self._offer_changed(tickets)
            return self._take(tickets)
        except InterhumanError as error:
            log.warning("the queue can't be worked on: %s", error)
        except Exception:
            # What can't be done now may be later.
            log.exception("the queue can't be worked on")
        return False

    def _connected(self) -> Owner | None:
        with self._changes:
            return next(iter(self._owners.values()), None)

    def _return_tickets(self, tickets: Tickets) -> None:
        while self._returned:
            ticket, after_s = self._returned[0]
            if after_s is None:
                tickets.finish(ticket)
            else:
                tickets.give_back(ticket, after_s=after_s)
            self._returned.popleft()

    def _look(self, tickets: Tickets) -> None:
        """Take over what ended processes left behind, and see that all that waits has a ticket."""
        tickets.clear_up()
        connected = self._connected()
        if connected is None:
            return
        for name in owners_under_way(connected.library.access, self._keys()):
            try:
                self._look_after(name)
            except InterhumanError as error:
                # One owner's trouble must not stop the others.
                log.warning("the queue of an owner can't be worked on: %s", error)

    def _look_after(self, name: str) -> None:
        owner = self._owner(name)
        if owner is not None:
            recovered = recover(owner.library)
            with self._changes:
                self._started.update(recovered)
                self._changed_owners.add(name)
            self._resume_jobs(name, owner)

    def _offer_changed(self, tickets: Tickets) -> None:
        while self._changed_owners:
            with self._changes:
                name = self._changed_owners.pop()
            owner = self._owner(name)
            if owner is None:
                continue
            try:
                self._offer(tickets, name, owner)
            except LibraryError:
                self._changed_owners.add(name)
                raise

    def _offer(self, tickets: Tickets, name: str, owner: Owner) -> None:
        rows = QueueRows(owner.library.access).all(stages={ItemState.WAITING})
        with self._changes:
            started = self._started.intersection(row.id for row in rows)
        held = self._crew.held_ids
        forgotten_at = owner.library.access.now() - NO_TICKET_FOR
        for account in sorted(owner.accounts):
            ids = [
                row.id
                for row in rows
                if row.account == account
                and (row.id in started or _is_forgotten(row, before=forgotten_at))
            ]
            tickets.offer(name, account, ids, mine=held)
        with self._changes:
            self._started -= started

    def _take(self, tickets: Tickets) -> bool:
        keys = self._keys()
        free = [key for key in keys if self._crew.has_room(key)]
        if not free or not self._may_have_more:
            return False
        self._may_have_more = False
        ticket = tickets.take(free)
        if ticket is None:
            self._may_have_more = self._may_have_more or len(free) < len(keys)
            return False
        self._may_have_more = True
        after_s: float | None = _LEFT_ALONE_S
        try:
            is_begun, after_s = self._begin(ticket)
        except InterhumanError:
            is_begun = False
            raise
        finally:
            if not is_begun:
                self._returned.append((ticket, after_s))
        return True

    def _begin(self, ticket: Ticket) -> tuple[bool, float | None]:
        """Begin with what a ticket is for; return whether that was possible.

        Where it wasn't, somebody else should after so many seconds, or nobody.
        """
        owner = self._owner(ticket.owner)
        if owner is None:
            return False, self._left_alone_s(ticket)
        row = QueueRows(owner.library.access).get(ticket.id)
        if row is None or row.stage != ItemState.WAITING:
            return False, None
        if row.account not in owner.accounts:
            return False, self._left_alone_s(ticket)
        self._taken[ticket.id] = ticket
        is_begun = False
        try:
            is_begun = self._crew.begin(row, owner.library, state=ItemState.PREPARING)
        finally:
            if not is_begun:
                del self._taken[ticket.id]
        log.info("Working on analysis %s.", ticket.id)
        return is_begun, None


def _is_forgotten(row: QueuedRow, *, before: datetime) -> bool:
    """Return whether an item lacks whoever let it wait, and can be done on this machine."""
    is_here = row.source is None or Path(row.source).exists()
    return is_here and (row.updated_at is None or row.updated_at < before)
