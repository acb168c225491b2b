"""What a widget reports is taken only if it is possible, and not once its key was renewed."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
import streamlit as st

from interhuman.page import widgets
from interhuman.page.keys import Key
from interhuman.page.visit import EVERYTHING
from interhuman.vocabulary import DIMENSIONS, INTER_1, INTER_2, INTER_2_AUDIO, MODELS
from tests import clips, examples
from tests.page.conftest import Page

State = MutableMapping[str, Any]


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> State:
    """The session's state, without a page."""
    values: State = {}
    monkeypatch.setattr(st, "session_state", values)
    return values


@pytest.mark.parametrize("value", [None, "", "inter-9", 0, 3.5, [], ["warmth"], {}], ids=repr)
def test_an_impossible_value_is_not_taken(state: State, value: object) -> None:
    state.update(one=value, some=value, flag=value)
    assert widgets.one_of("one", list(MODELS), INTER_2) == INTER_2
    assert set(widgets.some_of("some", DIMENSIONS, ("clarity",))) <= set(DIMENSIONS)
    assert widgets.of_type("flag", bool, True) is True


def test_a_widget_that_was_never_drawn_has_the_other_value(state: State) -> None:
    assert widgets.one_of("one", list(MODELS), INTER_2) == INTER_2
    assert widgets.some_of("some", DIMENSIONS, ("clarity",)) == ("clarity",)
    assert widgets.of_type("text", str, "what was written") == "what was written"


def test_what_is_possible_is_taken(state: State) -> None:
    state.update(one=INTER_2, some=["rapport"], none=[], flag=False, text="")
    assert widgets.one_of("one", list(MODELS), INTER_1) == INTER_2
    assert widgets.some_of("some", DIMENSIONS, ()) == ("rapport",)
    assert widgets.some_of("none", DIMENSIONS, ("clarity",)) == ()
    assert widgets.of_type("flag", bool, True) is False
    assert widgets.of_type("text", str, "before") == ""


def test_a_late_report_of_a_renewed_widget_is_not_taken(state: State) -> None:
    state["model"] = INTER_2
    widgets.renew("model")
    assert widgets.one_of("model", list(MODELS), INTER_2_AUDIO) == INTER_2_AUDIO
    state["model"] = INTER_1
    assert widgets.one_of("model", list(MODELS), INTER_2_AUDIO) == INTER_2_AUDIO
    state[widgets.key_of("model")] = INTER_1
    assert widgets.one_of("model", list(MODELS), INTER_2_AUDIO) == INTER_1


def test_a_second_analysis_outlives_options_that_report_nothing(page: Page) -> None:
    page.show(examples.read(examples.FULL)).new_analysis()
    for key in (Key.MODEL, Key.GOALS, Key.CONTEXT):
        page.at.session_state[key] = None
    page.upload(clips.recording()).analyze()
    assert not page.at.exception
    assert page.visit.failure is None
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.request is not None
    assert page.visit.results.shown.request.model == INTER_1
    assert page.visit.results.shown.request.include == EVERYTHING.include
