"""What a person adds to a result: notes at a time, and whether they agree with a signal.

The browser makes them and tells the server in changes; each can be made again without harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from interhuman.text import displayable

Says = Literal["agree", "disagree"]
SAYS: Final[tuple[Says, ...]] = ("agree", "disagree")

MAX_NOTE_TEXT: Final = 2_000
"""Characters of one note."""

MAX_NOTES: Final = 2_000
"""Notes of one result."""

MAX_RESULT_NOTE: Final = 10_000
"""Characters of the note on a whole result."""

_ID = re.compile(r"[0-9a-f-]{8,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote about a moment or a stretch of a recording."""

    id: str
    """Random, made where the note was written."""
    start_s: float
    end_s: float
    """As `start_s` for a moment; both in seconds from the start of the recording."""
    text: str
    """One line, never empty."""


@dataclass(frozen=True, slots=True)
class WriteNote:
    """A note is written, or the one of its id is changed."""

    note: Note


@dataclass(frozen=True, slots=True)
class RemoveNote:
    """The note of this id is deleted."""

    id: str


@dataclass(frozen=True, slots=True)
class Judge:
    """A person agrees with a signal or does not; None takes that back."""

    signal: int
    """Its place in the response."""
    says: Says | None


Change = WriteNote | RemoveNote | Judge


@dataclass(frozen=True, slots=True)
class Annotations:
    """All that a person added to one result."""

    notes: tuple[Note, ...] = ()
    """In the order of time."""
    says: Mapping[int, Says] = field(default_factory=dict)
    """For each signal that was judged, by its place in the response."""

    def __bool__(self) -> bool:
        return bool(self.notes or self.says)

    def after(self, change: Change) -> Annotations:
        """Return these with a change; for a note beyond `MAX_NOTES`, these themselves."""
        match change:
            case WriteNote(note):
                notes = in_order([note, *(other for other in self.notes if other.id != note.id)])
                return replace(self, notes=notes) if len(notes) <= MAX_NOTES else self
            case RemoveNote(id):
                return replace(self, notes=tuple(note for note in self.notes if note.id != id))
            case Judge(signal, says):
                said = {place: one for place, one in self.says.items() if place != signal}
                return replace(self, says={**said, signal: says} if says else said)

    def decides(self, change: Change) -> bool:
        """Return whether there is a note of that id, or a judgment of that signal, already."""
        match change:
            case WriteNote(note):
                return any(other.id == note.id for other in self.notes)
            case Judge(signal, _):
                return signal in self.says
        return False

    def changes(self) -> list[Change]:
        """Return the changes that make these of nothing."""
        judged = [Judge(signal, says) for signal, says in self.says.items()]
        return [*map(WriteNote, self.notes), *judged]


def in_order(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return notes in the order of time."""
    return tuple(sorted(notes, key=lambda one: (one.start_s, one.end_s, one.id)))


def read_change(reported: object, *, end_s: float, signals: int) -> Change | None:
    """Return the change that a browser or a file names, None where it is none.

    `end_s` is the length of the recording in seconds, `signals` the number of its signals.
    """
    match reported:
        case {
            "note": {"id": str(id), "start": int() | float() as start, "text": str(text)} as note
        }:
            return _written(id, start, note.get("end", start), text, end_s=end_s)
        case {"remove": str(id)} if _ID.fullmatch(id):
            return RemoveNote(id)
        case {"signal": int(place), "says": says} if 0 <= place < signals:
            if says is None:
                return Judge(place, None)
            return next((Judge(place, known) for known in SAYS if known == says), None)
    return None


def _written(id: str, start: object, end: object, text: str, *, end_s: float) -> WriteNote | None:
    line = " ".join(displayable(text[: 2 * MAX_NOTE_TEXT]).split())[:MAX_NOTE_TEXT]
    if not any(character.isprintable() and character != " " for character in line):
        return None  # Characters of no width are no note.
    if _ID.fullmatch(id) is None:
        return None
    if not isinstance(start, int | float) or not isinstance(end, int | float):
        return None
    if not 0 <= start <= end:
        return None
    return WriteNote(Note(id, float(min(start, end_s)), float(min(end, end_s)), line))


def packed(annotations: Annotations) -> list[dict[str, object]]:
    """Return annotations as JSON has them, each as `read_change` reads it."""
    items: list[dict[str, object]] = [
        {"note": {"id": note.id, "start": note.start_s, "end": note.end_s, "text": note.text}}
        for note in annotations.notes
    ]
    items += [{"signal": signal, "says": says} for signal, says in annotations.says.items()]
    return items


def unpacked(reported: object, *, end_s: float, signals: int) -> Annotations:
    """Return the annotations of a file; what is none is left out."""
    annotations = Annotations()
    for one in reported if isinstance(reported, list) else ():
        change = read_change(one, end_s=end_s, signals=signals)
        annotations = annotations.after(change) if change is not None else annotations
    return annotations
