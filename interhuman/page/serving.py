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

import asyncio
import gc
import re
import secrets
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar
from urllib.parse import urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from interhuman.errors import LibraryError
from interhuman.library.recordings import PIECE_BYTES, StoredRecording
from interhuman.page import secrets_file
from interhuman.settings import is_loopback

_FOLDER: Final = "/app/static/recordings"
_HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_FIRST_PIECE_BYTES: Final = 256 * 1024
_READERS: Final = ThreadPoolExecutor(8, thread_name_prefix="read a store")
"""Their own threads: where a store does not answer, the server's go on."""

_Read = TypeVar("_Read")

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
        self._served: dict[str, tuple[Path | StoredRecording, str, str | None]] = {}
        self._made: dict[str, weakref.ref[MadePage]] = {}
        self._names: weakref.WeakKeyDictionary[object, str] = weakref.WeakKeyDictionary()

    def route(self) -> Route:
        """Return the route for the server of this process."""
        self.is_served = True
        return Route(f"{_FOLDER}/{{name}}", self._serve, methods=["GET"])

    def address(
        self,
        held: object,
        source: Path | StoredRecording,
        content_type: str,
        *,
        save_as: str | None = None,
    ) -> str:
        """Return where the browser finds `source`, which goes when nobody holds `held` any more.

        With `save_as` the browser saves a file under that name.
        """
        with self._lock:
            name = self._names.get(held)
            if name is None:
                extension = source.suffix if isinstance(source, Path) else ""
                name = f"{secrets.token_hex(16)}{extension}"
                self._names[held] = name
                self._served[name] = (source, content_type, save_as)
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
        source, content_type, name = self._served.get(wanted, unknown)
        if source is None or (isinstance(source, Path) and not source.is_file()):
            raise HTTPException(404)
        if isinstance(source, Path):
            return FileResponse(source, media_type=content_type, headers=_HEADERS, filename=name)
        return await _response_from_store(request, source, content_type)


async def _response_from_store(
    request: Request, stored: StoredRecording, content_type: str | None
) -> Response:
    """Answer with a recording or a part of it, read from its store as fast as the browser takes it.

    Each piece is a request of its own to the store, so a browser that seeks or goes costs one piece
    at most, and a browser holds two pieces in memory.
    """
    etag = f'"{stored.sha256}"'
    headers = {**_HEADERS, "Accept-Ranges": "bytes", "ETag": etag}
    is_same = request.headers.get("if-range", etag) == etag
    try:
        size_bytes = await _in_reader(lambda: stored.size_bytes)
        part = byte_range(request.headers.get("range", ""), size_bytes) if is_same else None
        if part is not None and not part:
            headers["Content-Range"] = f"bytes */{size_bytes}"
            return Response(status_code=416, headers=headers)
        start, end = (part.start, part.stop) if part is not None else (0, size_bytes)
        first = b""
        if request.method == "GET" and start < end:
            until = min(end, start + _FIRST_PIECE_BYTES)
            first = await _in_reader(lambda: stored.read(start, until))
    except LibraryError as error:
        raise HTTPException(404 if error.problem == "missing" else 503) from None
    headers["Content-Length"] = str(end - start)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size_bytes}"
    status = 200 if part is None else 206
    if request.method != "GET":
        return Response(status_code=status, media_type=content_type, headers=headers)
    pieces = _pieces(stored, first, start, end)
    return StreamingResponse(pieces, status, media_type=content_type, headers=headers)


async def _pieces(
    stored: StoredRecording, first: bytes, start: int, end: int
) -> AsyncIterator[bytes]:
    """Yield a part of a recording whose first piece is here.

    Raises LibraryError where the store goes away meanwhile: the connection then breaks off, by
    which the browser knows that something is missing.
    """
    yield first
    for at in range(start + len(first), end, PIECE_BYTES):
        yield await _in_reader(partial(stored.read, at, min(end, at + PIECE_BYTES)))


async def _in_reader(read: Callable[[], _Read]) -> _Read:
    """Wait for a store without keeping anybody else, or a thread of the server's, waiting."""
    return await asyncio.get_running_loop().run_in_executor(_READERS, read)


def byte_range(header: str, size_bytes: int) -> range | None:
    """Return the part that a Range header asks for, empty where there is nothing of it.

    None is the whole: for no header, and for all that may be answered so (RFC 9110, 14.2), which
    are several parts and what is no range of bytes.
    """
    asked = _RANGE.fullmatch(header.strip())
    if asked is None:
        return None
    first, last = asked.groups()
    if not first:
        return range(max(0, size_bytes - int(last)), size_bytes) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size_bytes) if last else size_bytes)


PLAYBACK: Final = Playback()
"""The process's own: the server has its route, and sessions add to it."""


REFUSED = "This app works only on this computer: open it as localhost or 127.0.0.1."


def stop_collecting_what_stays() -> None:
    """Take all that is loaded by now out of garbage collection, for as long as the process lives.

    Streamlit collects garbage after each run of its script; looking at every module anew takes a
    twentieth of a second each time, in which no session goes on.
    """
    gc.collect()
    gc.freeze()


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
