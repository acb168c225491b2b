"""Lets few threads at a time do what would slow down all, in the order in which they came."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

AT_ONCE: Final = max(1, (os.cpu_count() or 1) - 1)
"""How many recordings are read or converted at once: one processor is left to the page."""

_ASK_EVERY_S: Final = 0.1


class Turns:
    """A queue of threads, of which the first `at_once` have their turn."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.at_once = at_once
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()

    @contextlib.contextmanager
    def turn(
        self, *, on_wait: Callable[[int], None], cancelled: Callable[[], bool]
    ) -> Iterator[bool]:
        """Wait for a turn and hold it in the block; False says that it was cancelled before.

        `on_wait` gets how many have to end before this one can begin, whenever that changes; it is
        not called where none has to.
        """
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
        try:
            yield self._wait(ticket, on_wait, cancelled)
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _wait(
        self, ticket: object, on_wait: Callable[[int], None], cancelled: Callable[[], bool]
    ) -> bool:
        reported = 0
        while not cancelled():
            with self._changed:
                place = self._queue.index(ticket)
            before = max(0, place - self.at_once + 1)
            if before == 0:
                return True
            if before != reported:
                reported = before
                on_wait(before)
            with self._changed:
                if self._queue.index(ticket) == place:
                    self._changed.wait(_ASK_EVERY_S)
        return False
