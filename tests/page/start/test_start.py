"""The start page: the ways to begin, the options, and what came while something else was read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from interhuman.page.announce import announcement
from interhuman.page.connect import API
from interhuman.page.keys import Key
from interhuman.page.start import choose
from interhuman.page.start.analyze import options_summary
from interhuman.page.visit import EVERYTHING, RefusedUpload, Visit
from interhuman.runs.progress import Phase
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import QUALITY_OVERALL, QUALITY_TIMELINE
from tests import clips, examples
from tests.page.conftest import PATIENCE_S, Hold, Page, page_of, wait_for
from tests.server import ANALYZE, Server, api_error

ONLY_OVERALL = AnalysisRequest(include=(QUALITY_OVERALL,))
ONLY_OVER_TIME = AnalysisRequest(include=(QUALITY_TIMELINE,))


@pytest.mark.parametrize(
    ("options", "summary"),
    [
        (EVERYTHING, "Inter-1, quality scores on, feedback off"),
        (ONLY_OVERALL, "Inter-1, quality scores overall only, feedback off"),
        (ONLY_OVER_TIME, "Inter-1, quality scores over time only, feedback off"),
        (AnalysisRequest(goal_dimensions=("clarity",)), "Inter-1, quality scores off, feedback on"),
        (replace(EVERYTHING, model="inter-2"), "Inter-2, quality scores on"),
    ],
)
def test_the_options_in_one_line(options: AnalysisRequest, summary: str) -> None:
    assert options_summary(options) == summary


def test_the_options_are_folded_under_what_is_set(page: Page) -> None:
    page.at.checkbox(key=Key.QUALITY_TIMELINE).uncheck().run()
    (options,) = [e for e in page.at.expander if e.label.startswith("Options")]
    assert options.label == "Options: Inter-1, quality scores overall only, feedback off"
    assert not options.proto.expanded


def test_the_options_outlive_a_result(page: Page) -> None:
    page.at.checkbox(key=Key.QUALITY_TIMELINE).uncheck()
    page.at.button_group(key=Key.GOALS).select("clarity")
    page.at.text_area(key=Key.CONTEXT).input("a job interview").run()
    page.show(examples.read(examples.FULL)).new_analysis()
    assert not page.at.checkbox(key=Key.QUALITY_TIMELINE).value
    assert page.at.button_group(key=Key.GOALS).value == ["clarity"]
    assert page.at.text_area(key=Key.CONTEXT).value == "a job interview"


def test_feedback_is_not_asked_of_a_model_that_gives_none(page: Page) -> None:
    page.at.button_group(key=Key.GOALS).select("clarity").run()
    page.at.segmented_control(key=Key.MODEL).select("inter-2").run()
    page.upload(clips.recording()).analyze()
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.request is not None
    assert not page.visit.results.shown.request.wants_feedback


def test_the_sample_without_a_key_says_what_to_do(page: Page) -> None:
    page.at.radio(key=Key.TARGET).set_value(API).run()
    page.press("Try the sample")
    assert page.visit.run is None
    assert page.locked("Analyze")
    assert any("sample" in caption.value for caption in page.at.caption)
    assert any("Add an API key to analyze" in caption.value for caption in page.at.caption)
    page.press("Sign in")
    assert page.visit.access.requests == 1


def test_the_sample_says_that_it_counts_where_it_does(page: Page) -> None:
    assert page.offers("Try the sample")
    with Server() as server:
        assert page_of(server).offers("Try the sample :small[(counts toward your usage)]")


def test_a_new_upload_takes_the_place_of_the_sample(page: Page) -> None:
    page.press("Try the sample").finish()
    page.new_analysis().upload(clips.recording(duration_s=5), "other.mp4").analyze()
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.name == "other.mp4"


def test_the_connection_is_named_on_every_view(page: Page) -> None:
    def control() -> str:
        return str(next(node.proto.popover.label for node in page.nodes("popover")))

    assert control() == "Sandbox"
    page.at.radio(key=Key.TARGET).set_value(API).run()
    assert control() == "Interhuman API · no key yet"
    page.show(examples.read(examples.FULL))
    assert control() == "Interhuman API · no key yet"
    assert not page.at.sidebar


def test_a_result_that_arrives_does_not_take_away_the_one_that_is_read(hold: Hold) -> None:
    server = hold(ANALYZE)
    page = page_of(server).upload(clips.recording(), "late.mp4").press("Analyze")
    run = page.visit.run
    assert run is not None
    page.show(examples.read(examples.FULL))
    read = page.visit.results.shown
    assert any("late.mp4" in text.value.replace("\\", "") for text in page.at.markdown)
    server.let_go.set()
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert page.visit.results.shown is read
    assert announcement(page.visit)[0] == "The result for late.mp4 has arrived."
    page.press("Open")
    assert page.visit.results.shown is not read
    assert page.visit.results.shown is page.visit.results.all[-1]
    assert not page.offers("Open")


def test_a_failure_while_a_result_is_read_is_a_line_that_leads_to_it(hold: Hold) -> None:
    server = hold(ANALYZE)
    server.script(ANALYZE, api_error(500, "ih1001"))
    page = page_of(server).upload(clips.recording()).press("Analyze")
    run = page.visit.run
    assert run is not None
    wait_for(run, lambda run: run.progress().phase is Phase.ANALYZING)
    page.show(examples.read(examples.FULL))
    server.let_go.set()
    assert run.wait(PATIENCE_S)
    page.rerun()
    assert page.visit.results.shown is not None
    page.press("Show why")
    assert any("What to do now" in error.value for error in page.at.error)


def test_a_canceled_answer_waits_while_another_analysis_is_under_way(hold: Hold) -> None:
    server = hold(ANALYZE)
    page = page_of(server).upload(clips.recording(), "first.mp4").press("Analyze")
    first = page.visit.run
    assert first is not None
    wait_for(first, lambda run: run.progress().phase is Phase.ANALYZING)
    page.press("Cancel").upload(clips.recording(duration_s=5), "second.mp4").press("Analyze")
    second = page.visit.run
    assert second is not None
    server.let_go.set()
    assert first.wait(PATIENCE_S)
    assert second.wait(PATIENCE_S)
    page.rerun()
    assert page.visit.results.shown is not None
    assert page.visit.results.shown.name == "second.mp4"
    assert page.visit.results.arrived is not None
    assert page.visit.results.arrived.name == "first.mp4"
    page.press("Open")
    assert page.visit.results.shown.arrived_after_cancel


def test_nothing_is_announced_of_a_new_visit() -> None:
    assert announcement(Visit())[0] == ""


def test_the_sample_is_read_once_for_all_and_again_after_there_was_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Any] = []

    def read(name: str, _: bytes) -> Any:
        made.append(SimpleNamespace(name=name, had_no_room=False))
        return made[-1]

    monkeypatch.setattr(choose, "UploadedRecording", read)
    sample = choose._Sample()
    with ThreadPoolExecutor(8) as visits:
        assert len({id(one) for one in visits.map(lambda _: sample.recording(), range(8))}) == 1
    made[0].had_no_room = True
    assert sample.recording() is made[1]
    assert len(made) == 2


def test_what_is_not_converted_here_is_refused_by_its_name() -> None:
    page = Page(interhuman={"convert": False})
    page.visit.refused_upload = RefusedUpload("*holiday*.wmv", 1_000, "kept back")
    page.rerun()
    (error,) = page.at.error
    words = error.value.replace("\\", "")
    assert "*holiday*.wmv is Windows Media, which the API doesn't take. Export it as MP4" in words
