"""Naming a process so that it is never taken for another that has its number."""

from __future__ import annotations

import functools
import os
from typing import Final

import psutil

PATTERN: Final = r"\d+-\d+"
"""What such a name looks like, as a regular expression."""


@functools.cache
def _name(pid: int) -> str:
    # In a container the first process has the number 1 after each restart.
    return f"{pid}-{_started(psutil.Process(pid))}"


def this_process() -> str:
    """Return the name of this process: its number and when it started."""
    return _name(os.getpid())


def has_ended(name: str) -> bool:
    """Return whether the process of this machine with that name runs no more."""
    pid, _, started = name.partition("-")
    try:
        return str(_started(psutil.Process(int(pid)))) != started
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return True
    except psutil.Error:
        return False


def _started(process: psutil.Process) -> int:
    return round(process.create_time() * 100)
