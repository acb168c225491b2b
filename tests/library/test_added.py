from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from interhuman.annotations import Annotations, Note, WriteNote
from interhuman.errors import LibraryError
from interhuman.library import added
from interhuman.library.added import Added
from interhuman.library.annotating import annotations_of
from interhuman.library.library import Library
from tests.library.conftest import begin

NOTE = Note("0a1b2c3d", 1.0, 1.0, "So")


def noted(number: int, id: str = NOTE.id, text: str = NOTE.text) -> dict[str, Any]:
    return {"number": number, "note": {"id": id, "start": 1.0, "end": 1.0, "text": text}}


def take_in(to: Added, *reported: object) -> None:
    to.take_in(list(reported), end_s=60.0, signals=3)


def test_each_change_is_taken_in_once_and_kept(library: Library) -> None:
    id = begin(library)
    mine = Added(library.access, id, before=Annotations())
    take_in(mine, noted(1), {"number": 2, "signal": 2, "says": "agree"})
    assert (mine.taken_in, mine.problem, mine.is_kept) == (2, None, True)
    assert mine.annotations == Annotations((NOTE,), {2: "agree"})
    take_in(mine, noted(1), {"number": 2, "signal": 2, "says": "agree"}, noted(3, text="Other"))
    assert mine.annotations.notes == (Note(NOTE.id, 1.0, 1.0, "Other"),)
    take_in(mine, noted(2))
    assert mine.annotations.notes[0].text == "Other"
    assert Added(library.access, id, before=Annotations()).annotations == mine.annotations


@pytest.mark.parametrize(
    "reported",
    [None, 7, "x", [7], [{}], [{"number": "1"}], [{"number": 1, "note": 7}], [{"number": 1.5}]],
)
def test_what_is_no_change_is_left_alone(library: Library, reported: object) -> None:
    id = begin(library)
    mine = Added(library.access, id, before=Annotations())
    mine.take_in(reported, end_s=60.0, signals=3)
    assert mine.annotations == Annotations()
    assert mine.problem is None


def test_two_visits_change_what_each_says_and_nothing_else(library: Library) -> None:
    id = begin(library)
    one, other = (Added(library.access, id, before=Annotations()) for _ in range(2))
    take_in(one, noted(1))
    take_in(other, noted(1, id="11111111", text="Hers"))
    kept = annotations_of(library.access, id)
    assert kept is not None
    assert {note.text for note in kept.notes} == {"So", "Hers"}
    assert other.annotations == kept
    take_in(one)
    assert one.annotations == kept, "what another tab changed is seen with the next run"
    library.delete(id)
    library.purge(id)
    take_in(one)
    assert one.annotations == kept, "the visit keeps what the library erased"


def test_a_note_beyond_the_most_is_said_and_changes_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interhuman.annotations.MAX_NOTES", 1)
    id = begin(library)
    mine = Added(library.access, id, before=Annotations())
    take_in(mine, noted(1), noted(2, id="11111111"))
    assert (mine.annotations.notes, mine.problem) == ((NOTE,), added.FULL)
    take_in(mine, {"number": 3, "remove": NOTE.id}, noted(4, id="11111111"))
    assert mine.problem is None
    assert [note.id for note in mine.annotations.notes] == ["11111111"]


def test_without_a_library_it_is_there_for_the_visit(library: Library) -> None:
    mine = Added(None, None, before=Annotations((NOTE,)))
    take_in(mine, {"number": 1, "signal": 0, "says": "disagree"})
    assert mine.annotations == Annotations((NOTE,), {0: "disagree"})
    assert (mine.problem, mine.is_kept) == (None, False)


def test_what_the_library_did_not_take_is_said_and_kept_with_the_next(
    library: Library, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = begin(library)
    mine = Added(library.access, id, before=Annotations())

    def refuse(*_: object) -> None:
        raise LibraryError("The disk is full.", problem="full")

    with monkeypatch.context() as broken:
        broken.setattr(added, "annotate", refuse)
        take_in(mine, noted(1))
    assert str(mine.problem) == (
        "Your notes aren't saved in the library: The disk is full. They're kept for this visit."
    )
    assert mine.annotations.notes == (NOTE,)
    take_in(mine, {"number": 2, "signal": 0, "says": "agree"})
    assert mine.problem is None
    assert annotations_of(library.access, id) == Annotations((NOTE,), {0: "agree"})


def test_a_library_that_cannot_be_read_is_said(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Annotations:
        raise LibraryError("It's locked.", problem="locked")

    before = Annotations().after(WriteNote(NOTE))
    id = begin(library)
    with monkeypatch.context() as locked:
        locked.setattr(added, "annotations_of", refuse)
        mine = Added(library.access, id, before=before)
        assert mine.problem == "Notes in the library can't be read: It's locked."
        assert mine.annotations == before
        take_in(mine, noted(1, id="11111111"))
        assert mine.problem == "Notes in the library can't be read: It's locked.", "it is kept"
    take_in(mine)
    assert [note.id for note in mine.annotations.notes] == ["11111111"]
    assert str(mine.problem) == "None"


def test_what_could_not_be_read_at_first_is_there_with_the_next_change(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = begin(library)
    take_in(Added(library.access, id, before=Annotations()), noted(1))

    def refuse(*_: object) -> Annotations:
        raise LibraryError("It's locked.", problem="locked")

    with monkeypatch.context() as broken:
        broken.setattr(added, "annotations_of", refuse)
        mine = Added(library.access, id, before=Annotations())
    take_in(mine, {"number": 1, "signal": 0, "says": "agree"})
    assert mine.problem is None
    assert mine.annotations == Annotations((NOTE,), {0: "agree"})
