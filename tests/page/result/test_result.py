"""The result page: its parts and every state of it, from analyses of our own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from interhuman.analysis import Analysis
from interhuman.annotations import Annotations, Note
from interhuman.answers.saved import load
from interhuman.exports import result_tables
from interhuman.exports.csv import table_csv
from interhuman.exports.kinds import kinds
from interhuman.exports.subtitles import captions_srt, captions_vtt
from interhuman.page.result import downloads, figures, quality, table, tracks
from interhuman.runs import result as page_result
from interhuman.runs.results import Results
from tests import clips, examples
from tests.page.conftest import Page
from tests.page.kept import use_library
from tests.result_states import STATES

BADGE = ":orange[Sandbox: not Interhuman's model]"
TABS = ["Statistics", "Quality", "Table", "JSON"]


STATISTICS = {"Statistics (CSV)", "Co-occurrence (CSV)", "Signals by interval (CSV)"}
"""The files that the tab of that name offers."""


def open_tab(page: Page, name: str) -> Page:
    """Open a tab of the first result, as a click on it does."""
    page.at.session_state["result-1-tabs"] = name
    return page.rerun()


def sent_to(page: Page, part: str) -> dict[str, Any]:
    """Return what the page sends to a part of the result view, such as "now" or "list"."""
    (node,) = [node for node in page.nodes("bidi_component") if f'"part": "{part}"' in _json(node)]
    return cast("dict[str, Any]", json.loads(_json(node)))


def _json(node: Any) -> str:
    return cast(str, node.proto.json)


def scores(page: Page) -> dict[str, str]:
    """Return how the scores of the whole recording read on the quality card."""
    given = {each["name"]: each["overall"] for each in sent_to(page, "quality")["scores"]}
    return {name: reading["words"] for name, reading in given.items() if reading}


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
    """Return how much is sent to the browser, its files and the page's own code aside."""
    data = [len(_json(node)) for node in page.nodes("bidi_component")]
    others = [node for node in page.nodes() if node.type not in ("bidi_component", "html")]
    protos = (getattr(node, "proto", None) for node in others)
    return sum(data) + sum(len(proto.SerializeToString()) for proto in protos if proto is not None)


def test_the_parts_stand_in_the_order_in_which_they_are_read(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    assert page.at.main.title[-1].value == r"talk\.mp4"
    assert [tab.label for tab in page.at.tabs] == TABS
    places = [str(getattr(node, "key", "")) for node in page.nodes()]
    parts = [f"result-1-{part}" for part in ("now", "quality", "chips", "tracks", "list")]
    assert sorted(parts, key=places.index) == parts
    assert not page.at.exception


def test_the_head_says_length_model_and_time(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    facts = page.at.main.caption[0].value.replace("\\", "").replace("\u2060", "")
    assert facts.startswith("0:40 · Inter-1 · ")


def test_the_quality_card_says_what_the_api_said_and_no_more(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    assert scores(page) == {
        "quality_index": "66",
        "clarity": "71",
        "authority": "68",
        "energy": "62",
        "rapport": "81",
        "learning": "no evidence",
    }
    card = sent_to(page, "quality")
    assert card["scores"][0]["overall"]["band"] == "good"
    assert (card["engaged"], card["total"]) == ("57%", 7)
    assert [each["overall"]["isEvidence"] for each in card["scores"]] == [True] * 5 + [False]


def test_the_quality_card_has_every_window_that_was_given(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    index, *_, learning = sent_to(page, "quality")["scores"]
    assert [(each["start"], each["end"], each["words"]) for each in index["windows"]] == [
        (0.0, 10.0, "70"),
        (10.0, 20.0, "55"),
        (30.0, 40.0, "74"),
    ]
    assert index["extremes"] == ["lowest 55 at 0:10", "highest 74 at 0:30"]
    assert {each["words"] for each in learning["windows"]} == {"no evidence"}
    assert learning["extremes"] == []


def test_five_scores_of_50_have_no_band(page: Page) -> None:
    nothing = examples.scores(50.0, 50.0, 50.0, 50.0, 50.0, 50.0)
    page.show(examples.read({"conversation_quality": {"overall": nothing}}))
    assert sent_to(page, "quality")["scores"][0]["overall"]["band"] == "no evidence"


def test_the_badge_opens_what_a_result_can_tell(page: Page) -> None:
    page.show(examples.read(examples.FULL, sandbox=True))
    page.at.button(key="badge").click().run()
    assert "What this can and can't tell you" in page.text.replace("\\", "")
    assert "Article 5(1)(f)" in page.text
    assert not page.at.exception


def test_only_a_sandbox_result_has_the_badge(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    assert not page.offers(BADGE)
    page.show(examples.read(examples.FULL, sandbox=True))
    assert page.offers(BADGE)


def test_no_signals_and_no_quality_are_states_of_their_own(page: Page) -> None:
    page.show(examples.read(examples.EMPTY))
    card = sent_to(page, "quality")
    assert (card["scores"], card["engaged"], card["total"]) == ([], "0%", 0)
    assert "No signals were detected. That can happen" in sent_to(page, "list")["none"]
    assert open_tab(page, "Quality").text.count("has no conversation quality") == 2
    assert not any(open_tab(page, tab).at.exception for tab in TABS)


def test_an_answer_with_nothing_readable_still_shows_what_came(page: Page) -> None:
    page.show(examples.read({"signals": "none", "engagement_state": 7, "message": "hello"}))
    card = sent_to(page, "quality")
    assert (card["scores"], card["engaged"]) == ([], None)
    assert "Nothing to show" in page.text
    assert any("couldn't be read" in e.label for e in page.at.expander)
    assert "hello" in open_tab(page, "JSON").text
    assert not any(open_tab(page, tab).at.exception for tab in TABS)


def test_an_empty_analysis_has_no_time_axis_and_still_draws(page: Page) -> None:
    page.show(Analysis())
    assert page.at.main.caption[0].value.startswith("length not known")
    assert not any(open_tab(page, tab).at.exception for tab in TABS)


@pytest.mark.parametrize("name", STATES)
def test_every_tab_of_every_state_draws(page: Page, name: str) -> None:
    answer, _ = STATES[name]
    page.show(examples.read(answer))
    for tab in TABS:
        open_tab(page, tab)
        assert not page.at.exception, tab


def test_what_could_not_be_read_is_listed(page: Page) -> None:
    payload = {"signals": [7, examples.signal("stress", 0.0, 5.0, "high")]}
    page.show(examples.read(payload))
    (label,) = [e.label for e in page.at.expander if "couldn't be read" in e.label]
    assert label.startswith("1 thing")


def test_feedback_is_shown_with_its_reason_when_there_is_none(page: Page) -> None:
    page.show(
        examples.read({"signals": [], "feedback": {"type": "no_feedback", "reason": "Calm."}})
    )
    assert [tab.label for tab in page.at.tabs] == [*TABS, "Feedback"]
    open_tab(page, "Feedback")
    assert any(text.value == "No feedback: Calm." for text in page.at.text)


def rendered(page: Page) -> list[str]:
    """Return all that the page shows as Markdown."""
    shown = [*page.at.markdown, *page.at.caption, *page.at.info, *page.at.header]
    return [*(element.value for element in shown), *(b.label for b in page.at.button)]


def test_hostile_text_is_text(page: Page) -> None:
    page.show(examples.read(examples.HOSTILE_PAYLOAD))
    for tab in [*TABS, "Feedback"]:
        open_tab(page, tab)
        for words in rendered(page):
            assert "<script>" not in words
            assert "**strong**" not in words
            assert ":material/home:" not in words
        assert specs(page)
        assert "<script>" not in "".join(specs(page))
        assert not page.at.exception
    (first,) = [s for s in sent_to(page, "list")["signals"] if s["type"] == "Hesitation"]
    assert first["why"] == examples.HOSTILE
    assert not page.at.exception


def test_hostile_feedback_is_text(page: Page) -> None:
    page.show(examples.read(examples.HOSTILE_PAYLOAD))
    open_tab(page, "Feedback")
    assert any(text.value == examples.HOSTILE for text in page.at.text)


def test_a_hostile_file_name_is_text_in_every_place(page: Page) -> None:
    page.visit.show(
        page.visit.results.add_opened(
            examples.read(examples.FULL), f"../../{examples.HOSTILE}.mp4"
        ).number
    )
    page.visit.show(
        page.visit.results.add_opened(examples.read(examples.FULL), 'a "quoted" näme 🎬.mp4').number
    )
    page.rerun()
    assert not page.at.exception
    for result in page.visit.results.all:
        page.visit.results.shown = result
        page.rerun()
        titles = [page.at.main.title[-1].value]
        assert len(titles) == 1
        assert "<script>" not in titles[0]
        assert "**strong**" not in titles[0]
        assert len(page.recent) == 2  # as text, which is drawn as text


def test_the_results_of_the_visit_are_one_click_away(page: Page) -> None:
    for name in ("stage_10s.mp4", "*two*.mp4"):
        page.visit.show(page.visit.results.add_opened(examples.read(examples.FULL), name).number)
    page.rerun()
    assert [row["title"] for row in page.recent] == ["*two*.mp4", "stage_10s.mp4"]
    assert [row["shown"] for row in page.recent] == [True, False]
    page.open_recent("stage_10s.mp4")
    assert page.visit.results.shown is page.visit.results.all[0]


def test_a_new_analysis_brings_the_start_page_back(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    page.press("New analysis")
    assert page.visit.results.shown is None
    assert page.offers("Try the sample")


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
    for tab in page.at.tabs:
        open_tab(page, tab.label)
        assert not page.at.exception
        assert sent_bytes(page) < 100_000


def test_an_id_a_model_and_a_name_of_200_kb_are_cut_too(page: Page) -> None:
    analysis = replace(examples.read(examples.FULL), correlation_id=LONG, model=LONG)
    page.visit.show(page.visit.results.add_opened(analysis, LONG).number)
    page.visit.show(page.visit.results.add_opened(analysis, LONG).number)
    page.rerun()
    assert not page.at.exception
    assert sent_bytes(page) < 100_000


def test_the_list_of_what_could_not_be_read_is_bounded(page: Page) -> None:
    page.show(examples.read({"signals": list(range(900))}))
    (unread,) = [d.value for d in page.at.dataframe if "where" in d.value.columns]
    assert len(unread) == 200
    assert any(caption.value == "Showing the first 200 of 900." for caption in page.at.caption)


def test_thousands_of_types_and_states_make_no_thousands_of_parts(page: Page) -> None:
    many = 3_000
    payload = {
        "signals": [examples.signal(f"t{n}", n, n + 1.0) for n in range(many)],
        "engagement_state": [{"state": f"s{n}", "start": n, "end": n + 1.0} for n in range(many)],
    }
    page.show(examples.read(payload))
    chips = sent_to(page, "chips")["rows"]
    assert len(chips) <= 24
    assert (chips[-1]["label"], chips[-1]["count"]) == ("Other types", many - 23)
    assert not page.at.exception


def test_every_download_holds_its_own_table_and_says_that_the_sandbox_made_it(page: Page) -> None:
    page.show(examples.read(examples.FULL, sandbox=True))
    assert page.visit.results.shown is not None
    result = replace(page.visit.results.shown, note="Two takes.\nThis is the *first*.")
    added = Annotations((Note("0a1b2c3d", 1.0, 2.5, "A *good* start"),), {0: "agree"})
    files = (downloads.SAVED, *downloads.SINGLE_FILES)
    made = {file.label: file.make(result, added) for file in files}
    offered = {str(node.proto.label) for node in page.nodes("download_button")}
    assert offered - STATISTICS - {kind.label for kind in kinds()} == set(made)
    assert made.pop("Raw API response (JSON)") == result.analysis.raw_bytes
    opened = load(made["Saved result (JSON)"])
    assert opened.analysis.signals == result.analysis.signals
    assert opened.recording == "talk.mp4"
    assert opened.annotations == added
    assert opened.note == result.note
    named = result.named(added)
    assert (named.title, named.recording, named.note) == ("talk.mp4", "talk.mp4", result.note)
    assert (named.analyzed_at, named.annotations) == (result.arrived_at, added)
    assert made["Signals (CSV)"] == table_csv(result_tables.SIGNALS, named)
    assert made["Notes (CSV)"] == table_csv(result_tables.NOTES, named)
    assert made["Engagement (CSV)"] == table_csv(result_tables.ENGAGEMENT, named)
    assert made["Quality (CSV)"] == table_csv(result_tables.QUALITY, named)
    signals, notes = result.tables.signals, added.notes
    assert made["Captions (VTT)"] == captions_vtt(signals, result.analysis, notes=notes)
    assert made["Captions (SRT)"] == captions_srt(signals, result.analysis, notes=notes)
    assert all(b"Sandbox: measures sound and movement" in data for data in made.values())


def test_exports_have_what_the_library_says_of_a_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = use_library(monkeypatch, tmp_path / "library")
    library, id = place.of(), place.add(name="talk.mp4")
    results = Results()
    for title in ("Pitch", "Second pitch"):
        library.describe(id, title=title, labels=["q4", title], note=f"Of {title}")
        row = library.get(id)
        assert row is not None
        if not results.all:
            results.add_opened(Analysis(), "talk.mp4", row=row)
        results.describe(row)
        named = results.all[0].named()
        assert (named.title, named.recording, named.id) == (title, "talk.mp4", id)
        assert (named.labels, named.note) == (("q4", title), f"Of {title}")
        assert named.analyzed_at == row.created_at


def test_a_rerun_sends_the_same_page_and_builds_nothing_again(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show(examples.read({**examples.FULL, "feedback": {"message": "Slow down."}}))
    tabs = [*TABS, "Feedback"]
    first = {tab: drawn(open_tab(page, tab)) for tab in tabs}

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("built again")

    for module, name in (
        (tracks, "tracks"),
        (table, "display"),
        (quality, "quality_radar"),
        (page_result, "tables_of"),
    ):
        monkeypatch.setattr(module, name, refuse)
    for tab in tabs:
        assert drawn(open_tab(page, tab)) == first[tab]
        assert not page.at.exception


def test_each_result_is_drawn_as_itself_however_often_they_take_turns(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    figures_of_first = specs(page.rerun())
    page.show(examples.read(examples.EMPTY))
    assert not set(specs(page)) & set(figures_of_first)
    assert "No signals were detected" in page.text
    page.visit.show(1)
    page.rerun()
    assert specs(page) == figures_of_first
    assert len(sent_to(page, "list")["signals"]) == 7


def test_two_visits_never_see_each_others_result(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    stranger = Page()
    assert stranger.visit.results.shown is None
    stranger.show(examples.read(examples.HOSTILE_PAYLOAD))
    assert not set(specs(page)) & set(specs(stranger))
    assert sent_to(page, "now")["view"] != sent_to(stranger, "now")["view"]
    assert drawn(page) == drawn(page.rerun())


def test_another_theme_draws_the_charts_in_its_own_colors(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    light = specs(open_tab(page.show(examples.read(examples.FULL)), "Quality"))
    assert len(light) == 3
    monkeypatch.setattr(figures, "dark", lambda: True)
    dark = specs(page.rerun())
    assert len(dark) == len(light)
    assert not set(dark) & set(light)
    monkeypatch.setattr(figures, "dark", lambda: False)
    assert specs(page.rerun()) == light


def test_only_the_open_tab_is_drawn(page: Page) -> None:
    page.show(examples.read({"signals": [], "message": "only in the raw JSON"}))
    assert "only in the raw JSON" not in page.text
    assert "only in the raw JSON" in open_tab(page, "JSON").text
    assert "only in the raw JSON" not in open_tab(page, "Statistics").text


def test_the_example_says_so_and_goes_when_there_is_a_result(page: Page) -> None:
    assert len(specs(page)) == 1
    assert any(
        caption.value.startswith("**Sample output** (made up)") for caption in page.at.caption
    )
    assert any(caption.value.startswith("Example\\: 7 signals") for caption in page.at.caption)
    page.show(examples.read(examples.FULL))
    assert not any("made up" in caption.value for caption in page.at.caption)


def test_the_recording_may_be_added_afterwards(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    data = clips.recording(duration_s=5)
    page.at.file_uploader(key="result-1-recording").set_value(("talk.mp4", data, "video/mp4")).run()
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.recording is not None
    assert len(page.nodes("video")) == 1
    assert not any(u.key == "result-1-recording" for u in page.at.file_uploader)
    assert len(page.nodes("plotly_chart")) == 1
