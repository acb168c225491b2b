"""Who works on an analysis that is under way: a process, which may end without a word."""

from __future__ import annotations

import functools
import socket
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Final

from interhuman import processes

BEAT_EVERY_S: Final = 15.0
"""How often a process says that it still works on an analysis."""

ALIVE_FOR: Final = timedelta(minutes=1)
"""A process that did not say so for this long counts as ended."""

WORKED_ON: Final[set[str]] = set()
"""The ids of the analyses that this process works on now.

It knows that better than a heartbeat tells: a computer that slept has missed some.
"""

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
    """Return what tells the process ids of this machine, since it started, from others'."""
    try:
        namespace = str(Path(_PID_NAMESPACE).readlink())
    except OSError:
        namespace = ""
    known_as = (socket.gethostname(), f"{uuid.getnode():x}", processes.boot_id(), namespace)
    return "/".join(known_as).replace(" ", "_")
