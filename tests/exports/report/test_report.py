"""What a report says of one result, value by value, and that it is closed to the outside."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta, timezone
from itertools import pairwise

import pytest

from interhuman.analysis import Analysis, EngagementSpan, Signal, Unread
from interhuman.annotations import Annotations
from interhuman.exports.named import NamedResult
from interhuman.exports.report.document import report_html
from interhuman.findings.explanations import (
    AI_ACT_URL,
    LIMITS,
    LIMITS_TITLE,
    MOMENTS_TITLE,
    NO_QUALITY,
)
from interhuman.findings.moments import OWN_RULES, RULES
from interhuman.version import VERSION
from interhuman.vocabulary import SANDBOX_NOTE
from tests import examples
from tests.exports.report.made import MADE_AT, analysis, report, result
from tests.exports.report.parsed import Node, parsed


@pytest.fixture(scope="module")
def whole() -> Node:
    return report(result())


def facts(node: Node) -> dict[str, str]:
    rows = node.one("dl", "facts").all("div")
    return {row.one("dt").text: row.one("dd").text for row in rows}


def test_the_head_says_what_was_analyzed(whole: Node) -> None:
    assert whole.one("h1").text == "Pitch, third run"
    assert whole.one("head").one("title").text == "Pitch, third run · Interhuman report"
    assert facts(whole) == {
        "Recording": "pitch-3.mp4",
        "Analyzed": "Nov 27, 2026, 20:15 UTC",
        "Length": "0:40",
        "Model": "Inter-1",
        "Source": "Interhuman API, inter-1",
        "Labels": "pitch, fall",
        "Correlation ID": "c0ffee00-0000-4000-8000-000000000001",
        "Analysis ID": "3f2b8c1e",
    }
    assert whole.one("p", "note").raw == "Louder than last time.\nSecond room."
    made = f"Made with Interhuman dashboard {VERSION} on Nov 30, 2026, 09:00 UTC."
    assert made in whole.one("footer").text


def test_times_of_day_are_in_the_zone_that_is_asked_for() -> None:
    told = report(result(), zone=timezone(timedelta(hours=1), "CET"))
    assert facts(told)["Analyzed"] == "Nov 27, 2026, 21:15 CET"
    assert "Nov 30, 2026, 10:00 CET" in told.one("footer").text


def test_a_title_and_an_analysis_are_enough() -> None:
    told = report(("Talk", analysis()))
    assert facts(told)["Analyzed"] == "not given"
    assert "Recording" not in facts(told)
    assert told.all("p", "note") == []
    assert "Notes" not in [heading.text for heading in told.all("h2")]


def test_signals_that_could_not_be_read_are_not_told_as_none() -> None:
    unread = (Unread("signals", "is text instead of a list; left out"),)
    told = report(("Odd", Analysis(duration_s=40.0, unread=unread)))
    assert "detected" not in told.one("article").text
    assert "0 signals" not in told.one("article").text
    assert "The signals couldn't be read." in told.section("Signals").text


def test_a_sandbox_result_says_so() -> None:
    told = report(result(analysis=analysis(sandbox=True)))
    assert facts(told)["Source"] == "Sandbox"
    assert told.one("p", "sandbox").text == SANDBOX_NOTE
    assert report(result()).all("p", "sandbox") == []


def test_scores_read_as_everywhere(whole: Node) -> None:
    rows = [row[:2] for row in whole.section("Quality").rows()]
    assert rows == [
        ["Quality index", "66, good"],
        ["Clarity", "71"],
        ["Authority", "68"],
        ["Energy", "62"],
        ["Rapport", "81"],
        ["Learning", "no evidence"],
    ]


def test_the_radar_has_fixed_axes_and_a_named_ring_at_50(whole: Node) -> None:
    radar = whole.one("svg", "radar")
    names = [text.text for text in radar.all("text")]
    assert names == ["50 = no evidence", "Clarity", "Authority", "Energy", "Rapport", "Learning"]
    assert len(radar.all("polygon", "fifty")) == 1
    outline = radar.one("g", "outline")
    assert outline.one("polygon").attributes["points"].split()[0] == "160.0,50.68"
    dots = ["hollow" in dot.classes for dot in outline.all("circle")]
    assert dots == [False, False, False, False, True]
    assert "learning no evidence" in radar.attributes["aria-label"]


def test_a_missing_dimension_is_a_gap_and_not_a_zero() -> None:
    quality = {"overall": examples.scores(60.0, 70.0, None, 55.0, 65.0, 45.0), "timeline": []}
    told = report(result(analysis=analysis(conversation_quality=quality)))
    assert ["Authority", "not given"] in [row[:2] for row in told.section("Quality").rows()]
    outline = told.one("g", "outline")
    assert outline.all("polygon") == []
    assert (len(outline.all("polyline")), len(outline.all("circle"))) == (3, 4)
    assert "The dimensions over time" not in told.text


def test_no_quality_is_one_muted_line() -> None:
    told = report(result(analysis=analysis(conversation_quality=None)))
    assert told.section("Quality").one("p", "muted").text == NO_QUALITY
    assert told.all("svg", "radar") == []


def test_marks_are_true_to_time_and_filled_by_probability(whole: Node) -> None:
    drawn = {}
    for mark in whole.all("a", "mark"):
        rects = mark.all("rect")
        drawn[mark.attributes["id"]] = (
            mark.classes[1],
            rects[0].attributes["x"],
            rects[0].attributes["width"],
            [rect.attributes["class"] for rect in rects],
        )
    assert drawn == {
        "r1-m0": ("unsure", "25%", "12.5%", ["full"]),
        "r1-m1": ("toward", "0%", "25%", ["open", "full"]),
        "r1-m2": ("toward", "12.5%", "25%", ["full"]),
        "r1-m3": ("away", "50%", "12.5%", ["open"]),
        "r1-m4": ("away", "50%", "12.5%", ["open unknown"]),
        "r1-m5": ("unsure", "-2", "4", ["full"]),
        "r1-m6": ("toward", "75%", "25%", ["open"]),
    }
    instant = whole.by_id("r1-m5").one("svg", "instant")
    assert instant.attributes["x"] == "62.5%"
    title = whole.by_id("r1-m3").one("title").text
    assert title == "Stress, 0:20–0:25, low probability: Swallows and touches the collar."


def test_what_lies_beyond_the_end_is_drawn_at_the_end() -> None:
    late = Analysis(signals=(Signal("stress", 8.0, 14.0, "high"),), duration_s=10.0)
    told = report(("Late", late))
    rect = told.by_id("r1-m0").one("rect").attributes
    assert (rect["x"], rect["width"]) == ("80%", "20%")
    assert "0:08–0:14" in told.by_id("r1-s0").text


def test_the_ribbon_has_gaps_and_the_index_steps(whole: Node) -> None:
    states = [
        (state.attributes["x"], state.attributes["width"], state.text)
        for state in whole.all("rect", "state")
    ]
    assert states == [
        ("0%", "50%", "Engaged, 0:00–0:20"),
        ("50%", "25%", "Neutral, 0:20–0:30"),
        ("87.5%", "12.5%", "Disengaged, 0:35–0:40"),
    ]
    steps = whole.one("div", "pinned").one("svg", "steps")
    lines = [line.attributes["points"] for line in steps.all("polyline")]
    assert lines == ["0,30 10,30 10,45 20,45", "30,26 40,26"]


def test_windows_without_evidence_are_dotted(whole: Node) -> None:
    dotted = whole.section("The dimensions over time").all("polyline", "nothing")
    assert [line.attributes["points"] for line in dotted] == [
        "10,50 20,50",
        "0,50 10,50 10,50 20,50",
        "30,50 40,50",
    ]


def test_every_signal_is_in_the_list_in_order_of_time(whole: Node) -> None:
    rows = whole.section("7 signals").one("tbody").all("tr")
    told = [
        (
            row.attributes["id"],
            row.one("b").text,
            row.one("th").all("p")[1].text,
            [part.text for part in row.one("td").all("p")],
        )
        for row in rows
    ]
    assert told == [
        (
            "r1-s1",
            "Agreement",
            "0:00–0:10 · medium probability",
            ["Nods twice and says that it is a fair point."],
        ),
        (
            "r1-s2",
            "Confidence",
            "0:05–0:15 · high probability",
            ["An even voice and a steady gaze."],
        ),
        (
            "r1-s0",
            "Hesitation",
            "0:10–0:15 · high probability",
            ["A long pause before the price is named.", "Reviewer agrees"],
        ),
        (
            "r1-s3",
            "Stress",
            "0:20–0:25 · low probability",
            ["Swallows and touches the collar.", "Reviewer disagrees"],
        ),
        (
            "r1-s4",
            "Skepticism",
            "0:20–0:25 · probability not given",
            ["Raises one brow at the claim."],
        ),
        ("r1-s5", "Daydreaming", "at 0:25 · high probability", ["Looks out of the window."]),
        ("r1-s6", "Confidence", "0:30–0:40 · low probability", ["No reason given"]),
    ]


def test_a_reason_is_never_cut() -> None:
    why = "word " * 2_000 + "end"
    told = report(("Long", Analysis(signals=(Signal("stress", 0.0, 5.0, "high", why),))))
    assert told.one("p", "why").raw == why


def test_all_moments_are_there_and_how_they_are_chosen(whole: Node) -> None:
    assert whole.section("Moments").rows() == [
        ["0:10–0:20", "Quality index drops from 70 (good) to 55 (moderate)", "Quality changes"],
        ["0:30–0:40", "Highest quality index: 74 (good)", "Strongest stretch"],
        ["0:35–0:40", "Appeared disengaged for 5 seconds", "Disengaged"],
    ]
    rules = whole.section(MOMENTS_TITLE).text
    assert all(rule.sentence in rules for rule in RULES.values())
    assert OWN_RULES in rules


def test_moments_beyond_those_that_weigh_most_are_listed_too() -> None:
    stress = tuple(Signal("stress", 10.0 * n, 10.0 * n + 5, "high") for n in range(8))
    told = report(("Stress", Analysis(signals=stress, duration_s=80.0))).section("Moments")
    assert told.all("h3")[0].text == "3 more moments"
    assert [len(table.rows()) for table in told.all("table")] == [5, 3]
    links = [link.attributes["href"] for link in told.all("a", "time")]
    assert sorted(links) == [f"#r1-m{place}" for place in range(8)]


def test_statistics_by_value(whole: Node) -> None:
    assert whole.section("Families").rows() == [
        ["Toward", "3", "0:25", "62.5%", "4.5", "0:10", "0:00"],
        ["Unsure", "2", "0:05", "12.5%", "3.0", "0:02.5", "0:10"],
        ["Away", "2", "0:05", "12.5%", "3.0", "0:05", "0:20"],
    ]
    assert whole.section("Types").rows()[0] == [
        *("Confidence", "2", "0:20", "50.0%", "3.0", "0:10", "0:05"),
    ]
    assert whole.section("Engagement").rows() == [
        ["Engaged", "0:20", "50.0%", "57.1%"],
        ["Neutral", "0:10", "25.0%", "28.6%"],
        ["Disengaged", "0:05", "12.5%", "14.3%"],
        ["No data", "0:05", "12.5%", "–"],
    ]


def test_notes_feedback_and_what_was_not_read(whole: Node) -> None:
    assert whole.section("Notes").rows() == [["at 0:02", "A nod."], ["0:10–0:15", "Price."]]
    pins = [(pin.attributes["href"], pin.attributes["data-start"]) for pin in whole.all("a", "pin")]
    assert pins == [("#r1-n0", "2"), ("#r1-n1", "10")]
    feedback = whole.section("Feedback")
    assert feedback.one("p", "written").raw == "Slow down.\n\nName one number."
    assert feedback.one("p", "muted").text == "About clarity, signal hesitation"
    unread = whole.section("1 thing in the response couldn't be read as sent")
    assert [row[0] for row in unread.rows()] == ["signals[7]"]


def test_feedback_that_was_not_given_says_why() -> None:
    none = analysis(feedback={"type": "no_feedback", "reason": "Too short."})
    assert none.feedback is not None
    told = report(("Talk", none)).section("Feedback").text
    assert told == "FeedbackNo feedback: Too short."


def test_every_limit_is_said(whole: Node) -> None:
    limits = whole.section(LIMITS_TITLE)
    terms = zip(limits.all("dt"), limits.all("dd"), strict=True)
    assert [(term.text, words.text) for term, words in terms] == [
        (title, " ".join(words.split())) for title, words in LIMITS
    ]


def test_an_empty_analysis_has_a_report_too() -> None:
    told = report(("Nothing", Analysis()))
    assert "No signals were detected" in told.one("div", "pinned").text
    assert told.section("0 signals").one("p", "muted").text.startswith("No signals were detected.")
    assert facts(told)["Length"] == "not known"
    assert "No moments" in told.section("Moments").text


def test_links_lead_inside_and_ids_are_unique(whole: Node) -> None:
    two = report(result(), result(title="Other"))
    for told in (whole, two):
        ids = [node.attributes["id"] for node in told.nodes() if "id" in node.attributes]
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch(r"limits|r\d+(-list|-[smn]\d+)?", name) for name in ids)
        links = {link.attributes["href"] for link in told.all("a")}
        assert {link.removeprefix("#") for link in links - {AI_ACT_URL}} <= set(ids)


def test_nothing_can_leave(whole: Node) -> None:
    policy = whole.all("meta")[1]
    assert policy.attributes["http-equiv"] == "Content-Security-Policy"

    def hash_of(tag: str) -> str:
        digest = hashlib.sha256(whole.one(tag).raw.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src {hash_of('style')}; script-src {hash_of('script')}; "
        "img-src data:; media-src data:; base-uri 'none'; form-action 'none'"
    )
    for node in whole.nodes():
        assert not {"src", "srcset", "style", "action", "data"} & set(node.attributes)
        assert not any(name.startswith("on") for name in node.attributes)
    assert "url(" not in whole.one("style").raw
    assert "@import" not in whole.one("style").raw


def test_headings_are_an_outline(whole: Node) -> None:
    for told in (whole, report(result(), result())):
        levels = [int(n.tag[1]) for n in told.nodes() if re.fullmatch(r"h[1-6]", n.tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_filter_is_hidden_until_it_works(whole: Node) -> None:
    filters = whole.one("div", "filter")
    assert "hidden" in filters.attributes
    buttons = [button.text for button in filters.all("button")]
    assert buttons[0] == "Confidence 2"
    assert len(buttons) == 6


def test_it_is_the_same_twice() -> None:
    first = report_html([result()], made_at=MADE_AT)
    assert report_html(iter([result()]), made_at=MADE_AT) == first


def test_an_unpublished_state_and_many_types_are_drawn() -> None:
    signals = tuple(Signal(f"type_{n:02}", 1.0 * n, n + 1.0, "low", f"Why {n}") for n in range(40))
    states = (EngagementSpan("dozing", 0.0, 20.0),)
    told = report(("Many", Analysis(signals=signals, engagement=states, duration_s=40.0)))
    assert len(told.all("a", "mark")) == 40
    assert "Other types" in told.one("svg", "names").text
    assert told.one("rect", "state").text == "Dozing, 0:00–0:20"
    assert len(told.section("40 signals").one("tbody").all("tr")) == 40


def test_all_that_was_not_read_is_listed() -> None:
    unread = tuple(Unread(f"signals[{n}]", "is odd; left out") for n in range(300))
    told = report(("Odd", replace(analysis(), unread=unread)))
    assert len(told.section("300 things in the response couldn't be read as sent").rows()) == 300


def test_judgments_of_no_signal_change_nothing() -> None:
    told = report(result(annotations=Annotations(says={99: "agree"})))
    assert told.all("p", "said") == []


def test_a_report_of_nothing_says_so() -> None:
    told = parsed(report_html([]))
    assert told.one("h1").text == "There are no analyses in this report"
    assert told.one("title").text.startswith("0 analyses")
    assert told.all("table") == []


def test_a_title_without_characters_is_untitled() -> None:
    assert report(NamedResult(" \n", Analysis())).one("h1").text == "Untitled"
