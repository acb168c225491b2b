"""The body of an upload: multipart/form-data, streamed, with a length known beforehand.

Memory does not grow with the file: one buffer of `PIECE_BYTES` is used again and again. The
body can be iterated more than once; each time it starts at the file's beginning (or at the
position that an open file had when it was given).
"""

from __future__ import annotations

import io
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from interhuman.errors import InterhumanConfigError
from interhuman.settings import content_type_for
from interhuman.vocabulary import MAX_FILE_BYTES, MAX_FILE_SIZE

PIECE_BYTES = 256 * 1024

FileInput = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]
"""A recording: a path, its bytes, or an open binary file (sent from its current position)."""

OnProgress = Callable[[int, int], None]
"""Called with the bytes of the file that are on their way, and how many there are in all."""

_CONTENT_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:; *[\w-]+=[\w.+-]+)*", re.ASCII)


class BodyStoppedError(Exception):
    """Carries through the layers below why a body stopped half-way."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__("the body stopped")
        self.reason = reason


class FileToSend:
    """A recording that can be read from its first byte again and again, measured but not read.

    Raises InterhumanConfigError when it cannot be opened, is not a binary file, cannot be
    rewound (a pipe), is larger than `MAX_FILE_BYTES`, or when `content_type` is malformed.
    """

    def __init__(
        self, file: FileInput, *, filename: str | None = None, content_type: str | None = None
    ) -> None:
        self.filename = base_name(filename or _own_name(file))
        self.content_type = content_type or content_type_for(self.filename)
        if not _CONTENT_TYPE.fullmatch(self.content_type):
            raise InterhumanConfigError("The content type must look like video/mp4.")
        if isinstance(file, bytes | bytearray | memoryview):
            file = io.BytesIO(bytes(file))  # Shares what is bytes already; copies the others once.
        self._source: str | os.PathLike[str] | IO[bytes] = file
        try:
            self._start, self.size_bytes = _measure(self._source)
        except (OSError, ValueError) as error:
            raise InterhumanConfigError(_cannot_read(self.filename, error)) from None
        if self.size_bytes > MAX_FILE_BYTES:
            raise InterhumanConfigError(
                f"The recording is {self.size_bytes:,} bytes; the limit is {MAX_FILE_SIZE} "
                f"({MAX_FILE_BYTES:,} bytes). Shorten it, or export it at a lower bitrate."
            )

    @contextmanager
    def open(self) -> Iterator[IO[bytes] | io.RawIOBase]:
        """Open at the first byte to send; a file that was given open stays open afterwards."""
        if isinstance(self._source, str | os.PathLike):
            with Path(self._source).open("rb", buffering=0) as file:
                yield file
        else:
            self._source.seek(self._start)
            yield self._source


def list_fields(name: str, values: Sequence[str] | None) -> list[tuple[str, str]]:
    """Return the form's fields for a list of values: one each, all named ``name[]``.

    Raises InterhumanConfigError for a single text, whose letters would be taken for a list.
    """
    if isinstance(values, str):
        raise InterhumanConfigError(f'{name} takes a list, such as ["{values}"].')
    return [(f"{name}[]", value) for value in values or ()]


def base_name(name: str) -> str:
    """Return a file's name without any folder, "video" when nothing is left of it."""
    last = re.split(r"[/\\]", name)[-1].strip()
    return last if last not in {"", ".", ".."} else "video"


def escaped(text: str) -> bytes:
    """Encode a name for a part's header: UTF-8, with what could break out percent-encoded.

    The three characters that HTML names (quote, CR, LF) and all other control characters.
    """
    safe = re.sub(r'["\x00-\x1f\x7f]', lambda match: f"%{ord(match[0]):02X}", text)
    return safe.encode("utf-8", "replace")


class MultipartBody:
    """The whole body as an iterable of pieces, with `len()` being its length in bytes."""

    def __init__(
        self,
        file: FileToSend,
        fields: Sequence[tuple[str, str]] = (),
        *,
        on_progress: OnProgress | None = None,
        boundary: str | None = None,
    ) -> None:
        boundary = boundary or f"interhuman-{secrets.token_hex(16)}"
        self.file = file
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.began = False
        """Whether any of it was handed to the connection, on the present attempt."""
        self._on_progress = on_progress
        self._head = _head(file, fields, boundary.encode())
        self._tail = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self._head) + self.file.size_bytes + len(self._tail)

    def __iter__(self) -> Iterator[bytes | memoryview]:
        """Yield the pieces; each is valid until the next one is asked for.

        Raises BodyStoppedError around whatever `on_progress` raised, and around an
        InterhumanConfigError when the file shrank, grew or became unreadable meanwhile.
        """
        try:
            yield from self._pieces()
        except (OSError, ValueError) as error:
            message = _cannot_read(self.file.filename, error)
            raise BodyStoppedError(InterhumanConfigError(message)) from None
        except InterhumanConfigError as error:
            raise BodyStoppedError(error) from None

    def _pieces(self) -> Iterator[bytes | memoryview]:
        self._report_progress(0)
        self.began = True
        yield self._head
        total, sent = self.file.size_bytes, 0
        with self.file.open() as opened:
            buffer = bytearray(PIECE_BYTES)
            while sent < total:
                piece = _fill(opened, memoryview(buffer)[: min(PIECE_BYTES, total - sent)])
                if not piece or (sent + len(piece) == total and opened.read(1)):
                    raise InterhumanConfigError(
                        "The file changed while it was being sent, so nothing was analyzed. Wait "
                        "until it's complete, then send it again."
                    )
                yield piece
                sent += len(piece)
                self._report_progress(sent)
        yield self._tail

    def _report_progress(self, sent: int) -> None:
        if self._on_progress is not None:
            try:
                self._on_progress(sent, self.file.size_bytes)
            except BaseException as reason:
                raise BodyStoppedError(reason) from None


def _fill(file: IO[bytes] | io.RawIOBase, view: memoryview) -> memoryview:
    """Read into `view`, into the file's own buffer where it can; empty at the file's end."""
    readinto = getattr(file, "readinto", None)
    if readinto is not None:
        return view[: readinto(view) or 0]
    data = file.read(len(view)) or b""
    view[: len(data)] = data
    return view[: len(data)]


def _head(file: FileToSend, fields: Sequence[tuple[str, str]], boundary: bytes) -> bytes:
    parts = [
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        % (boundary, escaped(name), value.encode("utf-8", "replace"))
        for name, value in fields
    ]
    parts.append(
        b'--%b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n'
        b"Content-Type: %b\r\n\r\n" % (boundary, escaped(file.filename), file.content_type.encode())
    )
    return b"".join(parts)


def _own_name(file: FileInput) -> str:
    if isinstance(file, str | os.PathLike):
        return os.fspath(file)
    name = getattr(file, "name", None)
    return name if isinstance(name, str) else "video"


def _measure(file: Any) -> tuple[int, int]:
    """Return where the sending starts and how many bytes follow."""
    if isinstance(file, str | os.PathLike):
        path = Path(file)
        if not stat.S_ISREG(path.stat().st_mode):
            raise InterhumanConfigError(f"{path.name or path} isn't a file, so it can't be sent.")
        with path.open("rb") as opened:
            return 0, opened.seek(0, os.SEEK_END)
    if not hasattr(file, "read") or isinstance(file, io.TextIOBase):
        raise InterhumanConfigError(
            "A recording is a path, bytes, or a file opened in binary mode ('rb')."
        )
    if not (hasattr(file, "seekable") and file.seekable()):
        raise InterhumanConfigError(
            "A recording must be seekable, because its length is sent first. Read a pipe into "
            "bytes, or save it to a file."
        )
    start = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(start)
    return start, max(0, end - start)


def _cannot_read(name: str, error: OSError | ValueError) -> str:
    return f"The recording {name} can't be read: {getattr(error, 'strerror', None) or error}."
