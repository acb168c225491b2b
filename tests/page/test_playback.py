"""The address of a recording: pieces of the file for who knows it, nothing for anybody else."""

from __future__ import annotations

import gc
from pathlib import Path

import httpx
from starlette.applications import Starlette

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
