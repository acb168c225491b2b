from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from interhuman.annotations import (
    SAYS,
    Annotations,
    Change,
    Judge,
    Note,
    RemoveNote,
    WriteNote,
)
from interhuman.errors import LibraryError
from interhuman.library.annotating import annotate, annotations_of
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from tests.library.conftest import begin

NOTE = Note("0a1b2c3d", 1.0, 2.5, "Nods to 'yes' 🙂")
ADDED = Annotations((NOTE,), {2: "agree", 0: "disagree"})


def test_what_is_added_stays_is_changed_and_is_taken_back(library: Library, engine: Engine) -> None:
    id, other = begin(library), begin(library, "other.mp4")
    annotate(library.access, id, ADDED.changes())
    annotate(library.access, id, ADDED.changes())
    again = Library(engine, owner=library.access.owner).access
    assert annotations_of(again, id) == ADDED
    assert annotations_of(again, other) == Annotations()
    changed = Note(NOTE.id, 1.0, 1.0, "Changed")
    annotate(again, id, [WriteNote(changed), Judge(2, None), Judge(0, "agree")])
    assert annotations_of(again, id) == Annotations((changed,), {0: "agree"})
    annotate(again, id, [RemoveNote(NOTE.id), RemoveNote("never"), Judge(0, None)])
    assert annotations_of(again, id) == Annotations()


def test_they_are_seen_and_changed_by_their_owner_alone(library: Library, engine: Engine) -> None:
    id = begin(library)
    annotate(library.access, id, ADDED.changes())
    stranger = Library(engine, owner="stranger").access
    assert annotations_of(stranger, id) is None
    for change in (*ADDED.changes(), RemoveNote(NOTE.id)):
        with pytest.raises(LibraryError):
            annotate(stranger, id, [change])
    assert annotations_of(stranger, "no id at all") is None
    with pytest.raises(LibraryError):
        annotate(library.access, "no id at all", ADDED.changes())
    assert annotations_of(library.access, id) == ADDED


def test_they_come_back_with_an_analysis_that_was_deleted_and_go_with_one_that_is_erased(
    library: Library, engine: Engine
) -> None:
    id = begin(library)
    annotate(library.access, id, ADDED.changes())
    library.delete(id)
    with pytest.raises(LibraryError):
        annotate(library.access, id, ADDED.changes())
    library.undo(id)
    assert annotations_of(library.access, id) == ADDED
    library.delete(id)
    library.purge(id)
    with engine.connect() as connection:
        for table in ("notes", "judgments"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_what_cannot_be_read_is_left_out(library: Library, engine: Engine) -> None:
    id = begin(library)
    annotate(library.access, id, ADDED.changes())
    with engine.begin() as connection:
        connection.execute(text("UPDATE judgments SET says = 'perhaps' WHERE signal = 0"))
    assert annotations_of(library.access, id) == Annotations((NOTE,), {2: "agree"})


times = st.floats(0, 60)
ids = st.sampled_from(["aaaaaaaa", "bbbbbbbb", "cccccccc"])
changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(
        lambda id, a, b: WriteNote(Note(id, min(a, b), max(a, b), f"{a} {b}")), ids, times, times
    ),
    st.builds(RemoveNote, ids),
    st.builds(Judge, st.integers(0, 3), st.sampled_from([None, *SAYS])),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Library:
    engine = open_engine(tmp_path_factory.mktemp("library"))
    return Library(engine, owner="coach", clock=lambda: datetime(2026, 6, 1, tzinfo=UTC))


@given(made=st.lists(changes, max_size=8))
def test_the_database_holds_what_the_changes_give(kept: Library, made: list[Change]) -> None:
    id = begin(kept)
    expected = Annotations()
    for change in made:
        expected = expected.after(change)
        annotate(kept.access, id, [change])
    assert annotations_of(kept.access, id) == expected
