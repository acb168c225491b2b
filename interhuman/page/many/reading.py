"""Reading the queue of a visit's library, and having the process work on it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.media.camera_parts import Series
from interhuman.media.forecast import Forecast
from interhuman.page import state, widgets
from interhuman.page.connect import Connection
from interhuman.page.keys import OPTIONS
from interhuman.page.many.desk import Desk, joining_in
from interhuman.page.many.sums import Sums, pace_s, sums_of
from interhuman.page.visit import EVERYTHING, Visit
from interhuman.runs.listed import Wanted
from interhuman.runs.own_library import OwnLibrary
from interhuman.runs.queue.account import Account, account_key
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.same import Same
from interhuman.runs.queue.states import UNSENT
from interhuman.runs.queue.unstarted import options_of_unstarted, repeats, set_options
from interhuman.text import name_line

log = logging.getLogger(__name__)


def desk_of(visit: Visit, connection: Connection | None, library: Library) -> Desk:
    """Read the queue, after adding what has arrived meanwhile. Raises LibraryError."""
    queue, account = queue_of(visit, library), account_of(connection)
    ended = _end_joins(visit)
    if account is not None:
        _apply_options(visit, library, account)
    _receive(visit, queue, library, account)
    items, forecasts, sames = known_of(visit, library)
    for series in ended:
        # Where they became one, that hides them.
        are_left = any(item.id in series.ids for item in items)
        end = "is not joined" if are_left else "is one recording now"
        visit.acts.add(f"{name_line(series.title)} {end}.")
    sums = sums_of(items, forecasts, sames, joining_in(visit))
    left_s = _left_s(visit, sums)
    return Desk(visit, queue, library, account, items, forecasts, sames, sums, left_s=left_s)


def _end_joins(visit: Visit) -> list[Series]:
    """Let go of the joins that have ended, and return what they were to join."""
    before = list(visit.kept.many.joins)
    visit.kept.many.end_joins()
    return [run.series for run in before if run not in visit.kept.many.joins]


def known_of(
    visit: Visit, library: Library
) -> tuple[Sequence[QueueItem], dict[str, Forecast], dict[str, Same]]:
    """Read the items, what will be done to those that aren't sent, and which of them are repeats.

    Raises LibraryError.
    """
    items = queue_of(visit, library).items(library)
    unsent = [item for item in items if item.state in UNSENT]
    model, convert = visit.options.model, visit.deployment.convert
    forecasts = visit.kept.many.forecasts(library, unsent, model=model, convert=convert)
    return items, forecasts, repeats(library)


def _left_s(visit: Visit, now: Sums) -> float | None:
    """Return about how long what was started still takes, by what has ended while one looked."""
    listed, now_s = visit.kept.many, time.monotonic()
    ended = now.ended
    if not now.moving or listed.looked_from is None or ended < listed.looked_from[1]:
        listed.looked_from = (now_s, ended) if now.moving else None
    if listed.looked_from is None:
        return None
    since_s, ended_before = listed.looked_from
    return pace_s(now_s - since_s, ended=ended - ended_before, left=now.moving)


def _apply_options(visit: Visit, library: Library, account: Account) -> None:
    """Have all that isn't started ask for what is chosen; at first, choose what it asks for."""
    listed = visit.kept.many
    if listed.wanted is None and visit.options == EVERYTHING:
        known = options_of_unstarted(library)
        if known is not None:
            visit.options = known
            widgets.renew(*OPTIONS)
    wanted = visit.options, account.key
    if listed.wanted != wanted:
        set_options(library, visit.options, account)
        listed.wanted = wanted


def _receive(visit: Visit, queue: Queue, library: Library, account: Account | None) -> None:
    """Have what arrives from now on added to the queue with the present options."""
    listed = visit.kept.many
    if account is None:
        listed.arrivals.on_arrival = None
        return
    listed.starts_arrivals = listed.starts_arrivals and listed.is_uploading
    wanted = Wanted(
        queue,
        library,
        account,
        visit.options,
        convert=visit.deployment.convert,
        starts=listed.starts_arrivals,
    )
    listed.arrivals.on_arrival = lambda arrival: listed.take_in(wanted, arrival)
    for arrival in listed.arrivals.take():
        listed.take_in(wanted, arrival)


def connect(visit: Visit, connection: Connection | None) -> None:
    """Have the queue go on with what this visitor has of the account in use."""
    account = account_of(connection)
    _forget_key(visit)
    if account is None:
        return
    for library in _libraries(visit):
        try:
            queue_of(visit, library).connect(library, account)
        except LibraryError as error:
            log.warning("the queue can't go on: %s", error)


def _forget_key(visit: Visit) -> None:
    """Have the queue begin nothing more with a visitor's own key that they took back or changed."""
    listed, credentials = visit.kept.many, visit.access.credentials
    present = account_key(credentials, base_url=visit.deployment.base_url) if credentials else None
    if listed.own_key not in {None, present}:
        for library in _libraries(visit):
            queue_of(visit, library).disconnect(library, listed.own_key or "")
        listed.arrivals.on_arrival = None
    listed.own_key = present


def _libraries(visit: Visit) -> list[Library]:
    """Return where recordings of this visit may be under way."""
    library, own = usable_library(visit), visit.kept.many.own
    return [one for one in (library, own.library if own is not None else None) if one is not None]


def known_library(visit: Visit) -> Library | None:
    """Return where the list of this visit's recordings is; None while there can't be any.

    One that was begun without a library stays the list until it is empty or put aside.
    """
    library, listed = usable_library(visit), visit.kept.many
    stays = library is None or (not listed.shows_library and bool(own_items(visit)))
    return listed.own.library if listed.own is not None and stays else library


def usable_library(visit: Visit) -> Library | None:
    """Return the library of this visit, if something can be added to it."""
    library = visit.kept.library
    return library if library is not None and library.notice is None else None


def own_items(visit: Visit) -> Sequence[QueueItem]:
    """Return the recordings that this visit added while there was no library."""
    own = visit.kept.many.own
    try:
        return queue_of(visit, own.library).items(own.library) if own is not None else ()
    except LibraryError as error:
        log.warning("a visit's own recordings can't be read: %s", error)
        return ()


def queue_of(visit: Visit, library: Library) -> Queue:
    """Return the queue that works on this visit's recordings under way."""
    return state.queue(visit.deployment, own=library is not visit.kept.library)


def library_of(visit: Visit) -> Library:
    """Return where this visit's recordings under way are, for the visit alone if need be.

    Raises LibraryError.
    """
    library = known_library(visit)
    if library is None:
        visit.kept.many.own = OwnLibrary(state.queue(visit.deployment, own=True))
        library = visit.kept.many.own.library
    return library


def account_of(connection: Connection | None) -> Account | None:
    """Return the account that a connection stands for."""
    if connection is None:
        return None
    return Account.of(
        connection.open,
        credentials=connection.credentials,
        base_url=connection.base_url,
        sandbox=connection.sandbox,
    )
