"""What all requests to one stand-in share: its tokens, slots, jobs, and worker threads."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar

from interhuman.sandbox.jobs import JobStore
from interhuman.sandbox.settings import SandboxSettings
from interhuman.sandbox.tokens import TokenDesk
from interhuman.sandbox.upload import Slots

_WORKERS = 2

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


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
    """The state of one stand-in; all of it but the workers lives on the event loop."""

    def __init__(self, settings: SandboxSettings, wires: Wires) -> None:
        self.settings = settings
        self.tokens = TokenDesk(lifetime_s=settings.token_lifetime_s, clock=settings.clock)
        self.jobs = JobStore(lifetime_s=settings.job_lifetime_s, clock=settings.clock)
        self.slots = Slots(settings.max_concurrent)
        self.should_stop = wires.stopping.is_set
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="sandbox-analysis")
        self._tasks: set[asyncio.Task[None]] = set()

    async def work(
        self, do: Callable[Asked, Answer], *args: Asked.args, **options: Asked.kwargs
    ) -> Answer:
        """Run `do` in a worker thread, so that the server goes on answering."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, partial(do, *args, **options))

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
        self._workers.shutdown(wait=False, cancel_futures=True)
