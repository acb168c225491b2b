"""The queue of everybody's libraries and that of visits without one, beside it in one process."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st

from interhuman.deployment import Deployment, LibraryPlace
from interhuman.library.engine import open_engine
from interhuman.page import state
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.threads import ThreadQueue
from tests.processes import wait_until
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.world import LOOK_EVERY_S, add, library_in, wait_for_states

pytestmark = pytest.mark.parametrize("way", ["threads-sqlite"], indirect=True)


def test_they_share_what_an_account_allows_and_take_turns(
    account: Account, server: CountingServer, tmp_path: Path, way: str
) -> None:
    first = ThreadQueue(convert=False, max_at_once=1, look_every_s=LOOK_EVERY_S)
    beside = ThreadQueue(convert=False, limits=first.limits, look_every_s=LOOK_EVERY_S)
    libraries = [
        library_in(open_engine(tmp_path / name), tmp_path, owner=name) for name in ("ann", "ben")
    ]
    server.held.set()
    ann, ben = (
        [f"{name} {number}.mp4" for number in range(count)]
        for name, count in (("ann", 6), ("ben", 2))
    )
    add(first, libraries[0], account, tmp_path, *ann)
    wait_until(lambda: server.at_once == 1)
    add(beside, libraries[1], account, tmp_path, *ben)
    server.held.clear()
    wait_for_states(first, libraries[0], ItemState.DONE)
    wait_for_states(beside, libraries[1], ItemState.DONE)
    assert server.most_at_once == 1
    assert max(server.order.index(name) for name in ben) <= 5, server.order
    assert all([first.close(), beside.close()])


def test_the_page_has_one_limit_for_both(tmp_path: Path, way: str) -> None:
    deployment = Deployment(library=LibraryPlace(folder=tmp_path))
    queues = [state.queue(deployment, own=own) for own in (False, True)]
    assert isinstance(queues[0], ThreadQueue)
    assert isinstance(queues[1], ThreadQueue)
    assert queues[0] is not queues[1]
    assert queues[0].limits is queues[1].limits
    st.cache_resource.clear()
