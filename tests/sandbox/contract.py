"""What the API's contract says of an answer, as assertions."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

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


def check_v2(result: dict[str, Any], *, duration_s: float) -> None:
    """Assert that `result` is the result of a job on a recording of this length."""
    needed = {"duration_seconds", "window_seconds", "windows", "sandbox"}
    assert needed <= set(result) <= {*needed, "signals", "conversation_quality"}
    assert result["duration_seconds"] == pytest.approx(duration_s, abs=0.1)
    edge = 0.0
    for index, window in enumerate(result["windows"]):
        names = {"index", "start_seconds", "end_seconds", "engagement_status", "signals"}
        assert set(window) == names
        assert window["index"] == index
        assert window["engagement_status"] in STATES
        start_s, end_s = window["start_seconds"], window["end_seconds"]
        assert start_s == edge
        check_span(start_s, end_s, duration_s=duration_s)
        for signal in window["signals"]:
            assert "modality" not in signal
            assert (signal["start"], signal["end"]) == (start_s, end_s)
            check_signal(signal, duration_s=duration_s)
        types = [signal["type"] for signal in window["signals"]]
        assert len(types) == len(set(types))
        edge = end_s
    if "signals" in result:
        check_merged(result["windows"], result["signals"])
    if "conversation_quality" in result:
        check_quality(result["conversation_quality"], duration_s=duration_s)


def check_merged(windows: list[dict[str, Any]], signals: list[dict[str, Any]]) -> None:
    """Assert that `signals` are the windows' signals, touching ones of one type made one."""
    by_window = {(s["type"], w["index"]): s for w in windows for s in w["signals"]}
    runs = []
    for type_, index in by_window:
        if (type_, index - 1) not in by_window:
            last = index
            while (type_, last + 1) in by_window:
                last += 1
            parts = [by_window[type_, number] for number in range(index, last + 1)]
            order = ["low", "medium", "high"]
            surest = max(parts, key=lambda part: order.index(part["probability"]))
            runs.append({**surest, "start": parts[0]["start"], "end": parts[-1]["end"]})
    starts = [signal["start"] for signal in signals]
    assert starts == sorted(starts)
    assert sorted(map(str, signals)) == sorted(map(str, runs))


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
