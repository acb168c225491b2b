"""Tables and the workbook of many analyses, against what one analysis costs, and their memory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psutil

from interhuman.answers.payload import read_v1
from interhuman.exports import write_workbook
from interhuman.exports.named import Named, NamedResult
from interhuman.exports.tables import wide_table, write_binned_csv, write_long_csv, write_wide_csv
from tests import long_result

MOMENT = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)
KINDS = 8
"""Different answers that the analyses are made of."""

AIMS_S = {"workbook": 5.0, "wide table": 60.0}


def run() -> list[str]:
    """Give the seconds of each file, a tenth of its analyses for comparison, and the memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        binned = partial(write_binned_csv, bin_s=30)
        return [
            _line("workbook", 100, 120, 120, lambda named: write_workbook(named, path)),
            _line("wide table", 10_000, 50, 120, wide_table),
            _line("wide CSV", 10_000, 50, 120, lambda named: write_wide_csv(named, path)),
            _line("long CSV", 1_000, 50, 120, lambda named: write_long_csv(named, path)),
            _line("binned CSV", 1_000, 50, 120, lambda named: binned(named, path)),
        ]


def results(number: int, *, signals: int, duration_s: int) -> Iterator[NamedResult]:
    """Yield results as a library has them, each read anew from its JSON."""
    answers = [
        long_result.payload(signals, duration_s=duration_s, seed=seed) for seed in range(KINDS)
    ]
    for place in range(number):
        yield NamedResult(
            f"Pitch {place}",
            read_v1(answers[place % KINDS]),
            id=f"{place:022}",
            recording=f"pitch-{place}.mp4",
            analyzed_at=MOMENT,
        )


def _line(
    title: str, number: int, signals: int, duration_s: int, write: Callable[[Named], object]
) -> str:
    make = partial(results, signals=signals, duration_s=duration_s)
    tenth_s = _seconds(lambda: write(make(number // 10)))
    before = psutil.Process().memory_info().rss
    all_s = _seconds(lambda: write(make(number)))
    grown_mb = (psutil.Process().memory_info().rss - before) / 1e6
    reading_s = _seconds(lambda: sum(1 for _ in make(number)))
    aim = f", aim {AIMS_S[title]:g} s" if title in AIMS_S else ""
    return (
        f"  {title:11} {number:6,} x {signals:3}: {all_s:6.2f} s ({reading_s:.2f} s to read them), "
        f"{all_s / tenth_s:4.1f} x a tenth of them, {grown_mb:+.0f} MB{aim}"
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
