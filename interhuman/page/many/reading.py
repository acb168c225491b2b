"""Reading the queue of a visit's library, and having the process work on it."""

from __future__ import annotations

import logging

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.page import state
from interhuman.page.connect import Connection
from interhuman.page.many.desk import Desk
from interhuman.page.visit import Visit
from interhuman.runs.listed import Wanted
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.states import UNSENT

log = logging.getLogger(__name__)


def desk_of(visit: Visit, connection: Connection | None, library: Library) -> Desk:
    """Read the queue, after adding what has arrived meanwhile. Raises LibraryError."""
    queue, account, listed = state.queue(visit.deployment), account_of(connection), visit.kept.many
    _receive(visit, queue, library, account)
    items = queue.items(library)
    model, convert = visit.options.model, visit.deployment.convert
    unsent = [item for item in items if item.state in UNSENT]
    forecasts = listed.forecasts(library, unsent, model=model, convert=convert)
    return Desk(visit, queue, library, account, items, forecasts)


def _receive(visit: Visit, queue: Queue, library: Library, account: Account | None) -> None:
    """Have what arrives from now on added to the queue with the present options."""
    listed = visit.kept.many
    if account is None:
        listed.arrivals.on_arrival = None
        return
    wanted = Wanted(queue, library, account, visit.options)
    listed.arrivals.on_arrival = lambda arrival: listed.take_in(wanted, arrival)
    for arrival in listed.arrivals.take():
        listed.take_in(wanted, arrival)


def connect(visit: Visit, connection: Connection | None) -> None:
    """Have the queue go on with what this visitor's library has of the account in use."""
    library, account = visit.kept.library, account_of(connection)
    if library is None or library.notice is not None or account is None:
        return
    try:
        state.queue(visit.deployment).connect(library, account)
    except LibraryError as error:
        log.warning("the queue can't go on: %s", error)


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
