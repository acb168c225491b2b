"""Choosing a recording and changing one's mind: every refusal has a reason that can be read."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests import clips
from tests.browser.conftest import OpenPage
from tests.browser.dashboard import Dashboard
from tests.browser.person import Person
from tests.browser.waiting import at_rest
from tests.server import ANALYZE, EXAMPLE, HELD_S, Scripted, Server


@pytest.fixture(scope="module")
def api() -> Iterator[Server]:
    """Stands in for the API."""
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def dashboard(api: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard for uploads of up to 30 MB."""
    environ = {
        "INTERHUMAN_KEY_ID": "id",
        "INTERHUMAN_KEY_SECRET": "word",
        "INTERHUMAN_BASE_URL": api.base_url,
        "INTERHUMAN_MAX_UPLOAD_MB": "30",
    }
    running = Dashboard(tmp_path_factory.mktemp("dashboard"), environ)
    yield running
    running.stop()


@pytest.fixture
def answers(api: Server) -> Iterator[list[threading.Event]]:
    """Hold back the answers to the next two analyses, each until its event is set."""
    events = [threading.Event(), threading.Event()]
    api.script(ANALYZE, *(Scripted(json=EXAMPLE, before=_held(event)) for event in events))
    yield events
    for event in events:
        event.set()


def _held(event: threading.Event) -> Callable[[], None]:
    def wait() -> None:
        assert event.wait(HELD_S)

    return wait


def choose(page: Page, path: Path) -> None:
    at_rest(page)  # A file that is given to the page while a run begins is lost.
    page.locator("input[type=file]").first.set_input_files(path)


def test_a_file_that_the_browser_keeps_back_is_explained(
    open_page: OpenPage,
    screenshot: Callable[[Page, str], None],
    tmp_path: Path,
) -> None:
    page = open_page()
    large, text, talk = (tmp_path / name for name in ("large.mp4", "notes.txt", "talk.mp4"))
    large.write_bytes(bytes(40_000_000))
    text.write_text("no recording")
    talk.write_bytes(clips.recording(duration_s=4))
    problem = page.get_by_test_id("stAlert").filter(has_text="File too large")
    choose(page, large)
    expect(problem).to_contain_text("It's 40 MB; the limit is 30 MB. Nothing was sent")
    expect(page.get_by_role("button", name="Analyze")).to_have_count(0)
    screenshot(page, "too-large")
    choose(page, text)
    other = page.get_by_test_id("stAlert").filter(has_text="Not a recording")
    expect(other).to_contain_text("notes.txt isn't a kind of recording")
    expect(problem).to_have_count(0)
    choose(page, talk)
    expect(other).to_have_count(0)
    expect(page.get_by_role("button", name="Analyze")).to_be_enabled()
    # It is said beside another one, too, which stays chosen.
    choose(page, text)
    expect(other).to_contain_text("notes.txt isn't a kind of recording")
    page.get_by_text("· 0:04 ·").wait_for()
    page.get_by_role("button", name="Analyze").click()
    page.get_by_role("heading", name="talk.mp4").wait_for()
    page.get_by_role("button", name="New analysis").click()
    page.get_by_role("button", name="Try the sample").wait_for()
    expect(other).to_have_count(0)


def test_what_has_arrived_of_a_file_is_said(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page()
    talk = tmp_path / "<b>talk.mp4"
    talk.write_bytes(clips.padded_to(25_000_000))
    network = page.context.new_cdp_session(page)

    def limit(bytes_per_s: int) -> None:
        limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s}
        network.send("Network.emulateNetworkConditions", {"offline": False, **limits})

    receiving = page.locator(".ih-receiving")
    said = receiving.get_by_role("status")
    expect(said).to_have_count(1)  # before there is something to say: else it may not be heard
    limit(1_000_000)
    choose(page, talk)
    expect(receiving).to_contain_text(re.compile(r"Receiving <b>talk\.mp4, [1-9]\d* of 25 MB"))
    expect(said).to_have_text("Receiving <b>talk.mp4")
    expect(page.get_by_role("progressbar", name="Receiving <b>talk.mp4")).to_be_visible()
    expect(page.get_by_role("button", name="Analyze")).to_have_count(0)
    limit(-1)
    expect(page.get_by_role("button", name="Analyze")).to_be_enabled()
    expect(receiving).to_be_hidden()
    network.detach()


def test_a_file_that_is_lost_on_its_way_is_said(open_page: OpenPage, tmp_path: Path) -> None:
    """As when a run begins in the moment of the drop, which Streamlit then knows nothing of."""
    page = open_page()
    uploader = page.locator(".st-key-upload")
    uploader.wait_for()
    uploader.evaluate(
        """(widget) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(["x"], "talk.mp4"));
          widget.dispatchEvent(new DragEvent("drop", { dataTransfer }));
        }"""
    )
    lost = page.get_by_test_id("stAlert").filter(has_text="wasn't uploaded")
    expect(lost).to_contain_text("talk.mp4 wasn't uploaded")
    talk = tmp_path / "talk.mp4"
    talk.write_bytes(clips.recording(duration_s=4))
    choose(page, talk)
    page.get_by_text("· 0:04 ·").wait_for()
    expect(lost).to_have_count(0)


def test_a_file_that_the_server_cannot_take_is_said(
    browser: Browser, dashboard: Dashboard, tmp_path: Path
) -> None:
    """As when the disk of the server is full, or another server than the page's was sent it."""
    person = Person(browser, dashboard.url)  # whose console may say that it could not be sent
    page = person.page
    talk = tmp_path / "talk.mp4"
    talk.write_bytes(clips.recording(duration_s=4))
    page.route("**/upload_file/**", lambda route: route.fulfill(status=500))
    choose(page, talk)
    failed = page.get_by_test_id("stAlert").filter(has_text="wasn't uploaded")
    expect(failed).to_contain_text("The server couldn't save it")
    page.unroute("**/upload_file/**")
    page.route("**/upload_file/**", send_to_another_session)
    choose_another(page, talk)
    expect(failed).to_contain_text("It reached a server that doesn't know this page")
    page.unroute("**/upload_file/**")
    choose_another(page, talk)
    page.get_by_text("· 0:04 ·").wait_for()
    expect(failed).to_have_count(0)
    person.context.close()


def send_to_another_session(route: Route) -> None:
    """Have the server be asked for a page that it doesn't show."""
    route.continue_(url=re.sub(r"(?<=/upload_file/)[^/]+", "another", route.request.url))


def choose_another(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator(".st-key-upload section").click()
    chooser.value.set_files(path)


def test_after_cancel_one_can_go_on_at_once_and_the_answer_is_kept(
    open_page: OpenPage, answers: list[threading.Event], tmp_path: Path
) -> None:
    first, second = tmp_path / "first.mp4", tmp_path / "second.mp4"
    first.write_bytes(clips.recording(duration_s=3))
    second.write_bytes(clips.recording(duration_s=4))
    page = open_page()
    choose(page, first)
    page.get_by_role("button", name="Analyze").click()
    page.get_by_text("Analyzing for").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("first.mp4 was already sent").wait_for()
    expect(page.get_by_role("button", name="Analyze")).to_be_enabled()
    choose(page, second)
    page.get_by_text("· 0:04 ·").wait_for()
    page.get_by_role("button", name="Analyze").click()
    page.get_by_text("Analyzing for").wait_for()
    expect(page.get_by_text("first.mp4 was already sent")).to_be_visible()
    answers[0].set()
    # It is not shown before what is waited for.
    page.locator(".st-key-open-arrived").wait_for()
    answers[1].set()
    page.get_by_role("heading", name="second.mp4").wait_for()
    page.locator(".st-key-open-arrived button").click()
    page.get_by_role("heading", name="first.mp4").wait_for()
    expect(page.get_by_text("This result arrived after you canceled")).to_be_visible()
