"""What the page adds to Streamlit's server: recordings to play, and whom it answers at all.

Streamlit's own player takes a whole recording into memory, once more for each request: recordings
are served from their files, piece by piece, at an address that Streamlit passes on to the browser
as it is; see its documentation of `st.video` and of `st.App`.

A page of any website can have its own name resolve to 127.0.0.1, and would then reach the page and
its websocket as if it were theirs, and spend the app's key. So a server that is bound to a loopback
address answers for names of this machine alone, unless a proxy passes the request on, which adds
headers that no browser sends with a websocket.
"""

from __future__ import annotations

import secrets
import threading
import weakref
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from interhuman.page import secrets_file
from interhuman.settings import is_loopback

_FOLDER: Final = "/app/static/recordings"
_HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_NO_SCRIPT: Final = {"Content-Security-Policy": "sandbox; default-src 'none'"}


class MadePage(Protocol):
    """A page that is made when it is asked for."""

    def html(self) -> bytes:
        """Return it in UTF-8."""


class Playback:
    """The files that are served, each under a random name of 128 bits for as long as it is held.

    `is_served` says whether a server of this process has the route.
    """

    def __init__(self) -> None:
        self.is_served = False
        self._lock = threading.Lock()
        self._served: dict[str, tuple[Path, str, str | None]] = {}
        self._made: dict[str, weakref.ref[MadePage]] = {}
        self._names: weakref.WeakKeyDictionary[object, str] = weakref.WeakKeyDictionary()

    def route(self) -> Route:
        """Return the route for the server of this process."""
        self.is_served = True
        return Route(f"{_FOLDER}/{{name}}", self._serve, methods=["GET"])

    def address(
        self, held: object, path: Path, content_type: str, *, save_as: str | None = None
    ) -> str:
        """Return where the browser finds `path`, which goes when nobody holds `held` any more.

        With `save_as` the browser saves it under that name.
        """
        with self._lock:
            name = self._names.get(held)
            if name is None:
                name = f"{secrets.token_hex(16)}{path.suffix}"
                self._names[held] = name
                self._served[name] = (path, content_type, save_as)
                weakref.finalize(held, self._served.pop, name, None)
        return f"{_FOLDER}/{name}"

    def address_of_page(self, page: MadePage) -> str:
        """Return where the browser finds `page`, which goes when nobody holds it any more.

        It is made in a thread whenever it is asked for, and runs no script there.
        """
        with self._lock:
            name = self._names.get(page)
            if name is None:
                name = self._names[page] = f"{secrets.token_hex(16)}.html"
                self._made[name] = weakref.ref(page)
                weakref.finalize(page, self._made.pop, name, None)
        return f"{_FOLDER}/{name}"

    async def _serve(self, request: Request) -> Response:
        unknown = (None, None, None)
        wanted = request.path_params["name"]
        made = self._made.get(wanted)
        page = made() if made is not None else None
        if page is not None:
            html = await run_in_threadpool(page.html)
            return Response(html, media_type="text/html", headers={**_HEADERS, **_NO_SCRIPT})
        path, content_type, name = self._served.get(wanted, unknown)
        if path is None or not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, media_type=content_type, headers=_HEADERS, filename=name)


PLAYBACK: Final = Playback()
"""The process's own: the server has its route, and sessions add to it."""


REFUSED = "This app works only on this computer: open it as localhost or 127.0.0.1."


def middleware() -> list[Middleware]:
    """Return the middleware for the server of this process."""
    bound_to = str(st.get_option("server.address") or "")
    own_host_only = [Middleware(OwnHostOnly)] if is_loopback(bound_to) else []
    return [*own_host_only, Middleware(ReadableSecretsOnly)]


class ReadableSecretsOnly:
    """Looks at the secrets file before each visit: it may have changed since the server started."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set secrets aside that would break off the websocket, and pass the request on."""
        if scope["type"] == "websocket":
            secrets_file.set_aside_unusable()
        await self._app(scope, receive, send)


class OwnHostOnly:
    """Refuses requests for another host than this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 403."""
        if scope["type"] == "lifespan" or _is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(REFUSED, status_code=403)(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    try:
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    return is_loopback(host) or any(map(_is_of_proxy, headers))


def _is_of_proxy(name: str) -> bool:
    """Return whether only a proxy can have put a header into a websocket's handshake."""
    return name.startswith(("x-", "cf-", "fly-")) or name in {"forwarded", "via", "true-client-ip"}
