"""What all requests to one stand-in share: its tokens, slots, jobs, and workers."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from interhuman.sandbox.http.jobs import JobStore
from interhuman.sandbox.http.tokens import TokenDesk
from interhuman.sandbox.http.upload import HeldUploads, Slots
from interhuman.sandbox.http.workers import Workers
from interhuman.sandbox.settings import SandboxSettings


@dataclass(frozen=True, slots=True)
class Received:
    """One request that was answered."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class Wires:
    """What joins the app to the thread that started it."""

    ready: threading.Event = field(default_factory=threading.Event)
    """Set by the app when it starts to serve."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set from outside: running analyses end."""
    received: deque[Received] = field(default_factory=lambda: deque(maxlen=10_000))
    """The latest requests, filled in by the app."""


class Desk:
    """The state of one stand-in; all of it lives on the event loop."""

    def __init__(self, settings: SandboxSettings, wires: Wires) -> None:
        self.settings = settings
        self.tokens = TokenDesk(lifetime_s=settings.token_lifetime_s, clock=settings.clock)
        self.jobs = JobStore(lifetime_s=settings.job_lifetime_s, clock=settings.clock)
        self.slots = Slots(settings.max_concurrent)
        self.should_stop = wires.stopping.is_set
        self.held = HeldUploads(most=settings.max_held_uploads, most_bytes=settings.max_held_bytes)
        self.analyses = Workers(
            at_once=settings.analyses_at_once,
            most=settings.max_processes,
            slow_after_s=settings.slow_after_s,
            memory_bytes=settings.max_analysis_memory_bytes,
            wall_s=settings.max_analysis_s,
        )
        # A submission need not wait for others' analyses, only for others' checks.
        self.checks = Workers(
            at_once=settings.analyses_at_once,
            most=settings.analyses_at_once,
            slow_after_s=settings.max_check_s,
            memory_bytes=settings.max_analysis_memory_bytes,
            wall_s=settings.max_check_s,
        )
        self._tasks: set[asyncio.Task[None]] = set()

    def go_on_with(self, task: Coroutine[Any, Any, None]) -> None:
        """Run `task` beside the requests, beyond the end of the one that began it."""
        running = asyncio.create_task(task)
        self._tasks.add(running)
        running.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what still runs and start no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
