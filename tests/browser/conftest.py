"""A real page in a real browser: the dashboard as its own process, Chromium to look at it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FilePayload,
    Locator,
    Page,
    expect,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser import failures
from tests.browser.dashboard import Dashboard
from tests.browser.install import chromium, problem
from tests.browser.waiting import PATIENCE_MS, at_rest, attribute_of, read, watch
from tests.server import ANALYZE, HeldServer

SCREENSHOTS = Path(__file__).parent / "screenshots"
PICTURES = "PICTURES_OF_TESTS"
"""Set it to have the tests save pictures to look at, each of which draws a tall page anew."""

TRIES, REDRAWN_MS = 6, 3_000


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    """Mark everything in this folder, so that `-m "not browser"` leaves it out.

    What is still to run after that needs a browser: without one a single test fails in the
    place of all, and says what to do.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
    yield
    chosen = [item for item in items if item.get_closest_marker("browser")]
    if chosen and (why := problem()) is not None:
        config.hook.pytest_deselected(items=chosen[1:])
        others = [item for item in items if item not in chosen]
        items[:] = [*others, NoBrowser.from_parent(items[0].session, name="browser", why=why)]


class NoBrowser(pytest.Item):
    """Fails, and says why, in the place of every test that needs a browser."""

    def __init__(self, *, why: str, **options: Any) -> None:
        super().__init__(**options)
        self._why = why

    def runtest(self) -> None:
        pytest.fail(self._why, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the pages of a failed test and the logs of its servers, and say where."""
    report = yield
    if call.when == "setup":
        failures.forget(item.nodeid)
    if call.when != "teardown" and report.failed:
        report.sections += failures.keep(item.nodeid)
    return report


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard without any credentials."""
    running = Dashboard(tmp_path_factory.mktemp("dashboard"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def held_api() -> Iterator[HeldServer]:
    """Stands in for the API; it answers an analysis only when it is let go."""
    with HeldServer(ANALYZE) as api:
        yield api


@pytest.fixture(scope="module")
def held_dashboard(
    held_api: HeldServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dashboard]:
    """A dashboard with credentials for that API."""
    environ = {
        "INTERHUMAN_KEY_ID": "id",
        "INTERHUMAN_KEY_SECRET": "word",
        "INTERHUMAN_BASE_URL": held_api.base_url,
    }
    running = Dashboard(tmp_path_factory.mktemp("dashboard"), environ)
    yield running
    running.stop()


@dataclass(frozen=True)
class Held:
    """A dashboard whose analyses take until the test lets them go."""

    url: str
    api: HeldServer

    def let_go(self) -> None:
        """Have the API answer."""
        self.api.let_go.set()

    @property
    def analyses(self) -> int:
        """How many recordings the API was sent."""
        return len(self.api.requests(ANALYZE))


@pytest.fixture
def held(held_api: HeldServer, held_dashboard: Dashboard) -> Iterator[Held]:
    """The dashboard while its API holds every answer back."""
    held_api.let_go.clear()
    yield Held(held_dashboard.url, held_api)
    held_api.let_go.set()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this machine; without one the tests fail, they are not skipped."""
    with chromium() as launched, failures.kept_from(launched):
        yield launched


OpenPage = Callable[..., Page]


class Contexts:
    """The browser contexts of the tests: one that they share, and others where they must not.

    In the shared one a page finds Streamlit's scripts compiled, which saves a quarter of what its
    visit costs.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.shared = browser.contexts[0]
        watch(self.shared)

    def new(self) -> BrowserContext:
        """Return a context that knows nothing of the others."""
        context = self._browser.new_context(reduced_motion="reduce")
        watch(context)
        return context


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Contexts:
    """The contexts that pages are opened in."""
    return Contexts(browser)


expect.set_options(timeout=PATIENCE_MS)


def open_connection(page: Page) -> Locator:
    """Open the control for the connection at the top right, and return what is in it."""
    control = page.locator(".st-key-connection button")
    if attribute_of(control, "aria-expanded") != "true":
        control.click()
    opened = page.get_by_test_id("stPopoverBody")
    opened.wait_for()
    return opened


def open_developers(page: Page) -> None:
    """Unfold what the control for the connection has for developers."""
    open_connection(page)
    folded = page.locator(".st-key-developers details")
    if attribute_of(folded, "open") is None:
        folded.locator("summary").click()
        at_rest(page)  # Unfolding moves what is in it from under the pointer.


def close_connection(page: Page) -> None:
    """Close the control for the connection."""
    page.keyboard.press("Escape")
    page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    # Closing runs the script. Streamlit drops what it has not sent when a run begins, an address to
    # upload to as well: a file that is given to the page in that moment is lost.
    at_rest(page)


def open_options(page: Page) -> None:
    """Unfold the options of the analysis."""
    page.locator(".st-key-options summary").click()
    at_rest(page)  # Unfolding moves what is in it from under the pointer.


def open_saved_result(
    page: Page, saved: Path | FilePayload, recording: Path | FilePayload | None = None
) -> None:
    """Open a saved result from the start page, with its recording if there is one."""
    page.get_by_role("button", name="Open a saved result").click()
    page.get_by_text("Result file (JSON from the API").wait_for()
    for key, file in (("saved", saved), ("saved-recording", recording)):
        if file is not None:
            uploader = page.locator(f".st-key-{key}")
            uploader.locator("input[type=file]").set_input_files(file)
            # Not the name: a long one is shown cut in its middle.
            uploader.get_by_test_id("stFileChips").wait_for()
    page.get_by_role("button", name="Open this result").click()


def wait_for_result(page: Page) -> None:
    """Wait until a result is drawn down to its tabs."""
    page.locator(".st-key-below").get_by_role("tab", name="JSON").wait_for()
    page.locator(".ih-card").wait_for()
    at_rest(page)


def wait_for_tracks(page: Page) -> None:
    """Wait until the tracks are drawn, those of the view before are gone, and they can be used."""
    expect(page.locator(".ih-tracks .ih-strip")).to_have_count(1)
    page.locator(".ih-tracks .ih-strip").wait_for()


def open_tab(page: Page, name: str) -> None:
    """Open one of the tabs below a result."""
    tab = page.get_by_role("tab", name=name)
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")
    at_rest(page)


def rehearse(page: Page, error_id: str) -> None:
    """Have the sandbox answer every analysis with one error.

    The list is redrawn whenever the page is, which can take an option from under the mouse,
    so choosing is tried a few times.
    """
    open_developers(page)
    field = page.locator(".st-key-rehearse input")
    chosen = re.compile(f"^{error_id} · ")
    for _ in range(TRIES):
        field.fill(error_id)
        try:
            page.get_by_role("option", name=chosen).click(timeout=REDRAWN_MS)
            expect(field).to_have_value(chosen, timeout=REDRAWN_MS)
        except (PlaywrightTimeout, AssertionError):
            page.keyboard.press("Escape")
            open_developers(page)
        else:
            # Else the page seems at rest between the run for the choice and that for closing.
            at_rest(page)
            close_connection(page)
            return
    pytest.fail(f"{error_id} could not be chosen")


@pytest.fixture
def open_page(contexts: Contexts, dashboard: Dashboard) -> Iterator[OpenPage]:
    """Open the dashboard in a new tab; any console error of the page fails the test.

    Each tab is a session of its own. With `own_context=True` it is another browser's, too, and
    with `may_fail=True` its console errors count for nothing.
    """
    with _pages(contexts, dashboard) as open_it:
        yield open_it


@pytest.fixture(scope="module")
def open_shared_page(contexts: Contexts, dashboard: Dashboard) -> Iterator[OpenPage]:
    """Open the dashboard as `open_page` does, for all tests of a module."""
    with _pages(contexts, dashboard) as open_it:
        yield open_it


@contextmanager
def _pages(contexts: Contexts, dashboard: Dashboard) -> Iterator[OpenPage]:
    pages: list[Page] = []
    strangers: list[BrowserContext] = []
    problems: list[str] = []

    def listen(page: Page) -> None:
        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error" and not _foreign(message):
                problems.append(f"{message.text} ({message.location})")

        page.on("console", on_console)
        page.on("pageerror", lambda error: problems.append(str(error)))

    def open_it(
        *,
        url: str | None = None,
        width: int = 1280,
        height: int = 900,
        own_context: bool = False,
        time_zone: str | None = None,
        may_fail: bool = False,
    ) -> Page:
        if own_context:
            context = contexts.new()
            strangers.append(context)
        else:
            context = contexts.shared
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(PATIENCE_MS)
        if time_zone is not None:
            zone = {"timezoneId": time_zone}
            context.new_cdp_session(page).send("Emulation.setTimezoneOverride", zone)
        if not may_fail:
            listen(page)
        page.goto(url or dashboard.url)
        # Not the Analyze button: it is gone once there is a result, which may be at once.
        page.get_by_role("heading", level=1).first.wait_for()
        at_rest(page)
        return page

    yield open_it
    for page in pages:
        if not page.is_closed():
            # Streamlit keeps a chosen theme here. It keeps no cookie but that against forgery.
            page.evaluate("localStorage.clear()")
            page.context.clear_permissions()
            page.close()
    for context in strangers:
        context.close()
    assert not problems


def _foreign(message: ConsoleMessage) -> bool:
    """Whether an error is Streamlit's own attempt to reach its makers, not ours."""
    where = message.location.get("url", "")
    return bool(re.match(r"https://[\w.-]*streamlit\.io/", where))


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Save a picture of the whole page under a name, where pictures are asked for."""

    def save(page: Page, name: str) -> None:
        if os.environ.get(PICTURES) is None:
            return
        SCREENSHOTS.mkdir(exist_ok=True)
        before = page.viewport_size
        assert before is not None
        # The page scrolls inside its own element, so only a window as tall as it shows all.
        tall = read(page, "document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": before["width"], "height": max(900, tall)})
        at_rest(page)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")
        page.set_viewport_size(before)

    return save
