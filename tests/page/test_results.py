"""The results page: every section and every state of it, from analyses of our own."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import Any, cast

import pandas as pd
import pytest
from streamlit.typing import DataframeState

from interhuman.analysis import Analysis, Signal
from interhuman.answers.saved import load
from interhuman.exports.csv import engagement_csv, quality_csv, signals_csv
from interhuman.frames import signals_frame
from interhuman.page import downloads, engagement, figures, quality, signals, visit
from tests import examples

from .conftest import Page


def headings(page: Page) -> list[str]:
    return [heading.value for heading in page.at.subheader]


def signals_table(page: Page) -> pd.DataFrame:
    (table,) = [d.value for d in page.at.dataframe if "Why" in d.value.columns]
    return table


def choose(page: Page, row: int, *, number: int = 0) -> None:
    """Choose a row of the signals' table, after so many changes of the filter."""
    selection = DataframeState({"selection": {"rows": [row], "columns": [], "cells": []}})
    page.at.session_state[f"result-1-table-{number}"] = selection
    page.rerun()


def bridge(page: Page) -> dict[str, Any]:
    """Return what the page tells the script that moves the recording."""
    sent = [json.loads(node.proto.json) for node in page.nodes("bidi_component")]
    (data,) = [one for one in sent if "seek_number" in one]
    return cast("dict[str, Any]", data)


def open_raw(page: Page) -> Page:
    """Open the raw JSON of the first result, as a click on its expander does."""
    page.at.session_state["result-1-raw"] = True
    return page.rerun()


def drawn(page: Page) -> list[bytes]:
    """Return everything drawn, as it goes to the browser.

    Only the names under which downloads can be asked for are new in every rerun.
    """
    sent = []
    for node in page.nodes():
        proto = getattr(node, "proto", None)
        if proto is not None:
            copy = type(proto).FromString(proto.SerializeToString())
            if node.type == "download_button":
                copy.ClearField("deferred_file_id")
            sent.append(copy.SerializeToString(deterministic=True))
    return sent


def specs(page: Page) -> list[str]:
    """Return the figures on the page as JSON."""
    return [node.proto.spec for node in page.nodes("plotly_chart")]


def sent_bytes(page: Page) -> int:
    """Return how much is sent to the browser, its files aside."""
    protos = (getattr(node, "proto", None) for node in page.nodes())
    return sum(len(proto.SerializeToString()) for proto in protos if proto is not None)


def test_sections_come_in_the_order_a_person_asks(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    assert headings(page) == [
        "Signals over time",
        "Engagement",
        "Quality of the conversation",
        "Quality over time",
        "Signals in full",
        "Keep it",
    ]
    assert page.at.main.header[0].value == r"What was seen and heard in talk\.mp4"
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
    assert "hello" in open_raw(page).text
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
        heading = page.at.main.header[0].value
        assert "<script>" not in heading
        assert "**strong**" not in heading


def test_options_of_a_select_box_show_no_backslashes(page: Page) -> None:
    for name in ("stage_10s.mp4", "*two*.mp4"):
        page.visit.add(examples.read(examples.FULL), name)
    page.rerun()
    (box,) = [box for box in page.at.selectbox if box.label == "Results of this visit"]
    assert [option.split(" · ")[1] for option in box.options] == ["*two*.mp4", "stage_10s.mp4"]


def test_filters_leave_what_was_asked_for(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    page.at.multiselect(key="result-1-types").select("confidence").run()
    assert list(signals_table(page)["Type"]) == ["Confidence", "Confidence"]
    page.at.multiselect(key="result-1-probabilities").select("low").run()
    assert list(signals_table(page)["From"]) == [datetime.time(0, 0, 30)]


def test_a_filter_keeps_what_has_no_probability_when_asked() -> None:
    frame = signals_frame(Analysis(signals=(Signal("a", 0, 1, "high"), Signal("b", 0, 1))))
    assert list(signals.filtered(frame, [], ["not given"])["type"]) == ["b"]
    assert list(signals.filtered(frame, ["a"], [])["type"]) == ["a"]
    assert list(signals.filtered(frame, [], [])["type"]) == ["a", "b"]


def test_a_filter_neither_changes_the_chosen_signal_nor_moves_the_recording(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    choose(page, 2)
    assert bridge(page)["seek_s"] == 5.0
    page.at.multiselect(key="result-1-types").select("confidence").run()
    assert list(signals_table(page)["Type"]) == ["Confidence", "Confidence"]
    assert (bridge(page)["seek_s"], bridge(page)["seek_number"]) == (5.0, 1)
    assert any(text.value.startswith("Confidence, 0:05") for text in page.at.text)


def test_a_signal_that_a_filter_takes_away_is_no_longer_chosen(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    choose(page, 0)
    page.at.multiselect(key="result-1-types").select("confidence").run()
    assert (bridge(page)["seek_s"], bridge(page)["seek_number"]) == (None, 1)
    assert not any(text.value.startswith("Hesitation,") for text in page.at.text)
    page.at.multiselect(key="result-1-types").unselect("confidence").run()
    assert (bridge(page)["seek_s"], bridge(page)["seek_number"]) == (None, 1)


def test_a_choice_after_a_filter_moves_the_recording_to_its_own_signal(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    choose(page, 2)
    page.at.multiselect(key="result-1-types").select("confidence").run()
    choose(page, 1, number=1)
    assert (bridge(page)["seek_s"], bridge(page)["seek_number"]) == (30.0, 2)


def test_times_in_the_table_sort_as_times() -> None:
    starts = pd.Series([600.0, 595.0, 5.25, 86_399.0])
    times = signals.times(starts)
    assert times.tolist() == [
        datetime.time(0, 10),
        datetime.time(0, 9, 55),
        datetime.time(0, 0, 5, 200_000),
        datetime.time(23, 59, 59),
    ]
    assert sorted(times) == list(times[starts.sort_values().index])


def test_times_from_a_day_on_sort_too() -> None:
    assert signals.times(pd.Series([86_399.96, 5.0])).tolist() == [
        pd.Timedelta(days=1),
        pd.Timedelta(seconds=5),
    ]


LONG = "x" * 200_000


@pytest.mark.parametrize(
    "payload",
    [
        {"signals": [examples.signal(LONG, 0.0, 5.0, "high", LONG)]},
        {"engagement_state": [{"state": LONG, "start": 0.0, "end": 5.0}]},
        {"feedback": {"message": LONG, "active_dimensions": [LONG], "primary_signal": LONG}},
        {"feedback": {"type": "no_feedback", "reason": LONG}},
        {"signals": [{"type": "stress", "start": LONG, "end": LONG}]},
    ],
    ids=["signal", "state", "feedback", "reason", "unread"],
)
def test_a_text_of_200_kb_is_cut_to_what_a_person_can_read(
    page: Page, payload: dict[str, Any]
) -> None:
    page.show(examples.read({"signals": [], **payload}))
    assert not page.at.exception
    assert sent_bytes(page) < 100_000


def test_an_id_a_model_and_a_name_of_200_kb_are_cut_too(page: Page) -> None:
    analysis = replace(examples.read(examples.FULL), correlation_id=LONG, model=LONG)
    page.visit.add(analysis, LONG)
    page.visit.add(analysis, LONG)
    page.rerun()
    assert not page.at.exception
    assert sent_bytes(page) < 100_000


def test_the_list_of_what_could_not_be_read_is_bounded(page: Page) -> None:
    page.show(examples.read({"signals": list(range(900))}))
    (table,) = [d.value for d in page.at.dataframe if "where" in d.value.columns]
    assert len(table) == 200
    assert any(caption.value == "The first 200 of 900 stand here." for caption in page.at.caption)


def test_thousands_of_types_and_states_make_no_thousands_of_parts(page: Page) -> None:
    many = 3_000
    payload = {
        "signals": [examples.signal(f"t{n}", n, n + 1.0) for n in range(many)],
        "engagement_state": [{"state": f"s{n}", "start": n, "end": n + 1.0} for n in range(many)],
    }
    page.show(examples.read(payload))
    assert len(page.at.multiselect(key="result-1-types").options) <= 24
    page.at.multiselect(key="result-1-types").select("\0").run()
    assert len(signals_table(page)) == many - 23
    assert not page.at.exception


def test_every_download_holds_its_own_table_and_says_that_the_sandbox_made_it(page: Page) -> None:
    page.show(examples.read(examples.FULL, sandbox=True))
    assert len(page.nodes("download_button")) == 5
    assert "Sandbox: measures sound and movement" in page.text
    result = page.visit.shown
    assert result is not None
    made = {label: make(result) for label, _, _, make in downloads.FILES}
    assert made.pop("JSON as received") == result.analysis.raw_bytes
    opened = load(made["Result to open here again"])
    assert opened.analysis.signals == result.analysis.signals
    assert opened.recording == "talk.mp4"
    assert made["Signals (CSV)"] == signals_csv(result.analysis)
    assert made["Engagement (CSV)"] == engagement_csv(result.analysis)
    assert made["Quality (CSV)"] == quality_csv(result.analysis)
    assert all(b"Sandbox: measures sound and movement" in data for data in made.values())


def test_a_rerun_sends_the_same_page_and_builds_nothing_again(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show(examples.read({**examples.FULL, "feedback": {"message": "Slow down."}}))
    page.at.session_state["result-1-dimensions"] = True
    first = drawn(open_raw(page))
    assert len(specs(page)) == 6

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("built again")

    for module, name in (
        (signals, "signal_timeline"),
        (signals, "display"),
        (engagement, "engagement_ribbon"),
        (quality, "quality_radar"),
        (quality, "quality_dots"),
        (quality, "quality_over_time"),
        (quality, "quality_small_multiples"),
        (visit, "signals_frame"),
        (visit, "quality_timeline_frame"),
    ):
        monkeypatch.setattr(module, name, refuse)
    assert drawn(page.rerun()) == first
    assert not page.at.exception


def test_each_result_is_drawn_as_itself_however_often_they_take_turns(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    first, figures_of_first = drawn(page.rerun()), specs(page)
    page.show(examples.read(examples.EMPTY))
    assert not set(specs(page)) & set(figures_of_first)
    assert "No signals were detected" in page.text
    (box,) = [box for box in page.at.selectbox if box.label == "Results of this visit"]
    box.set_value(1).run()
    assert specs(page) == figures_of_first
    assert set(first) <= {*drawn(page)}


def test_two_visits_never_see_each_others_result(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    stranger = Page()
    assert stranger.visit.shown is None
    stranger.show(examples.read(examples.HOSTILE_PAYLOAD))
    assert not set(specs(page)) & set(specs(stranger))
    assert drawn(page) == drawn(page.rerun())


def test_another_theme_draws_the_charts_in_its_own_colors(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show(examples.read(examples.FULL))
    light = specs(page)
    monkeypatch.setattr(figures, "dark", lambda: True)
    dark = specs(page.rerun())
    assert len(dark) == len(light)
    assert not set(dark) & set(light)
    monkeypatch.setattr(figures, "dark", lambda: False)
    assert specs(page.rerun()) == light


def test_the_raw_answer_is_sent_once_it_is_opened(page: Page) -> None:
    page.show(examples.read({"signals": [], "message": "only in the raw JSON"}))
    assert "only in the raw JSON" not in page.text
    assert "only in the raw JSON" in open_raw(page).text


def test_the_example_says_so_and_goes_when_there_is_a_result(page: Page) -> None:
    assert len(specs(page)) == 1
    assert any(caption.value.startswith("**Example**, made up") for caption in page.at.caption)
    assert any(caption.value.startswith("Example\\: 7 signals") for caption in page.at.caption)
    page.show(examples.read(examples.FULL))
    assert not any("Example" in caption.value for caption in page.at.caption)
    assert len(specs(page)) == 5
