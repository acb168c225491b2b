from __future__ import annotations

import io
import os
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.api.multipart import (
    PIECE_BYTES,
    BodyStoppedError,
    FileToSend,
    MultipartBody,
    base_name,
    escaped,
)
from interhuman.errors import InterhumanConfigError
from interhuman.vocabulary import MAX_FILE_BYTES
from tests.server import parse_multipart


def whole(body: MultipartBody) -> bytes:
    """Join the pieces, each copied while it is valid."""
    return b"".join(bytes(piece) for piece in body)


def send(body: MultipartBody, sent: bytearray) -> None:
    for piece in body:
        sent += piece


def content(recording: FileToSend) -> bytes:
    body = MultipartBody(recording, boundary="b0")
    (part,) = parse_multipart(whole(body), b"b0")
    return part.body


def test_the_body_is_exactly_this() -> None:
    recording = FileToSend(b"\x00\x01film", filename="a b.webm")
    fields = [("include[]", "one"), ("include[]", "two"), ("conversation_context", "Grüße\r\n")]
    body = MultipartBody(recording, fields, boundary="b0")
    assert body.content_type == "multipart/form-data; boundary=b0"
    assert whole(body) == (
        b'--b0\r\nContent-Disposition: form-data; name="include[]"\r\n\r\none\r\n'
        b'--b0\r\nContent-Disposition: form-data; name="include[]"\r\n\r\ntwo\r\n'
        b'--b0\r\nContent-Disposition: form-data; name="conversation_context"\r\n\r\n'
        b"Gr\xc3\xbc\xc3\x9fe\r\n\r\n"
        b'--b0\r\nContent-Disposition: form-data; name="file"; filename="a b.webm"\r\n'
        b"Content-Type: video/webm\r\n\r\n\x00\x01film\r\n--b0--\r\n"
    )


def test_every_body_has_a_boundary_of_its_own() -> None:
    recording = FileToSend(b"x")
    assert MultipartBody(recording).content_type != MultipartBody(recording).content_type


class OnlyRead:
    """A seekable file that knows `read` alone."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, 1000))

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)


SIZES = [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 17]


@pytest.mark.parametrize("size", SIZES)
def test_every_kind_of_source_gives_the_same_bytes_twice(size: int, tmp_path: Path) -> None:
    data = os.urandom(size)
    path = tmp_path / "film.mp4"
    path.write_bytes(data)
    only_read: Any = OnlyRead(data)
    with path.open("rb") as opened, tempfile.SpooledTemporaryFile() as spooled:
        spooled.write(data)
        spooled.seek(0)
        for source in (
            path, str(path), data, bytearray(data), memoryview(data), io.BytesIO(data),
            opened, spooled, only_read, memoryview(bytes(reversed(data)))[::-1],
        ):  # fmt: skip
            recording = FileToSend(source)
            assert recording.size_bytes == size
            body = MultipartBody(recording)
            first = whole(body)
            assert len(first) == len(body)
            assert content(recording) == data
            assert whole(body) == first


def test_an_open_file_is_sent_from_where_it_stands_each_time() -> None:
    file = io.BytesIO(b"skip this" + b"send this")
    file.seek(9)
    recording = FileToSend(file)
    assert recording.size_bytes == 9
    assert file.tell() == 9
    assert content(recording) == b"send this"
    assert content(recording) == b"send this"
    file.seek(0, os.SEEK_END)
    assert FileToSend(file).size_bytes == 0
    file.seek(1000)
    assert FileToSend(file).size_bytes == 0


def test_pieces_are_small_and_progress_counts_the_file_alone() -> None:
    size = 2 * PIECE_BYTES + 5
    progress: list[tuple[int, int]] = []
    body = MultipartBody(
        FileToSend(bytes(size)), on_progress=lambda sent, total: progress.append((sent, total))
    )
    assert (body.began, [len(piece) for piece in body][1:-1], body.began) == (
        False,
        [PIECE_BYTES, PIECE_BYTES, 5],
        True,
    )
    assert progress == [(0, size), (PIECE_BYTES, size), (2 * PIECE_BYTES, size), (size, size)]


def test_an_empty_file_is_done_at_once() -> None:
    progress: list[tuple[int, int]] = []
    body = MultipartBody(
        FileToSend(b""), on_progress=lambda sent, total: progress.append((sent, total))
    )
    assert len(whole(body)) == len(body)
    assert progress == [(0, 0)]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES)
    body = MultipartBody(FileToSend(path))
    tracemalloc.start()
    try:
        sent = sum(len(piece) for piece in body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent == len(body)
    assert peak < PIECE_BYTES + 64 * 1024


@pytest.mark.parametrize("change", [-1, 1, -PIECE_BYTES, PIECE_BYTES])
def test_a_file_that_changes_on_the_way_is_not_sent_to_its_end(change: int, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    size = 2 * PIECE_BYTES
    path.write_bytes(bytes(size))
    body = MultipartBody(FileToSend(path))
    path.write_bytes(bytes(size + change))
    sent = bytearray()
    with pytest.raises(BodyStoppedError) as caught:
        send(body, sent)
    assert isinstance(caught.value.reason, InterhumanConfigError)
    assert "changed while it was being sent" in str(caught.value.reason)
    head = sent.index(b"\r\n\r\n") + 4
    assert len(sent) - head < size, "the whole announced file went out"


def test_a_file_that_vanishes_on_the_way_is_said(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"film")
    body = MultipartBody(FileToSend(path))
    path.unlink()
    with pytest.raises(BodyStoppedError) as caught:
        whole(body)
    assert str(caught.value.reason) == (
        "The recording film.mp4 can't be read: No such file or directory."
    )


def test_a_file_closed_on_the_way_is_said() -> None:
    file = io.BytesIO(b"film")
    body = MultipartBody(FileToSend(file))
    file.close()
    with pytest.raises(BodyStoppedError) as caught:
        whole(body)
    assert isinstance(caught.value.reason, InterhumanConfigError)


@pytest.mark.parametrize("kind", [OSError, TimeoutError, ValueError, KeyboardInterrupt])
def test_whatever_progress_raises_stops_the_body_and_is_kept(kind: type[BaseException]) -> None:
    stop = kind("enough")

    def on_progress(sent: int, total: int) -> None:
        if sent:
            raise stop

    body = MultipartBody(FileToSend(bytes(2 * PIECE_BYTES)), on_progress=on_progress)
    with pytest.raises(BodyStoppedError) as caught:
        whole(body)
    assert caught.value.reason is stop


def test_a_file_over_the_limit_is_refused_with_size_and_limit(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(InterhumanConfigError) as caught:
        FileToSend(path)
    assert str(caught.value) == (
        "The recording is 33,554,433 bytes; the limit is 33.5 MB (33,554,432 bytes). Shorten it, "
        "or export it at a lower bitrate."
    )
    with path.open("r+b") as file:
        file.truncate(MAX_FILE_BYTES)
    assert FileToSend(path).size_bytes == MAX_FILE_BYTES


def unusable(tmp_path: Path) -> Iterator[tuple[Any, str]]:
    yield tmp_path / "missing.mp4", "missing.mp4 can't be read: No such file"
    yield tmp_path, "isn't a file"
    yield "nul\0byte", "can't be read"
    yield io.StringIO("text"), "binary mode"
    yield 5, "A recording is a path"
    yield None, "A recording is a path"
    closed = io.BytesIO(b"x")
    closed.close()
    yield closed, "can't be read"
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    yield fifo, "isn't a file"


def test_what_cannot_be_sent_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    for source, says in unusable(tmp_path):
        with pytest.raises(InterhumanConfigError, match=says):
            FileToSend(source)


def test_a_pipe_is_refused_with_a_way_out() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe, pytest.raises(InterhumanConfigError, match="seekable"):
        FileToSend(pipe)


@pytest.mark.parametrize(
    "kind", ["video", "video/mp4\r\nX: 1", "video/mp4; a=\r\n", "é/x", "/", "a/b/c"]
)
def test_a_malformed_content_type_is_refused(kind: str) -> None:
    with pytest.raises(InterhumanConfigError, match="video/mp4"):
        FileToSend(b"x", content_type=kind)


def test_a_given_content_type_counts() -> None:
    assert FileToSend(b"", filename="a.mp4").content_type == "video/mp4"
    given = "video/webm; codecs=vp9"
    assert FileToSend(b"", filename="a.mp4", content_type=given).content_type == given


class Named(io.BytesIO):
    def __init__(self, name: Any) -> None:
        super().__init__(b"x")
        self.name = name


def test_a_file_is_called_by_its_own_name_without_folders(tmp_path: Path) -> None:
    path = tmp_path / "Grüße 😀.mkv"
    path.write_bytes(b"x")
    assert FileToSend(path).filename == "Grüße 😀.mkv"
    sources: list[tuple[IO[bytes] | bytes, str | None, str]] = [
        (b"x", None, "video"),
        (Named("/home/me/talk.mp4"), None, "talk.mp4"),
        (Named(3), None, "video"),
        (Named("C:\\Users\\me\\talk.mp4"), None, "talk.mp4"),
        (b"x", "../../etc/passwd", "passwd"),
        (b"x", "..", "video"),
        (b"x", "folder/", "video"),
        (b"x", " ", "video"),
    ]
    for source, filename, expected in sources:
        assert FileToSend(source, filename=filename).filename == expected


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ('say "hi".mp4', b"say %22hi%22.mp4"),
        ('a"\r\nX-Evil: 1\r\n\r\n.mp4', b"a%22%0D%0AX-Evil: 1%0D%0A%0D%0A.mp4"),
        ("tab\tnul\0.mp4", b"tab%09nul%00.mp4"),
        ("é😀.mp4", "é😀.mp4".encode()),
        ("100%.mp4", b"100%.mp4"),
        ("broken\udcff.mp4", b"broken?.mp4"),
    ],
)
def test_a_name_cannot_break_out_of_its_header(name: str, sent: bytes) -> None:
    assert escaped(name) == sent


@given(st.text(), st.binary(max_size=300), st.lists(st.tuples(st.just("include[]"), st.text())))
def test_any_name_content_and_field_arrive_whole(
    filename: str, data: bytes, fields: list[tuple[str, str]]
) -> None:
    recording = FileToSend(data, filename=filename or None)
    body = MultipartBody(recording, fields, boundary="a-boundary-that-is-not-in-there")
    sent = whole(body)
    assert len(sent) == len(body)
    *form, file = parse_multipart(sent, b"a-boundary-that-is-not-in-there")
    assert [part.body for part in form] == [v.encode("utf-8", "replace") for _, v in fields]
    assert file.body == data
    assert set(file.headers) == {"content-disposition", "content-type"}
    assert file.filename is not None
    assert file.filename.encode() == escaped(base_name(filename or "video"))
