"""Serves recordings to the player from their files, piece by piece.

Streamlit's own player takes a whole recording into memory, once more for each request. This
address is one of those that it passes on to the browser as they are; see its documentation of
`st.video` and of `st.App`.
"""

from __future__ import annotations

import secrets
import threading
import weakref
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

_FOLDER: Final = "/app/static/recordings"
_HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Playback:
    """The files that are served, each under a random name of 128 bits for as long as it is held.

    `is_served` says whether a server of this process has the route.
    """

    def __init__(self) -> None:
        self.is_served = False
        self._lock = threading.Lock()
        self._served: dict[str, tuple[Path, str]] = {}
        self._names: weakref.WeakKeyDictionary[object, str] = weakref.WeakKeyDictionary()

    def route(self) -> Route:
        """Return the route for the server of this process."""
        self.is_served = True
        return Route(f"{_FOLDER}/{{name}}", self._serve, methods=["GET"])

    def address(self, held: object, path: Path, content_type: str) -> str:
        """Return where the browser finds `path`, which goes when nobody holds `held` any more."""
        with self._lock:
            name = self._names.get(held)
            if name is None:
                name = f"{secrets.token_hex(16)}{path.suffix}"
                self._names[held] = name
                self._served[name] = (path, content_type)
                weakref.finalize(held, self._served.pop, name, None)
        return f"{_FOLDER}/{name}"

    async def _serve(self, request: Request) -> FileResponse:
        path, content_type = self._served.get(request.path_params["name"], (None, None))
        if path is None or not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, media_type=content_type, headers=_HEADERS)


PLAYBACK: Final = Playback()
"""The process's own: the server has its route, and sessions add to it."""
