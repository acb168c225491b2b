"""Runs analyses in processes of their own, few at once, without blocking the event loop.

A few run in the foreground. One that is slow goes to the background after some seconds: it goes
on at a lower priority and the next one starts beside it, as long as there are no more processes
than the settings allow. So nobody waits long for others' slow recordings, unless there are many.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from interhuman import isolation
from interhuman.isolation import IsolatedCall, Limits
from interhuman.sandbox.errors import ERRORS, ApiError

_POLL_S = 0.01
_CORES_PER_CALL = 2
"""Threads of one decoder; see `measuring.decoding`."""
_ENTRY_POINTS = "interhuman.sandbox.measuring.entry_points"

log = logging.getLogger(__name__)


class StoppedError(Exception):
    """Raised when a call was ended because its caller asked for it."""


class Workers:
    """A queue of calls to `measuring.entry_points`; all of it lives on the event loop.

    `max_foreground` calls run in the foreground, `max_processes` in all.
    """

    def __init__(
        self,
        *,
        max_foreground: int,
        max_processes: int,
        slow_after_s: float,
        memory_bytes: int,
        wall_s: float,
    ) -> None:
        self._max_foreground = max_foreground
        self._max_processes = max_processes
        self._slow_after_s = slow_after_s
        self._limits = Limits(memory_bytes, round(_CORES_PER_CALL * wall_s) + 1, wall_s)
        self._waiting: deque[object] = deque()
        self._foreground = self._background = 0

    async def call(
        self,
        function: str,
        file: BinaryIO,
        arguments: Mapping[str, object],
        *,
        should_stop: Callable[[], bool],
    ) -> Any:
        """Return the answer of a function of `measuring.entry_points`.

        Raises `ApiError` as the function does, ih5005 where the recording takes too much memory
        or time, ih5002 where it makes the process crash, ih1001 where the process was stopped by
        something else; `StoppedError` when `should_stop`
        returns True.
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
        except isolation.KilledError as error:
            log.warning("The analysis of a recording was stopped: %s", error)
            raise ApiError("ih1001") from None
        except isolation.CrashedError as error:
            log.warning("A recording could not be analyzed: %s", error)
            raise ApiError("ih5002") from None
        return _read_reply(reply)

    async def _wait_for_turn(self, should_stop: Callable[[], bool]) -> None:
        """Wait until the call may start, and count it as one in the foreground."""
        ticket = object()
        self._waiting.append(ticket)
        try:
            while self._waiting[0] is not ticket or not self._has_room():
                if should_stop():
                    raise StoppedError
                await asyncio.sleep(_POLL_S)
            self._foreground += 1
        finally:
            self._waiting.remove(ticket)

    def _has_room(self) -> bool:
        return (
            self._foreground < self._max_foreground
            and self._foreground + self._background < self._max_processes
        )

    async def _run(
        self,
        function: str,
        file: BinaryIO,
        arguments: Mapping[str, object],
        should_stop: Callable[[], bool],
    ) -> object:
        """Run a call that is counted in the foreground already, and count it out at its end."""
        in_background = False
        try:
            name = f"{_ENTRY_POINTS}:{function}"
            with IsolatedCall(name, file, arguments, limits=self._limits) as call:
                while not call.has_ended():
                    if should_stop():
                        raise StoppedError
                    if not in_background and call.running_s > self._slow_after_s:
                        in_background = self._move_to_background(call)
                    await asyncio.sleep(_POLL_S)
                return call.result()
        finally:
            if in_background:
                self._background -= 1
            else:
                self._foreground -= 1

    def _move_to_background(self, call: IsolatedCall) -> bool:
        """Give the call's place to the next one, where the background has room; return whether."""
        if self._background >= self._max_processes - self._max_foreground:
            return False
        call.lower_priority()
        self._foreground -= 1
        self._background += 1
        return True


def _read_reply(reply: object) -> Any:
    match reply:
        case {"answer": answer}:
            return answer
        case {"error_id": str(error_id), "message": str(message)} if error_id in ERRORS:
            raise ApiError(error_id, message)
    log.warning("A process gave no answer of the expected form.")
    raise ApiError("ih5002")
