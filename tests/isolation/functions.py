"""Functions that the tests of `interhuman.isolation` run in processes of their own."""

from __future__ import annotations

import contextlib
import importlib
import mmap
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
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


def be_killed(_: BinaryIO) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def environment(_: BinaryIO) -> dict[str, str]:
    return dict(os.environ)


def libraries_of(_: BinaryIO, *, function: str) -> list[str]:
    """Return the top-level modules that a process has which is to run `function`."""
    importlib.import_module("__main__")._import_function(function)
    return sorted({name.partition(".")[0] for name in sys.modules})


def report_and_return(_: BinaryIO, *, report: Callable[[Any], None], last: int) -> str:
    for number in range(last + 1):
        report({"number": number})
    return "done"


def report_and_wait(_: BinaryIO, *, report: Callable[[Any], None]) -> None:
    report("began")
    time.sleep(60)


def report_nonsense(_: BinaryIO, *, report: Callable[[Any], None]) -> None:
    for descriptor in range(3, 20):
        with contextlib.suppress(OSError):
            os.write(descriptor, b"x" * 5000 + b"\n[[[\n")
    report("after that")
    time.sleep(60)


def write_file(_: BinaryIO, *, path: str, size_bytes: int) -> int:
    return Path(path).write_bytes(bytes(size_bytes))
