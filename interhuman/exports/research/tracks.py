"""Signals, engagement and notes as programs for annotation take them: texts on tiers.

Times are whole milliseconds from the start of the recording, and none lies past its end: BORIS
calls an event 20 ms past it unpaired. What has no length stays without, unless a program knows
no such thing: ELAN and Praat need an interval, so there it lasts 1 ms.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import PurePath

from interhuman.analysis import Analysis, Signal
from interhuman.exports.named import NamedResult
from interhuman.exports.research.names import Names
from interhuman.findings.spans import free_lanes
from interhuman.formats import NAME_CHARACTERS, probability_words
from interhuman.text import cut, displayable
from interhuman.vocabulary import FAMILY_OF, PROBABILITIES, family_of

SIGNAL, STATE, NOTE = "signal", "engagement state", "note"
"""The kinds of tracks."""

STATES_TRACK, NOTES_TRACK = "Engagement state", "Notes"

NO_RECORDING = "recording"
"""What a recording is called of which no name is known."""

_Row = tuple[float, float, str] | tuple[float, float, str, str | None, str]
"""Start and end in seconds, and what a `Span` says."""

_NEUTRAL = str.maketrans("<>|", "\uff1c\uff1e\uff5c")
"""Names and states are shown by programs that take HTML for it; BORIS splits names at a "|"."""


@dataclass(frozen=True, slots=True)
class Span:
    """A text over a stretch of the recording, or at a moment of it."""

    start_ms: int
    end_ms: int
    text: str
    """All there is to say: the probability and rationale of a signal, a state, or a note."""
    probability: str | None = None
    """How sure a signal is ("high", "medium", "low"); None where that is not given."""
    comment: str = ""
    """The rationale of a signal, or a note."""


@dataclass(frozen=True, slots=True)
class Track:
    """The spans of one signal type, of the engagement states, or of the notes."""

    name: str
    kind: str
    family: str
    """The family of a signal type, "" for other tracks."""
    spans: tuple[Span, ...]
    """In order of time; they may overlap."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Spans that do not overlap, each at least 1 ms long; no other tier has this name."""

    name: str
    kind: str
    spans: tuple[Span, ...]


def length_ms(analysis: Analysis) -> int:
    """Return the length of the recording in whole milliseconds, at least 1, never rounded up."""
    if analysis.duration_s is None:
        return max(1, _ms(analysis.end_s))
    return max(1, math.floor(analysis.duration_s * 1000 + 1e-6))


def media_name(result: NamedResult) -> str:
    """Return the file name of the recording, never a path, for programs that link to it."""
    name = PurePath(one_row(result.file_name).replace("\\", "/")).name
    return NO_RECORDING if name in ("", ".", "..") else name


def tracks(result: NamedResult) -> list[Track]:
    """Return a track for each signal type, one of engagement, and one of notes if there are any.

    The published types come first, as `FAMILY_OF` lists them. A span without a time that is
    known has no place on a track.
    """
    analysis = result.analysis
    by_type: dict[str, list[Signal]] = {}
    for signal in analysis.signals:
        by_type.setdefault(signal.type, []).append(signal)
    published = {name: place for place, name in enumerate(FAMILY_OF)}
    names = sorted(by_type, key=lambda name: (published.get(name, len(published)), name))
    last_ms = length_ms(analysis)
    found = [
        Track(_name(name), SIGNAL, family_of(name), _spans(map(_signal, by_type[name]), last_ms))
        for name in names
    ]
    states = ((span.start, span.end, _name(span.state)) for span in analysis.engagement)
    found.append(Track(STATES_TRACK, STATE, "", _spans(states, last_ms)))
    notes = [
        (note.start_s, note.end_s, neutral(note.text), None, neutral(note.text))
        for note in result.annotations.notes
    ]
    return [*found, Track(NOTES_TRACK, NOTE, "", _spans(notes, last_ms))] if notes else found


def tiers(result: NamedResult) -> list[Tier]:
    """Return the tracks as tiers; what overlaps on a track stands on further ones of its name."""
    names = Names()
    last_ms = length_ms(result.analysis)
    found: list[Tier] = []
    for track in tracks(result):
        spans = [lasting(span, last_ms) for span in track.spans]
        lanes = separated(sorted(spans, key=attrgetter("start_ms", "end_ms"))) or [[]]
        found += (Tier(names.take(track.name), track.kind, tuple(lane)) for lane in lanes)
    return found


def separated(spans: Sequence[Span]) -> list[list[Span]]:
    """Return spans, given in order of time, on as few lanes as hold them without an overlap."""
    lanes: dict[int, list[Span]] = {}
    chosen = free_lanes((span.start_ms, span.end_ms) for span in spans)
    for span, lane in zip(spans, chosen, strict=True):
        lanes.setdefault(lane, []).append(span)
    return list(lanes.values())


def lasting(span: Span, last_ms: int) -> Span:
    """Return a span that lasts at least 1 ms and ends with the recording."""
    if span.end_ms > span.start_ms:
        return span
    start_ms = min(span.start_ms, last_ms - 1)
    return replace(span, start_ms=start_ms, end_ms=start_ms + 1)


@functools.lru_cache(maxsize=1024)  # Each format asks for the same texts of a result.
def one_row(text: str) -> str:
    """Return outside text as one displayable row, all of it; runs of white space are one space."""
    return " ".join(displayable(text).split())


def neutral(text: str) -> str:
    """Return one row of outside text with look-alikes for what programs take for HTML."""
    return one_row(text).translate(_NEUTRAL)


def _name(text: str) -> str:
    return cut(neutral(text), NAME_CHARACTERS) or "(unnamed)"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _signal(signal: Signal) -> _Row:
    known = signal.probability if signal.probability in PROBABILITIES else None
    why = one_row(signal.rationale or "")
    facts = probability_words(known)
    return signal.start, signal.end, f"{facts}: {why}" if why else facts, known, why


def _spans(rows: Iterable[_Row], last_ms: int) -> tuple[Span, ...]:
    """Return the spans whose times are known, clamped to the recording, in order of time."""
    spans = []
    for start_s, end_s, *said in rows:
        if math.isfinite(start_s) and math.isfinite(end_s):
            start_ms = min(max(0, _ms(start_s)), last_ms)
            spans.append(Span(start_ms, min(max(start_ms, _ms(end_s)), last_ms), *said))
    return tuple(sorted(spans, key=attrgetter("start_ms", "end_ms")))
