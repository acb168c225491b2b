"""How much there is of each name: counts, seconds, shares and rates, from plain spans."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from interhuman.findings.spans import covered_by_name_s


@dataclass(frozen=True, slots=True)
class Amount:
    """What the signals of one name come to in a recording."""

    count: int
    total_s: float
    """Seconds that they cover together between 0 and `end_s`, overlaps counted once."""
    mean_s: float
    """Mean length of a signal."""
    first_s: float
    """First onset."""
    analyzed_s: float
    """How much of the recording was analyzed."""

    @property
    def share(self) -> float | None:
        """The share (0-1) of what was analyzed that they cover; None where it has no length."""
        return ratio(self.total_s, self.analyzed_s)

    @property
    def per_minute(self) -> float | None:
        """Signals a minute; None where the recording has no length."""
        return ratio(60.0 * self.count, self.analyzed_s)


def amounts(
    spans: Iterable[tuple[str, float, float]], *, end_s: float, analyzed_s: float | None = None
) -> dict[str, Amount]:
    """Return the amount of each name in (name, from, to) spans, in order of first mention.

    `analyzed_s` is how much of the recording's `end_s` was analyzed, None for all of it.

    Spans with a time that is not known (NaN) do not count.
    """
    lengths_s: dict[str, list[float]] = {}
    first_s: dict[str, float] = {}
    clipped = []
    for name, start_s, to_s in spans:
        if math.isnan(start_s) or math.isnan(to_s):
            continue
        lengths_s.setdefault(name, []).append(to_s - start_s)
        first_s[name] = min(start_s, first_s.get(name, start_s))
        clipped.append((name, clip(start_s, end_s), clip(to_s, end_s)))
    total_s = covered_by_name_s(clipped)
    whole_s = end_s if analyzed_s is None else analyzed_s
    # An exact sum is the same in any order of the spans.
    return {
        name: Amount(len(lengths), total_s[name], math.fsum(lengths) / len(lengths), first, whole_s)
        for (name, lengths), first in zip(lengths_s.items(), first_s.values(), strict=True)
    }


def clip(time_s: float, end_s: float) -> float:
    """Return a time moved into 0 to `end_s`."""
    return min(max(time_s, 0.0), end_s)


def ratio(value: float, whole: float | None) -> float | None:
    """Return a part of a whole, None where there is no whole."""
    return value / whole if whole else None
