"""Recordings that arrived for one visit, until they are taken over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from interhuman.runs.recording import UploadedRecording

MAX_AT_ONCE: Final = 4
"""So many recordings of one visit are received at once; the browser sends fewer."""

MAX_WAITING: Final = 500
"""So many recordings of one visit wait to be taken over."""


@dataclass(frozen=True)
class Arrival:
    """A recording that has arrived."""

    key: str
    """What the browser knows it by."""
    recording: UploadedRecording
    changed_at: datetime | None
    """When its file was last changed, as the browser says."""


class Arrivals:
    """The recordings that arrived for one visit and were not taken over yet; safe between threads.

    `max_bytes` and `extensions` are what one may have, the latter with their dots. `on_arrival`
    takes a recording over at once, in a thread of the server's; it raises LibraryError or OSError
    where that fails. Without it they wait here.
    """

    def __init__(self) -> None:
        self.max_bytes = 0
        self.extensions: frozenset[str] = frozenset()
        self.on_arrival: Callable[[Arrival], None] | None = None
        self._lock = threading.Lock()
        self._arrived: list[Arrival] = []
        self._receiving = 0

    def allow(self, *, max_bytes: int, extensions: Sequence[str]) -> None:
        """Set what a recording may be."""
        self.max_bytes = max_bytes
        self.extensions = frozenset(f".{extension.lstrip('.')}" for extension in extensions)

    def take(self) -> list[Arrival]:
        """Return what has arrived since the last call, in that order."""
        with self._lock:
            arrived, self._arrived = self._arrived, []
        return arrived

    def add(self, arrival: Arrival) -> None:
        """Take in a recording that is whole. Raises LibraryError and OSError."""
        on_arrival = self.on_arrival  # once: another thread may take it away
        if on_arrival is not None:
            on_arrival(arrival)
            return
        with self._lock:
            self._arrived.append(arrival)

    def begin(self) -> bool:
        """Note that one is received from now on; return False where there are too many."""
        with self._lock:
            full = self._receiving >= MAX_AT_ONCE or len(self._arrived) >= MAX_WAITING
            self._receiving += not full
            return not full

    def end(self) -> None:
        """Note that one is received no longer."""
        with self._lock:
            self._receiving -= 1
