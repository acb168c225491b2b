"""The cost of a rerun of the page while it shows a result, beside one without a result."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from interhuman.answers.payload import read_v1
from tests.bench.frames import payload

SIZES = (8, 100, 1_000, 5_000)
ROUNDS = 15
SCRIPT = Path(__file__).parent.parent.parent / "dashboard.py"


def run() -> list[str]:
    """Rerun the page `ROUNDS` times for each size, in AppTest, and return medians and ratios."""
    empty_ms = _rerun_ms(_page())
    lines = [f"without a result {empty_ms:6.1f} ms"]
    for count in SIZES:
        page = _page()
        page.session_state["visit"].add(read_v1(payload(count)), "talk.mp4")
        shown_ms = _rerun_ms(page)
        lines.append(
            f"{count:7,} signals  {shown_ms:6.1f} ms, {shown_ms / empty_ms:4.1f} times that"
        )
    return lines


def _page() -> AppTest:
    page = AppTest.from_file(str(SCRIPT), default_timeout=60)
    page.run()
    return page


def _rerun_ms(page: AppTest) -> float:
    page.run()
    taken_ms = []
    for _ in range(ROUNDS):
        began_s = time.perf_counter()
        page.run()
        taken_ms.append((time.perf_counter() - began_s) * 1000)
    return statistics.median(taken_ms)
