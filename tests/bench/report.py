"""Reports as text: of results of 5 to 1,000 signals, and a comparison."""

from __future__ import annotations

import time

from interhuman.answers.payload import read_v1
from interhuman.exports.named import NamedResult
from interhuman.exports.report.document import report_html
from interhuman.formats import size
from tests import long_result
from tests.bench.frames import median_ms

DURATION_S = 600
LIMIT_MS = {300: 1_000.0}
"""How long a report of so many signals may take."""


def run() -> list[str]:
    """Make each report a few times; give the median in ms, processor time of one, and its size."""
    named = {number: _named(number) for number in (5, 120, 300, 1_000)}
    rows = [_row(f"{number:,} signals", [one], number) for number, one in named.items()]
    return [*rows, _row("two of 120 signals", [named[120], named[120]], 240)]


def _named(number: int) -> NamedResult:
    return NamedResult(str(number), read_v1(long_result.payload(number, duration_s=DURATION_S)))


def _row(title: str, named: list[NamedResult], number: int) -> str:
    taken_ms = median_ms(lambda: report_html(named))
    before_s = time.process_time()
    html = report_html(named)
    busy_ms = (time.process_time() - before_s) * 1_000
    limit = LIMIT_MS.get(number)
    verdict = "" if limit is None else f"  limit {limit:,.0f} ms: {taken_ms <= limit}"
    return f"{title:>20} {taken_ms:7.0f} ms, {busy_ms:5.0f} busy, {size(len(html))}{verdict}"
