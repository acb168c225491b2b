"""Which hosts a server that is bound to this machine answers for.

A page of any website can have its own name resolve to 127.0.0.1, and would then reach the page and
its websocket as if it were theirs, and spend the app's key. So a server that is bound to a loopback
address answers for names of this machine alone, unless a proxy passes the request on, which adds
headers that no browser sends with a websocket.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from interhuman.settings import is_loopback

REFUSED = "This dashboard answers only for this computer: open it as localhost or 127.0.0.1."


def middleware() -> list[Middleware]:
    """Return the middleware for the server of this process; none where it is bound to more."""
    bound_to = str(st.get_option("server.address") or "")
    return [Middleware(OwnHostOnly)] if is_loopback(bound_to) else []


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
