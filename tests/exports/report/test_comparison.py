"""Several results in one report: who is who, what differs, and what is not to be compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from interhuman.analysis import Analysis
from interhuman.exports.named import NamedResult
from tests import examples
from tests.exports.report.made import analysis, report, result
from tests.exports.report.parsed import Node


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
        ["Quality index", "66", "40 −26"],
        ["Clarity", "71", "30 −41"],
        ["Authority", "68", "not given"],
        ["Energy", "62", "62 ±0"],
        ["Rapport", "81", "no evidence"],
        ["Learning", "no evidence", "45"],
        ["Engaged", "57%", "57% ±0"],
    ]


def test_radars_differ_by_line_and_letter() -> None:
    radar = pair().section("Comparison").one("svg", "radar")
    outlines = [outline.classes for outline in radar.all("g", "outline")]
    assert outlines == [["outline", "line-a"], ["outline", "line-b"]]
    assert [letter.text for letter in radar.all("text", "letter")] == ["A", "B"]
    assert "B: Quality index 40" in radar.attributes["aria-label"]


def test_rates_are_a_minute_and_bars_have_one_scale() -> None:
    families, types = pair().section("Comparison").all("table", "rates")
    assert families.rows() == [
        ["Toward", "4.5", "2.2"],
        ["Unsure", "3.0", "1.5"],
        ["Away", "3.0", "1.5"],
    ]
    widths = [bar.attributes["width"] for bar in families.all("rect", "full") if "%" in str(bar)]
    assert widths[:2] == ["100.00%", "50.00%"]
    assert ["Confidence", "3.0", "1.5"] in types.rows()


def test_what_makes_it_unfair_is_said() -> None:
    sandbox = NamedResult("Sandbox", analysis(sandbox=True))
    told = report(result(), sandbox, ("None", Analysis(duration_s=200.0))).one("div", "unfair").text
    assert "B came from the sandbox, A and C from Interhuman" in told
    assert "differ by more than a third (A 0:40, B 0:40, C 3:20)" in told
    assert "C has no conversation quality." in told
    assert "C has no signals." in told


def test_more_than_four_are_listed_and_not_compared() -> None:
    told = report(*[result(title=f"Talk {n}") for n in range(6)])
    listed = told.section("All results")
    assert told.all("svg", "line-b") == []
    assert [body.all("th")[0].text for body in listed.all("tbody")][1].startswith("Talk 1")
    assert listed.all("tbody")[0].all("tr")[1].text == "66716862" + "81no evidence57%10.5"
    assert len(told.all("article")) == 6
    assert told.all("span", "letter-badge") == []
