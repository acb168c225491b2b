"""Long recordings, analyzed part by part: what is sent and kept, and what comes of a failure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from interhuman.analysis import Analysis
from interhuman.answers.answer import Answer
from interhuman.answers.jobs import QUEUED, UploadJob, read_job
from interhuman.answers.payload import read_v1, read_v2
from interhuman.answers.saved import load
from interhuman.answers.stitched import KeptPart, Stitched, open_stitched
from interhuman.errors import InterhumanAPIError, UploadJobError, UploadJobTimeoutError
from interhuman.library.engine import open_engine
from interhuman.library.libraries import read_unread
from interhuman.library.library import Library
from interhuman.library.workers import WORKED_ON
from interhuman.media import preflight
from interhuman.media.cutting import CutPart
from interhuman.runs.in_parts import CANCELED, NOT_REACHED, PartsInWork, begun
from interhuman.runs.progress import Phase
from interhuman.runs.record import RunRecord
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.run import Run, RunCanceledError
from interhuman.vocabulary import INTER_1, INTER_2, MODELS
from tests import clips
from tests.answers.test_jobs import COMPLETED
from tests.media.odd_clips import marks_in
from tests.runs.test_run import PATIENCE_S, ScriptedClient

pytestmark = pytest.mark.usefixtures("in_process")

THREE = Stitched((KeptPart(0.0, 5.0), KeptPart(4.0, 9.0), KeptPart(8.0, 12.0)), 12.0, INTER_1)
"""Parts of a recording of twelve seconds that nobody has to wait for."""

REFUSED = InterhumanAPIError("corrupted", status=422, error_id="ih5002")
NO_KEY = InterhumanAPIError("no", status=401, error_id="ih2001")
LOST = InterhumanAPIError("read timeout", maybe_accepted=True, failure="read_timeout")


def body(kind: str, start: float, end: float) -> bytes:
    return json.dumps({"signals": [{"type": kind, "start": start, "end": end}]}).encode()


def answer(raw: bytes, status: int = 200) -> Answer:
    return Answer("/v1/upload/analyze", status, raw, "c-1", False, datetime.now(UTC))


class Parts(ScriptedClient):
    """Answers one part after another: with bytes, or with an error."""

    def __init__(self, *answers: bytes | Exception) -> None:
        super().__init__(self._answer)
        self.answers = list(answers)
        self.sent: list[tuple[str, float]] = []

    def analyze(self, file: Path, **more: object) -> Analysis:
        self.sent.append((str(more["filename"]), marks_in(file.read_bytes()).duration_s))
        return super().analyze(file, **more)  # type: ignore[arg-type]

    def _answer(
        self,
        on_progress: Callable[[int, int], None],
        on_answer: Callable[[Answer], None],
        size: int,
    ) -> Analysis:
        on_progress(1, 1)
        next_one = self.answers.pop(0)
        if isinstance(next_one, Exception):
            raise next_one
        on_answer(answer(next_one))
        return read_v1(next_one)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(open_engine(f"sqlite:///{tmp_path / 'library.db'}"), owner="ann")


def run_parts(
    client: ScriptedClient,
    document: Stitched = THREE,
    *,
    library: Library | None = None,
    recording: UploadedRecording | None = None,
) -> Run:
    recording = recording or UploadedRecording("talk.mp4", clips.recording(12.0))
    request = AnalysisRequest(recording, model=document.model, missing_of=document.to_bytes())
    record = RunRecord(library) if library is not None else None
    run = Run(request, record=record, convert=True).start(client.open)
    assert run.wait(PATIENCE_S)
    return run


def times(analysis: Analysis | None) -> Sequence[tuple[str, float, float]]:
    assert analysis is not None
    return [(one.type, one.start, one.end) for one in analysis.signals]


def test_every_part_is_sent_and_the_result_is_one() -> None:
    client = Parts(body("interest", 3, 5), body("interest", 0, 2), body("stress", 1, 2))
    run = run_parts(client)
    assert run.error is None
    assert times(run.analysis) == [("interest", 3, 6), ("stress", 9, 10)]
    assert [round(length_s) for _, length_s in client.sent] == [5, 5, 4]
    progress = run.progress()
    assert (progress.phase, progress.part) == (Phase.DONE, (3, 3))


def test_a_long_recording_is_cut_by_the_program_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    short = replace(MODELS[INTER_1], max_duration_s=90.0)
    monkeypatch.setattr(preflight, "MODELS", MappingProxyType({**MODELS, INTER_1: short}))
    content = clips.in_two_parts()
    client = Parts(body("interest", 60, 78), body("interest", 0, 20))
    run = Run(AnalysisRequest(UploadedRecording("talk.mp4", content)), convert=True)
    assert run.start(client.open).wait(PATIENCE_S)
    assert run.analysis is not None
    first, second = run.analysis.parts
    assert first.end == pytest.approx(77.8, abs=0.4)
    assert second.start == pytest.approx(first.end - 10, abs=0.6)
    (found,) = run.analysis.signals
    assert (found.start, found.end) == pytest.approx((60, second.start + 20), abs=0.1)
    assert [length_s for _, length_s in client.sent] == pytest.approx(
        [first.end, 150 - second.start], abs=0.6
    )


def test_one_part_that_fails_is_a_gap_and_the_others_go_on(library: Library) -> None:
    client = Parts(body("interest", 1, 2), REFUSED, body("stress", 1, 2))
    run = run_parts(client, library=library)
    assert run.error is None
    assert times(run.analysis) == [("interest", 1, 2), ("stress", 9, 10)]
    assert run.analysis is not None
    assert list(run.analysis.gaps) == [(5.0, 8.0)]
    assert str(REFUSED) == run.analysis.parts[1].problem
    assert run.record is not None
    assert run.record.id is not None
    raw = library.raw(run.record.id)
    assert raw == run.analysis.raw_bytes
    row = library.get(run.record.id)
    assert row is not None
    assert (row.state, row.signal_count, row.duration_s) == ("done", 2, 12.0)


def test_what_holds_for_every_part_ends_it_and_nothing_more_is_sent() -> None:
    client = Parts(body("interest", 1, 2), NO_KEY)
    run = run_parts(client)
    assert len(client.sent) == 2
    assert run.analysis is not None
    problems = [part.problem for part in run.analysis.parts]
    assert problems == [None, str(NO_KEY), NOT_REACHED]


def test_without_any_result_the_first_error_counts() -> None:
    assert run_parts(Parts(REFUSED, REFUSED, REFUSED)).error is REFUSED


def test_without_any_result_what_may_be_billed_counts_before_all_else(library: Library) -> None:
    run = run_parts(Parts(REFUSED, LOST, REFUSED), library=library)
    assert run.error is LOST
    assert run.analysis is None
    assert run.record is not None
    assert run.record.id is not None
    row = library.get(run.record.id)
    assert row is not None
    assert row.failure == str(LOST)


def test_a_part_that_was_canceled_while_its_job_runs_may_be_billed() -> None:
    kept: list[Answer] = []
    parts = PartsInWork(begun([CutPart(0, 20), CutPart(10, 30)], model=INTER_2), keep=kept.append)
    parts.begin(0)
    parts.take_job(UploadJob("job-1", QUEUED))
    parts.fail(None)
    with pytest.raises(InterhumanAPIError) as raised:
        parts.analysis()
    assert raised.value.maybe_accepted
    (first, _) = open_stitched(kept[-1].body).parts
    assert (first.open_job_id, first.maybe_sent) == ("job-1", True)


def test_a_job_that_is_unknown_may_have_been_billed() -> None:
    kept: list[Answer] = []
    parts = PartsInWork(begun([CutPart(0, 20), CutPart(10, 30)], model=INTER_2), keep=kept.append)
    parts.begin(0)
    parts.take_job(UploadJob("job-1", QUEUED))
    parts.fail(InterhumanAPIError("unknown job", status=404, error_id="ih4021"))
    with pytest.raises(InterhumanAPIError) as raised:
        parts.analysis()
    assert raised.value.maybe_accepted
    (first, _) = open_stitched(kept[-1].body).parts
    assert (first.open_job_id, first.maybe_sent) == (None, True)


def test_canceled_it_keeps_what_was_answered() -> None:
    run = run_parts(Parts(body("interest", 1, 2), RunCanceledError()))
    assert times(run.analysis) == [("interest", 1, 2)]
    assert run.analysis is not None
    assert [part.problem for part in run.analysis.parts] == [None, CANCELED, CANCELED]
    assert run_parts(Parts(RunCanceledError())).progress().phase is Phase.CANCELED


def test_the_missing_part_alone_is_sent_again() -> None:
    client = Parts(body("interest", 3, 5), REFUSED, body("stress", 1, 2))
    run = run_parts(client)
    assert run.analysis is not None
    again = Parts(body("interest", 0, 2))
    complete = run_parts(again, open_stitched(run.analysis.raw_bytes))
    assert [round(length_s) for _, length_s in again.sent] == [5]
    assert times(complete.analysis) == [("interest", 3, 6), ("stress", 9, 10)]
    assert complete.analysis is not None
    assert not complete.analysis.gaps


def test_a_missing_part_that_fails_again_is_an_error_and_no_second_result() -> None:
    client = Parts(body("interest", 3, 5), REFUSED, body("stress", 1, 2))
    run = run_parts(client)
    assert run.analysis is not None
    again = run_parts(Parts(LOST), open_stitched(run.analysis.raw_bytes))
    assert (again.analysis, again.error) == (None, LOST)


def test_each_answer_is_in_the_library_before_the_next_part_is_sent(library: Library) -> None:
    """So a process that dies in between leaves a result with a gap, which can be filled."""

    class Dying(Parts):
        def analyze(self, file: Path, **more: object) -> Analysis:
            if len(self.sent) == 1:
                (row,) = library.page().rows
                raw = library.raw(row.id)
                assert raw is not None
                assert times(load(raw).analysis) == [("interest", 1, 2)]
                self.kept_id = row.id
                raise SystemExit
            return super().analyze(file, **more)

    client = Dying(body("interest", 1, 2))
    recording = UploadedRecording("talk.mp4", clips.recording(12.0))
    request = AnalysisRequest(recording, missing_of=THREE.to_bytes())
    record = RunRecord(library)
    record.end = lambda **_: None  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        Run(request, record=record, convert=True).work(client.open)
    library.release(client.kept_id)
    WORKED_ON.discard(client.kept_id)
    read_unread(library)
    row = library.get(client.kept_id)
    assert row is not None
    assert (row.state, row.signal_count) == ("done", 1)


class Jobs(ScriptedClient):
    """Takes each part as a job, which ends as it is told."""

    def __init__(self, *ends: bytes | Exception) -> None:
        super().__init__(lambda *_: Analysis())
        self.ends = list(ends)
        self.submitted: list[str] = []
        self.waited_for: list[str] = []

    def submit(self, file: Path, **more: object) -> UploadJob:
        job_id = f"job{len(self.submitted)}"
        self.submitted.append(job_id)
        envelope = {"job_id": job_id, "status": "queued", "model": "inter-2"}
        self.on_answer(answer(json.dumps(envelope).encode(), status=202))
        expires_at = datetime.now(UTC) + timedelta(hours=1)
        return replace(read_job(json.dumps(envelope).encode()), expires_at=expires_at)

    def wait_for_job(self, job: UploadJob | str, **more: object) -> UploadJob:
        self.waited_for.append(job if isinstance(job, str) else job.job_id)
        end = self.ends.pop(0)
        if isinstance(end, Exception):
            raise end
        self.on_answer(answer(end))
        ended = read_job(end)
        return replace(ended, analysis=read_v2(end)) if ended.analysis is None else ended


TWO = Stitched((KeptPart(0.0, 6.0), KeptPart(5.0, 12.0)), 12.0, INTER_2)
DONE = json.dumps(COMPLETED).encode()


def test_a_part_whose_job_is_not_done_in_time_is_asked_for_and_not_sent_again(
    library: Library,
) -> None:
    late = UploadJobTimeoutError("not done", job=UploadJob("job0", "running"))
    client = Jobs(late, DONE)
    run = run_parts(client, TWO, library=library)
    assert run.analysis is not None
    assert run.job is None
    document = open_stitched(run.analysis.raw_bytes)
    assert (document.parts[0].job_id, document.parts[0].maybe_sent) == ("job0", True)
    again = Jobs(DONE)
    complete = run_parts(again, document)
    assert (again.submitted, again.waited_for) == ([], ["job0"])
    assert complete.analysis is not None
    assert not complete.analysis.gaps


def test_without_any_result_there_is_no_job_to_wait_for_as_if_it_had_the_whole() -> None:
    late = UploadJobTimeoutError("not done", job=UploadJob("job0", "running"))
    run = run_parts(Jobs(late, late), TWO)
    assert isinstance(run.error, InterhumanAPIError)
    assert run.error.maybe_accepted


def test_a_job_that_failed_or_is_unknown_is_sent_anew() -> None:
    for error in (
        UploadJobError("corrupted", status=200, error_id="ih5002"),
        InterhumanAPIError("unknown", status=404, error_id="ih4021"),
    ):
        run = run_parts(Jobs(error, DONE), TWO)
        document = open_stitched(
            run.analysis.raw_bytes if run.analysis is not None else TWO.to_bytes()
        )
        again = Jobs(DONE, DONE)
        run_parts(again, document)
        assert again.submitted[:1] == ["job0"]
