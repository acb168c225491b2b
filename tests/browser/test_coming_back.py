"""Work that outlives its page: reload it, open it elsewhere, and find the result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from interhuman.sandbox import Sandbox, SandboxSettings
from tests import clips
from tests.browser.conftest import Held, OpenPage, open_options, wait_for_result
from tests.browser.dashboard import Dashboard
from tests.browser.waiting import PATIENCE_MS, at_rest, box_of, read, watch

SLOWER = 3.0

NOBODY_LOOKS = """
window.notified = [];
window.Notification = class extends EventTarget {
  static requestPermission = async () => "granted";
  constructor(title, { body }) { super(); window.notified.push([title, body, this]); }
  close() { window.notified.push("closed"); }
};
window.focus = () => window.notified.push("focused");
Object.defineProperty(document, "hidden", { get: () => true });
"""
"""Hides the page, and has it note its notifications."""


@pytest.fixture(scope="module")
def api() -> Iterator[Sandbox]:
    """Stands in for the API at another address; its jobs take long enough to leave the page."""
    slow = SandboxSettings(time_scale=SLOWER)
    with Sandbox(slow) as running:
        yield running


@pytest.fixture(scope="module")
def with_key(api: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard with credentials of its own for that API."""
    environ = {
        "INTERHUMAN_KEY_ID": "sandbox",
        "INTERHUMAN_KEY_SECRET": "sandbox",
        "INTERHUMAN_BASE_URL": api.base_url,
    }
    running = Dashboard(tmp_path_factory.mktemp("dashboard"), environ)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording with a silence."""
    path = tmp_path_factory.mktemp("media") / "talk.mp4"
    path.write_bytes(clips.recording(duration_s=5, silences=((1.0, 4.0),)))
    return path


def test_a_reload_and_another_browser_go_on_with_the_job(
    open_page: OpenPage,
    screenshot: Callable[[Page, str], None],
    api: Sandbox,
    with_key: Dashboard,
    talk: Path,
) -> None:
    page = open_page(url=with_key.url)
    open_options(page)
    page.get_by_text("Inter-2", exact=True).click()
    page.get_by_text("Runs as a job").wait_for()
    page.locator("input[type=file]").first.set_input_files(talk)
    page.get_by_role("button", name="Analyze").click()
    page.wait_for_url(re.compile(r"[?&]job=[0-9a-f]{32}&at=interhuman"))
    page.get_by_text("Its result is available for").wait_for()
    screenshot(page, "job-running")
    page.reload()
    other = open_page(url=page.url, own_context=True)
    for anyone in (page, other):
        wait_for_result(anyone)
        expect(anyone.locator(".ih-tracks")).to_contain_text("Hesitation")
    assert sum(seen.path == "/v2/upload/analyze" for seen in api.received) == 1


def test_impatient_clicks_send_a_recording_once_and_a_reload_goes_on_with_it(
    open_page: OpenPage, held: Held, talk: Path
) -> None:
    before = held.analyses
    page = open_page(url=held.url)
    page.locator("input[type=file]").first.set_input_files(talk)
    page.get_by_text("talk.mp4").wait_for()
    page.locator(".st-key-recording video").wait_for()
    expect(page.get_by_role("button", name="Analyze")).to_be_enabled()
    box = box_of(page.get_by_role("button", name="Analyze"))
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.dblclick(*middle)
    page.get_by_text("Analyzing for").wait_for()
    # Where the button was is nothing to press.
    page.mouse.click(*middle)
    at_rest(page)
    page.add_init_script(NOBODY_LOOKS)
    page.reload()
    page.get_by_text("Analyzing for").wait_for()
    expect(page).to_have_title("Analyzing talk.mp4")
    notify = page.get_by_role("button", name="Notify me when it's done")
    notify.click()
    expect(notify).to_have_attribute("aria-pressed", "true")
    held.let_go()
    wait_for_result(page)
    expect(page).to_have_title("talk.mp4 · Interhuman dashboard")
    page.evaluate("notified[0].pop().dispatchEvent(new Event('click'))")
    assert read(page, "notified") == [["talk.mp4", "Analysis ready"], "focused", "closed"]
    page.locator(".st-key-player video").wait_for()
    assert held.analyses == before + 1
    expect(page).to_have_url(re.compile(r"^[^?]*$"))


def test_a_page_that_streamlit_took_down_is_loaded_anew(
    browser: Browser, held: Held, talk: Path
) -> None:
    before = held.analyses
    context = browser.new_context()
    watch(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/_stcore/stream", pass_on)
    page.goto(held.url)
    page.get_by_role("heading", level=1).wait_for()
    at_rest(page)
    page.locator("input[type=file]").first.set_input_files(talk)
    page.get_by_role("button", name="Analyze").click()
    page.get_by_text("Analyzing for").wait_for()
    page.wait_for_function("window.interhumanFocus")
    # An element where none can be is an error that leaves nothing of the page.
    nowhere = ForwardMsg()
    nowhere.metadata.delta_path.extend([0, 99])
    nowhere.delta.new_element.markdown.body = "Nowhere"
    with page.expect_event("load"):
        sockets[-1].send(nowhere.SerializeToString())
    page.get_by_text("Analyzing for").wait_for()
    held.let_go()
    wait_for_result(page)
    assert held.analyses == before + 1
    context.close()


def test_what_comes_after_cancel_appears_by_itself(
    open_page: OpenPage, held: Held, talk: Path
) -> None:
    before = held.analyses
    page = open_page(url=held.url)
    page.evaluate(NOBODY_LOOKS)
    page.locator("input[type=file]").first.set_input_files(talk)
    page.get_by_role("button", name="Analyze").click()
    page.get_by_role("button", name="Notify me when it's done").click()
    page.get_by_text("Analyzing for").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("was already sent, so if a result arrives").wait_for()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    held.let_go()
    wait_for_result(page)
    expect(page.get_by_text("This result arrived after you canceled")).to_be_visible()
    assert read(page, "notified") == [], "nobody waits for what was canceled"
    assert held.analyses == before + 1
