"""Decides into how many parts a long recording is cut, and where: at pauses, with an overlap.

Pure: facts in, plan out. A part ends in the quietest half second of its last minute, and the next
one begins `OVERLAP_S` before that, so that both have what happens there whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count as numbers
from typing import Final

from interhuman.formats import clock, count
from interhuman.media.clip_plan import part_of
from interhuman.media.facts import Facts
from interhuman.media.fit_error import FitError
from interhuman.media.plan import ENCODE, is_decent, plan
from interhuman.vocabulary import MAX_FILE_BYTES, MAX_FILE_SIZE, MAX_PARTS, MAX_S, Model

OVERLAP_S: Final = 10.0
SEARCH_S: Final = 60.0
"""How far before the latest end of a part a pause is looked for."""
PAUSE_S: Final = 0.5
"""How long the quietest piece is in whose middle a part ends."""

_ROUNDING_S: Final = 1.0
"""So much shorter a part is than its model takes: a file may be some frames longer."""
_MIN_PART_S: Final = 2 * SEARCH_S
_STEP_S: Final = 5.0
_MAX_PARTS: Final = 100
"""Of one file: what would be more lasts for days, and is no recording of a conversation.

A recording that was joined may have as many as can be kept, see `vocabulary.MAX_PARTS`.
"""
_FAR_TOO_LONG: Final = (
    "It's {} long, too long to be analyzed even in parts. Cut it into parts first."
)
_TOO_MANY: Final = (
    "It's {} long and would be sent in {}. One result holds up to {} and {:,} parts. Join fewer "
    "files into one recording."
)


@dataclass(frozen=True, slots=True)
class CutPart:
    """A part of a recording, in seconds from its start."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class CuttingPlan:
    """The parts that a recording is sent in, each in a request of its own."""

    parts: tuple[CutPart, ...]
    why: str
    """Why it isn't sent whole, as a sentence."""

    @property
    def words(self) -> tuple[str, ...]:
        """How many parts and requests there are, and why, as sentences."""
        longest_s = max(part.length_s for part in self.parts)
        return (
            f"It's analyzed in {count(len(self.parts), 'part')}, each in a request of its own: "
            f"{count(len(self.parts), 'request')} in all.",
            self.why,
            f"The parts are up to {clock(longest_s)} long, are cut at pauses and overlap by "
            f"{OVERLAP_S:.0f} s. You get one result.",
        )


def cutting_plan(
    facts: Facts,
    pauses: str,
    model: Model,
    *,
    max_bytes: int = MAX_FILE_BYTES,
    from_s: float = 0.0,
) -> CuttingPlan | None:
    """Return how a recording is cut for a model, None where it is sent whole.

    `pauses` is what `worker.pauses` measured of its sound, "" without any; the recording begins at
    `from_s` in them. Raises `FitError` where it can't be sent in parts either.
    """
    by_model_s = model.max_duration_s or math.inf
    by_size_s = _fitting_s(facts, model, max_bytes=max_bytes)
    if facts.duration_s <= min(by_model_s, by_size_s):
        return None
    longest_s = min(by_model_s - _ROUNDING_S, by_size_s)
    try:
        parts = cut(facts.duration_s, pauses, max_part_s=longest_s, from_s=from_s)
    except ValueError:
        raise FitError("too_long", _FAR_TOO_LONG.format(clock(facts.duration_s))) from None
    return CuttingPlan(parts, _why(facts, model, by_size_s=by_size_s))


def parts_of_files(
    facts: Facts, pauses: str, model: Model, files: Sequence[CutPart]
) -> tuple[CutPart, ...]:
    """Return the parts of a recording that was joined from files: each file, cut if it's too long.

    Raises `FitError` where one can't be sent in parts either, and for too many parts.
    """
    parts: list[CutPart] = []
    for file in files:
        start_s = file.start_s
        only = part_of(facts, start_s, file.end_s, decoded_from_s=start_s)
        intended = cutting_plan(only, pauses, model, from_s=start_s)
        of_file = intended.parts if intended is not None else (CutPart(0.0, file.length_s),)
        parts += [CutPart(start_s + part.start_s, start_s + part.end_s) for part in of_file]
    check_result_holds(len(parts), parts[-1].end_s)
    return tuple(parts)


def check_result_holds(parts: int, end_s: float) -> None:
    """Raise `FitError` where one result can't hold so many parts or so long a recording.

    It would be paid for, and could not be read.
    """
    if parts > MAX_PARTS or end_s > MAX_S:
        words = _TOO_MANY.format(clock(end_s), count(parts, "part"), clock(MAX_S), MAX_PARTS)
        raise FitError("too_long", words)


def part_count(duration_s: float, model: Model) -> int:
    """Return into how many parts at least a recording is cut for a model; 1 where it is sent whole.

    Its size may take more. Raises `FitError` where it can't be sent in parts either.
    """
    if model.max_duration_s is None or duration_s <= model.max_duration_s:
        return 1
    try:
        return len(cut(duration_s, max_part_s=model.max_duration_s - _ROUNDING_S))
    except ValueError:
        raise FitError("too_long", _FAR_TOO_LONG.format(clock(duration_s))) from None


def _why(facts: Facts, model: Model, *, by_size_s: float) -> str:
    limit_s, length_s = model.max_duration_s, facts.duration_s
    if clock(length_s) == clock(min(by_size_s, limit_s or math.inf)):
        length_s = math.ceil(length_s)  # What is longer by a fraction of a second must read so.
    long = f"It's {clock(length_s)} long"
    if limit_s is not None and limit_s <= by_size_s:
        return f"{long}, and {model.title} takes up to {clock(limit_s)}."
    kind = "clear video" if model.needs_picture else "clear audio"
    return f"{long}, and about {clock(by_size_s)} of {kind} fits into {MAX_FILE_SIZE}, the limit."


def _fitting_s(facts: Facts, model: Model, *, max_bytes: int) -> float:
    """Return how much of a recording fits into a file that still looks and sounds well.

    It is the whole length where all of it does. Raises `FitError` where nothing helps.
    """

    def fits(length_s: float) -> bool:
        part = part_of(facts, 0.0, length_s, decoded_from_s=0.0)
        try:
            intended = plan(part, max_bytes=max_bytes, audio_only=not model.needs_picture)
        except FitError as error:
            if error.reason != "too_long":
                raise
            return False
        picture = part.picture
        return (
            picture is None
            or intended.picture.action != ENCODE
            or is_decent(intended.picture, frames_per_s=picture.frames_per_s)
        )

    if fits(facts.duration_s):
        return facts.duration_s
    steps = range(int(_MIN_PART_S / _STEP_S), int(facts.duration_s / _STEP_S) + 1)
    low, high = steps.start, steps.stop
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle * _STEP_S) else (low, middle)
    return low * _STEP_S


def cut(
    duration_s: float,
    pauses: str = "",
    *,
    max_part_s: float,
    overlap_s: float = OVERLAP_S,
    search_s: float = SEARCH_S,
    from_s: float = 0.0,
) -> tuple[CutPart, ...]:
    """Return parts of about the same length, as few as there can be, none over `max_part_s`.

    What is cut begins at `from_s` in the `pauses`. Raises ValueError for parts too short to find a
    pause in, and for too many of them.
    """
    if duration_s <= max_part_s:
        return (CutPart(0.0, duration_s),)
    if max_part_s < search_s + 2 * overlap_s:
        raise ValueError(f"parts of {max_part_s:g} s are too short")
    for number in numbers(max(2, math.ceil((duration_s - overlap_s) / (max_part_s - overlap_s)))):
        if number > _MAX_PARTS:
            break
        parts = _cut_into(
            number,
            duration_s,
            pauses,
            max_part_s=max_part_s,
            overlap_s=overlap_s,
            search_s=search_s,
            from_s=from_s,
        )
        if all(2 * overlap_s < part.length_s <= max_part_s for part in parts):
            return parts
    raise ValueError(f"{duration_s:g} s would be too many parts")


def _cut_into(
    number: int,
    duration_s: float,
    pauses: str,
    *,
    max_part_s: float,
    overlap_s: float,
    search_s: float,
    from_s: float,
) -> tuple[CutPart, ...]:
    parts: list[CutPart] = []
    start_s = 0.0
    for left in range(number, 1, -1):
        even_s = start_s + (duration_s - start_s + (left - 1) * overlap_s) / left
        latest_s = min(start_s + max_part_s, even_s + search_s / 2)
        earliest_s = max(latest_s - search_s, start_s + 2 * overlap_s)
        near_s = from_s + min(even_s, latest_s)
        end_s = quietest_s(pauses, from_s + earliest_s, from_s + latest_s, near_s=near_s) - from_s
        parts.append(CutPart(round(start_s, 3), round(end_s, 3)))
        start_s = end_s - overlap_s
    parts.append(CutPart(round(start_s, 3), duration_s))
    return tuple(parts)


def quietest_s(pauses: str, earliest_s: float, latest_s: float, *, near_s: float) -> float:
    """Return the middle of the quietest half second between two times, of equals that near a third.

    Without any sound there it is that third time. `pauses` has three digits for each second: the
    level of the quietest half second that begins in it, in half decibels below full scale, as two
    hexadecimal digits, and by how many tenths of a second it begins later.
    """
    candidates = [(0, 0.0, near_s)]
    for second in range(max(0, math.floor(earliest_s)), math.floor(latest_s) + 1):
        digits = pauses[3 * second : 3 * second + 3]
        if len(digits) < 3:
            break
        middle_s = second + int(digits[2]) / 10 + PAUSE_S / 2
        if earliest_s + PAUSE_S / 2 <= middle_s <= latest_s - PAUSE_S / 2:
            candidates.append((int(digits[:2], 16), -abs(middle_s - near_s), middle_s))
    return max(candidates)[2]
