"""Reads an upload, its file straight to disk, and limits how many there are at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from interhuman.sandbox.containers import HEAD_BYTES, detect_demuxer
from interhuman.sandbox.errors import ApiError
from interhuman.sandbox.http.tokens import Account

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

    def detect_demuxer(self, *, sound_only: bool = False) -> str:
        """Return the demuxer that reads the file; raise ih5001 or ih4002."""
        self.file.seek(0)
        return detect_demuxer(self.filename, self.file.read(HEAD_BYTES), sound_only=sound_only)


class ConcurrencyLimit:
    """Limits how many uploads of one account are under way at once."""

    def __init__(self, max_uploads: int) -> None:
        self._max_uploads = max_uploads
        self._running: Counter[str] = Counter()

    @contextmanager
    def acquire(self, account: Account) -> Iterator[None]:
        """Count one more upload inside the block; raise ih3002 where that is one too many."""
        if self._running[account.key_id] >= self._max_uploads:
            raise ApiError("ih3002")
        self._running[account.key_id] += 1
        try:
            yield
        finally:
            self._running[account.key_id] -= 1


class HeldUploads:
    """Limits how many uploads of all accounts are on disk at once, and their bytes together.

    They are there while they are received, wait, or are analyzed.
    """

    def __init__(self, *, max_uploads: int, max_bytes: int) -> None:
        self._free_uploads, self._free_bytes = max_uploads, max_bytes

    @contextmanager
    def reserve(self, size_bytes: int) -> Iterator[None]:
        """Count one more upload inside the block; raise ih1002 where that is too much."""
        if self._free_uploads < 1 or self._free_bytes < size_bytes:
            raise ApiError("ih1002")
        self._free_uploads -= 1
        self._free_bytes -= size_bytes
        try:
            yield
        finally:
            self._free_uploads += 1
            self._free_bytes += size_bytes


def announced_bytes(request: Request, *, max_file_bytes: int) -> int:
    """Return how large the request's body is at most; raise ih4003 where that is too large."""
    max_bytes = max_file_bytes + FRAMING_BYTES
    announced = request.headers.get("content-length", "")
    if not announced.isdecimal():
        return max_bytes
    if int(announced) > max_bytes:
        raise ApiError("ih4003")
    return int(announced)


async def read_upload(request: Request, *, max_file_bytes: int) -> Upload:
    """Read the request's body, its file straight to disk.

    Raises ih4003 as early as the size is known, ih4001 where there is no file in it. What
    the client still sends after an early answer is read and dropped by the server.
    """
    form = await _read_form(request, announced_bytes(request, max_file_bytes=max_file_bytes))
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


async def _read_form(request: Request, max_bytes: int) -> FormData:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise ApiError("ih4001", "Send the recording as multipart/form-data in a field 'file'.")
    try:
        body = _read_at_most(request, max_bytes)
        return await MultiPartParser(request.headers, body, max_files=20).parse()
    except MultiPartException as error:
        raise ApiError("ih4001", f"The multipart body cannot be read: {error.message}") from None
    except UnicodeError:
        raise ApiError("ih4001", "The multipart body is not in the charset it names.") from None


async def _read_at_most(request: Request, max_bytes: int) -> AsyncGenerator[bytes]:
    read_bytes = 0
    async for chunk in request.stream():
        read_bytes += len(chunk)
        if read_bytes > max_bytes:
            raise ApiError("ih4003")
        yield chunk
