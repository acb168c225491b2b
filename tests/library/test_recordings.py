from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.library.recordings import Recordings
from tests.library.conftest import begin, content


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(tmp_path / "deep" / "recordings", owner="coach", limit_bytes=100)


def kept_at(recordings: Recordings, data: bytes, second: int) -> str:
    """Keep a recording as if at that second."""
    sha256 = recordings.keep(data)
    os.utime(recordings.folder / sha256, (second, second))
    return sha256


def test_a_recording_is_known_by_its_sha256(recordings: Recordings) -> None:
    sha256 = recordings.keep(b"moving picture")
    assert sha256 == hashlib.sha256(b"moving picture").hexdigest()
    assert content(recordings, sha256) == b"moving picture"
    assert recordings.keep(b"moving picture") == sha256
    assert recordings.space_used() == len(b"moving picture")
    assert [path.name for path in recordings.folder.iterdir()] == [sha256]


def test_only_its_user_can_read_it(recordings: Recordings) -> None:
    old = os.umask(0)
    try:
        path = recordings.folder / recordings.keep(b"x")
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("sha256", ["", "../" * 21 + "x", "0" * 64, "A" * 64, "\0" * 64, "é" * 64])
def test_what_is_not_there_is_none(recordings: Recordings, sha256: str) -> None:
    recordings.keep(b"x")
    assert content(recordings, sha256) is None


def test_a_damaged_recording_is_none_until_it_is_kept_again(recordings: Recordings) -> None:
    sha256 = recordings.keep(b"moving picture")
    (recordings.folder / sha256).write_bytes(b"moving pict")
    assert content(recordings, sha256) is None
    recordings.keep(b"moving picture")
    assert content(recordings, sha256) == b"moving picture"


def test_its_content_is_checked_once_and_in_pieces(
    recordings: Recordings, monkeypatch: pytest.MonkeyPatch
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


def test_the_one_kept_longest_ago_makes_room(recordings: Recordings) -> None:
    first, second = kept_at(recordings, b"1" * 40, 10), kept_at(recordings, b"2" * 40, 20)
    third = recordings.keep(b"3" * 40)
    assert content(recordings, first) is None
    assert content(recordings, second) is not None
    assert content(recordings, third) is not None
    assert recordings.space_used() == 80
    os.utime(recordings.folder / third, (30, 30))
    recordings.keep(b"2" * 40)
    recordings.keep(b"4" * 40)
    assert content(recordings, third) is None, "the second was kept again after it"
    assert content(recordings, second) is not None


def test_the_limit_is_never_exceeded_and_one_may_take_it_all(recordings: Recordings) -> None:
    for number in range(10):
        kept_at(recordings, bytes([number]) * 30, number)
        assert recordings.space_used() <= 100
    whole = recordings.keep(b"w" * 100)
    assert recordings.space_used() == 100
    with pytest.raises(LibraryError, match="larger than the space"):
        recordings.keep(b"l" * 101)
    assert content(recordings, whole) is not None


def test_what_is_just_kept_stays_even_where_the_clock_was_wrong(recordings: Recordings) -> None:
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
    recordings: Recordings, step: str, error: int, problem: str, monkeypatch: pytest.MonkeyPatch
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


def test_what_a_stopped_process_left_goes_when_it_is_old(recordings: Recordings) -> None:
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


def test_a_recording_goes_with_the_last_analysis_of_it(
    engine: Engine, recordings: Recordings
) -> None:
    library = Library(engine, owner="coach", recordings=recordings)
    hashes = [hashlib.sha256(data).hexdigest() for data in (b"one", b"two")]
    ids = [begin(library, sha256=sha256) for sha256 in (hashes[0], hashes[0], hashes[1])]
    recordings.keep(b"one")
    recordings.keep(b"two")
    library.delete(ids[0])
    library.purge(ids[0])
    library.delete(ids[1])
    assert content(recordings, hashes[0]) == b"one", "it can still be brought back"
    library.purge(ids[1])
    assert content(recordings, hashes[0]) is None
    assert content(recordings, hashes[1]) == b"two"
    library.delete_everything()
    assert recordings.space_used() == 0
