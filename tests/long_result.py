"""A long, busy answer as the API might send it, with a given number of signals."""

from __future__ import annotations

import json
import random

from interhuman.vocabulary import FAMILY_OF, PROBABILITIES, SCORES, STATES

WINDOW_S = 5
TYPES = [name for name in FAMILY_OF if name not in ("engagement", "disengagement", "tension")]
WHY = (
    "Pauses twice before the question on price is answered; the gaze drops, the pitch rises at the "
    "end, and “well, it depends” is said twice.",
    "An upright posture and no filler words over the whole answer; the pitch falls decisively.",
    "Furrowed brows, the head tilts to the left, and a question is asked back: “which one?”.",
)


def payload(number: int, *, duration_s: int, seed: int = 4) -> bytes:
    """Return the JSON of an answer with `number` signals over `duration_s` seconds."""
    chance = random.Random(seed)
    signals = []
    for _ in range(number):
        start = chance.randrange(0, duration_s - WINDOW_S, WINDOW_S)
        end = min(start + chance.choice((5, 5, 10, 15)), duration_s)
        signals.append(
            {
                "type": chance.choice(TYPES),
                "start": start,
                "end": end,
                "probability": chance.choice(PROBABILITIES),
                "rationale": chance.choice(WHY),
            }
        )
    windows = range(0, duration_s, WINDOW_S)
    timeline = [
        {
            "start": start,
            "end": min(start + WINDOW_S, duration_s),
            "values": {name: chance.uniform(30, 90) for name in SCORES},
        }
        for start in windows
    ]
    engagement = [
        {"state": chance.choice(STATES), "start": start, "end": min(start + WINDOW_S, duration_s)}
        for start in windows
    ]
    quality = {"overall": dict.fromkeys(SCORES, 64.0), "timeline": timeline}
    answer = {
        "signals": signals,
        "engagement_state": engagement,
        "conversation_quality": quality,
    }
    return json.dumps(answer).encode()
