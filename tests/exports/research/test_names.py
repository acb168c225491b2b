"""Names of files and folders: safe on every system, and no two alike."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.exports.research.names import MAX_NAME_BYTES, Names, file_stem
from tests.exports.results import TEXTS

RESERVED = re.compile(r"(CON|PRN|AUX|NUL|(COM|LPT)[0-9¹²³])(\..*)?", re.IGNORECASE)


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Pitch, June.mp4", "Pitch_ June"),
        ("../../etc/passwd", "passwd"),
        ("a/b\\c", "c"),
        ("CON", "CON_"),
        ("com1.mp4", "com1_"),
        ("LPT²", "LPT²_"),
        ("console", "console"),
        ("ends with dots...", "ends with dots"),
        ("…", "analysis"),
        ("", "analysis"),
        ("\ud800", "analysis"),
    ],
)
def test_the_stem_of_a_title(title: str, stem: str) -> None:
    assert file_stem(title) == stem


def test_names_that_only_look_different_get_a_number() -> None:
    names = Names()
    given_names = ["a", "A", "a", "a 2", "é", "e\u0301", "b"]
    assert [names.take(name) for name in given_names] == [
        "a",
        "A 2",
        "a 3",
        "a 2 2",
        "é",
        "e\u0301 2",
        "b",
    ]


@given(titles=st.lists(TEXTS, max_size=30))
def test_any_titles_become_different_folders_of_any_system(titles: list[str]) -> None:
    names = Names()
    stems = [names.take(file_stem(title)) for title in titles]
    assert len({stem.casefold() for stem in stems}) == len(titles)
    for stem in stems:
        assert PurePosixPath(stem).parts == PureWindowsPath(stem).parts == (stem,)
        assert stem == stem.strip(" .")
        assert not RESERVED.fullmatch(stem)
        assert len(stem.encode()) <= MAX_NAME_BYTES + len(" 30")
