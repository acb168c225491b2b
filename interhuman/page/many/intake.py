"""Takes the recordings that a browser sends one by one, each straight into a file.

Streamlit's own widget reports several files when the last of them has arrived, and holds all of
them in memory until then: forty interviews would not fit. Here a piece of a megabyte is all that is
in memory of a recording, and its content is read once, for the file and for its SHA-256.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import weakref
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import BinaryIO, Final
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from interhuman.errors import LibraryError
from interhuman.runs.arrivals import Arrival, Arrivals
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.recording_files import new_path

_FOLDER: Final = "/app/static/incoming"
_PIECE_BYTES: Final = 1024**2
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

NAME, KEY, CHANGED = "Interhuman-Name", "Interhuman-Key", "Interhuman-Changed"
"""Headers of a request: what the recording is called, percent-encoded; what the browser knows it
by; and when its file was last changed, in milliseconds since 1970. An address would be logged."""


class Intake:
    """The addresses to which browsers send recordings, one of 128 random bits for each visit.

    `is_served` says whether a server of this process has the route.
    """

    def __init__(self) -> None:
        self.is_served = False
        self._lock = threading.Lock()
        self._places: dict[str, weakref.ref[Arrivals]] = {}
        self._tokens: weakref.WeakKeyDictionary[Arrivals, str] = weakref.WeakKeyDictionary()

    def route(self) -> Route:
        """Return the route for the server of this process."""
        self.is_served = True
        return Route(f"{_FOLDER}/{{token}}", self._receive, methods=["PUT"])

    def address(self, arrivals: Arrivals) -> str:
        """Return where a browser sends what is to arrive there, as long as anybody holds that."""
        with self._lock:
            token = self._tokens.get(arrivals)
            if token is None:
                token = self._tokens[arrivals] = secrets.token_hex(16)
                self._places[token] = weakref.ref(arrivals)
                weakref.finalize(arrivals, self._places.pop, token, None)
        return f"{_FOLDER}/{token}"

    async def _receive(self, request: Request) -> Response:
        """Answer 201 for a recording that has arrived, else why it has not."""
        place = self._places.get(request.path_params["token"])
        arrivals = place() if place is not None else None
        if arrivals is None:
            raise _refusal(404, "This page has ended: reload it.")
        name, size_bytes = _checked(request, arrivals)
        if not arrivals.begin():
            raise _refusal(429, "Too many recordings are being received.")
        try:
            path = new_path(PurePath(name).suffix)
            digest = await _write(request.stream(), path, size_bytes=size_bytes)
            recording = UploadedRecording.in_file(name, path, digest, owned=True)
            arrival = Arrival(request.headers.get(KEY, ""), recording, _changed(request))
            await run_in_threadpool(arrivals.add, arrival)
        except (ClientDisconnect, EOFError):
            raise _refusal(400, "It did not arrive as a whole.") from None
        except LibraryError as error:
            raise _refusal(507, str(error)) from None
        except OSError:
            raise _refusal(507, "The server couldn't save it: its disk may be full.") from None
        finally:
            arrivals.end()
        return PlainTextResponse("", status_code=201, headers=_HEADERS)


INTAKE: Final = Intake()
"""The process's own: the server has its route, and sessions add to it."""


def _refusal(status: int, why: str) -> HTTPException:
    return HTTPException(status, why, headers=_HEADERS)


def _checked(request: Request, arrivals: Arrivals) -> tuple[str, int]:
    """Return what a recording is called and its size in bytes; raise for one that isn't wanted."""
    name = unquote(request.headers.get(NAME, ""))
    if PurePath(name).suffix.lower() not in arrivals.extensions:
        raise _refusal(415, "It isn't a kind of recording that can be analyzed.")
    length = request.headers.get("Content-Length", "")
    is_number = length.isascii() and length.isdigit() and len(length) < 16
    if not is_number or int(length) > arrivals.max_bytes:
        raise _refusal(413, "It's too large.")
    return name, int(length)


def _changed(request: Request) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(request.headers.get(CHANGED, "")) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


async def _write(stream: AsyncIterator[bytes], path: Path, *, size_bytes: int) -> str:
    """Write a recording to a new file and return its SHA-256.

    Raises EOFError where it has another size, OSError, and ClientDisconnect; then nothing is left.
    """
    digest, written = hashlib.sha256(), 0

    def put(file: BinaryIO, piece: bytes) -> None:
        file.write(piece)
        digest.update(piece)

    try:
        with path.open("xb") as file:
            async for piece in _pieces(stream):
                written += len(piece)
                if written > size_bytes:
                    break
                await run_in_threadpool(put, file, piece)
        if written != size_bytes:
            raise EOFError
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


async def _pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what comes in pieces that are worth a thread's time."""
    held = bytearray()
    async for part in stream:
        held += part
        if len(held) >= _PIECE_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
