"""The stand-in's HTTP face: its routes, and what every response of it carries."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.reader import StoppedError
from interhuman.sandbox.settings import NOTICE, SandboxSettings
from interhuman.sandbox.tokens import TokenDesk
from interhuman.sandbox.upload import Slots, may_upload, receive
from interhuman.sandbox.v1 import answer_v1

_LARGEST_SIGN_IN_BYTES = 64 * 1024
_WORKERS = 2


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


@dataclass(slots=True)
class Desk:
    """What the routes share: settings, tokens, slots, and the threads that analyse."""

    settings: SandboxSettings
    wires: Wires
    tokens: TokenDesk = field(init=False)
    slots: Slots = field(init=False)
    workers: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = TokenDesk(
            lifetime_s=self.settings.token_lifetime_s, clock=self.settings.clock
        )
        self.slots = Slots(self.settings.max_concurrent)
        self.workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="sandbox-analysis")

    async def work(self, do: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Run `do` in a worker thread, so that the server goes on answering."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.workers, partial(do, *args, **options))

    def stop(self) -> None:
        """Ask running analyses to end and start no more."""
        self.wires.stopping.set()
        self.workers.shutdown(wait=False, cancel_futures=True)


def build(settings: SandboxSettings, wires: Wires) -> ASGIApp:
    """Return the stand-in as an ASGI app."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.desk = Desk(settings, wires)
        wires.ready.set()
        yield
        app.state.desk.stop()

    return _Stamped(
        Starlette(
            routes=[
                Route("/v1/auth", _sign_in, methods=["POST"]),
                Route("/v1/upload/analyze", _analyze_v1, methods=["POST"]),
            ],
            lifespan=lifespan,
            exception_handlers={
                ApiError: _refuse,
                HTTPException: _refuse_http,
                StoppedError: _refuse_stopped,
                ClientDisconnect: _forget,
                Exception: _refuse_unforeseen,
            },
        ),
        wires.received,
    )


async def _sign_in(request: Request) -> Response:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_SIGN_IN_BYTES:
            raise ApiError("ih4006", "The request body is too large.")
    return _json(_desk(request).tokens.sign_in(body))


async def _analyze_v1(request: Request) -> Response:
    desk = _desk(request)
    grant = may_upload(request, desk.tokens)
    with desk.slots.take(grant.account):
        upload = await receive(request, max_file_bytes=desk.settings.max_file_bytes)
        try:
            if grant.account.scripted_error is not None:
                raise ApiError(grant.account.scripted_error)
            due_s = time.monotonic() + desk.settings.least_analysis_s
            answer = await desk.work(
                answer_v1, upload, settings=desk.settings, should_stop=desk.wires.stopping.is_set
            )
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            return _json(answer)
        finally:
            await upload.form.close()


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _json(body: Any, *, status: int = 200) -> Response:
    text = json.dumps(body, allow_nan=False, separators=(",", ":"))
    return Response(text.encode(), status, media_type="application/json")


async def _refuse(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, ApiError)
    settings = _desk(request).settings
    correlation_id = request.scope["correlation_id"]
    response = _json(fault.body(correlation_id, now_s=settings.clock()), status=fault.row.status)
    if fault.row.says_when:
        response.headers["Retry-After"] = str(settings.retry_after_s)
    return response


async def _refuse_http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    return _json({"detail": fault.detail}, status=fault.status_code)


async def _refuse_stopped(request: Request, _: Exception) -> Response:
    return await _refuse(request, ApiError("ih1003", "The stand-in is being stopped."))


async def _refuse_unforeseen(request: Request, _: Exception) -> Response:
    return await _refuse(request, ApiError("ih1001"))


async def _forget(request: Request, _: Exception) -> Response:
    """Answer a client that has gone: nobody reads it."""
    return Response(status_code=400)


class _Stamped:
    """Gives every response its correlation id, says that a stand-in sent it, and notes it."""

    def __init__(self, app: ASGIApp, received: deque[Received]) -> None:
        self._app = app
        self._received = received

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["correlation_id"] = str(uuid.uuid4())

        async def stamp(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Correlation-ID"] = scope["correlation_id"]
                headers["X-Interhuman-Sandbox"] = NOTICE
                self._received.append(Received(scope["method"], scope["path"], message["status"]))
            await send(message)

        await self._app(scope, receive, stamp)
