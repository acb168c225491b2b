"""A long recording in the queue: an item whose parts are sent one after another, each once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, Self, cast

import pytest
from sqlalchemy import true

from interhuman.answers.answer import Answer
from interhuman.answers.saved import load
from interhuman.answers.stitched import KeptPart, Stitched, open_stitched
from interhuman.library.access import OwnerAccess
from interhuman.library.asking import documents_of
from interhuman.library.libraries import read_unread
from interhuman.library.library import Library
from interhuman.library.queueing import QueueRows
from interhuman.library.workers import WORKED_ON
from interhuman.media import preflight
from interhuman.page.many.acting import _ON_ITEMS
from interhuman.page.many.desk import Desk
from interhuman.page.many.rows import row_of
from interhuman.runs.in_parts import NOT_REACHED, as_answer
from interhuman.runs.queue import items
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.acts import QueueActs
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.states import ItemState, row_state
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.runs.queue.unstarted import set_options
from interhuman.runs.queue.verdicts import UNREADABLE_PARTS
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import INTER_1, INTER_2, MODELS
from tests import clips, stitched
from tests.processes import wait_until
from tests.runs.queue.counting import JOBS, CountingServer
from tests.runs.queue.world import WAYS, AddingQueue, MakeQueue, add, states, wait_for_states
from tests.server import ANALYZE, api_error

S = ItemState

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture
def long_recording(monkeypatch: pytest.MonkeyPatch) -> UploadedRecording:
    """Return a recording that its model takes in two parts."""
    shorter = replace(MODELS[INTER_1], max_duration_s=90.0)
    monkeypatch.setattr(preflight, "MODELS", MappingProxyType({**MODELS, INTER_1: shorter}))
    content = clips.recording(150.0, silences=((77.2, 78.4),), fps=2, size=(64, 48))
    return UploadedRecording("talk.mp4", content)


def test_every_part_is_sent_once_and_the_row_has_one_result(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    long_recording: UploadedRecording,
) -> None:
    queue = make_queue(convert=True)
    id = queue.add(AnalysisRequest(long_recording), library, account)
    wait_for_states(queue, library)
    assert states(queue, library) == {"talk.mp4": S.DONE}
    assert len(server.requests(ANALYZE)) == 2
    row = library.get(id)
    assert row is not None
    assert row.duration_s == pytest.approx(150.0, abs=0.2)
    assert len(load(library.raw(id) or b"").analysis.parts) == 2


def test_a_part_that_fails_leaves_a_gap_and_stops_no_other(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    long_recording: UploadedRecording,
) -> None:
    refusals = iter([api_error(422, "ih5002")])
    server.refuse = lambda _: next(refusals, None)
    queue = make_queue(convert=True)
    id = queue.add(AnalysisRequest(long_recording), library, account)
    wait_for_states(queue, library)
    assert states(queue, library) == {"talk.mp4": S.DONE}
    analysis = load(library.raw(id) or b"").analysis
    assert [part.problem is None for part in analysis.parts] == [False, True]


def test_the_next_part_waits_until_other_processes_leave_room(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    long_recording: UploadedRecording,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue = make_queue(convert=True, max_at_once=1)
    (other,) = add(AddingQueue(), library, account, tmp_path, "other.mp4", start=False)
    rows, asked = QueueRows(library.access), list[str]()

    def send_elsewhere(_: str) -> None:
        """While the first part is under way, another machine begins to send."""
        there = {"worker": "elsewhere 1-1", "alive_at": datetime.now(UTC), "sent": True}
        old = {S.PAUSED}
        assert rows._move(true(), other, old, stage=S.SENDING, state="running", **there)
        server.refuse = lambda _: None

    def reserve(rows: QueueRows, *given: Any, **options: Any) -> str:
        asked.append(reserve_truly(rows, *given, **options))
        return asked[-1]

    reserve_truly = QueueRows.reserve
    monkeypatch.setattr(QueueRows, "reserve", reserve)
    server.refuse = send_elsewhere
    id = queue.add(AnalysisRequest(long_recording), library, account)
    wait_until(lambda: asked[-2:] == ["full", "full"])
    assert len(server.requests(ANALYZE)) == 1
    assert rows.move(other, old={S.SENDING}, new=S.CANCELED, state="failed")
    wait_for_states(queue, library)
    assert states(queue, library)["talk.mp4"] is S.DONE
    assert load(library.raw(id) or b"").analysis.parts[1].problem is None
    assert len(server.requests(ANALYZE)) == 2


UNKNOWN = {"problem": "It was sent.", "maybe_sent": True}
AT_A_JOB = {"job_id": "a" * 32, "job_expires_at": datetime.now(UTC) + timedelta(hours=1), **UNKNOWN}


def three_parts(**second: object) -> Stitched:
    """Return a recording of twelve seconds whose first part is answered, and of the second so."""
    parts = (KeptPart(0.0, 5.0), KeptPart(4.0, 9.0), KeptPart(8.0, 12.0))
    raw = stitched.answer(60.0, ("interest", 1, 2), length_s=5)
    document = Stitched(parts, 12.0, INTER_1)
    document = document.answered(0, Answer(ANALYZE, 200, raw, None, False, datetime.now(UTC)))
    return document.changed(1, **second)


def add_in_parts(
    queue: QueueActs | Queue, library: Library, account: Account, document: Stitched, **asked: Any
) -> str:
    """Add a recording that was cut, and to a part analyzed, before."""
    talk = UploadedRecording("talk.mp4", clips.recording(12.0))
    id = queue.add(AnalysisRequest(talk, **asked), library, account, start=False)
    library.store_answer(id, as_answer(document))
    return id


def left_while_sending(library: Library, account: Account, document: Stitched, **asked: Any) -> str:
    """Return the row of a worker that ended without a word while it sent a part."""
    id = add_in_parts(AddingQueue(), library, account, document, **asked)
    rows = QueueRows(library.access)
    assert AddingQueue().start(library, account) == 1
    assert rows.take(id, old=S.WAITING, new=S.PREPARING)
    assert rows.advance(id, old={S.PREPARING}, new=S.READY)
    assert rows.advance(id, old={S.READY}, new=S.SENDING, sent=True)
    library.release(id)
    WORKED_ON.discard(id)
    return id


@pytest.mark.parametrize(
    ("second", "sent", "gaps", "model"),
    [
        (UNKNOWN, 1, (1,), INTER_1),
        ({}, 2, (), INTER_1),
        (AT_A_JOB, 1, (), INTER_2),
    ],
    ids=["answer unknown", "unsent", "at a job"],
)
def test_after_a_crash_only_what_may_have_been_billed_is_left_to_a_person(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    second: dict[str, object],
    sent: int,
    gaps: tuple[int, ...],
    model: str,
) -> None:
    id = left_while_sending(library, account, three_parts(**second), model=model)
    read_unread(library)
    queue = make_queue(convert=True)
    queue.connect(library, account)
    wait_for_states(queue, library)
    assert states(queue, library) == {"talk.mp4": S.DONE}
    words = "Done, with a gap" if gaps else "Done"
    assert [each.words for each in queue.items(library)] == [words]
    assert server.uploads.total() == sent
    assert open_stitched(library.raw(id) or b"").missing == gaps
    jobs = [seen.path for seen in server.seen if seen.path.startswith(JOBS)]
    assert (JOBS + "a" * 32 in jobs) is (model == INTER_2)


# Where machines share the work, another one may have the recording.
@pytest.mark.parametrize("way", WAYS[:2], indirect=True)
def test_what_was_answered_is_a_result_although_the_recording_is_gone(
    make_queue: MakeQueue, library: Library, account: Account, server: CountingServer
) -> None:
    id = left_while_sending(library, account, three_parts())
    assert library.recordings is not None
    row = library.get(id)
    assert row is not None
    library.recordings.delete_unused(tuple, freed={row.sha256 or ""})
    queue = make_queue(convert=True)
    queue.connect(library, account)
    wait_for_states(queue, library)
    assert states(queue, library) == {"talk.mp4": S.DONE}
    assert server.begun == 0
    assert open_stitched(library.raw(id) or b"").missing == (1, 2)


def stopped_by_pausing(queue: Queue, library: Library) -> None:
    assert queue.pause(library) == 1


def stopped_by_another_process(queue: Queue, library: Library) -> None:
    assert AddingQueue().pause(library) == 1


def stopped_by_the_end_of_the_process(queue: Queue, library: Library) -> None:
    threading.Thread(target=queue.close, daemon=True).start()
    wait_until(lambda: is_closing(queue))


def is_closing(queue: Queue) -> bool:
    return isinstance(queue, ThreadQueue) and queue._crew._is_closed


@pytest.mark.parametrize(
    ("stop", "state"),
    [
        (stopped_by_pausing, S.PAUSED),
        (stopped_by_another_process, S.PAUSED),
        (stopped_by_the_end_of_the_process, S.WAITING),
    ],
)
def test_a_stop_lets_the_part_that_is_out_end_and_begins_no_other(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    stop: Callable[[Queue, Library], None],
    state: ItemState,
) -> None:
    queue = make_queue(convert=True)
    id = add_in_parts(queue, library, account, three_parts())
    server.held.set()
    queue.start(library, account)
    wait_until(lambda: server.at_once == 1)
    stop(queue, library)
    server.held.clear()
    wait_until(lambda: has_let_go(queue, library, id))
    assert states(queue, library) == {"talk.mp4": state}
    assert server.uploads.total() == 1
    row = QueueRows(library.access).get(id)
    assert row is not None
    assert row.sent
    assert open_stitched(library.raw(id) or b"").missing == (2,)
    other = make_queue(convert=True)
    other.start(library, account)
    wait_for_states(other, library)
    assert states(other, library) == {"talk.mp4": S.DONE}
    assert server.uploads.total() == 2
    assert open_stitched(library.raw(id) or b"").missing == ()


@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["here", "another process"])
def test_a_cancel_while_a_part_is_out_keeps_its_answer_and_sends_no_other(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    is_elsewhere: bool,
) -> None:
    queue = make_queue(convert=True)
    id = add_in_parts(queue, library, account, three_parts())
    server.held.set()
    queue.start(library, account)
    wait_until(lambda: server.at_once == 1)
    assert (AddingQueue() if is_elsewhere else queue).cancel(library, id)
    assert states(queue, library) == {"talk.mp4": S.CANCELING}
    server.held.clear()
    wait_for_states(queue, library)
    assert states(queue, library) == {"talk.mp4": S.DONE}
    assert server.uploads.total() == 1
    assert open_stitched(library.raw(id) or b"").missing == (2,)


NOTHING_ANSWERED = Stitched((KeptPart(0.0, 6.0), KeptPart(5.0, 12.0)), 12.0, INTER_1)


@pytest.mark.parametrize(
    ("document", "state", "may_be_billed"),
    [
        (three_parts(**UNKNOWN), S.DONE, False),
        (NOTHING_ANSWERED.changed(0, **UNKNOWN), S.CANCELED, True),
        (NOTHING_ANSWERED.changed(0, **AT_A_JOB), S.CANCELED, True),
        (NOTHING_ANSWERED, S.CANCELED, False),
    ],
    ids=["one is answered", "answer unknown", "at a job", "none was sent"],
)
def test_a_cancel_is_not_forgotten_where_the_process_ends_before_the_answer(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    document: Stitched,
    state: ItemState,
    may_be_billed: bool,
) -> None:
    id = left_while_sending(library, account, document)
    WORKED_ON.add(id)
    assert AddingQueue().cancel(library, id)
    assert states(AddingQueue(), library) == {"talk.mp4": S.CANCELING}
    WORKED_ON.discard(id)
    queue = make_queue(convert=True)
    queue.connect(library, account)
    wait_for_states(queue, library)
    (known,) = queue.items(library)
    assert (known.state, known.may_be_billed) == (state, may_be_billed)
    assert known.has_job == (document.parts[0].open_job_id is not None)
    assert server.uploads.total() == 0
    row = library.get(id)
    assert row is not None
    assert row.state == ("done" if state is S.DONE else "failed")


def test_one_that_is_started_again_while_its_part_is_out_is_sent_once(
    make_queue: MakeQueue, library: Library, account: Account, server: CountingServer
) -> None:
    queue, other = make_queue(convert=True), make_queue(convert=True)
    id = add_in_parts(queue, library, account, three_parts())
    server.held.set()
    queue.start(library, account)
    wait_until(lambda: server.at_once == 1)
    assert queue.pause(library) == 1
    assert other.start(library, account) == 1
    assert states(queue, library) == {"talk.mp4": S.WAITING}
    server.held.clear()
    wait_for_states(queue, library)
    assert server.uploads.total() == 2
    assert open_stitched(library.raw(id) or b"").missing == ()


def test_an_account_that_can_not_send_puts_off_the_parts_that_are_left(
    make_queue: MakeQueue, library: Library, account: Account, server: CountingServer
) -> None:
    answers = iter([None, api_error(429, "ih3003")])
    server.refuse = lambda _: next(answers, None)
    queue = make_queue(convert=True)
    parts = (KeptPart(0.0, 5.0), KeptPart(4.0, 9.0), KeptPart(8.0, 12.0))
    id = add_in_parts(queue, library, account, Stitched(parts, 12.0, INTER_1))
    queue.start(library, account)
    wait_until(lambda: queue.status(library).problem is not None)
    wait_for_states(queue, library, S.WAITING)
    queue.start(library, account)
    wait_for_states(queue, library)
    assert states(queue, library) == {"talk.mp4": S.DONE}
    assert server.uploads.total() == 3
    assert open_stitched(library.raw(id) or b"").missing == ()


def has_let_go(queue: Queue, library: Library, id: str) -> bool:
    item = next(item for item in queue.items(library) if item.id == id)
    return not item.is_worked_on


def test_what_was_answered_of_a_paused_recording_is_not_lost_when_it_is_canceled(
    library: Library, account: Account, way: str
) -> None:
    queue = AddingQueue()
    id = add_in_parts(queue, library, account, three_parts())
    assert queue.cancel(library, id)
    assert states(queue, library) == {"talk.mp4": S.DONE}
    row = library.get(id)
    assert row is not None
    assert row.signal_count == 1


def test_a_paused_recording_that_may_be_billed_says_so_when_it_is_canceled(
    library: Library, account: Account, way: str
) -> None:
    parts = (KeptPart(0.0, 6.0, **UNKNOWN), KeptPart(5.0, 12.0))  # type: ignore[arg-type]
    queue = AddingQueue()
    id = add_in_parts(queue, library, account, Stitched(parts, 12.0, INTER_1))
    assert queue.cancel(library, id)
    (item,) = queue.items(library)
    assert (item.state, item.may_be_billed) == (S.CANCELED, True)
    assert not queue.retry(library, id)
    assert queue.retry(library, id, send_again=True)
    again = open_stitched(library.raw(id) or b"")
    assert [part.is_unsent for part in again.parts] == [True, True]


def ended(
    library: Library, account: Account, document: Stitched, state: ItemState, **asked: Any
) -> str:
    """Return the row of a recording of which parts may be billed, and which ended so."""
    id = add_in_parts(AddingQueue(), library, account, document, **asked)
    rows = QueueRows(library.access)
    sent = {"sent": document.any_sent}
    assert rows.move(id, old={S.PAUSED}, new=state, state=row_state(state), **sent)
    return id


def test_what_is_tried_again_still_says_that_parts_of_it_were_sent(
    library: Library, account: Account, way: str
) -> None:
    """So nobody changes its model, or removes it, and loses what is paid for."""
    id = ended(library, account, three_parts(**UNKNOWN), S.UNANSWERED)
    assert AddingQueue().retry(library, id, send_again=True)
    row = QueueRows(library.access).get(id)
    assert row is not None
    assert row.sent
    assert open_stitched(library.raw(id) or b"").missing == (1, 2)


def test_a_second_click_on_trying_again_leaves_what_was_kept_since(
    library: Library, account: Account, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = ended(library, account, three_parts(**UNKNOWN), S.UNANSWERED)
    queue, rows = AddingQueue(), QueueRows(library.access)
    stale = library.answer(id)
    assert queue.retry(library, id, send_again=True)
    assert rows.take(id, old=S.WAITING, new=S.PREPARING)
    newer = as_answer(three_parts(**AT_A_JOB))
    library.store_answer(id, newer)
    seen = replace(rows.get(id), stage=S.UNANSWERED)  # type: ignore[type-var]
    with monkeypatch.context() as before:
        before.setattr(QueueRows, "get", lambda *_: seen)
        before.setattr(Library, "answer", lambda *_: stale)
        assert not queue.retry(library, id, send_again=True)
    assert library.raw(id) == newer.body


def test_the_job_of_a_part_is_asked_without_sending_anything_again(
    library: Library, account: Account, way: str
) -> None:
    id = ended(library, account, three_parts(**AT_A_JOB), S.UNANSWERED)
    assert AddingQueue().retry(library, id)
    assert states(AddingQueue(), library) == {"talk.mp4": S.WAITING}
    again = open_stitched(library.raw(id) or b"")
    assert again.parts[1].open_job_id == AT_A_JOB["job_id"]
    unknown = ended(library, account, three_parts(**UNKNOWN), S.UNANSWERED)
    assert not AddingQueue().retry(library, unknown)


@pytest.mark.parametrize("third", [{}, {"problem": NOT_REACHED}], ids=["unsent", "not reached"])
def test_the_page_asks_for_a_part_that_has_a_job_and_that_sends_nothing(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    third: dict[str, object],
) -> None:
    document = three_parts(**AT_A_JOB).changed(2, **third)
    id = ended(library, account, document, S.UNANSWERED, model=INTER_2)
    queue = make_queue(convert=True)
    (row,) = map(row_of, queue.items(library))
    assert "Ask again" in str(row["problem"])
    (ask, again, _) = cast("list[dict[str, Any]]", row["actions"])
    assert (ask["text"], again["name"]) == ("Ask again", "send_again")
    queue.connect(library, account)
    assert _ON_ITEMS[ask["name"]](cast(Desk, SimpleNamespace(queue=queue, library=library)), id)
    wait_for_states(queue, library)
    assert states(queue, library) == {"talk.mp4": S.DONE}
    assert server.uploads.total() == 0
    assert open_stitched(library.raw(id) or b"").missing == (2,)


def test_only_a_part_whose_job_has_not_expired_is_asked_for(
    library: Library, account: Account, way: str
) -> None:
    expired = {**AT_A_JOB, "job_expires_at": datetime.now(UTC) - timedelta(seconds=1)}
    id = ended(library, account, three_parts(**expired), S.UNANSWERED)
    (known,) = AddingQueue().items(library)
    assert (known.has_job, known.may_be_billed) == (False, True)
    assert not AddingQueue().ask(library, id)
    assert states(AddingQueue(), library) == {"talk.mp4": S.UNANSWERED}


@pytest.mark.parametrize("is_sent", [False, True])
def test_other_options_have_a_recording_cut_anew_unless_parts_were_sent(
    library: Library, account: Account, way: str, is_sent: bool
) -> None:
    document = three_parts() if is_sent else Stitched((KeptPart(0.0, 6.0),), 12.0, INTER_1)
    id = ended(library, account, document, S.PAUSED)
    changed = set_options(library, AnalysisRequest(model=INTER_2), account)
    row = QueueRows(library.access).get(id)
    assert row is not None
    assert (changed, row.model) == ((0, INTER_1) if is_sent else (1, INTER_2))
    assert (library.raw(id) is None) == (not is_sent)


def test_parts_that_can_not_be_read_are_not_sent_as_if_there_were_none(
    make_queue: MakeQueue, library: Library, account: Account, server: CountingServer
) -> None:
    id = left_while_sending(library, account, three_parts())
    library.store_answer(id, replace(as_answer(three_parts()), body=b'{"format": "newer"}'))
    queue = make_queue(convert=True)
    queue.connect(library, account)
    wait_for_states(queue, library)
    assert states(queue, library) == {"talk.mp4": S.UNANSWERED}
    assert server.begun == 0
    assert not queue.retry(library, id, send_again=True)
    assert queue.items(library)[0].remedy == UNREADABLE_PARTS


def test_documents_are_not_read_again_to_know_what_can_be_asked(
    library: Library, account: Account, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[str]()

    def counted(access: OwnerAccess, ids: Collection[str]) -> Mapping[str, bytes]:
        read.extend(ids)
        return documents_of(access, ids)

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(hours=2)

    monkeypatch.setattr(items, "documents_of", counted)
    id = ended(library, account, three_parts(**AT_A_JOB), S.UNANSWERED)
    assert [item.has_job for _ in range(3) for item in AddingQueue().items(library)] == [True] * 3
    assert read == [id]
    library.store_answer(id, as_answer(three_parts(**UNKNOWN)))
    assert [item.has_job for item in AddingQueue().items(library)] == [False]
    library.store_answer(id, as_answer(three_parts(**AT_A_JOB)))
    assert [item.has_job for item in AddingQueue().items(library)] == [True]
    monkeypatch.setattr(items, "datetime", Later)
    assert [item.has_job for item in AddingQueue().items(library)] == [False]
    assert read == [id] * 3
