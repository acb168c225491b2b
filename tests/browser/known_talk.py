"""A recording and an answer about it whose signals are known, for tests of the result view."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from playwright.sync_api import FilePayload

from interhuman.analysis import Analysis
from tests import clips, examples

DURATION_S = 60
TYPES = ("agreement", "hesitation", "confidence", "stress", "interest")
EVERY_S, LENGTH_S = 3, 2
"""A signal starts every three seconds and lasts two, so there is an empty second between them."""

OVERLAPPING = 20
"""The place of the skepticism from 0:31 to 0:35, which overlaps the signals 10 and 11."""

MOMENTARY = 21
"""The place of the daydreaming at 0:50.5, which has no length and no published type."""

PRICED = (3, 9, 15)
"""The places of the signals whose rationale speaks of the price."""


@cache
def signals() -> list[dict[str, Any]]:
    """Return the signals as the API sends them."""
    known: list[dict[str, Any]] = [
        examples.signal(
            TYPES[place % len(TYPES)],
            EVERY_S * place,
            EVERY_S * place + LENGTH_S,
            ("high", "medium", "low")[place % 3],
            _why(place),
        )
        for place in range(DURATION_S // EVERY_S)
    ]
    known.append(examples.signal("skepticism", 31.0, 35.0, "low", "Raises one brow at the claim."))
    known.append(examples.signal("daydreaming", 50.5, 50.5, None, "Looks out of the window."))
    return known


def _why(place: int) -> str:
    if place in PRICED:
        return f"Pauses twice before the PRICE is named, for the {place}th time."
    return (
        f"Number {place}: an upright posture and no filler words over the whole answer; the pitch "
        "falls decisively at the end of the statement, and the gaze stays on the other person."
    )


def payload(**changes: Any) -> dict[str, Any]:
    """Return the answer about the recording; `changes` replaces parts of it."""
    windows = [(start, start + 10) for start in range(0, DURATION_S, 10)]
    index = (70.0, 72.0, 55.0, 58.0, 74.0, 71.0)
    timeline = [
        {
            "start": start,
            "end": end,
            "values": examples.scores(value, value, 50.0, 62.0, 73.0, 50.0),
        }
        for (start, end), value in zip(windows, index, strict=True)
    ]
    return {
        "signals": signals(),
        "engagement_state": [
            {"state": state, "start": start, "end": end}
            for (start, end), state in zip(
                windows, ("engaged", "engaged", "neutral", "disengaged", "engaged"), strict=False
            )
        ],
        "conversation_quality": {
            "overall": examples.scores(66.4, 71.0, 68.0, 62.0, 81.0, 50.0),
            "timeline": timeline,
        },
        **changes,
    }


def analysis() -> Analysis:
    """Return what the client makes of the answer."""
    return examples.read(payload())


def saved(answer: dict[str, Any] | None = None, name: str = "talk.json") -> FilePayload:
    """Return an answer as a file to open; the known one unless another is given."""
    data = json.dumps(payload() if answer is None else answer).encode()
    return {"name": name, "mimeType": "application/json", "buffer": data}


def recording() -> FilePayload:
    """Return the recording as a file to open."""
    data = clips.recording(duration_s=DURATION_S, silences=((4.0, 7.0),))
    return {"name": "talk.mp4", "mimeType": "video/mp4", "buffer": data}
