"""Runs one function on a file from outside in a process of its own, and within limits.

A media file of a few kilobytes can make a decoder take gigabytes, minutes, or crash. In a
process of its own that hurts nobody else, and the process can be killed at any moment. The
file is the process's standard input; arguments and result travel as JSON, never as pickles,
because a process that has parsed hostile media is no longer trusted. For the same reason it
gets none of the environment's secrets.

Nothing here uses `multiprocessing`: it would import the main module again, which under
Streamlit is the dashboard's script.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import IO, Any, BinaryIO, Final, Self

import psutil

from interhuman.isolation import start
from interhuman.isolation.errors import (
    CancelledError,
    CrashedError,
    KilledError,
    OutOfMemoryError,
    OutOfTimeError,
    RaisedError,
    StalledError,
)

_POLL_S: Final = 0.01
_POLL_LONG_S: Final = 0.05
_CHECK_MEMORY_EVERY_S: Final = 0.05
_BASE_MEMORY_BYTES: Final = 80 * 1024**2
"""What the process may hold before it opens the file: Python, FFmpeg and numpy take 45 MB."""
_MAX_RESULT_BYTES: Final = 32 * 1024**2
_MAX_REPORT_BYTES: Final = 1000
_CPU_LIMIT_SIGNAL: Final = 24
"""SIGXCPU, on Linux and macOS; Windows has neither the signal nor negative statuses."""
_KILLED_SIGNALS: Final = frozenset({9, 15})
"""SIGKILL and SIGTERM: no file makes a decoder end in one of these."""
_LOW_PRIORITY: Final = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """What a call may use."""

    memory_bytes: int
    """Private memory beyond what the process holds before it opens the file."""
    cpu_s: int
    """Processor time of all its threads together."""
    wall_s: float
    """Time from its start to its end."""
    file_bytes: int = 32 * 1024**2
    """The largest file that it may write, its result included."""
    resident_bytes: int | None = None
    """All memory that it may hold; None for `memory_bytes` and what the process starts with.

    Threads reserve memory that they never touch, so a process of many threads needs a
    `memory_bytes` well above what it is meant to hold.
    """


def run(
    function: str,
    file: BinaryIO,
    arguments: Mapping[str, object],
    *,
    limits: Limits,
    on_report: Callable[[Any], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    stalled_after_s: float | None = None,
    low_priority: bool = False,
) -> Any:
    """Return what `function(file, **arguments)` returns in a process of its own.

    `function` is "package.module:name". `file` must be a real file, with a descriptor; its
    position is shared with the process. With `on_report` the function gets `report` as a further
    argument: what it passes to that, anything that is JSON of less than `_MAX_REPORT_BYTES`,
    arrives at `on_report` here, the latest only. `cancelled` is asked at least ten times a second.
    With `stalled_after_s` a call ends that reports nothing for so long. Blocks; raises
    `IsolationError`.
    """
    with IsolatedCall(function, file, arguments, limits=limits, reports=bool(on_report)) as call:
        if low_priority:
            call.lower_priority()
        passed_on = 0
        while not call.has_ended():
            if cancelled is not None and cancelled():
                raise CancelledError
            if stalled_after_s is not None and call.silent_s > stalled_after_s:
                raise StalledError
            if on_report is not None and call.reports_received > passed_on:
                passed_on = call.reports_received
                on_report(call.latest_report)
            # A short call should not wait for its result, a long one should not be disturbed.
            time.sleep(_POLL_S if call.running_s < 1 else _POLL_LONG_S)
        return call.result()


class IsolatedCall:
    """A call in a process of its own, for a caller that polls; leaving its block kills it."""

    def __init__(
        self,
        function: str,
        file: BinaryIO,
        arguments: Mapping[str, object],
        *,
        limits: Limits,
        reports: bool = False,
    ) -> None:
        self._limits = limits
        self._reports = _Reports()
        self._began_s = self._memory_checked_s = time.monotonic()
        request = {
            "function": function,
            "arguments": arguments,
            "limits": asdict(limits),
            "parent": os.getpid(),
            "reports": reports,
        }
        file.flush()
        with contextlib.ExitStack() as stack:
            self._process, self._result = start.begin(request, file, reports=reports)
            stack.enter_context(self._result)
            if self._process.stderr is not None:
                stack.callback(self._reports.read_from(self._process.stderr).join)
            self._resources = stack.pop_all()

    @property
    def running_s(self) -> float:
        """For how many seconds the call has been running."""
        return time.monotonic() - self._began_s

    @property
    def reports_received(self) -> int:
        """How many reports the function has made."""
        return self._reports.received

    @property
    def latest_report(self) -> Any:
        """What the function last reported; None before its first report."""
        return self._reports.latest

    @property
    def silent_s(self) -> float:
        """For how many seconds the function has reported nothing new."""
        return time.monotonic() - max(self._began_s, self._reports.changed_s)

    def has_ended(self) -> bool:
        """Return whether the process has ended by itself; raise where it is beyond its limits."""
        if self._process.poll() is not None:
            return True
        if self.running_s > self._limits.wall_s:
            raise OutOfTimeError
        if time.monotonic() - self._memory_checked_s > _CHECK_MEMORY_EVERY_S:
            self._memory_checked_s = time.monotonic()
            if self._resident_bytes() > self._max_resident_bytes:
                raise OutOfMemoryError
        return False

    def result(self) -> Any:
        """Return what the function returned, once the process has ended."""
        status = self._process.returncode
        if status == -_CPU_LIMIT_SIGNAL:
            raise OutOfTimeError
        self._result.seek(0)
        try:
            reply = json.loads(self._result.read(_MAX_RESULT_BYTES))
        except (ValueError, RecursionError):
            kind = KilledError if -status in _KILLED_SIGNALS else CrashedError
            raise kind(f"It ended with status {status}, without a result.") from None
        match reply:
            case {"returned": returned}:
                return returned
            case {"out_of_memory": True}:
                raise OutOfMemoryError
            case {"trace": str(trace)}:
                raise RaisedError(trace)
        raise CrashedError(f"It ended with status {status}, with a result of another form.")

    def lower_priority(self) -> None:
        """Let other processes go first from now on, where the system has priorities."""
        if sys.platform != "win32" and self._process.returncode is None:
            # Only a privileged process may undo a priority that is lower already.
            lower = max(_LOW_PRIORITY, os.getpriority(os.PRIO_PROCESS, self._process.pid))
            os.setpriority(os.PRIO_PROCESS, self._process.pid, lower)

    def close(self) -> None:
        """Kill the process where it still runs, and release its files."""
        self._process.kill()
        self._process.wait()
        self._resources.close()

    @property
    def _max_resident_bytes(self) -> int:
        return self._limits.resident_bytes or self._limits.memory_bytes + _BASE_MEMORY_BYTES

    def _resident_bytes(self) -> int:
        """Return what the process holds now: `resource` limits no memory outside Linux."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:  # it has just ended
            return 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Reports:
    """What a process reports on its way, one JSON value a line, read by a thread.

    The process is not trusted: a line that is too long or no JSON is passed over.
    """

    def __init__(self) -> None:
        self.latest: Any = None
        self.received = 0
        self.changed_s = 0.0

    def read_from(self, pipe: IO[bytes]) -> threading.Thread:
        """Read until the pipe ends; return the thread that does so and closes the pipe."""
        thread = threading.Thread(target=self._read, args=(pipe,), name="reports", daemon=True)
        thread.start()
        return thread

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(_MAX_REPORT_BYTES):
                try:
                    report = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if report != self.latest:
                    self.changed_s = time.monotonic()
                self.latest = report
                self.received += 1
