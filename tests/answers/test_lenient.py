from __future__ import annotations

import json
import math
from typing import Any

import pytest

from interhuman.analysis import QualityScores
from interhuman.answers import lenient
from interhuman.answers.lenient import NotJSONError, Reader


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"<html>502 Bad Gateway</html>", "is a web page"),
        (b'{"signals": [', "is not complete JSON (at character 13)"),
        (b"{} trailing", "is not complete JSON (at character 3)"),
        (b'{"a": "\xff"}', "is not valid text (UTF-8)"),
        (b"[" * 100_000, "is nested too deeply to be read"),
        (b'{"a":' * 10_000, "is nested too deeply to be read"),
    ],
)
def test_what_is_not_json_is_said(raw: bytes, says: str) -> None:
    with pytest.raises(NotJSONError) as caught:
        lenient.decode(raw)
    assert str(caught.value) == says


def test_a_number_beyond_all_measure_does_not_cost_the_answer() -> None:
    found = lenient.decode(b'{"a": ' + b"9" * 100_000 + b', "b": 1e999, "c": 7, "d": NaN}')
    assert found["a"] == math.inf
    assert found["b"] == math.inf
    assert found["c"] == 7
    assert isinstance(found["c"], int)
    assert math.isnan(found["d"])


def test_a_byte_order_mark_is_no_fault() -> None:
    assert lenient.decode(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("value", "read", "noted"),
    [
        (5, 5.0, None),
        (0.25, 0.25, None),
        ("5.5", 5.5, "is text; read as the number 5.5"),
        (" 7 ", 7.0, "is text; read as the number 7"),
        ("five", None, 'is "five" instead of a number; left out'),
        ("1_000", None, 'is "1_000" instead of a number; left out'),
        ("nan", None, 'is "nan" instead of a number; left out'),
        ("٣", None, 'is "\\u0663" instead of a number; left out'),
        (math.nan, None, "is NaN instead of a number; left out"),
        (math.inf, None, "is Infinity instead of a number; left out"),
        (10**400, None, "is a huge number instead of a number; left out"),
        (True, None, "is true instead of a number; left out"),
        (None, None, "is null instead of a number; left out"),
        ([1], None, "is a list instead of a number; left out"),
        ({"a": 1}, None, "is an object instead of a number; left out"),
    ],
)
def test_numbers(value: Any, read: float | None, noted: str | None) -> None:
    notes = Reader()
    assert notes.number(value, "x") == read
    assert [note.why for note in notes.all()] == ([noted] if noted else [])


@pytest.mark.parametrize(
    ("start", "end", "read", "noted"),
    [
        (0, 5, (0, 5), []),
        (5.0, 5.0, (5, 5), []),
        (10, 5, (5, 10), ["starts at 10 s after its end at 5 s; put in order"]),
        (-0.5, 5, (0, 5), ["is before the recording (-0.5 s); taken as 0"]),
        ("0", "5", (0, 5), ["is text; read as the number 0", "is text; read as the number 5"]),
        (0, 1e300, None, ["is 1e+300 s, longer than any recording; left out"]),
        (None, 5, None, ["is null instead of a number; left out"]),
    ],
)
def test_spans(start: Any, end: Any, read: tuple[float, float] | None, noted: list[str]) -> None:
    notes = Reader()
    assert notes.span({"start": start, "end": end}, "x") == read
    assert [note.why for note in notes.all()] == noted


@pytest.mark.parametrize(
    ("value", "read", "noted"),
    [
        ("high", "high", False),
        ("medium", "medium", False),
        ("low", "low", False),
        (None, None, False),
        (" High ", "high", False),
        ("certain", None, True),
        (0.93, None, True),
        (True, None, True),
        (["high"], None, True),
    ],
)
def test_probability_is_never_made_up(value: Any, read: str | None, noted: bool) -> None:
    notes = Reader()
    assert notes.probability(value, "x") == read
    assert bool(notes.all()) is noted


def test_text_with_broken_characters_can_be_encoded_afterwards() -> None:
    notes = Reader()
    broken = json.loads('"a\\ud800b \\ud83d\\ude00"')
    read = notes.text(broken, "x")
    assert read == "a\ufffdb 😀"
    assert [note.why for note in notes.all()] == ["held broken characters; they were replaced"]


@pytest.mark.parametrize("value", ["", "  ", None, 5, [], {}])
def test_a_name_must_be_there(value: Any) -> None:
    notes = Reader()
    assert notes.name(value, "x") is None
    assert len(notes.all()) == 1


def test_texts_take_one_text_for_a_list_of_one() -> None:
    notes = Reader()
    assert notes.texts("audio", "x") == ("audio",)
    assert notes.texts(None, "x") == ()
    assert notes.texts([], "x") == ()
    assert notes.all() == ()
    assert notes.texts(["video", 5, "audio"], "x") == ("video", "audio")
    assert [note.path for note in notes.all()] == ["x[1]"]


def test_scores_outside_their_scale_are_left_out_one_by_one() -> None:
    notes = Reader()
    found = {
        "quality_index": 72,
        "clarity": 100.5,
        "authority": -1,
        "energy": "80",
        "rapport": None,
        "extra": "ignored",
    }
    assert notes.scores(found, "q") == QualityScores(quality_index=72.0, energy=80.0)
    assert {note.path for note in notes.all()} == {
        "q.clarity", "q.authority", "q.energy", "q.rapport", "q.learning",
    }  # fmt: skip
    assert notes.scores({"clarity": None}, "q") is None
    assert notes.scores([], "q") is None


def test_the_bounds_of_the_scale_belong_to_it() -> None:
    notes = Reader()
    read = notes.scores({"clarity": 0, "energy": 100}, "q")
    assert read == QualityScores(clarity=0.0, energy=100.0)


def test_a_flood_of_notes_is_counted() -> None:
    notes = Reader()
    for i in range(lenient.MAX_NOTES + 25):
        notes.add(f"x[{i}]", "is odd")
    assert len(notes.all()) == lenient.MAX_NOTES + 1
    assert notes.all()[-1].why == "and 25 more like these"


def test_what_is_shown_of_a_value_is_short() -> None:
    assert lenient.shown("x" * 1000) == '"' + "x" * 39 + "…"
    assert lenient.shown(-(10**5000)) == "a huge number"
    assert lenient.shown("\u202e\n") == '"\\u202e\\n"'
