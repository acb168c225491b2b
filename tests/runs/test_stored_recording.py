"""A recording that plays from its store: all else reads a copy, which goes with it."""

from __future__ import annotations

import gc
import hashlib
from functools import partial
from pathlib import Path

import pytest

from interhuman.errors import LibraryError
from interhuman.media.probe import header_facts
from interhuman.runs import recording_files
from interhuman.runs.clips import ClipRun
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.recording_files import PrivateFolder
from tests import clips
from tests.processes import wait_until

pytestmark = pytest.mark.usefixtures("in_process")

TALK = clips.recording()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(recording_files, "FOLDER", PrivateFolder())


class Stored:
    """A recording in a store that can be away."""

    sha256 = hashlib.sha256(TALK).hexdigest()
    size_bytes = len(TALK)

    def __init__(self) -> None:
        self.copies = 0
        self.is_away = False

    def read(self, start: int, end: int) -> bytes:
        return TALK[start:end]

    def copy_to(self, path: Path) -> None:
        if self.is_away:
            raise LibraryError("It's away.", problem="unreachable")
        self.copies += 1
        path.write_bytes(TALK)


def in_store(stored: Stored, *, header: object = None) -> UploadedRecording:
    size_bytes = stored.size_bytes
    return UploadedRecording.in_store("talk.mp4", stored, size_bytes=size_bytes, header=header)


def copies() -> list[Path]:
    return list(recording_files.FOLDER.path.iterdir())


def known_header() -> dict[str, object]:
    return header_facts(UploadedRecording("talk.mp4", TALK).probe)


def has_ended(run: ClipRun) -> bool:
    return run.finished


def test_what_is_known_of_it_needs_no_copy() -> None:
    stored, header = Stored(), known_header()
    gc.collect()
    recording = in_store(stored, header=header)
    assert recording.digest == stored.sha256
    assert recording.probe.readable
    assert (stored.copies, copies()) == (0, [])


def test_one_copy_serves_all_and_goes_with_the_recording() -> None:
    stored = Stored()
    recording = in_store(stored)
    assert recording.probe.readable
    assert recording.path.read_bytes() == TALK
    assert (stored.copies, copies()) == (1, [recording.path])
    assert recording.path.suffix == ".mp4"
    del recording
    gc.collect()
    wait_until(lambda: not copies())


def test_a_clip_says_why_there_is_none_and_can_be_asked_for_again() -> None:
    stored, header = Stored(), known_header()
    recording = in_store(stored, header=header)
    stored.is_away = True
    failed = ClipRun(recording, start_s=2.0, end_s=5.0, sound=None)
    wait_until(partial(has_ended, failed))
    assert failed.problem == "It's away."
    stored.is_away = False
    made = ClipRun(recording, start_s=2.0, end_s=5.0, sound=None)
    wait_until(partial(has_ended, made))
    assert made.problem is None
    assert made.made is not None
