"""The results page: every section and every state of it, from analyses of our own."""

from __future__ import annotations

import json

import pandas as pd

from interhuman.analysis import Analysis
from interhuman.page import signals
from tests import examples

from .conftest import Page


def headings(page: Page) -> list[str]:
    return [heading.value for heading in page.at.subheader]


def test_sections_come_in_the_order_a_person_asks(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    assert headings(page) == [
        r"What was seen and heard in talk\.mp4",
        "Signals over time",
        "Attention",
        "Quality of the conversation",
        "Quality over time",
        "Signals in full",
        "Keep it",
    ]
    assert len(page.nodes("plotly_chart")) == 5
    assert not page.at.exception


def test_the_headline_says_what_the_api_said_and_no_more(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    assert page.metric("Quality index") == "66"
    assert page.metric("Signals") == "7"
    assert page.metric("Length") == "0:40"
    assert page.metric("Time engaged") == "57%"
    assert page.metric("Learning") == "no evidence"
    assert page.metric("Rapport") == "81"


def test_no_signals_and_no_quality_are_states_of_their_own(page: Page) -> None:
    page.show(examples.read(examples.EMPTY))
    said = " ".join(info.value for info in page.at.info)
    assert "No signals were detected" in said
    assert said.count("holds no conversation quality") == 2
    assert page.metric("Quality index") == "not given"
    assert not page.at.exception


def test_an_answer_with_nothing_readable_still_shows_what_came(page: Page) -> None:
    page.show(examples.read({"signals": "none", "engagement_state": 7, "message": "hello"}))
    assert page.metric("Time engaged") == "no data"
    assert any("could not be read" in e.label for e in page.at.expander)
    assert "hello" in page.text
    assert not page.at.exception


def test_an_empty_analysis_has_no_time_axis_and_still_draws(page: Page) -> None:
    page.show(Analysis())
    assert page.metric("Length") == "not given"
    assert not page.at.exception


def test_what_could_not_be_read_is_listed(page: Page) -> None:
    payload = {"signals": [7, examples.signal("stress", 0.0, 5.0, "high")]}
    page.show(examples.read(payload))
    (label,) = [e.label for e in page.at.expander if "could not be read" in e.label]
    assert label.startswith("1 thing")


def test_feedback_is_shown_with_its_reason_when_there_is_none(page: Page) -> None:
    page.show(
        examples.read({"signals": [], "feedback": {"type": "no_feedback", "reason": "Calm."}})
    )
    assert "Feedback" in headings(page)
    assert any(text.value == "No feedback: Calm." for text in page.at.text)


def test_hostile_text_is_text(page: Page) -> None:
    page.show(examples.read(examples.HOSTILE_PAYLOAD))
    rendered = [*page.at.markdown, *page.at.caption, *page.at.info, *page.at.subheader]
    for element in rendered:
        assert "<script>" not in element.value
        assert "**strong**" not in element.value
        assert ":material/home:" not in element.value
    assert any(text.value == examples.HOSTILE for text in page.at.text)
    charts = [json.loads(node.proto.spec) for node in page.nodes("plotly_chart")]
    assert charts
    assert "<script>" not in json.dumps(charts)
    assert not page.at.exception


def test_a_hostile_file_name_is_text_in_every_place(page: Page) -> None:
    page.visit.add(examples.read(examples.FULL), f"../../{examples.HOSTILE}.mp4")
    page.visit.add(examples.read(examples.FULL), 'a "quoted" näme 🎬.mp4')
    page.rerun()
    assert not page.at.exception
    for result in page.visit.results:
        page.visit.shown = result
        page.rerun()
        heading = page.at.subheader[0].value
        assert "<script>" not in heading
        assert "**strong**" not in heading


def test_filters_leave_what_was_asked_for(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    page.at.multiselect(key="result-1-types").select("confidence").run()
    (table,) = [d.value for d in page.at.dataframe if "Rationale" in d.value.columns]
    assert list(table["Type"]) == ["Confidence", "Confidence"]
    page.at.multiselect(key="result-1-probabilities").select("low").run()
    (table,) = [d.value for d in page.at.dataframe if "Rationale" in d.value.columns]
    assert list(table["From"]) == ["0:30"]


def test_a_filter_keeps_what_has_no_probability_when_asked() -> None:
    frame = pd.DataFrame(
        {"type": ["a", "b"], "probability": pd.Categorical(["high", None], ["low", "high"])}
    )
    assert list(signals.filtered(frame, [], ["not given"])["type"]) == ["b"]
    assert list(signals.filtered(frame, ["a"], [])["type"]) == ["a"]
    assert list(signals.filtered(frame, [], [])["type"]) == ["a", "b"]


def test_downloads_are_named_after_the_recording(page: Page) -> None:
    page.show(examples.read(examples.FULL, sandbox=True))
    buttons = page.nodes("download_button")
    assert len(buttons) == 5
    assert "Local stand-in" in page.text
