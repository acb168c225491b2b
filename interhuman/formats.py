"""How names, times, sizes and scores from an analysis are written for a person."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, tzinfo

from interhuman.text import one_line
from interhuman.vocabulary import MODELS, NO_EVIDENCE, PROBABILITIES, band

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

NAME_CHARACTERS = 60
"""The longest name of a type or state that the page shows; the published ones have 13."""

MODEL_CHARACTERS = 60

NOT_GIVEN = "not given"
"""What stands where the API gave no value."""

ABSENT = "\N{EN DASH}"
"""What a cell of a table without a value shows."""

NOT_KNOWN = "not known"
LENGTH_NOT_KNOWN = f"length {NOT_KNOWN}"
"""What stands for the length of a recording that is not known, without and with its name."""

NO_SIGNALS = "No signals were detected"
SIGNALS_UNREAD = "The signals couldn't be read"
"""What stands where there are no signals, by whether the answer has none."""

NO_EVIDENCE_WORDS = "no evidence"
"""How a dimension of exactly `NO_EVIDENCE` reads."""


def label(name: str) -> str:
    """Return a name from the API as a person reads it: no underscores, a capital first.

    A name of more than `NAME_CHARACTERS` characters ends in "…".
    """
    words = readable(name)
    return (words[:1].upper() + words[1:]) or "(unnamed)"


def readable(name: str, *, most: int = NAME_CHARACTERS) -> str:
    """Return a name from the API with spaces for underscores, at most `most` characters long."""
    return " ".join(one_line(name, most).replace("_", " ").split())


def clock(seconds: float | None, *, tenths: bool = False) -> str:
    """Return a time in seconds as m:ss, or h:mm:ss from an hour on, with a tenth where asked.

    Whole seconds are cut, as a player shows them; tenths are rounded. A time that is not a
    finite number reads "not given"; a negative one counts as 0.
    """
    if seconds is None or not math.isfinite(seconds):
        return NOT_GIVEN
    in_tenths = (
        math.floor(max(seconds, 0.0) * 10 + 0.5) if tenths else int(max(seconds, 0.0) + 1e-6) * 10
    )
    minutes, rest = divmod(in_tenths, 600)
    second, tenth = divmod(rest, 10)
    tail = f"{second:02d}.{tenth}" if tenths else f"{second:02d}"
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{tail}" if hours else f"{minute}:{tail}"


def length(end_s: float, *, unknown: str = LENGTH_NOT_KNOWN) -> str:
    """Return the length of a time axis in seconds as `clock` does, or `unknown` for 0."""
    return clock(end_s) if end_s > 0 else unknown


def span(start_s: float, end_s: float) -> str:
    """Return a stretch in seconds as "0:05-0:10", or "at 0:10" where it has no length.

    Tenths appear on both ends as soon as one of them is not a whole second.
    """
    tenths = not (_reads_whole(start_s) and _reads_whole(end_s))
    start = clock(start_s, tenths=tenths)
    if start_s == end_s:
        return f"at {start}"
    return f"{start}\N{EN DASH}{clock(end_s, tenths=tenths)}"


def duration_words(seconds: float | None) -> str:
    """Return a length in seconds in words, such as "1 minute 12 seconds" or "2.4 seconds"."""
    if seconds is None or not math.isfinite(seconds):
        return NOT_GIVEN
    seconds = max(seconds, 0.0)
    if seconds < 10 and not _reads_whole(seconds):
        return f"{seconds:.1f} seconds"
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    parts = ((hours, "hour"), (minute, "minute"), (second, "second"))
    words = [count(number, unit) for number, unit in parts if number]
    return " ".join(words) or "0 seconds"


def _reads_whole(seconds: float) -> bool:
    """Return whether a time rounded to tenths is a whole second."""
    return float(round(seconds, 1)).is_integer()


def size(size_bytes: int) -> str:
    """Return a file's size as "1.07 GB", "31.3 MB" or "12 kB"."""
    if size_bytes >= 999_950_000:
        return f"{round(size_bytes / 1_000_000_000, 2):g} GB"
    # Rounded as the upload widget rounds it.
    unit, name = (1_000_000, "MB") if size_bytes > 102_400 else (1_000, "kB")
    return f"{round(size_bytes / unit, 1):g} {name}"


def day_and_time(moment: datetime, zone: tzinfo) -> str:
    """Return a moment in a time zone as "Nov 27, 2026, 20:15"."""
    local = moment.astimezone(zone)
    return f"{MONTHS[local.month - 1]} {local.day}, {local.year}, {local:%H:%M}"


def time_of_day(moment: datetime, zone: tzinfo) -> str:
    """Return a moment in a time zone as "20:15:04"."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: "1 signal", "1,024 signals", "2 entries"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {plural or f'{noun}s'}"


def percent(share: float) -> str:
    """Return a share in whole percents; only a whole one reads 100."""
    return f"{min(99, round(100 * share)) if share < 0.9995 else 100}%"


def score(value: float | None) -> str:
    """Return a score (0-100) as a whole number without a unit, or "not given".

    Rounding never lifts a score into the next band: 64.7 is moderate and reads 64.
    """
    if value is None or not math.isfinite(value):
        return NOT_GIVEN
    rounded = math.floor(value + 0.5)
    return str(rounded if band(rounded) == band(value) else math.floor(value))


def dimension_score(value: float | None) -> str:
    """Return a dimension's score; exactly 50 reads "no evidence", as the API means it.

    What would round to 50 has one decimal, so that it is not taken for that.
    """
    if value == NO_EVIDENCE:
        return NO_EVIDENCE_WORDS
    words = score(value)
    return f"{value:.1f}" if value is not None and words == f"{NO_EVIDENCE:.0f}" else words


def index_words(index: float | None, dimensions: Sequence[float | None]) -> str:
    """Return what a quality index means: its band, "not given", or "no evidence".

    Five dimensions of exactly 50 mean that nothing was detected; then there is no band to name.
    """
    if index is None or not math.isfinite(index):
        return NOT_GIVEN
    nothing = bool(dimensions) and all(value == NO_EVIDENCE for value in dimensions)
    return NO_EVIDENCE_WORDS if nothing else band(index)


def index_as(index: float, overall_is: str | None) -> str:
    """Return a quality index, and in few words what it is where the API didn't judge the whole."""
    what, _, _ = (overall_is or "").partition(",")
    return f"{score(index)} ({what})" if what else score(index)


def model_title(model: str) -> str:
    """Return what a model is called; one that is not known by its own name."""
    known = MODELS.get(model)
    return known.title if known is not None else one_line(model, MODEL_CHARACTERS)


def maker_words(model: str, *, sandbox: bool) -> str:
    """Return who made a result: the model, and whether it came from the sandbox."""
    return f"{model_title(model)}, sandbox" if sandbox else model_title(model)


def probability_words(probability: object) -> str:
    """Return how sure a detection is, in words; anything but the three known ones is not given."""
    known = isinstance(probability, str) and probability in PROBABILITIES
    return f"{probability} probability" if known else f"probability {NOT_GIVEN}"
