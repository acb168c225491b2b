"""Runs whose page may be reloaded: found again by a random token in the address.

A reload gives the browser a new session, and with Inter-1 there is no job to ask for. So the
process keeps each run under a token of 128 random bits while nobody has seen how it ended;
only whoever holds the address can find it, and once its end is seen the token is worth nothing.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

from interhuman.runs.run import Run

UNSEEN_FOR_S = 3600.0
"""How long a run that nobody comes back for is kept, and then until it ends."""


class RunRegistry:
    """The runs of a process that no page has seen the end of, by token; safe between threads.

    `timer` is `threading.Timer` or stands in for it.
    """

    def __init__(self, *, timer: Callable[..., threading.Timer] = threading.Timer) -> None:
        self._timer = timer
        self._lock = threading.Lock()
        self._runs: dict[str, tuple[Run, str | None]] = {}

    def put(self, run: Run, *, owner: str | None = None) -> str:
        """Keep `run` and return its token; `UNSEEN_FOR_S` later it is let go once it has ended.

        With an `owner`, who has signed in, nobody else finds it.
        """
        token = secrets.token_hex(16)
        with self._lock:
            self._runs[token] = run, owner
        self._let_go_later(token)
        return token

    def find(self, token: str, *, owner: str | None = None) -> Run | None:
        """Return the run of a token, or None.

        There is none when its end was seen, or when it is of another owner.
        """
        with self._lock:
            run, whose = self._runs.get(token, (None, None))
            return run if whose in (None, owner) else None

    def holds(self, token: str) -> bool:
        """Return whether there is a run of a token, whoever may find it."""
        with self._lock:
            return token in self._runs

    def forget(self, run: Run) -> None:
        """Let go of a run whose end was seen."""
        with self._lock:
            self._runs = {token: kept for token, kept in self._runs.items() if kept[0] is not run}

    def _let_go_later(self, token: str) -> None:
        timer = self._timer(UNSEEN_FOR_S, self._let_go, args=(token,))
        timer.daemon = True
        timer.start()

    def _let_go(self, token: str) -> None:
        with self._lock:
            run, _ = self._runs.get(token, (None, None))
            if run is not None and run.finished:
                del self._runs[token]
        if run is not None and not run.finished:
            self._let_go_later(token)
