"""Functions that the tests of `interhuman.isolation` run in processes of their own."""

from __future__ import annotations

import importlib
import mmap
import os
import signal
import sys
import time
from typing import Any, BinaryIO


def echo(file: BinaryIO, **arguments: Any) -> dict[str, Any]:
    print("this is no part of the result")
    return {"read": file.read().decode(), "from": os.getpid(), **arguments}


def take_memory(_: BinaryIO, *, size_bytes: int) -> int:
    return len(bytearray(size_bytes))


def take_shared_memory(_: BinaryIO, *, size_bytes: int) -> None:
    """Take memory of a kind that RLIMIT_DATA does not count, and hold it."""
    with mmap.mmap(-1, size_bytes) as memory:
        memory.write(b"x" * size_bytes)
        time.sleep(60)


def take_processor(_: BinaryIO) -> None:
    while True:
        pass


def wait(_: BinaryIO) -> None:
    time.sleep(60)


def fail(_: BinaryIO) -> None:
    raise KeyError("a fault of our own")


def crash(_: BinaryIO) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def environment(_: BinaryIO) -> dict[str, str]:
    return dict(os.environ)


def libraries_of(_: BinaryIO, *, function: str) -> list[str]:
    """Return the top-level modules that a process has which is to run `function`."""
    importlib.import_module("__main__")._import_function(function)
    return sorted({name.partition(".")[0] for name in sys.modules})
