"""A strict local HTTP server as the client's other end: records everything, answers by script.

It parses multipart bodies byte by byte and refuses what a real server might let pass: a length
that does not match, a missing header, a part that is not where it should be.
"""

from __future__ import annotations

import json
import re
import ssl
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

AUTH, ANALYZE = "/v1/auth", "/v1/upload/analyze"
HELD_S = 600.0
"""How long a held server waits to be let go."""

CORRELATION_ID = "550e8400-e29b-41d4-a716-446655440000"

EXAMPLE: dict[str, Any] = {
    "signals": [
        {
            "type": "hesitation",
            "start": 5.0,
            "end": 10.0,
            "probability": "high",
            "rationale": 'A pause before "well, maybe".',
            "modality": [],
        },
        {"type": "agreement", "start": 10.0, "end": 10.0, "probability": "low"},
    ],
    "engagement_state": [{"state": "engaged", "start": 0.0, "end": 10.0}],
}


@dataclass(frozen=True)
class Part:
    """One part of a multipart body, exactly as it was sent."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        found = re.search(r'; name="([^"]*)"', self.headers["content-disposition"])
        assert found is not None, "a part has no name"
        return found[1]

    @property
    def filename(self) -> str | None:
        found = re.search(r'; filename="([^"]*)"', self.headers["content-disposition"])
        return found[1] if found else None


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    thread: int

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)

    @property
    def parts(self) -> list[Part]:
        found = re.fullmatch(r"multipart/form-data; boundary=(\S+)", self.headers["content-type"])
        assert found is not None, "not multipart"
        return parse_multipart(self.body, found[1].encode())

    @property
    def fields(self) -> list[tuple[str, str]]:
        return [(part.name, part.body.decode()) for part in self.parts if part.filename is None]

    @property
    def file(self) -> Part:
        (part,) = [part for part in self.parts if part.filename is not None]
        return part


def parse_multipart(body: bytes, boundary: bytes) -> list[Part]:
    """Split a body strictly by RFC 2046: nothing before, between or after the parts."""
    first, *pieces, last = (b"\r\n" + body).split(b"\r\n--" + boundary)
    assert first == b"", "bytes before the first boundary"
    assert last == b"--\r\n", "the closing boundary is wrong"
    parts = []
    for piece in pieces:
        assert piece.startswith(b"\r\n"), "a boundary line goes on"
        head, separator, content = piece[2:].partition(b"\r\n\r\n")
        assert separator, "a part without a blank line"
        lines = [line.partition(b": ") for line in head.split(b"\r\n")]
        assert all(colon for _, colon, _ in lines), "a header without a colon"
        headers = {name.decode("ascii").lower(): value.decode() for name, _, value in lines}
        assert len(headers) == len(lines), "a header twice"
        assert set(headers) <= {"content-disposition", "content-type"}
        parts.append(Part(headers, content))
    return parts


@dataclass(frozen=True)
class Scripted:
    """One answer: JSON, or raw bytes; `early` sends it before the body is read and hangs up."""

    status: int = 200
    json: Any = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    early: bool = False
    delay_s: float = 0.0
    before: Callable[[], None] = lambda: None
    """Called once the request is there, before it is answered."""

    def payload(self) -> bytes:
        return json.dumps(self.json).encode() if self.body is None else self.body


def api_error(status: int, error_id: str, message: str = "as scripted") -> Scripted:
    link = f"https://docs.interhuman.ai/api-reference/error-handling#{error_id}"
    body = {
        "error_id": error_id,
        "message": message,
        "correlation_id": f"body-{error_id}",
        "link": link,
    }
    return Scripted(status, json=body)


class Server:
    """Listens on a free port of this machine while its `with` lasts.

    Without a script it signs anyone in with tokens ``token-1``, ``token-2``… and answers every
    upload with `EXAMPLE`.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self.faults: list[str] = []
        self.may_be_cut = False
        """Whether a request that stops half-way is part of the test."""
        self.cut_after_bytes: list[int] = []
        """How much had come of each body that stopped half-way."""
        self.connections = 0
        self.expires_in: Any = 900
        self.scope: Any = "interhumanai.upload"
        self.refused_tokens: set[str] = set()
        """Tokens that no upload is accepted with."""
        self._scripts: dict[str, deque[Scripted]] = {}
        self._tokens = 0
        self._lock = threading.Lock()
        self._http = _Listener(self)
        if tls is not None:
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return self._http.server_port

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if kind is None:
            assert not self.faults, self.faults

    def close(self) -> None:
        """Stop answering; nobody listens at the address any more."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def script(self, path: str, *answers: Scripted) -> None:
        """Answer the next requests to `path` like this, one after the other."""
        self._scripts.setdefault(path, deque()).extend(answers)

    def unscript(self) -> None:
        """Forget what is still scripted."""
        with self._lock:
            self._scripts.clear()

    def restart_tokens(self) -> None:
        """Let the next token be the first one again."""
        self._tokens = 0

    def requests(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    def answer(self, seen: Seen) -> Scripted:
        scripted = self.next_script(seen.path)
        if scripted is not None:
            return scripted
        if seen.headers.get("authorization", "").removeprefix("Bearer ") in self.refused_tokens:
            return api_error(401, "ih2010")
        return self.sign_in() if seen.path == AUTH else Scripted(json=EXAMPLE)

    def next_script(self, path: str, *, early: bool = False) -> Scripted | None:
        with self._lock:
            waiting = self._scripts.get(path)
            if not waiting or (early and not waiting[0].early):
                return None
            return waiting.popleft()

    def sign_in(self) -> Scripted:
        with self._lock:
            self._tokens += 1
            token = f"token-{self._tokens}"
        return Scripted(
            json={
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": self.expires_in,
                "scope": self.scope,
            }
        )


class HeldServer(Server):
    """A server that stops at one moment of an analysis until it is let go.

    `hold` is the path whose answer is held, or "body": then the recording is not read.
    """

    def __init__(self, hold: str) -> None:
        super().__init__()
        self.hold = hold
        self.let_go = threading.Event()
        self.may_be_cut = True

    def next_script(self, path: str, *, early: bool = False) -> Scripted | None:
        if early and path == ANALYZE and self.hold == "body":
            assert self.let_go.wait(HELD_S)
        return super().next_script(path, early=early)

    def answer(self, seen: Seen) -> Scripted:
        if seen.path == self.hold:
            assert self.let_go.wait(HELD_S)
        return super().answer(seen)

    def close(self) -> None:
        self.let_go.set()
        super().close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, server: Server) -> None:
        super().__init__(("127.0.0.1", 0), _handler(server))
        self._server = server

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        cut = isinstance(error, ConnectionError | TimeoutError | ssl.SSLError)
        if not (cut and self._server.may_be_cut):
            self._server.faults.append(traceback.format_exc())


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 10

        def setup(self) -> None:
            super().setup()
            server.connections += 1

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            early = server.next_script(self.path, early=True)
            if early is not None:
                self._reply(early)
                self.close_connection = True
                return
            self._serve(self._body())

        def _body(self) -> bytes:
            assert "Transfer-Encoding" not in self.headers, "no length was given"
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) != length:
                server.cut_after_bytes.append(len(body))
                raise ConnectionAbortedError(f"{len(body)} of {length} bytes came")
            return body

        def _serve(self, body: bytes) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, self.path, headers, body, threading.get_ident())
            server.seen.append(seen)
            self._reply(server.answer(seen))

        def _reply(self, scripted: Scripted) -> None:
            scripted.before()
            time.sleep(scripted.delay_s)
            payload = scripted.payload()
            self.send_response_only(scripted.status)
            headers = {
                "Content-Type": "application/json",
                "Content-Length": str(len(payload)),
                "X-Correlation-ID": CORRELATION_ID,
                **scripted.headers,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: pytest shows what went wrong."""

    return Handler


class ArrivalLock:
    """A lock at which `everyone_is_there` waits for a number of threads to have arrived."""

    def __init__(self, number: int) -> None:
        self._lock = threading.Lock()
        self._number = number
        self._arrivals = threading.Semaphore(0)

    def __enter__(self) -> None:
        self._arrivals.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def everyone_is_there(self) -> None:
        for _ in range(self._number):
            assert self._arrivals.acquire(timeout=10), "not all threads wait for one exchange"


@dataclass
class Clock:
    """A clock that goes only when it is told to, in seconds."""

    now_s: float = 1000.0
    slept: list[tuple[float, str]] = field(default_factory=list)
    on_sleep: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, wait_s: float, reason: str = "") -> None:
        self.slept.append((wait_s, reason))
        self.now_s += wait_s
        self.on_sleep()
