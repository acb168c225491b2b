"""Comparing two results of 120 signals, in a real browser: from the press until all is drawn."""

from __future__ import annotations

import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page

from interhuman.answers.answer import Answer
from interhuman.answers.payload import read_v1
from interhuman.library.engine import open_engine
from interhuman.library.libraries import LOCAL_OWNER
from interhuman.library.library import Library
from interhuman.library.reading import summarize
from tests import long_result
from tests.bench import watch
from tests.browser.dashboard import Dashboard
from tests.browser.install import chromium

ROUNDS = 5
SIGNALS, DURATION_S = 120, 600
SEEDS = (1, 2)
AIM_MS = 700

DRAWN = """document.querySelector('.ihc-rates tbody') && document.querySelector('.ih-radar polygon')
  && document.querySelector('.ihc-recurring tbody')
  && document.querySelectorAll('.st-key-compare-tracks .main-svg .drag').length >= 2"""


def run() -> list[str]:
    """Compare two analyses of a library, in each of `ROUNDS` visits."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        place = Path(folder) / "library"
        fill(place)
        dashboard = Dashboard(Path(folder), {"INTERHUMAN_LIBRARY": str(place)})
        try:
            opened_ms, again_ms = [], []
            for _ in range(ROUNDS):
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(dashboard.url)
                page.get_by_role("link", name="Library").click()
                for seed in SEEDS:
                    page.get_by_role("checkbox", name=f"Select talk {seed}.mp4").check()
                page.get_by_role("button", name="Compare 2").wait_for()
                opened_ms.append(compared_ms(page))
                page.get_by_role("link", name="Library").click()
                page.get_by_role("button", name="Compare 2").wait_for()
                again_ms.append(compared_ms(page))
                page.close()
        finally:
            dashboard.stop()
    return [
        f"two results of {SIGNALS} signals, medians of {ROUNDS} visits, aim {AIM_MS} ms:",
        f"  the comparison is drawn after {statistics.median(opened_ms):.0f} ms",
        f"  the same once more after {statistics.median(again_ms):.0f} ms",
    ]


def compared_ms(page: Page) -> float:
    """Compare what is ticked; return the time until all of it is drawn."""
    page.wait_for_function(watch.IDLE)
    watch.arm(page, DRAWN)
    page.get_by_role("button", name="Compare 2").click()
    taken_s = watch.taken_s(page)
    page.wait_for_function(watch.IDLE)
    return taken_s * 1000


def fill(folder: Path) -> None:
    """Keep two analyses in a new library."""
    engine = open_engine(folder)
    library = Library(engine, owner=LOCAL_OWNER)
    for seed in SEEDS:
        body = long_result.payload(SIGNALS, duration_s=DURATION_S, seed=seed)
        id = library.begin(name=f"talk {seed}.mp4", model="inter-1", duration_s=DURATION_S)
        moment = datetime.now(UTC)
        library.store_answer(id, Answer("/v1/upload/analyze", 200, body, None, False, moment))
        library.finish(id, summary=summarize(read_v1(body)))
    engine.dispose()
