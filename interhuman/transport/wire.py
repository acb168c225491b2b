"""How bytes go out and come in: patience while sending, one deadline for an answer.

Three things that urllib3 leaves open are settled here, below the HTTP layer:

* A piece of a recording may take a while on a slow line, so sending has its own time limit
  instead of the short one for connecting.
* A server that refuses a recording answers before it has read all of it, and then closes. The
  answer is still read instead of reporting a broken pipe.
* A server that drips its answer byte by byte keeps every single read alive for ever. Status
  line, headers and body together have one deadline.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import wait_for_read

SEND_TIMEOUT_S = 60.0
"""How long one piece of a body may take to go out, in seconds."""


class _DeadlineReader(io.RawIOBase):
    """Reads from a socket until a deadline, however the bytes trickle in."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock = sock
        self._raw = raw
        patience_s = sock.gettimeout()
        self._deadline_s = None if patience_s is None else time.monotonic() + patience_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
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

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_DeadlineReader(sock, self.fp.detach()))


class Connection(HTTPConnection):
    """A connection that sends patiently and still hears a server that answers early."""

    response_class = _Response
    send_timeout_s = SEND_TIMEOUT_S

    def send(self, data: Any) -> None:
        """Send one piece; a BrokenPipeError means that the answer is to be read now."""
        if self.sock is not None:
            self.sock.settimeout(self.send_timeout_s)
            if _answered_in_plain(self.sock):
                raise BrokenPipeError("the server answered before it had read everything")
        try:
            super().send(data)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as closed:
            raise BrokenPipeError("the server closed its end") from closed
        except TimeoutError:
            if self.sock is not None and wait_for_read(self.sock, 0.0):
                raise BrokenPipeError("the server stopped reading") from None
            raise


class SecureConnection(Connection, HTTPSConnection):
    """The same over TLS."""


def _answered_in_plain(sock: socket.socket) -> bool:
    """Tell whether a final answer, or the end, waits on a plain socket.

    Under TLS waiting bytes may be session tickets, which cannot be told from an answer.
    """
    if sock.__class__ is not socket.socket or not wait_for_read(sock, 0.0):
        return False
    return not sock.recv(10, socket.MSG_PEEK).startswith(b"HTTP/1.1 1")


class _Pool(HTTPConnectionPool):
    ConnectionCls = Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = SecureConnection


POOLS = {"http": _Pool, "https": _SecurePool}
"""The connection pools by scheme, for a pool manager."""
