"""Connections with a time limit of their own for sending, and one deadline for an answer.

They do three things that urllib3 does not:

* A piece of a recording may take a while on a slow connection, so sending has its own time
  limit instead of the short one for connecting.
* A server that refuses a recording answers before it has read all of it, and then hangs up. So
  sending never blocks: between two writes it looks for an answer, and reads that instead of
  sending on or waiting for a server that has stopped reading. This is worth its code: over TLS,
  plain requests writes into the closed connection and loses such an early 413 in 9 of 9 tries,
  so that a recording which is too large looks like a broken connection.
* A server that sends its answer byte by byte never lets a single read time out. Status line,
  headers and body together have one deadline.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ProxyError
from urllib3.util.wait import wait_for_read, wait_for_socket

SEND_TIMEOUT_S = 60.0
"""How long nothing at all may go out while a body is being sent, in seconds."""

_WRITE_BYTES = 64 * 1024
_PEEK_BYTES = 64 * 1024
_INTERIM_START = re.compile(rb"HTTP/1\.[01] 1")
_INTERIM = re.compile(rb"\A(?:HTTP/1\.[01] 1\d\d(?:[ \r][^\n]*)?\n(?:[^\r\n][^\n]*\n)*\r?\n)+")
"""Whole interim heads, as many as stand at the beginning."""

_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class _DeadlineReader(io.RawIOBase):
    """Reads what came early, then from a socket until a deadline, however it trickles in."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, early: bytes) -> None:
        self._sock = sock
        self._raw = raw
        self._early = early
        timeout_s = sock.gettimeout()
        self._deadline_s = None if timeout_s is None else time.monotonic() + timeout_s

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

    headers: Any
    msg: Any

    def __init__(self, sock: socket.socket, *args: Any, early: bytes = b"", **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_DeadlineReader(sock, self.fp.detach(), early))

    def begin(self) -> None:
        """Read status line and headers of the final answer, passing over every interim one.

        The standard library passes over 100 alone and takes 102, 103 or 199 for the answer. 101
        is passed over too: no upgrade is ever asked for, so it answers nothing.
        """
        super().begin()
        while 100 <= self.status < 200:
            self.headers = self.msg = None
            super().begin()
        # urllib3 logs header lines that cannot be parsed, and they may repeat a secret.
        self.headers.set_payload(None)
        self.headers.defects.clear()


class Connection(HTTPConnection):
    """A connection that tolerates pauses while sending and notices an early answer."""

    send_timeout_s = SEND_TIMEOUT_S

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response_class: Any = self._response
        self._early = b""
        self._tunneled = False

    @property
    def has_connected_to_proxy(self) -> bool:
        """Whether the proxy did its part; urllib3 forgets that when the host hangs up."""
        return self._tunneled or super().has_connected_to_proxy

    def connect(self) -> None:
        """Connect, through the proxy where there is one."""
        self._tunneled = False
        super().connect()

    def _response(self, sock: socket.socket, *args: Any, **kwargs: Any) -> _Response:
        early, self._early = self._early, b""
        return _Response(sock, *args, early=early, **kwargs)

    def _tunnel(self) -> None:
        """Ask the proxy to connect to the host; whatever fails meanwhile is its failure."""
        try:
            super()._tunnel()
            self._tunneled = True
        except (OSError, http.client.HTTPException) as error:
            raise ProxyError("no way to the host", error) from None

    def send(self, data: Any) -> None:
        """Send one piece; a BrokenPipeError means that the answer is to be read now."""
        if self.sock is None:
            self.connect()
        sock = self.sock
        timeout_s = sock.gettimeout()
        try:
            if isinstance(sock, socket.socket):
                self._send_and_watch(sock, memoryview(data).cast("B"))
            else:  # TLS inside the TLS of a proxy, which loses bytes unless it may block.
                sock.settimeout(self.send_timeout_s)
                sock.sendall(data)
        finally:
            # A proxy's answer to CONNECT is read next, under the timeout for connecting.
            sock.settimeout(timeout_s)

    def _send_and_watch(self, sock: socket.socket, left: memoryview) -> None:
        sock.settimeout(0.0)
        give_up_s = time.monotonic() + self.send_timeout_s
        while left:
            if wait_for_read(sock, 0.0):
                self._read_early(sock)
            sent = _send_some(sock, left[:_WRITE_BYTES])
            left = left[sent:]
            now_s = time.monotonic()
            if sent:
                give_up_s = now_s + self.send_timeout_s
            elif now_s >= give_up_s or not wait_for_socket(sock, True, True, give_up_s - now_s):
                raise TimeoutError("nothing could be sent any more")

    def _read_early(self, sock: socket.socket) -> None:
        """Read what the server sends while it is being sent to.

        Interim answers are dropped. Raises BrokenPipeError as soon as it can be nothing but the
        final answer, or when the server has closed its end.
        """
        try:
            received = sock.recv(_PEEK_BYTES)
        except _NOT_NOW:
            return  # It was TLS's own traffic, such as a session ticket.
        self._early = _INTERIM.sub(b"", self._early + received)
        pending = _may_become_interim(self._early) and len(self._early) <= _PEEK_BYTES
        if not received or not pending:
            raise BrokenPipeError("the server answered before it had read everything")


def _may_become_interim(early: bytes) -> bool:
    """Return whether the first bytes of an answer leave open that it is an interim one."""
    start = b"HTTP/1.1 1"
    return _INTERIM_START.match(early + start[len(early) :]) is not None


def _send_some(sock: Any, data: memoryview) -> int:
    """Send without blocking and return how many bytes went out.

    Raises BrokenPipeError when none ever will again.
    """
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
