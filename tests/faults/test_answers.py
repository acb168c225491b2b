"""Faults of the answer: what can be read is read, what arrived is kept, nothing is sent twice."""

from __future__ import annotations

import gzip
import json
import math
import tracemalloc
import zlib
from typing import Any

import pytest

from interhuman.api.transport import sending
from tests.faults.conftest import Upload
from tests.faults.raw import GOOD, Peer, RawServer, answering, http, json_answer
from tests.server import EXAMPLE

MIB = 1024 * 1024
SIGNAL = {"type": "interest", "start": 0, "end": 5}


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (http(200, b'{"signals": [', length=500), b'{"signals": ['),
        (http(200, b"", length=500), b""),
        (
            b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n',
            b'{"a":',
        ),
        (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a', b'{"a'),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", b""),
    ],
    ids=["body", "all of it", "between chunks", "in a chunk", "no chunk at all"],
)
def test_an_answer_that_breaks_off(upload: Upload, answer: bytes, kept: bytes) -> None:
    with RawServer(answering(answer)) as server:
        outcome = upload(server)
    assert outcome.failed.failure == "cut"
    assert outcome.failed.status == 200
    assert outcome.failed.maybe_accepted
    assert outcome.failed.body == kept
    assert [(each.body, each.complete) for each in outcome.answers] == [(kept, False)]
    assert "was cut off before the end" in str(outcome.failed)
    assert len(server.peers) == 1, "it was sent twice"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><title>Sign in to the Wi-Fi</title>", "is a web page"),
        (b'{"signals": [], "note": "\xff\xfe"}', "isn't valid text"),
        (b'{"signals": [{"type": "interest"', "isn't complete JSON"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "is nested too deeply"),
        (b"[]", "isn't an object"),
    ],
)
def test_an_answer_that_is_no_analysis(upload: Upload, body: bytes, says: str) -> None:
    with RawServer(answering(http(200, body))) as server:
        outcome = upload(server)
    assert outcome.failed.failure == "unreadable"
    assert outcome.failed.maybe_accepted
    assert says in str(outcome.failed)
    assert outcome.failed.body == body
    assert [each.body for each in outcome.answers] == [body]
    assert outcome.answers[0].correlation_id == "raw-1"
    assert len(server.peers) == 1


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", "image/png; x=é", ""])
def test_a_wrong_content_type_does_not_matter(upload: Upload, kind: str) -> None:
    answer = http(200, json.dumps(EXAMPLE).encode(), f"Content-Type: {kind}")
    with RawServer(answering(answer)) as server:
        assert upload(server).analysis is not None


def test_an_answer_without_a_length_ends_where_the_connection_does(upload: Upload) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    with RawServer(answering(head + json.dumps(EXAMPLE).encode())) as server:
        assert upload(server).analysis is not None


def endless(peer: Peer, head: bytes) -> None:
    peer.read_all()
    peer.send(head)
    while not peer.stopping.is_set():
        peer.send(b" " * 65536)


@pytest.mark.parametrize("length", [f"Content-Length: {100 * MIB}\r\n", ""])
def test_an_answer_of_a_hundred_megabytes_is_not_taken_in(
    upload: Upload, length: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MAX_ANSWER_BYTES", 4 * MIB)
    head = f"HTTP/1.1 200 OK\r\n{length}\r\n".encode()
    with RawServer(lambda peer: endless(peer, head)) as server:
        tracemalloc.start()
        try:
            outcome = upload(server)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert outcome.failed.failure == "too_large"
    assert outcome.failed.maybe_accepted
    assert len(outcome.answers[0].body) == 4 * MIB
    assert not outcome.answers[0].complete
    assert peak < 32 * MIB


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_error_or_redirect_of_a_hundred_megabytes_is_not_taken_in(
    upload: Upload, status: int
) -> None:
    head = f"HTTP/1.1 {status} Odd\r\nLocation: https://other.example/\r\n\r\n".encode()
    with RawServer(lambda peer: endless(peer, head)) as server:
        outcome = upload(server)
    assert outcome.failed.status == status
    assert len(str(outcome.failed.body)) <= 2000


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_compressed_bomb_is_bounded(
    upload: Upload, coding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MAX_ANSWER_BYTES", 4 * MIB)
    bomb = b" " * (100 * MIB)
    packed = gzip.compress(bomb, 1) if coding == "gzip" else zlib.compress(bomb, 1)
    del bomb
    with RawServer(answering(http(200, packed, f"Content-Encoding: {coding}"))) as server:
        tracemalloc.start()
        try:
            outcome = upload(server)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert outcome.failed.failure == "too_large"
    assert len(packed) < MIB
    assert peak < 32 * MIB


def test_a_coding_that_lies_is_a_broken_answer(upload: Upload) -> None:
    answer = http(200, b"this is not gzip", "Content-Encoding: gzip")
    with RawServer(answering(answer)) as server:
        outcome = upload(server)
    assert outcome.failed.failure == "cut"
    assert outcome.failed.maybe_accepted


HOSTILE: list[tuple[str, bytes, int]] = [
    ("NaN", b'{"signals": [{"type": "a", "start": NaN, "end": 5}, %s]}', 1),
    ("infinite", b'{"signals": [{"type": "a", "start": 0, "end": 1e999}, %s]}', 1),
    ("a number of 10,000 digits", b'{"signals": [%s], "x": ' + b"9" * 10_000 + b"}", 1),
    ("numbers as text", b'{"signals": [{"type": "a", "start": "0", "end": "5"}, %s]}', 2),
    ("equal keys", b'{"signals": [], "signals": [%s]}', 1),
    ("null everywhere", b'{"signals": [null, {"type": null}, %s], "engagement_state": null}', 1),
    ("broken characters", b'{"signals": [{"type": "\\ud800", "start": 0, "end": 5}, %s]}', 2),
]


@pytest.mark.parametrize(
    ("body", "signals"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE]
)
def test_an_odd_value_costs_nothing_but_itself(upload: Upload, body: bytes, signals: int) -> None:
    raw = body.replace(b"%s", json.dumps(SIGNAL).encode())
    with RawServer(answering(http(200, raw))) as server:
        outcome = upload(server)
    assert outcome.analysis is not None
    assert len(outcome.analysis.signals) == signals
    assert outcome.analysis.signals[-1].type == "interest"
    assert outcome.analysis.raw_bytes == raw
    for signal in outcome.analysis.signals:
        assert math.isfinite(signal.start)
        assert math.isfinite(signal.end)
        signal.type.encode()


def test_a_hundred_thousand_signals(upload: Upload) -> None:
    with RawServer(json_answer({"signals": [SIGNAL] * 100_000})) as server:
        outcome = upload(server)
    assert outcome.analysis is not None
    assert len(outcome.analysis.signals) == 100_000


@pytest.mark.parametrize("payload", [None, {"signals": {"a": None}}, {"feedback": [[[]]]}])
def test_any_other_shape_is_read_or_refused_in_words(upload: Upload, payload: Any) -> None:
    with RawServer(json_answer(payload)) as server:
        outcome = upload(server)
    if payload is None:
        assert outcome.failed.maybe_accepted
    else:
        assert outcome.analysis is not None
        assert outcome.analysis.unread


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_takes_no_credentials_along(upload: Upload, status: int) -> None:
    with RawServer(answering(GOOD)) as other:
        location = f"Location: {other.base_url}/v1/upload/analyze"
        with RawServer(answering(http(status, b"", location))) as server:
            outcome = upload(server)
        assert other.peers == []
    assert outcome.failed.status == status
    assert outcome.failed.failure == "redirect"
    assert not outcome.failed.maybe_accepted
    assert len(server.peers) == 1
