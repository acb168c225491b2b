"""What a person adds to a result in one visit, kept in the library as far as there is one.

Whoever reports changes sends each, with its number, until they hear that it was taken in: so none
is lost, and none made twice.
"""

from __future__ import annotations

from interhuman.annotations import (
    MAX_NOTES,
    Annotations,
    Change,
    RemoveNote,
    WriteNote,
    read_change,
)
from interhuman.errors import LibraryError
from interhuman.library.access import OwnerAccess
from interhuman.library.annotating import annotate, annotations_of

UNSAVED = "Your notes aren't saved in the library: {} They're kept for this visit."
UNREAD = "Notes in the library can't be read: {}"
FULL = f"The last note wasn't saved: a result holds {MAX_NOTES:,} notes. Delete one to add another."


class Added:
    """The annotations of one result, and what of them has yet to be kept.

    `access` and `id` say where they are kept, None for a result that no library has; `before` is
    what there was in that case.
    """

    def __init__(self, access: OwnerAccess | None, id: str | None, *, before: Annotations) -> None:
        self.annotations = before
        self.taken_in = 0
        """The number of the last change that was taken in."""
        self.problem: str | None = None
        """Why something that was added isn't kept, in words."""
        self._kept_in = (access, id) if access is not None and id is not None else None
        self._unsaved: list[Change] = []
        self._is_full = False
        self._sync()

    @property
    def is_kept(self) -> bool:
        """Whether there is a library that it can be kept in."""
        return self._kept_in is not None

    def take_in(self, reported: object, *, end_s: float, signals: int) -> None:
        """Take in and keep the reported changes that are new; take in what another tab changed.

        `end_s` is the length of the recording in seconds, `signals` the number of its signals.
        """
        for one in reported if isinstance(reported, list) else ():
            number = one.get("number") if isinstance(one, dict) else None
            if not isinstance(number, int) or number <= self.taken_in:
                continue
            self.taken_in = number
            change = read_change(one, end_s=end_s, signals=signals)
            if change is None:
                continue
            changed = self.annotations.after(change)
            if isinstance(change, WriteNote | RemoveNote):
                self._is_full = changed is self.annotations
            if changed is not self.annotations:
                self.annotations = changed
                self._unsaved.append(change)
        self._sync()

    def _sync(self) -> None:
        """Have the library keep what it has yet to take, and take in what it has."""
        self.problem = FULL if self._is_full else None
        if self._kept_in is None:
            return
        try:
            if self._unsaved:
                annotate(*self._kept_in, self._unsaved)
                self._unsaved = []
            kept = annotations_of(*self._kept_in)
        except LibraryError as error:
            self.problem = (UNSAVED if self._unsaved else UNREAD).format(error)
        else:
            self.annotations = kept if kept is not None else self.annotations
