"""What the browser's tab is called, and what is told of the end of an analysis."""

from __future__ import annotations

import pytest

from interhuman.media.progress import MediaProgress
from interhuman.page.announce import APP, title_of, title_of_run
from interhuman.page.visit import Outcome
from interhuman.runs.progress import Phase, Progress
from tests import clips, examples
from tests.page.conftest import Page, page_of
from tests.server import ANALYZE, Server, api_error


@pytest.mark.parametrize(
    ("progress", "title"),
    [
        (Progress(Phase.SIGNING_IN, 0, 100, 0.0), "Analyzing talk.mp4"),
        (Progress(Phase.PREPARING, 0, 100, 0.0), "Preparing talk.mp4"),
        (
            Progress(Phase.PREPARING, 0, 100, 0.0, media=MediaProgress("converting", 0.0, None)),
            "Preparing talk.mp4",
        ),
        (
            Progress(Phase.PREPARING, 0, 100, 0.0, media=MediaProgress("converting", 0.25, 9.0)),
            "Preparing 25% · talk.mp4",
        ),
        (Progress(Phase.UPLOADING, 40, 100, 1.0), "Uploading 40% · talk.mp4"),
        (Progress(Phase.UPLOADING, 0, 0, 1.0), "Uploading 0% · talk.mp4"),
        (Progress(Phase.QUEUED, 100, 100, 1.0), "Queued: talk.mp4"),
        (Progress(Phase.ANALYZING, 100, 100, 5.0), "Analyzing talk.mp4"),
    ],
)
def test_the_title_says_the_step_and_a_share_only_where_it_is_known(
    progress: Progress, title: str
) -> None:
    assert title_of_run(progress, "talk.mp4") == title


def test_the_title_is_that_of_the_result_and_elsewhere_the_app_s(page: Page) -> None:
    assert title_of(page.visit) == APP
    page.show(examples.read(examples.FULL))
    assert title_of(page.visit) == f"talk.mp4 · {APP}"
    page.go_to("library")
    assert title_of(page.visit) == APP
    page.go_to("").new_analysis()
    assert title_of(page.visit) == APP


def test_of_the_end_of_an_analysis_its_name_and_whether_it_is_ready_are_told() -> None:
    with Server() as server:
        page = page_of(server)
        assert '"ended": {}' in page.text.replace("\\", "")
        page.upload(clips.recording(duration_s=12), name="a *talk*.mp4").analyze()
        ready = page.visit.outcome
        server.script(ANALYZE, api_error(400, "ih4001"))
        page.new_analysis().upload(clips.recording(duration_s=13), name="b.mp4").analyze()
        failed = page.visit.outcome
    assert isinstance(ready, Outcome)
    assert isinstance(failed, Outcome)
    assert (ready.name, ready.words) == ("a *talk*.mp4", "Analysis ready")
    assert (failed.name, failed.words) == ("b.mp4", "Analysis failed")
    assert ready.run != failed.run
    assert failed.run in page.text
