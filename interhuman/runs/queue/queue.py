"""What a queue does, however it is run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from interhuman.adaptive_limit import AdaptiveLimit
from interhuman.library.library import Library
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.request import AnalysisRequest


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item belongs, besides its owner."""

    batch: str | None = None
    """What was added together, by any name."""
    source: Path | None = None
    """The file that is read when the item's turn comes, where no copy of it is to be kept."""


SLOWED: Final = "Interhuman asked to wait: the next recording is sent in {} s."

ANYWHERE: Final = Place()


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """What holds for the queue of one owner as a whole."""

    in_flight: int
    """How many requests of this process are under way on the owner's accounts, anybody's."""
    limit: int
    """How many may be at once now."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """Why nothing more is sent on an account, as a sentence, by the account's key."""
    slowed: str | None = None
    """Why less is sent than could be, as a sentence."""
    lacks_account: bool = False
    """Whether items wait for credentials that this process does not have."""

    @property
    def problem(self) -> str | None:
        """Why nothing more is sent on the first account that is stopped; `start` tries again."""
        return next(iter(self.problems.values()), None)


def status_of(limits: Mapping[str, AdaptiveLimit], *, lacks_account: bool) -> QueueStatus:
    """Return what holds for a queue whose accounts have these limits, by the accounts' keys."""
    stopped = {key: limit.stopped for key, limit in limits.items()}
    pause_s = max((limit.pause_s for limit in limits.values()), default=0.0)
    return QueueStatus(
        in_flight=sum(limit.under_way for limit in limits.values()),
        limit=sum(limit.at_once for limit in limits.values()),
        problems={key: why for key, why in stopped.items() if why is not None},
        slowed=SLOWED.format(math.ceil(pause_s)) if pause_s > 0 else None,
        lacks_account=lacks_account,
    )


class Queue(Protocol):
    """Works on the queued analyses of any number of libraries; safe between threads.

    Every method sees the items of the library's owner alone. All but `close` raise LibraryError
    when the database can't be used.
    """

    def connect(self, library: Library, account: Account) -> None:
        """Work on the owner's items of this account from now on; costs nothing the second time."""

    def disconnect(self, library: Library, key: str) -> None:
        """Begin nothing more for this owner on the account with that key.

        Its credentials are let go of as soon as what is being sent on it has ended.
        """

    def forget(self, library: Library) -> None:
        """Let go of all that this process has of an owner whose library refuses changes."""

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
        """Add a recording and return its id, once it outlives this process as far as it can.

        Without `start` it is paused; with `once` it isn't added where one of the same recording
        and options `rules_out_sending`: then raises AddedBeforeError. Reads and copies the
        recording: seconds for a large one.
        Raises OSError where the recording can't be read.
        """
        ...

    def items(self, library: Library, *, batch: str | None = None) -> tuple[QueueItem, ...]:
        """Return the items in the order in which they were added; few queries."""
        ...

    def status(self, library: Library) -> QueueStatus:
        """Return what holds for all of them."""
        ...

    def start(
        self, library: Library, account: Account, *, batch: str | None = None, id: str | None = None
    ) -> int:
        """Start what is paused, and send what hasn't been sent on this account; return how many.

        An account that was stopped is tried again.
        """
        ...

    def resume(self, library: Library, account: Account) -> None:
        """Try an account again that was stopped, in all processes that work on this database.

        That is for a person to decide.
        """

    def pause(self, library: Library, *, batch: str | None = None, id: str | None = None) -> int:
        """Hold back what hasn't been sent; return how many items that were."""
        ...

    def cancel(self, library: Library, id: str) -> bool:
        """Cancel an item; return whether that is done or will be.

        One that has gone out whole can't be: its response is waited for and kept. A job runs on.
        """
        ...

    def cancel_all(self, library: Library, *, batch: str | None = None) -> int:
        """Cancel what hasn't ended; return how many items that were."""
        ...

    def retry(self, library: Library, id: str, *, send_again: bool = False) -> bool:
        """Try an item again that failed or was canceled; return whether that is possible.

        One that may be billed is asked for by its job, if it has one that can be read, and sent
        only with `send_again`, for which a person was told so.
        """
        ...

    def ask(self, library: Library, id: str) -> bool:
        """Ask for the result of an item by its jobs; return whether it has a job to ask.

        That sends and bills nothing.
        """
        ...

    def remove(self, library: Library, id: str) -> bool:
        """Take an item off the queue that nobody works on; return whether it was taken off.

        What was sent stays in the library; what wasn't is deleted, and `Library.undo` brings the
        row back.
        """
        ...

    def wait_for_change(self, seen: int, timeout_s: float) -> int:
        """Wait until this process changed an item since `seen`, and return what to pass next.

        Pass 0 at first. Returns `seen` when the time is up.
        """
        ...

    def close(self, timeout_s: float = 10.0) -> bool:
        """Begin nothing more and let go of what isn't sent; return whether all threads ended.

        What is being sent is waited for, for `timeout_s` at most.
        """
        ...
