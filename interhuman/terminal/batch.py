"""The files of one command on their way through the queue."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.runs.queue.items import QueueItem
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.record import IN_FLIGHT
from interhuman.runs.queue.states import ItemState, before
from interhuman.terminal.adding import AddedFile, Adding
from interhuman.terminal.display import Display
from interhuman.terminal.outcomes import Outcome, has_ended, not_added, outcome_of
from interhuman.terminal.stopping import Stopping

STOPPING: Final = "Stopping: what was sent is still waited for. Ctrl-C again ends at once."

_LOOK_EVERY_S: Final = 0.25


class Batch:
    """Adds files to the queue in the background and follows them until they have ended."""

    def __init__(
        self, files: Sequence[Path], *, queue: Queue, library: Library, adding: Adding
    ) -> None:
        self._files, self._queue, self._library, self._adding = files, queue, library, adding
        self._added: list[AddedFile] = []
        self._items: dict[str, QueueItem] = {}
        self._stopped: str | None = None
        """Why nothing more is begun, as a sentence."""
        self._is_slowed = False
        self._said: set[str] = set()
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._add_all, name="add files", daemon=True)

    def follow(self, display: Display, stopping: Stopping) -> None:
        """Show how far the files are, until all have ended; after a stop, what was sent.

        An account that nothing more can be sent on stops it, too. Raises LibraryError where the
        files could not all be added, and KeyboardInterrupt as soon as `stopping` does.
        """
        self._adding.is_stopped = stopping.is_wanted
        self._thread.start()
        seen = 0
        while True:
            is_adding = self._thread.is_alive()
            try:
                self._look()
                self._stop_where_needed(display, stopping)
            except LibraryError as error:
                # What was sent is still received, and kept as soon as that is possible again.
                self._say_once(str(error), display)
            ended = sum(has_ended(file, self._items) for file in self._added)
            display.show(self._worked_on, ended=ended, total=len(self._files))
            if not is_adding and self._has_come_to_rest:
                break
            seen = self._queue.wait_for_change(seen, _LOOK_EVERY_S)
        if self._fault is not None:
            raise self._fault

    def _say_once(self, sentence: str, display: Display) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            display.say(sentence)

    @property
    def _worked_on(self) -> list[QueueItem]:
        """The items of the files that had no result before."""
        done = {file.id for file in self._added if file.was_done}
        return [item for id, item in self._items.items() if id not in done]

    def count_sent(self) -> int:
        """Return how many files are at Interhuman now, or may be. Raises LibraryError."""
        self._look()
        return sum(item.state in IN_FLIGHT for item in self._items.values())

    @property
    def done_ids(self) -> list[str]:
        """The analyses that have a result, each once."""
        ids = dict.fromkeys(file.id for file in self._added if file.id is not None)
        done = {file.id for file in self._added if file.was_done}
        done |= {id for id, item in self._items.items() if item.state is ItemState.DONE}
        return [id for id in ids if id in done]

    def outcomes(self) -> list[Outcome]:
        """Return what became of each file. Raises LibraryError."""
        added = [outcome_of(file, self._items, self._library) for file in self._added]
        return [*added, *not_added([path.name for path in self._files[len(added) :]])]

    def _add_all(self) -> None:
        try:
            for path in self._files:
                if self._adding.is_stopped:
                    return
                self._added.append(self._adding.add(path))
        except Exception as fault:
            self._fault = fault

    def _look(self) -> None:
        mine = set(self._adding.ids)  # Beside those of files that are added, that of the next.
        self._items = {item.id: item for item in self._queue.items(self._library)}
        self._items = {id: item for id, item in self._items.items() if id in mine}

    @property
    def _has_come_to_rest(self) -> bool:
        """Whether every file has ended or is paused, by this command or by anybody else."""
        paused = {
            id
            for id, item in self._items.items()
            if item.state is ItemState.PAUSED and not item.is_worked_on
        }
        return all(has_ended(file, self._items) or file.id in paused for file in self._added)

    def _stop_where_needed(self, display: Display, stopping: Stopping) -> None:
        """Begin nothing more where a person or the account wants that."""
        status = self._queue.status(self._library)
        if status.slowed is not None and not self._is_slowed:
            display.say(status.slowed)
        self._is_slowed = status.slowed is not None
        why = STOPPING if stopping.is_wanted else self._stopped or status.problem
        if why is None:
            return
        self._stopped, self._adding.is_stopped = why, True
        self._look()  # What was started until now is paused, too.
        for item in self._items.values():
            if item.state in before(ItemState.PAUSED):
                self._queue.pause(self._library, id=item.id)
        self._say_once(why, display)
