"""A recording that the API would refuse, in a real browser: made to fit, sent once, and played."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from interhuman.vocabulary import MAX_FILE_BYTES
from tests import clips
from tests.browser.conftest import OpenPage
from tests.browser.dashboard import Dashboard
from tests.browser.waiting import at_rest, eventually, read
from tests.media.odd_clips import open_media
from tests.server import ANALYZE, Server

FRAMES_PER_S, LENGTH_S = 15, 12
SIGNAL_S = 5.0
"""When the first signal of the server's usual answer begins."""


@dataclass(frozen=True)
class Place:
    """A dashboard, the API that it uses, and the folder with the recordings that it holds."""

    dashboard: Dashboard
    api: Server
    temporary: Path

    def files(self, kind: str) -> list[Path]:
        return list(self.temporary.glob(f"interhuman-*/{kind}*"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    temporary = tmp_path_factory.mktemp("temporary")
    with Server() as api:
        api.may_be_cut = True
        environ = {
            "INTERHUMAN_KEY_ID": "id",
            "INTERHUMAN_KEY_SECRET": "word",
            "INTERHUMAN_BASE_URL": api.base_url,
            "TMPDIR": str(temporary),
        }
        dashboard = Dashboard(tmp_path_factory.mktemp("dashboard"), environ)
        yield Place(dashboard, api, temporary)
        dashboard.stop()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A talk whose picture is noise, which takes far more than the API's limit.

    A second of it is encoded and repeated.
    """
    path = tmp_path_factory.mktemp("media") / "large.mp4"
    noise = np.random.default_rng(3)
    with (
        open_media(io.BytesIO(clips.recording(LENGTH_S))) as talk,
        open_media(path, "w", options={"movflags": "+faststart"}) as output,
    ):
        options = {"preset": "ultrafast", "qp": "18"}
        picture = output.add_stream("libx264", rate=FRAMES_PER_S, options=options)
        picture.width, picture.height, picture.pix_fmt = 640, 360, "yuv420p"
        sound = output.add_stream_from_template(talk.streams.audio[0])
        packets = []
        for _ in range(FRAMES_PER_S):
            pixels = noise.integers(0, 255, (360, 640, 3), dtype=np.uint8)
            packets += picture.encode(av.VideoFrame.from_ndarray(pixels, "rgb24"))
        contents = [bytes(packet) for packet in (*packets, *picture.encode(None)) if packet.size]
        for number in range(LENGTH_S * FRAMES_PER_S):
            packet: Any = av.Packet(contents[number % FRAMES_PER_S])
            packet.stream, packet.time_base = picture, Fraction(1, FRAMES_PER_S)
            packet.pts = packet.dts = number
            packet.is_keyframe = number % FRAMES_PER_S == 0
            output.mux(packet)
        for packet in talk.demux(audio=0):
            if packet.dts is not None:
                packet.stream = sound
                output.mux(packet)
    assert path.stat().st_size > 1.2 * MAX_FILE_BYTES
    return path


def choose(page: Page, path: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(path)


def test_a_recording_above_the_limit_is_made_to_fit_sent_once_and_played(
    open_page: OpenPage,
    place: Place,
    large: Path,
    screenshot: Callable[[Page, str], None],
) -> None:
    page = open_page(url=place.dashboard.url)
    choose(page, large)
    changes = page.locator(".st-key-changes")
    changes.get_by_text("What will change").click()
    expect(changes).to_contain_text("It's converted to MP4 with H.264, about 31.")
    screenshot(page, "before-sending")
    check_that_cancel_leaves_nothing(page, place)
    page.get_by_role("button", name="Analyze").click()
    page.get_by_text("Converting the recording").first.wait_for()
    page.locator(".st-key-analysis [role=progressbar]").wait_for()
    page.get_by_role("heading", name="large.mp4").wait_for()
    (seen,) = place.api.requests(ANALYZE)
    assert 0.8 * MAX_FILE_BYTES < len(seen.file.body) <= MAX_FILE_BYTES
    expect(page.get_by_text("Sent as: 640×360 H.264")).to_be_visible()
    video = page.locator(".st-key-player video")
    expect(video).to_have_js_property("videoWidth", 640)
    content = page.request.get(str(read(video, "video => video.src"))).body()
    assert content == large.read_bytes(), "the original plays"
    page.locator(".st-key-list").get_by_text("Hesitation").first.click()
    page.wait_for_function(
        "at => Math.abs(document.querySelector('.st-key-player video').currentTime - at) < 0.1",
        arg=SIGNAL_S,
    )
    screenshot(page, "sent-as")


def check_that_cancel_leaves_nothing(page: Page, place: Place) -> None:
    """Cancel while the chosen recording is converted, and check that nothing is left or sent."""
    page.get_by_role("button", name="Analyze").click()
    page.get_by_text("Converting the recording").first.wait_for()
    eventually(lambda: place.files(".converting-"), bool)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("nothing was analyzed").first.wait_for()
    expect(page.get_by_role("button", name="Analyze")).to_be_enabled()
    eventually(lambda: place.files(".converting-"), lambda left: left == [])
    assert place.files("fitted-") == []
    assert place.api.requests(ANALYZE) == []


def test_what_is_odd_about_a_recording_is_said_and_it_is_sent_and_played(
    open_page: OpenPage, place: Place, tmp_path: Path
) -> None:
    broken, phone = tmp_path / "broken.mp4", tmp_path / "phone.mp4"
    broken.write_bytes(clips.truncated_faststart_mp4())
    phone.write_bytes(clips.recording(duration_s=3, video_codec="libx265", silences=()))
    page = open_page(url=place.dashboard.url)
    choose(page, broken)
    expect(page.locator(".st-key-findings")).to_contain_text("although the file says")
    page.get_by_role("button", name="Analyze").click()
    page.get_by_role("heading", name="broken.mp4").wait_for()
    page.get_by_role("button", name="New analysis").click()
    at_rest(page)
    choose(page, phone)
    expect(page.get_by_text("can't show HEVC")).to_be_visible()
    page.get_by_role("button", name="Analyze").click()
    page.get_by_role("heading", name="phone.mp4").wait_for()
    at_rest(page)  # until then a part can stand there twice, where it was and where it is now
    expect(page.get_by_text("this is the version converted for the analysis")).to_be_visible()
    expect(page.locator(".st-key-player video")).to_have_js_property("videoWidth", 320)
