"""Who works on an analysis that is under way: a process, which may end without a word."""

from __future__ import annotations

import functools
import socket
from datetime import timedelta
from pathlib import Path
from typing import Final

import psutil

BEAT_EVERY_S: Final = 15.0
"""How often a process says that it still works on an analysis."""

ALIVE_FOR: Final = timedelta(minutes=1)
"""A process that did not say so for this long counts as ended."""

_PID_NAMESPACE: Final = "/proc/self/ns/pid"


@functools.cache
def this_worker() -> str:
    """Return what names this process and no other, on this machine or any other."""
    process = psutil.Process()
    return f"{_machine()} {process.pid} {process.create_time():.2f}"


def has_ended(worker: str) -> bool:
    """Return whether a process is known to have ended: False where it is of another machine."""
    machine, _, rest = worker.partition(" ")
    pid, _, created = rest.partition(" ")
    if machine != _machine() or not pid.isdecimal():
        return False
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" != created
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


@functools.cache
def _machine() -> str:
    """Return the host's name and, in a container, what tells its process ids from others'."""
    try:
        namespace = str(Path(_PID_NAMESPACE).readlink())
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}/{namespace}".replace(" ", "_")
