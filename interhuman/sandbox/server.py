"""The sandbox as a real server, in this process and on a thread of its own."""

from __future__ import annotations

import socket
import threading
from collections import deque
from typing import Self

import uvicorn

from interhuman.sandbox.http.app import ReceivedRequest, build_app
from interhuman.sandbox.settings import SandboxSettings

_LOOPBACK = "127.0.0.1"
"""It listens on this machine alone: it trusts whoever reaches it not to keep it busy."""
_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 20.0
_MAX_RECEIVED = 10_000


class Sandbox:
    """A local sandbox in place of the Interhuman API, on a real port.

    Use it as a context manager, or call `start` and `stop`. Port 0 takes a free one, which is
    known as soon as the object exists. Sign-in: `sandbox` / `sandbox`, see `tokens`.
    """

    def __init__(
        self,
        settings: SandboxSettings | None = None,
        *,
        port: int = 0,
    ) -> None:
        self.settings = settings or SandboxSettings()
        self._socket = socket.create_server((_LOOPBACK, port), backlog=128)
        self._port = self._socket.getsockname()[1]
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._received: deque[ReceivedRequest] = deque(maxlen=_MAX_RECEIVED)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def __repr__(self) -> str:
        return f"Sandbox({self.base_url!r})"

    @property
    def base_url(self) -> str:
        """The address to give to a client, such as `http://127.0.0.1:8765`."""
        return f"http://{_LOOPBACK}:{self._port}"

    @property
    def received(self) -> tuple[ReceivedRequest, ...]:
        """The latest 10,000 answered requests, oldest first."""
        return tuple(self._received)

    def start(self) -> Self:
        """Start to serve; return as soon as a request can be answered.

        Raises RuntimeError where the server does not come up, or was started before.
        """
        if self._thread is not None:
            raise RuntimeError("This sandbox was started already.")
        config = uvicorn.Config(
            build_app(
                self.settings,
                ready=self._ready,
                should_stop=self._stopping.is_set,
                on_response=self._received.append,
            ),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="sandbox", daemon=True
        )
        self._thread.start()
        if not self._ready.wait(_START_TIMEOUT_S):
            self.stop()
            raise RuntimeError("The sandbox did not start.")
        return self

    def stop(self) -> None:
        """Stop serving and free the port; running analyses are ended."""
        self._stopping.set()
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_STOP_TIMEOUT_S)
        self._socket.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
