"""Drops connections whose requests stall: uvicorn itself limits only idle ones."""

from __future__ import annotations

from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from interhuman.sandbox.settings import SandboxSettings

_CHECK_EVERY_S = 0.5


def protocol_with_timeouts(settings: SandboxSettings) -> type[H11Protocol]:
    """Return an HTTP protocol that drops connections whose requests do not arrive in time.

    The time counts from a connection's start, so one that never sends anything is dropped, too.
    """

    class ProtocolWithTimeouts(H11Protocol):
        """HTTP over one connection, with timeouts for its requests."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._request_began_s = self._last_data_s = self.loop.time()
            self._check()

        def data_received(self, data: bytes) -> None:
            self._last_data_s = self.loop.time()
            if not self._is_receiving():
                self._request_began_s = self._last_data_s
            super().data_received(data)

        def connection_lost(self, exc: Exception | None) -> None:
            self._next_check.cancel()
            super().connection_lost(exc)

        def _is_receiving(self) -> bool:
            between_requests = self.timeout_keep_alive_task is not None
            return self.conn.their_state in {h11.IDLE, h11.SEND_BODY} and not between_requests

        def _check(self) -> None:
            """Drop the connection when its request is late, else check again later."""
            now_s = self.loop.time()
            is_late = (
                now_s - self._last_data_s > settings.max_silence_s
                or now_s - self._request_began_s > settings.max_receive_s
            )
            if is_late and self._is_receiving():
                self.transport.abort()
            else:
                self._next_check = self.loop.call_later(_CHECK_EVERY_S, self._check)

    return ProtocolWithTimeouts
