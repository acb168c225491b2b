"""Where the recording of an item is looked for, and what is said where it isn't."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.library.recordings import Recordings
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.verdicts import (
    ADD_AGAIN,
    ELSEWHERE,
    RecordingElsewhereError,
    RecordingGoneError,
    verdict_on,
)
from interhuman.runs.queue.work import recording_of
from tests.runs.queue.world import AddingQueue, add

S = ItemState


class EmptyStore:
    """A store that every machine has and that no recording is in any more."""

    limit_bytes: int | None = None
    settles_within_s: float | None = None
    is_shared = True

    def __init__(self) -> None:
        self.needed: Callable[[], Collection[str]] = tuple

    def keep(self, recording: bytes | Path) -> str:
        return ""

    def find(self, sha256: str, *, anew: bool = False) -> Path | None:
        assert anew, "it may have been added again since the store was last asked"
        return None

    def space_used(self) -> int:
        return 0

    def delete_unused(
        self, in_use: Callable[[], Collection[str]], *, freed: Collection[str] = ()
    ) -> None:
        pass


def queued_elsewhere(account: Account, folder: Path) -> tuple[Library, QueuedRow]:
    """Return a library without recordings, and a row of it whose recording was there."""
    engine = open_engine(folder / "library")
    adding = Library(
        engine, owner="coach", recordings=RecordingsFolder(folder / "a", owner="coach")
    )
    (id,) = add(AddingQueue(), adding, account, folder, "talk.mp4")
    row = QueueRows(adding.access).get(id)
    assert row is not None
    return Library(engine, owner="coach"), row


def test_what_a_shared_store_lacks_is_gone_for_every_machine(
    account: Account, tmp_path: Path
) -> None:
    library, row = queued_elsewhere(account, tmp_path)
    library.recordings = EmptyStore()
    with pytest.raises(RecordingGoneError, match="Add it again") as raised:
        recording_of(row, library)
    verdict = verdict_on(
        raised.value, sent=False, has_open_job=False, stopped=False, is_shared=True
    )
    assert verdict is not None
    assert (verdict.state, verdict.problem) == (S.FAILED, str(raised.value))


@pytest.mark.parametrize("has_folder", [False, True])
def test_without_a_shared_store_another_machine_may_have_it(
    account: Account, tmp_path: Path, has_folder: bool
) -> None:
    library, row = queued_elsewhere(account, tmp_path)
    folder: Recordings = RecordingsFolder(tmp_path / "b", owner="coach")
    library.recordings = folder if has_folder else None
    with pytest.raises(RecordingElsewhereError) as raised:
        recording_of(row, library)
    verdict = verdict_on(
        raised.value, sent=False, has_open_job=False, stopped=False, is_shared=True
    )
    assert verdict is not None
    assert (verdict.state, verdict.problem) == (S.WAITING, ELSEWHERE)
    assert verdict.remedy == ADD_AGAIN
    alone = verdict_on(raised.value, sent=False, has_open_job=False, stopped=False)
    assert alone is not None
    assert (alone.state, alone.problem) == (S.FAILED, str(raised.value)), "there is no other"
