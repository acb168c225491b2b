"""The stand-in as an ASGI app: its routes, its errors, and what every response carries."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interhuman.isolation import StoppedError
from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.http.routes import ROUTES, desk_of, json_response
from interhuman.sandbox.http.state import Desk, Received, Wires
from interhuman.sandbox.settings import NOTICE, SandboxSettings


def build(settings: SandboxSettings, wires: Wires) -> ASGIApp:
    """Return the stand-in as an ASGI app."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.desk = Desk(settings, wires)
        wires.ready.set()
        yield
        await app.state.desk.close()

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        exception_handlers={
            ApiError: _refuse,
            HTTPException: _refuse_http,
            StoppedError: _refuse_stopped,
            ClientDisconnect: _forget,
            Exception: _refuse_unforeseen,
        },
    )
    return _Stamped(app, wires.received)


async def _refuse(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, ApiError)
    settings = desk_of(request).settings
    body = fault.body(request.scope["correlation_id"], now_s=settings.clock())
    response = json_response(body, status=fault.row.status)
    if fault.row.says_when:
        response.headers["Retry-After"] = str(settings.retry_after_s)
    return response


async def _refuse_http(_: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    return json_response({"detail": fault.detail}, status=fault.status_code)


async def _refuse_stopped(request: Request, _: Exception) -> Response:
    return await _refuse(request, ApiError("ih1003", "The stand-in is being stopped."))


async def _refuse_unforeseen(request: Request, _: Exception) -> Response:
    """Answer for a fault of the stand-in's own; Starlette raises it again, for the log."""
    return await _refuse(request, ApiError("ih1001"))


async def _forget(_: Request, __: Exception) -> Response:
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
