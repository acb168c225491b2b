"""Receiving recordings: whole and into files, for who knows the address, within limits."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette

from interhuman.page.many import intake
from interhuman.page.many.intake import CHANGED, KEY, NAME, Intake
from interhuman.runs.arrivals import MAX_AT_ONCE, Arrivals
from tests import clips
from tests.coroutines import finished


@pytest.fixture
def arrivals() -> Arrivals:
    place = Arrivals()
    place.allow(max_bytes=1_000_000, extensions=["mp4", ".wav"])
    return place


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "recordings"
    path.mkdir()
    monkeypatch.setattr(intake, "new_path", lambda extension: path / f"one{extension}")
    return path


def put(
    intake: Intake, address: str, body: bytes | AsyncIterator[bytes], **headers: str
) -> httpx.Response:
    app = Starlette(routes=[intake.route()])
    named = {NAME: "talk.mp4", KEY: "1", **{n.replace("_", "-"): v for n, v in headers.items()}}

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
            return await client.put(address, content=body, headers=named)

    return finished(send())


def test_a_recording_arrives_as_it_was_sent(arrivals: Arrivals, folder: Path) -> None:
    data, receiver = clips.recording(), Intake()
    name = "été 50% [a](b).mp4"
    answer = put(
        receiver,
        receiver.address(arrivals),
        data,
        **{NAME: quote(name), CHANGED: "1700000000500"},
    )
    assert answer.status_code == 201
    (arrived,) = arrivals.take()
    assert arrivals.take() == []
    assert (arrived.key, arrived.recording.name) == ("1", name)
    assert arrived.recording.path.read_bytes() == data
    assert arrived.recording.digest == hashlib.sha256(data).hexdigest()
    assert arrived.recording.probe.readable
    assert arrived.changed_at is not None
    assert arrived.changed_at.isoformat() == "2023-11-14T22:13:20.500000+00:00"


def test_its_file_goes_with_it(arrivals: Arrivals, folder: Path) -> None:
    receiver = Intake()
    put(receiver, receiver.address(arrivals), clips.recording())
    (arrived,) = arrivals.take()
    assert arrived.recording.probe.readable
    del arrived
    gc.collect()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "size_bytes", "status"),
    [("notes.txt", 10, 415), ("talk", 10, 415), ("talk.mp4", 1_000_001, 413)],
)
def test_what_cannot_be_analyzed_is_not_received(
    arrivals: Arrivals, folder: Path, name: str, size_bytes: int, status: int
) -> None:
    receiver = Intake()
    answer = put(receiver, receiver.address(arrivals), bytes(size_bytes), **{NAME: name})
    assert answer.status_code == status
    assert arrivals.take() == []
    assert list(folder.iterdir()) == []


def test_nobody_sends_to_an_address_that_was_made_up_or_has_ended(folder: Path) -> None:
    receiver, place = Intake(), Arrivals()
    place.allow(max_bytes=10, extensions=["mp4"])
    address = receiver.address(place)
    assert receiver.address(place) == address
    assert put(receiver, f"{address[:-1]}x", b"12").status_code == 404
    del place
    gc.collect()
    assert put(receiver, address, b"12").status_code == 404
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("claimed", ["3", "5"])
def test_a_recording_of_another_length_than_was_said_leaves_nothing(
    arrivals: Arrivals, folder: Path, claimed: str
) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"12"
        yield b"34"

    receiver = Intake()
    answer = put(receiver, receiver.address(arrivals), body(), **{"Content-Length": claimed})
    assert answer.status_code == 400
    assert arrivals.take() == []
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_said(
    arrivals: Arrivals, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "new_path", lambda _: folder / "gone" / "one.mp4")
    receiver = Intake()
    answer = put(receiver, receiver.address(arrivals), b"12")
    assert (answer.status_code, "disk" in answer.text) == (507, True)


def test_only_so_many_are_received_at_once(arrivals: Arrivals) -> None:
    receiver = Intake()
    for _ in range(MAX_AT_ONCE):
        assert arrivals.begin()
    assert put(receiver, receiver.address(arrivals), b"12").status_code == 429
    arrivals.end()
    assert put(receiver, receiver.address(arrivals), b"12").status_code == 201
