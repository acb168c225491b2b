"""Answers for every state of a result, and what the page says of each."""

from __future__ import annotations

from typing import Any

from tests import examples
from tests.browser import known_talk

QUALITY = known_talk.payload()["conversation_quality"]

STATES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no-signals": (
        known_talk.payload(signals=[]),
        [
            "0 signals",
            "No signals were detected. That can happen",
            "Engaged · quality index 70, good",
        ],
    ),
    "engagement-only": (
        {"signals": [], "engagement_state": known_talk.payload()["engagement_state"]},
        ["There's no conversation quality", "has no conversation quality", "Engaged"],
    ),
    "signals-only": (
        {"signals": known_talk.signals()},
        ["No engagement data", "There's no conversation quality", "22 signals"],
    ),
    "quality-overall-only": (
        known_talk.payload(conversation_quality={"overall": QUALITY["overall"]}),
        ["66 Quality index · good", "has no conversation quality over time"],
    ),
    "quality-timeline-only": (
        known_talk.payload(conversation_quality={"timeline": QUALITY["timeline"]}),
        ["Quality index · not given for the whole recording", "has no conversation quality for"],
    ),
    "unread": (
        known_talk.payload(signals=[*known_talk.signals(), 7, {"type": "stress"}]),
        ["in this response couldn't be read as sent"],
    ),
    "nothing": (
        {"signals": 7, "engagement_state": "none"},
        ["Nothing to show", "2 things in this response couldn't be read"],
    ),
    "all-momentary": (
        {"signals": [examples.signal("stress", 5.0, 5.0, "high", "Swallows.")] * 3},
        ["3 of 3"],
    ),
    "unknown-types": (
        {
            "signals": [
                examples.signal(f"type-{n}", n, n + 2.0, "high", "Why.") for n in range(40)
            ],
            "engagement_state": [{"state": "dreaming", "start": 0, "end": 20}],
        },
        ["40 of 40", "Other types 17"],
    ),
    "long-words": (
        {"signals": [examples.signal("x" * 300, 0.0, 9.0, "high", "y" * 5_000)]},
        ["1 of 1"],
    ),
}
