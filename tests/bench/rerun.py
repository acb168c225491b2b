"""The cost of a rerun of the page while it shows a result or a list, beside one without either."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from unittest import mock

from streamlit.testing.v1 import AppTest

from interhuman.answers.payload import read_v1
from interhuman.library.engine import open_engine
from interhuman.library.libraries import LOCAL_OWNER
from interhuman.library.library import Library
from interhuman.library.queueing import QueueRows
from interhuman.page import sign_in
from interhuman.runs.queue.states import ItemState
from tests.bench.frames import payload

SIZES = (8, 100, 1_000, 5_000)
UNDER_WAY = 100
ROUNDS = 25
SCRIPT = Path(__file__).parent.parent.parent / "dashboard.py"


def run() -> list[str]:
    """Rerun a page of each size by turns, in AppTest, and return medians and ratios.

    By turns, so that whatever else the machine does slows all of them alike.
    """
    pages = [_page(), *(_page_with(count) for count in SIZES)]
    rounds_ms = [[_rerun_ms(page) for page in pages] for _ in range(ROUNDS)]
    with tempfile.TemporaryDirectory() as folder:
        listed = _listed_ms(Path(folder))
    empty_ms, *shown_ms = (statistics.median(taken_ms) for taken_ms in zip(*rounds_ms, strict=True))
    return [
        f"without a result {empty_ms:6.1f} ms",
        *(
            f"{count:7,} signals  {taken_ms:6.1f} ms, {taken_ms / empty_ms:4.1f} times that"
            for count, taken_ms in zip(SIZES, shown_ms, strict=True)
        ),
        *listed,
    ]


def _listed_ms(folder: Path) -> list[str]:
    """Rerun an empty start page and a list by turns, both with a library."""
    library = Library(open_engine(folder), owner=LOCAL_OWNER)
    with (
        mock.patch.dict(os.environ, {"INTERHUMAN_LIBRARY": str(folder)}),
        mock.patch.object(sign_in, "is_local_visitor", return_value=True),
    ):
        bare_ms = [_rerun_ms(page) for page in [_page()] * ROUNDS]
        rows = QueueRows(library.access)
        for number in range(UNDER_WAY):
            rows.add(
                stage=ItemState.WAITING,
                account="somebody's who is not here",
                name=f"interview {number:03d}.mp4",
                model="inter-1",
                options={"include": [], "goal_dimensions": [], "conversation_context": None},
                sandbox=False,
                duration_s=30.0,
                size_bytes=3_000_000,
                sha256=f"{number:064x}",
            )
        page = _page()
        page.session_state["visit"].results.list_many()
        page.run()
        assert any(f"0 of {UNDER_WAY} analyzed" in each.value for each in page.markdown)
        listed_ms = [_rerun_ms(page) for _ in range(ROUNDS)]
    bare, listed = statistics.median(bare_ms), statistics.median(listed_ms)
    return [
        f"{UNDER_WAY:7,} under way {listed:6.1f} ms, {listed / bare:4.1f} times the {bare:.1f} ms "
        "of the start page with that library, empty"
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
