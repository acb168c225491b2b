"""The cost of a rerun of the page while it shows a result, beside one without a result."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from interhuman.answers.payload import read_v1
from tests.bench.frames import payload

SIZES = (8, 100, 1_000, 5_000)
ROUNDS = 25
SCRIPT = Path(__file__).parent.parent.parent / "dashboard.py"


def run() -> list[str]:
    """Rerun a page of each size by turns, in AppTest, and return medians and ratios.

    By turns, so that whatever else the machine does slows all of them alike.
    """
    pages = [_page(), *(_page_with(count) for count in SIZES)]
    rounds_ms = [[_rerun_ms(page) for page in pages] for _ in range(ROUNDS)]
    empty_ms, *shown_ms = (statistics.median(taken_ms) for taken_ms in zip(*rounds_ms, strict=True))
    return [
        f"without a result {empty_ms:6.1f} ms",
        *(
            f"{count:7,} signals  {taken_ms:6.1f} ms, {taken_ms / empty_ms:4.1f} times that"
            for count, taken_ms in zip(SIZES, shown_ms, strict=True)
        ),
    ]


def _page() -> AppTest:
    page = AppTest.from_file(str(SCRIPT), default_timeout=60)
    page.run()
    page.run()
    return page


def _page_with(count: int) -> AppTest:
    page = _page()
    visit = page.session_state["visit"]
    visit.show(visit.results.add_opened(read_v1(payload(count)), "talk.mp4").number)
    page.run()
    return page


def _rerun_ms(page: AppTest) -> float:
    began_s = time.perf_counter()
    page.run()
    return (time.perf_counter() - began_s) * 1000
