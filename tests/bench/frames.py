"""From a payload to frames and figures, for 100, 1,000 and 10,000 signals."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

from interhuman.analysis import Analysis
from interhuman.answers.payload import read_v1
from interhuman.frames import (
    engagement_frame,
    quality_frame,
    quality_timeline_frame,
    signals_frame,
)
from interhuman.view.charts import (
    quality_radar,
    quality_small_multiples,
    tracks,
)
from interhuman.vocabulary import FAMILY_OF, PROBABILITIES, SCORES

SIZES = (100, 1_000, 10_000)
ROUNDS = 7
WINDOW_S = 5.0


def run() -> list[str]:
    """Build everything the page draws, `ROUNDS` times each, and give the medians in ms."""
    header = f"{'signals':>8} {'read':>9} {'frames':>9} {'tracks':>9} {'others':>9} {'sum':>9}"
    return [header, *(_row(count) for count in SIZES)]


def payload(count: int) -> bytes:
    """Return the JSON of an analysis with `count` signals, two in each window of five seconds."""
    types = list(FAMILY_OF)
    windows = [WINDOW_S * place for place in range(count // 2)]
    scores = {name: 61.0 for name in SCORES if name != "learning"}
    body = {
        "signals": [
            {
                "type": types[place % len(types)],
                "start": WINDOW_S * (place // 2),
                "end": WINDOW_S * (place // 2 + place % 3),
                "probability": [*PROBABILITIES, None][place % 4],
                "rationale": f"Number {place}: " + "what was seen and heard in the window. " * 6,
            }
            for place in range(count)
        ],
        "engagement_state": [
            {"state": "engaged", "start": start, "end": start + WINDOW_S} for start in windows
        ],
        "conversation_quality": {
            "overall": scores,
            "timeline": [
                {"start": start, "end": start + WINDOW_S, "values": scores} for start in windows
            ],
        },
    }
    return json.dumps(body).encode()


def _row(count: int) -> str:
    data = payload(count)
    analysis = read_v1(data)
    tracked = signals_frame(analysis), engagement_frame(analysis), quality_timeline_frame(analysis)
    parts = (
        median_ms(lambda: read_v1(data)),
        median_ms(lambda: frames(analysis)),
        median_ms(lambda: tracks(*tracked, end_s=analysis.end_s)),
        median_ms(lambda: other_figures(analysis)),
    )
    return f"{count:8,} " + " ".join(f"{ms:6.1f} ms" for ms in (*parts, sum(parts)))


def frames(analysis: Analysis) -> None:
    """Build the four frames."""
    for build in (signals_frame, engagement_frame, quality_frame, quality_timeline_frame):
        build(analysis)


def other_figures(analysis: Analysis) -> None:
    """Build every figure but the tracks, frames included."""
    end_s = analysis.end_s
    overall, windows = quality_frame(analysis), quality_timeline_frame(analysis)
    quality_radar(overall)
    quality_small_multiples(windows, end_s=end_s)


def median_ms(work: Callable[[], object]) -> float:
    """Return the median time of `work` in milliseconds."""
    times_ms = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times_ms.append((time.perf_counter() - start) * 1000)
    return statistics.median(times_ms)
