"""Runs in the background, against a client that does as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, cast

import pytest

from interhuman.analysis import Analysis, Signal
from interhuman.client import InterhumanClient
from interhuman.errors import InterhumanAPIError
from interhuman.runs import Phase, Recording, Request, Run
from tests import media

PATIENCE_S = 30.0


class ScriptedClient:
    """Stands in for `InterhumanClient`: `script(on_progress, on_answer)` is its whole upload."""

    def __init__(self, script: Callable[..., Analysis]) -> None:
        self.script = script
        self.closed = False
        self.upload = self

    def open(self, *, on_answer: Callable[[Any], None]) -> InterhumanClient:
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
        file: bytes,
        *,
        filename: str,
        include: tuple[str, ...],
        on_progress: Callable[[int, int], None],
    ) -> Analysis:
        return self.script(on_progress, self.on_answer, len(file))


def run_to_the_end(
    script: Callable[..., Analysis], data: bytes | None = None
) -> tuple[Run, ScriptedClient]:
    client = ScriptedClient(script)
    recording = Recording("talk.mp4", media.recording(duration_s=4) if data is None else data)
    with ThreadPoolExecutor(1) as executor:
        run = Run(Request(recording)).start(executor, client.open)
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
    sent_half, cancelled = threading.Event(), threading.Event()
    reached_the_end = []

    def answer(on_progress: Callable[[int, int], None], _: object, size: int) -> Analysis:
        on_progress(size // 2, size)
        sent_half.set()
        assert cancelled.wait(PATIENCE_S)
        on_progress(size // 2 + 1, size)
        reached_the_end.append(True)
        return Analysis()

    client = ScriptedClient(answer)
    with ThreadPoolExecutor(1) as executor:
        run = Run(Request(Recording("talk.mp4", b"0123456789"))).start(executor, client.open)
        assert sent_half.wait(PATIENCE_S)
        assert run.progress().phase is Phase.UPLOADING
        assert run.progress().sent_bytes == 5
        run.cancel()
        cancelled.set()
        assert run.wait(PATIENCE_S)
    assert run.progress().phase is Phase.CANCELLED
    assert (run.analysis, run.error, reached_the_end) == (None, None, [])


def test_a_recording_that_is_sent_is_waited_for_although_cancelled() -> None:
    def answer(on_progress: Callable[[int, int], None], _: object, size: int) -> Analysis:
        run.cancel()
        on_progress(size, size)
        return Analysis()

    client = ScriptedClient(answer)
    run = Run(Request(Recording("talk.mp4", b"0123456789")))
    with ThreadPoolExecutor(1) as executor:
        run.start(executor, client.open)
        assert run.wait(PATIENCE_S)
    assert run.analysis == Analysis()


def test_progress_counts_the_time_in_its_phase() -> None:
    now_s = [100.0]
    run = Run(Request(Recording("talk.mp4", b"0123456789")), clock=lambda: now_s[0])
    now_s[0] = 107.5
    progress = run.progress()
    assert (progress.phase, progress.elapsed_s) == (Phase.SIGNING_IN, 7.5)
    assert (progress.sent_bytes, progress.total_bytes) == (0, 10)


def test_the_same_request_is_known_again_by_content_and_wishes() -> None:
    one, two = Recording("a.mp4", b"same"), Recording("b.mp4", b"same")
    assert Request(one, ("x",)).same_as == Request(two, ("x",)).same_as
    assert Request(one, ("x",)).same_as != Request(one, ()).same_as
    assert Request(one).same_as != Request(one, sandbox=True).same_as
    assert Request(one).same_as != Request(Recording("a.mp4", b"other")).same_as
