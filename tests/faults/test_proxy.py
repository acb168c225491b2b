"""Everything goes through an HTTPS proxy: signing in, uploading, waiting for a job."""

from __future__ import annotations

import base64
import logging
import select
import socket
import ssl
import traceback
from typing import Any

import pytest

from interhuman import InterhumanAPIError, InterhumanClient
from interhuman.api.transport import sending
from tests.answers.test_jobs import COMPLETED, ID, PENDING
from tests.faults.conftest import bounded
from tests.faults.raw import CERTIFICATE, FAR_HOST, Peer, RawServer, Script, tls_context
from tests.server import ANALYZE, AUTH, Clock, Scripted, Server, api_error

SUBMIT, JOB = "/v2/upload/analyze", f"/v2/upload/jobs/{ID}"
USER, PASSWORD = "someone", "pw-of-proxy"


def connect_to(port: int, *, password: str | None = None) -> Script:
    """Answer CONNECT like a proxy that leads to `port` of this machine, whatever host is named."""
    allowed = base64.b64encode(f"{USER}:{password}".encode())

    def script(peer: Peer) -> None:
        head = peer.read_head()
        if password is not None and b"Proxy-Authorization: Basic " + allowed not in head:
            challenge = b'Proxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n'
            peer.send(b"HTTP/1.1 407 Proxy Authentication Required\r\n" + challenge)
            return
        with socket.create_connection(("127.0.0.1", port), 10) as far:
            peer.send(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
            pass_on(peer.sock, far)

    return script


def pass_on(near: socket.socket, far: socket.socket) -> None:
    other = {near: far, far: near}
    while True:
        pending = [end for end in other if isinstance(end, ssl.SSLSocket) and end.pending()]
        for source in pending or select.select([*other], [], [], 30)[0]:
            data = source.recv(65536)
            if not data:
                return
            try:
                other[source].sendall(data)
            except OSError:  # The server hung up; what it said before is still to be passed on.
                del other[near]


def address(proxy: RawServer, userinfo: str = "") -> str:
    return proxy.base_url.replace("://", f"://{userinfo}")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    return monkeypatch


def far_client(clock: Clock | None = None) -> InterhumanClient:
    clock = clock or Clock()
    return InterhumanClient(
        key_id="kid", key_secret="sec-91bd44", base_url=f"https://{FAR_HOST}",
        timeout_s=10, clock=clock, sleep=clock.sleep,
    )  # fmt: skip


@pytest.mark.parametrize("tls", [False, True], ids=["http proxy", "https proxy"])
@pytest.mark.parametrize("password", [None, PASSWORD])
def test_signing_in_uploading_and_waiting_for_a_job_work_through_a_proxy(
    environment: pytest.MonkeyPatch, password: str | None, tls: bool
) -> None:
    film = bytes(range(256)) * 20_000
    with (
        Server(tls=tls_context()) as server,
        RawServer(connect_to(server.port, password=password), tls=tls) as proxy,
        far_client() as client,
    ):
        environment.setenv("HTTPS_PROXY", address(proxy, f"{USER}:{password}@" if password else ""))
        server.script(SUBMIT, Scripted(202, json=PENDING))
        server.script(JOB, Scripted(json=PENDING), Scripted(json=COMPLETED))
        assert bounded(client.check).verified
        assert len(bounded(lambda: client.upload.analyze(film)).signals) == 2
        job = bounded(lambda: client.upload.submit(film, model="inter-2"))
        assert bounded(lambda: client.upload.wait_for_job(job)).analysis is not None
    assert [seen.path for seen in server.seen] == [AUTH, ANALYZE, SUBMIT, JOB, JOB]
    assert [server.requests(path)[0].file.body == film for path in (ANALYZE, SUBMIT)] == [True] * 2
    assert len(proxy.peers) == 4, "both looks at the job share a connection"
    for peer in proxy.peers:
        assert peer.head.startswith(b"CONNECT api.example:443 HTTP/1.")
        assert (b"Proxy-Authorization" in peer.head) is (password is not None)
        assert b"Bearer" not in peer.head
    assert all("proxy-authorization" not in seen.headers for seen in server.seen)


def test_a_server_that_hangs_up_behind_a_proxy_is_not_taken_for_the_proxy(
    environment: pytest.MonkeyPatch,
) -> None:
    with (
        RawServer(Peer.read_all, tls=True) as server,
        RawServer(connect_to(int(server.base_url.rpartition(":")[2]))) as proxy,
        InterhumanClient(access_token="ih_live_1", base_url=f"https://{FAR_HOST}") as client,
    ):
        environment.setenv("HTTPS_PROXY", address(proxy))
        with pytest.raises(InterhumanAPIError) as caught:
            bounded(lambda: client.upload.analyze(b"film"))
    assert (caught.value.failure, caught.value.maybe_accepted) == ("reset", True)
    assert "proxy" not in str(caught.value).lower()


def test_a_refusal_in_the_middle_of_the_recording_is_read_through_a_proxy(
    environment: pytest.MonkeyPatch,
) -> None:
    with (
        Server(tls=tls_context()) as server,
        RawServer(connect_to(server.port)) as proxy,
        far_client() as client,
    ):
        environment.setenv("HTTPS_PROXY", address(proxy))
        refusal = api_error(413, "ih4003")
        server.script(ANALYZE, Scripted(413, json=refusal.json, early=True))
        with pytest.raises(InterhumanAPIError) as caught:
            bounded(lambda: client.upload.analyze(bytes(20_000_000)))
    assert caught.value.error_id == "ih4003"


def refuse(peer: Peer) -> None:
    peer.read_head()
    peer.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


def hang_up(peer: Peer) -> None:
    peer.read_head()


def say_nothing(peer: Peer) -> None:
    peer.read_head()
    peer.wait()


def say_nonsense(peer: Peer) -> None:
    peer.read_head()
    peer.send(b"220 mail.example ESMTP ready\r\n")


@pytest.mark.parametrize(
    "script",
    [connect_to(9, password="another"), refuse, hang_up, say_nothing, say_nonsense],
    ids=["wrong password", "refusal", "hangs up", "says nothing", "no proxy at all"],
)
def test_what_fails_at_the_proxy_is_said_of_the_proxy_without_its_password(
    environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, script: Script
) -> None:
    caplog.set_level(logging.DEBUG)
    environment.setattr(sending, "CONNECT_TIMEOUT_S", 0.5)
    clock = Clock()
    with RawServer(script) as proxy, far_client(clock) as client:
        environment.setenv("HTTPS_PROXY", address(proxy, f"{USER}:{PASSWORD}@"))
        with pytest.raises(InterhumanAPIError) as caught:
            bounded(client.check)
    error = caught.value
    assert error.failure == "proxy"
    assert not error.maybe_accepted
    assert "The proxy didn't let the request through to api.example." in str(error)
    assert_hidden(error, PASSWORD, caplog.text)
    assert clock.slept == []


def assert_hidden(error: BaseException, secret: str, *others: str) -> None:
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in trace.stack if "/interhuman/" in frame.filename]
    assert frames
    texts: list[Any] = [error, repr(error), vars(error), *(frame.locals for frame in frames)]
    encoded = base64.b64encode(f"{USER}:{secret}".encode()).decode()
    for text in [*map(str, texts), *others]:
        assert secret not in text
        assert encoded not in text


def test_a_certificate_behind_the_proxy_that_nobody_trusts_is_said_of_the_server(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("REQUESTS_CA_BUNDLE")
    with (
        Server(tls=tls_context()) as server,
        RawServer(connect_to(server.port)) as proxy,
        far_client() as client,
    ):
        server.may_be_cut = True
        environment.setenv("HTTPS_PROXY", address(proxy))
        with pytest.raises(InterhumanAPIError, match=f"certificate of {FAR_HOST} isn't trusted"):
            bounded(client.check)
    assert server.seen == []


def test_no_proxy_is_asked_for_a_host_that_is_excepted(environment: pytest.MonkeyPatch) -> None:
    with RawServer(refuse) as proxy, far_client() as client:
        environment.setenv("HTTPS_PROXY", address(proxy))
        environment.setenv("NO_PROXY", FAR_HOST)
        environment.setattr(socket, "getaddrinfo", unknown_name)
        with pytest.raises(InterhumanAPIError) as caught:
            bounded(client.check)
    assert caught.value.failure == "dns"
    assert proxy.peers == []


def unknown_name(*_: Any, **__: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
