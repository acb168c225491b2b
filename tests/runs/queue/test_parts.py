"""A long recording in the queue: an item whose parts are sent one after another, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from interhuman.answers.answer import Answer
from interhuman.answers.saved import load
from interhuman.answers.stitched import PATH, KeptPart, Stitched, open_stitched
from interhuman.library.libraries import read_unread
from interhuman.library.library import Library
from interhuman.library.queueing import QueueRows
from interhuman.library.workers import WORKED_ON
from interhuman.media import preflight
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.states import ItemState
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import INTER_1, MODELS
from tests import clips, stitched
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.world import MakeQueue, states, wait_for_states
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


def left_at_the_second_part(queue: Queue, library: Library, account: Account) -> str:
    """Return the row of a worker that ended when the second part was being sent."""
    recording = UploadedRecording("talk.mp4", clips.recording(12.0))
    id = queue.add(AnalysisRequest(recording), library, account)
    rows = QueueRows(library.access)
    for old, new in ((S.WAITING, S.PREPARING), (S.PREPARING, S.READY), (S.READY, S.SENDING)):
        taken = rows.take(id, old=old, new=new) if old is S.WAITING else True
        assert taken
        assert old is S.WAITING or rows.advance(id, old={old}, new=new, sent=new is S.SENDING)
    document = Stitched((KeptPart(0.0, 6.0), KeptPart(4.0, 12.0)), 12.0, INTER_1)
    raw = stitched.answer(60.0, ("interest", 1, 2), length_s=6)
    document = document.answered(0, Answer(ANALYZE, 200, raw, None, False, datetime.now(UTC)))
    document = document.changed(1, problem="It was sent.", maybe_sent=True)
    kept = Answer(PATH, 200, document.to_bytes(), None, False, datetime.now(UTC))
    library.store_answer(id, kept)
    library.release(id)
    WORKED_ON.discard(id)
    return id


def test_what_a_dead_worker_leaves_is_a_result_with_a_gap_and_nothing_is_sent_again(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
) -> None:
    adding = make_queue(convert=True)
    adding.close()
    id = left_at_the_second_part(adding, library, account)
    read_unread(library)
    queue = make_queue(convert=True)
    queue.connect(library, account)
    wait_for_states(queue, library)
    assert states(queue, library) == {"talk.mp4": S.DONE}
    assert server.requests(ANALYZE) == []
    assert open_stitched(library.raw(id) or b"").missing == (1,)
