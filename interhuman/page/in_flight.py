"""Runs whose page may be reloaded: found again by a random token in the address.

A reload gives the browser a new session, and with Inter-1 there is no job to ask for. So the
process keeps each run under a token of 128 random bits while nobody has seen how it ended;
only whoever holds the address can find it, and once its end is seen the token is worth nothing.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Callable

from interhuman.runs import Run

UNSEEN_FOR_S = 3600.0
"""How long a run that nobody comes back for is kept, from its start."""

_TOKEN = re.compile(r"[0-9a-f]{32}")


class InFlight:
    """The runs of a process that no page has seen the end of, by token; safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._runs: dict[str, tuple[float, Run]] = {}

    def put(self, run: Run) -> str:
        """Keep `run` and return its token; runs that nobody came back for are let go."""
        token, now_s = secrets.token_hex(16), self._clock()
        with self._lock:
            self._runs = {
                old: (since_s, kept)
                for old, (since_s, kept) in self._runs.items()
                if now_s - since_s < UNSEEN_FOR_S
            }
            self._runs[token] = (now_s, run)
        return token

    def find(self, token: str) -> Run | None:
        """Return the run of a token, or None when there is none or its end was seen."""
        with self._lock:
            found = self._runs.get(token) if _TOKEN.fullmatch(token) else None
        return found[1] if found is not None else None

    def forget(self, run: Run) -> None:
        """Let go of a run whose end was seen."""
        with self._lock:
            self._runs = {token: kept for token, kept in self._runs.items() if kept[1] is not run}
