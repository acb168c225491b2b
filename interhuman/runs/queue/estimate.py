"""How many requests a number of recordings is, and about how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from interhuman.adaptive_limit import DEFAULT_AT_ONCE
from interhuman.media.cutting import OVERLAP_S

PREPARING_SHARE: Final = 1 / 3
"""Preparing takes up to this share of a recording's length on two processors."""

ANALYZING_SHARE: Final = 0.2
MIN_ANALYZING_S: Final = 5.0
MAX_ANALYZING_S: Final = 180.0
"""An analysis takes seconds for short recordings and one to three minutes for large ones.

By Interhuman's documentation; the share in between is a guess.
"""

UNKNOWN_LENGTH_S: Final = 300.0
"""What a recording counts as whose length isn't known."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is ahead."""

    requests: int
    """How many files are sent, each of which counts."""
    seconds: float
    """About how long it takes until the last result is there."""


def estimate(
    lengths_s: Sequence[float | None],
    *,
    requests: Sequence[int] | None = None,
    at_once: int = DEFAULT_AT_ONCE,
    conversions: int = 1,
    convert: bool = True,
) -> Estimate:
    """Return what analyzing recordings of these lengths takes.

    `requests` is how many parts each is sent in, one after another; None for all of them whole.
    `at_once` are sent and `conversions` prepared at the same time; without `convert` none is
    prepared.
    """
    if not lengths_s:
        return Estimate(0, 0.0)
    parts = requests or [1] * len(lengths_s)
    known_s = [
        (UNKNOWN_LENGTH_S if length is None else length) + OVERLAP_S * (number - 1)
        for length, number in zip(lengths_s, parts, strict=True)
    ]
    analyzing_s = [
        number * _analyzing_s(length / number)
        for length, number in zip(known_s, parts, strict=True)
    ]
    preparing_s = [PREPARING_SHARE * length if convert else 0.0 for length in known_s]
    # Whichever takes longer sets the pace: the other goes on beside it, but for the first
    # recording that is prepared, or the last one that is analyzed.
    preparing_all_s = max(sum(preparing_s) / max(1, conversions), *preparing_s)
    analyzing_all_s = max(sum(analyzing_s) / max(1, at_once), *analyzing_s)
    seconds = max(
        preparing_all_s + analyzing_s[-1],
        preparing_s[0] + analyzing_all_s,
        *map(sum, zip(preparing_s, analyzing_s, strict=True)),
    )
    return Estimate(sum(parts), seconds)


def _analyzing_s(length_s: float) -> float:
    return min(max(ANALYZING_SHARE * length_s, MIN_ANALYZING_S), MAX_ANALYZING_S)
