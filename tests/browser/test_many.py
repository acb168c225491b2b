"""Many recordings in a real browser: dropped, left alone, and found again as results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import clips
from tests.browser.conftest import OpenPage, open_options, wait_for_result
from tests.browser.dashboard import Dashboard
from tests.browser.test_accessibility import assert_no_faults
from tests.browser.waiting import at_rest, count_of, read
from tests.runs.queue.counting import CountingServer

GOOD = [f"interview {number:02d}.mp4" for number in range(1, 9)]
SIDEWAYS = """[document.documentElement, document.querySelector('[data-testid=stMain]')]
  .map((element) => element.scrollWidth - element.clientWidth)"""


class Machine:
    """A machine whose dashboard can be restarted; the library is in its folder."""

    def __init__(self, folder: Path, api: CountingServer) -> None:
        self._folder = folder
        self._environ = {
            "INTERHUMAN_LIBRARY": str(folder / "library"),
            "INTERHUMAN_KEY_ID": "id",
            "INTERHUMAN_KEY_SECRET": "word",
            "INTERHUMAN_BASE_URL": api.base_url,
        }
        self.dashboard = Dashboard(folder, self._environ)

    def restart(self) -> None:
        """End the dashboard and start it again."""
        self.dashboard.stop()
        self.dashboard = Dashboard(self._folder, self._environ)


@pytest.fixture
def api() -> Iterator[CountingServer]:
    """Stands in for the API; its jobs run until they are let go."""
    with CountingServer() as server:
        server.job_runs.set()
        yield server


@pytest.fixture
def machine(tmp_path: Path, api: CountingServer) -> Iterator[Machine]:
    """A machine with credentials for that API."""
    running = Machine(tmp_path, api)
    yield running
    running.dashboard.stop()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Twelve files: eight good ones, two bad ones, one twice, and one that takes two parts."""
    folder = tmp_path / "files"
    folder.mkdir()
    for number, name in enumerate(GOOD):
        (folder / name).write_bytes(
            clips.recording(duration_s=4 + number / 4, fps=5, size=(96, 64))
        )
    (folder / "broken.mp4").write_bytes(clips.text_renamed())
    (folder / "short.mp4").write_bytes(clips.too_short())
    (folder / "the first again.mp4").write_bytes((folder / GOOD[0]).read_bytes())
    loop = tmp_path / "loop.mp4"
    loop.write_bytes(clips.recording(60, still=True, fps=1, size=(64, 64)))
    clips.repeat_recording(loop, folder / "long.mp4", loop_s=60, length_s=1_860)
    return sorted(folder.iterdir())


def choose(page: Page, files: list[Path]) -> None:
    """Choose files by the start page's own button, as with the keyboard."""
    with page.expect_file_chooser() as opened:
        page.locator(".st-key-upload button").first.press("Enter")
    opened.value.set_files(files)


def row(page: Page, title: str) -> Locator:
    """Return a row of the list by its title."""
    return page.get_by_role("row").filter(has=page.get_by_text(title, exact=True))


def rows_that_say(page: Page, state: str) -> Locator:
    """Return the rows whose state begins with these words."""
    return page.get_by_role("row").filter(has=page.get_by_text(re.compile(f"^{state}")))


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button with the keyboard."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_enabled()
    button.focus()
    page.keyboard.press("Enter")


def test_twelve_files_are_left_alone_and_come_back_as_results(
    machine: Machine, api: CountingServer, files: list[Path], open_page: OpenPage
) -> None:
    page = open_page(url=machine.dashboard.url, own_context=True)
    open_options(page)
    page.get_by_role("radio", name="Inter-2", exact=True).click()
    expect(page.locator(".st-key-options summary")).to_contain_text("Inter-2,")
    choose(page, files)
    expect(page.get_by_role("heading", name="Many recordings")).to_be_visible()
    expect(rows_that_say(page, "Ready to start")).to_have_count(len(GOOD) + 1)
    expect(row(page, "the first again.mp4")).to_contain_text("The same recording as")
    expect(row(page, "long.mp4")).to_contain_text(
        "To be cut into 2 parts: Inter-2 takes up to 30:00"
    )
    for bad in ("broken.mp4", "short.mp4"):
        expect(row(page, bad)).to_contain_text("Can't be analyzed")
    expect(page.get_by_text("10 requests")).to_be_visible()
    assert_no_faults(page, "ready to start")
    page.set_viewport_size({"width": 390, "height": 800})
    assert read(page, SIDEWAYS) == [0, 0]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert api.begun == 0

    press(page, "Analyze 9 recordings")
    expect(page.get_by_text("You can close this page")).to_be_visible()
    # Four at once are asked for: their jobs run, and nothing is being sent.
    expect(rows_that_say(page, "Analyzing")).to_have_count(4)
    page.close()
    machine.restart()
    assert api.begun == 4
    api.job_runs.clear()

    page = open_page(url=machine.dashboard.url, own_context=True)
    press(page, "Show the list")
    expect(rows_that_say(page, "Done")).to_have_count(len(GOOD) + 1)
    expect(page.get_by_text(re.compile("^9 recordings analyzed"))).to_be_visible()
    for bad in ("broken.mp4", "short.mp4"):
        expect(row(page, bad)).to_contain_text("Can't be analyzed")
    again = row(page, "the first again.mp4")
    expect(again).to_contain_text("Analyzed before")
    press(page, "Analyze again …: the first again.mp4")
    expect(again.get_by_role("alert")).to_contain_text("counts toward your usage again")
    expect(again.get_by_role("button", name="No")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Open that result: the first")).to_be_focused()
    # The parts of the long one are alike: it repeats itself.
    assert sorted(api.uploads.values()) == [*[1] * len(GOOD), 2]
    assert_no_faults(page, "all have ended")
    press(page, f"Open: {GOOD[3]}")
    wait_for_result(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(GOOD[3])
    page.go_back()
    expect(rows_that_say(page, "Done")).to_have_count(len(GOOD) + 1)
    at_rest(page)
    assert count_of(page.locator("video")) == 0
    assert api.begun == len(GOOD) + 2


def test_a_camera_s_parts_become_one_result_with_the_gap_between_them(
    machine: Machine, api: CountingServer, tmp_path: Path, open_page: OpenPage
) -> None:
    parts = {"GX010042.MP4": (4.0, "12:00:00"), "GX030042.MP4": (5.0, "12:00:34")}
    for name, (lasts_s, began) in parts.items():
        content = clips.camera_part(lasts_s, created=f"2026-11-27T{began}Z")
        (tmp_path / name).write_bytes(content)
    page = open_page(url=machine.dashboard.url, own_context=True)
    choose(page, [tmp_path / name for name in parts])
    expect(page.get_by_text(", with 0:30 missing in between")).to_be_visible()
    assert_no_faults(page, "the offer")
    press(page, "Join into one recording")
    expect(row(page, "GX0042.mp4")).to_contain_text("2 files joined, 0:30 missing")
    expect(page.locator(".st-key-many-panel")).to_be_focused()
    page.reload()
    expect(page.get_by_role("button", name="Take apart: GX0042.mp4")).to_be_visible()
    press(page, "Analyze 1 recording")
    press(page, "Open: GX0042.mp4")
    wait_for_result(page)
    expect(
        page.get_by_text(re.compile("Nothing was recorded from 0:.?04 to 0:.?34"))
    ).to_be_visible()
    assert api.begun == len(parts)
    video = page.locator("video")
    video.evaluate("video => { video.muted = true; video.currentTime = 3.5; return video.play(); }")
    expect(page.get_by_text(re.compile(r"^Now, 0:3[4-9]"))).to_be_visible()
    assert_no_faults(page, "the result")
