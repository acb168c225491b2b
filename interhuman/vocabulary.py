"""The words of the domain, each in one place: what can be detected, scored, and asked for.

Names are the API's own; what a person reads is beside them. Sources: Interhuman's documentation
of signals, engagement and conversation quality, and its Python SDK for what each model takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

FAMILIES: Final = ("toward", "unsure", "away")
"""The three directions a signal can have, in the order they are shown."""

FAMILY_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agreement": "toward",
        "confidence": "toward",
        "interest": "toward",
        "engagement": "toward",
        "hesitation": "unsure",
        "uncertainty": "unsure",
        "confusion": "unsure",
        "disagreement": "away",
        "skepticism": "away",
        "frustration": "away",
        "stress": "away",
        "disengagement": "away",
        "tension": "away",
    }
)
"""The family of every published signal type, in the order the types are listed."""

PROBABILITIES: Final = ("high", "medium", "low")
"""How sure a detection can be, surest first; never how strong the signal is."""

STATE_FAMILY: Final[Mapping[str, str]] = MappingProxyType(
    {"engaged": "toward", "neutral": "unsure", "disengaged": "away"}
)
"""The engagement states, from the top of the ribbon to its bottom, each with its family."""

STATES: Final = tuple(STATE_FAMILY)

DIMENSIONS: Final = ("clarity", "authority", "energy", "rapport", "learning")
"""The five dimensions of conversation quality, in the order they are always shown."""

INDEX: Final = "quality_index"
"""The name of the quality index beside the five dimensions."""

SCORES: Final = (INDEX, *DIMENSIONS)

NO_EVIDENCE: Final = 50.0
"""A dimension of exactly this value means "no evidence either way", not "medium"."""

BANDS: Final = (
    (0.0, "weak"),
    (30.0, "below average"),
    (50.0, "moderate"),
    (65.0, "good"),
    (80.0, "excellent"),
)
"""Bands of the quality index: the lower bound, which belongs to the band, and its name."""

SCORE_MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        INDEX: "How the conversation went, not whether what was said is right",
        "clarity": "How easy the talk is to follow",
        "authority": "How decisive and credible it comes across",
        "energy": "How lively and responsive it is",
        "rapport": "How much warmth, respect and safety there is",
        "learning": "How curious and open it is",
    }
)
"""What each score measures, whatever its value."""

MAX_FILE_BYTES: Final = 33_554_432
"""32 MiB: the largest recording that the API takes (seen in recorded traffic)."""

MAX_FILE_SIZE: Final = "33.5 MB"
"""The same as people read it: in decimal megabytes, as file managers count, and rounded down."""

MAX_S: Final = 360_000.0
"""A hundred hours: a time beyond it is a mistake, and no chart could show it."""

MAX_PARTS: Final = 1_000
"""Parts that one stitched result can hold; each is a request."""

MIN_DURATION_S: Final = 3.0
"""The shortest recording that the API takes."""

SANDBOX_NOTE: Final = (
    "Sandbox: measures sound and movement, knows nothing about people; not Interhuman's model."
)
"""What every view and file says of a result that the sandbox made."""

QUALITY_OVERALL: Final = "conversation_quality_overall"
QUALITY_TIMELINE: Final = "conversation_quality_timeline"


@dataclass(frozen=True, slots=True)
class Model:
    """One model of the API: what it takes, and how it answers."""

    title: str
    """What the model is called on the page."""
    description: str
    containers: tuple[str, ...]
    """What it reads, by the names that a probe gives containers."""
    needs_picture: bool
    needs_sound: bool
    max_duration_s: float | None
    """The longest recording it takes; None where no limit is published."""
    is_job: bool
    """Whether it answers as a job that is looked at later, or at once in the response."""


_VIDEO: Final = ("mp4", "mov", "mkv", "webm", "avi", "mpeg-ts")

INTER_1: Final = "inter-1"
INTER_2: Final = "inter-2"
INTER_2_AUDIO: Final = "inter-2-audio"

MODELS: Final[Mapping[str, Model]] = MappingProxyType(
    {
        INTER_1: Model(
            title="Inter-1",
            description="Analyzes video and audio, and gives feedback if you ask for it. Short "
            "clips take seconds; large recordings take one to three minutes.",
            containers=_VIDEO,
            needs_picture=True,
            needs_sound=False,
            max_duration_s=None,
            is_job=False,
        ),
        INTER_2: Model(
            title="Inter-2",
            description="Analyzes video and audio together and needs both; up to 30 minutes. Runs "
            "as a job: you can close this page and come back to its link within an hour.",
            containers=_VIDEO,
            needs_picture=True,
            needs_sound=True,
            max_duration_s=1800.0,
            is_job=True,
        ),
        INTER_2_AUDIO: Model(
            title="Inter-2 audio",
            description="Analyzes audio only, with or without video; detects six of the signal "
            "types. For calls and voice recordings. Runs as a job, like Inter-2.",
            containers=("wav", "flac", "mp3", "m4a", "ogg", "webm", "mp4"),
            needs_picture=False,
            needs_sound=True,
            max_duration_s=1800.0,
            is_job=True,
        ),
    }
)
"""The models that the page offers, by the API's names."""


def family_of(signal_type: str) -> str:
    """Return the family of a signal type; a type nobody published is "unsure"."""
    return FAMILY_OF.get(signal_type, "unsure")


def band(value: float) -> str:
    """Return the name of the band that a quality index (0-100) falls in."""
    return [name for lower, name in BANDS if value >= lower or lower == 0.0][-1]
