"""A result of twenty minutes in three parts, of which the second has none."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from interhuman.analysis import Analysis
from interhuman.answers.answer import Answer
from interhuman.answers.saved import load
from interhuman.answers.stitched import KeptPart, Stitched

ARRIVED_AT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
PROBLEM = "The recording is corrupted. Export it again."
PARTS = (KeptPart(0.0, 400.0), KeptPart(390.0, 800.0), KeptPart(790.0, 1200.0))
GAP = (400.0, 790.0)
ANALYZED_S = 810.0


def answer(index: float, *signals: tuple[str, float, float], length_s: float) -> bytes:
    """Return what Inter-1 says of a part, with everything that a result can have."""
    overall = dict.fromkeys(("clarity", "authority", "energy", "rapport", "learning"), index)
    scores = {"quality_index": index, **overall}
    return json.dumps(
        {
            "signals": [
                {"type": kind, "start": start, "end": end, "probability": "high"}
                for kind, start, end in signals
            ],
            "engagement_state": [{"state": "engaged", "start": 0, "end": length_s}],
            "conversation_quality": {
                "overall": scores,
                "timeline": [{"start": 0, "end": length_s, "values": scores}],
            },
            "feedback": {"type": "feedback", "message": f"Of the part with {index:g}."},
        }
    ).encode()


def document(*, complete: bool = False) -> Stitched:
    """Return the parts with their answers: the second has one only if `complete`."""
    answers = [
        answer(60.0, ("interest", 10, 30), length_s=400),
        answer(70.0, ("stress", 100, 110), length_s=410),
        answer(80.0, ("interest", 100, 120), ("stress", 200, 205), length_s=410),
    ]
    kept = Stitched(PARTS, 1200.0, "inter-1")
    for place, raw in enumerate(answers):
        if place != 1 or complete:
            given = Answer("/v1/upload/analyze", 200, raw, f"c-{place}", False, ARRIVED_AT)
            kept = kept.answered(place, given)
    return kept if complete else kept.changed(1, problem=PROBLEM)


def of_files(*, is_timed: bool) -> Analysis:
    """Return the result of a camera's files: the second is missing, the last has no result."""
    parts = (
        KeptPart(0.0, 600.0, file="GX010042.MP4"),
        KeptPart(1_000.0, 1_300.0, file="GX030042.MP4"),
        KeptPart(1_300.2, 1_600.0, file="GX040042.MP4", problem=PROBLEM),
    )
    kept = Stitched(parts, 1_600.0, "inter-1", is_timed=is_timed)
    for place, raw in enumerate((answer(60.0, length_s=600), answer(70.0, length_s=300))):
        kept = kept.answered(place, Answer("/v1/upload/analyze", 200, raw, None, False, ARRIVED_AT))
    return load(kept.to_bytes()).analysis


def analysis(*, complete: bool = False) -> Analysis:
    """Return the result of `document`."""
    return load(document(complete=complete).to_bytes()).analysis
