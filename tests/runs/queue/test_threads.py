"""A queue at work: what it sends, in which order and how often, and what its rows say meanwhile."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

import pytest
from sqlalchemy import Engine

from interhuman.library.library import Library
from interhuman.library.queueing import QueueRows
from interhuman.library.reading import read_kept
from interhuman.library.rows import KeptAnalysis
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.items import NEEDS_KEY, QueueItem
from interhuman.runs.queue.queue import Place, Queue
from interhuman.runs.queue.states import ItemState
from interhuman.runs.queue.verdicts import ELSEWHERE, JOB_CANCELED
from interhuman.runs.record import CANCELED
from interhuman.runs.request import AnalysisRequest
from tests.processes import wait_until
from tests.runs.queue.counting import SUBMIT, CountingServer
from tests.runs.queue.world import (
    AddingQueue,
    MakeQueue,
    account_of,
    add,
    item,
    library_in,
    recording,
    states,
    wait_for_states,
)
from tests.server import ANALYZE, AUTH, Scripted, api_error

S = ItemState
NAMES = tuple(f"talk {number}.mp4" for number in range(6))


def row_of(library: Library, id: str) -> KeptAnalysis:
    row = library.get(id)
    assert row is not None
    return row


def test_every_recording_is_sent_once_and_its_result_kept(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    queue = make_queue()
    ids = add(queue, library, account, tmp_path, *NAMES)
    wait_for_states(queue, library)
    assert states(queue, library) == dict.fromkeys(NAMES, S.DONE)
    assert server.uploads == dict.fromkeys(NAMES, 1)
    assert len(server.requests(AUTH)) == 1, "all share one sign-in"
    for id, name in zip(ids, NAMES, strict=True):
        row = row_of(library, id)
        assert (row.name, row.state, row.signal_count, row.duration_s) == (name, "done", 2, 12.0)
        assert len(read_kept(row, library.raw(id) or b"").signals) == 2
        assert item(queue, library, id).signal_count == 2
    (file,) = {seen.file.body for seen in server.requests(ANALYZE) if b"talk 3" in seen.body}
    assert file == b"talk 3.mp4" * 50


def test_at_most_so_many_are_under_way_at_once(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    queue = make_queue(max_at_once=3)
    server.held.set()
    add(queue, library, account, tmp_path, *NAMES, *map("more {}.mp4".format, range(6)))
    wait_until(lambda: server.at_once == 3)
    status = queue.status(library)
    assert (status.in_flight, status.limit, status.problem) == (3, 3, None)
    counts = list(states(queue, library).values())
    assert counts.count(S.SENDING) == 3
    places = [one.place for one in queue.items(library) if one.state is S.WAITING]
    assert places == list(range(len(places)))
    server.held.clear()
    wait_for_states(queue, library, S.DONE)
    assert server.most_at_once == 3


def test_owners_take_turns(
    make_queue: MakeQueue,
    engine: Engine,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    queue = make_queue(max_at_once=1)
    first, second = (library_in(engine, tmp_path, owner) for owner in ("ann", "ben"))
    server.held.set()
    add(queue, first, account, tmp_path, *(f"ann {n}.mp4" for n in range(8)))
    wait_until(lambda: server.at_once == 1)
    add(queue, second, account, tmp_path, *(f"ben {n}.mp4" for n in range(2)))
    server.held.clear()
    wait_for_states(queue, first, S.DONE)
    wait_for_states(queue, second, S.DONE)
    bens = [place for place, name in enumerate(server.order) if name.startswith("ben")]
    assert max(bens) <= 5, server.order
    assert [one.file_name for one in queue.items(second)] == ["ben 0.mp4", "ben 1.mp4"]


def test_a_job_is_submitted_once_and_waited_for(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    queue = make_queue()
    server.job_runs.set()
    (id,) = add(queue, library, account, tmp_path, "talk.mp4", model="inter-2")
    wait_for_states(queue, library, S.JOB)
    row = row_of(library, id)
    assert (row.state, row.job_id) == ("running", f"{1:032x}")
    assert library.jobs_under_way() == (), "the queue waits for it, not the page"
    server.job_runs.clear()
    wait_for_states(queue, library, S.DONE)
    assert server.uploads.total() == len(server.requests(SUBMIT)) == 1


def test_one_bad_file_stops_nobody(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    answers = {
        "talk 1.mp4": api_error(422, "ih5003"),
        "talk 2.mp4": api_error(500, "ih1001"),
        "talk 3.mp4": Scripted(502, body=b"Bad gateway"),
    }
    server.refuse = answers.get
    queue = make_queue()
    ids = dict(zip(NAMES, add(queue, library, account, tmp_path, *NAMES), strict=True))
    wait_for_states(queue, library)
    ended = {"talk 1.mp4": S.REFUSED, "talk 2.mp4": S.FAILED, "talk 3.mp4": S.UNANSWERED}
    assert states(queue, library) == {**dict.fromkeys(NAMES, S.DONE), **ended}
    assert len(server.requests(ANALYZE)) == len(NAMES)
    bad, failed, unanswered = (item(queue, library, ids[name]) for name in ended)
    assert (bad.may_retry, bad.may_be_billed) == (False, False)
    assert "H.264" in str(bad.remedy)
    assert (failed.may_retry, failed.may_be_billed) == (True, False)
    assert (unanswered.may_retry, unanswered.may_be_billed) == (True, True)
    assert "billed" in f"{unanswered.problem} {unanswered.remedy}"
    server.refuse = lambda _: None
    assert not queue.retry(library, bad.id, send_again=True)
    assert not queue.retry(library, unanswered.id), "a program may not"
    assert queue.retry(library, failed.id)
    assert queue.retry(library, unanswered.id, send_again=True)
    wait_for_states(queue, library, S.DONE, S.REFUSED)
    assert server.uploads["talk 2.mp4"] == server.uploads["talk 3.mp4"] == 1


@pytest.mark.parametrize("error_id", ["ih3001", "ih3002"])
def test_too_many_requests_slow_everyone_and_cost_nobody_their_turn(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    error_id: str,
) -> None:
    refused = threading.Event()

    def refuse_once(_: str) -> Scripted | None:
        if refused.is_set():
            return None
        refused.set()
        answer = api_error(429, error_id)
        return Scripted(429, json=answer.json, headers={"Retry-After": "1"})

    server.refuse = refuse_once
    queue = make_queue(max_at_once=4)
    add(queue, library, account, tmp_path, *NAMES)
    wait_until(lambda: queue.status(library).slowed is not None)
    assert queue.status(library).limit == 2
    assert S.DONE not in states(queue, library).values() or server.at_once == 0
    wait_for_states(queue, library, S.DONE)
    assert server.uploads == dict.fromkeys(NAMES, 1)
    assert len(server.requests(ANALYZE)) == len(NAMES) + 1


@pytest.mark.parametrize("error_id", ["ih3003", "ih3005"])
def test_an_account_that_can_not_send_stops_with_a_clear_word(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    error_id: str,
) -> None:
    server.refuse = lambda _: api_error(429, error_id)
    queue = make_queue(max_at_once=1)
    add(queue, library, account, tmp_path, *NAMES)
    wait_until(lambda: queue.status(library).problem is not None)
    wait_for_states(queue, library, S.WAITING)
    assert server.begun == 1
    problem = queue.items(library)[0].problem
    assert problem == queue.status(library).problem
    assert "quota" in str(problem) or "subscription" in str(problem)
    server.refuse = lambda _: None
    queue.start(library, account)
    wait_for_states(queue, library, S.DONE)
    assert server.uploads == dict.fromkeys(NAMES, 1)


@pytest.mark.parametrize("act", ["start", "resume"])
def test_what_stops_an_account_stops_it_in_every_process_until_a_person_lets_it_go_on(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    act: str,
) -> None:
    refuses = threading.Event()
    refuses.set()
    server.refuse = lambda _: api_error(429, "ih3003") if refuses.is_set() else None
    page, worker = make_queue(max_at_once=1), make_queue(max_at_once=1)
    page.connect(library, account)
    add(worker, library, account, tmp_path, *NAMES)
    wait_until(lambda: page.status(library).problem is not None)
    wait_until(lambda: worker.status(library).problem is not None)
    wait_for_states(page, library, S.WAITING)
    assert server.begun <= 2, "one each at most"
    refuses.clear()
    (paused,) = add(page, library, account, tmp_path, "later.mp4", start=False)
    later = make_queue()
    later.connect(library, account)
    wait_until(lambda: later.status(library).problem is not None)
    getattr(page, act)(library, account)
    assert page.status(library).problem is None
    wait_until(lambda: worker.status(library).problem is later.status(library).problem is None)
    wait_for_states(page, library, S.DONE, S.PAUSED)
    assert (item(page, library, paused).state is S.PAUSED) == (act == "resume")
    assert server.uploads.total() == len(NAMES) + (act == "start")


def test_what_is_paused_waits_for_a_person(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    queue = make_queue(max_at_once=1)
    server.held.set()
    ids = add(queue, library, account, tmp_path, *NAMES, start=False)
    assert set(states(queue, library).values()) == {S.PAUSED}
    assert queue.start(library, account, id=ids[0]) == 1
    wait_until(lambda: server.at_once == 1)
    assert queue.start(library, account, batch="another") == 0
    assert queue.start(library, account, batch="interviews") == len(NAMES) - 1
    assert queue.pause(library) == len(NAMES) - 1
    server.held.clear()
    wait_for_states(queue, library, S.DONE, S.PAUSED)
    assert server.uploads == {NAMES[0]: 1}
    # Another process, later.
    other = make_queue()
    other.connect(library, account)
    other.start(library, account)
    wait_for_states(other, library, S.DONE)
    assert server.uploads == dict.fromkeys(NAMES, 1)


def test_canceling_one_stops_no_other(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    queue = make_queue(max_at_once=1)
    server.held.set()
    ids = add(queue, library, account, tmp_path, *NAMES)
    wait_until(lambda: server.at_once == 1)
    assert queue.cancel(library, ids[2])
    assert queue.cancel(library, ids[0]), "it has gone out whole: its answer is kept"
    server.held.clear()
    wait_for_states(queue, library, S.DONE, S.CANCELED)
    canceled = item(queue, library, ids[2])
    assert states(queue, library) == {**dict.fromkeys(NAMES, S.DONE), NAMES[2]: S.CANCELED}
    assert (canceled.may_retry, canceled.may_be_billed) == (True, False)
    assert row_of(library, ids[2]).state == "failed"
    assert not queue.cancel(library, ids[2])
    assert queue.retry(library, ids[2])
    wait_for_states(queue, library, S.DONE)
    assert server.uploads == dict.fromkeys(NAMES, 1)


def test_all_are_canceled_but_what_has_gone_out(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    queue = make_queue(max_at_once=2)
    server.held.set()
    add(queue, library, account, tmp_path, *NAMES)
    wait_until(lambda: server.at_once == 2)
    assert queue.cancel_all(library, batch="another") == 0
    assert queue.cancel_all(library) == len(NAMES)
    server.held.clear()
    wait_for_states(queue, library)
    assert sorted(states(queue, library).values()) == [S.CANCELED] * 4 + [S.DONE] * 2
    assert server.uploads.total() == 2


@pytest.mark.parametrize(
    ("refused", "becomes"),
    [
        ((429, "ih3001"), S.CANCELED),
        ((429, "ih3003"), S.CANCELED),
        ((422, "ih5002"), S.REFUSED),
    ],
)
def test_what_was_refused_after_it_was_canceled_is_not_said_to_be_billed(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    refused: tuple[int, str],
    becomes: ItemState,
) -> None:
    queue = make_queue()
    server.refuse = lambda _: api_error(*refused)
    server.held.set()
    (id,) = add(queue, library, account, tmp_path, "talk.mp4")
    wait_until(lambda: server.at_once == 1)
    assert queue.cancel(library, id)
    server.held.clear()
    wait_for_states(queue, library)
    known = item(queue, library, id)
    assert (known.state, known.may_be_billed) == (becomes, False)
    assert becomes is S.REFUSED or known.problem == CANCELED
    assert server.begun == 1


def test_a_canceled_job_is_asked_for_again_and_not_sent(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    queue = make_queue()
    server.job_runs.set()
    (id,) = add(queue, library, account, tmp_path, "talk.mp4", model="inter-2")
    wait_for_states(queue, library, S.JOB)
    assert queue.cancel(library, id)
    assert item(queue, library, id).state is S.CANCELED
    assert item(queue, library, id).may_be_billed
    assert item(queue, library, id).has_job
    assert queue.retry(library, id)
    assert item(queue, library, id).state is S.JOB
    server.job_runs.clear()
    wait_for_states(queue, library, S.DONE)
    assert server.uploads.total() == 1


@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["here", "another process"])
def test_the_job_of_a_recording_that_was_canceled_while_it_was_out_is_not_waited_for(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    is_elsewhere: bool,
) -> None:
    queue = make_queue()
    server.job_runs.set()
    server.held.set()
    (id,) = add(queue, library, account, tmp_path, "talk.mp4", model="inter-2")
    wait_until(lambda: server.at_once == 1)
    assert (AddingQueue() if is_elsewhere else queue).cancel(library, id)
    server.held.clear()
    wait_for_states(queue, library)
    known = item(queue, library, id)
    assert (known.state, known.has_job, known.problem) == (S.CANCELED, True, JOB_CANCELED)
    assert queue.status(library).in_flight == 0


def test_what_is_removed_stays_in_the_library_if_it_was_sent(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    server.refuse = {"lost.mp4": Scripted(502, body=b"Bad gateway")}.get
    queue = make_queue(max_at_once=2)
    done, lost = add(queue, library, account, tmp_path, "done.mp4", "lost.mp4")
    wait_for_states(queue, library, S.DONE, S.UNANSWERED)
    (paused,) = add(queue, library, account, tmp_path, "paused.mp4", start=False)
    assert all(queue.remove(library, id) for id in (done, lost, paused))
    assert queue.items(library) == ()
    assert {row.id for row in library.page().rows} == {done, lost}
    library.undo(paused)
    assert item(queue, library, paused).state is S.CANCELED
    server.held.set()
    (sending,) = add(queue, library, account, tmp_path, "sending.mp4")
    wait_until(lambda: server.at_once == 1)
    assert not queue.remove(library, sending)


@pytest.mark.parametrize("purged", [False, True])
def test_the_response_to_what_was_deleted_meanwhile_is_kept_all_the_same(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    purged: bool,
) -> None:
    queue = make_queue()
    server.held.set()
    (id,) = add(queue, library, account, tmp_path, "talk.mp4")
    wait_until(lambda: server.at_once == 1)
    library.delete(id)
    if purged:
        library.purge(id)
    server.held.clear()
    wait_until(lambda: [row.state for row in library.page().rows] == ["done"])
    (row,) = library.page().rows
    assert (row.name, row.id != id, queue.items(library)) == ("talk.mp4", True, ())
    assert library.raw(row.id) is not None


def test_nobody_sees_or_changes_what_is_another_owners(
    make_queue: MakeQueue, engine: Engine, account: Account, tmp_path: Path
) -> None:
    queue = make_queue()
    ann, ben = (library_in(engine, tmp_path, owner) for owner in ("ann", "ben"))
    (id,) = add(queue, ann, account, tmp_path, "talk.mp4", start=False)
    assert queue.items(ben) == ()
    assert queue.start(ben, account) == queue.pause(ben) == queue.cancel_all(ben) == 0
    assert not any([queue.cancel(ben, id), queue.retry(ben, id), queue.remove(ben, id)])
    assert item(queue, ann, id).state is S.PAUSED


def test_items_wait_for_the_account_that_they_were_added_for(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
) -> None:
    queue = make_queue()
    queue.disconnect(library, account.key)
    other = account_of(server.base_url, "another-key")
    add(queue, library, account, tmp_path, "talk.mp4", start=False)
    queue.disconnect(library, account.key)
    rows = QueueRows(library.access)
    (row,) = rows.all()
    assert rows.move(row.id, old={S.PAUSED}, new=S.WAITING, state="running")
    queue.connect(library, other)
    wait_until(lambda: queue.status(library).lacks_account)
    assert states(queue, library) == {"talk.mp4": S.WAITING}
    queue.start(library, other)
    wait_for_states(queue, library, S.DONE)


def test_a_key_that_was_taken_back_is_let_go_of_when_what_was_being_sent_has_ended(
    make_queue: MakeQueue, library: Library, server: CountingServer, tmp_path: Path
) -> None:
    queue = make_queue(max_at_once=1)
    removed = account_of(server.base_url, "removed-key")
    key, credentials = removed.key, weakref.ref(removed.open_client)
    server.held.set()
    add(queue, library, removed, tmp_path, *NAMES[:3])
    wait_until(lambda: server.at_once == 1)
    queue.disconnect(library, key)
    del removed
    wait_until(lambda: list(states(queue, library).values()).count(S.WAITING) == 2)
    assert {one.problem for one in queue.items(library) if one.state is S.WAITING} == {NEEDS_KEY}
    assert queue.status(library).lacks_account
    server.held.clear()
    wait_for_states(queue, library, S.DONE, S.WAITING)
    wait_until(lambda: gc.collect() >= 0 and credentials() is None)
    assert server.uploads.total() == 1
    queue.connect(library, account_of(server.base_url, "removed-key"))
    wait_for_states(queue, library, S.DONE)
    assert server.uploads == dict.fromkeys(NAMES[:3], 1)


@pytest.mark.parametrize("how", ["refused", "removed"])
def test_a_recording_in_memory_goes_when_nothing_can_be_done_with_it_any_more(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    how: str,
) -> None:
    queue = make_queue()
    library.recordings = None
    talk = recording(tmp_path, "talk.mp4")
    memory = weakref.ref(talk)
    server.refuse = lambda _: (
        api_error(422, "ih5003") if how == "refused" else api_error(500, "ih1001")
    )
    id = queue.add(AnalysisRequest(talk), library, account)
    del talk
    wait_for_states(queue, library)
    if how == "removed":
        assert item(queue, library, id).in_memory_only, "it may be tried again"
        assert queue.remove(library, id)
    wait_until(lambda: gc.collect() >= 0 and memory() is None)


@pytest.mark.parametrize("change", ["gone", "other content", "back"])
def test_a_file_that_is_read_from_where_it_lies_is_what_it_was(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    tmp_path: Path,
    change: str,
    way: str,
) -> None:
    queue = make_queue()
    talk = recording(tmp_path, "talk.mp4")
    path, content = talk.path, talk.path.read_bytes()
    place = Place(source=path)
    id = queue.add(AnalysisRequest(talk), library, account, place=place, start=False)
    assert library.recordings is not None
    assert library.recordings.space_used() == 0, "it is not copied"
    path.unlink()
    if change == "other content":
        path.write_bytes(content[::-1])
    elif change == "back":
        path.write_bytes(content)
    queue.start(library, account)
    if change == "gone" and way.startswith("procrastinate"):
        # It may be on another machine, whose turn it is then.
        wait_until(lambda: item(queue, library, id).problem == ELSEWHERE)
        assert server.uploads.total() == 0
        path.write_bytes(content)
        wait_for_states(queue, library, S.DONE)
        return
    wait_for_states(queue, library)
    shown: QueueItem = item(queue, library, id)
    if change == "back":
        assert shown.state is S.DONE
    else:
        assert shown.state is S.FAILED
        assert "file" in str(shown.problem)
    assert server.uploads.total() == (change == "back")


def test_a_recording_that_can_not_be_kept_is_sent_by_this_process(
    make_queue: MakeQueue, library: Library, account: Account, tmp_path: Path
) -> None:
    queue: Queue = make_queue()
    library.recordings = None
    (id,) = add(queue, library, account, tmp_path, "talk.mp4", start=False)
    assert item(queue, library, id).in_memory_only
    queue.start(library, account)
    wait_for_states(queue, library, S.DONE)
    assert not item(queue, library, id).in_memory_only
