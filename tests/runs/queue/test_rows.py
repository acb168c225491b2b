"""The rows of the queue: what is taken over, shared between processes, and found again."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interhuman.answers.stitched import UNFINISHED
from interhuman.errors import LibraryError
from interhuman.library import changes, in_flight, queueing
from interhuman.library.failures import AddedBeforeError
from interhuman.library.library import Library
from interhuman.library.queueing import QueueRows
from interhuman.library.reading import summarize
from interhuman.library.rows import new_id
from interhuman.media.joining import Joined, JoinedFile
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.items import SEND_MISSING
from interhuman.runs.queue.record import IN_FLIGHT
from interhuman.runs.queue.recovery import recover
from interhuman.runs.queue.same import find_same
from interhuman.runs.queue.states import ItemState, row_state
from interhuman.runs.queue.unstarted import repeats
from interhuman.runs.request import AnalysisRequest
from tests import stitched
from tests.library.conftest import answer
from tests.runs.queue.counting import job
from tests.runs.queue.world import AddingQueue, add, item, recording, states

S = ItemState
ENDED_WORKER = "elsewhere 1-1"
QUEUE = AddingQueue()


@pytest.fixture
def another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a process of another machine, until the test goes on as this one."""
    for module in (changes, queueing):
        monkeypatch.setattr(module, "this_worker", lambda: ENDED_WORKER)


def reserve_on(rows: QueueRows, account: Account, id: str, *, limit: int, **part: bool) -> str:
    return rows.reserve(
        id,
        account=account.key,
        ready=S.READY,
        sending=S.SENDING,
        in_flight=IN_FLIGHT,
        limit=limit,
        is_part=part.get("is_part", False),
        is_later=part.get("is_later", False),
    )


def go_on_as_this_process_later(monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    monkeypatch.undo()
    later = datetime.now(UTC) + timedelta(minutes=2)
    monkeypatch.setattr(library.access, "now", lambda: later)


@pytest.mark.parametrize(
    ("stage", "sent", "answered", "becomes"),
    [
        (S.PREPARING, False, None, S.WAITING),
        (S.READY, False, None, S.WAITING),
        (S.SENDING, False, None, S.WAITING),
        (S.SENDING, True, None, S.UNANSWERED),
        (S.SENDING, True, 202, S.JOB),
        (S.SENDING, True, 200, S.DONE),
        (S.JOB, True, None, S.JOB),
    ],
)
def test_what_a_dead_worker_had_is_taken_over_unless_it_may_have_been_accepted(
    another: None,
    library: Library,
    account: Account,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: ItemState,
    sent: bool,
    answered: int | None,
    becomes: ItemState,
) -> None:
    rows = QueueRows(library.access)
    (id,) = add(QUEUE, library, account, tmp_path, "talk.mp4")
    assert rows.take(id, old=S.WAITING, new=S.PREPARING)
    assert rows.advance(id, old={S.PREPARING}, new=stage, sent=sent)
    if answered is not None:
        body = json.dumps(job("j1", status="queued")).encode()
        library.store_answer(id, answer(body, status=202) if answered == 202 else answer())
    assert not rows.take(id, old=stage, new=stage), "its worker lives"
    assert recover(library) == ()
    go_on_as_this_process_later(monkeypatch, library)
    recover(library)
    assert states(QUEUE, library) == {"talk.mp4": becomes}
    row = rows.get(id)
    assert row is not None
    assert row.job_id == ("j1" if answered == 202 else None)
    shown = item(QUEUE, library, id)
    assert shown.may_be_billed == (becomes is S.UNANSWERED)
    assert ("billed" in str(shown.problem)) == (becomes is S.UNANSWERED)
    assert becomes not in {S.WAITING, S.JOB} or rows.take(id, old=becomes, new=becomes)


@pytest.mark.parametrize(
    ("sent", "answered", "becomes", "words"),
    [
        (False, None, S.CANCELED, "nothing was analyzed"),
        (True, None, S.UNANSWERED, "billed"),
        (True, 202, S.CANCELED, "Ask again"),
        (True, 200, S.DONE, ""),
    ],
)
def test_what_a_person_canceled_while_it_was_out_is_not_sent_after_its_worker_died(
    another: None,
    library: Library,
    account: Account,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sent: bool,
    answered: int | None,
    becomes: ItemState,
    words: str,
) -> None:
    rows = QueueRows(library.access)
    (id,) = add(QUEUE, library, account, tmp_path, "talk.mp4")
    assert rows.take(id, old=S.WAITING, new=S.PREPARING)
    assert rows.advance(id, old={S.PREPARING}, new=S.SENDING, sent=sent)
    assert QUEUE.cancel(library, id)
    assert QUEUE.cancel_all(library) == 1
    assert states(QUEUE, library) == {"talk.mp4": S.CANCELING}
    assert not QUEUE.remove(library, id), "its worker lives"
    if answered is not None:
        body = json.dumps(job("j1", status="queued")).encode()
        library.store_answer(id, answer(body, status=202) if answered == 202 else answer())
    go_on_as_this_process_later(monkeypatch, library)
    recover(library)
    shown = item(QUEUE, library, id)
    assert shown.state is becomes
    assert words in f"{shown.problem} {shown.remedy}"
    assert shown.has_job == (answered == 202)
    assert shown.may_be_billed == (sent and becomes is not S.DONE)


@pytest.mark.parametrize(
    ("sent", "becomes"), [(False, S.CANCELED), (True, S.UNANSWERED)], ids=["unsent", "sent"]
)
def test_what_a_dead_worker_had_out_is_canceled_at_once_where_no_account_is_connected(
    another: None,
    library: Library,
    account: Account,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sent: bool,
    becomes: ItemState,
) -> None:
    rows = QueueRows(library.access)
    (id,) = add(QUEUE, library, account, tmp_path, "talk.mp4")
    assert rows.take(id, old=S.WAITING, new=S.PREPARING)
    assert rows.advance(id, old={S.PREPARING}, new=S.SENDING, sent=sent)
    go_on_as_this_process_later(monkeypatch, library)
    assert QUEUE.cancel(library, id)
    assert states(QUEUE, library) == {"talk.mp4": becomes}
    assert QUEUE.remove(library, id)


def test_a_row_changes_only_if_it_is_what_one_saw(
    library: Library, account: Account, tmp_path: Path
) -> None:
    rows = QueueRows(library.access)
    (id,) = add(QUEUE, library, account, tmp_path, "talk.mp4")
    assert rows.take(id, old=S.WAITING, new=S.PREPARING)
    assert not rows.take(id, old=S.WAITING, new=S.PREPARING)
    assert not rows.advance(id, old={S.READY}, new=S.SENDING)
    assert rows.advance(id, old={S.PREPARING}, new=S.READY)
    assert rows.move(id, old={S.READY}, new=S.CANCELED, state="failed")
    assert not rows.advance(id, old={S.CANCELED}, new=S.SENDING), "it isn't this worker's any more"
    assert not rows.move("not an id", old=set(S), new=S.WAITING, state="running")
    assert not rows.move(new_id(), old=set(S), new=S.WAITING, state="running")


def test_processes_share_what_an_account_allows(
    library: Library, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = QueueRows(library.access)
    ids = add(QUEUE, library, account, tmp_path, *(f"{number}.mp4" for number in range(10)))

    def be(worker: str) -> None:
        for module in (changes, queueing):
            monkeypatch.setattr(module, "this_worker", lambda: worker)

    def ready(id: str) -> None:
        assert rows.take(id, old=S.WAITING, new=S.READY)

    def reserve(id: str) -> str:
        return reserve_on(rows, account, id, limit=4)

    be("one 1-1")
    for id in ids[:5]:
        ready(id)
    assert [reserve(id) for id in ids[:3]] == ["reserved"] * 3, "nobody else wants any"
    be("two 2-2")
    for id in ids[5:8]:
        ready(id)
    assert [reserve(id) for id in ids[5:7]] == ["reserved", "full"]
    be("one 1-1")
    assert reserve(ids[3]) == "full"
    assert rows.leave(ids[0], old={S.SENDING}, new=S.DONE, state="done")
    assert reserve(ids[3]) == "full", "it has its share"
    be("two 2-2")
    assert reserve(ids[6]) == "reserved"
    assert rows.leave(ids[5], old={S.SENDING}, new=S.DONE, state="done")
    library.store_answer(ids[6], answer())
    assert reserve(ids[7]) == "reserved", "an answered one is under way no longer"
    be("one 1-1")
    assert reserve(ids[3]) == "reserved", "the other has no more to send"
    assert rows.move(ids[4], old={S.READY}, new=S.PAUSED, state="running")
    assert reserve(ids[4]) == "gone"


def test_every_part_of_a_long_recording_counts_while_it_is_under_way_and_no_longer(
    library: Library, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = QueueRows(library.access)
    long, short = add(QUEUE, library, account, tmp_path, "long.mp4", "short.mp4")
    with monkeypatch.context() as elsewhere:
        for module in (changes, queueing):
            elsewhere.setattr(module, "this_worker", lambda: ENDED_WORKER)
        assert rows.take(long, old=S.WAITING, new=S.READY)
        assert reserve_on(rows, account, long, limit=1, is_part=True) == "reserved"
        assert rows.advance(long, old={S.SENDING}, new=S.SENDING, sent=True)
        library.store_answer(long, answer())
    assert rows.take(short, old=S.WAITING, new=S.READY)
    assert reserve_on(rows, account, short, limit=1) == "full", "its first part is under way"
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(queueing, "this_worker", lambda: ENDED_WORKER)
        assert rows.advance(long, old={S.SENDING}, new=S.SENDING, part_in_flight=False)
    assert reserve_on(rows, account, short, limit=1) == "reserved", "between two parts"
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(queueing, "this_worker", lambda: ENDED_WORKER)
        later = {"is_part": True, "is_later": True}
        assert reserve_on(rows, account, long, limit=1, **later) == "full"
        assert rows.get(long).sent, "an earlier part was"  # type: ignore[union-attr]
        assert reserve_on(rows, account, long, limit=2, **later) == "reserved"
        assert rows.get(long).sent  # type: ignore[union-attr]


def test_the_same_is_found_whatever_became_of_it_and_the_best_first(
    library: Library, account: Account, tmp_path: Path
) -> None:
    request = AnalysisRequest(recording(tmp_path, "talk.mp4"), include=("a",))
    assert find_same(library, request) is None
    failed, unanswered, waiting, done, _ = (
        QUEUE.add(one, library, account)
        for one in (*[request] * 4, AnalysisRequest(request.recording, "inter-2", ("a",)))
    )
    rows = QueueRows(library.access)
    for id, stage, sent in (
        (failed, S.FAILED, False),
        (unanswered, S.UNANSWERED, True),
        (done, S.DONE, True),
    ):
        assert rows.move(id, old={S.WAITING}, new=stage, state=row_state(stage), sent=sent)
    for best in (done, waiting, unanswered, failed):
        same = find_same(library, request)
        assert same is not None
        assert (same.id, same.is_queued) == (best, True)
        assert same.may_be_billed == (best == unanswered)
        library.delete(best)
    assert find_same(library, request) is None
    assert request.recording is not None
    plain = library.begin(
        name="talk.mp4",
        model=request.model,
        options={"include": ["a"], "goal_dimensions": []},
        sha256=request.recording.digest,
    )
    same = find_same(library, request)
    assert same is not None
    assert (same.id, same.state, same.is_queued) == (plain, S.SENDING, False)


def test_a_recording_that_was_joined_to_another_is_known_by_that(
    library: Library, account: Account, tmp_path: Path
) -> None:
    request = AnalysisRequest(recording(tmp_path, "part.mp4"), include=("a",))
    part = QUEUE.add(request, library, account, start=False)
    whole = recording(tmp_path, "whole.mp4")
    files = (JoinedFile("part.mp4", 0.0, 1.0), JoinedFile("next.mp4", 1.0, 2.0))
    whole.preparation.joined = Joined(files, is_timed=True, ids=(part, "another"))
    joined = QUEUE.add(replace(request, recording=whole), library, account, start=False)
    same = find_same(library, request)
    assert same is not None
    assert (same.id, same.title) == (joined, "whole.mp4")
    again = QUEUE.add(request, library, account, start=False)
    assert repeats(library)[again].title == "whole.mp4"
    QUEUE.remove(library, joined)
    assert repeats(library)[again].title == "part.mp4"


def test_of_several_who_add_the_same_recording_at_once_one_does(
    library: Library, account: Account, tmp_path: Path
) -> None:
    request = AnalysisRequest(recording(tmp_path, "talk.mp4"), sandbox=account.sandbox)

    def add_once(_: int) -> str | None:
        try:
            return QUEUE.add(request, library, account, start=False, once=True)
        except AddedBeforeError:
            return None

    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(add_once, range(4)))
    (id,) = [one for one in added if one is not None]
    assert [one.id for one in QUEUE.items(library)] == [id]
    assert QUEUE.cancel(library, id)
    assert add_once(0) is not None, "nothing of it was sent or will be"


def test_a_result_with_a_gap_says_which_and_what_to_do(
    library: Library, account: Account, tmp_path: Path
) -> None:
    (id,) = add(QUEUE, library, account, tmp_path, "talk.mp4")
    library.finish(id, summary=summarize(stitched.analysis()))
    (shown,) = QUEUE.items(library)
    assert shown.words == "Done, with a gap"
    assert shown.problem == "Nothing was analyzed from 6:40 to 13:10."
    assert shown.remedy == SEND_MISSING
    assert shown.overall_is == "mean of 2 parts, weighted by length"


def test_what_is_tried_again_meanwhile_is_not_deleted(
    library: Library, account: Account, tmp_path: Path
) -> None:
    rows = QueueRows(library.access)
    (id,) = add(QUEUE, library, account, tmp_path, "talk.mp4")
    assert QUEUE.cancel(library, id)
    assert QUEUE.retry(library, id)
    assert not rows.delete(id, old={S.CANCELED})
    assert QUEUE.cancel(library, id)
    assert rows.delete(id, old={S.CANCELED})
    assert QUEUE.items(library) == ()


def test_what_is_still_to_be_sent_keeps_its_recording(
    library: Library, account: Account, tmp_path: Path
) -> None:
    assert library.recordings is not None
    library.recordings.limit_bytes = 2_500
    queued = recording(tmp_path, "queued.mp4", b"q" * 1_000)
    id = QUEUE.add(AnalysisRequest(queued), library, account)
    for letter in b"abc":
        library.recordings.keep(bytes([letter]) * 1_000)
    assert library.recordings.find(queued.digest) is not None
    with pytest.raises(LibraryError, match="still to be analyzed"):
        library.recordings.keep(b"d" * 1_600)
    QUEUE.cancel(library, id)
    library.recordings.keep(b"d" * 2_000)
    assert library.recordings.find(queued.digest) is None


def test_an_answer_of_no_use_is_not_read_again_when_a_person_has_it_sent_again(
    library: Library, account: Account, tmp_path: Path
) -> None:
    rows = QueueRows(library.access)
    (id,) = add(QUEUE, library, account, tmp_path, "talk.mp4")
    library.store_answer(id, answer(b"no JSON"))
    also = {"sent": True, "failure": "It can't be read."}
    assert rows.move(id, old={S.WAITING}, new=S.UNANSWERED, state="failed", **also)
    assert QUEUE.retry(library, id, send_again=True)
    recover(library)
    assert states(QUEUE, library) == {"talk.mp4": S.WAITING}
    assert library.close_abandoned() == 0


@pytest.mark.parametrize("stage", [S.WAITING, S.PREPARING, S.READY, S.SENDING, S.DONE])
def test_only_what_has_ended_without_a_result_is_tried_again(
    library: Library, account: Account, tmp_path: Path, stage: ItemState
) -> None:
    """So a second click, or another terminal, takes nothing from the worker that sends it."""
    rows = QueueRows(library.access)
    (id,) = add(QUEUE, library, account, tmp_path, "talk.mp4")
    assert rows.take(id, old=S.WAITING, new=stage)
    assert rows.advance(id, old={stage}, new=stage, sent=True, job_id="j1")
    assert not QUEUE.retry(library, id, send_again=True)
    assert not QUEUE.retry(library, id)
    row = rows.get(id)
    assert row is not None
    assert (row.stage, row.sent, row.job_id) == (stage, True, "j1")


def test_a_part_whose_end_was_not_noted_does_not_keep_its_recording_from_the_next(
    library: Library, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = QueueRows(library.access)
    here, elsewhere = add(QUEUE, library, account, tmp_path, "here.mp4", "elsewhere.mp4")
    with monkeypatch.context() as other:
        for module in (changes, queueing):
            other.setattr(module, "this_worker", lambda: ENDED_WORKER)
        assert rows.take(elsewhere, old=S.WAITING, new=S.READY)
        assert reserve_on(rows, account, elsewhere, limit=2, is_part=True) == "reserved"
    assert rows.take(here, old=S.WAITING, new=S.READY)
    assert reserve_on(rows, account, here, limit=2, is_part=True) == "reserved"
    later = {"is_part": True, "is_later": True}
    assert reserve_on(rows, account, here, limit=2, **later) == "reserved"


def test_a_part_of_what_a_person_paused_counts_until_it_is_answered(
    library: Library, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = QueueRows(library.access)
    long, short = add(QUEUE, library, account, tmp_path, "long.mp4", "short.mp4")
    with monkeypatch.context() as other:
        for module in (changes, queueing):
            other.setattr(module, "this_worker", lambda: ENDED_WORKER)
        assert rows.take(long, old=S.WAITING, new=S.READY)
        assert reserve_on(rows, account, long, limit=1, is_part=True) == "reserved"
        library.store_answer(long, replace(answer(), status=UNFINISHED))
        assert QUEUE.pause(library, id=long) == 1
    assert rows.take(short, old=S.WAITING, new=S.READY)
    assert reserve_on(rows, account, short, limit=1) == "full"
    assert QUEUE.start(library, account, id=long) == 1
    assert reserve_on(rows, account, short, limit=1) == "full", "it is out as before"
    with monkeypatch.context() as other:
        other.setattr(in_flight, "this_worker", lambda: ENDED_WORKER)
        in_flight.end_part(library.access, long)
    assert reserve_on(rows, account, short, limit=1) == "reserved"
