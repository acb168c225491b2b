"""The list of moments: what it says, where its buttons lead, and the rules beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

from streamlit.testing.v1 import AppTest

from interhuman.analysis import Analysis, Signal
from interhuman.exports.csv import moments_csv
from interhuman.findings.moments import RULES
from interhuman.page.result import moments
from interhuman.page.result.moments import draw_moments
from tests import examples
from tests.page.part import result_of, run_part

STRESS = Signal("stress", 65.0, 70.0, "high", "Swallows.")


def listed(at: AppTest) -> list[dict[str, Any]]:
    """Return the moments as they are sent to the browser."""
    (node,) = at.get("bidi_component")
    return cast("list[dict[str, Any]]", json.loads(node.proto.json)["moments"])


def test_every_moment_is_a_time_to_go_to_and_a_reason() -> None:
    at = run_part(draw_moments, result_of(examples.read(examples.FULL)))
    assert not at.exception
    assert [(moment["at"], moment["reason"], moment["span"]) for moment in listed(at)] == [
        ("0:10", "Quality index drops from 70 (good) to 55 (moderate)", "0:10–0:20"),
        ("0:35", "Appeared disengaged for 5 seconds", "0:35–0:40"),
        ("0:30", "Highest quality index: 74 (good)", "0:30–0:40"),
    ]


def test_a_moment_leads_to_its_signal() -> None:
    analysis = Analysis(signals=(Signal("calm", 0.0, 5.0), STRESS))
    (moment,) = listed(run_part(draw_moments, result_of(analysis)))
    assert (moment["seconds"], moment["signal"]) == (65.0, 1)


def test_a_filter_leaves_the_moments_of_its_signals() -> None:
    analysis = Analysis(signals=(STRESS, replace(STRESS, type="frustration", start=68.0)))
    result = result_of(analysis)
    assert len(listed(run_part(draw_moments, result))) == 2
    at = run_part(draw_moments, result, types=("frustration",))
    assert [moment["at"] for moment in listed(at)] == ["1:08"]


def test_no_moments_are_one_muted_line() -> None:
    at = run_part(draw_moments, result_of(Analysis()))
    assert not at.exception
    assert not at.get("bidi_component")
    assert at.caption[0].value.startswith("No moments: nothing in this result")


def test_the_rules_are_those_that_were_applied() -> None:
    at = run_part(draw_moments, result_of(Analysis()))
    (table,) = at.table
    for rule, words in zip(RULES.values(), table.value["What counts"], strict=True):
        assert words == f"{rule.sentence} At most {rule.max_shown} are listed."


def test_thousands_of_moments_are_a_short_list() -> None:
    many = tuple(Signal("stress", n, n + 0.5, "high") for n in range(5_000))
    at = run_part(draw_moments, result_of(Analysis(signals=many)))
    assert len(listed(at)) == RULES["away"].max_shown
    assert any("5 of 5,000" in caption.value for caption in at.caption)


def test_a_hostile_name_is_text() -> None:
    result = result_of(Analysis(signals=(replace(STRESS, type=examples.HOSTILE),) * 3))
    at = run_part(draw_moments, result)
    (moment,) = listed(at)
    assert moment["reason"].startswith("3 signals at once: <script>")
    assert not at.exception


def test_the_file_is_that_of_the_filtered_signals() -> None:
    result = result_of(examples.read(examples.FULL, sandbox=True))
    signals = result.tables.signals.iloc[:0]
    assert moments._csv(result, signals) == moments_csv(result.analysis, signals=signals)
    (button,) = run_part(draw_moments, result).get("download_button")
    assert button.proto.label == "Moments (CSV)"
