"""Signals as captions: WebVTT for browsers and players, SubRip (SRT) for everything else.

For programs that make an annotation of every cue (ELAN, EXMARaLDA, NVivo, MAXQDA) there is one
cue for each signal, with its own times: they may overlap, and one without length lasts 1 ms.

Players stack cues that overlap, in any order. So the cues never overlap: wherever a signal begins
or ends, a new cue begins that shows what is under way from there, a line for each signal with its
whole rationale, and for each note: of more than `MAX_LINES` those that began last. The page's own
player shows less (`captions.js`).

A signal shorter than `MIN_SHOWN_S` stays that long, so that it can be read; its start is true.

A cue's text is interpreted: WebVTT has tags and entities, so what would start one is escaped.
SRT has no escapes, and programs read HTML tags, {\\...} and \\N in it, so those characters become
their full-width forms, which look alike and mean nothing. Sources: W3C WebVTT, section 4.2.2
(cue text); FFmpeg's reader for SRT, which has no standard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from textwrap import wrap

import pandas as pd

from interhuman.analysis import Analysis
from interhuman.annotations import MAX_NOTE_TEXT, Note
from interhuman.exports.named import NamedResult
from interhuman.exports.research.tracks import SIGNAL, lasting, length_ms, tracks
from interhuman.exports.result_tables import source_of
from interhuman.formats import NOT_GIVEN, count, label, probability_words
from interhuman.text import one_line
from interhuman.vocabulary import PROBABILITIES, SANDBOX_NOTE

NOTE_CHARACTERS = 60
"""The longest line of the note in an SRT file: wider ones wrap in a player of laptop size."""

RATIONALE_CHARACTERS = 600
"""The longest rationale in a file; the longest seen have 440 characters."""

MAX_LINES = 12
"""How many signals at most a cue of a file names; it counts the others."""

NAME_CHARACTERS = 24
"""The longest name of a type in a cue; the published ones have 13."""

MIN_SHOWN_S = 1.5
"""How long the shortest signal is shown: about what two short lines take to read."""

SRT_NOTE_MS = 3_000
"""How long a sandbox result says so at the start of an SRT file, which has no comments."""

_SRT_INERT = tuple(zip("<>{}\\", "\uff1c\uff1e\uff5b\uff5d\uff3c", strict=True))


def captions_vtt(signals: pd.DataFrame, analysis: Analysis, *, notes: Iterable[Note] = ()) -> bytes:
    """Return the rows of a `signals_frame`, filtered or not, and notes as WebVTT in UTF-8.

    A NOTE says where the result of `analysis` is from: a model of the API, or the sandbox.
    """
    return _vtt(caption_cues(signals, notes), analysis)


def captions_srt(signals: pd.DataFrame, analysis: Analysis, *, notes: Iterable[Note] = ()) -> bytes:
    """Return the rows of a `signals_frame`, filtered or not, and notes as SRT, lines in CR LF.

    For a sandbox result the first cue says so, for `SRT_NOTE_MS` from the start on.
    """
    return _srt(caption_cues(signals, notes), analysis)


def signal_cues_vtt(result: NamedResult) -> bytes:
    """Return WebVTT with one cue for each signal of a result, in order of time; see the module."""
    return _vtt(_signal_cues(result), result.analysis)


def signal_cues_srt(result: NamedResult) -> bytes:
    """Return the same as SRT; for a sandbox result the first cue says so, as in `captions_srt`."""
    return _srt(_signal_cues(result), result.analysis)


@dataclass(frozen=True, slots=True)
class Cue:
    """Lines as they are, and when they show."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]

    @property
    def webvtt(self) -> str:
        """The lines as WebVTT has them, with nothing in them that is markup there."""
        return _text(self, _escaped)


@dataclass(frozen=True, slots=True)
class _Shown:
    """One signal, or a note, as cues show it: a line."""

    line: str
    start_ms: int
    end_ms: int


def caption_cues(signals: pd.DataFrame, notes: Iterable[Note] = ()) -> list[Cue]:
    """Return cues in order of time, none of which overlaps or touches another.

    Where one follows at once, a cue ends a millisecond earlier: at the very time of the next,
    where a jump to a signal leads, Chromium would show both.
    """
    both = (*_shown(signals), *map(_shown_note, notes))
    shown = sorted(both, key=lambda signal: (signal.start_ms, signal.end_ms))
    beginning: dict[int, list[int]] = {}
    ending: dict[int, list[int]] = {}
    for place, signal in enumerate(shown):
        beginning.setdefault(signal.start_ms, []).append(place)
        ending.setdefault(signal.end_ms, []).append(place)
    under_way: dict[int, _Shown] = {}
    cues: list[Cue] = []
    for start_ms, end_ms in pairwise(sorted({*beginning, *ending})):
        for place in ending.get(start_ms, ()):
            del under_way[place]
        for place in beginning.get(start_ms, ()):
            under_way[place] = shown[place]
        if under_way:
            cues.append(Cue(start_ms, end_ms, _lines(under_way)))
    for place, (cue, following) in enumerate(pairwise(cues)):
        if cue.end_ms == following.start_ms:
            cues[place] = replace(cue, end_ms=max(cue.end_ms - 1, cue.start_ms + 1))
    return cues


def _signal_cues(result: NamedResult) -> list[Cue]:
    """Return a cue for each signal, clamped to the recording."""
    last_ms = length_ms(result.analysis)
    cues = [
        Cue(span.start_ms, span.end_ms, (f"{label(track.name)} · {span.text}",))
        for track in tracks(result)
        if track.kind == SIGNAL
        for span in (lasting(span, last_ms) for span in track.spans)
    ]
    return sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))


def _vtt(cues: Iterable[Cue], analysis: Analysis) -> bytes:
    blocks = (
        f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n{cue.webvtt}" for cue in cues
    )
    note = f"NOTE {_escaped(source_of(analysis))}"
    return ("\n\n".join(["WEBVTT", note, *blocks]) + "\n").encode()


def _srt(cues: list[Cue], analysis: Analysis) -> bytes:
    if analysis.sandbox:
        note = Cue(0, SRT_NOTE_MS, tuple(wrap(SANDBOX_NOTE, NOTE_CHARACTERS)))
        cues = [note, *cues]
    blocks = (
        f"{number}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n"
        f"{_text(cue, _inert_for_srt)}\n\n"
        for number, cue in enumerate(cues, start=1)
    )
    return "".join(blocks).replace("\n", "\r\n").encode()


def _lines(under_way: dict[int, _Shown]) -> tuple[str, ...]:
    """Return a line for each signal under way that began last, and how many more there are."""
    latest = islice(reversed(under_way.values()), MAX_LINES)
    lines = tuple(signal.line for signal in latest)[::-1]
    others = len(under_way) - len(lines)
    return (*lines, f"and {count(others, 'more signal')}") if others else lines


def _shown(signals: pd.DataFrame) -> Iterator[_Shown]:
    known = signals.dropna(subset=["start_s", "end_s"])
    names = ("type", "probability", "rationale", "start_s", "end_s")
    columns = (known[name].tolist() for name in names)
    for name, probability, rationale, start_s, end_s in zip(*columns, strict=True):
        known_probability = probability if probability in PROBABILITIES else NOT_GIVEN
        facts = f"{label(one_line(name, NAME_CHARACTERS))} · {probability_words(known_probability)}"
        why = "" if pd.isna(rationale) else one_line(rationale, RATIONALE_CHARACTERS)
        yield _shown_line(f"{facts}: {why}" if why else facts, start_s, end_s)


def _shown_note(note: Note) -> _Shown:
    return _shown_line(f"Note: {one_line(note.text, MAX_NOTE_TEXT)}", note.start_s, note.end_s)


def _shown_line(line: str, start_s: float, end_s: float) -> _Shown:
    start_ms = round(start_s * 1000)
    return _Shown(line, start_ms, max(round(end_s * 1000), start_ms + round(MIN_SHOWN_S * 1000)))


def _text(cue: Cue, neutral: Callable[[str], str]) -> str:
    return "\n".join(neutral(line) for line in cue.lines)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _inert_for_srt(text: str) -> str:
    for mark, lookalike in _SRT_INERT:  # Many times as fast as `str.translate` beyond ASCII.
        text = text.replace(mark, lookalike)
    return text


def _clock(milliseconds: int, point: str) -> str:
    """Return a time as hh:mm:ss and milliseconds, with more digits from 100 hours on."""
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}{point}{thousandths:03d}"
