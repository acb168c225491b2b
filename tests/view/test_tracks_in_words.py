"""The small picture of the tracks in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.view.tracks_in_words import tracks_in_words

NOTHING = "0" * 48


@pytest.mark.parametrize(
    ("tracks", "words"),
    [
        (None, "Not read yet"),
        ({}, "no signals"),
        ({"toward": NOTHING, "engagement": "-" * 48}, "no signals"),
        ({"toward": "1" + NOTHING[1:]}, "toward: beginning"),
        ({"unsure": NOTHING[1:] + "9"}, "unsure: end"),
        (
            {"away": "9" * 48, "toward": NOTHING, "engagement": "e" * 30 + "n" * 18},
            "away: beginning, middle, end; mostly engaged",
        ),
        ({"engagement": "-" * 40 + "d" * 8}, "no signals; mostly disengaged"),
    ],
)
def test_it_says_where_signals_are(tracks: dict[str, str] | None, words: str) -> None:
    assert tracks_in_words(tracks) == words


@given(st.dictionaries(st.sampled_from(["toward", "away", "engagement"]), st.text("0123e-")))
def test_whatever_was_kept_has_words(tracks: dict[str, str]) -> None:
    assert tracks_in_words(tracks)
