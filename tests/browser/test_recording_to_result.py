"""The whole way in a real browser: a recording goes in, its pause comes out at its time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import clips
from tests.browser.conftest import (
    OpenPage,
    open_connection,
    wait_for_result,
    wait_for_tracks,
)
from tests.browser.waiting import at_rest

Shot = Callable[[Page, str], None]

SILENCE_S = (4.0, 7.0)
RATIONALE = "3.0 s without speech from 0:04"
SECRET = "typed-into-the-browser-s3cr3t"


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of our own with one known silence; its name is as odd as names get."""
    path = tmp_path_factory.mktemp("media") / "Wéndy's “talk” 🎬 v2.mp4"
    path.write_bytes(clips.recording(duration_s=12, silences=(SILENCE_S,)))
    return path


def analyze(page: Page, recording: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(recording)
    page.get_by_role("button", name="Analyze").click()
    wait_for_result(page)
    wait_for_tracks(page)


@pytest.fixture(scope="module")
def page(open_shared_page: OpenPage) -> Page:
    """One visit for the whole way."""
    return open_shared_page()


def test_a_known_silence_is_found_on_the_page_at_its_time(
    page: Page, screenshot: Shot, talk: Path
) -> None:
    analyze(page, talk)
    expect(page.get_by_role("button", name="Sandbox: not Interhuman's model")).to_be_visible()
    for width in (1280, 420):
        page.set_viewport_size({"width": width, "height": 900})
        at_rest(page)
        expect(page.locator(".ih-tracks")).to_contain_text("Hesitation")
        page.get_by_role("slider", name="Playhead").press("0")
        expect(page.locator(".ih-card")).not_to_contain_text(RATIONALE)
        signals = page.get_by_role("listbox", name="Signals").get_by_role("option")
        pause = signals.filter(has_text="0:04")
        expect(pause).to_contain_text("Hesitation")
        pause.click()
        expect(page.locator(".ih-card")).to_contain_text(RATIONALE)
    screenshot(page, "full")


def test_credentials_leave_the_page_as_soon_as_they_are_given(page: Page) -> None:
    open_connection(page).get_by_text("Interhuman API", exact=True).click()
    page.get_by_label("Key ID").fill("my-key-id")
    page.get_by_label("Key secret").fill(SECRET)
    page.get_by_role("button", name="Use this key").click()
    page.get_by_text("You're using your own credentials").wait_for()
    expect(page.get_by_label("Key secret")).to_have_value("")
    assert SECRET not in at_rest(page).content()
    assert SECRET not in page.url
