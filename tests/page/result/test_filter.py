"""The one filter of a result: what it leaves, and that it moves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.analysis import Analysis, Signal
from interhuman.frames import signals_frame
from interhuman.page.result.filter import MAX_PHRASE, SignalFilter, chips, possible
from tests import examples
from tests.page.conftest import Page
from tests.page.part import result_of
from tests.page.result.test_result import open_tab, sent_to, specs

FRAME = signals_frame(examples.read(examples.FULL))

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8)
"""Text without what the frames replace: control characters."""


def choose(page: Page, **reported: Any) -> None:
    """Have the browser report a filter."""
    result = page.visit.results.shown
    assert result is not None
    page.at.session_state[result.key("filter")] = possible(result, reported)
    page.rerun()


def left(page: Page) -> list[str]:
    """Return the types in the table, which the server draws."""
    open_tab(page, "Table")
    tables = [d.value for d in page.at.dataframe if "Why" in d.value.columns]
    return list(tables[0]["Type"]) if tables else []


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
    assert SignalFilter(phrase=phrase.lower()).matches(frame).all()


RESULT = result_of(examples.read(examples.FULL))
STRESS = [chip.row for chip in chips(RESULT)].index("stress")


@pytest.mark.parametrize(
    "reported",
    [
        {},
        {"rows": [99, -1, "stress"], "probabilities": ["certain"], "phrase": "  "},
        {"rows": None, "probabilities": 3, "phrase": ["a"]},
        {"rows": [[0]], "probabilities": "high"},
    ],
)
def test_an_impossible_filter_shows_everything(reported: dict[str, Any]) -> None:
    assert possible(RESULT, reported) == SignalFilter()


def test_of_a_filter_that_is_reported_remains_what_is_possible() -> None:
    reported = {"rows": [STRESS, 99], "probabilities": ["low"], "phrase": " collar "}
    assert possible(RESULT, reported) == SignalFilter(("stress",), ("low",), "collar")
    assert len(possible(RESULT, {"phrase": "a" * 500}).phrase) == MAX_PHRASE


def test_what_the_server_draws_follows_the_filter(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    choose(page, rows=[1])
    assert left(page) == ["Confidence", "Confidence"]
    assert sent_to(page, "chips")["filter"] == {
        "rows": [1],
        "probabilities": [],
        "phrase": "",
    }


def test_a_filter_sends_no_figure_and_no_signals_anew(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    before = sent_to(page, "now")["geometry"], sent_to(page, "list"), specs(page)
    choose(page, rows=[STRESS])
    assert (sent_to(page, "now")["geometry"], sent_to(page, "list"), specs(page)) == before


def test_a_filter_moves_nothing(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    jump = {"number": 1, "seconds": 12.0, "signal": 3}
    page.at.session_state["result-1-jump"] = jump
    page.rerun()
    assert sent_to(page, "now")["jump"] == jump
    for reported in ({"rows": [STRESS]}, {"phrase": "collar"}, {}):
        choose(page, **reported)
        assert sent_to(page, "now")["jump"] == jump


def test_a_filter_that_leaves_nothing_says_so_everywhere(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    choose(page, phrase="no such words")
    assert left(page) == []
    assert "No signals match the filter." in page.text
    assert "No signals to count." in open_tab(page, "Statistics").text
    assert not page.at.exception


def test_the_filters_of_two_results_are_apart(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    choose(page, rows=[STRESS])
    page.show(examples.read(examples.FULL))
    assert sent_to(page, "chips")["filter"]["rows"] == []


def test_the_filter_outlives_a_visit_to_another_page(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    choose(page, rows=[STRESS])
    page.new_analysis()
    page.visit.show(1)
    page.rerun()
    assert sent_to(page, "chips")["filter"]["rows"] == [STRESS]
