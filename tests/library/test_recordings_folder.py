from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from interhuman.errors import LibraryError
from interhuman.library.recordings_folder import RecordingsFolder
from tests.library.conftest import content


@pytest.fixture
def recordings(tmp_path: Path) -> RecordingsFolder:
    return RecordingsFolder(tmp_path / "deep" / "recordings", owner="coach", limit_bytes=100)


def kept_at(recordings: RecordingsFolder, data: bytes, second: int) -> str:
    """Keep a recording as if at that second."""
    sha256 = recordings.keep(data)
    os.utime(recordings.folder / sha256, (second, second))
    return sha256


def test_only_its_user_can_read_it(recordings: RecordingsFolder) -> None:
    old = os.umask(0)
    try:
        path = recordings.folder / recordings.keep(b"x")
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_damaged_recording_is_none_until_it_is_kept_again(recordings: RecordingsFolder) -> None:
    sha256 = recordings.keep(b"moving picture")
    (recordings.folder / sha256).write_bytes(b"moving pict")
    assert content(recordings, sha256) is None
    recordings.keep(b"moving picture")
    assert content(recordings, sha256) == b"moving picture"


def test_its_content_is_checked_once_and_in_pieces(
    recordings: RecordingsFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = recordings.keep(b"moving picture")
    read: list[object] = []
    digest = hashlib.file_digest

    def counted(file: Any, name: Any) -> Any:
        read.append(file)
        return digest(file, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    assert recordings.find(sha256) == recordings.find(sha256) is not None
    assert len(read) <= 1


def test_what_is_just_kept_stays_even_where_the_clock_was_wrong(
    recordings: RecordingsFolder,
) -> None:
    future = kept_at(recordings, b"f" * 60, 9_999_999_999)
    present = recordings.keep(b"p" * 60)
    assert content(recordings, present) is not None
    assert content(recordings, future) is None


@pytest.mark.parametrize(
    ("step", "error", "problem"),
    [
        ("fsync", errno.ENOSPC, "full"),
        ("replace", errno.EROFS, "read_only"),
        ("mkdir", errno.EACCES, "read_only"),
    ],
)
def test_what_cannot_be_written_whole_leaves_nothing_behind(
    recordings: RecordingsFolder,
    step: str,
    error: int,
    problem: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if step != "mkdir":
        recordings.keep(b"old")

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(error, os.strerror(error))

    target: Any = os if step == "fsync" else Path
    monkeypatch.setattr(target, step, refuse)
    with pytest.raises(LibraryError) as caught:
        recordings.keep(b"new")
    assert caught.value.problem == problem
    assert recordings.space_used() == (0 if step == "mkdir" else 3)
    left = list(recordings.folder.iterdir()) if step != "mkdir" else []
    assert not any(path.suffix == ".part" for path in left)


def test_what_a_stopped_process_left_goes_when_it_is_old(recordings: RecordingsFolder) -> None:
    sha256 = recordings.keep(b"x")
    old, recent = (recordings.folder / f"{sha256}.{n}.part" for n in "12")
    for path in (old, recent):
        path.write_bytes(b"half of it")
    os.utime(old, (10, 10))
    (recordings.folder / "notes.txt").write_text("not ours")
    assert recordings.space_used() == 1
    assert {path.name for path in recordings.folder.iterdir()} == {
        sha256,
        recent.name,
        "notes.txt",
    }
