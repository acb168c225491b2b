"""What an analysis says: the frozen shapes every other module reads.

The network side turns HTTP answers into one `Analysis`; the view side turns an
`Analysis` into frames, charts and files. They meet only here. All times are
seconds from the start of the recording; all scores run from 0 to 100.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

MIN_GAP_S = 0.5
"""Parts that are less far apart follow each other: a part is cut at the next keyframe."""

MAX_CLAMP_S = 10.0
"""How far past a recording's end a time may lie and still be taken for rounding, in seconds."""

_NO_SIGNALS_READ = re.compile(
    r"(parts\[\d+\]\.?)?(result\.)?(signals.*|windows(\[\d+\](\.signals.*)?)?)?|result"
)
"""What could not be read of an answer if its signals could not, as `Unread.path`."""

_Span = TypeVar("_Span", "Signal", "EngagementSpan", "QualityWindow")


@dataclass(frozen=True, slots=True)
class Signal:
    """One detected social signal over a span of time; a zero-length span is a moment."""

    type: str
    start: float
    end: float
    probability: str | None = None
    """How sure the detection is ("high", "medium", "low"), never how strong the signal is."""
    rationale: str | None = None
    modality: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngagementSpan:
    """One stretch of attention: `state` is "engaged", "neutral" or "disengaged"."""

    state: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class QualityScores:
    """The quality index and its five dimensions, 0-100; None where the API gave no score."""

    quality_index: float | None = None
    clarity: float | None = None
    authority: float | None = None
    energy: float | None = None
    rapport: float | None = None
    learning: float | None = None


@dataclass(frozen=True, slots=True)
class QualityWindow:
    """The scores that hold from `start` to `end`."""

    start: float
    end: float
    values: QualityScores


@dataclass(frozen=True, slots=True)
class ConversationQuality:
    """Conversation quality over the whole recording and over time; either half may be missing."""

    overall: QualityScores | None = None
    timeline: tuple[QualityWindow, ...] = ()
    mean_of: int = 0
    """Of how many parts `overall` is the mean; 0 where the API itself judged the whole."""

    @property
    def overall_is(self) -> str | None:
        """What the overall scores are where the API did not give them; None where it did."""
        if not self.mean_of or self.overall is None:
            return None
        if self.mean_of == 1:
            return "only one part has scores"
        return f"mean of {self.mean_of:,} parts, weighted by length"


@dataclass(frozen=True, slots=True)
class Feedback:
    """Coaching feedback, or (with `reason` set and `message` None) why there is none."""

    message: str | None = None
    active_dimensions: tuple[str, ...] = ()
    primary_signal: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AnalyzedPart:
    """A part of a long recording that was sent by itself; neighbors in one file overlap."""

    start: float
    end: float
    problem: str | None = None
    """Why it has no result, as a sentence; None for a part that has one."""
    feedback: Feedback | None = None
    correlation_id: str | None = None
    file: str | None = None
    """Which of the recording's files it is from; None where the recording is one file."""


@dataclass(frozen=True, slots=True)
class AnalysisWindow:
    """One fixed-length window of an Inter-2 job, as the API cut it."""

    index: int
    start: float
    end: float
    engagement: str | None
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """One thing in an answer that could not be read as it was sent."""

    path: str
    """Where it stands in the JSON, such as ``signals[3].probability``."""
    why: str
    """One plain sentence part: what is wrong and what was done about it."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything one analysis said, whichever model and endpoint it came from."""

    signals: tuple[Signal, ...] = ()
    engagement: tuple[EngagementSpan, ...] = ()
    conversation_quality: ConversationQuality | None = None
    feedback: Feedback | None = None
    duration_s: float | None = None
    """Length of the recording where the answer or the file gives it, else None."""
    model: str = "inter-1"
    correlation_id: str | None = None
    sandbox: bool = False
    """True when the sandbox answered: measurements, not Interhuman's model."""
    windows: tuple[AnalysisWindow, ...] = ()
    unread: tuple[Unread, ...] = ()
    parts: tuple[AnalyzedPart, ...] = ()
    """The parts that it was stitched from, by their start; none where the whole was analyzed."""
    files_timed: bool | None = None
    """Of a recording in several files, whether the camera's clock says where they are."""
    raw: Any = field(default=None, repr=False)
    """The JSON exactly as it came, decoded."""
    raw_bytes: bytes = field(default=b"", repr=False)
    """The very bytes of the answer."""

    @property
    def end_s(self) -> float:
        """Length of the time axis in seconds: the duration, else the latest end of anything."""
        return self.duration_s if self.duration_s is not None else self._last_end_s

    @property
    def files(self) -> tuple[str, ...]:
        """The recording's files in their order, where it is in several."""
        return tuple(dict.fromkeys(part.file for part in self.parts if part.file is not None))

    @property
    def unrecorded(self) -> tuple[tuple[float, float], ...]:
        """From when to when none of the recording's files has anything."""
        ends = itertools.accumulate((part.end for part in self.parts), max)
        pairs = zip(ends, self.parts[1:], strict=False)
        return tuple((end, part.start) for end, part in pairs if part.start - end >= MIN_GAP_S)

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """From when to when nothing was analyzed: parts have no result, or nothing was recorded."""
        gaps, reached = [], 0.0
        for part in self.parts:
            if part.problem is None:
                if part.start - reached >= MIN_GAP_S:
                    gaps.append((reached, part.start))
                reached = max(reached, part.end)
        if self.parts and self.end_s - reached >= MIN_GAP_S:
            gaps.append((reached, self.end_s))
        return tuple(gaps)

    @property
    def analyzed_s(self) -> float:
        """How many seconds of the recording were analyzed: `end_s` without the gaps."""
        return self.end_s - sum(end - start for start, end in self.gaps)

    @property
    def signals_read(self) -> bool:
        """Whether no signals means that the answer has none: False where they can't be read."""
        if self.signals:
            return True
        return not any(_NO_SIGNALS_READ.fullmatch(one.path) for one in self.unread)

    @property
    def _last_end_s(self) -> float:
        quality = self.conversation_quality
        windows = quality.timeline if quality is not None else ()
        ends = [signal.end for signal in self.signals] + [span.end for span in self.engagement]
        return max([*ends, *(window.end for window in windows)], default=0.0)

    def with_duration(self, duration_s: float | None) -> Analysis:
        """Return this analysis with the recording's length, all times clamped to it.

        A length that the answer itself gave is kept; None or a length of zero changes nothing.
        Times a little past the end do occur, since windows are cut in whole steps; when they lie
        further out than `MAX_CLAMP_S`, the file's header is not to be believed and is ignored.
        """
        if self.duration_s is not None or not duration_s:
            return self
        if self._last_end_s - duration_s > MAX_CLAMP_S:
            return self
        quality = self.conversation_quality
        if quality is not None:
            quality = replace(quality, timeline=_clamped(quality.timeline, duration_s))
        return replace(
            self,
            duration_s=duration_s,
            signals=_clamped(self.signals, duration_s),
            engagement=_clamped(self.engagement, duration_s),
            conversation_quality=quality,
        )


def _clamped(spans: tuple[_Span, ...], duration_s: float) -> tuple[_Span, ...]:
    return tuple(
        replace(span, start=min(span.start, duration_s), end=min(span.end, duration_s))
        for span in spans
    )
