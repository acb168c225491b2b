"""A research pack of 10 and of 100 analyses of 120 signals each."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from interhuman.answers.payload import read_v1
from interhuman.exports.named import NamedResult
from interhuman.exports.research.pack import write_research_pack
from tests import long_result

SIGNALS = 120
DURATION_S = 600


def run() -> list[str]:
    """Write the packs; give the seconds, those of the processor, the size and the memory."""
    lines = [f"{'analyses':>8} {'s':>7} {'cpu s':>7} {'MB':>7} {'MiB after':>10}"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"
        write_research_pack(results(1), path)
        for number in (10, 100):
            began, busy = time.perf_counter(), time.process_time()
            write_research_pack(results(number), path)
            took_s, busy_s = time.perf_counter() - began, time.process_time() - busy
            memory = psutil.Process().memory_info().rss / 2**20
            size = path.stat().st_size / 1e6
            lines.append(f"{number:>8} {took_s:>7.1f} {busy_s:>7.1f} {size:>7.1f} {memory:>10.0f}")
    return lines


def results(number: int) -> Iterator[NamedResult]:
    """Yield different results, one at a time."""
    for seed in range(number):
        answer = long_result.payload(SIGNALS, duration_s=DURATION_S, seed=seed)
        analysis = read_v1(answer, correlation_id=f"id-{seed}", sandbox=False)
        yield NamedResult(f"Interview {seed}.mp4", analysis.with_duration(float(DURATION_S)))
