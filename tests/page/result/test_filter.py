"""The one filter of a result: what it leaves, and that it moves nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import Analysis, Signal
from interhuman.frames import signals_frame
from interhuman.page.result.filter import SignalFilter
from tests import examples
from tests.page.conftest import Page
from tests.page.test_results import open_tab, sent_to

FRAME = signals_frame(examples.read(examples.FULL))

CLEAR = "result-1-clear"

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8)
"""Text without what the frames replace: control characters."""


def left(page: Page) -> str:
    """Return how many signals the page says are left, of how many."""
    cleared = [button.label for button in page.at.button if button.key == CLEAR]
    counts = [caption.value for caption in page.at.caption if " of " in caption.value]
    return cleared[0].removesuffix(" · Clear") if cleared else counts[-1]


def choose(page: Page, *types: str) -> None:
    page.at.button_group(key="result-1-types").set_value(list(types)).run()


@pytest.mark.parametrize(
    ("chosen", "places"),
    [
        (SignalFilter(), [0, 1, 2, 3, 4, 5, 6]),
        (SignalFilter(rows=("confidence",)), [2, 6]),
        (SignalFilter(rows=("confidence", "stress")), [2, 3, 6]),
        (SignalFilter(rows=("confidence",), probabilities=("low",)), [6]),
        (SignalFilter(probabilities=("not given",)), [4]),
        (SignalFilter(phrase="THE COLLAR"), [3]),
        (SignalFilter(phrase="confid"), [2, 6]),
        (SignalFilter(rows=("stress",), phrase="price"), []),
        (SignalFilter(phrase="a.*b"), []),
    ],
)
def test_a_filter_leaves_what_was_asked_for(chosen: SignalFilter, places: list[int]) -> None:
    assert FRAME.index[chosen.matches(FRAME)].tolist() == places


def test_only_an_empty_filter_is_none() -> None:
    assert not SignalFilter()
    assert all(
        [SignalFilter(rows=("a",)), SignalFilter(probabilities=("a",)), SignalFilter(phrase="a")]
    )


@given(phrase=WORDS, around=WORDS)
def test_a_phrase_is_sought_in_any_case_of_letters(phrase: str, around: str) -> None:
    why = f"{around}{phrase}{around}"
    frame = signals_frame(Analysis(signals=(Signal("stress", 0.0, 1.0, "high", why),)))
    assert SignalFilter(phrase=phrase).matches(frame).all()
    assert SignalFilter(phrase=phrase.casefold()).matches(frame).all()


def test_all_views_follow_the_filter(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    assert left(page) == "7 of 7"
    assert sent_to(page, "now")["shown"] is None
    choose(page, "confidence")
    assert left(page) == "2 of 7"
    assert sent_to(page, "now")["shown"] == [2, 6]
    assert len(sent_to(page, "now")["cues"]) == 2
    open_tab(page, "Table")
    (table,) = [d.value for d in page.at.dataframe if "Why" in d.value.columns]
    assert list(table["Type"]) == ["Confidence", "Confidence"]


def test_a_filter_leaves_the_figures_height_and_the_list_of_signals(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    before, signals = sent_to(page, "now")["geometry"], sent_to(page, "list")
    choose(page, "stress")
    after = sent_to(page, "now")["geometry"]
    assert after["places"] == before["places"]
    assert after["tracksPx"] == before["tracksPx"]
    assert sent_to(page, "list") == signals


def test_a_filter_moves_nothing(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    jump = {"number": 1, "seconds": 12.0, "signal": 3}
    page.at.session_state["result-1-jump"] = jump
    page.rerun()
    assert sent_to(page, "now")["jump"] == jump
    choose(page, "stress")
    page.at.text_input(key="result-1-search").set_value("collar").run()
    assert sent_to(page, "now")["jump"] == jump
    choose(page)
    assert sent_to(page, "now")["jump"] == jump


def test_it_is_cleared_in_one_click(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    choose(page, "stress")
    page.at.session_state["result-1-probabilities"] = ["low"]
    page.at.text_input(key="result-1-search").set_value("collar").run()
    assert left(page) == "1 of 7"
    page.at.button(key=CLEAR).click().run()
    assert left(page) == "7 of 7"
    assert sent_to(page, "now")["shown"] is None
    assert sent_to(page, "now")["phrase"] == ""


def test_a_filter_that_leaves_nothing_says_so_everywhere(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    page.at.text_input(key="result-1-search").set_value("no such words").run()
    assert left(page) == "0 of 7"
    assert "No signal is left to show." in open_tab(page, "Table").text
    assert "No signals to count." in open_tab(page, "Statistics").text
    assert not page.at.exception


def test_the_filters_of_two_results_are_apart(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    choose(page, "stress")
    page.show(examples.read(examples.FULL))
    assert left(page) == "7 of 7"
