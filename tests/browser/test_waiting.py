"""How the tests wait: for a page at rest, and for a value that stays."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenPage, open_options
from tests.browser.dashboard import Dashboard
from tests.browser.failures import FOLDER, folder_of, forget, keep
from tests.browser.waiting import (
    QUIET_FRAMES,
    at_rest,
    attribute_of,
    box_of,
    count_of,
    eventually,
    read,
    steady,
    text_of,
    watch,
)

SHORT_MS = 400
APP = '<div data-testid="stApp" data-test-script-state="{state}"><p id="part">A part</p></div>'
COUNT_FRAMES = """() => {
  const { requestAnimationFrame } = window;
  window.frames = 0;
  window.requestAnimationFrame = (callback) => {
    window.frames += 1;
    return requestAnimationFrame(callback);
  };
}"""
EVERY_FRAME = """(change) => {
  const part = document.querySelector("#part");
  const step = () => { new Function("part", change)(part); requestAnimationFrame(step); };
  step();
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page at rest that no server is behind."""
    context = browser.new_context()
    watch(context)
    opened = context.new_page()
    opened.set_content(APP.format(state="notRunning"))
    yield opened
    context.close()


def test_a_page_at_rest_is_read_within_a_few_frames(page: Page) -> None:
    assert at_rest(page, within_ms=SHORT_MS) is page
    page.evaluate(COUNT_FRAMES)
    assert read(page, "window.frames") == QUIET_FRAMES
    assert read(page.locator("#part"), "(part) => part.id") == "part"
    assert count_of(page.locator("p")) == 1
    assert text_of(page.locator("p")) == "A part"
    assert attribute_of(page.locator("p"), "id") == "part"


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("document.body.firstChild.dataset.testScriptState = 'running'", "state is running"),
        ("document.body.replaceChildren()", "state is undefined"),
        ("testTraffic.unanswered.add('')", "has not begun the run"),
        ("testTraffic.run = 'asked'", "the script runs"),
        ("testTraffic.asking.add('a')", "being uploaded"),
        ("testTraffic.uploading = 1", "being uploaded"),
        ("part.insertAdjacentHTML('afterend', '<p data-testid=stSkeleton>')", "not loaded yet"),
        ("part.animate([{ opacity: 0 }, { opacity: 1 }], 9e9)", 'id="part"'),
    ],
)
def test_what_keeps_a_page_from_rest_is_named(page: Page, act: str, why: str) -> None:
    page.evaluate(f"() => {{ {act}; }}")
    with pytest.raises(
        pytest.fail.Exception, match=rf"did not come to rest within 0\.4 s: .*{why}"
    ):
        at_rest(page, within_ms=SHORT_MS)


def test_a_page_that_changes_in_every_frame_never_rests(page: Page) -> None:
    page.evaluate(EVERY_FRAME, "part.title = performance.now()")
    with pytest.raises(pytest.fail.Exception, match=r'id="part".* keeps changing'):
        at_rest(page, within_ms=SHORT_MS)


def test_a_page_that_looks_again_by_itself_rests_between(page: Page) -> None:
    page.evaluate("testTraffic.run = 'timed'")
    page.evaluate("document.body.firstChild.dataset.testScriptState = 'running'")
    at_rest(page, within_ms=SHORT_MS)


def test_an_animation_without_end_does_not_keep_a_page_from_rest(page: Page) -> None:
    page.evaluate("() => { part.animate([{ opacity: 0 }], { duration: 99, iterations: 1/0 }); }")
    at_rest(page, within_ms=SHORT_MS)


def test_a_page_that_is_loaded_anew_meanwhile_is_waited_for(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(APP.format(state="notRunning"))
    page.goto(path.as_uri())
    page.evaluate("() => { testTraffic.run = 'asked'; setTimeout(() => location.reload(), 100); }")
    assert count_of(page.locator("#part")) == 1


def test_rest_comes_after_the_run_that_a_click_asks_for(
    open_page: OpenPage, dashboard: Dashboard
) -> None:
    page = open_page()
    open_options(page)
    at_rest(page)
    os.kill(dashboard.pid, signal.SIGSTOP)
    try:
        page.get_by_text("Inter-2", exact=True).click()
        with pytest.raises(pytest.fail.Exception, match="has not begun the run"):
            at_rest(page, within_ms=SHORT_MS)
    finally:
        os.kill(dashboard.pid, signal.SIGCONT)
    assert count_of(page.get_by_text("Runs as a job")) == 1


def test_a_measure_is_taken_when_it_no_longer_changes(page: Page) -> None:
    page.evaluate("window.px = 0; document.body.style.margin = 0")
    page.evaluate(EVERY_FRAME, "part.style.marginTop = `${window.px = Math.min(px + 2, 40)}px`")
    assert box_of(page.locator("#part"))["y"] == 40


def test_a_measure_that_never_stays_is_named(page: Page) -> None:
    count = iter(range(10_000))
    with pytest.raises(pytest.fail.Exception, match=r"kept changing for 0\.4 s, last to \d+"):
        steady(page, lambda: next(count), within_ms=SHORT_MS)


def test_a_value_is_read_again_until_it_is_the_right_one() -> None:
    values = iter(range(5))
    assert eventually(lambda: next(values), lambda value: value == 3) == 3
    with pytest.raises(pytest.fail.Exception, match=r"within 0\.4 s; last read: 'no'"):
        eventually(lambda: "no", lambda value: value == "yes", within_ms=SHORT_MS)


# ---- what a failed test leaves -------------------------------------------------------------------


def test_a_failed_test_leaves_its_pages_and_the_log(page: Page, dashboard: Dashboard) -> None:
    test = "tests/browser/test_waiting.py::test_of_nothing[a/b]"
    expect(page.locator("#part")).to_be_visible()
    with page.context.expect_event("weberror"):
        page.evaluate("console.error('odd'); setTimeout(() => { throw new Error('lost'); })")
    try:
        sections = dict(keep(test))
        folder = folder_of(test)
        assert folder.parent == FOLDER
        for words in ("A part", "error: odd", "uncaught: Error: lost"):
            assert words in sections[f"Page {page.url}"]
        assert str(folder / "server.log") in "".join(sections.values())
        (markup,) = [path for path in folder.glob("*.html") if 'id="part"' in path.read_text()]
        assert markup.with_suffix(".png").stat().st_size > 0
        assert dashboard.log() in {path.read_text() for path in folder.glob("server*.log")}
    finally:
        forget(test)
    assert not folder.exists()
