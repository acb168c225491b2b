"""What holds for recordings wherever they are kept: in a folder, and in an object store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.library.recordings import Recordings
from interhuman.library.recordings_folder import RecordingsFolder
from interhuman.library.recordings_store import RecordingsStore
from tests.library.conftest import begin, content
from tests.object_store import ObjectStore

Made = Callable[..., Recordings]


@pytest.fixture(params=["folder", "store"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """Makes the recordings of an owner, in the same place each time."""
    if request.param == "folder":
        return lambda owner="coach", limit_bytes=100: RecordingsFolder(
            tmp_path / "deep", owner=owner, limit_bytes=limit_bytes
        )
    store: ObjectStore = request.getfixturevalue("object_store")
    bucket = store.new_bucket()
    return lambda owner="coach", limit_bytes=100: RecordingsStore(
        bucket, owner=owner, limit_bytes=limit_bytes
    )


@pytest.fixture
def recordings(made: Made) -> Recordings:
    return made()


def test_a_recording_is_known_by_its_sha256(recordings: Recordings, tmp_path: Path) -> None:
    sha256 = recordings.keep(b"moving picture")
    assert sha256 == hashlib.sha256(b"moving picture").hexdigest()
    assert content(recordings, sha256) == b"moving picture"
    same = tmp_path / "same.mp4"
    same.write_bytes(b"moving picture")
    assert recordings.keep(same) == sha256
    assert recordings.space_used() == len(b"moving picture")


@pytest.mark.parametrize("sha256", ["", "../" * 21 + "x", "0" * 64, "A" * 64, "\0" * 64, "é" * 64])
def test_what_is_not_there_is_none(recordings: Recordings, sha256: str) -> None:
    recordings.keep(b"x")
    assert content(recordings, sha256) is None


def test_what_was_not_there_is_found_as_soon_as_it_is_kept(recordings: Recordings) -> None:
    sha256 = hashlib.sha256(b"later").hexdigest()
    assert content(recordings, sha256) is None
    recordings.keep(b"later")
    assert content(recordings, sha256) == b"later"


def test_an_empty_recording_is_kept_like_any_other(recordings: Recordings) -> None:
    assert content(recordings, recordings.keep(b"")) == b""


def test_the_limit_is_never_exceeded_and_one_may_take_it_all(recordings: Recordings) -> None:
    for number in range(5):
        recordings.keep(bytes([number]) * 40)
        assert recordings.space_used() <= 100
    whole = recordings.keep(b"w" * 100)
    assert recordings.space_used() == 100
    with pytest.raises(LibraryError, match="larger than the space"):
        recordings.keep(b"l" * 101)
    assert content(recordings, whole) is not None


def test_without_a_limit_all_stay(made: Made) -> None:
    recordings = made(limit_bytes=None)
    kept = [recordings.keep(bytes([number]) * 80) for number in range(3)]
    assert recordings.space_used() == 240
    assert all(content(recordings, sha256) is not None for sha256 in kept)


def test_a_file_that_is_gone_is_said(recordings: Recordings, tmp_path: Path) -> None:
    with pytest.raises(LibraryError):
        recordings.keep(tmp_path / "gone.mp4")
    assert recordings.space_used() == 0


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


def test_what_another_machine_keeps_before_it_adds_the_analysis_is_not_deleted(
    engine: Engine, made: Made
) -> None:
    mine, theirs = made(), made()
    library = Library(engine, owner="coach", recordings=mine)
    sha256 = theirs.keep(b"just kept")
    library.delete_everything()
    assert content(theirs, sha256) == b"just kept"


def test_what_another_machine_adds_while_the_same_is_erased_is_not_deleted(
    engine: Engine, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = made(), made()
    library = Library(engine, owner="coach", recordings=mine)
    begin(library, sha256=(sha256 := mine.keep(b"the same")))
    lists = "_files" if isinstance(mine, RecordingsFolder) else "_kept"
    listed = getattr(mine, lists)

    def add_then_list() -> object:
        begin(library, sha256=theirs.keep(b"the same"))
        return listed()

    monkeypatch.setattr(mine, lists, add_then_list)
    library.delete_everything()
    assert content(theirs, sha256) == b"the same"


def test_those_of_another_are_neither_read_nor_deleted(engine: Engine, made: Made) -> None:
    mine, theirs = made("coach"), made("another coach")
    sha256 = theirs.keep(b"a recording")
    assert content(mine, sha256) is None
    assert mine.space_used() == 0
    library = Library(engine, owner="coach", recordings=mine)
    begin(library, sha256=sha256)
    library.delete_everything()
    assert content(theirs, sha256) == b"a recording"
