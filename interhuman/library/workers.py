"""Who works on an analysis that is under way: a process, which may end without a word."""

from __future__ import annotations

import functools
import socket
from datetime import timedelta
from pathlib import Path
from typing import Final

from interhuman import processes

BEAT_EVERY_S: Final = 15.0
"""How often a process says that it still works on an analysis."""

ALIVE_FOR: Final = timedelta(minutes=1)
"""A process that did not say so for this long counts as ended."""

_PID_NAMESPACE: Final = "/proc/self/ns/pid"


def this_worker() -> str:
    """Return what names this process and no other, on this machine or any other."""
    return f"{_machine()} {processes.this_process()}"


def has_ended(worker: str) -> bool:
    """Return whether a process is known to have ended: False where it is of another machine."""
    machine, _, process = worker.partition(" ")
    return machine == _machine() and processes.has_ended(process)


@functools.cache
def _machine() -> str:
    """Return the host's name and, in a container, what tells its process ids from others'."""
    try:
        namespace = str(Path(_PID_NAMESPACE).readlink())
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}/{namespace}".replace(" ", "_")
