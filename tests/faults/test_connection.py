"""Faults of the connection: what must hold is a clear typed error, and nothing sent twice."""

from __future__ import annotations

import errno
import socket
from pathlib import Path
from typing import Any

import pytest
import urllib3

from interhuman.api.transport import sending
from interhuman.api.transport.wire import Connection
from tests.faults.conftest import Upload
from tests.faults.raw import GOOD, Peer, RawServer, Script, answering, http

REFUSAL = http(413, b'{"error_id": "ih4003", "message": "too large"}')


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_refused(upload: Upload) -> None:
    outcome = upload(f"http://127.0.0.1:{free_port()}")
    assert outcome.failed.failure == "refused"
    assert outcome.failed.status == 0
    assert outcome.failed.error_id is None
    assert not outcome.failed.maybe_accepted
    assert "127.0.0.1 refused the connection. Check the base URL" in str(outcome.failed)
    assert len(outcome.waits) == 3


def test_dns_failure(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = upload("https://api.nowhere.example")
    assert outcome.failed.failure == "dns"
    assert not outcome.failed.maybe_accepted
    assert str(outcome.failed).startswith("The host api.nowhere.example couldn't be found.")


def test_a_name_that_cannot_be_one(upload: Upload) -> None:
    outcome = upload(f"https://{'a' * 70}.example")
    assert outcome.failed.failure == "dns"


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (errno.ENETUNREACH, "unreachable"),
        (errno.EHOSTUNREACH, "unreachable"),
        (errno.ETIMEDOUT, "connect_timeout"),
    ],
)
def test_no_way_there(
    upload: Upload, monkeypatch: pytest.MonkeyPatch, number: int, failure: str
) -> None:
    def unreachable(*_: Any, **__: Any) -> Any:
        raise OSError(number, "as scripted")

    monkeypatch.setattr(urllib3.util.connection, "create_connection", unreachable)
    outcome = upload("https://127.0.0.1:1")
    assert outcome.failed.failure == failure
    assert not outcome.failed.maybe_accepted


def test_connecting_takes_too_long(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: Any, **__: Any) -> Any:
        raise TimeoutError("timed out")

    monkeypatch.setattr(urllib3.util.connection, "create_connection", slow)
    outcome = upload("https://127.0.0.1:1")
    assert outcome.failed.failure == "connect_timeout"
    assert not outcome.failed.maybe_accepted


def test_tls_to_a_plain_port(upload: Upload) -> None:
    def plain(peer: Peer) -> None:
        peer.sock.recv(100)
        peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with RawServer(plain) as server:
        outcome = upload(server.base_url.replace("http:", "https:"))
    assert outcome.failed.failure == "tls"
    assert not outcome.failed.maybe_accepted
    assert "doesn't support HTTPS" in str(outcome.failed)
    assert len(server.peers) == 1


def test_plain_to_a_tls_port(upload: Upload) -> None:
    with RawServer(lambda peer: peer.read_all(), tls=True) as server:
        outcome = upload(server.base_url.replace("https:", "http:"))
    assert outcome.failed.failure in {"unreadable", "reset"}
    assert outcome.waits == []


def test_a_certificate_that_nobody_trusts(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with RawServer(lambda peer: peer.read_all(), tls=True) as server:
        outcome = upload(server)
    assert outcome.failed.failure == "tls"
    assert "certificate of 127.0.0.1 isn't trusted, so nothing was sent" in str(outcome.failed)
    assert server.peers == []


def test_a_certificate_that_the_machine_trusts_by_its_settings(upload: Upload) -> None:
    with RawServer(answering(GOOD), tls=True) as server:
        assert upload(server).analysis is not None


def test_a_handshake_that_never_ends(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "CONNECT_TIMEOUT_S", 0.3)
    with RawServer(lambda peer: peer.wait()) as server:
        outcome = upload(server.base_url.replace("http:", "https:"))
    assert outcome.failed.failure == "read_timeout"
    assert not outcome.failed.maybe_accepted


def test_a_reset_before_the_body(upload: Upload, big: Path) -> None:
    def reset(peer: Peer) -> None:
        peer.sock.recv(1)
        peer.reset()

    with RawServer(reset) as server:
        outcome = upload(server, big)
    assert outcome.failed.failure == "reset"
    assert len(server.peers) == 1


def reset_in_the_middle(peer: Peer) -> None:
    peer.read_head()
    peer.read_body(1_000_000)
    peer.reset()


def reset_after_the_body(peer: Peer) -> None:
    peer.read_all()
    peer.reset()


def hang_up_after_the_body(peer: Peer) -> None:
    peer.read_all()


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize(
    "script", [reset_in_the_middle, reset_after_the_body, hang_up_after_the_body]
)
def test_a_reset_once_the_body_began(upload: Upload, big: Path, script: Script, tls: bool) -> None:
    with RawServer(script, tls=tls) as server:
        outcome = upload(server, big)
    assert outcome.failed.failure == "reset"
    assert outcome.failed.maybe_accepted
    assert "may have been analyzed and billed" in str(outcome.failed)
    assert outcome.failed.request_id is not None
    assert outcome.failed.request_id in str(outcome.failed)
    assert len(server.peers) == 1, "it was sent twice"
    assert outcome.waits == []


def answer_never_comes(peer: Peer) -> None:
    peer.read_all()
    peer.wait()


def answer_drips(peer: Peer) -> None:
    peer.read_all()
    peer.send(http(200, b"", length=100_000))
    peer.drip(b" " * 100_000)


def headers_drip(peer: Peer) -> None:
    peer.read_all()
    peer.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"z" * 10_000)


def only_interim_answers(peer: Peer) -> None:
    peer.read_all()
    while not peer.stopping.wait(0.02):
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize(
    "script", [answer_never_comes, answer_drips, headers_drip, only_interim_answers]
)
def test_an_answer_that_takes_for_ever(upload: Upload, script: Script, tls: bool) -> None:
    with RawServer(script, tls=tls) as server:
        outcome = upload(server, timeout_s=0.5)
    assert outcome.failed.failure == "read_timeout"
    assert outcome.failed.maybe_accepted
    assert len(server.peers) == 1, "it was sent twice"
    kept = [(answer.status, answer.complete) for answer in outcome.answers]
    assert kept == ([(200, False)] if script is answer_drips else [])


def endless_headers(peer: Peer) -> None:
    peer.read_all()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    while not peer.stopping.is_set():
        peer.send(b"X-More: and more\r\n" * 100)


def one_endless_header(peer: Peer) -> None:
    peer.read_all()
    peer.send(b"HTTP/1.1 200 OK\r\nX-More: ")
    while not peer.stopping.is_set():
        peer.send(b"more" * 1000)


def not_http(peer: Peer) -> None:
    peer.read_all()
    peer.send(b"220 mail.example ESMTP ready\r\n")


@pytest.mark.parametrize("script", [endless_headers, one_endless_header, not_http])
def test_an_answer_that_is_not_http(upload: Upload, script: Script) -> None:
    with RawServer(script) as server:
        outcome = upload(server)
    assert outcome.failed.failure == "unreadable"
    assert outcome.failed.status == 0
    assert outcome.failed.maybe_accepted
    assert "doesn't speak HTTP correctly" in str(outcome.failed)
    assert len(server.peers) == 1


def answer_and_close(peer: Peer) -> None:
    peer.read_head()
    peer.send(REFUSAL)


def answer_and_reset(peer: Peer) -> None:
    peer.read_head()
    peer.read_body(500_000)
    peer.send(REFUSAL)
    peer.stopping.wait(0.2)
    peer.sock.close()


def answer_and_stop_reading(peer: Peer) -> None:
    peer.read_head()
    peer.send(REFUSAL)
    peer.wait()


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def tls(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize("script", [answer_and_close, answer_and_reset, answer_and_stop_reading])
def test_a_refusal_in_the_middle_of_the_body_is_read(
    upload: Upload, big: Path, script: Script, tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "send_timeout_s", 0.5)
    with RawServer(script, tls=tls) as server:
        outcome = upload(server, big)
    assert outcome.failed.status == 413
    assert outcome.failed.error_id == "ih4003"
    assert not outcome.failed.maybe_accepted
    assert len(server.peers) == 1


def test_a_server_that_stops_reading_and_says_nothing(
    upload: Upload, big: Path, tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "send_timeout_s", 0.3)

    def stuck(peer: Peer) -> None:
        peer.read_head()
        peer.wait()

    with RawServer(stuck, tls=tls) as server:
        outcome = upload(server, big, timeout_s=1.0)
    assert outcome.failed.failure == "send_timeout"
    assert len(server.peers) == 1


def test_a_slow_line_is_not_cut_by_the_time_limit_for_connecting(
    upload: Upload, big: Path, tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "CONNECT_TIMEOUT_S", 0.2)

    def pausing(peer: Peer) -> None:
        peer.read_head()
        for part in (1_000_000, 10_000_000, peer.length):
            peer.stopping.wait(0.5)
            peer.read_body(part)
        peer.send(GOOD)

    with RawServer(pausing, tls=tls) as server:
        assert upload(server, big).analysis is not None
    assert server.peers[0].received == server.peers[0].length


INTERIM = [
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    b"HTTP/1.1 102 Processing\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-More: 1\r\n\r\n",
    b"HTTP/1.1 199\n\n",
]
each_interim = pytest.mark.parametrize("head", INTERIM, ids=[str(head[9:12]) for head in INTERIM])


@each_interim
def test_an_interim_answer_after_the_body_is_passed_over(
    upload: Upload, head: bytes, tls: bool
) -> None:
    def script(peer: Peer) -> None:
        peer.read_all()
        peer.send(head + head)
        peer.drip(head, every_s=0.001)
        peer.send(GOOD)

    with RawServer(script, tls=tls) as server:
        outcome = upload(server)
    assert outcome.analysis is not None
    assert outcome.analysis.signals
    assert [answer.status for answer in outcome.answers] == [200]
    assert len(server.peers) == 1


@each_interim
@pytest.mark.parametrize("every_bytes", [1, 9, 10, 13, 1000])
def test_an_interim_answer_during_the_body_is_passed_over_in_whatever_pieces_it_comes(
    upload: Upload, big: Path, head: bytes, every_bytes: int, tls: bool
) -> None:
    def script(peer: Peer) -> None:
        peer.read_head()
        for at in range(0, len(head), every_bytes):
            peer.send(head[at : at + every_bytes])
            # The client takes it in while it sends these, however small the pieces are.
            peer.read_body(peer.received + 100_000)
        peer.send(head)
        peer.read_body()
        peer.send(head + GOOD)

    with RawServer(script, tls=tls) as server:
        outcome = upload(server, big)
    assert outcome.analysis is not None
    assert server.peers[0].received == server.peers[0].length


@each_interim
def test_a_refusal_behind_an_interim_answer_is_read_although_the_body_is_not_out(
    upload: Upload, big: Path, head: bytes, tls: bool
) -> None:
    def script(peer: Peer) -> None:
        peer.read_head()
        peer.send(head + head[:9])
        peer.read_body(1_000_000)
        peer.send(head[9:] + REFUSAL[:12])
        peer.stopping.wait(0.05)
        peer.send(REFUSAL[12:])
        peer.wait()

    with RawServer(script, tls=tls) as server:
        outcome = upload(server, big)
    assert outcome.failed.error_id == "ih4003"
    assert not outcome.failed.maybe_accepted


@each_interim
def test_after_an_interim_answer_alone_it_is_unclear_whether_the_recording_was_accepted(
    upload: Upload, head: bytes, tls: bool
) -> None:
    def script(peer: Peer) -> None:
        peer.read_all()
        peer.send(head)

    with RawServer(script, tls=tls) as server:
        outcome = upload(server)
    assert outcome.failed.failure == "reset"
    assert outcome.failed.maybe_accepted
    assert outcome.answers == []
    assert len(server.peers) == 1, "it was sent twice"


def test_a_server_that_sends_interim_answers_instead_of_reading_does_not_hold_the_upload(
    upload: Upload, big: Path, tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "send_timeout_s", 0.5)

    def script(peer: Peer) -> None:
        peer.read_head()
        while not peer.stopping.wait(0.01):
            peer.send(b"HTTP/1.1 102 Processing\r\n\r\n")

    with RawServer(script, tls=tls) as server:
        outcome = upload(server, big)
    assert outcome.failed.failure == "send_timeout"
    assert outcome.failed.maybe_accepted


def test_an_interim_answer_without_end_is_not_collected_without_end(
    upload: Upload, big: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "send_timeout_s", 1.0)

    def script(peer: Peer) -> None:
        peer.read_head()
        peer.send(b"HTTP/1.1 102 Processing\r\n" + b"X-More: 1\r\n" * 20_000)
        peer.wait()

    with RawServer(script) as server:
        outcome = upload(server, big)
    assert outcome.failed.failure == "unreadable"
    assert outcome.failed.maybe_accepted


def test_header_lines_that_cannot_be_parsed_are_not_logged(
    upload: Upload, caplog: pytest.LogCaptureFixture
) -> None:
    answer = GOOD.replace(b"\r\n", b"\r\nno header at all: \r\nneither echo-of-a-token is\r\n", 1)
    with RawServer(answering(answer)) as server:
        assert upload(server).analysis is not None
    assert "echo-of-a-token" not in caplog.text
