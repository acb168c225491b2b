"""The analyses of a recording's parts, stitched to one of the whole.

Neighboring parts overlap, so what happened there was seen twice. The rules:

- A signal of each of two neighbors is the same one if both are of one type and, within the
  overlap, they share time or lie within half a second. Pairs are made one to one, the most similar
  times first, so that two signals of one type stay two. It lasts from the earlier start to the
  later end and keeps the higher probability with its rationale and modality.
- What is left after that of one part and still shares time with a signal of its type in the other
  is taken into it. A signal that only one of the two parts has stays as it is.
- Engagement, quality over time and the API's windows change over from one part to the next in the
  middle of the overlap.
- The overall scores are the mean of the parts', weighted by the parts' lengths, and are called
  that. Feedback stays with its part.
- A part without a result adds nothing: where no neighbor reaches there is a gap.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from interhuman.analysis import (
    Analysis,
    AnalysisWindow,
    AnalyzedPart,
    ConversationQuality,
    EngagementSpan,
    QualityScores,
    QualityWindow,
    Signal,
    Unread,
)
from interhuman.answers.merging import RANK, TOUCHING_S
from interhuman.vocabulary import NO_EVIDENCE, SCORES

NEAR_S = 0.5
"""How far apart in the overlap two parts may see the same short signal."""

_Placed = TypeVar("_Placed", Signal, EngagementSpan, QualityWindow, AnalysisWindow)


@dataclass(frozen=True, slots=True)
class PartResult:
    """A part of a recording, in seconds from its start, with its analysis.

    The times in the analysis count from the start of the part.
    """

    start: float
    end: float
    analysis: Analysis | None = None
    problem: str | None = None
    """Why there is no analysis, as a sentence."""


@dataclass(frozen=True, slots=True)
class _Share:
    """The time in which a part alone speaks."""

    start: float
    end: float
    has_end: bool
    """Whether a moment at its very end is its own, because no other share begins there."""

    def of(self, spans: Iterable[_Placed]) -> Iterator[_Placed]:
        """Yield what of the spans is in it."""
        for span in spans:
            if span.start == span.end:
                if self.start <= span.start < self.end or (self.has_end and span.start == self.end):
                    yield span
            elif span.start < self.end and span.end > self.start:
                start, end = max(span.start, self.start), min(span.end, self.end)
                yield replace(span, start=start, end=end)


def stitch(parts: Sequence[PartResult], *, duration_s: float) -> Analysis:
    """Return one analysis of a recording of `duration_s` seconds by those of its parts.

    `parts` are in the order of their starts. The result has no `raw` of its own.
    """
    known = [(part, _placed(part)) for part in parts if part.analysis is not None]
    shares = _shares([part for part, _ in known])
    analyses = [analysis for _, analysis in known]
    first = analyses[0] if analyses else Analysis()
    return Analysis(
        signals=_signals(known),
        engagement=_engagement(zip(analyses, shares, strict=True)),
        conversation_quality=_quality(known, shares),
        duration_s=duration_s,
        model=first.model,
        sandbox=any(analysis.sandbox for analysis in analyses),
        windows=_windows(zip(analyses, shares, strict=True)),
        unread=_unread(parts),
        parts=tuple(_part(part) for part in parts),
    )


def _part(part: PartResult) -> AnalyzedPart:
    analysis = part.analysis
    if analysis is None:
        return AnalyzedPart(part.start, part.end, part.problem or "It has no result.")
    feedback, correlation_id = analysis.feedback, analysis.correlation_id
    return AnalyzedPart(part.start, part.end, None, feedback, correlation_id)


def _unread(parts: Sequence[PartResult]) -> tuple[Unread, ...]:
    """Return what could not be read, by the number of its part, counted from 0."""
    return tuple(
        replace(note, path=f"parts[{place}]{'.' if note.path else ''}{note.path}")
        for place, part in enumerate(parts)
        for note in (part.analysis.unread if part.analysis is not None else ())
    )


def _placed(part: PartResult) -> Analysis:
    """Return the analysis of a part with the recording's times, none outside of the part."""
    analysis = part.analysis or Analysis()
    quality = analysis.conversation_quality
    if quality is not None:
        quality = replace(quality, timeline=_moved(quality.timeline, part))
    return replace(
        analysis,
        signals=_moved(analysis.signals, part),
        engagement=_moved(analysis.engagement, part),
        conversation_quality=quality,
        windows=_moved(analysis.windows, part),
    )


def _moved(spans: Iterable[_Placed], part: PartResult) -> tuple[_Placed, ...]:
    def at(time_s: float) -> float:
        return min(part.start + time_s, part.end)

    return tuple(replace(span, start=at(span.start), end=at(span.end)) for span in spans)


def _shares(parts: Sequence[PartResult]) -> list[_Share]:
    """Return from when to when each part speaks where only one can: to the overlaps' middles."""
    starts = [part.start for part in parts]
    ends = [part.end for part in parts]
    for place in range(1, len(parts)):
        if starts[place] < ends[place - 1]:
            middle = (parts[place].start + parts[place - 1].end) / 2
            ends[place - 1] = starts[place] = middle
    last = [end not in starts for end in ends]
    return [_Share(*one) for one in zip(starts, ends, last, strict=True)]


def _engagement(parts: Iterable[tuple[Analysis, _Share]]) -> tuple[EngagementSpan, ...]:
    joined: list[EngagementSpan] = []
    for analysis, share in parts:
        for span in share.of(analysis.engagement):
            last = joined[-1] if joined and span.start == share.start else None
            if last and last.state == span.state and abs(span.start - last.end) <= TOUCHING_S:
                joined[-1] = replace(last, end=max(last.end, span.end))
            else:
                joined.append(span)
    return tuple(joined)


def _windows(parts: Iterable[tuple[Analysis, _Share]]) -> tuple[AnalysisWindow, ...]:
    windows = (window for analysis, share in parts for window in share.of(analysis.windows))
    return tuple(replace(window, index=index) for index, window in enumerate(windows))


def _quality(
    known: Sequence[tuple[PartResult, Analysis]], shares: Sequence[_Share]
) -> ConversationQuality | None:
    timeline: list[QualityWindow] = []
    scores: list[tuple[QualityScores, float]] = []
    for (part, analysis), share in zip(known, shares, strict=True):
        quality = analysis.conversation_quality
        if quality is None:
            continue
        timeline += share.of(quality.timeline)
        if quality.overall is not None:
            scores.append((quality.overall, part.end - part.start))
    if not (timeline or scores):
        return None
    means = {name: _mean([(getattr(one, name), s) for one, s in scores]) for name in SCORES}
    overall = QualityScores(**means) if scores else None
    return ConversationQuality(overall, tuple(timeline), mean_of=len(scores))


def _mean(weighted: Iterable[tuple[float | None, float]]) -> float | None:
    """Return the mean of the scores that were given.

    Exactly 50 means that there was no evidence, which a mean must neither claim nor lose.
    """
    given = [(value, weight) for value, weight in weighted if value is not None]
    values = {value for value, _ in given}
    if len(values) < 2:
        return next(iter(values), None)
    mean = math.fsum(v * w for v, w in given) / math.fsum(w for _, w in given)
    return math.nextafter(NO_EVIDENCE, math.inf) if mean == NO_EVIDENCE else mean


def _signals(known: Sequence[tuple[PartResult, Analysis]]) -> tuple[Signal, ...]:
    signals: list[Signal] = []
    reached = -math.inf
    for part, analysis in known:
        overlap = (part.start, reached)
        signals = _merged(signals, list(analysis.signals), overlap)
        reached = max(reached, part.end)
    return tuple(sorted(signals, key=lambda signal: signal.start))


def _merged(
    before: list[Signal], after: list[Signal], overlap: tuple[float, float]
) -> list[Signal]:
    """Return the signals of neighbors in a recording, those in the overlap once."""
    start, end = overlap
    if start > end:
        return [*before, *after]
    pairs = sorted(
        (_difference_s(one, other, overlap), place, at)
        for place, one in enumerate(before)
        if one.end >= start
        for at, other in enumerate(after)
        if other.start <= end and other.type == one.type and _meet(one, other)
    )
    merged, into = list(before), dict[int, int]()
    taken = set[int]()
    for _, place, at in pairs:
        if place not in taken and at not in into:
            taken.add(place)
            into[at] = place
            merged[place] = _joined(merged[place], after[at])
    # What has no counterpart of its own and yet shares time would be counted twice.
    absorbed = set[int]()
    for _, place, at in pairs:
        if at not in into:
            into[at] = place
            merged[place] = _joined(merged[place], after[at])
        elif place not in taken and place not in absorbed:
            absorbed.add(place)
            merged[into[at]] = _joined(merged[into[at]], before[place])
    kept = [one for place, one in enumerate(merged) if place not in absorbed]
    return [*kept, *(one for at, one in enumerate(after) if at not in into)]


def _meet(one: Signal, other: Signal) -> bool:
    """Return whether two signals share time, or almost do where one of them is a moment."""
    near = NEAR_S if one.start == one.end or other.start == other.end else TOUCHING_S
    return one.start <= other.end + near and other.start <= one.end + near


def _difference_s(one: Signal, other: Signal, overlap: tuple[float, float]) -> float:
    """Return by how much the starts and ends of two signals differ within the overlap."""
    start, end = overlap
    return sum(
        abs(min(max(a, start), end) - min(max(b, start), end))
        for a, b in ((one.start, other.start), (one.end, other.end))
    )


def _joined(one: Signal, other: Signal) -> Signal:
    surer = other if RANK.get(other.probability, 0) > RANK.get(one.probability, 0) else one
    return replace(surer, start=min(one.start, other.start), end=max(one.end, other.end))
