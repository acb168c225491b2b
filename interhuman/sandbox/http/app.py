"""The sandbox as an ASGI app: its routes, its errors, and what every response carries."""

from __future__ import annotations

import threading
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.http import v1, v2
from interhuman.sandbox.http.state import State, json_response, state_of
from interhuman.sandbox.http.workers import StoppedError
from interhuman.sandbox.settings import NOTICE, SandboxSettings

_MAX_SIGN_IN_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One request that was answered."""

    method: str
    path: str
    status: int


def build_app(
    settings: SandboxSettings,
    *,
    ready: threading.Event,
    should_stop: Callable[[], bool],
    on_response: Callable[[ReceivedRequest], None],
) -> ASGIApp:
    """Return the sandbox as an ASGI app that sets `ready` when it starts to serve.

    Running analyses end as soon as `should_stop` returns True; `on_response` is called with
    each request when its answer begins.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.sandbox = State(settings, should_stop)
        ready.set()
        yield
        await app.state.sandbox.close()

    app = Starlette(
        routes=[
            Route("/v1/auth", _sign_in, methods=["POST"]),
            Route("/v1/upload/analyze", v1.analyze_upload, methods=["POST"]),
            Route("/v2/upload/analyze", v2.submit_job, methods=["POST"]),
            Route("/v2/upload/jobs/{job_id}", v2.read_job, methods=["GET"]),
        ],
        lifespan=lifespan,
        exception_handlers={
            ApiError: _answer_api_error,
            HTTPException: _answer_http_exception,
            StoppedError: _answer_stopped,
            ClientDisconnect: _answer_disconnected,
            Exception: _answer_unexpected,
        },
    )
    return _ResponseHeaders(app, on_response)


async def _sign_in(request: Request) -> Response:
    """Answer `POST /v1/auth`."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_SIGN_IN_BYTES:
            raise ApiError("ih4006", "The request body is too large.")
    return json_response(state_of(request).tokens.sign_in(body))


async def _answer_api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    settings = state_of(request).settings
    body = error.body(request.scope["correlation_id"], now_s=settings.clock())
    response = json_response(body, status=error.row.status)
    if error.row.sends_retry_after:
        response.headers["Retry-After"] = str(settings.retry_after_s)
    return response


async def _answer_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return json_response({"detail": error.detail}, status=error.status_code)


async def _answer_stopped(request: Request, _: Exception) -> Response:
    return await _answer_api_error(request, ApiError("ih1003", "The sandbox is being stopped."))


async def _answer_unexpected(request: Request, _: Exception) -> Response:
    """Answer for a fault of the sandbox's own; Starlette raises it again, for the log."""
    return await _answer_api_error(request, ApiError("ih1001"))


async def _answer_disconnected(_: Request, __: Exception) -> Response:
    """Answer a client that has gone: nobody reads it."""
    return Response(status_code=400)


class _ResponseHeaders:
    """Gives every response its correlation id and the sandbox's notice, and reports it."""

    def __init__(self, app: ASGIApp, on_response: Callable[[ReceivedRequest], None]) -> None:
        self._app = app
        self._on_response = on_response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["correlation_id"] = str(uuid.uuid4())

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Correlation-ID"] = scope["correlation_id"]
                headers["X-Interhuman-Sandbox"] = NOTICE
                self._on_response(
                    ReceivedRequest(scope["method"], scope["path"], message["status"])
                )
            await send(message)

        await self._app(scope, receive, send_with_headers)
