"""The report with the recording: offered for the one that was analyzed, as long as it is there."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path

import pytest

from interhuman.page.result import downloads
from interhuman.page.result.downloads import TOO_LARGE, embeddable
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.results import Result, Results
from tests import clips, examples
from tests.page.conftest import Page


def with_recording() -> Result:
    recording = UploadedRecording("talk.wav", clips.sound_only())
    return Results().add_opened(examples.read(examples.FULL), "talk.wav", recording=recording)


def offers(result: Result) -> bool:
    return embeddable(result)[0] is not None


def test_only_what_was_analyzed_is_offered() -> None:
    result = with_recording()
    assert result.recording is not None
    assert offers(result)
    assert offers(replace(result, sha256=result.recording.digest))
    assert not offers(replace(result, sha256="0" * 64))
    assert not offers(replace(result, recording=None))


def test_a_recording_that_was_deleted_is_not_offered() -> None:
    result = with_recording()
    assert result.recording is not None
    result.recording.path.unlink()
    assert not offers(result)


def test_a_recording_is_there_as_long_as_it_is_to_be_embedded() -> None:
    embedded, size_bytes = embeddable(with_recording())
    gc.collect()
    assert embedded is not None
    assert isinstance(embedded.path, Path)
    assert embedded.path.stat().st_size == size_bytes
    assert embedded.kind.startswith("audio/")


def test_a_large_recording_is_not_offered_and_the_page_says_so(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = UploadedRecording("talk.wav", clips.sound_only())
    page.show(examples.read(examples.FULL), recording=recording)
    offered = [box.label for box in page.at.checkbox]
    assert any(label.startswith("Report with the recording") for label in offered)
    monkeypatch.setattr(downloads, "MAX_EMBEDDED_BYTES", recording.size_bytes - 1)
    page.rerun()
    assert TOO_LARGE in page.text
    assert len(page.at.checkbox) == len(offered) - 1
