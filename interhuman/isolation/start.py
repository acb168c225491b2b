"""Starts the processes of isolated calls, one of them before anybody asks for it.

Starting Python and importing FFmpeg takes a tenth of a second, which whoever opens a recording
would wait for. So a server keeps one process ready; it has seen no file, and serves one call.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, BinaryIO, Final

_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_CHILD: Final = Path(__file__).with_name("child.py").resolve()
_NEXT_AFTER_S: Final = 1.0
"""How long after one was taken the next is started, which takes a processor from that one."""

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
    "MALLOC_MMAP_THRESHOLD_": "262144",
}
"""Each further thread or arena would reserve memory that counts toward the limit, and what is taken
in large pieces goes back to the system when it is freed, not only when its neighbors are."""

Process = subprocess.Popen[bytes]


def begin(
    request: Mapping[str, object], file: BinaryIO, *, reports: bool
) -> tuple[Process, IO[bytes]]:
    """Begin a call; return its process and the file that its result is written to."""
    if not reports and (ready := _READY.take()) is not None and ready.begin(request, file):
        return ready.process, ready.result
    result = _result_file()
    return _start(json.dumps(request), stdin=file, result=result, reports=reports), result


@contextlib.contextmanager
def kept_ready(module: str) -> Iterator[None]:
    """Keep a process ready that has imported `module`, where the system can hand it a file."""
    if hasattr(socket, "send_fds"):
        _READY.begin(module)
    try:
        yield
    finally:
        _READY.end()


def _start(
    *arguments: str, stdin: BinaryIO | int, result: IO[bytes], reports: bool = False
) -> Process:
    # -P keeps the folder of child.py off the import path.
    command = [sys.executable, "-P", str(_CHILD), *arguments]
    return subprocess.Popen(
        command,
        stdin=stdin,
        stdout=result,
        stderr=subprocess.PIPE if reports else subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )


class _ReadyProcess:
    """A process that waits for a request and its file; it ends with the socket they come by."""

    def __init__(self, module: str) -> None:
        self.result = _result_file()
        self._socket, theirs = socket.socketpair()
        with theirs:
            self.process = _start("--wait", module, stdin=theirs.fileno(), result=self.result)

    def begin(self, request: Mapping[str, object], file: BinaryIO) -> bool:
        """Begin a call; return False where the process has ended meanwhile."""
        try:
            with self._socket:
                socket.send_fds(self._socket, [b"\n"], [file.fileno()])
                self._socket.sendall(json.dumps(request).encode())
        except OSError:
            self.close()
            return False
        return True

    def close(self) -> None:
        self._socket.close()
        self.process.kill()
        self.process.wait()
        self.result.close()


class _Ready:
    """The process that waits, and the timer that starts the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._module: str | None = None
        self._waiting: _ReadyProcess | None = None

    def begin(self, module: str) -> None:
        with self._lock:
            self._module = module
        self._later(0.0)

    def end(self) -> None:
        with self._lock:
            self._module, waiting = None, self.take_waiting()
        if waiting is not None:
            waiting.close()

    def take(self) -> _ReadyProcess | None:
        """Return the process that waits, if there is one, and have another started."""
        with self._lock:
            taken = self.take_waiting()
        if taken is not None:
            self._later(_NEXT_AFTER_S)
        return taken

    def take_waiting(self) -> _ReadyProcess | None:
        taken, self._waiting = self._waiting, None
        return taken

    def _later(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self._start)
        timer.daemon = True
        timer.start()

    def _start(self) -> None:
        with self._lock:
            if self._module is not None and self._waiting is None:
                self._waiting = _ReadyProcess(self._module)


_READY: Final = _Ready()


def _result_file() -> IO[bytes]:
    """Return a file for the result: in memory where the system can, for the disk may be full."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("result"), "w+b")
    return tempfile.TemporaryFile()


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ}
    paths = [str(_ROOT), *filter(None, [passed.get("PYTHONPATH")])]
    return {**passed, **_THREAD_LIMITS, "PYTHONPATH": os.pathsep.join(paths)}
