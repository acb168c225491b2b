"""How bytes go out and come in: patience while sending, one deadline for an answer.

Three things that urllib3 leaves open are settled here, below the HTTP layer:

* A piece of a recording may take a while on a slow line, so sending has its own time limit
  instead of the short one for connecting.
* A server that refuses a recording answers before it has read all of it, and then hangs up. So
  sending never blocks: between two writes it looks for an answer and reads that instead of
  sending on, or of waiting for a server that has stopped reading.
* A server that drips its answer byte by byte keeps every single read alive for ever. Status
  line, headers and body together have one deadline.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from functools import partial
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.wait import wait_for_read, wait_for_socket

SEND_TIMEOUT_S = 60.0
"""How long nothing at all may go out while a body is being sent, in seconds."""

_WRITE_BYTES = 64 * 1024
_LOOK_BYTES = 64 * 1024
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class _DeadlineReader(io.RawIOBase):
    """Reads what came early, then from a socket until a deadline, however it trickles in."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, early: bytes) -> None:
        self._sock = sock
        self._raw = raw
        self._early = early
        patience_s = sock.gettimeout()
        self._deadline_s = None if patience_s is None else time.monotonic() + patience_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._early:
            count = min(len(buffer), len(self._early))
            buffer[:count] = self._early[:count]
            self._early = self._early[count:]
            return count
        if self._deadline_s is not None:
            left_s = self._deadline_s - time.monotonic()
            if left_s <= 0:
                raise TimeoutError("the answer took too long")
            self._sock.settimeout(left_s)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response whose status line, headers and body share the socket's present timeout."""

    def __init__(self, sock: socket.socket, *args: Any, early: bytes = b"", **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_DeadlineReader(sock, self.fp.detach(), early))


class Connection(HTTPConnection):
    """A connection that sends patiently and still hears a server that answers early."""

    response_class: Any = _Response
    send_timeout_s = SEND_TIMEOUT_S

    def send(self, data: Any) -> None:
        """Send one piece; a BrokenPipeError means that the answer is to be read now."""
        if self.sock is None:
            self.connect()
        sock = self.sock
        sock.settimeout(0.0)
        left = memoryview(data).cast("B")
        while left:
            if wait_for_read(sock, 0.0):
                self._listen(sock)
            sent = _send_some(sock, left[:_WRITE_BYTES])
            left = left[sent:]
            if not sent and not wait_for_socket(sock, True, True, self.send_timeout_s):
                raise TimeoutError("nothing could be sent any more")

    def _listen(self, sock: Any) -> None:
        """Take in what the server says while it is being sent to; stop unless it is interim."""
        try:
            heard = sock.recv(_LOOK_BYTES)
        except _NOT_NOW:
            return  # TLS had something to say to itself: a session ticket.
        self.response_class = partial(_Response, early=heard)
        if not heard.startswith(b"HTTP/1.1 1"):
            raise BrokenPipeError("the server answered before it had read everything")


def _send_some(sock: Any, data: memoryview) -> int:
    """Send without blocking and return how much went out; a BrokenPipeError when none ever can."""
    try:
        return int(sock.send(data))
    except _NOT_NOW:
        return 0
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as closed:
        raise BrokenPipeError("the server closed its end") from closed


class SecureConnection(Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = SecureConnection


POOLS = {"http": _Pool, "https": _SecurePool}
"""The connection pools by scheme, for a pool manager."""
