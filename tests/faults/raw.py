"""A server that misbehaves on purpose: bare sockets, one script for every connection."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.server import EXAMPLE

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""A certificate with its key for this machine and for `FAR_HOST`; for tests; valid until 2126."""

FAR_HOST = "api.example"
"""A host that only a proxy of these tests knows the way to."""


def http(status: int, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """Return an answer as bytes; `length` may lie about its body."""
    lines = [
        f"HTTP/1.1 {status} Scripted",
        "X-Correlation-ID: raw-1",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


GOOD = http(200, json.dumps(EXAMPLE).encode())


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self.sock = sock
        self.stopping = stopping
        self.received = 0
        self.head = b""
        self._rest = b""

    def read_head(self) -> bytes:
        """Read the request up to its blank line."""
        while b"\r\n\r\n" not in self._rest:
            data = self.sock.recv(65536)
            if not data:
                raise ConnectionError("nobody spoke")
            self._rest += data
        self.head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        self.received = len(self._rest)
        return self.head

    @property
    def length(self) -> int:
        lines = self.head.lower().split(b"\r\n")
        found = [line for line in lines if line.startswith(b"content-length:")]
        return int(found[0].split(b":")[1]) if found else 0

    def read_body(self, until: int | None = None) -> None:
        """Read the body, or as far as `until` bytes."""
        wanted = self.length if until is None else until
        while self.received < wanted:
            data = self.sock.recv(65536)
            if not data:
                raise ConnectionError("the body broke off")
            self.received += len(data)

    def read_all(self) -> None:
        """Read a whole request."""
        self.read_head()
        self.read_body()

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes, every_s: float = 0.02) -> None:
        """Send byte by byte, for as long as the client listens."""
        for i in range(len(data)):
            self.send(data[i : i + 1])
            if self.stopping.wait(every_s):
                return

    def reset(self) -> None:
        """Close so that the other side gets a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def wait(self) -> None:
        """Keep the connection open and say nothing until the test is over."""
        self.stopping.wait(30)


Script = Callable[[Peer], None]


class RawServer:
    """Runs `script` for every connection on a free port of this machine."""

    def __init__(self, script: Script, *, tls: bool = False) -> None:
        self.peers: list[Peer] = []
        self.faults: list[BaseException] = []
        self._script = script
        self._tls = tls_context() if tls else None
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._accepting = threading.Thread(target=self._accept)

    @property
    def base_url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self.peers:
            with suppress(OSError):
                peer.sock.shutdown(socket.SHUT_RDWR)
        for thread in [self._accepting, *self._threads]:
            thread.join(10)
        assert not self.faults, self.faults

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(30)
        # Else the kernel holds an answer back until a session ticket is acknowledged, and drops
        # it when the connection is closed meanwhile.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with sock, suppress(OSError):
            wrapped = self._tls.wrap_socket(sock, server_side=True) if self._tls else sock
            with wrapped:
                peer = Peer(wrapped, self._stopping)
                self.peers.append(peer)
                try:
                    self._script(peer)
                except (AssertionError, ValueError, TypeError) as fault:
                    self.faults.append(fault)


def tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def answering(answer: bytes) -> Script:
    """Read the whole request, then send these bytes and hang up."""

    def script(peer: Peer) -> None:
        peer.read_all()
        peer.send(answer)

    return script


def json_answer(payload: Any) -> Script:
    return answering(http(200, json.dumps(payload).encode()))
