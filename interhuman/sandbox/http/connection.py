"""Connections that must send what they began: uvicorn itself limits only idle ones."""

from __future__ import annotations

from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from interhuman.sandbox.settings import SandboxSettings

_LOOK_EVERY_S = 0.5


def receiving_within(settings: SandboxSettings) -> type[H11Protocol]:
    """Return a protocol that drops connections whose requests do not come in, in time.

    A connection counts from its start, so one that never sends anything is dropped as well.
    """

    class Connection(H11Protocol):
        """HTTP over one connection, as long as its requests come in."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._began_s = self._latest_s = self.loop.time()
            self._look()

        def data_received(self, data: bytes) -> None:
            self._latest_s = self.loop.time()
            if not self._is_receiving():
                self._began_s = self._latest_s
            super().data_received(data)

        def connection_lost(self, exc: Exception | None) -> None:
            self._looking.cancel()
            super().connection_lost(exc)

        def _is_receiving(self) -> bool:
            between_requests = self.timeout_keep_alive_task is not None
            return self.conn.their_state in {h11.IDLE, h11.SEND_BODY} and not between_requests

        def _look(self) -> None:
            """Drop the connection when it is late, else look again later."""
            now_s = self.loop.time()
            is_late = (
                now_s - self._latest_s > settings.max_silence_s
                or now_s - self._began_s > settings.max_receive_s
            )
            if is_late and self._is_receiving():
                self.transport.abort()
            else:
                self._looking = self.loop.call_later(_LOOK_EVERY_S, self._look)

    return Connection
