"""What was asked for reads the same from a request and from a row of the library."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from interhuman.media.facts import SoundChoice
from interhuman.runs.asked import asked_words, options_words, sound_of
from interhuman.runs.record import OPENED, SOUND
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import QUALITY_OVERALL, QUALITY_TIMELINE

ROW: dict[str, object] = {
    "include": [QUALITY_OVERALL, QUALITY_TIMELINE],
    "goal_dimensions": ["energy", "clarity"],
    "conversation_context": "A pitch.",
    SOUND: asdict(SoundChoice(1, 0)),
}
REQUEST = AnalysisRequest(
    include=(QUALITY_OVERALL, QUALITY_TIMELINE),
    goal_dimensions=("clarity", "energy"),
    conversation_context="A pitch.",
    sound=SoundChoice(1, 0),
)


def test_a_request_and_its_row_read_the_same() -> None:
    assert asked_words(REQUEST) == options_words(ROW)
    assert asked_words(REQUEST) == {
        "conversation quality": "for the whole recording and over time",
        "feedback goals": "clarity, energy",
        "context": "A pitch.",
        "audio": "track 2, channel 1",
    }


def test_what_was_not_asked_reads_so() -> None:
    nothing: dict[str, object] = {
        "include": [],
        "goal_dimensions": [],
        "conversation_context": None,
    }
    assert asked_words(AnalysisRequest()) == options_words(nothing)
    assert set(asked_words(AnalysisRequest()).values()) == {"none", "track 1"}


@pytest.mark.parametrize("row", [{}, {OPENED: True}, {**ROW, OPENED: True}, {"include": 3}])
def test_what_a_row_does_not_say_is_not_known(row: dict[str, object]) -> None:
    assert options_words(row) is None


@pytest.mark.parametrize("odd", [None, 1, {}, {"track": "1", "channel": None}, {"track": 1}])
def test_a_sound_of_another_form_is_not_known(odd: object) -> None:
    assert sound_of({SOUND: odd}) is None
