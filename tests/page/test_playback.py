"""The address of a recording: pieces of the file for who knows it, nothing for anybody else."""

from __future__ import annotations

import gc
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from interhuman.errors import LibraryError, LibraryProblem
from interhuman.library.recordings import PIECE_BYTES
from interhuman.page.serving import Playback
from tests.coroutines import finished


class Held:
    """What a file lives as long as."""


class Browser:
    """Asks a server that has the route."""

    def __init__(self, playback: Playback) -> None:
        self._app = Starlette(routes=[playback.route()])

    def get(self, address: str, **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
                return await client.get(address, headers=headers)

        return finished(ask())


def test_a_recording_is_served_in_pieces_and_cached_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"0123456789")
    playback, held = Playback(), Held()
    address = playback.address(held, path, "video/mp4")
    assert playback.address(held, path, "video/mp4") == address
    assert address.startswith("/app/static/"), "or Streamlit takes it for a file"
    piece = Browser(playback).get(address, Range="bytes=2-4")
    assert (piece.status_code, piece.content) == (206, b"234")
    assert piece.headers["content-type"] == "video/mp4"
    assert piece.headers["cache-control"] == "private, no-store"


def test_what_is_to_be_saved_has_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    playback, held = Playback(), Held()
    address = playback.address(held, path, "video/mp4", save_as="talk é 0m28s.mp4")
    answer = Browser(playback).get(address)
    name = "attachment; filename*=utf-8''talk%20%C3%A9%200m28s.mp4"
    assert (answer.content, answer.headers["content-disposition"]) == (b"0123456789", name)
    assert answer.headers["cache-control"] == "private, no-store"


def test_nothing_is_served_once_nobody_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"0123456789")
    playback, held = Playback(), Held()
    address, client = playback.address(held, path, "video/mp4"), Browser(playback)
    assert client.get(address).status_code == 200
    del held
    gc.collect()
    assert client.get(address).status_code == 404


def test_a_file_that_is_gone_and_a_name_that_was_made_up_are_not_there(tmp_path: Path) -> None:
    playback, held = Playback(), Held()
    client = Browser(playback)
    assert client.get(playback.address(held, tmp_path / "a.mp4", "video/mp4")).status_code == 404
    assert client.get("/app/static/recordings/..%2fa.mp4").status_code == 404
    assert client.get("/app/static/recordings/0.mp4").status_code == 404


def test_it_is_used_only_where_a_server_has_the_route() -> None:
    playback = Playback()
    assert not playback.is_served
    Browser(playback)
    assert playback.is_served


class Report:
    """A page that is made when it is asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def html(self) -> bytes:
        self.asked += 1
        return f"<p>{self.asked}</p>".encode()


def test_a_page_is_made_whenever_it_is_asked_for_and_runs_nothing() -> None:
    playback, report = Playback(), Report()
    browser, address = Browser(playback), playback.address_of_page(report)
    assert playback.address_of_page(report) == address
    assert [browser.get(address).text for _ in range(2)] == ["<p>1</p>", "<p>2</p>"]
    headers = browser.get(address).headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["cache-control"] == "private, no-store"
    del report
    gc.collect()
    assert browser.get(address).status_code == 404


class Store:
    """A stored recording whose store may be away; remembers what was read."""

    sha256 = "a" * 64

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.problem: LibraryProblem | None = None
        self.read_parts: list[tuple[int, int]] = []

    @property
    def size_bytes(self) -> int:
        self._fail()
        return len(self.data)

    def read(self, start: int, end: int) -> bytes:
        self._fail()
        self.read_parts.append((start, end))
        return self.data[start:end]

    def copy_to(self, path: Path) -> None:
        path.write_bytes(self.data)

    def _fail(self) -> None:
        if self.problem is not None:
            raise LibraryError("It's away.", problem=self.problem)


@pytest.mark.parametrize(
    ("wanted", "status", "content"),
    [
        ({}, 200, b"0123456789"),
        ({"Range": "bytes=0-"}, 206, b"0123456789"),
        ({"Range": "bytes=2-4"}, 206, b"234"),
        ({"Range": "bytes=7-99"}, 206, b"789"),
        ({"Range": "bytes=-3"}, 206, b"789"),
        ({"Range": "bytes=-99"}, 206, b"0123456789"),
        ({"Range": "bytes=10-"}, 416, b""),
        ({"Range": "bytes=-0"}, 416, b""),
        ({"Range": "bytes=4-2"}, 200, b"0123456789"),
        ({"Range": "bytes=0-1,4-5"}, 200, b"0123456789"),
        ({"Range": "lines=1-2"}, 200, b"0123456789"),
        ({"Range": f"bytes={'9' * 5_000}-"}, 200, b"0123456789"),
        ({"Range": "bytes=2-4", "If-Range": f'"{Store.sha256}"'}, 206, b"234"),
        ({"Range": "bytes=2-4", "If-Range": '"another"'}, 200, b"0123456789"),
    ],
)
def test_a_part_of_a_stored_recording_is_served(
    wanted: dict[str, str], status: int, content: bytes
) -> None:
    playback, held = Playback(), Held()
    address = playback.address(held, Store(b"0123456789"), "video/mp4")
    answer = Browser(playback).get(address, **wanted)
    assert (answer.status_code, answer.content) == (status, content)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, no-store"
    if status == 206:
        start = b"0123456789".index(content)
        said = f"bytes {start}-{start + len(content) - 1}/10"
        assert answer.headers["content-range"] == said
    else:
        assert answer.headers.get("content-range") == ("bytes */10" if status == 416 else None)


def test_a_stored_recording_is_read_piece_by_piece() -> None:
    store = Store(bytes(3 * PIECE_BYTES))
    playback, held = Playback(), Held()
    answer = Browser(playback).get(playback.address(held, store, "video/mp4"), Range="bytes=5-")
    assert answer.content == store.data[5:]
    assert max(end - start for start, end in store.read_parts) == PIECE_BYTES
    assert [start for start, _ in store.read_parts[1:]] == [end for _, end in store.read_parts[:-1]]


@pytest.mark.parametrize(("problem", "status"), [("unreachable", 503), ("missing", 404)])
def test_a_store_that_is_away_is_no_recording_until_it_is_back(
    problem: LibraryProblem, status: int
) -> None:
    store, playback, held = Store(b"0123456789"), Playback(), Held()
    address = playback.address(held, store, "video/mp4")
    store.problem = problem
    assert Browser(playback).get(address).status_code == status
    store.problem = None
    assert Browser(playback).get(address).content == b"0123456789"


def test_a_store_that_goes_away_meanwhile_breaks_the_answer_off() -> None:
    class Leaving(Store):
        def read(self, start: int, end: int) -> bytes:
            self.problem = "unreachable" if start else None
            return super().read(start, end)

    playback, held = Playback(), Held()
    leaving = Leaving(bytes(3 * PIECE_BYTES))
    with pytest.raises(LibraryError):
        Browser(playback).get(playback.address(held, leaving, "video/mp4"))
