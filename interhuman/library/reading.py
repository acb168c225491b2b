"""Kept answers read again, and the little of them that a list shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from interhuman.analysis import Analysis
from interhuman.answers.saved import load
from interhuman.findings.spans import merged
from interhuman.findings.stitching_in_words import gap_words
from interhuman.library.rows import KeptAnalysis
from interhuman.vocabulary import FAMILIES, STATES, family_of

BINS: Final = 48
"""How many equal parts of a recording the small picture of its tracks has."""

OVERALL_IS: Final = "overall_is"
GAPS: Final = "gaps"

_LEVELS = 9
_GAP = "-"


class _Span(Protocol):
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list shows of an answer that was read."""

    duration_s: float | None
    quality_index: float | None
    signal_count: int
    tracks: Mapping[str, str]


def read_kept(kept: KeptAnalysis, raw: bytes) -> Analysis:
    """Read a kept answer, with what the answer itself does not say.

    Raises SavedFileError with the reason when it holds no result.
    """
    analysis = load(raw).analysis
    analysis = replace(
        analysis,
        correlation_id=kept.correlation_id or analysis.correlation_id,
        sandbox=analysis.sandbox or kept.sandbox,
        model=kept.model or analysis.model,
    )
    return analysis.with_duration(kept.duration_s)


def summarize(analysis: Analysis) -> Summary:
    """Return what a list shows of an analysis.

    `tracks` is a small picture of it: the recording in `BINS` equal parts, a character for each.
    For each family, a digit is the share of the part that its signals cover, from "0" for none
    to "9" for all; a signal too short to count gives "1". In "engagement" it is the first letter
    of the state that lasts longest in the part, "-" where the API gave none. `OVERALL_IS` says what
    the quality index is where the API did not judge the whole, `GAPS` what was not analyzed.
    """
    quality = analysis.conversation_quality
    overall = quality.overall if quality is not None else None
    tracks = {
        family: _coverage(
            [signal for signal in analysis.signals if family_of(signal.type) == family],
            end_s=analysis.end_s,
        )
        for family in FAMILIES
    }
    return Summary(
        duration_s=analysis.duration_s,
        quality_index=overall.quality_index if overall is not None else None,
        signal_count=len(analysis.signals),
        tracks={
            **tracks,
            "engagement": _engagement(analysis),
            **({OVERALL_IS: quality.overall_is} if quality and quality.overall_is else {}),
            **({GAPS: gaps} if (gaps := gap_words(analysis)) else {}),
        },
    )


def _coverage(spans: Iterable[_Span], *, end_s: float) -> str:
    levels = [0] * BINS
    for start, end in merged(((span.start, span.end) for span in spans), gap_s=0.0):
        for place, share in _shares(start, end, end_s):
            levels[place] = min(_LEVELS, levels[place] + max(1, round(_LEVELS * share)))
    return "".join(map(str, levels))


def _shares(start: float, end: float, end_s: float) -> list[tuple[int, float]]:
    """Return the parts that a span touches, each with the share of it that is covered."""
    bin_s = end_s / BINS
    if bin_s <= 0:
        return [(0, 0.0)]
    first = min(BINS - 1, max(0, math.floor(start / bin_s)))
    last = min(BINS - 1, max(first, math.ceil(end / bin_s) - 1))
    return [
        (place, max(0.0, min(end, (place + 1) * bin_s) - max(start, place * bin_s)) / bin_s)
        for place in range(first, last + 1)
    ]


def _engagement(analysis: Analysis) -> str:
    end_s = analysis.end_s
    shares: list[dict[str, float]] = [{} for _ in range(BINS)]
    for span in analysis.engagement:
        if span.state in STATES:
            for place, share in _shares(span.start, span.end, end_s):
                shares[place][span.state] = shares[place].get(span.state, 0.0) + share
    return "".join(
        max(STATES, key=lambda state: part.get(state, 0.0))[0] if part else _GAP for part in shares
    )
