"""The moments as the browser gets them: what they say, where they lead, and their rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from interhuman.analysis import Analysis, Signal
from interhuman.findings.moments import RULES
from interhuman.page.result import moments
from tests import examples
from tests.page.part import result_of

STRESS = Signal("stress", 65.0, 70.0, "high", "Swallows.")


LATE = replace(STRESS, type="frustration", start=68.0, rationale="Sighs.")


@pytest.fixture(autouse=True)
def _uncached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the moments anew each time: there is no session to keep them in."""
    monkeypatch.setattr(moments, "_moments", moments._moments.__wrapped__)  # type: ignore[attr-defined]


def listed(analysis: Analysis, signals: pd.DataFrame | None = None) -> list[dict[str, Any]]:
    """Return the moments as they are sent to the browser."""
    return cast("list[dict[str, Any]]", sent(analysis, signals)["items"])


def sent(analysis: Analysis, signals: pd.DataFrame | None = None) -> dict[str, object]:
    result = result_of(analysis)
    return moments.browser_data(result, result.tables.signals if signals is None else signals)


def test_moments_come_in_the_order_of_time_with_what_changed() -> None:
    of_full = listed(examples.read(examples.FULL))
    assert [(each["mark"], each["seconds"], each["reason"], each["span"]) for each in of_full] == [
        ("drop", 10.0, "Quality index drops from 70 (good) to 55 (moderate)", "0:10–0:20"),
        ("highest", 30.0, "Highest quality index: 74 (good)", "0:30–0:40"),
        ("disengaged", 35.0, "Appeared disengaged for 5 seconds", "0:35–0:40"),
    ]


def test_a_moment_leads_to_its_signal() -> None:
    (moment,) = listed(Analysis(signals=(Signal("calm", 0.0, 5.0), STRESS)))
    assert (moment["seconds"], moment["signal"], moment["mark"]) == (65.0, 1, "away")


def test_a_moment_names_the_signals_in_it_the_surest_first() -> None:
    signals = (
        replace(STRESS, probability="low"),
        replace(STRESS, type="hesitation", probability="medium"),
        replace(STRESS, type="calm", start=60.0, end=65.0),  # ends where the others begin
        replace(STRESS, type="agreement", start=70.0, end=70.0),  # an instant at their end
        replace(LATE, probability=None),
    )
    (moment,) = listed(Analysis(signals=signals))
    assert moment["reason"].startswith("3 signals at once")
    assert (moment["signals"], moment["others"], moment["mark"]) == ([1, 0, 4], 0, "many")


def test_a_filter_leaves_the_moments_of_its_signals() -> None:
    analysis = Analysis(signals=(STRESS, LATE))
    frame = result_of(analysis).tables.signals
    assert [each["seconds"] for each in listed(analysis)] == [65.0, 68.0]
    left = listed(analysis, frame[frame["type"] == "frustration"])
    assert [(each["seconds"], each["signals"]) for each in left] == [(68.0, [1])]


def test_an_empty_analysis_has_none() -> None:
    assert sent(Analysis()) == {"items": [], "more": ""}


def test_the_rules_are_those_that_were_applied() -> None:
    at = AppTest.from_function(_open_rules).run()
    words = " ".join(each.value for each in at.markdown)
    for rule in RULES.values():
        assert f"**{rule.title}**  \n{rule.sentence} Up to {rule.max_shown} are listed." in words


def _open_rules() -> None:
    from interhuman.page.result import moments as part

    part.open_rules()


def test_thousands_of_moments_are_a_short_list() -> None:
    many = tuple(Signal("stress", n, n + 0.5, "high") for n in range(5_000))
    all_sent = sent(Analysis(signals=many))
    assert len(cast("list[object]", all_sent["items"])) == RULES["away"].max_shown
    assert all_sent["more"] == "Top 5 of 5,000 moments. The CSV under Download has them all."


def test_a_hostile_name_is_text() -> None:
    (moment,) = listed(Analysis(signals=(replace(STRESS, type=examples.HOSTILE),) * 3))
    assert moment["reason"].startswith("3 signals at once: <script>")
