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
        (b'{"signals": [', "isn't complete JSON (at character 13)"),
        (b"{} trailing", "isn't complete JSON (at character 3)"),
        (b'{"a": "\xff"}', "isn't valid text (UTF-8)"),
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
    reader = Reader()
    assert reader.number(value, "x") == read
    assert [note.why for note in reader.notes()] == ([noted] if noted else [])


@pytest.mark.parametrize(
    ("start", "end", "read", "noted"),
    [
        (0, 5, (0, 5), []),
        (5.0, 5.0, (5, 5), []),
        (10, 5, (5, 10), ["starts at 10 s after its end at 5 s; swapped"]),
        (-0.5, 5, (0, 5), ["is before the recording (-0.5 s); read as 0"]),
        ("0", "5", (0, 5), ["is text; read as the number 0", "is text; read as the number 5"]),
        (0, 1e300, None, ["is 1e+300 s, longer than any recording; left out"]),
        (None, 5, None, ["is null instead of a number; left out"]),
    ],
)
def test_spans(start: Any, end: Any, read: tuple[float, float] | None, noted: list[str]) -> None:
    reader = Reader()
    assert reader.span({"start": start, "end": end}, "x") == read
    assert [note.why for note in reader.notes()] == noted


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
    reader = Reader()
    assert reader.probability(value, "x") == read
    assert bool(reader.notes()) is noted


def test_text_with_broken_characters_can_be_encoded_afterwards() -> None:
    reader = Reader()
    broken = json.loads('"a\\ud800b \\ud83d\\ude00"')
    read = reader.text(broken, "x")
    assert read == "a\ufffdb 😀"
    assert [note.why for note in reader.notes()] == ["had broken characters, which were replaced"]


@pytest.mark.parametrize("value", ["", "  ", None, 5, [], {}])
def test_a_name_must_be_there(value: Any) -> None:
    reader = Reader()
    assert reader.name(value, "x") is None
    assert len(reader.notes()) == 1


def test_texts_take_one_text_for_a_list_of_one() -> None:
    reader = Reader()
    assert reader.texts("audio", "x") == ("audio",)
    assert reader.texts(None, "x") == ()
    assert reader.texts([], "x") == ()
    assert reader.notes() == ()
    assert reader.texts(["video", 5, "audio"], "x") == ("video", "audio")
    assert [note.path for note in reader.notes()] == ["x[1]"]


def test_scores_outside_their_scale_are_left_out_one_by_one() -> None:
    reader = Reader()
    found = {
        "quality_index": 72,
        "clarity": 100.5,
        "authority": -1,
        "energy": "80",
        "rapport": None,
        "extra": "ignored",
    }
    assert reader.scores(found, "q") == QualityScores(quality_index=72.0, energy=80.0)
    assert {note.path for note in reader.notes()} == {
        "q.clarity", "q.authority", "q.energy", "q.rapport", "q.learning",
    }  # fmt: skip
    assert reader.scores({"clarity": None}, "q") is None
    assert reader.scores([], "q") is None


def test_the_bounds_of_the_scale_belong_to_it() -> None:
    reader = Reader()
    read = reader.scores({"clarity": 0, "energy": 100}, "q")
    assert read == QualityScores(clarity=0.0, energy=100.0)


def test_a_flood_of_notes_is_counted() -> None:
    reader = Reader()
    for i in range(lenient.MAX_NOTES + 25):
        reader.note(f"x[{i}]", "is odd")
    assert len(reader.notes()) == lenient.MAX_NOTES + 1
    assert reader.notes()[-1].why == "and 25 more like these"


def test_what_is_shown_of_a_value_is_short() -> None:
    assert lenient.abbreviated("x" * 1000) == '"' + "x" * 39 + "…"
    assert lenient.abbreviated(-(10**5000)) == "a huge number"
    assert lenient.abbreviated("\u202e\n") == '"\\u202e\\n"'
