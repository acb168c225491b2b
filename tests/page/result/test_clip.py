"""A clip from the now-card: what is offered, what is asked for, and what the file is called."""

from __future__ import annotations

from functools import partial

import pytest

from interhuman.media.progress import MediaProgress
from interhuman.page import serving
from interhuman.page.result.clip import SavedClip, file_name, phase_words, span_s
from interhuman.runs.clips import ClipRun
from interhuman.runs.recording import UploadedRecording
from tests import clips, examples
from tests.page.conftest import Page
from tests.page.result.test_result import sent_to
from tests.processes import wait_until


@pytest.mark.parametrize(
    ("title", "start_s", "end_s", "extension", "name"),
    [
        ("talk.mp4", 28.0, 34.0, ".mp4", "talk 0m28s-0m34s.mp4"),
        ("talk.mov", 65.72, 79.01, ".mp4", "talk 1m05s-1m20s.mp4"),
        ("A long day", 3599.9, 3725.0, ".m4a", "A long day 59m59s-1h02m05s.m4a"),
        ('Q&A: "why?" <b>.mp4', 0.0, 2.0, ".mp4", "Q_A_ _why_ _b 0m00s-0m02s.mp4"),
        ("../../etc/passwd", 0.0, 2.0, ".mp4", "passwd 0m00s-0m02s.mp4"),
        ("...", 0.0, 2.0, ".mp4", "analysis 0m00s-0m02s.mp4"),
        ("é" * 300, 0.0, 2.0, ".mp4", "é" * 60 + " 0m00s-0m02s.mp4"),
    ],
)
def test_a_file_is_called_by_its_recording_and_time(
    title: str, start_s: float, end_s: float, extension: str, name: str
) -> None:
    assert file_name(title, start_s, end_s, extension) == name


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ({"start": 30.0, "end": 32.0}, (28.0, 34.0)),
        ({"start": 1, "end": 1}, (0.0, 3.0)),
        ({"start": 5.0, "end": 4.0}, None),
        ({"start": -1.0, "end": 4.0}, None),
        ({"start": 0.0, "end": float("inf")}, None),
        ({"start": float("nan"), "end": 4.0}, None),
        ({"start": True, "end": 4.0}, None),
        ({"start": 70.0, "end": 71.0}, None),
        ({"start": "0", "end": "4"}, None),
        ({"start": 0.0}, None),
        (None, None),
    ],
)
def test_a_clip_has_two_seconds_around_what_it_is_of(
    asked: object, span: tuple[float, float] | None
) -> None:
    assert span_s(asked, end_s=60.0) == span


def test_without_a_recording_or_one_that_can_be_read_there_is_none(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving.PLAYBACK, "is_served", True)
    for content, is_offered in (
        (None, False),
        (clips.text_renamed(), False),
        (clips.recording(), True),
    ):
        recording = UploadedRecording("talk.mp4", content) if content is not None else None
        page.show(examples.read(examples.FULL), recording=recording)
        sent = sent_to(page, "clip")
        assert (sent["isOffered"], sent["clip"]) == (is_offered, None)


def test_a_clip_is_offered_with_its_name_and_a_failure_with_its_reason(page: Page) -> None:
    recording = UploadedRecording("talk.mp4", clips.recording())
    page.show(examples.read(examples.FULL), recording=recording)
    result = page.visit.results.all[-1]
    for number, start_s in enumerate((0.0, 60.0), 1):
        run = ClipRun(recording, start_s=start_s, end_s=start_s + 4.0, sound=None)
        wait_until(partial(getattr, run, "finished"))
        page.at.session_state["saved-clip"] = SavedClip(result.number, number, run)
        sent = sent_to(page.rerun(), "clip")["clip"]
        if start_s == 0.0:
            assert (sent["number"], sent["state"]) == (1, "ready")
            assert sent["name"] == "talk 0m00s-0m04s.mp4"
            assert sent["address"].startswith("/app/static/recordings/")
        else:
            words = "The clip can't be saved: the recording ends before it."
            assert sent == {"number": 2, "state": "failed", "words": words}


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (None, "starting"),
        (MediaProgress("reading", 0.414), "reading, 41%"),
        (MediaProgress("waiting", 0.0, waiting_for=1), "waiting for another conversion to finish"),
        (MediaProgress("converting", 1.0), "cutting, 100%"),
    ],
)
def test_how_far_it_is_in_words(progress: MediaProgress | None, words: str) -> None:
    assert phase_words(progress) == words
