"""What a person adds to a result in one visit, kept in the library as far as there is one.

Whoever reports changes sends each, with its number, until they hear that it was taken in: so none
is lost, and none made twice.
"""

from __future__ import annotations

from interhuman.annotations import Annotations, Change, read_change
from interhuman.errors import LibraryError
from interhuman.library.access import OwnerAccess
from interhuman.library.annotating import annotate, annotations_of

UNSAVED = "Your notes aren't saved in the library: {} They're kept for this visit."


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
        """Why the library did not take what was added, in words."""
        self._kept_in = (access, id) if access is not None and id is not None else None
        self._unsaved: list[Change] = []
        self._is_read = self._kept_in is None
        if self._kept_in is not None:
            try:
                self._read(*self._kept_in)
            except LibraryError as error:
                self.problem = UNSAVED.format(error)

    @property
    def is_kept(self) -> bool:
        """Whether there is a library that it can be kept in."""
        return self._kept_in is not None

    def take_in(self, reported: object, *, end_s: float, signals: int) -> None:
        """Take in those of the reported changes that are new, and keep them.

        `end_s` is the length of the recording in seconds, `signals` the number of its signals.
        """
        new: list[Change] = []
        for one in reported if isinstance(reported, list) else ():
            number = one.get("number") if isinstance(one, dict) else None
            if not isinstance(number, int) or number <= self.taken_in:
                continue
            self.taken_in = number
            change = read_change(one, end_s=end_s, signals=signals)
            if change is not None:
                self.annotations = self.annotations.after(change)
                new.append(change)
        if new and self._kept_in is not None:
            self._keep(*self._kept_in, new)

    def _read(self, access: OwnerAccess, id: str) -> None:
        """Take in what the library has, under what it has yet to take."""
        annotations = annotations_of(access, id)
        for change in self._unsaved:
            annotations = annotations.after(change)
        self.annotations, self._is_read = annotations, True

    def _keep(self, access: OwnerAccess, id: str, new: list[Change]) -> None:
        """Keep changes, with those that the library did not take before."""
        self._unsaved += new
        try:
            if not self._is_read:
                self._read(access, id)
            annotate(access, id, self._unsaved)
        except LibraryError as error:
            self.problem = UNSAVED.format(error)
        else:
            self._unsaved, self.problem = [], None
