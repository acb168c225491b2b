"""Takes in an upload: who sends it, how large it is, its file (on disk) and its fields."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.tokens import UPLOAD, Account, Grant, TokenDesk

FRAMING_BYTES = 1024 * 1024
"""What a request may carry beside its file: the other fields and the multipart framing."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload as it arrived. Its file is a temporary one, gone when it is closed."""

    filename: str
    file: IO[bytes]
    size_bytes: int
    form: FormData

    def texts(self, name: str) -> list[str]:
        """Return the values of a repeated text field, in order."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def text(self, name: str) -> str | None:
        """Return the value of a text field, None where it was not sent."""
        values = self.texts(name)
        return values[-1] if values else None


class Slots:
    """Counts each account's uploads that are under way and refuses one too many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[str, int] = {}

    @contextmanager
    def take(self, account: Account) -> Iterator[None]:
        """Hold one slot of the account; raise ih3002 where all are taken."""
        taken = self._taken.get(account.key_id, 0)
        if taken >= self._most:
            raise ApiError("ih3002")
        self._taken[account.key_id] = taken + 1
        try:
            yield
        finally:
            self._taken[account.key_id] -= 1


def may_upload(request: Request, desk: TokenDesk) -> Grant:
    """Return who sends the request; raise ih2002, ih2001 or ih2003 for who may not."""
    grant = desk.identify(request.headers.get("authorization"))
    if UPLOAD not in grant.scopes:
        raise ApiError("ih2003")
    return grant


async def receive(request: Request, *, max_file_bytes: int) -> Upload:
    """Read the request's body, its file straight to disk.

    Raises ih4003 as early as the size is known, ih4001 where there is no file in it. What
    the client still sends after an early answer is read and dropped by the server.
    """
    most = max_file_bytes + FRAMING_BYTES
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise ApiError("ih4003")
    form = await _form(request, most)
    file = next((part for part in form.getlist("file") if isinstance(part, UploadFile)), None)
    try:
        if file is None or not file.filename:
            raise ApiError("ih4001")
        if (file.size or 0) > max_file_bytes:
            raise ApiError("ih4003")
    except ApiError:
        await form.close()
        raise
    return Upload(file.filename, file.file, file.size or 0, form)


async def _form(request: Request, most: int) -> FormData:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise ApiError("ih4001", "Send the recording as multipart/form-data in a field 'file'.")
    try:
        return await MultiPartParser(request.headers, _at_most(request, most), max_files=20).parse()
    except MultiPartException as fault:
        raise ApiError("ih4001", f"The multipart body cannot be read: {fault.message}") from None
    except UnicodeError:
        raise ApiError("ih4001", "The multipart body is not in the charset it names.") from None


async def _at_most(request: Request, most: int) -> AsyncGenerator[bytes]:
    read = 0
    async for piece in request.stream():
        read += len(piece)
        if read > most:
            raise ApiError("ih4003")
        yield piece
