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
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import psutil

_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_CHILD: Final = Path(__file__).with_name("child.py").resolve()
_POLL_S: Final = 0.01
_CHECK_MEMORY_EVERY_S: Final = 0.05
_BASE_MEMORY_BYTES: Final = 80 * 1024**2
"""What the process may hold before it opens the file: Python, FFmpeg and numpy take 45 MB."""
_MAX_RESULT_BYTES: Final = 32 * 1024**2
_CPU_LIMIT_SIGNAL: Final = 24
"""SIGXCPU, on Linux and macOS; Windows has neither the signal nor negative statuses."""
_LOW_PRIORITY: Final = 10

_PASSED_VARIABLES: Final = (
    *("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT"),
    *("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"),
    *("TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL"),
)
"""All of the environment that the process gets: what starting Python takes, and no secrets."""
_THREAD_LIMITS: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
"""Each further thread or arena would reserve memory that counts toward the limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a call may use."""

    memory_bytes: int
    """Private memory beyond what the process holds before it opens the file."""
    cpu_s: int
    """Processor time of all its threads together."""
    wall_s: float
    """Time from its start to its end."""


class IsolationError(Exception):
    """Raised when a call did not return a result."""


class OutOfMemoryError(IsolationError):
    """Raised when a call wanted more memory than its limit."""


class OutOfTimeError(IsolationError):
    """Raised when a call took longer than its limit, by the wall clock or the processor's."""


class CrashedError(IsolationError):
    """Raised when the process died, or wrote something else than a result."""


class RaisedError(IsolationError):
    """Raised when the function raised; the message is its traceback, for logs only."""


def run(function: str, file: BinaryIO, arguments: Mapping[str, Any], *, limits: Limits) -> Any:
    """Return what `function(file, **arguments)` returns in a process of its own.

    `function` is "package.module:name". `file` must be a real file, with a descriptor; its
    position is shared with the process. Blocks; raises `IsolationError`.
    """
    with IsolatedCall(function, file, arguments, limits=limits) as call:
        while not call.has_ended():
            time.sleep(_POLL_S)
        return call.result()


class IsolatedCall:
    """A call in a process of its own, for a caller that polls; leaving its block kills it."""

    def __init__(
        self, function: str, file: BinaryIO, arguments: Mapping[str, Any], *, limits: Limits
    ) -> None:
        self._limits = limits
        self._began_s = self._memory_checked_s = time.monotonic()
        request = {
            "function": function,
            "arguments": arguments,
            "limits": asdict(limits),
            "parent": os.getpid(),
        }
        file.flush()
        with contextlib.ExitStack() as stack:
            self._result = stack.enter_context(tempfile.TemporaryFile())
            self._process = subprocess.Popen(
                # -P keeps the folder of child.py off the import path.
                [sys.executable, "-P", str(_CHILD), json.dumps(request)],
                stdin=file,
                stdout=self._result,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
            self._resources = stack.pop_all()

    @property
    def running_s(self) -> float:
        """For how many seconds the call has been running."""
        return time.monotonic() - self._began_s

    def has_ended(self) -> bool:
        """Return whether the process has ended by itself; raise where it is beyond its limits."""
        if self._process.poll() is not None:
            return True
        if self.running_s > self._limits.wall_s:
            raise OutOfTimeError
        if time.monotonic() - self._memory_checked_s > _CHECK_MEMORY_EVERY_S:
            self._memory_checked_s = time.monotonic()
            if self._resident_bytes() > self._limits.memory_bytes + _BASE_MEMORY_BYTES:
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
            raise CrashedError(f"It ended with status {status}, without a result.") from None
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
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _LOW_PRIORITY)

    def close(self) -> None:
        """Kill the process where it still runs, and release its files."""
        self._process.kill()
        self._process.wait()
        self._resources.close()

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


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ}
    paths = [str(_ROOT), *filter(None, [passed.get("PYTHONPATH")])]
    return {**passed, **_THREAD_LIMITS, "PYTHONPATH": os.pathsep.join(paths)}
