"""Processes that work on a queue, and are killed while they do.

``python -m tests.runs.queue.worker HOW PLACE FOLDER URL work`` works until everything has ended, by
the implementation of that name; ``… kill SEED`` starts such processes one after the other, kills
each at some moment, and prints how many were killed before one found nothing left to do.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from interhuman.library.engine import open_engine
from interhuman.runs.queue.states import ENDED
from tests.runs.queue.world import IMPLEMENTATIONS, LOOK_EVERY_S, account_of, library_in

MAX_LIFE_S, LONGER_S = 0.3, 0.03
"""How long the first process lives at most, and how much longer each of the next."""


def work(how: str, place: str, folder: str, base_url: str) -> None:
    """Work until every item has ended, and end this process."""
    library = library_in(open_engine(place if "://" in place else Path(place)), Path(folder))
    queue = IMPLEMENTATIONS[how](convert=False, look_every_s=LOOK_EVERY_S)
    queue.connect(library, account_of(base_url))
    seen = 0
    while not all(item.state in ENDED for item in queue.items(library)):
        seen = queue.wait_for_change(seen, LOOK_EVERY_S)
    queue.close()
    os._exit(0)


def work_and_be_killed(how: str, place: str, folder: str, base_url: str, life_s: float) -> bool:
    """Work in another process and kill it after so long; return whether it had ended by then."""
    child = os.fork()
    if child == 0:
        work(how, place, folder, base_url)
    time.sleep(life_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status)


def main(how: str, place: str, folder: str, base_url: str, task: str, seed: str = "0") -> None:
    if task == "work":
        work(how, place, folder, base_url)
    moments = random.Random(int(seed))
    killed = 0
    while not work_and_be_killed(
        how, place, folder, base_url, moments.random() * (MAX_LIFE_S + killed * LONGER_S)
    ):
        killed += 1
    print(killed)


if __name__ == "__main__":
    main(*sys.argv[1:])
