"""What a worker writes of an item that it leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from interhuman.adaptive_limit import AccountStoppedError
from interhuman.answers.answer import Answer
from interhuman.answers.stitched import KeptPart, Stitched
from interhuman.library.failures import error_for
from interhuman.library.library import Library
from interhuman.library.queueing import QueuedRow, QueueRows
from interhuman.runs.in_parts import PartsInWork
from interhuman.runs.own_library import OwnLibrary
from interhuman.runs.queue import record as module
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.record import LostItemError, QueuedRecord
from interhuman.runs.queue.states import ItemState
from interhuman.runs.record import CANCELED
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import RunCanceledError
from interhuman.vocabulary import INTER_1
from tests.runs.queue.world import AddingQueue, add

S = ItemState
TWO = Stitched((KeptPart(0.0, 6.0), KeptPart(5.0, 12.0)), 12.0, INTER_1)

MakeRecord = Callable[..., QueuedRecord]


@pytest.fixture
def make_record(library: Library, account: Account, tmp_path: Path) -> MakeRecord:
    """Make the record of an item that this process has taken."""

    def make(state: ItemState, *, sent: bool, is_stopped: bool = False) -> QueuedRecord:
        return record_of(library, account, tmp_path, state, sent=sent, is_stopped=is_stopped)

    return make


def record_of(
    library: Library,
    account: Account,
    folder: Path,
    state: ItemState,
    *,
    sent: bool,
    is_stopped: bool = False,
) -> QueuedRecord:
    rows = QueueRows(library.access)
    (id,) = add(AddingQueue(), library, account, folder, "talk.mp4")
    assert rows.take(id, old=S.WAITING, new=state)
    assert rows.advance(id, old={state}, new=state, sent=sent)
    return QueuedRecord(
        library,
        row_of(library, id),
        state=state,
        on_change=lambda: None,
        on_lost=lambda: None,
        is_stopped=lambda: is_stopped,
        closing=threading.Event(),
    )


def row_of(library: Library, id: str) -> QueuedRow:
    row = QueueRows(library.access).get(id)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("error", "stage"), [(error_for("locked"), S.WAITING), (OSError("no"), S.FAILED)]
)
def test_what_fails_before_its_parts_are_read_still_says_that_some_were_sent(
    library: Library, make_record: MakeRecord, error: Exception, stage: ItemState
) -> None:
    """So nobody changes its model, or removes it, and loses what is paid for."""
    record = make_record(S.PREPARING, sent=True)
    record.end(analysis=None, error=error, job=None)
    row = row_of(library, record.row.id)
    assert (row.stage, row.sent) == (stage, True)


def test_a_canceled_recording_does_not_go_on_because_the_library_was_busy(
    make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, asked = make_record(S.SENDING, sent=True), list[str]()
    monkeypatch.setattr(module, "KEEP_AGAIN_S", 0.0)
    advance = QueueRows.advance

    def busy_once(rows: QueueRows, id: str, *, old: set[str], new: str) -> bool:
        asked.append(id)
        if len(asked) == 1:
            raise error_for("locked")
        return advance(rows, id, old=old, new=new)

    monkeypatch.setattr(QueueRows, "advance", busy_once)
    assert not record.leaves(None, TWO)
    record.end(analysis=None, error=None, job=None)


def test_a_worker_knows_that_what_it_had_out_was_closed_as_canceled(
    library: Library, make_record: MakeRecord
) -> None:
    record = make_record(S.SENDING, sent=False)
    assert AddingQueue().cancel(library, record.row.id)
    with pytest.raises(LostItemError):
        record.enter(S.READY, sent=False)
    record.end(analysis=None, error=None, job=None)
    assert record.state is S.CANCELED
    assert row_of(library, record.row.id).stage == S.CANCELED


def test_a_worker_that_is_out_hears_that_another_process_canceled_its_recording(
    library: Library, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, stopped = make_record(S.SENDING, sent=False), list[str]()
    monkeypatch.setattr(record, "_on_lost", lambda: stopped.append(record.row.id))
    record._beat(record.row.id)
    assert not stopped
    assert AddingQueue().cancel(library, record.row.id)
    record._beat(record.row.id)
    assert stopped
    record.end(analysis=None, error=None, job=None)
    row = row_of(library, record.row.id)
    assert (row.stage, row.failure, row.sent) == (S.CANCELED, CANCELED, False)


def test_what_is_out_when_a_visit_ends_does_not_wait_for_its_library_for_ever(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So its worker ends, and with it what it holds."""
    own = OwnLibrary(cast("Queue", AddingQueue()))
    library, folder = own.library, own.recordings.folder
    record = record_of(library, account, tmp_path, S.SENDING, sent=True)
    record.begin(AnalysisRequest())
    monkeypatch.setattr(record._closing, "wait", lambda _: pytest.fail("it waits"))
    del own
    assert not folder.exists()
    record.keep_answer(Answer("", 200, b"{}", None, False, datetime.now(UTC)))
    record.end(analysis=None, error=RunCanceledError(), job=None)


@pytest.mark.parametrize("first_is_answered", [False, True])
def test_a_part_that_was_refused_because_of_the_account_was_not_sent(
    library: Library, make_record: MakeRecord, first_is_answered: bool
) -> None:
    record = make_record(S.SENDING, sent=True, is_stopped=True)
    document = TWO
    if first_is_answered:
        document = TWO.answered(0, Answer("", 200, b"{}", None, False, datetime.now(UTC)))
    work = PartsInWork(document, keep=record.keep_answer, queued=True)
    work.begin(work.places[0])
    work.send()
    refused = AccountStoppedError("no credits")
    assert record.leaves(refused, work.left)
    work.leave()
    record.end(analysis=None, error=refused, job=None)
    row = row_of(library, record.row.id)
    assert (row.stage, row.sent) == (S.WAITING, first_is_answered)
