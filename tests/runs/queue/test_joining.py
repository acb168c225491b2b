"""Items that become one: shown, taken apart, started and sent, whatever happens in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from interhuman.answers.saved import load
from interhuman.library.library import Library
from interhuman.media.camera_parts import CameraFile, Series, series_in
from interhuman.runs.joining import CHANGED, JoinRun
from interhuman.runs.queue.account import Account
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.states import ItemState
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from tests import clips
from tests.runs.queue.counting import CountingServer
from tests.runs.queue.world import PATIENCE_S, MakeQueue, item, states, wait_for_states
from tests.server import ANALYZE, api_error

S = ItemState

pytestmark = pytest.mark.usefixtures("in_process")

NAMES = ("GX010042.MP4", "GX020042.MP4", "GX030042.MP4")
CONTENTS = (
    clips.camera_part(4.0, created="2026-11-27T12:00:00Z"),
    clips.camera_part(5.0, created="2026-11-27T12:00:34Z"),
    clips.camera_part(3.0, created="2026-11-27T12:00:39Z"),
)


def add_parts(queue: Queue, library: Library, account: Account) -> Series:
    """Add the files of a camera without starting them, and return what they look like."""
    files = []
    for name, content in zip(NAMES, CONTENTS, strict=True):
        recording = UploadedRecording(name, content)
        header = recording.probe
        id = queue.add(AnalysisRequest(recording), library, account, start=False)
        files.append(CameraFile.of(id, name, header))
    (series,) = series_in(files)
    return series


def join(queue: Queue, library: Library, account: Account, series: Series) -> JoinRun:
    options = AnalysisRequest()
    run = JoinRun(series, queue=queue, library=library, account=account, options=options)
    assert run.wait(PATIENCE_S)
    return run


def names_of(queue: Queue, library: Library) -> Sequence[str]:
    return [each.file_name for each in queue.items(library)]


def test_joined_items_are_one_which_is_sent_once_a_file_and_has_one_result(
    make_queue: MakeQueue, library: Library, account: Account, server: CountingServer
) -> None:
    queue = make_queue(convert=True)
    series = add_parts(queue, library, account)
    assert join(queue, library, account, series).problem is None
    (joined,) = queue.items(library)
    assert (joined.file_name, joined.state) == ("GX0042.mp4", S.PAUSED)
    assert joined.joined is not None
    assert joined.joined.ids == series.ids
    assert joined.joined.missing_s == pytest.approx(30.0, abs=0.2)
    assert joined.duration_s == pytest.approx(42.0, abs=0.2)
    assert queue.start(library, account) == 1
    wait_for_states(queue, library)
    assert states(queue, library) == {"GX0042.mp4": S.DONE}
    assert len(server.requests(ANALYZE)) == 3
    analysis = load(library.raw(joined.id) or b"").analysis
    assert (analysis.files, analysis.files_timed) == (NAMES, True)
    assert [(round(start), round(end)) for start, end in analysis.gaps] == [(4, 34)]
    assert queue.remove(library, joined.id)
    assert not queue.items(library), "the files are gone, and none comes back"
    row = library.get(joined.id)
    assert row is not None
    assert row.sha256 is not None
    assert library.recordings is not None
    assert library.recordings.find(row.sha256) is not None


def test_what_was_joined_can_be_taken_apart_after_a_restart_until_it_is_started(
    make_queue: MakeQueue, library: Library, account: Account, server: CountingServer
) -> None:
    adding = make_queue(convert=True)
    join(adding, library, account, add_parts(adding, library, account))
    adding.close()
    queue = make_queue(convert=True)
    (joined,) = queue.items(library)
    assert queue.cancel_all(library) == 1
    assert states(queue, library) == {"GX0042.mp4": S.CANCELED}
    assert queue.remove(library, joined.id)
    assert states(queue, library) == dict.fromkeys(NAMES, S.PAUSED)
    assert queue.start(library, account) == 3
    wait_for_states(queue, library)
    assert states(queue, library) == dict.fromkeys(NAMES, S.DONE)
    assert len(server.requests(ANALYZE)) == 3


def test_a_file_that_fails_is_a_gap_and_one_that_was_started_is_not_joined(
    make_queue: MakeQueue,
    library: Library,
    account: Account,
    server: CountingServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refusals = iter([None, api_error(422, "ih5002")])
    server.refuse = lambda _: next(refusals, None)
    queue = make_queue(convert=True)
    series = add_parts(queue, library, account)
    join(queue, library, account, series)
    (joined,) = queue.items(library)
    queue.start(library, account, id=joined.id)
    wait_for_states(queue, library)
    analysis = load(library.raw(joined.id) or b"").analysis
    assert [part.file for part in analysis.parts if part.problem is not None] == [NAMES[1]]
    assert item(queue, library, joined.id).state is S.DONE
    again = add_parts(queue, library, account)
    add = queue.add

    def add_while_one_is_canceled(*given: Any, **more: Any) -> str:
        id = add(*given, **more)
        queue.cancel(library, again.ids[1])
        return id

    monkeypatch.setattr(queue, "add", add_while_one_is_canceled)
    for _ in ("too late to be seen before", "seen before"):
        assert join(queue, library, account, again).problem == CHANGED
        assert names_of(queue, library) == ["GX0042.mp4", *NAMES], "the first one, and the files"
