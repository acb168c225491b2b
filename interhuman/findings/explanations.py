"""What is said beside a result, whoever shows it: on the page, and in a report."""

from __future__ import annotations

from typing import Final

from interhuman.formats import NO_EVIDENCE_WORDS, NOT_GIVEN
from interhuman.vocabulary import (
    BANDS,
    DIMENSIONS,
    FAMILIES,
    FAMILY_OF,
    NO_EVIDENCE,
    PROBABILITIES,
    SANDBOX_NOTE,
    STATES,
)

NO_QUALITY: Final = "There's no conversation quality in this result."

MOMENTS_TITLE: Final = "How moments are chosen"

SHARES_NOTE: Final = "Overlapping time is counted once. Instant signals count but add no time."
"""How the seconds and shares of statistics are counted."""

LIMITS_TITLE: Final = "What this can and can't tell you"

AI_ACT: Final = "Regulation (EU) 2024/1689"
"""What `LIMITS` call the AI Act: where there are links, they lead to `AI_ACT_URL`."""

AI_ACT_URL: Final = "https://eur-lex.europa.eu/eli/reg/2024/1689/oj"
"""Regulation (EU) 2024/1689 in the Official Journal; Article 113(a) says from when 5 applies."""


def _bands() -> str:
    return ", ".join(f"{name} from {lower:g}" for lower, name in BANDS)


def _families() -> str:
    return "; ".join(
        f"{family} ({', '.join(name for name, of in FAMILY_OF.items() if of == family)})"
        for family in FAMILIES
    )


def _all(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


LIMITS: Final = (
    (
        "A signal and its probability",
        "A signal is something that a model detected in the video or audio, with its reason in "
        f"words. Its probability ({_either(PROBABILITIES)}) is how sure that detection is. It "
        "isn't how strong the signal is, and it isn't a percentage.",
    ),
    (
        f"The families {_all(FAMILIES)}",
        f"They sort signals by direction: {_families()}. A type that isn't published counts as "
        "unsure. Away isn't a fault: skepticism can be a good question.",
    ),
    (
        "The quality index",
        f"A score from 0 to 100 for how a conversation goes: {_bands()}. A score that's exactly "
        f"on a lower bound belongs to that band. Its five dimensions are {_all(DIMENSIONS)}; "
        "read the index together with them.",
    ),
    (
        f"Exactly {NO_EVIDENCE:g}",
        f"A dimension of exactly {NO_EVIDENCE:g} reads “{NO_EVIDENCE_WORDS}”: nothing pointed "
        f"to a higher or a lower score. It isn't an average score. If all five are "
        f"{NO_EVIDENCE:g}, nothing was detected.",
    ),
    (
        "A missing value",
        f"“{NOT_GIVEN.capitalize()}” means that the result has no value. A gap on a track means "
        "that it has none for that time. Neither is a zero. A result with no signals at all is "
        "normal: nothing notable was detected.",
    ),
    (
        "Engagement",
        f"Whether the person appeared {_either(STATES)}. It's separate from the signals and the "
        "quality index.",
    ),
    (
        "What isn't measured",
        "Whether what was said is right, and whether the conversation reached its goal. None "
        "of the dimensions judges content or outcome.",
    ),
    (
        "One person per video",
        "That's what the model expects. With two people in a video, their signals are mixed, and "
        "nothing says whose they are.",
    ),
    (
        "What it doesn't say about a person",
        "A result is a model's reading of one recording. People show the same thing in "
        "different ways, and a model can be wrong. It's a reason to look at a moment again, "
        "not a statement about anyone's character, honesty or ability.",
    ),
    ("The sandbox", f"{SANDBOX_NOTE} Its results are for trying out the app."),
    (
        "At work and in education in the EU",
        "The AI Act prohibits the use of AI systems to infer people's emotions in the "
        "workplace and in education institutions, except for medical or safety reasons: "
        f"Article 5(1)(f) of {AI_ACT}, applicable since "
        "2 February 2025. Check whether your use falls under it before you analyze "
        "other people there.",
    ),
)
"""What a result can and cannot tell, as (title, words)."""
