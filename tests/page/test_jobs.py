"""Jobs on the page: submitted, followed, left, come back to by their address, and kept on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from interhuman.errors import ResultStoreError
from interhuman.library.store import ResultStore
from interhuman.page import state
from interhuman.page.runs import Phase
from interhuman.sandbox import Sandbox, SandboxSettings
from tests import clips

from .conftest import PATIENCE_S, Page


def talk() -> bytes:
    return clips.recording(duration_s=12, silences=((4.0, 7.0),))


@pytest.fixture(params=[0.0])
def sandbox(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The page's sandbox with its time at another scale: 0 is at once, 1000 is never here."""
    with Sandbox(SandboxSettings(time_scale=request.param)) as running:
        monkeypatch.setattr(state, "sandbox", lambda: running)
        yield running


def uploads(sandbox: Sandbox) -> int:
    return sum(seen.path.endswith("/upload/analyze") for seen in sandbox.received)


def submit(page: Page) -> Page:
    page.at.segmented_control(key="model").select("inter-2").run()
    return page.upload(talk()).press("Analyze")


def wait_for_job(page: Page) -> str:
    run = page.visit.run
    assert run is not None
    while run.job is None and not run.finished:
        run.wait(0.01)
    assert run.job is not None
    page.rerun()
    return run.job.job_id


def test_a_job_looks_like_any_other_result(sandbox: Sandbox) -> None:
    page = submit(Page()).finish()
    result = page.visit.shown
    assert result is not None
    assert result.analysis.model == "inter-2"
    assert result.job is not None
    quality = result.analysis.conversation_quality
    assert quality is not None
    assert quality.overall is not None
    assert quality.timeline
    assert any("3.0 s without speech" in (s.rationale or "") for s in result.analysis.signals)
    assert not page.at.exception


@pytest.mark.parametrize("sandbox", [1000.0], indirect=True)
def test_its_id_is_in_the_address_and_the_time_left_on_the_page(sandbox: Sandbox) -> None:
    page = submit(Page())
    job_id = wait_for_job(page)
    assert page.address["job"] == job_id
    assert page.address["at"] == "sandbox"
    assert any("can be read for" in c.value for c in page.at.caption)
    assert any("You may close this page" in c.value for c in page.at.caption)


@pytest.mark.parametrize("sandbox", [1000.0], indirect=True)
def test_cancel_says_that_the_job_runs_on_and_comes_back_to_it(sandbox: Sandbox) -> None:
    page = submit(Page())
    job_id = wait_for_job(page)
    run = page.visit.run
    assert run is not None
    page.press("Cancel")
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert job_id in page.visit.open_jobs
    assert any("the job runs on" in c.value for c in page.at.caption)
    page.press("Go on waiting")
    assert page.visit.run is not None
    assert page.visit.run.request.job_id == job_id
    assert uploads(sandbox) == 1


@pytest.mark.parametrize("sandbox", [1000.0], indirect=True)
def test_pressing_analyze_after_cancel_goes_on_with_the_job(sandbox: Sandbox) -> None:
    page = submit(Page())
    wait_for_job(page)
    run = page.visit.run
    assert run is not None
    page.press("Cancel")
    assert run.wait(PATIENCE_S)
    page.rerun().press("Analyze")
    assert page.visit.run is not None
    assert page.visit.run.progress().phase in {Phase.QUEUED, Phase.RUNNING}
    assert uploads(sandbox) == 1


def test_another_page_shows_the_job_of_its_address(sandbox: Sandbox) -> None:
    first = submit(Page()).finish()
    assert first.visit.shown is not None
    second = Page(address=first.address)
    second.finish()
    assert second.visit.shown is not None
    assert second.visit.shown.analysis.signals == first.visit.shown.analysis.signals
    assert second.visit.shown.analysis.windows == first.visit.shown.analysis.windows
    assert uploads(sandbox) == 1


@pytest.mark.parametrize(
    "job", ["0" * 31, "../../etc/passwd", "<script>", "A" * 32, "0" * 32 + " "]
)
def test_what_is_no_job_id_in_the_address_is_not_used(sandbox: Sandbox, job: str) -> None:
    page = Page(address={"job": job, "at": "sandbox"})
    assert page.visit.run is None
    assert not sandbox.received
    assert not page.at.exception


def test_an_unknown_job_is_explained_once(sandbox: Sandbox) -> None:
    page = Page(address={"job": "0" * 32, "at": "sandbox"}).finish()
    assert "ih4021" in page.text
    page.rerun()
    assert page.visit.run is None


def test_an_answer_on_disk_is_offered_at_the_next_start(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTERHUMAN_RESULTS_DIR", str(tmp_path / "results"))
    monkeypatch.setattr(state, "is_local_visitor", lambda: True)
    first = Page()
    first.upload(talk()).analyze()
    assert first.visit.shown is not None
    second = Page()
    second.press("Open an answer kept on this machine")
    second.press("Open this answer")
    assert second.visit.shown is not None
    assert second.visit.shown.analysis.signals == first.visit.shown.analysis.signals
    assert uploads(sandbox) == 1


def test_a_visitor_from_outside_is_offered_nothing_from_the_disk(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTERHUMAN_RESULTS_DIR", str(tmp_path / "results"))
    monkeypatch.setattr(state, "is_local_visitor", lambda: False)
    Page().upload(talk()).analyze()
    stranger = Page()
    stranger.press("Open a saved result")
    assert stranger.visit.stored_answers == ()
    assert not any("kept on this machine" in b.label for b in stranger.at.button)


def test_a_folder_that_cannot_be_used_is_told_and_costs_nothing(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("INTERHUMAN_RESULTS_DIR", str(tmp_path / "file"))
    page = Page()
    assert any("kept in memory only" in e.value for e in page.at.error)
    page.upload(talk()).analyze()
    assert page.visit.shown is not None


def test_an_answer_that_the_disk_refused_is_shown_and_said_to_be_in_memory_only(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ResultStoreError("No space left on device.")

    monkeypatch.setattr(ResultStore, "keep", refuse)
    monkeypatch.setenv("INTERHUMAN_RESULTS_DIR", str(tmp_path / "results"))
    page = Page()
    page.upload(talk()).analyze()
    assert page.visit.shown is not None
    assert any("No space left on device" in w.value for w in page.at.main.warning)


def test_feedback_that_was_asked_for_reads_well(sandbox: Sandbox) -> None:
    page = Page()
    page.at.button_group(key="goals").select("clarity").run()
    page.upload(talk()).analyze()
    assert page.visit.shown is not None
    feedback = page.visit.shown.analysis.feedback
    assert feedback is not None
    assert feedback.active_dimensions == ("clarity",)
    page.at.session_state["result-1-tabs"] = "Feedback"
    page.rerun()
    assert feedback.message in [text.value for text in page.at.text]
