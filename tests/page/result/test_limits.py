"""The dialog on what a result can and cannot tell."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from interhuman.findings.explanations import AI_ACT, AI_ACT_URL, LIMITS
from interhuman.vocabulary import BANDS, DIMENSIONS, FAMILY_OF, PROBABILITIES, SANDBOX_NOTE, STATES


def script() -> None:
    import streamlit as st

    from interhuman.page.result.limits import open_limits

    if st.button("Open"):
        open_limits()


def test_it_opens_where_it_is_asked_for() -> None:
    at = AppTest.from_function(script, default_timeout=60).run()
    assert not at.markdown
    at.button[0].click().run()
    assert not at.exception
    assert len(at.markdown) == len(LIMITS)
    assert f"[{AI_ACT}]({AI_ACT_URL})" in at.markdown[-1].value


def words(title: str) -> str:
    return next(text for name, text in LIMITS if name == title)


def test_its_numbers_and_names_are_those_of_the_vocabulary() -> None:
    index = words("The quality index")
    assert [float(bound) for bound in re.findall(r"from (\d+)(?=[,.])", index)] == [
        lower for lower, _ in BANDS
    ]
    assert all(name in index for name in (*DIMENSIONS, *(name for _, name in BANDS)))
    assert all(word in words("A signal and its probability") for word in PROBABILITIES)
    assert all(state in words("Engagement") for state in STATES)
    assert all(name in words("The families toward, unsure and away") for name in FAMILY_OF)
    assert SANDBOX_NOTE in words("The sandbox")
    assert "no evidence" in words("Exactly 50")


def test_it_names_the_law_with_its_source() -> None:
    law = words("At work and in education in the EU")
    assert "Article 5(1)(f)" in law
    assert "2 February 2025" in law
    assert AI_ACT in law
    assert AI_ACT_URL == "https://eur-lex.europa.eu/eli/reg/2024/1689/oj"


def test_it_never_makes_a_probability_a_percentage() -> None:
    assert "%" not in " ".join(text for _, text in LIMITS)
