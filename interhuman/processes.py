"""Naming a process so that it is never taken for another that has its number."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Final

import psutil

PATTERN: Final = r"\d+-\d+"
"""What such a name looks like, as a regular expression."""


@functools.cache
def _name(pid: int) -> str:
    # In a container the first process has the number 1 after each restart.
    return f"{pid}-{_started(pid)}"


def this_process() -> str:
    """Return the name of this process: its number and when it started."""
    return _name(os.getpid())


def has_ended(name: str) -> bool:
    """Return whether the process of this machine with that name runs no more."""
    pid, _, started = name.partition("-")
    try:
        return _started(int(pid)) != started
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return True
    except psutil.Error:
        return False


@functools.cache
def boot_id() -> str:
    """Return what tells this start of the machine from others; nothing where no file does."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _started(pid: int) -> str:
    """Return when a process started, in digits: on Linux in a time that no clock changes.

    Raises psutil.NoSuchProcess.
    """
    since_boot = _ticks_since_boot(pid)
    if since_boot is None:
        return str(round(psutil.Process(pid).create_time() * 100))
    return f"{since_boot}{int(boot_id()[:8] or '0', 16):010d}"


def _ticks_since_boot(pid: int) -> int | None:
    """Return the start of a process as its kernel counts it; None where there is no such file."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return int(facts.rpartition(")")[2].split()[19])
