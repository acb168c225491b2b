"""Jobs on the page: submitted, followed, left, come back to by their address, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interhuman.client import InterhumanClient
from interhuman.page import state
from interhuman.page.keys import Key
from interhuman.runs.progress import Phase
from interhuman.runs.recording import UploadedRecording
from interhuman.sandbox import Sandbox, SandboxSettings
from tests import clips
from tests.answers.test_jobs import COMPLETED, ID
from tests.page.conftest import PATIENCE_S, Page, page_of, wait_for
from tests.page.kept import KeptPlace, use_library
from tests.server import AUTH, Scripted, Server, api_error


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
    wait_for(run, lambda run: run.job is not None)
    assert run.job is not None
    page.rerun()
    return run.job.job_id


def test_a_job_looks_like_any_other_result(sandbox: Sandbox) -> None:
    page = submit(Page()).finish()
    result = page.visit.results.shown
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
    assert any("Its result is available for" in c.value for c in page.at.caption)
    assert any("You can close this page" in c.value for c in page.at.caption)


@pytest.mark.parametrize("sandbox", [1000.0], indirect=True)
def test_cancel_says_that_the_job_runs_on_and_comes_back_to_it(sandbox: Sandbox) -> None:
    page = submit(Page())
    job_id = wait_for_job(page)
    run = page.visit.run
    assert run is not None
    page.press("Cancel")
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert job_id in page.visit.under_way.open_jobs
    assert any("the job is still running" in c.value for c in page.at.caption)
    page.press("Keep waiting")
    assert page.visit.run is not None
    assert page.visit.run.request.job_id == job_id
    assert uploads(sandbox) == 1


@pytest.mark.parametrize("sandbox", [1000.0], indirect=True)
def test_a_job_that_has_expired_is_not_said_to_run_or_to_be_worth_waiting_for(
    sandbox: Sandbox,
) -> None:
    page = submit(Page())
    job_id = wait_for_job(page)
    run = page.visit.run
    assert run is not None
    page.press("Cancel")
    assert run.wait(PATIENCE_S)
    page.rerun()
    open_jobs = page.visit.under_way.open_jobs
    over = replace(open_jobs[job_id].job, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    open_jobs[job_id] = replace(open_jobs[job_id], job=over)
    page.rerun()
    captions = [caption.value for caption in page.at.caption]
    assert "This job expired (results are kept for one hour)." in captions
    assert not any("running" in caption for caption in captions)
    assert not any("being analyzed" in text.value for text in page.at.markdown)
    assert not page.offers("Keep waiting")


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
    assert first.visit.results.shown is not None
    second = Page(address=first.address)
    second.finish()
    assert second.visit.results.shown is not None
    assert second.visit.results.shown.analysis.signals == first.visit.results.shown.analysis.signals
    assert second.visit.results.shown.analysis.windows == first.visit.results.shown.analysis.windows
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


def test_a_job_is_kept_with_its_id_and_found_again_without_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = use_library(monkeypatch, tmp_path)
    first = submit(Page()).finish()
    assert first.visit.results.shown is not None
    (row,) = place.of().page().rows
    assert (row.state, row.model, row.sandbox) == ("done", "inter-2", True)
    assert first.visit.results.shown.job is not None
    assert row.job_id == first.visit.results.shown.job.job_id
    assert first.address == {"result": row.id}
    second = Page(address=first.address)
    assert second.visit.results.shown is not None
    assert second.visit.results.shown.analysis == first.visit.results.shown.analysis
    assert uploads(sandbox) == 1


def test_after_a_restart_the_page_goes_on_with_the_jobs_that_are_left(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = use_library(monkeypatch, tmp_path)
    left = submitted_by_another_process(sandbox, place)
    page = Page()
    (run,) = page.visit.under_way.resumed
    assert run.wait(PATIENCE_S)
    page.rerun()
    row = place.of().get(left)
    assert row is not None
    assert row.state == "done"
    assert page.visit.results.arrived is not None
    assert page.visit.results.arrived.kept_id == left
    page.press("Open")
    assert page.address == {"result": left}
    assert Page().visit.under_way.resumed == [], "once in a process"
    assert uploads(sandbox) == 1


def test_a_page_that_was_open_at_a_restart_still_names_the_recording(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = use_library(monkeypatch, tmp_path)
    left = place.of().get(submitted_by_another_process(sandbox, place))
    assert left is not None
    page = Page(address={"job": str(left.job_id), "at": "sandbox"}).finish()
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.name == left.heading
    assert page.visit.results.shown.kept_id == left.id
    assert uploads(sandbox) == 1


def test_a_left_job_that_the_api_no_longer_knows_has_failed(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = use_library(monkeypatch, tmp_path)
    library = place.of()
    soon, past = (datetime.now(UTC) + timedelta(minutes=sign) for sign in (1, -1))
    ids = []
    for expires_at in (soon, past):
        ids.append(library.begin(name="talk.mp4", model="inter-2", sandbox=True))
        library.attach_job(ids[-1], job_id=f"{len(ids):032x}", expires_at=expires_at)
        library.release(ids[-1])
    page = Page()
    (run,) = page.visit.under_way.resumed
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert (page.visit.failure, page.visit.results.arrived) == (None, None)
    assert page.visit.kept.libraries is not None
    assert page.visit.kept.libraries.wait_until_caught_up(PATIENCE_S)
    rows = [library.get(id) for id in ids]
    assert [row.state for row in rows if row is not None] == ["failed", "failed"]


def test_a_job_that_a_wrong_key_did_not_reach_is_asked_for_with_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library = use_library(monkeypatch, tmp_path).of()
    left = library.begin(name="talk.mp4", model="inter-2")
    library.attach_job(left, job_id=ID, expires_at=datetime.now(UTC) + timedelta(minutes=30))
    library.release(left)
    with Server() as server:
        server.script(AUTH, api_error(401, "ih2001"))
        page = page_of(server)
        (run,) = page.visit.under_way.resumed
        assert run.wait(PATIENCE_S)
        page.rerun()
        assert [row.id for row in library.jobs_under_way()] == [left], "it was handed back"
        assert page.visit.under_way.resumed == [], "the same key is not tried again"
        assert any("is still at Interhuman, but your key" in info.value for info in page.at.info)

        server.script(f"/v2/upload/jobs/{ID}", Scripted(json=COMPLETED))
        page.at.text_input(key=Key.KEY_ID).input("mine")
        page.at.text_input(key=Key.KEY_SECRET).input("right")
        page.press("Use this key")
        (run,) = page.visit.under_way.resumed
        assert run.wait(PATIENCE_S)
        page.rerun()
    row = library.get(left)
    assert row is not None
    assert row.state == "done"


def submitted_by_another_process(sandbox: Sandbox, place: KeptPlace) -> str:
    """Submit a job and note it in the library, as a process that ended meanwhile; return its id."""
    recording = UploadedRecording("talk.mp4", talk())
    client = InterhumanClient(key_id="sandbox", key_secret="sandbox", base_url=sandbox.base_url)
    with client:
        job = client.upload.submit(recording.path, model="inter-2", filename=recording.name)
    library = place.of()
    id = library.begin(name=recording.name, model="inter-2", sandbox=True)
    library.attach_job(id, job_id=job.job_id, expires_at=job.expires_at)
    library.release(id)
    return id


def test_feedback_that_was_asked_for_reads_well(sandbox: Sandbox) -> None:
    page = Page()
    page.at.button_group(key="goals").select("clarity").run()
    page.upload(talk()).analyze()
    assert page.visit.results.shown is not None
    feedback = page.visit.results.shown.analysis.feedback
    assert feedback is not None
    assert feedback.active_dimensions == ("clarity",)
    page.at.session_state["result-1-tabs"] = "Feedback"
    page.rerun()
    assert feedback.message in [text.value for text in page.at.text]
