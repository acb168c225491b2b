"""What makes a comparison unfair, in plain sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from interhuman.findings.comparison import LETTERS, MAX_COMPARED, Compared, letters
from interhuman.findings.spans import placed
from interhuman.formats import NOT_KNOWN, clock, length, model_title, readable
from interhuman.frames import overall_scores
from interhuman.vocabulary import DIMENSIONS, INDEX, NO_EVIDENCE, SCORES

MAX_DIFFERENCE: float = 1 / 3
"""By how much of the longer one the lengths of two recordings may differ."""


def caveats(recordings: Sequence[Compared]) -> tuple[str, ...]:
    """Return what is to be known before recordings are compared, what weighs most first."""
    found = (
        *_makers(recordings),
        *_options(recordings),
        *_lengths(recordings),
        *_parts(recordings),
    )
    return (*found, *_quality(recordings), *_no_data(recordings))


def _makers(recordings: Sequence[Compared]) -> Iterator[str]:
    """Say where the sandbox is compared with Interhuman, and where models differ."""
    sandbox = _which(recordings, lambda each: each.sandbox)
    others = _which(recordings, lambda each: not each.sandbox)
    if sandbox and others:
        yield (
            f"{sandbox} came from the sandbox, {others} from Interhuman. They don't measure the "
            "same things, so don't compare their numbers; no difference is shown."
        )
    if len({each.model for each in recordings}) > 1:
        models = _each([model_title(one.model) for one in recordings])
        yield (
            f"Different models: {models}. Models detect different things, so a "
            "difference can come from the model."
        )


def _options(recordings: Sequence[Compared]) -> Iterator[str]:
    """Say which options differ, and of which recordings they are not known."""
    known = [one.options for one in recordings if one.options is not None]
    names = dict.fromkeys(name for options in known for name in options)
    differing = [name for name in names if len({options.get(name) for options in known}) > 1]
    if differing:
        yield f"Analyzed with different options: {', '.join(differing)}."
    unknown = _which(recordings, lambda each: each.options is None)
    if unknown and known:
        yield f"The options that {unknown} used aren't known."


def _lengths(recordings: Sequence[Compared]) -> Iterator[str]:
    """Say where lengths differ much, and where they are not known."""
    lengths_s = [each.end_s for each in recordings if each.end_s > 0]
    if lengths_s and max(lengths_s) - min(lengths_s) > MAX_DIFFERENCE * max(lengths_s):
        lengths = [length(each.end_s, unknown=NOT_KNOWN) for each in recordings]
        if len(recordings) > MAX_COMPARED:
            lengths = [f"{clock(min(lengths_s))} to {clock(max(lengths_s))}"]
        words = _each(lengths) if len(lengths) > 1 else lengths[0]
        yield (
            f"The lengths differ by more than a third ({words}), so signals are compared per "
            "minute, not in total."
        )
    none = _which(recordings, lambda each: each.end_s <= 0)
    if none:
        yield f"The length of {none} isn't known, so there are no signals per minute."
    guessed = _which(recordings, lambda each: each.end_s > 0 and not each.length_given)
    if guessed:
        yield (
            f"The length of {guessed} isn't known. It's counted to the last entry, so signals per "
            "minute may be too high."
        )


def _parts(recordings: Sequence[Compared]) -> Iterator[str]:
    """Say which overall scores are means of parts, and of which recordings parts are missing."""
    stitched = [at for at, each in enumerate(recordings) if each.overall_is is not None]
    if stitched:
        yield (
            f"The overall scores of {_of(stitched, recordings)} are means of parts, weighted by "
            "length: none of them was judged as a whole."
        )
    gaps = [at for at, each in enumerate(recordings) if each.unanalyzed_s > 0]
    if gaps:
        missing = ", ".join(dict.fromkeys(clock(recordings[at].unanalyzed_s) for at in gaps))
        yield (
            f"Parts of {_of(gaps, recordings)} weren't analyzed ({missing}). Shares and signals "
            "per minute count what was."
        )


def _quality(recordings: Sequence[Compared]) -> Iterator[str]:
    """Say what scores are missing, and which are exactly 50."""
    scores = [overall_scores(each.quality) for each in recordings]
    absent = [at for at, each in enumerate(scores) if all(v is None for v in each.values())]
    if absent:
        yield f"{_of(absent, recordings)} {_has(absent)} no conversation quality."
    for name in SCORES:
        lacking = [at for at, each in enumerate(scores) if each[name] is None and at not in absent]
        if lacking:
            yield f"{_of(lacking, recordings)} {_has(lacking)} no score for {readable(name)}."
    named = [
        f"{name} ({_of(places, recordings)})"
        for name in DIMENSIONS
        if (places := [at for at, each in enumerate(scores) if each[name] == NO_EVIDENCE])
    ]
    if named:
        yield f"Exactly 50 means no evidence, so it isn't compared: {', '.join(named)}."
    nothing = [
        at for at, each in enumerate(scores) if all(each[n] == NO_EVIDENCE for n in DIMENSIONS)
    ]
    if nothing:
        yield (
            f"All five dimensions of {_of(nothing, recordings)} are exactly 50, so the "
            f"{readable(INDEX)} says nothing there."
        )


def _no_data(recordings: Sequence[Compared]) -> Iterator[str]:
    """Say which recordings have no signals or none that can be read, and which no engagement."""
    unread = _which(recordings, lambda each: not each.signals_read)
    if unread:
        yield f"The signals of {unread} couldn't be read."
    silent = [
        at for at, each in enumerate(recordings) if each.signals_read and placed(each.signals).empty
    ]
    if silent:
        yield (
            f"{_of(silent, recordings)} {_has(silent)} no signals. That says nothing about the "
            "person."
        )
    without = [at for at, each in enumerate(recordings) if placed(each.engagement).empty]
    if without:
        yield f"{_of(without, recordings)} {_has(without)} no engagement data."


def _which(recordings: Sequence[Compared], holds: Callable[[Compared], bool]) -> str:
    return _of([place for place, each in enumerate(recordings) if holds(each)], recordings)


def _of(places: Sequence[int], recordings: Sequence[Compared]) -> str:
    """Return some recordings by their letters, or how many they are where letters don't suffice."""
    if len(recordings) <= MAX_COMPARED:
        return letters(places)
    return f"{len(places)} of {len(recordings)}" if places else ""


def _each(words: Sequence[str]) -> str:
    """Return what holds of each recording, or how many each holds of."""
    if len(words) <= MAX_COMPARED:
        return ", ".join(f"{letter} {text}" for letter, text in zip(LETTERS, words, strict=False))
    return ", ".join(f"{text} ({number})" for text, number in Counter(words).most_common())


def _has(places: Sequence[int]) -> str:
    return "has" if len(places) == 1 else "have"
