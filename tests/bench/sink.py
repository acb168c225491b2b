"""A server in a process of its own that takes uploads as fast as it can and answers at once."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DELAY_S = 0.5
"""How long the slow one takes for an upload."""

ANSWER = json.dumps({"signals": [], "engagement_state": []}).encode()
GRANT = json.dumps(
    {
        "access_token": "token",
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "interhumanai.upload",
    }
).encode()


@contextmanager
def sink(kind: str = "bare sockets") -> Iterator[str]:
    """Run one of `KINDS` and give its base URL."""
    command = [sys.executable, "-m", "tests.bench.sink", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def serve(connection: socket.socket) -> None:
    scratch = bytearray(1 << 20)
    with connection:
        while True:
            head = bytearray()
            while b"\r\n\r\n" not in head:
                data = connection.recv(65536)
                if not data:
                    return
                head += data
            text, _, rest = bytes(head).partition(b"\r\n\r\n")
            lines = text.lower().split(b"\r\n")
            headers = dict(line.split(b": ", 1) for line in lines[1:])
            if headers.get(b"expect") == b"100-continue":
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            left = int(headers.get(b"content-length", b"0")) - len(rest)
            while left > 0:
                left -= connection.recv_into(scratch)
            body = GRANT if b"/v1/auth" in lines[0] else ANSWER
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )


def bare_sockets() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    delay_s = 0.0

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        while left > 0:
            left -= len(self.rfile.read(min(left, 65536)))
        is_upload = self.path != "/v1/auth"
        if is_upload:
            time.sleep(self.delay_s)
        body = ANSWER if is_upload else GRANT
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class SlowHandler(Handler):
    delay_s = DELAY_S


def http_server(handler: type[Handler] = Handler) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


KINDS: dict[str, Callable[[], None]] = {
    "bare sockets": bare_sockets,
    "http.server": http_server,
    "slow": partial(http_server, SlowHandler),
}


if __name__ == "__main__":
    KINDS[sys.argv[1]]()
