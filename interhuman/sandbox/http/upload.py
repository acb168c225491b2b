"""Takes in an upload: who sends it, how large it is, its file (on disk) and its fields."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.http.tokens import UPLOAD, Account, Grant, TokenDesk
from interhuman.sandbox.parameters import HEAD_BYTES, container_of

FRAMING_BYTES = 1024 * 1024
"""What a request may carry beside its file: the other fields and the multipart framing."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload as it arrived. Its file is a temporary one, gone when it is closed."""

    filename: str
    file: BinaryIO
    size_bytes: int
    form: FormData

    def texts(self, name: str) -> list[str]:
        """Return the values of a repeated text field, in order."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def text(self, name: str) -> str | None:
        """Return the value of a text field, None where it was not sent."""
        values = self.texts(name)
        return values[-1] if values else None

    def demuxer(self, *, sound: bool = False) -> str:
        """Return the demuxer that reads the file; raise `ApiError` as `container_of` does."""
        self.file.seek(0)
        return container_of(self.filename, self.file.read(HEAD_BYTES), sound=sound)


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


class HeldUploads:
    """Counts the uploads of all accounts that are held at once, and their bytes on disk.

    Held is what comes in, waits, or is analyzed.
    """

    def __init__(self, *, most: int, most_bytes: int) -> None:
        self._left, self._left_bytes = most, most_bytes

    @contextmanager
    def hold(self, size_bytes: int) -> Iterator[None]:
        """Hold one more upload; raise ih1002 where there would be too many of them."""
        if self._left < 1 or self._left_bytes < size_bytes:
            raise ApiError("ih1002")
        self._left -= 1
        self._left_bytes -= size_bytes
        try:
            yield
        finally:
            self._left += 1
            self._left_bytes += size_bytes


def may_upload(request: Request, desk: TokenDesk) -> Grant:
    """Return who sends the request; raise ih2002, ih2001 or ih2003 for who may not."""
    grant = desk.identify(request.headers.get("authorization"))
    if UPLOAD not in grant.scopes:
        raise ApiError("ih2003")
    return grant


def announced_bytes(request: Request, *, max_file_bytes: int) -> int:
    """Return how large the request's body is at most; raise ih4003 where that is too large."""
    most = max_file_bytes + FRAMING_BYTES
    announced = request.headers.get("content-length", "")
    if not announced.isdecimal():
        return most
    if int(announced) > most:
        raise ApiError("ih4003")
    return int(announced)


async def receive(request: Request, *, max_file_bytes: int) -> Upload:
    """Read the request's body, its file straight to disk.

    Raises ih4003 as early as the size is known, ih4001 where there is no file in it. What
    the client still sends after an early answer is read and dropped by the server.
    """
    most = announced_bytes(request, max_file_bytes=max_file_bytes)
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
