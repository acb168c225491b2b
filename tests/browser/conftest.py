"""A real page in a real browser: the dashboard as its own process, Chromium to look at it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
SCREENSHOTS = Path(__file__).parent / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
START_WITHIN_S = 60.0
PATIENCE_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, so that `-m "not browser"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class Dashboard:
    """The dashboard in a process of its own; `log()` is all that it printed."""

    def __init__(self, folder: Path, environ: dict[str, str] | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "dashboard.log"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("INTERHUMAN_")}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", "dashboard.py"),
                    *("--server.headless=true", "--server.address=127.0.0.1"),
                    f"--server.port={port}",
                ],
                cwd=ROOT,
                env={**inherited, "PYTHONUNBUFFERED": "1", **(environ or {})},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until:
            assert self._process.poll() is None, self.log()
            try:
                if httpx.get(f"{self.url}/_stcore/health", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        pytest.fail(f"the dashboard did not start within {START_WITHIN_S:.0f} s:\n{self.log()}")

    def log(self) -> str:
        """Return everything the dashboard printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard without any credentials."""
    running = Dashboard(tmp_path_factory.mktemp("dashboard"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium or Chrome of this machine, or the one Playwright has downloaded."""
    named = os.environ.get("BROWSER_FOR_TESTS")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        if found is None and not Path(playwright.chromium.executable_path).exists():
            pytest.fail(
                "No browser was found. Install Chromium or Chrome, or run `playwright install "
                "chromium`; or leave these tests out with -m 'not browser'.",
                pytrace=False,
            )
        launched = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, dashboard: Dashboard) -> Iterator[OpenPage]:
    """Open the dashboard in a fresh context; any console error of the page fails the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def listen(page: Page) -> None:
        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error" and not _foreign(message):
                problems.append(f"{message.text} ({message.location})")

        page.on("console", on_console)
        page.on("pageerror", lambda error: problems.append(str(error)))

    def open_it(*, url: str | None = None, width: int = 1280, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        listen(page)
        page.goto(url or dashboard.url)
        page.get_by_role("button", name="Analyze").wait_for()
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not problems


def _foreign(message: ConsoleMessage) -> bool:
    """Whether an error is Streamlit's own attempt to reach its makers, not ours."""
    where = message.location.get("url", "")
    return bool(re.match(r"https://[\w.-]*streamlit\.io/", where))


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Save a picture of the whole page under a name."""

    def save(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return save
