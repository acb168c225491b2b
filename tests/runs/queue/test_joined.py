"""The items that another was joined from: hidden, started, deleted and brought back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.media.joining import Joined, JoinedFile
from interhuman.runs.joining import JoinRun
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.joined import replace_files
from interhuman.runs.queue.states import ItemState, row_state
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.terminal.adding import IS_JOINED, Adding
from tests.processes import wait_until
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.test_joining import add_parts
from tests.runs.queue.world import (
    PATIENCE_S,
    AddingQueue,
    account_of,
    add,
    library_in,
    recording,
    states,
    wait_for_states,
)

S = ItemState
FILES = ("GX010042.MP4", "GX020042.MP4")
WHOLE = "GX0042.mp4"


class HoldingQueue(AddingQueue):
    """Holds what a library has no room for."""

    def __init__(self) -> None:
        self.held: dict[str, UploadedRecording] = {}

    def _hold(self, library: Library, id: str, recording: UploadedRecording) -> None:
        self.held[id] = recording

    def _release(self, id: str) -> None:
        self.held.pop(id, None)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_in(open_engine(tmp_path / "library"), tmp_path)


@pytest.fixture
def account() -> Account:
    return account_of("http://127.0.0.1:9")


def join(
    queue: AddingQueue | ThreadQueue, library: Library, account: Account, folder: Path
) -> QueuedRow:
    """Add two files of a camera and what they were joined to, and return the latter's row."""
    ids = tuple(add(queue, library, account, folder, *FILES, start=False))
    whole = recording(folder, WHOLE, b"joined" * 100)
    files = (JoinedFile(FILES[0], 0.0, 12.0), JoinedFile(FILES[1], 12.0, 24.0))
    whole.preparation.joined = Joined(files, is_timed=False, ids=ids)
    id = queue.add(AnalysisRequest(whole), library, account, start=False)
    row = QueueRows(library.access).get(id)
    assert row is not None
    return row


def put(library: Library, row: QueuedRow, stage: ItemState, *, sent: bool = False) -> None:
    rows = QueueRows(library.access)
    old = {S(row.stage or "")}
    assert rows.move(row.id, old=old, new=stage, state=row_state(stage), sent=sent)


def digests(library: Library) -> set[str]:
    assert isinstance(library.recordings, RecordingsFolder)
    return {path.name for path in library.recordings.folder.iterdir()}


def test_they_stay_as_they_are_wherever_the_joined_one_is(
    library: Library, account: Account, tmp_path: Path
) -> None:
    queue = AddingQueue()
    row = join(queue, library, account, tmp_path)
    put(library, row, S.FAILED)
    assert (queue.start(library, account), queue.cancel_all(library)) == (0, 0)
    assert queue.start(library, account, batch="interviews") == 0
    assert states(queue, library) == {WHOLE: S.FAILED}


def test_they_come_back_when_a_joined_one_is_removed_that_was_never_sent(
    library: Library, account: Account, tmp_path: Path
) -> None:
    queue = AddingQueue()
    put(library, row := join(queue, library, account, tmp_path), S.REFUSED)
    (item,) = queue.items(library)
    assert item.joined is not None
    assert len(item.joined.ids) == 2
    assert queue.remove(library, row.id)
    assert states(queue, library) == dict.fromkeys(FILES, S.PAUSED)


def test_the_library_lists_them_only_when_they_are_apart(
    library: Library, account: Account, tmp_path: Path
) -> None:
    queue = AddingQueue()
    row = join(queue, library, account, tmp_path)
    listed = library.page()
    assert ([each.name for each in listed.rows], listed.total) == ([WHOLE], 1)
    assert not library.page(search=FILES[0]).total
    assert queue.remove(library, row.id)
    assert {each.name for each in library.page().rows} == set(FILES)
    (first, _) = queue.items(library)
    assert queue.cancel(library, first.id)
    assert library.page().total == 2


def test_they_go_with_a_joined_one_that_was_sent(
    library: Library, account: Account, tmp_path: Path
) -> None:
    queue = AddingQueue()
    put(library, row := join(queue, library, account, tmp_path), S.UNANSWERED, sent=True)
    (item,) = queue.items(library)
    assert item.joined is not None
    assert not item.joined.ids
    assert queue.remove(library, row.id)
    assert not states(queue, library)
    assert digests(library) == {row.sha256}


def test_they_are_deleted_once_the_joined_one_is_kept_but_for_one_that_was_started(
    library: Library, account: Account, tmp_path: Path
) -> None:
    queue = AddingQueue()
    row = join(queue, library, account, tmp_path)
    assert library.recordings is not None
    first, second = (one for one in QueueRows(library.access).all() if one.id != row.id)
    assert QueueRows(library.access).take(second.id, old=S.PAUSED, new=S.PREPARING)
    assert replace_files(row, library, held=None) == (first.id,)
    assert digests(library) == {row.sha256, second.sha256}
    assert states(queue, library) == {WHOLE: S.PAUSED, second.name: S.PREPARING}


def test_they_are_deleted_only_if_that_makes_room_for_the_joined_one(
    library: Library, account: Account, tmp_path: Path
) -> None:
    queue = HoldingQueue()
    assert isinstance(library.recordings, RecordingsFolder)
    library.recordings.limit_bytes = 1_500
    row = join(queue, library, account, tmp_path)
    held = queue.held[row.id]
    assert replace_files(row, library, held=None) == (), "nothing has the joined recording here"
    library.recordings.limit_bytes = 500
    assert replace_files(row, library, held=held) == ()
    assert len(QueueRows(library.access).all()) == 3
    library.recordings.limit_bytes = 1_500
    assert len(replace_files(row, library, held=held)) == 2
    assert digests(library) == {row.sha256}
    assert states(queue, library) == {WHOLE: S.PAUSED}


@pytest.mark.usefixtures("in_process")
def test_one_that_cannot_be_analyzed_can_be_taken_apart(
    library: Library, account: Account, tmp_path: Path
) -> None:
    queue = ThreadQueue()
    row = join(queue, library, account, tmp_path)
    queue.start(library, account, id=row.id)
    wait_for_states(queue, library)
    assert states(queue, library) == {WHOLE: S.REFUSED}
    queue.remove(library, row.id)
    assert states(queue, library) == dict.fromkeys(FILES, S.PAUSED)
    assert queue.close()


@pytest.mark.usefixtures("in_process")
def test_a_joined_one_that_had_no_room_is_kept_in_their_place_before_it_is_sent(
    library: Library, tmp_path: Path
) -> None:
    assert isinstance(library.recordings, RecordingsFolder)
    queue = ThreadQueue()
    with CountingServer() as server:
        account = account_of(server.base_url)
        series = add_parts(queue, library, account)
        library.recordings.limit_bytes = int(library.recordings.space_used() * 1.5)
        run = JoinRun(
            series, queue=queue, library=library, account=account, options=AnalysisRequest()
        )
        assert run.wait(PATIENCE_S)
        (item,) = queue.items(library)
        assert item.in_memory_only
        server.held.set()
        assert queue.start(library, account) == 1
        wait_until(lambda: server.at_once == 1)
        (row,) = QueueRows(library.access).all()
        assert digests(library) == {row.sha256}
        assert not queue.items(library)[0].in_memory_only
        server.held.clear()
        wait_for_states(queue, library)
        assert states(queue, library) == {WHOLE: S.DONE}
    assert queue.close()


def test_a_command_does_not_start_them(library: Library, account: Account, tmp_path: Path) -> None:
    queue = ThreadQueue(only=())
    row = join(queue, library, account, tmp_path)
    ids: list[str] = []
    adding = Adding(queue, library, account, AnalysisRequest(), ids=ids, send_again=False)
    path = recording(tmp_path, FILES[0]).path
    added = adding.add(path)
    assert (added.problem, ids) == (IS_JOINED, [])
    hidden = [one.id for one in QueueRows(library.access).all() if one.id != row.id]
    assert [queue.start(library, account, id=id) for id in hidden] == [0, 0]
    assert [one.stage for one in QueueRows(library.access).all()] == [S.PAUSED] * 3
    queue.remove(library, row.id)
    assert replace(adding.add(path), id=None) == replace(added, same_as=path)
    assert queue.close()
