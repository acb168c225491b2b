"""Twenty visitors of one dashboard at once: whether all are served, memory, time of a rerun."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.upload import MIB
from tests.browser.dashboard import Dashboard
from tests.clips import padded_to, recording
from tests.visitor import Visitor

SESSIONS = 20
RERUNS = 2
LARGE_BYTES = 100_000_000
LARGE_SESSIONS_MAY_TAKE_MIB = 40


def run() -> list[str]:
    """Let everybody upload, analyze and rerun at the same moment, in one server process."""
    with tempfile.TemporaryDirectory() as folder:
        dashboard = Dashboard(Path(folder))
        try:
            with ThreadPoolExecutor(SESSIONS) as everybody:
                lines = visit_all(dashboard, everybody)
        finally:
            dashboard.stop()
        dashboard = Dashboard(Path(folder))
        try:
            return [*lines, hold_large(dashboard)]
        finally:
            dashboard.stop()


def hold_large(dashboard: Dashboard) -> str:
    """Open sessions with a large recording in each; return what the server holds for them."""
    content = padded_to(LARGE_BYTES)
    warm = Visitor(dashboard.url)
    choose(warm, 0)
    visitors = [Visitor(dashboard.url) for _ in range(SESSIONS)]
    before, highest = rss_bytes(dashboard.pid), 0
    for number, visitor in enumerate(visitors):
        visitor.upload(name_of(number), content)
        highest = max(highest, rss_bytes(dashboard.pid))
    for visitor in visitors:
        visitor.rerun()
    after = rss_bytes(dashboard.pid)
    for visitor in (warm, *visitors):
        visitor.close()
    return (
        f"{SESSIONS} sessions with a recording of {LARGE_BYTES / 1e6:.0f} MB each: "
        f"{(after - before) / SESSIONS / MIB:.1f} MiB a session beyond an open page "
        f"(at most {LARGE_SESSIONS_MAY_TAKE_MIB}); {(highest - before) / MIB:.0f} MiB in all at "
        "the highest, right after an upload"
    )


def visit_all(dashboard: Dashboard, everybody: ThreadPoolExecutor) -> list[str]:
    """Be the visitors: one to warm up, then all at once, then one after another."""
    warm = Visitor(dashboard.url)
    choose(warm, 0)
    alone_s = warm.analyze()
    before = rss_bytes(dashboard.pid)
    visitors = list(everybody.map(Visitor, [dashboard.url] * SESSIONS))
    opened = rss_bytes(dashboard.pid)
    list(everybody.map(choose, visitors, range(SESSIONS)))
    taken_s = list(everybody.map(Visitor.analyze, visitors))
    after = rss_bytes(dashboard.pid)
    outcomes = Counter(map(outcome, visitors, range(SESSIONS)))
    in_turn_s = [visitor.rerun() for _ in range(RERUNS) for visitor in visitors]
    at_once_s = [s for _ in range(RERUNS) for s in everybody.map(Visitor.rerun, visitors)]
    for visitor in (warm, *visitors):
        visitor.close()
    return [
        f"{SESSIONS} analyses begun at once: "
        + ", ".join(f"{count} × {what}" for what, count in outcomes.most_common())
        + f"; {min(taken_s):.1f} s to {max(taken_s):.1f} s from the click, {alone_s:.1f} s alone",
        f"memory of the server: {before / MIB:.0f} MiB with one session, {opened / MIB:.0f} MiB "
        f"with {SESSIONS} more open, {after / MIB:.0f} MiB with their results: "
        f"{(after - before) / SESSIONS / MIB:.1f} MiB a session "
        f"(recordings of {len(recording()) / MIB:.1f} MiB)",
        f"a rerun of the whole page, server and network: p95 {p95(in_turn_s) * 1000:.0f} ms one "
        f"after another, {p95(at_once_s) * 1000:.0f} ms all {SESSIONS} at once",
    ]


def choose(visitor: Visitor, number: int) -> None:
    """Upload the visitor's own recording."""
    visitor.upload(name_of(number), recording())


def name_of(number: int) -> str:
    """Return the name of this visitor's recording."""
    return f"visitor-{number}.mp4"


def outcome(visitor: Visitor, number: int) -> str:
    """Return what became of a visitor's analysis, in a few words."""
    headings, problems = visitor.headings(), visitor.problems()
    if problems:
        return ", ".join(problems)
    titles = [heading.replace("\\", "") for heading in headings]
    if name_of(number) in titles:
        return "drawn"
    others = any(title.startswith("visitor-") for title in titles)
    return "drawn, but somebody else's" if others else "nothing drawn"


def rss_bytes(pid: int) -> int:
    """Return the memory that a process has at the moment (Linux)."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
    assert found is not None
    return int(found[1]) * 1024


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[-(-len(values) * 95 // 100) - 1]
