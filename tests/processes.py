"""The processes in which recordings are opened, as the system lists them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import psutil

TIMEOUT_S = 60.0


def opened_by(pid: int | None = None) -> list[psutil.Process]:
    """Return the running processes that `pid` (this one by default) started to open media.

    Not those of the servers that it started: they keep one ready.
    """
    children = psutil.Process(pid or os.getpid()).children()
    return [child for child in children if _opens_media(child)]


def is_gone(process: psutil.Process) -> bool:
    """Return whether a process has ended, though nobody may have asked for its exit code."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until(condition: Callable[[], bool], *, within_s: float = TIMEOUT_S) -> None:
    """Return as soon as `condition` holds; fail after `within_s`."""
    end_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end_s, "it did not happen"
        time.sleep(0.01)


def _opens_media(process: psutil.Process) -> bool:
    try:
        return any(part.endswith("child.py") for part in process.cmdline())
    except psutil.Error:
        return False
