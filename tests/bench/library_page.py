"""The page of a library with 10,000 analyses, in a real browser."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from interhuman.library.engine import open_engine
from interhuman.library.libraries import LOCAL_OWNER
from interhuman.library.library import Library
from tests.bench import watch
from tests.bench.library import ANALYSES, fill
from tests.browser.dashboard import Dashboard
from tests.browser.install import chromium

ROUNDS = 5
LIST = """[...document.querySelectorAll('.st-key-library-list *')]
  .map(({ shadowRoot }) => shadowRoot).find(Boolean)"""
ROWS = f"{LIST}?.querySelectorAll('tbody tr').length"
CAPTION = f"{LIST}?.querySelector('caption').innerText"


def run() -> list[str]:
    """Fill a library; open its page and search it in each of `ROUNDS` visits."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        place = Path(folder) / "library"
        engine = open_engine(place)
        fill(Library(engine, owner=LOCAL_OWNER))
        engine.dispose()
        dashboard = Dashboard(Path(folder), {"INTERHUMAN_LIBRARY": str(place)})
        try:
            opened, searched = [], []
            for _ in range(ROUNDS):
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(dashboard.url)
                page.get_by_role("link", name="Library").wait_for()
                page.wait_for_function(watch.IDLE)
                opened.append(opened_s(page))
                searched.append(searched_s(page))
                page.close()
        finally:
            dashboard.stop()
    return [
        f"{ANALYSES:,} analyses, medians of {ROUNDS} visits:",
        f"  the page with 50 of them is drawn after {statistics.median(opened) * 1000:.0f} ms",
        f"  a search is answered after {statistics.median(searched) * 1000:.0f} ms",
    ]


def opened_s(page: Page) -> float:
    """Go to the library; return the time until its rows are drawn."""
    watch.arm(page, f"{ROWS} === 50")
    page.get_by_role("link", name="Library").click()
    taken = watch.taken_s(page)
    page.wait_for_function(watch.IDLE)
    return taken


def searched_s(page: Page) -> float:
    """Search for words that few have; return the time until others are listed."""
    before = page.evaluate(CAPTION)
    page.get_by_label("Search titles").fill("anna müller sales")
    watch.arm(page, f"{CAPTION} !== {before!r}", on="keydown")
    page.keyboard.press("Enter")
    return watch.taken_s(page)
