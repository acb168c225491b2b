"""What a failed test leaves behind: pictures of its pages, their HTML, and its servers' logs."""

from __future__ import annotations

import re
import shutil
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from playwright.sync_api import Error as PlaywrightError

from tests.browser.dashboard import RUNNING
from tests.browser.install import NO_PAGE

FOLDER = Path(__file__).parent / "failures"
MAX_LOG_LINES = 20
MAX_TEXT_LINES = 40
"""Of each page; a report that is longer than a screen is cut where it is read."""

MAX_COMPLAINTS = 10
"""Of each page: what its console says, and the requests that failed."""

PICTURE_WITHIN_MS = 10_000

_browsers: list[Browser] = []
_complaints: WeakKeyDictionary[Page, deque[str]] = WeakKeyDictionary()


@contextmanager
def kept_from(browser: Browser) -> Iterator[None]:
    """Keep the pages of `browser` while this lasts, whoever opened them."""
    _browsers.append(browser)
    try:
        yield
    finally:
        _browsers.remove(browser)


def listen(context: BrowserContext) -> None:
    """Keep what the pages of `context` complain of; call this before one is opened."""

    def note(page: Page | None, complaint: str) -> None:
        if page is not None:
            _complaints.setdefault(page, deque(maxlen=MAX_COMPLAINTS)).append(complaint)

    def note_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            note(message.page, f"{message.type}: {message.text}")

    def note_request(request: Request) -> None:
        if not request.is_navigation_request():  # such a one has no page of its own yet
            note(request.frame.page, f"{request.url}: {request.failure}")

    context.on("console", note_console)
    context.on("weberror", lambda error: note(error.page, f"uncaught: {error.error.stack}"))
    context.on("requestfailed", note_request)


def folder_of(test: str) -> Path:
    """Return the folder for a test, by its id as pytest has it."""
    return FOLDER / re.sub(r"[^\w.\[\]-]+", "-", test.removeprefix("tests/browser/"))[:150]


def forget(test: str) -> None:
    """Delete what an earlier run of the test left."""
    shutil.rmtree(folder_of(test), ignore_errors=True)


def keep(test: str) -> list[tuple[str, str]]:
    """Write the open pages and the servers' logs; return sections for the test's report.

    The page that was opened last, most likely the test's own, comes first.
    """
    folder = folder_of(test)
    opened = [page for one in _browsers for context in one.contexts for page in context.pages]
    pages = [page for page in opened if page.url != NO_PAGE]
    if pages or RUNNING:
        folder.mkdir(parents=True, exist_ok=True)
    pages.reverse()
    sections = [_keep_page(page, folder / f"page-{n}") for n, page in enumerate(pages, start=1)]
    for number, server in enumerate(RUNNING, start=1):
        path = folder / ("server.log" if number == 1 else f"server-{number}.log")
        log = server.log()
        path.write_text(log, encoding="utf-8")
        end = "\n".join(log.splitlines()[-MAX_LOG_LINES:])
        sections.append((f"Server {server.url}", f"{path}, which ends with\n{end}"))
    return sections


def _keep_page(page: Page, path: Path) -> tuple[str, str]:
    picture, markup = path.with_suffix(".png"), path.with_suffix(".html")
    try:
        markup.write_text(page.content(), encoding="utf-8")
        page.screenshot(path=picture, timeout=PICTURE_WITHIN_MS)
        text = page.locator("body").inner_text(timeout=PICTURE_WITHIN_MS)
    except PlaywrightError as error:
        text = f"It could not be read as a whole: {error}"
    lines = [line for line in text.splitlines() if line.strip()][:MAX_TEXT_LINES]
    complaints = _complaints.get(page, ())
    return f"Page {page.url}", "\n".join([f"{picture}, {markup}", *complaints, *lines])
