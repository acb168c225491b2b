"""Several results in one report: who is who, what differs, and what is not to be compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from interhuman.analysis import Analysis, Signal, Unread
from interhuman.exports.named import NamedResult
from tests import examples
from tests.exports.report.made import ANALYZED_AT, analysis, report, result
from tests.exports.report.parsed import Node

SERIES = "Results over time"


def scored(index: float, *dimensions: float | None) -> Analysis:
    quality = {"overall": examples.scores(index, *dimensions), "timeline": []}
    return analysis(conversation_quality=quality)


def pair(**options: Any) -> Node:
    low = scored(40.0, 30.0, None, 62.0, 50.0, 45.0)
    return report(result(), NamedResult("Second", replace(low, duration_s=80.0)), **options)


def test_who_is_who_and_where_each_is() -> None:
    told = pair()
    assert told.one("h1").text == "2 analyses"
    who = told.section("Comparison").one("ul", "who")
    assert [item.text for item in who.all("li")] == [
        "A Pitch, third run Nov 27, 2026, 20:15 UTC · 0:40 · Inter-1",
        "B Second not given · 1:20 · Inter-1",
    ]
    assert [link.attributes["href"] for link in who.all("a")] == ["#r1", "#r2"]
    titles = [article.all("h2")[0].text for article in told.all("article")]
    assert titles == ["APitch, third run", "BSecond"]


def test_differences_are_to_the_first_and_only_between_evidence() -> None:
    table = pair().section("Comparison").one("table", "scores")
    assert table.rows() == [
        ["Quality index", "66 good", "40 −26 below average"],
        ["Clarity", "71", "30 −41"],
        ["Authority", "68", "not given"],
        ["Energy", "62", "62 ±0"],
        ["Rapport", "81", "no evidence"],
        ["Learning", "no evidence", "45"],
        ["Time engaged", "57% of the 88% with data", "57% ±0 of the 44% with data"],
    ]


def test_radars_differ_by_line_and_letter() -> None:
    radar = pair().section("Comparison").one("svg", "radar")
    outlines = [outline.classes for outline in radar.all("g", "outline")]
    assert outlines == [["outline", "line-a"], ["outline", "line-b"]]
    assert [letter.text for letter in radar.all("text", "letter")] == ["A", "B"]
    assert "B: Quality index 40" in radar.attributes["aria-label"]


def test_rates_are_a_minute_and_bars_have_one_scale() -> None:
    rates = pair().section("Comparison").one("table", "rates")
    rows = rates.rows()
    assert [row for row in rows if row[0] in ("Toward", "Unsure", "Away")] == [
        ["Toward", "4.5", "2.2"],
        ["Unsure", "3.0", "1.5"],
        ["Away", "3.0", "1.5"],
    ]
    widths = [bar.attributes["width"] for bar in rates.all("rect", "full") if "%" in str(bar)]
    assert widths[:2] == ["100.00%", "50.00%"]
    assert ["Confidence", "3.0", "1.5"] in rows
    rare = Analysis(signals=(Signal("stress", 0, 1, "high"),), duration_s=3_600.0)
    rates = report(("Rare", rare), ("Rare", rare)).section("Comparison").one("table", "rates")
    assert ["Stress", "<0.1", "<0.1"] in rates.rows()
    unread = Analysis(duration_s=40.0, unread=(Unread("signals", "is text; left out"),))
    odd = report(result(), ("Odd", unread)).section("Comparison").one("table", "rates")
    assert {row[2] for row in odd.rows()} == {"–"}


def test_what_makes_it_unfair_is_said() -> None:
    sandbox = NamedResult("Sandbox", analysis(sandbox=True))
    told = report(result(), sandbox, ("None", Analysis(duration_s=200.0))).one("div", "unfair").text
    assert "B came from the sandbox, A and C from Interhuman" in told
    assert "differ by more than a third (A 0:40, B 0:40, C 3:20)" in told
    assert "C has no conversation quality." in told
    assert "C has no signals." in told


def test_what_was_asked_for_is_compared() -> None:
    told = report(result(options={"context": "none"}), result(options={"context": "A pitch."}))
    assert "Analyzed with different options: context." in told.one("div", "unfair").text


def test_nothing_but_50_is_no_evidence_in_a_table_and_a_list() -> None:
    nothing = ("Nothing", scored(50.0, *[50.0] * 5))
    few = report(nothing, nothing).section("Comparison").one("table", "scores")
    assert few.rows()[0] == ["Quality index", "no evidence", "no evidence"]
    many = report(*[nothing] * 5).section("All results")
    assert many.all("tbody")[0].all("td")[0].text == "no evidence"
    assert "All five dimensions of 5 of 5 are exactly 50" in many.one("div", "unfair").text


def test_what_recurs_is_told_with_its_moments() -> None:
    unread = Analysis(duration_s=40.0, unread=(Unread("signals", "is text; left out"),))
    rows = report(result(), result(), ("Odd", unread)).section("What recurs").rows()
    (confidence,) = [row for row in rows if row[0] == "Confidence"]
    assert confidence[1] == "2 of 2"
    assert any(cell.startswith("in 2: A 0:") for cell in confidence[2:])


def test_from_three_on_values_stand_in_order_of_dates() -> None:
    assert SERIES not in [head.text for head in pair().all("h2")]
    earlier = result(title="Earlier", analyzed_at=ANALYZED_AT - timedelta(days=1))
    sandbox = result(title="Sandbox", analysis=analysis(sandbox=True))
    section = report(result(), earlier, sandbox, ("Undated", analysis())).section(SERIES)
    bodies = section.all("tbody")
    assert [body.one("th").text for body in bodies] == [
        "B EarlierNov 26, 2026, 20:15 UTC · 0:40 · Inter-1",
        "A Pitch, third runNov 27, 2026, 20:15 UTC · 0:40 · Inter-1",
        "C SandboxNov 27, 2026, 20:15 UTC · 0:40 · Inter-1, sandbox",
    ]
    assert [cell.text for cell in bodies[0].all("td")][:2] == ["66", "71"]
    assert "1 analysis by Inter-1, sandbox: quality index 66" in section.text
    assert "1 analysis without a date left out." in section.text


def test_more_than_four_are_listed_and_not_compared() -> None:
    told = report(*[result(title=f"Talk {n}") for n in range(6)])
    listed = told.section("All results")
    assert told.all("svg", "line-b") == []
    assert [body.all("th")[0].text for body in listed.all("tbody")][1].startswith("2 Talk 1")
    values = [cell.text for cell in listed.all("tbody")[0].all("tr")[1].all("td")]
    assert values == [
        "66 good",
        "71",
        "68",
        "62",
        "81",
        "no evidence",
        "57% of the 88% with data",
        "10.5",
    ]
    assert len(told.all("article")) == 6
    assert told.all("span", "letter-badge") == []
