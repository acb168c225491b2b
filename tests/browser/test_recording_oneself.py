"""The whole way on the page: a camera that shows a file, and the result of what it showed."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import clips
from tests.browser.conftest import Contexts, OpenPage, wait_for_result, wait_for_tracks
from tests.browser.dashboard import Dashboard
from tests.browser.install import ARGUMENTS, launch
from tests.browser.test_accessibility import assert_no_faults
from tests.browser.waiting import PATIENCE_MS, at_rest, read, read_now, watch

SIZE = (320, 180)
SIDEWAYS = """[document.documentElement, document.querySelector('[data-testid=stMain]')]
  .map((element) => element.scrollWidth - element.clientWidth)"""


def camera_file(path: Path) -> Path:
    """Write what a camera shows: white at its left, black at its right."""
    width, height = SIZE
    luma = np.full((height, width), 16, dtype=np.uint8)
    luma[:, : width // 2] = 235
    frame = b"FRAME\n" + luma.tobytes() + bytes([128]) * (width * height // 2)
    path.write_bytes(b"YUV4MPEG2 W%d H%d F20:1 Ip A1:1 C420jpeg\n" % SIZE + frame * 20)
    return path


def microphone_file(path: Path) -> Path:
    """Write what a microphone hears."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(clips.SAMPLE_RATE_HZ)
        sound.writeframes((clips.speech(5.0) * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def context(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser whose camera and microphone are files."""
    folder = tmp_path_factory.mktemp("devices")
    devices = (
        f"--use-file-for-fake-video-capture={camera_file(folder / 'camera.y4m')}",
        f"--use-file-for-fake-audio-capture={microphone_file(folder / 'microphone.wav')}",
    )
    with_files = launch(browser.browser_type, folder, arguments=(*ARGUMENTS, *devices))
    watch(with_files)
    yield with_files
    with_files.close()


@pytest.fixture
def page(context: BrowserContext, dashboard: Dashboard) -> Iterator[Page]:
    """The start page in that browser."""
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(dashboard.url)
    page.get_by_role("button", name="Record yourself").wait_for()
    at_rest(page)
    yield page
    page.close()


def open_recorder(page: Page) -> None:
    page.get_by_role("button", name="Record yourself").click()
    main = page.locator(".recorder .main")
    expect(main).to_have_attribute("aria-disabled", "false")
    at_rest(page)


def at_least(seconds: int) -> re.Pattern[str]:
    """Return what the clock beside the picture reads from some seconds on, less than ten."""
    return re.compile(rf"^(0:0[{seconds}-9]|0:[1-5]\d|[1-9]\d*:)")


def record(page: Page, seconds: int = 4) -> None:
    """Record for so long, by the clock beside the picture."""
    main = page.locator(".recorder .main")
    main.click()
    expect(main).to_have_text("Stop")
    expect(page.locator(".recorder .time")).to_have_text(at_least(seconds))
    page.keyboard.press("Space")
    expect(page.locator(".recorder .title")).to_be_focused()


def halves(content: bytes) -> tuple[float, float]:
    """Return how bright the left and the right half of a recording's last picture are."""
    with av.open(io.BytesIO(content), "r") as source:
        *_, last = source.decode(video=0)
        luma = last.to_ndarray(format="gray")
    middle = luma.shape[1] // 2
    return float(luma[:, : middle - 8].mean()), float(luma[:, middle + 8 :].mean())


def test_a_recording_becomes_a_result_and_is_not_mirrored(page: Page) -> None:
    open_recorder(page)
    record(page)
    expect(page.get_by_role("button", name="Analyze", exact=True)).to_have_count(1)
    page.get_by_role("button", name="Analyze", exact=True).press("Enter")
    wait_for_result(page)
    wait_for_tracks(page)
    player = page.locator(".st-key-player video")
    player.wait_for()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recording 20")
    page.wait_for_function("document.querySelector('.st-key-player video').duration > 3")
    player.evaluate("(video) => { video.currentTime = 2.5; }")
    sought = "({ currentTime, seeking }) => !seeking && currentTime === 2.5"
    page.wait_for_function(f"({sought})(document.querySelector('.st-key-player video'))")
    with urlopen(read(player, "(video) => video.src")) as served:
        left, right = halves(served.read())
    assert left > 180 > 60 > right
    # The sandbox measured the voice that the microphone heard.
    expect(page.locator(".ih-tracks")).to_contain_text("Engagement")
    assert read(page, "window.interhumanRecorder.take") is None


def test_it_stays_through_reruns_and_other_ways_to_begin(page: Page) -> None:
    open_recorder(page)
    page.locator(".recorder .main").click()
    expect(page.locator(".recorder .main")).to_have_text("Stop")
    page.locator(".st-key-options summary").click()
    page.get_by_text("Quality over time", exact=True).click()
    expect(page.get_by_text("quality scores overall only")).to_be_visible()
    expect(page.locator(".recorder .main")).to_have_text("Stop")
    expect(page.locator(".recorder .time")).to_have_text(at_least(3))
    page.get_by_role("button", name="Open a saved result").click()
    page.get_by_role("button", name="Open this result").wait_for()
    expect(page.locator(".recorder")).to_be_hidden()
    page.get_by_role("button", name="Record yourself").click()
    expect(page.locator(".recorder .why")).to_contain_text("closed the recorder or left")
    at_rest(page)
    assert_no_faults(page, "recorded")


def test_a_recording_is_handed_to_a_server_that_was_started_anew(
    context: BrowserContext, tmp_path: Path
) -> None:
    first = Dashboard(tmp_path)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(first.url)
    page.get_by_role("button", name="Record yourself").wait_for()
    at_rest(page)
    open_recorder(page)
    first.stop()
    page.get_by_role("dialog").press("Escape")  # Streamlit says that there is no connection
    record(page)
    page.get_by_role("button", name="Analyze", exact=True).press("Enter")
    expect(page.locator(".recorder").get_by_role("button", name="Cancel")).to_be_focused()
    assert read_now(page, "document.querySelector('.st-key-upload input').files.length") == 0
    again = Dashboard(tmp_path, port=int(first.url.rpartition(":")[2]))
    wait_for_result(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recording 20")
    page.close()
    again.stop()


def test_sound_alone_goes_to_the_model_that_takes_it(page: Page) -> None:
    open_recorder(page)
    page.get_by_label("Audio only").check()
    expect(page.locator(".recorder .wave")).to_be_visible()
    expect(page.locator(".recorder .main")).to_have_attribute("aria-disabled", "false")
    record(page)
    page.get_by_role("button", name="Analyze with Inter-2 audio").press("Enter")
    wait_for_result(page)
    expect(page.get_by_text("Inter-2 audio").first).to_be_visible()


def test_it_can_be_used_by_everyone(
    open_page: OpenPage, contexts: Contexts, screenshot: Callable[[Page, str], None]
) -> None:
    page = open_page()
    open_recorder(page)
    assert_no_faults(page, "recorder")
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert read(page, SIDEWAYS) == [0, 0], width
    screenshot(page, "recorder-320")
