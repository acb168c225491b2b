"""Processes that work on a queue, and are killed while they do.

``python -m tests.runs.queue.worker HOW PLACE FOLDER URL work`` works until everything has ended, by
the implementation of that name; ``… kill SEED`` starts such processes one after the other, kills
each at some moment, and prints how many were killed before one found nothing left to do. Where the
database can't be reached, they wait until it can be.

A recording that was cut before is sent in its parts, each as a few bytes and by a name of its own.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from interhuman.errors import LibraryError
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.media.cutting import CutPart
from interhuman.runs import recording_files
from interhuman.runs.preparing import Preparation
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.states import ENDED
from interhuman.runs.sent_file import Recording, SentFile
from tests.runs.queue.world import IMPLEMENTATIONS, LOOK_EVERY_S, account_of, library_in

MAX_LIFE_S, LONGER_BY = 0.3, 1.05
"""How long the first process lives at most, and by what each of the next lives longer.

That is a factor, so that on a slow machine one soon lives long enough.
"""


def part_or_whole(
    self: Preparation, recording: Recording, *, part: CutPart | None = None, **_: object
) -> SentFile:
    """Stand in for cutting and converting, which would take longer than the processes live."""
    if part is None:
        return SentFile(recording.path, recording.name)
    name = f"{recording.name} from {part.start_s:g}.mp4"
    path = recording_files.new_path(".mp4")
    path.write_text(name)
    sent = SentFile(path, name)
    sent.start_s = part.start_s
    return sent


def work(how: str, place: str, folder: str, base_url: str) -> None:
    """Work until every item has ended, and end this process."""
    Preparation.sent_file = part_or_whole  # type: ignore[method-assign]
    Preparation.cut_parts = lambda *_, **__: ()  # type: ignore[method-assign]
    library = opened(place, Path(folder))
    queue = IMPLEMENTATIONS[how](look_every_s=LOOK_EVERY_S)
    queue.connect(library, account_of(base_url))
    seen = 0
    while not all_ended(queue, library):
        seen = queue.wait_for_change(seen, LOOK_EVERY_S)
    queue.close()
    os._exit(0)


def opened(place: str, folder: Path) -> Library:
    """Return the library as soon as it can be opened."""
    engine = open_engine(place if "://" in place else Path(place))
    while True:
        try:
            return library_in(engine, folder)
        except LibraryError:
            time.sleep(LOOK_EVERY_S)


def all_ended(queue: Queue, library: Library) -> bool:
    """Return whether the database can be reached and says that every item has ended."""
    try:
        return all(item.state in ENDED for item in queue.items(library))
    except LibraryError:
        return False


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
        how, place, folder, base_url, moments.random() * MAX_LIFE_S * LONGER_BY**killed
    ):
        killed += 1
    print(killed)


if __name__ == "__main__":
    main(*sys.argv[1:])
