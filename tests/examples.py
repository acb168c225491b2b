"""Analyses to test the view side with: the shapes that real answers have, in words of our own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from interhuman.analysis import Analysis
from interhuman.answers.payload import read_v1
from interhuman.vocabulary import SCORES

HOSTILE = (
    "<script>document.title='owned'</script><b>bold</b><img src=x onerror=document.title='owned'> "
    "**strong** _em_ [link](https://evil.example) $x^2$ $$y$$ :material/home: :red[red] `code` "
    "<br>&lt;i&gt; | a | b | <a href='javascript:alert(1)'>go</a>\n# heading"
)
"""Text that would become markup wherever it is not shown as plain text."""


def scores(index: float, *dimensions: float | None) -> dict[str, float | None]:
    """Return the six scores as the API sends them."""
    return dict(zip(SCORES, (index, *dimensions), strict=True))


def signal(
    signal_type: str,
    start: float,
    end: float,
    probability: str | None = None,
    rationale: str | None = None,
) -> dict[str, object]:
    """Return one signal as the API sends it."""
    return {
        "type": signal_type,
        "start": start,
        "end": end,
        "probability": probability,
        "rationale": rationale,
        "modality": [],
    }


FULL: dict[str, Any] = {
    "signals": [
        signal("hesitation", 10.0, 15.0, "high", "A long pause before the price is named."),
        signal("agreement", 0.0, 10.0, "medium", "Nods twice and says that it is a fair point."),
        signal("confidence", 5.0, 15.0, "high", "An even voice and a steady gaze."),
        signal("stress", 20.0, 25.0, "low", "Swallows and touches the collar."),
        signal("skepticism", 20.0, 25.0, None, "Raises one brow at the claim."),
        signal("daydreaming", 25.0, 25.0, "high", "Looks out of the window."),
        signal("confidence", 30.0, 40.0, "low"),
    ],
    "engagement_state": [
        {"state": "engaged", "start": 0.0, "end": 20.0},
        {"state": "neutral", "start": 20.0, "end": 30.0},
        {"state": "disengaged", "start": 35.0, "end": 40.0},
    ],
    "conversation_quality": {
        "overall": scores(66.4, 71.0, 68.0, 62.0, 81.0, 50.0),
        "timeline": [
            {"start": 0.0, "end": 10.0, "values": scores(70.0, 69.0, 70.0, 78.0, 77.0, 50.0)},
            {"start": 10.0, "end": 20.0, "values": scores(55.0, 60.0, 50.0, 62.0, 73.0, 50.0)},
            {"start": 30.0, "end": 40.0, "values": scores(74.0, 65.0, 65.0, 82.0, 85.0, 50.0)},
        ],
    },
}

EMPTY: dict[str, Any] = {
    "signals": [],
    "engagement_state": [{"state": "neutral", "start": 0.0, "end": 10.0}],
}

HOSTILE_PAYLOAD: dict[str, Any] = {
    "signals": [signal("hesitation", 0.0, 5.0, "high", HOSTILE), signal(HOSTILE, 5.0, 5.0, "low")],
    "engagement_state": [{"state": "engaged", "start": 0.0, "end": 10.0}],
    "feedback": {
        "type": "feedback",
        "message": HOSTILE,
        "active_dimensions": [HOSTILE],
        "primary_signal": HOSTILE,
    },
}


def read(payload: Mapping[str, object], *, sandbox: bool = False) -> Analysis:
    """Return what the client makes of `payload`."""
    raw = json.dumps(payload).encode()
    return read_v1(raw, correlation_id="c0ffee00-0000-4000-8000-000000000001", sandbox=sandbox)
