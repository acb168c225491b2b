"""The body of an upload: multipart/form-data, streamed, with a length known beforehand.

Memory does not grow with the file: one buffer of `PIECE_BYTES` is used again and again. The
body can be gone through more than once; each time it starts at the file's beginning (or at the
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
from dataclasses import dataclass, field
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
    """Carries the reason why a body stopped half-way through the layers below it."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__("the body stopped")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Recording:
    """A file to send: where its bytes come from, how many, and what it is called."""

    source: FileInput = field(repr=False)
    filename: str
    content_type: str
    size_bytes: int
    start: int = 0
    """Where an open file stood when it was given."""

    @contextmanager
    def open(self) -> Iterator[IO[bytes] | io.RawIOBase]:
        """Open at the first byte to send; a file that was given open stays open afterwards."""
        if isinstance(self.source, str | os.PathLike):
            with Path(self.source).open("rb", buffering=0) as file:
                yield file
        elif isinstance(self.source, bytes | bytearray | memoryview):
            yield _MemoryReader(self.source)
        else:
            self.source.seek(self.start)
            yield self.source


def recording_of(
    file: FileInput, *, filename: str | None = None, content_type: str | None = None
) -> Recording:
    """Measure `file` and settle its name and type, reading none of its content.

    Raises InterhumanConfigError when it cannot be opened, is not a binary file, cannot be
    rewound (a pipe), is larger than `MAX_FILE_BYTES`, or when `content_type` is malformed.
    """
    name = base_name(filename or _own_name(file))
    kind = content_type or content_type_for(name)
    if not _CONTENT_TYPE.fullmatch(kind):
        raise InterhumanConfigError("The content type must look like video/mp4.")
    try:
        start, size_bytes = _measure(file)
    except (OSError, ValueError) as error:
        raise InterhumanConfigError(_cannot_read(name, error)) from None
    if size_bytes > MAX_FILE_BYTES:
        raise InterhumanConfigError(
            f"The recording has {size_bytes:,} bytes; at most {MAX_FILE_SIZE} "
            f"({MAX_FILE_BYTES:,} bytes) can be sent. Shorten it, or "
            "export it at a lower bit rate."
        )
    if isinstance(file, memoryview) and not file.c_contiguous:
        file = bytes(file)
    return Recording(file, name, kind, size_bytes, start)


def base_name(name: str) -> str:
    """Return a file's name without any folder, "video" when nothing is left of it."""
    last = re.split(r"[/\\]", name)[-1].strip()
    return last if last not in {"", ".", ".."} else "video"


def escaped(text: str) -> bytes:
    """Encode a name for a part's header: UTF-8, with what could break out percent-encoded.

    The three characters that HTML names (quote, CR, LF) and all other control characters.
    """
    safe = re.sub(r'["\x00-\x1f\x7f]', lambda found: f"%{ord(found[0]):02X}", text)
    return safe.encode("utf-8", "replace")


class MultipartBody:
    """The whole body as an iterable of pieces, with `len()` being its length in bytes."""

    def __init__(
        self,
        recording: Recording,
        fields: Sequence[tuple[str, str]] = (),
        *,
        on_progress: OnProgress | None = None,
        boundary: str | None = None,
    ) -> None:
        boundary = boundary or f"interhuman-{secrets.token_hex(16)}"
        self.recording = recording
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.began = False
        """Whether any of it was handed to the connection, on the present attempt."""
        self._on_progress = on_progress
        self._head = _head(recording, fields, boundary.encode())
        self._tail = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self._head) + self.recording.size_bytes + len(self._tail)

    def __iter__(self) -> Iterator[bytes | memoryview]:
        """Yield the pieces; each is valid until the next one is asked for.

        Raises BodyStoppedError around whatever `on_progress` raised, and around an
        InterhumanConfigError when the file shrank, grew or became unreadable meanwhile.
        """
        try:
            yield from self._pieces()
        except (OSError, ValueError) as error:
            message = _cannot_read(self.recording.filename, error)
            raise BodyStoppedError(InterhumanConfigError(message)) from None
        except InterhumanConfigError as error:
            raise BodyStoppedError(error) from None

    def _pieces(self) -> Iterator[bytes | memoryview]:
        self._tell(0)
        self.began = True
        yield self._head
        total, sent = self.recording.size_bytes, 0
        with self.recording.open() as file:
            buffer = bytearray(PIECE_BYTES)
            while sent < total:
                piece = _fill(file, memoryview(buffer)[: min(PIECE_BYTES, total - sent)])
                if not piece or (sent + len(piece) == total and file.read(1)):
                    raise InterhumanConfigError(
                        "The file changed while it was being sent; nothing was analyzed. Wait "
                        "until it is complete, then send it again."
                    )
                yield piece
                sent += len(piece)
                self._tell(sent)
        yield self._tail

    def _tell(self, sent: int) -> None:
        if self._on_progress is not None:
            try:
                self._on_progress(sent, self.recording.size_bytes)
            except BaseException as reason:
                raise BodyStoppedError(reason) from None


class _MemoryReader(io.RawIOBase):
    """Reads from bytes without copying them as a whole (BytesIO copies a bytearray)."""

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self._left = memoryview(data).cast("B")

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def readable(self) -> bool:
        return True


def _fill(file: IO[bytes] | io.RawIOBase, view: memoryview) -> memoryview:
    """Read into `view`, into the file's own buffer where it can; empty at the file's end."""
    readinto = getattr(file, "readinto", None)
    if readinto is not None:
        return view[: readinto(view) or 0]
    data = file.read(len(view)) or b""
    view[: len(data)] = data
    return view[: len(data)]


def _head(recording: Recording, fields: Sequence[tuple[str, str]], boundary: bytes) -> bytes:
    parts = [
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        % (boundary, escaped(name), value.encode("utf-8", "replace"))
        for name, value in fields
    ]
    parts.append(
        b'--%b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n'
        b"Content-Type: %b\r\n\r\n"
        % (boundary, escaped(recording.filename), recording.content_type.encode())
    )
    return b"".join(parts)


def _own_name(file: FileInput) -> str:
    if isinstance(file, str | os.PathLike):
        return os.fspath(file)
    name = getattr(file, "name", None)
    return name if isinstance(name, str) else "video"


def _measure(file: FileInput) -> tuple[int, int]:
    """Return where the sending starts and how many bytes follow."""
    if isinstance(file, str | os.PathLike):
        return 0, _size_on_disk(Path(file))
    if isinstance(file, bytes | bytearray | memoryview):
        return 0, memoryview(file).nbytes
    return _span_of_open(file)


def _size_on_disk(path: Path) -> int:
    if not stat.S_ISREG(path.stat().st_mode):
        raise InterhumanConfigError(f"{path.name or path} is not a file, so not a recording.")
    with path.open("rb") as opened:
        return opened.seek(0, os.SEEK_END)


def _span_of_open(file: Any) -> tuple[int, int]:
    if not hasattr(file, "read") or isinstance(file, io.TextIOBase):
        raise InterhumanConfigError(
            "A recording is a path, bytes, or a file opened in binary mode ('rb')."
        )
    if not (hasattr(file, "seekable") and file.seekable()):
        raise InterhumanConfigError(
            "A recording must be rewindable, since its length is sent first; read a pipe into "
            "bytes, or save it to a file."
        )
    start = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(start)
    return start, max(0, end - start)


def _cannot_read(name: str, error: OSError | ValueError) -> str:
    return f"The recording {name} cannot be read: {getattr(error, 'strerror', None) or error}."
