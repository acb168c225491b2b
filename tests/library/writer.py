"""Processes that write to a library, and are killed while they do.

``python -m tests.library.writer PLACE kill TRIES`` starts that many processes one after the
other and kills each at some moment of its writing; ``… write NAME COUNT`` writes so many analyses
and ends. Both print what was committed: a line of JSON for every call that returned.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.reading import Summary
from tests.library.conftest import answer

MAX_BYTES = 60_000
SUMMARY = Summary(duration_s=1.0, quality_index=50.0, signal_count=7, tracks={"toward": "1"})


def write(place: str, name: str, count: int, report: Callable[[str, str, str], None]) -> None:
    engine = open_engine(place if "://" in place else Path(place))
    library = Library(engine, owner="coach")
    for number in range(count):
        body = random.randbytes(random.randrange(MAX_BYTES))
        id = library.begin(name=f"{name} {number}", model="inter-1")
        report("begun", id, "")
        library.store_answer(id, answer(body))
        report("stored", id, hashlib.sha256(body).hexdigest())
        library.describe(id, title=f"Title of {name} {number}")
        report("renamed", id, f"Title of {name} {number}")
        library.finish(id, summary=SUMMARY)
        report("finished", id, "")
    engine.dispose()


def print_line(what: str, id: str, value: str) -> None:
    print(json.dumps([what, id, value]), flush=True)


def kill_one(place: str, number: int) -> None:
    """Start a process that writes, and kill it after some lines and a moment."""
    random.seed(number)
    lines, wait_s = random.randrange(1, 9), random.random() * 0.004
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write_end, sys.stdout.fileno())
        write(place, f"process {number}", 1_000, print_line)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as reported:
        for _ in range(lines):
            print(reported.readline(), end="")
        until = time.perf_counter() + wait_s
        while time.perf_counter() < until:
            pass
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(reported.read(), end="", flush=True)


if __name__ == "__main__":
    place, task, *arguments = sys.argv[1:]
    if task == "kill":
        for number in range(int(arguments[0])):
            kill_one(place, number)
    else:
        write(place, arguments[0], int(arguments[1]), print_line)
