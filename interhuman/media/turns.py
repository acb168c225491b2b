"""Lets one thread at a time do what would slow down all, in the order in which they came."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

_ASK_EVERY_S: Final = 0.1


class Turns:
    """A queue of threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()

    @contextlib.contextmanager
    def turn(
        self, *, on_wait: Callable[[int], None], cancelled: Callable[[], bool]
    ) -> Iterator[bool]:
        """Wait for a turn and hold it in the block; False says that it was cancelled before.

        `on_wait` gets how many are before this one, whenever that changes; it is not called
        where nobody is.
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
                before = self._queue.index(ticket)
            if before == 0:
                return True
            if before != reported:
                reported = before
                on_wait(before)
            with self._changed:
                if self._queue.index(ticket) == before:
                    self._changed.wait(_ASK_EVERY_S)
        return False
