"""What the API's contract says of an answer, as assertions."""

from __future__ import annotations

import json
import math
from typing import Any

SIGNALS = {
    "agreement", "confidence", "interest", "hesitation", "uncertainty",
    "confusion", "disagreement", "skepticism", "frustration", "stress",
}  # fmt: skip
STATES = {"engaged", "neutral", "disengaged"}
SCORES = ["quality_index", "clarity", "authority", "energy", "rapport", "learning"]


def check_v1(body: dict[str, Any], *, duration_s: float) -> None:
    """Assert that `body` is a V1 answer to a recording of this length."""
    json.dumps(body, allow_nan=False)
    allowed = {"signals", "engagement_state", "conversation_quality", "feedback", "sandbox"}
    assert {"signals", "engagement_state", "sandbox"} <= set(body) <= allowed
    for signal in body["signals"]:
        check_signal(signal, duration_s=duration_s)
        assert set(signal["modality"]) <= {"audio", "visual"}
    for state in body["engagement_state"]:
        assert set(state) == {"state", "start", "end"}
        assert state["state"] in STATES
        check_span(state["start"], state["end"], duration_s=duration_s)
    for name in ("overall", "timeline"):
        assert bool(body["signals"]) or "conversation_quality" not in body, name
    if "conversation_quality" in body:
        check_quality(body["conversation_quality"], duration_s=duration_s)


def check_signal(signal: dict[str, Any], *, duration_s: float) -> None:
    assert set(signal) <= {"type", "start", "end", "probability", "rationale", "modality"}
    assert signal["type"] in SIGNALS
    assert signal["probability"] in {"high", "medium", "low"}
    assert 10 < len(signal["rationale"]) <= 440
    assert any(letter.isdigit() for letter in signal["rationale"])
    check_span(signal["start"], signal["end"], duration_s=duration_s)


def check_span(start_s: float, end_s: float, *, duration_s: float) -> None:
    assert 0 <= start_s < end_s <= duration_s + 0.1


def check_quality(section: dict[str, Any], *, duration_s: float) -> None:
    assert set(section) <= {"overall", "timeline"}
    if "overall" in section:
        check_scores(section["overall"])
    for window in section.get("timeline", []):
        assert set(window) == {"start", "end", "values"}
        check_span(window["start"], window["end"], duration_s=duration_s)
        check_scores(window["values"])


def check_scores(scores: dict[str, float]) -> None:
    assert list(scores) == SCORES
    assert all(math.isfinite(score) and 0 <= score <= 100 for score in scores.values())
