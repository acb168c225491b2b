"""What became of each file of a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interhuman.library.library import Library
from interhuman.library.reading import GAPS, OVERALL_IS
from interhuman.runs.queue.items import NOT_ANALYZED, WITH_A_GAP, QueueItem
from interhuman.runs.queue.states import ENDED, ItemState
from interhuman.terminal.adding import AddedFile
from interhuman.text import name_line

_DONE: Final = "Done"
_DONE_BEFORE: Final = "Done before"
_NOT_ANALYZED: Final = "Not analyzed"

SEND_MISSING: Final = (
    "To send only what is missing, open this result or its JSON file in the dashboard."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A file of the command and its analysis, as a line of the summary."""

    name: str
    """Of the file, on one line."""
    words: str
    """What became of it."""
    is_done: bool
    duration_s: float | None = None
    quality_index: float | None = None
    signal_count: int | None = None
    problem: str | None = None
    """What went wrong and what to do about it, as sentences."""
    has_gap: bool = False
    """Whether a part of the recording has no result."""
    overall_is: str | None = None
    """What the quality index is where the API did not judge the whole."""
    goes_on: bool = False
    """Whether the same command, given again, goes on with it."""


def has_ended(file: AddedFile, items: Mapping[str, QueueItem]) -> bool:
    """Return whether a file came to its end."""
    if file.was_done or file.problem is not None or file.id is None:
        return True
    item = items.get(file.id)
    return item is None or item.state in ENDED


def outcome_of(file: AddedFile, items: Mapping[str, QueueItem], library: Library) -> Outcome:
    """Return what became of a file. Raises LibraryError."""
    name, item = name_line(file.path.name), items.get(file.id or "")
    row = library.get(file.id) if file.id is not None else None
    if row is not None and row.state == "done":
        words, known = _DONE_BEFORE if file.was_done else _DONE, row.tracks or {}
        if file.same_as is not None:
            words = f"Same as {name_line(file.same_as.name)}"
        gaps = known.get(GAPS)
        return Outcome(
            name,
            words if gaps is None else WITH_A_GAP.format(words),
            is_done=True,
            duration_s=row.duration_s,
            quality_index=row.quality_index,
            signal_count=row.signal_count,
            problem=f"{NOT_ANALYZED.format(gaps)} {SEND_MISSING}" if gaps is not None else None,
            has_gap=gaps is not None,
            overall_is=known.get(OVERALL_IS),
        )
    if item is None or file.problem is not None:
        words = item.words if item is not None else _NOT_ANALYZED
        return Outcome(name, words, is_done=False, problem=file.problem)
    sentences = [one for one in (item.problem, item.remedy) if one is not None]
    return Outcome(
        name,
        item.words if item.state in ENDED else _NOT_ANALYZED,
        is_done=False,
        duration_s=item.duration_s,
        problem=" ".join(sentences) or None,
        goes_on=item.state not in ENDED or item.state in (ItemState.FAILED, ItemState.CANCELED),
    )


def not_added(files: Sequence[str]) -> list[Outcome]:
    """Return what is said of files that the command was stopped before it came to."""
    return [Outcome(name_line(name), _NOT_ANALYZED, is_done=False, goes_on=True) for name in files]
