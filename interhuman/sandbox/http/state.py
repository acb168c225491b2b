"""What all requests to one sandbox share: its tokens, limits, jobs, and workers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine

from starlette.requests import Request
from starlette.responses import Response

from interhuman.sandbox.http.jobs import JobStore
from interhuman.sandbox.http.tokens import Account, TokenStore
from interhuman.sandbox.http.upload import ConcurrencyLimit, HeldUploads
from interhuman.sandbox.http.workers import Workers
from interhuman.sandbox.settings import SandboxSettings


class State:
    """The state of one sandbox; all of it lives on the event loop."""

    def __init__(self, settings: SandboxSettings, should_stop: Callable[[], bool]) -> None:
        self.settings = settings
        self.should_stop = should_stop
        self.tokens = TokenStore(lifetime_s=settings.token_lifetime_s, clock=settings.clock)
        self.jobs = JobStore(lifetime_s=settings.job_lifetime_s, clock=settings.clock)
        self.concurrency = ConcurrencyLimit(settings.max_concurrent)
        self.held = HeldUploads(
            max_uploads=settings.max_held_uploads, max_bytes=settings.max_held_bytes
        )
        self.analyses = Workers(
            max_foreground=settings.analyses_at_once,
            max_processes=settings.max_processes,
            slow_after_s=settings.slow_after_s,
            memory_bytes=settings.max_analysis_memory_bytes,
            wall_s=settings.max_analysis_s,
        )
        # A submission need not wait for others' analyses, only for others' checks.
        self.checks = Workers(
            max_foreground=settings.analyses_at_once,
            max_processes=settings.analyses_at_once,
            slow_after_s=settings.max_check_s,
            memory_bytes=settings.max_analysis_memory_bytes,
            wall_s=settings.max_check_s,
        )
        self._tasks: set[asyncio.Task[None]] = set()

    def start_task(self, coroutine: Coroutine[object, object, None]) -> None:
        """Run `coroutine` in the background, also after the request that started it."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)  # asyncio itself holds only a weak reference
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Cancel the background tasks and wait for their end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def state_of(request: Request) -> State:
    """Return the state of the sandbox that serves this request."""
    state: State = request.app.state.sandbox
    return state


def authorized_account(request: Request) -> Account:
    """Return who sends the request; raise ih2002, ih2001 or ih2003 for who may not upload."""
    return state_of(request).tokens.authorize_upload(request.headers.get("authorization"))


def json_response(body: object, *, status: int = 200) -> Response:
    """Return `body` as JSON in ASCII: a name from a client may hold half a surrogate pair."""
    text = json.dumps(body, allow_nan=False, separators=(",", ":"))
    return Response(text.encode(), status, media_type="application/json")
