"""What the page's address names, whom it asks, and what it says to somebody without a key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from interhuman.page import state
from interhuman.page.connect import API, SANDBOX
from interhuman.page.keys import Key
from interhuman.sandbox import Sandbox, SandboxSettings
from tests import clips
from tests.page.conftest import PATIENCE_S, Page, wait_for

JOB = "0123456789abcdef" * 2
KEY_PAIR = {"key_id": "sandbox", "key_secret": "sandbox"}


@pytest.fixture
def page_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The sandbox of the page."""
    with Sandbox(SandboxSettings(time_scale=0.0)) as running:
        monkeypatch.setattr(state, "sandbox", lambda: running)
        yield running


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Stands in for the API at an address of its own."""
    with Sandbox(SandboxSettings(time_scale=0.0)) as running:
        monkeypatch.setenv("INTERHUMAN_BASE_URL", running.base_url)
        yield running


def words(page: Page) -> str:
    return "\n".join(info.value for info in page.at.main.info)


@pytest.mark.parametrize("side", [{"at": "interhuman"}, {}, {"at": "anything"}])
def test_a_job_of_the_api_is_never_asked_of_the_sandbox(
    page_sandbox: Sandbox, api: Sandbox, side: dict[str, str]
) -> None:
    page = Page(address={"job": JOB, **side})
    assert page.at.radio(key=Key.TARGET).value == API
    page.at.radio(key=Key.TARGET).set_value(SANDBOX).run()
    assert page.visit.run is None
    assert page.visit.failure is None
    assert not page_sandbox.received
    assert not api.received
    assert "sign in (top right)" in words(page)
    assert page.address["job"] == JOB


def test_without_credentials_the_page_says_until_when_the_job_can_be_read(api: Sandbox) -> None:
    expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=30)
    page = Page(address={"job": JOB, "at": "interhuman", "until": f"{expires_at.timestamp():.0f}"})
    assert f"until {expires_at:%H:%M} UTC" in words(page)
    over = Page(address={"job": JOB, "at": "interhuman", "until": "1"})
    assert "This job expired (results are kept for one hour)." in words(over)
    assert "leads to an analysis" not in words(over)


@pytest.mark.parametrize("until", ["", "soon", "-1", "9" * 12, "1e3"])
def test_a_time_that_makes_no_sense_is_not_used(api: Sandbox, until: str) -> None:
    page = Page(address={"job": JOB, "at": "interhuman", "until": until})
    assert "for one hour after it was submitted" in words(page)
    assert not page.at.exception


def test_after_signing_in_the_job_is_read_and_nothing_is_sent(api: Sandbox) -> None:
    first = Page(interhuman=KEY_PAIR)
    first.at.segmented_control(key="model").select("inter-2").run()
    first.upload(clips.recording(duration_s=12)).analyze()
    assert first.visit.results.shown is not None
    assert first.address["at"] == "interhuman"
    second = Page(address=first.address)
    assert not second.visit.under_way.requested_jobs
    second.at.text_input(key="key-id").input("sandbox")
    second.at.text_input(key="key-secret").input("sandbox")
    second.press("Use this key")
    second.finish()
    assert second.visit.results.shown is not None
    assert second.visit.results.shown.analysis.windows == first.visit.results.shown.analysis.windows
    assert sum(seen.path == "/v2/upload/analyze" for seen in api.received) == 1


def test_other_credentials_ask_for_the_job_once_more(api: Sandbox) -> None:
    first = Page(interhuman=KEY_PAIR)
    first.at.segmented_control(key="model").select("inter-2").run()
    first.upload(clips.recording(duration_s=12)).analyze()
    second = Page(address=first.address, interhuman={"api_key": "ih_live_sandbox-other"})
    second.finish()
    assert "ih4021" in second.text
    second.at.text_input(key="key-id").input("sandbox")
    second.at.text_input(key="key-secret").input("sandbox")
    second.press("Use this key")
    assert second.finish().visit.results.shown is not None


def test_a_job_of_the_sandbox_waits_for_the_sandbox(page_sandbox: Sandbox, api: Sandbox) -> None:
    page = Page(address={"job": JOB, "at": "sandbox"}, interhuman=KEY_PAIR)
    assert page.at.radio(key=Key.TARGET).value == SANDBOX
    page.finish()
    assert page_sandbox.received
    assert not api.received


def test_a_reload_of_a_job_finds_the_run_with_its_recording(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Sandbox(SandboxSettings(time_scale=1000.0)) as slow:
        monkeypatch.setattr(state, "sandbox", lambda: slow)
        first = Page()
        first.at.segmented_control(key="model").select("inter-2").run()
        first.upload(clips.recording(duration_s=12)).press("Analyze")
        run = first.visit.run
        assert run is not None
        wait_for(run, lambda run: run.job is not None)
        first.rerun()
        second = Page(address=first.address)
        assert second.visit.run is run
        assert run.request.recording is not None
        run.cancel()
        assert run.wait(PATIENCE_S)


def test_a_lost_run_is_not_told_where_its_job_can_be_read(page_sandbox: Sandbox) -> None:
    page = Page(address={"run": "0" * 32, "job": JOB, "at": "sandbox"}).finish()
    assert page.visit.notice is None
    assert "ih4021" in page.text, "the job was asked for"
