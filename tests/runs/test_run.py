"""Runs in the background, against a client that does as it is told."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import pytest

from interhuman.analysis import Analysis, Signal
from interhuman.answers.answer import Answer
from interhuman.client import InterhumanClient
from interhuman.errors import InterhumanAPIError, LibraryError, UploadJobError
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.library.workers import WORKED_ON
from interhuman.page.visit import Visit
from interhuman.runs import record as record_module
from interhuman.runs.progress import Phase
from interhuman.runs.record import CANCELED, RunRecord
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run
from interhuman.sandbox import Sandbox, SandboxSettings
from tests import clips
from tests.library.conftest import content
from tests.page.conftest import wait_for

PATIENCE_S = 30.0


class ScriptedClient:
    """Stands in for `InterhumanClient`: `script(on_progress, on_answer)` is its whole upload."""

    def __init__(self, script: Callable[..., Analysis]) -> None:
        self.script = script
        self.closed = False
        self.upload = self

    def open(
        self, *, on_answer: Callable[[Any], None], sleep: Callable[[float, str], None]
    ) -> InterhumanClient:
        self.on_answer = on_answer
        return cast(InterhumanClient, self)

    def __enter__(self) -> ScriptedClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closed = True

    def analyze(
        self,
        file: Path,
        *,
        filename: str,
        on_progress: Callable[[int, int], None],
        **_: object,
    ) -> Analysis:
        return self.script(on_progress, self.on_answer, file.stat().st_size)


def run_to_the_end(
    script: Callable[..., Analysis], data: bytes | None = None
) -> tuple[Run, ScriptedClient]:
    client = ScriptedClient(script)
    recording = UploadedRecording(
        "talk.mp4", clips.recording(duration_s=4) if data is None else data
    )
    run = Run(AnalysisRequest(recording)).start(client.open)
    assert run.wait(PATIENCE_S)
    return run, client


def test_a_result_gets_the_length_of_its_recording() -> None:
    def answer(on_progress: Callable[[int, int], None], _: object, size: int) -> Analysis:
        on_progress(0, size)
        on_progress(size, size)
        return Analysis(signals=(Signal("stress", 0.0, 5.0),))

    run, client = run_to_the_end(answer)
    assert run.error is None
    assert run.analysis is not None
    assert run.analysis.duration_s == pytest.approx(4.0, abs=0.1)
    assert run.analysis.signals[0].end == run.analysis.duration_s
    assert run.progress().phase is Phase.DONE
    assert client.closed


def test_what_was_answered_is_kept_when_it_cannot_be_read() -> None:
    error = InterhumanAPIError("not JSON", status=200, maybe_accepted=True)

    def answer(_: object, on_answer: Callable[[object], None], size: int) -> Analysis:
        on_answer("the very bytes")
        raise error

    run, _ = run_to_the_end(answer)
    assert [str(answer) for answer in run.answers] == ["the very bytes"]
    assert run.error is error
    assert run.analysis is None
    assert run.progress().phase is Phase.FAILED


def test_a_fault_of_ours_ends_the_run_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def answer(*_: object) -> Analysis:
        raise ZeroDivisionError

    run, _ = run_to_the_end(answer)
    assert isinstance(run.error, ZeroDivisionError)
    assert "ZeroDivisionError" in caplog.text


def test_cancel_stops_an_upload_that_is_still_going_out() -> None:
    sent_half, canceled = threading.Event(), threading.Event()
    reached_the_end = []

    def answer(on_progress: Callable[[int, int], None], _: object, size: int) -> Analysis:
        on_progress(size // 2, size)
        sent_half.set()
        assert canceled.wait(PATIENCE_S)
        on_progress(size // 2 + 1, size)
        reached_the_end.append(True)
        return Analysis()

    client = ScriptedClient(answer)
    run = Run(AnalysisRequest(UploadedRecording("talk.mp4", b"0123456789"))).start(client.open)
    assert sent_half.wait(PATIENCE_S)
    assert run.progress().phase is Phase.UPLOADING
    assert run.progress().sent_bytes == 5
    run.cancel()
    canceled.set()
    assert run.wait(PATIENCE_S)
    assert run.progress().phase is Phase.CANCELED
    assert (run.analysis, run.error, reached_the_end) == (None, None, [])


def test_a_recording_that_is_sent_is_waited_for_although_canceled() -> None:
    def answer(on_progress: Callable[[int, int], None], _: object, size: int) -> Analysis:
        run.cancel()
        on_progress(size, size)
        return Analysis()

    client = ScriptedClient(answer)
    run = Run(AnalysisRequest(UploadedRecording("talk.mp4", b"0123456789")))
    run.start(client.open)
    assert run.wait(PATIENCE_S)
    assert run.analysis == Analysis()


def test_a_recording_is_let_go_when_its_answer_is_there_and_nobody_follows() -> None:
    release = threading.Event()

    def answer(on_progress: Callable[[int, int], None], _: object, size: int) -> Analysis:
        on_progress(size, size)
        assert release.wait(PATIENCE_S)
        return Analysis()

    client = ScriptedClient(answer)
    recording = UploadedRecording("talk.mp4", b"0123456789")
    alive = weakref.ref(recording)
    run, visit = Run(AnalysisRequest(recording)), Visit()
    del recording
    visit.follow(run)
    run.start(client.open)
    release.set()
    assert run.wait(PATIENCE_S)
    assert run.request.recording is alive() is not None, "the visit shows it"
    del visit
    gc.collect()
    assert alive() is None
    assert (run.request.recording, run.request.name) == (None, "talk.mp4")


def test_a_visit_that_comes_back_in_time_still_has_the_recording() -> None:
    run, _ = run_to_the_end(lambda *_: Analysis(), b"0123456789")
    request = AnalysisRequest(UploadedRecording("talk.mp4", b"0123456789"))
    followed = Run(request)
    visit = Visit()
    visit.follow(followed)
    del request
    gc.collect()
    assert followed.request.recording is not None
    assert run.request.recording is None, "nobody followed this one"


def test_progress_counts_the_time_in_its_phase() -> None:
    now_s = [100.0]
    run = Run(AnalysisRequest(UploadedRecording("talk.mp4", b"0123456789")), clock=lambda: now_s[0])
    now_s[0] = 107.5
    progress = run.progress()
    assert (progress.phase, progress.elapsed_s) == (Phase.SIGNING_IN, 7.5)
    assert (progress.sent_bytes, progress.total_bytes) == (0, 10)


def test_the_same_request_is_recognized_by_content_and_options() -> None:
    one, two = UploadedRecording("a.mp4", b"same"), UploadedRecording("b.mp4", b"same")
    plain = AnalysisRequest(one, include=("x",))
    assert plain.fingerprint == AnalysisRequest(two, include=("x",)).fingerprint
    others = (
        AnalysisRequest(one),
        AnalysisRequest(one, "inter-2", include=("x",)),
        AnalysisRequest(one, include=("x",), goal_dimensions=("clarity",)),
        AnalysisRequest(one, include=("x",), conversation_context="an interview"),
        AnalysisRequest(one, include=("x",), sandbox=True),
        AnalysisRequest(UploadedRecording("a.mp4", b"other"), include=("x",)),
    )
    assert len({plain.fingerprint, *(other.fingerprint for other in others)}) == 1 + len(others)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox whose jobs end at once."""
    with Sandbox(SandboxSettings(time_scale=0.0)) as running:
        yield running


@pytest.fixture(scope="module")
def slow_sandbox() -> Iterator[Sandbox]:
    """A sandbox whose jobs do not end while a test looks."""
    with Sandbox(SandboxSettings(time_scale=1000.0)) as running:
        yield running


def client_of(sandbox: Sandbox, key_id: str = "sandbox") -> Callable[..., InterhumanClient]:
    return partial(InterhumanClient, key_id=key_id, key_secret="sandbox", base_url=sandbox.base_url)


def done(run: Run, open_client: Callable[..., InterhumanClient]) -> Run:
    run.start(open_client)
    assert run.wait(PATIENCE_S)
    return run


def uploads_to(sandbox: Sandbox) -> int:
    return sum(seen.path.endswith("/upload/analyze") for seen in sandbox.received)


TALK = UploadedRecording("talk.mp4", clips.recording())
ASK_INTER_2 = AnalysisRequest(TALK, "inter-2", include=("conversation_quality_overall",))


def test_a_job_is_submitted_waited_for_and_read(sandbox: Sandbox) -> None:
    run = done(Run(ASK_INTER_2), client_of(sandbox))
    assert run.error is None
    assert run.analysis is not None
    assert run.analysis.model == "inter-2"
    assert run.analysis.windows
    assert run.job is not None
    assert run.job.is_terminal
    assert run.answers[-1].body == run.analysis.raw_bytes


def test_a_job_is_gone_on_with_by_its_id_and_nothing_is_sent(sandbox: Sandbox) -> None:
    first = done(Run(ASK_INTER_2), client_of(sandbox))
    assert first.job is not None
    uploads = uploads_to(sandbox)
    again = done(Run(AnalysisRequest(job_id=first.job.job_id)), client_of(sandbox))
    assert again.analysis is not None
    assert first.analysis is not None
    assert again.analysis.windows == first.analysis.windows
    assert uploads_to(sandbox) == uploads


def test_a_failed_job_keeps_its_own_error(sandbox: Sandbox) -> None:
    run = done(Run(ASK_INTER_2), client_of(sandbox, "sandbox-ih5002"))
    assert isinstance(run.error, UploadJobError)
    assert run.error.error_id == "ih5002"


def test_cancel_ends_the_waiting_for_a_job_that_runs_on(slow_sandbox: Sandbox) -> None:
    run = Run(ASK_INTER_2)
    run.start(client_of(slow_sandbox))
    wait_for(run, lambda run: run.job is not None)
    assert run.progress().phase in {Phase.QUEUED, Phase.RUNNING}
    run.cancel()
    assert run.wait(PATIENCE_S)
    assert run.progress().phase is Phase.CANCELED
    assert run.job is not None
    assert not run.job.is_terminal


def test_a_wait_before_sending_again_is_shown_and_can_be_canceled() -> None:
    with Sandbox(SandboxSettings(retry_after_s=50)) as busy:
        run = Run(AnalysisRequest(TALK))
        run.start(client_of(busy, "sandbox-ih1002"))
        wait_for(run, lambda run: run.progress().pause is not None)
        pause = run.progress().pause
        assert pause is not None
        assert 40 < pause.left_s <= 50
        assert "attempt 2 of 4" in pause.reason
        run.cancel()
        assert run.wait(PATIENCE_S)
        assert run.progress().phase is Phase.CANCELED
        assert uploads_to(busy) == 1


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(
        open_engine(tmp_path),
        owner="coach",
        recordings=RecordingsFolder(tmp_path / "recordings", owner="coach"),
    )


def test_answers_are_in_the_library_before_they_are_read(library: Library) -> None:
    seen = []

    def answer(on_progress: Callable[[int, int], None], on_answer: Any, size: int) -> Analysis:
        on_progress(size, size)
        on_answer(kept_answer(b"the very bytes"))
        (row,) = library.page().rows
        seen.append((row.state, library.raw(row.id)))
        return Analysis()

    record = RunRecord(library)
    run = Run(AnalysisRequest(TALK), record=record).start(ScriptedClient(answer).open)
    assert run.wait(PATIENCE_S)
    assert seen == [("running", b"the very bytes")]
    (row,) = library.page().rows
    assert (row.id, row.state, record.problem) == (record.id, "done", None)
    assert library.recordings is not None
    assert content(library.recordings, TALK.digest) == TALK.path.read_bytes()


@pytest.mark.parametrize("refused", ["begin", "store_answer"])
def test_what_the_library_refused_at_first_is_tried_again(
    library: Library, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    write, times = getattr(library, refused), []

    def refuse_once(*given: object, **more: object) -> object:
        times.append(refused)
        if len(times) == 1:
            raise LibraryError("The library is busy.", problem="locked")
        return write(*given, **more)

    monkeypatch.setattr(library, refused, refuse_once)

    def answer(_: object, on_answer: Any, size: int) -> Analysis:
        on_answer(kept_answer(b"the very bytes"))
        return Analysis()

    record = RunRecord(library)
    run = Run(AnalysisRequest(TALK), record=record).start(ScriptedClient(answer).open)
    assert run.wait(PATIENCE_S)
    assert record.problem is None
    (row,) = library.page().rows
    assert (row.state, library.raw(row.id)) == ("done", b"the very bytes")


def test_a_living_run_says_so_until_it_ends_and_notes_what_went_out(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_module, "BEAT_EVERY_S", 0.01)
    beats: list[str] = []
    wait_for_beats = threading.Event()

    def note(id: str) -> None:
        beats.append(id)
        if len(beats) == 3:
            wait_for_beats.set()

    monkeypatch.setattr(library, "keep_alive", note)
    sent: list[str] = []
    monkeypatch.setattr(library, "begin_sending", lambda id, **_: sent.append(id))

    def answer(on_progress: Callable[[int, int], None], on_answer: Any, size: int) -> Analysis:
        assert (sent, record.id in WORKED_ON) == ([], True)
        on_progress(0, size)
        assert sent == [record.id]
        on_progress(size, size)
        assert wait_for_beats.wait(PATIENCE_S)
        on_answer(kept_answer(b"the very bytes"))
        return Analysis()

    record = RunRecord(library)
    run = Run(AnalysisRequest(TALK), record=record).start(ScriptedClient(answer).open)
    assert run.wait(PATIENCE_S)
    assert run.analysis is not None
    assert set(beats) == {record.id}
    assert (sent, record.id in WORKED_ON) == ([record.id], False)


def test_a_full_disk_costs_no_result(
    sandbox: Sandbox, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise LibraryError("The disk that holds the library is full.", problem="full")

    for name in ("begin", "store_answer", "finish", "fail", "attach_job"):
        monkeypatch.setattr(library, name, refuse)
    record = RunRecord(library)
    run = done(Run(ASK_INTER_2, record=record), client_of(sandbox))
    assert run.analysis is not None
    assert record.problem == "The disk that holds the library is full."


def test_a_recording_that_could_not_be_kept_is_said_so_and_costs_nothing(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    small = RecordingsFolder(tmp_path / "recordings", owner="coach", limit_bytes=10)
    record = RunRecord(Library(open_engine(tmp_path), owner="coach", recordings=small))
    run = done(Run(AnalysisRequest(TALK), record=record), client_of(sandbox))
    assert run.analysis is not None
    assert record.problem is None
    assert record.keeping is not None
    assert "larger than the space" in (record.keeping.problem or "")


def test_what_was_canceled_before_it_was_sent_is_kept_as_such(library: Library) -> None:
    def answer(on_progress: Callable[[int, int], None], _: object, size: int) -> Analysis:
        run.cancel()
        on_progress(1, size)
        return Analysis()

    run = Run(AnalysisRequest(TALK), record=RunRecord(library))
    run.start(ScriptedClient(answer).open)
    assert run.wait(PATIENCE_S)
    (row,) = library.page().rows
    assert (row.state, row.failure) == ("failed", CANCELED)


def test_a_job_that_is_no_longer_waited_for_stays_under_way(
    slow_sandbox: Sandbox, library: Library
) -> None:
    run = Run(ASK_INTER_2, record=RunRecord(library))
    run.start(client_of(slow_sandbox))
    wait_for(run, lambda run: run.job is not None)
    run.cancel()
    assert run.wait(PATIENCE_S)
    (row,) = library.jobs_under_way()
    assert run.job is not None
    assert (row.job_id, row.job_expires_at) == (run.job.job_id, run.job.expires_at)


def kept_answer(body: bytes) -> Answer:
    return Answer("/v1/upload/analyze", 200, body, None, False, datetime.now(UTC))
