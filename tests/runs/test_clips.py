"""A clip that is cut in the background: its file is there while it is held, and nothing else."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from interhuman.media.clip import Clip
from interhuman.media.fit import FitError
from interhuman.runs import clips as clips_module
from interhuman.runs import recording_files
from interhuman.runs.clips import FAILED, ClipRun
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.recording_files import PrivateFolder
from tests import clips
from tests.processes import wait_until

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(recording_files, "FOLDER", PrivateFolder())


def files() -> list[Path]:
    return [path for path in recording_files.FOLDER.path.iterdir() if "recording" not in path.name]


def begin() -> ClipRun:
    recording = UploadedRecording("talk.mp4", clips.recording())
    return ClipRun(recording, start_s=2.0, end_s=5.0, sound=None)


def _has_ended(run: ClipRun) -> bool:
    return run.finished


def test_the_file_is_there_until_nobody_holds_it() -> None:
    run = begin()
    wait_until(partial(_has_ended, run))
    assert run.made is not None
    assert run.problem is None
    assert files() == [run.path]
    assert run.progress is not None
    del run
    gc.collect()
    assert files() == []


def test_what_nobody_holds_any_more_stops_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def cut(_: Path, target: Path, *, cancelled: Callable[[], bool], **__: object) -> Clip:
        def is_canceled() -> bool:
            asked.append(cancelled())
            return asked[-1]

        wait_until(is_canceled)
        target.touch()
        return Clip(0.0, 1.0, False, ".mp4")

    monkeypatch.setattr(clips_module, "cut_clip", cut)
    run = begin()
    wait_until(lambda: bool(asked))
    path = run.path
    del run
    gc.collect()
    wait_until(lambda: "cut a clip" not in {thread.name for thread in threading.enumerate()})
    assert asked[-1]
    assert not path.exists()
    assert files() == []


@pytest.mark.parametrize(
    ("error", "says"),
    [(FitError("failed", "It is damaged."), "It is damaged."), (RuntimeError("x"), FAILED)],
)
def test_why_there_is_none_is_said(
    error: Exception, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Clip:
        raise error

    monkeypatch.setattr(clips_module, "cut_clip", fail)
    run = begin()
    wait_until(lambda: run.finished)
    assert (run.made, run.problem) == (None, says)
