"""What the page shows and what its buttons do while an analysis is under way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from interhuman.page.keys import Key
from interhuman.page.start.progress import FAST_POLLING_S
from interhuman.runs.progress import Phase
from interhuman.runs.run import Run
from interhuman.vocabulary import MAX_FILE_BYTES
from tests import clips
from tests.page.conftest import PATIENCE_S, Hold, Page, page_of, wait_for
from tests.server import ANALYZE, AUTH, Server, api_error


def started(
    server: Server, recording: bytes, until: Callable[[Run], bool], *, convert: bool = True
) -> tuple[Page, Run]:
    """Press Analyze with `server` as the API and return once `until` holds for the run."""
    page = page_of(server, convert=convert).upload(recording).press("Analyze")
    run = page.visit.run
    assert run is not None
    wait_for(run, until)
    return page.rerun(), run


def at(phase: Phase) -> Callable[[Run], bool]:
    return lambda run: run.progress().phase is phase


def test_while_it_runs_the_progress_stands_in_the_place_of_the_button(hold: Hold) -> None:
    server = hold(ANALYZE)
    page, run = started(server, clips.recording(), at(Phase.ANALYZING))
    assert not page.offers("Analyze")
    (step,) = [step.label for step in page.at.status]
    assert step.startswith("Analyzing for 0:0")
    server.let_go.set()
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert page.visit.results.shown is not None
    assert not page.new_analysis().upload(clips.recording()).locked("Analyze")


@pytest.mark.parametrize(
    ("moment", "phase", "size_bytes"),
    [(AUTH, Phase.SIGNING_IN, 1_000_000), ("body", Phase.UPLOADING, MAX_FILE_BYTES)],
    ids=["signing in", "uploading"],
)
def test_what_was_not_sent_whole_is_not_analyzed(
    hold: Hold, moment: str, phase: Phase, size_bytes: int
) -> None:
    server = hold(moment)
    page, run = started(server, clips.padded_to(size_bytes), at(phase), convert=False)
    page.press("Cancel")
    assert page.visit.run is None
    server.let_go.set()
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert run.progress().phase is Phase.CANCELED
    assert server.requests(ANALYZE) == []
    assert [info.value for info in page.at.info] == [
        "Canceled before the whole recording was sent, so nothing was analyzed."
    ]
    assert (page.visit.results.shown, page.visit.failure) == (None, None)
    assert not page.locked("Analyze")


def test_what_was_sent_whole_is_waited_for_kept_and_shown(hold: Hold) -> None:
    server = hold(ANALYZE)
    page, run = started(server, clips.recording(), at(Phase.ANALYZING))
    page.press("Cancel")
    assert (page.visit.run, page.visit.results.all) == (None, [])
    assert any("was already sent" in info.value for info in page.at.info)
    server.let_go.set()
    assert run.wait(PATIENCE_S)
    page.rerun()
    result = page.visit.results.shown
    assert result is not None
    assert result.analysis is run.analysis
    assert any("arrived after you canceled" in info.value for info in page.at.info)
    assert not any("was already sent" in info.value for info in page.at.info)
    assert len(server.requests(ANALYZE)) == 1


def test_cancel_counts_in_the_run_that_changes_how_often_the_page_looks(
    hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = hold(ANALYZE)
    page, run = started(server, clips.recording(), at(Phase.ANALYZING))
    ages_s = iter([FAST_POLLING_S - 0.1, FAST_POLLING_S])
    monkeypatch.setattr(Run, "age_s", property(lambda _: next(ages_s, FAST_POLLING_S)))
    page.press("Cancel")
    assert page.visit.run is None
    assert page.visit.under_way.canceled == [run]
    server.let_go.set()
    assert run.wait(PATIENCE_S)


def test_analyze_after_cancel_takes_back_what_was_sent_and_sends_nothing(hold: Hold) -> None:
    server = hold(ANALYZE)
    page, run = started(server, clips.recording(), at(Phase.ANALYZING))
    page.press("Cancel").press("Analyze")
    assert page.visit.run is run
    server.let_go.set()
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert len(page.visit.results.all) == 1
    assert len(server.requests(ANALYZE)) == 1


def test_a_second_press_sends_nothing(hold: Hold) -> None:
    server = hold(ANALYZE)
    page, run = started(server, clips.recording(), at(Phase.ANALYZING))
    # The second of two quick clicks arrives although the button is locked by then.
    page.visit.press()
    page.rerun()
    assert page.visit.run is run
    server.let_go.set()
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert len(page.visit.results.all) == 1
    assert len(server.requests(ANALYZE)) == 1


def test_a_wait_before_it_is_sent_again_is_counted_down_and_can_be_canceled() -> None:
    with Server() as server:
        busy = replace(api_error(503, "ih1002"), headers={"Retry-After": "50"})
        server.script(ANALYZE, busy)
        page, run = started(server, clips.recording(), lambda run: run.progress().pause is not None)
        (waiting,) = [w.value for w in page.at.main.warning if "attempt 2 of 4" in w.value]
        assert re.search(r"Retrying in 0:[45]\d", waiting)
        page.press("Cancel")
        assert run.wait(PATIENCE_S)
        assert len(server.requests(ANALYZE)) == 1


def test_a_pause_while_a_job_is_waited_for_says_that_the_job_runs_on() -> None:
    job_id = "0123456789abcdef" * 2
    with Server() as server:
        busy = replace(api_error(503, "ih1002"), headers={"Retry-After": "50"})
        server.script(f"/v2/upload/jobs/{job_id}", busy)
        page = page_of(server, address={"job": job_id, "at": "interhuman"})
        run = page.visit.run
        assert run is not None
        wait_for(run, lambda run: run.progress().pause is not None)
        page.rerun()
        words = [warning.value for warning in page.at.main.warning]
        run.cancel()
        assert run.wait(PATIENCE_S)
    assert any("The job keeps running" in each for each in words)
    assert not any("othing has been analyzed" in each for each in words)


def test_all_that_was_asked_for_is_sent() -> None:
    with Server() as server:
        page = page_of(server)
        page.at.checkbox(key=Key.QUALITY_TIMELINE).uncheck()
        page.at.button_group(key=Key.GOALS).select("clarity").select("energy")
        page.at.text_area(key=Key.CONTEXT).input("  a job interview ").run()
        page.upload(clips.recording()).analyze()
        (sent,) = server.requests(ANALYZE)
    assert sorted(sent.fields) == [
        ("conversation_context", "a job interview"),
        ("goal_dimensions[]", "clarity"),
        ("goal_dimensions[]", "energy"),
        ("include[]", "conversation_quality_overall"),
    ]
