"""What the list of one visit is drawn from, and acted on, in one run of the page."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.media.camera_parts import Series, series_in
from interhuman.media.forecast import Forecast
from interhuman.page import state
from interhuman.page.connect import Connection
from interhuman.page.many.sums import Sums, sums_of
from interhuman.page.visit import Visit
from interhuman.runs.listed import Wanted
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.states import UNSENT

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """The queue of one visit's library as it is now."""

    visit: Visit
    queue: Queue
    library: Library
    account: Account | None
    """What is sent with, None without a connection."""
    items: Sequence[QueueItem]
    forecasts: dict[str, Forecast]
    """What will be done to those that aren't sent, by their ids."""
    estimate_s: float | None = None
    left_s: float | None = None

    @property
    def is_sandbox(self) -> bool:
        """Whether what is started now is analyzed in the sandbox."""
        return self.account is not None and self.account.sandbox

    @property
    def sums(self) -> Sums:
        """How many of the recordings are where."""
        return sums_of(self.items, self.forecasts)

    @property
    def series(self) -> list[Series]:
        """The recordings that look like parts of one and that aren't called so yet."""
        unsent = [each for each in self.items if each.state in UNSENT]
        files = self.visit.kept.many.camera_files(
            each for each in unsent if each.title == each.file_name
        )
        return [each for each in series_in(files) if each.ids not in self.visit.kept.many.dismissed]


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
