"""Signals as captions: WebVTT for browsers and players, SubRip (SRT) for everything else.

Players stack cues that overlap, and four signals of two lines each would cover the face that they
are about. So the cues never overlap: wherever a signal begins or ends, a new cue begins that
shows what is under way from there. The page's player has two lines: one signal is its type with
its probability, and its rationale; two are a line each; more are their names, and how sure they
are. A file has it all: a line for each signal, with its whole rationale.

A signal shorter than `MIN_SHOWN_S` stays that long, so that it can be read; its start is true.

A cue's text is interpreted: WebVTT has tags and entities, so what would start one is escaped.
SRT has no escapes, and programs read HTML tags, {\\...} and \\N in it, so those characters become
their full-width forms, which look alike and mean nothing. Sources: W3C WebVTT, section 4.2.2
(cue text); FFmpeg's reader for SRT, which has no standard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from textwrap import wrap

import pandas as pd

from interhuman.analysis import Analysis
from interhuman.exports.csv import source_of
from interhuman.formats import NOT_GIVEN, count, label, probability_words, readable
from interhuman.text import cut, one_line
from interhuman.vocabulary import PROBABILITIES, SANDBOX_NOTE

NOTE_CHARACTERS = 60
"""The longest line of the note in an SRT file: wider ones wrap in a player of laptop size."""

RATIONALE_CHARACTERS = 600
"""The longest rationale in a file; the longest seen have 440 characters."""

PLAYER_CHARACTERS = 120
"""The longest rationale on the player, which has the face to show: it wraps once."""

MAX_LINES = 12
"""How many signals at most a cue of a file names; it counts the others."""

NAME_CHARACTERS = 24
"""The longest name of a type in a cue; the published ones have 13."""

MAX_NAMED = 3

MIN_SHOWN_S = 1.5
"""How long the shortest signal is shown: about what two short lines take to read."""

SRT_NOTE_MS = 3_000
"""How long a sandbox result says so at the start of an SRT file, which has no comments."""

_SRT_INERT = str.maketrans("<>{}\\", "\uff1c\uff1e\uff5b\uff5d\uff3c")


def captions_vtt(signals: pd.DataFrame, analysis: Analysis) -> bytes:
    """Return the rows of a `signals_frame`, filtered or not, as WebVTT in UTF-8.

    A NOTE says where the result of `analysis` is from: a model of the API, or the sandbox.
    """
    note = f"NOTE {_escaped(source_of(analysis))}"
    cues = (
        f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n{cue.webvtt}"
        for cue in caption_cues(signals, whole=True)
    )
    return ("\n\n".join(["WEBVTT", note, *cues]) + "\n").encode()


def captions_srt(signals: pd.DataFrame, analysis: Analysis) -> bytes:
    """Return the rows of a `signals_frame`, filtered or not, as SRT in UTF-8, lines in CR LF.

    For a sandbox result the first cue says so, for `SRT_NOTE_MS` from the start on.
    """
    cues = caption_cues(signals, whole=True)
    if analysis.sandbox:
        note = Cue(0, SRT_NOTE_MS, tuple(wrap(SANDBOX_NOTE, NOTE_CHARACTERS)))
        cues = [note, *cues]
    blocks = (
        f"{number}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n"
        f"{_text(cue, _inert_for_srt)}\n\n"
        for number, cue in enumerate(cues, start=1)
    )
    return "".join(blocks).replace("\n", "\r\n").encode()


@dataclass(frozen=True, slots=True)
class Cue:
    """Lines as they are, and when they show: no two cues overlap."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]

    @property
    def webvtt(self) -> str:
        """The lines as WebVTT has them, with nothing in them that is markup there."""
        return _text(self, _escaped)


@dataclass(frozen=True, slots=True)
class _Shown:
    """One signal as cues show it."""

    name: str
    probability: str
    rationale: str
    start_ms: int
    end_ms: int

    @property
    def line(self) -> str:
        """The signal in one line."""
        return f"{label(self.name)} · {probability_words(self.probability)}"

    @property
    def whole_line(self) -> str:
        """The signal in one line, with its rationale."""
        return f"{self.line}: {self.rationale}" if self.rationale else self.line


class _UnderWay:
    """The signals under way at one time, counted as they come and go."""

    def __init__(self) -> None:
        self._signals: dict[int, _Shown] = {}
        self._names: Counter[str] = Counter()
        self._probabilities: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._signals)

    def begin(self, place: int, signal: _Shown) -> None:
        self._signals[place] = signal
        self._names[signal.name] += 1
        self._probabilities[signal.probability] += 1

    def end(self, place: int) -> None:
        signal = self._signals.pop(place)
        self._probabilities[signal.probability] -= 1
        self._names[signal.name] -= 1
        if not self._names[signal.name]:
            del self._names[signal.name]

    @property
    def all_lines(self) -> tuple[str, ...]:
        """What a file says of them: a line for each of the first ones, and how many more."""
        first = islice(self._signals.values(), MAX_LINES)
        more = len(self._signals) - MAX_LINES
        rest = (f"and {count(more, 'more signal')}",) if more > 0 else ()
        return (*(signal.whole_line for signal in first), *rest)

    @property
    def lines(self) -> tuple[str, ...]:
        """What the player says of them, in one or two lines without markup."""
        if len(self._signals) > 2:
            return self._joined, f"{count(len(self._signals), 'signal')} · {self._how_sure}"
        lines = tuple(signal.line for signal in self._signals.values())
        rationale = cut(next(iter(self._signals.values())).rationale, PLAYER_CHARACTERS)
        return (*lines, rationale) if rationale and len(lines) == 1 else lines

    @property
    def _joined(self) -> str:
        """The first names of types, and how many types more there are."""
        first, *others = islice(self._names, MAX_NAMED)
        more = len(self._names) - MAX_NAMED
        parts = [label(first), *(readable(name) or label("") for name in others)]
        return ", ".join(parts) + (f" and {more:,} more" if more > 0 else "")

    @property
    def _how_sure(self) -> str:
        numbers = ((self._probabilities[name], name) for name in (*PROBABILITIES, NOT_GIVEN))
        return f"probability: {', '.join(f'{number} {name}' for number, name in numbers if number)}"


def caption_cues(signals: pd.DataFrame, *, whole: bool = False) -> list[Cue]:
    """Return cues in order of time, none of which overlaps or touches another.

    They have two lines at most, or with `whole` a line for each signal with its rationale.
    Where one follows at once, a cue ends a millisecond earlier: at the very time of the next,
    where a jump to a signal leads, Chromium would show both.
    """
    shown = sorted(_shown(signals), key=lambda signal: (signal.start_ms, signal.end_ms))
    beginning: dict[int, list[int]] = {}
    ending: dict[int, list[int]] = {}
    for place, signal in enumerate(shown):
        beginning.setdefault(signal.start_ms, []).append(place)
        ending.setdefault(signal.end_ms, []).append(place)
    under_way = _UnderWay()
    cues: list[Cue] = []
    for start_ms, end_ms in pairwise(sorted({*beginning, *ending})):
        for place in ending.get(start_ms, ()):
            under_way.end(place)
        for place in beginning.get(start_ms, ()):
            under_way.begin(place, shown[place])
        if under_way:
            lines = under_way.all_lines if whole else under_way.lines
            cues.append(Cue(start_ms, end_ms, lines))
    for place, (cue, following) in enumerate(pairwise(cues)):
        if cue.end_ms == following.start_ms:
            cues[place] = replace(cue, end_ms=max(cue.end_ms - 1, cue.start_ms + 1))
    return cues


def _shown(signals: pd.DataFrame) -> Iterator[_Shown]:
    known = signals.dropna(subset=["start_s", "end_s"])
    names = ("type", "probability", "rationale", "start_s", "end_s")
    columns = (known[name].tolist() for name in names)
    for name, probability, rationale, start_s, end_s in zip(*columns, strict=True):
        start_ms = round(start_s * 1000)
        yield _Shown(
            name=one_line(name, NAME_CHARACTERS),
            probability=probability if probability in PROBABILITIES else NOT_GIVEN,
            rationale="" if pd.isna(rationale) else one_line(rationale, RATIONALE_CHARACTERS),
            start_ms=start_ms,
            end_ms=max(round(end_s * 1000), start_ms + round(MIN_SHOWN_S * 1000)),
        )


def _text(cue: Cue, neutral: Callable[[str], str]) -> str:
    return "\n".join(neutral(line) for line in cue.lines)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _inert_for_srt(text: str) -> str:
    return text.translate(_SRT_INERT)


def _clock(milliseconds: int, point: str) -> str:
    """Return a time as hh:mm:ss and milliseconds, with more digits from 100 hours on."""
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}{point}{thousandths:03d}"
