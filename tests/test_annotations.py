from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.annotations import (
    MAX_NOTE_TEXT,
    MAX_NOTES,
    SAYS,
    Annotations,
    Judge,
    Note,
    RemoveNote,
    WriteNote,
    packed,
    read_change,
    unpacked,
)


def note(id: str = "0a1b2c3d", start: object = 1, **more: object) -> dict[str, object]:
    return {"note": {"id": id, "start": start, "text": "So", **more}}


def read(reported: object) -> object:
    return read_change(reported, end_s=60.0, signals=3)


@pytest.mark.parametrize(
    ("reported", "change"),
    [
        (note(), WriteNote(Note("0a1b2c3d", 1.0, 1.0, "So"))),
        (note(end=2.5), WriteNote(Note("0a1b2c3d", 1.0, 2.5, "So"))),
        (note(start=59, end=70), WriteNote(Note("0a1b2c3d", 59.0, 60.0, "So"))),
        (note(text=" two\n lines "), WriteNote(Note("0a1b2c3d", 1.0, 1.0, "two lines"))),
        ({"remove": "0a1b2c3d"}, RemoveNote("0a1b2c3d")),
        ({"signal": 2, "says": "agree"}, Judge(2, "agree")),
        ({"signal": 0, "says": "disagree"}, Judge(0, "disagree")),
        ({"signal": 0, "says": None}, Judge(0, None)),
    ],
)
def test_a_change_is_read(reported: object, change: object) -> None:
    assert read(reported) == change


@pytest.mark.parametrize(
    "reported",
    [
        *(None, 7, [], {}, {"note": 7}, {"note": {}}, {"remove": 7}),
        *(note(start=-1), note(start=2, end=1), note(end="later"), note(start=math.nan)),
        *(
            note(end=math.nan),
            note(text=" \n "),
            note(text="\u200b \u2060"),
            note(id="<b>"),
            note(id=""),
        ),
        *({"signal": 3, "says": "agree"}, {"signal": -1, "says": None}),
        *({"signal": 1, "says": "perhaps"}, {"signal": 1, "says": []}, {"signal": 1}),
    ],
)
def test_what_is_no_change_is_none(reported: object) -> None:
    assert read(reported) is None


def test_a_note_is_cut_and_there_are_not_endlessly_many() -> None:
    long = read(note(text="a" * 9_000_000))
    assert isinstance(long, WriteNote)
    assert len(long.note.text) == MAX_NOTE_TEXT
    many = Annotations(tuple(Note(f"{n:08x}", 0.0, 0.0, "n") for n in range(MAX_NOTES)))
    assert many.after(WriteNote(Note("one-more", 0.0, 0.0, "n"))) == many
    changed = many.after(WriteNote(Note(f"{7:08x}", 0.0, 0.0, "changed")))
    assert [one.text for one in changed.notes].count("changed") == 1


def test_notes_are_in_the_order_of_time() -> None:
    annotations = Annotations()
    for id, start_s in (("bbbbbbbb", 5.0), ("aaaaaaaa", 2.0), ("cccccccc", 2.0)):
        annotations = annotations.after(WriteNote(Note(id, start_s, start_s, id)))
    assert [one.id[0] for one in annotations.notes] == ["a", "c", "b"]


notes = st.builds(
    lambda id, a, b, text: Note(f"{id:08x}", min(a, b), max(a, b), " ".join(text.split())),
    st.integers(0, 2**32 - 1),
    st.floats(0, 60),
    st.floats(0, 60),
    st.from_regex(r"[a-z]([ a-zäöü<>&*]{0,10})[a-z]", fullmatch=True),
)


@given(
    written=st.lists(notes, max_size=5),
    says=st.dictionaries(st.integers(0, 2), st.sampled_from(SAYS)),
)
def test_what_is_packed_comes_out_as_it_was(written: list[Note], says: dict[int, str]) -> None:
    annotations = Annotations()
    for one in written:
        annotations = annotations.after(WriteNote(one))
    for signal, said in says.items():
        annotations = annotations.after(Judge(signal, next(s for s in SAYS if s == said)))
    stored = json.loads(json.dumps(packed(annotations)))
    assert unpacked(stored, end_s=60.0, signals=3) == annotations


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["note", "remove", "signal", "says", "id", "start", "end", "text"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(reported=json_values)
def test_nothing_from_outside_breaks_the_reader(reported: object) -> None:
    for one in unpacked([reported], end_s=60.0, signals=3).notes:
        assert 0 <= one.start_s <= one.end_s <= 60
        assert one.text
