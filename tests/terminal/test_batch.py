"""Ctrl-C in the middle of a long recording, without a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from interhuman.library.engine import open_engine
from interhuman.library.queueing import QueueRows
from interhuman.runs.queue.states import ItemState, row_state
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.terminal.adding import AddedFile, Adding
from interhuman.terminal.batch import STOPPING, Batch
from interhuman.terminal.stopping import Stopping
from tests.processes import wait_until
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.test_parts import add_in_parts, three_parts
from tests.runs.queue.world import LOOK_EVERY_S, account_of, add, library_in, states

pytestmark = pytest.mark.usefixtures("in_process")


class AddedBefore:
    """Adds the one item that is there."""

    def __init__(self, id: str) -> None:
        self.ids, self.is_stopped, self.has_added = [id], False, False

    def add(self, path: Path) -> AddedFile:
        self.has_added = True
        return AddedFile(path, self.ids[0])


class Screen:
    """Keeps what is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def show(self, *_: object, **__: object) -> None:
        """Draw nothing."""


@contextmanager
def closing(queue: ThreadQueue) -> Iterator[ThreadQueue]:
    yield queue
    assert queue.close()


def test_ctrl_c_waits_for_the_part_that_is_out_and_begins_no_other(tmp_path: Path) -> None:
    library = library_in(open_engine(tmp_path / "library"), tmp_path)
    screen, stopping = Screen(), Stopping()
    with CountingServer() as server, closing(ThreadQueue(look_every_s=LOOK_EVERY_S)) as queue:
        account = account_of(server.base_url)
        id = add_in_parts(queue, library, account, three_parts())
        adding = AddedBefore(id)
        batch = Batch(
            [tmp_path / "talk.mp4"], queue=queue, library=library, adding=cast(Adding, adding)
        )
        server.held.set()
        queue.start(library, account)
        following = threading.Thread(target=batch.follow, args=(cast(Any, screen), stopping))
        following.start()
        wait_until(lambda: server.at_once == 1 and adding.has_added)
        stopping.is_wanted = True
        wait_until(lambda: states(queue, library) == {"talk.mp4": ItemState.PAUSED})
        assert [item.words for item in queue.items(library)] == ["Pausing"]
        assert following.is_alive()
        server.held.clear()
        following.join(timeout=60)
        assert not following.is_alive()
        assert screen.lines == [STOPPING]
        assert server.uploads.total() == 1
        (outcome,) = batch.outcomes()
        assert outcome.goes_on


def test_what_cannot_be_paused_wakes_nobody_each_time_that_is_asked(tmp_path: Path) -> None:
    library = library_in(open_engine(tmp_path / "library"), tmp_path)
    with closing(ThreadQueue(only=())) as queue:
        account = account_of("http://127.0.0.1:9")
        (id,) = add(queue, library, account, tmp_path, "talk.mp4")
        rows, state = QueueRows(library.access), row_state(ItemState.SENDING)
        assert rows.move(id, old={ItemState.WAITING}, new=ItemState.SENDING, state=state)
        seen = queue.wait_for_change(-1, 0.0)
        assert queue.pause(library, id=id) == 0
        assert queue.wait_for_change(seen, 0.0) == seen


def test_what_is_out_may_have_been_sent_although_it_was_canceled(tmp_path: Path) -> None:
    library = library_in(open_engine(tmp_path / "library"), tmp_path)
    with CountingServer() as server, closing(ThreadQueue(convert=False)) as queue:
        server.held.set()
        (id,) = add(queue, library, account_of(server.base_url), tmp_path, "talk.mp4")
        wait_until(lambda: server.at_once == 1)
        adding = cast(Adding, AddedBefore(id))
        batch = Batch([tmp_path / "talk.mp4"], queue=queue, library=library, adding=adding)
        assert batch.count_sent() == 1
        assert queue.cancel(library, id)
        assert states(queue, library) == {"talk.mp4": ItemState.CANCELING}
        assert batch.count_sent() == 1
        server.held.clear()
