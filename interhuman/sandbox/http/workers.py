"""Runs analyses in processes of their own, few at once, without blocking the event loop.

Two run at once. One that takes long steps back after some seconds: it goes on at a lower
priority and the next one starts beside it, as long as there are no more processes than the
settings allow. So nobody waits long for others' slow recordings, unless there are many.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from interhuman import isolation
from interhuman.isolation import IsolatedCall, Limits, StoppedError
from interhuman.sandbox.errors import ERRORS, ApiError

_POLL_S = 0.01
_PROCESSORS_USED = 2
"""Threads of one decoder; see `reader`."""

log = logging.getLogger(__name__)


class Workers:
    """A queue of calls to `opened`; all of it lives on the event loop.

    `at_once` calls are in front, and at most `most` run, those that stepped back included.
    """

    def __init__(
        self, *, at_once: int, most: int, slow_after_s: float, memory_bytes: int, wall_s: float
    ) -> None:
        self._at_once, self._most, self._slow_after_s = at_once, most, slow_after_s
        self._limits = Limits(memory_bytes, round(_PROCESSORS_USED * wall_s) + 1, wall_s)
        self._waiting: deque[object] = deque()
        self._in_front = self._behind = 0

    async def call(
        self,
        function: str,
        file: BinaryIO,
        arguments: Mapping[str, Any],
        *,
        should_stop: Callable[[], bool],
    ) -> Any:
        """Return what the function of `opened` answers.

        Raises `ApiError` as the function does, ih5005 where the recording takes too much
        memory or time, ih5002 where it makes the process crash; `StoppedError`.
        """
        await self._wait_for_turn(should_stop)
        try:
            reply = await self._run(function, file, arguments, should_stop)
        except isolation.OutOfMemoryError:
            raise ApiError(
                "ih5005", "Unable to process the video: it takes too much memory."
            ) from None
        except isolation.OutOfTimeError:
            raise ApiError(
                "ih5005",
                "Unable to process the video: its analysis takes longer than "
                f"{self._limits.wall_s:.0f} s.",
            ) from None
        except isolation.CrashedError as fault:
            log.warning("A recording could not be analyzed: %s", fault)
            raise ApiError("ih5002") from None
        return _answer(reply)

    async def _wait_for_turn(self, should_stop: Callable[[], bool]) -> None:
        """Wait until the call may start, and count it as one in front."""
        ticket = object()
        self._waiting.append(ticket)
        try:
            while self._waiting[0] is not ticket or not self._has_room():
                if should_stop():
                    raise StoppedError
                await asyncio.sleep(_POLL_S)
            self._in_front += 1
        finally:
            self._waiting.remove(ticket)

    def _has_room(self) -> bool:
        return self._in_front < self._at_once and self._in_front + self._behind < self._most

    async def _run(
        self,
        function: str,
        file: BinaryIO,
        arguments: Mapping[str, Any],
        should_stop: Callable[[], bool],
    ) -> Any:
        """Run a call that counts as one in front, and count it no longer at its end."""
        behind = False
        try:
            name = f"interhuman.sandbox.measuring.entry_points:{function}"
            with IsolatedCall(name, file, arguments, limits=self._limits) as running:
                while not running.ended():
                    if should_stop():
                        raise StoppedError
                    if not behind and running.running_s > self._slow_after_s:
                        behind = self._step_back(running)
                    await asyncio.sleep(_POLL_S)
                return running.result()
        finally:
            self._behind -= behind
            self._in_front -= not behind

    def _step_back(self, running: IsolatedCall) -> bool:
        """Give the call's place in front to the next one, where there is room behind."""
        if self._behind >= self._most - self._at_once:
            return False
        running.step_back()
        self._in_front -= 1
        self._behind += 1
        return True


def _answer(reply: Any) -> Any:
    match reply:
        case {"answer": answer}:
            return answer
        case {"error_id": str(error_id), "message": str(message)} if error_id in ERRORS:
            raise ApiError(error_id, message)
    log.warning("A process gave no answer of the expected form.")
    raise ApiError("ih5002")
