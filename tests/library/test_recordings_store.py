"""Recordings in an object store: what a folder does not have, above all that it goes away."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

import pytest
from sqlalchemy import Engine

from interhuman.errors import LibraryError
from interhuman.library import object_store as object_stores
from interhuman.library.library import Library
from interhuman.library.object_store import FAILED, NO_BUCKET, REFUSED, UNREACHABLE, Bucket
from interhuman.library.recordings import GRACE_S, Kept, make_room
from interhuman.library.recordings_store import DAMAGED, REMEMBERED_S, RecordingsStore
from interhuman.recordings_setting import StorePlace
from tests.library.conftest import begin, content
from tests.object_store import KEY, SECRET, ObjectStore


@pytest.fixture
def store_place(object_store: ObjectStore) -> StorePlace:
    return object_store.new_place()


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def recordings(store_place: StorePlace, seconds: Seconds) -> RecordingsStore:
    return RecordingsStore(Bucket(store_place), owner="coach", limit_bytes=100, clock=seconds)


@pytest.fixture
def away(object_store: ObjectStore) -> Iterator[Callable[[], None]]:
    """Makes the store go away; it is back after the test."""
    gone = []

    def go() -> None:
        object_store.stop()
        gone.append(True)

    yield go
    if gone:
        object_store.start()


def test_keys_say_nothing_of_whose_they_are(
    object_store: ObjectStore, store_place: StorePlace, recordings: RecordingsStore
) -> None:
    sha256 = recordings.keep(b"moving picture")
    (key,) = object_store.keys(store_place)
    assert key.startswith("team/recordings/")
    assert key.endswith(f"/{sha256}")
    assert "coach" not in key


def test_what_another_library_keeps_at_the_same_place_is_left_alone(
    store_place: StorePlace,
) -> None:
    bucket = Bucket(store_place)
    one, other = (RecordingsStore(bucket, owner="local", library=name) for name in ("1", "2"))
    sha256 = one.keep(b"a recording")
    other.delete_unused(tuple, freed={sha256})
    assert content(one, sha256) == b"a recording"


def test_a_large_one_goes_in_parts_and_comes_back_in_pieces(
    object_store: ObjectStore, store_place: StorePlace, tmp_path: Path
) -> None:
    recordings = RecordingsStore(Bucket(store_place), owner="coach")
    data = os.urandom(17 * 1024**2)
    stored = recordings.find(recordings.keep(data))
    assert stored is not None
    assert stored.size_bytes == len(data)
    assert stored.read(9_000_000, 9_000_100) == data[9_000_000:9_000_100]
    stored.copy_to(tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == data
    assert object_store.unfinished(store_place) == []


def test_an_upload_that_breaks_off_leaves_nothing(
    object_store: ObjectStore, store_place: StorePlace
) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError("the disk is gone")
            return super().read(size)

    size_bytes = 9 * 1024**2
    with pytest.raises(LibraryError):
        Bucket(store_place).write("f/x", Breaking(bytes(size_bytes)), size_bytes=size_bytes)
    assert object_store.keys(store_place) == object_store.unfinished(store_place) == []


def test_what_a_stopped_process_did_not_finish_sending_goes_when_it_is_old(
    object_store: ObjectStore,
    store_place: StorePlace,
    recordings: RecordingsStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = f"{store_place.prefix}/{recordings._folder}/{'0' * 64}"
    object_store.begin_upload(store_place, key)
    monkeypatch.setattr(object_stores, "_LEFT_OVER_AFTER", timedelta(days=36_500))
    recordings.delete_unused(tuple)
    assert object_store.unfinished(store_place) == [key], "somebody may still send it"
    monkeypatch.undo()
    recordings.delete_unused(tuple)
    assert object_store.unfinished(store_place) == []


def test_a_store_that_does_not_list_unfinished_uploads_still_erases(
    engine: Engine,
    object_store: ObjectStore,
    store_place: StorePlace,
    recordings: RecordingsStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = Bucket._call

    def refuse(self: Bucket, method: str, **arguments: Any) -> Any:
        if method == "list_multipart_uploads":
            raise PermissionError(13, "AccessDenied")
        return whole(self, method, **arguments)

    monkeypatch.setattr(Bucket, "_call", refuse)
    library = Library(engine, owner="coach", recordings=recordings)
    begin(library, sha256=recordings.keep(b"one"))
    library.delete_everything()
    assert object_store.keys(store_place) == []
    assert "unfinished uploads may be left" in caplog.text


def test_the_grace_of_what_was_just_kept_goes_by_the_clock_of_the_store(
    object_store: ObjectStore,
    store_place: StorePlace,
    recordings: RecordingsStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Fast(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(hours=2)

    monkeypatch.setattr(object_stores, "datetime", Fast)
    sha256 = recordings.keep(b"new")
    recordings.delete_unused(tuple)
    assert content(recordings, sha256) == b"new"
    object_store.age(store_place, timedelta(seconds=GRACE_S))
    recordings.delete_unused(tuple)
    assert object_store.keys(store_place) == []


def test_one_that_is_not_what_it_was_is_none_until_it_is_kept_again(
    object_store: ObjectStore, store_place: StorePlace, recordings: RecordingsStore, tmp_path: Path
) -> None:
    sha256 = recordings.keep(b"moving picture")
    object_store.overwrite(store_place, object_store.keys(store_place)[0], b"moving pictura")
    stored = recordings.find(sha256)
    assert stored is not None
    with pytest.raises(LibraryError, match=DAMAGED):
        stored.copy_to(tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    assert recordings.find(sha256) is None
    recordings.keep(b"moving picture")
    assert content(recordings, sha256) == b"moving picture"


def test_the_store_goes_away_and_comes_back(
    object_store: ObjectStore, recordings: RecordingsStore, seconds: Seconds, tmp_path: Path
) -> None:
    sha256 = recordings.keep(b"moving picture")
    object_store.stop()
    try:
        found = recordings.find(sha256)
        assert found is not None, "it may well be there"
        attempts: list[Callable[[], object]] = [
            lambda: recordings.keep(b"another"),
            lambda: found.read(0, 1),
            lambda: found.copy_to(tmp_path / "copy"),
            lambda: recordings.delete_unused(tuple),
            recordings.space_used,
        ]
        for attempt in attempts:
            with pytest.raises(LibraryError) as caught:
                attempt()
            assert (str(caught.value), caught.value.problem) == (UNREACHABLE, "unreachable")
        assert not (tmp_path / "copy").exists()
    finally:
        object_store.start()
    assert found.read(0, 6) == b"moving"
    assert found.size_bytes == len(b"moving picture")
    seconds.now_s += REMEMBERED_S
    assert recordings.space_used() == len(b"moving picture")


def test_what_the_store_said_is_not_asked_again_with_each_click(
    recordings: RecordingsStore, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    whole = Bucket._call

    def counted(self: Bucket, method: str, **arguments: Any) -> Any:
        asked.append(method)
        return whole(self, method, **arguments)

    monkeypatch.setattr(Bucket, "_call", counted)
    for _ in range(3):
        assert recordings.find("0" * 64) is None
        assert recordings.space_used() == 0
    assert asked == ["head_object", "list_objects_v2"]
    assert recordings.find("0" * 64, anew=True) is None
    assert asked.pop() == "head_object"
    seconds.now_s += REMEMBERED_S
    assert recordings.find("0" * 64) is None
    assert asked[2:] == ["head_object"]


def test_a_store_that_is_away_is_asked_once_in_a_while(
    recordings: RecordingsStore, away: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = recordings.keep(b"moving picture")
    away()
    assert recordings.find(sha256) is not None
    monkeypatch.setattr(Bucket, "_call", lambda *_, **__: pytest.fail("it was asked again"))
    assert recordings.find(sha256) is not None


def test_a_deletion_that_must_wait_is_said_and_made_up_for(
    engine: Engine,
    object_store: ObjectStore,
    store_place: StorePlace,
    recordings: RecordingsStore,
    seconds: Seconds,
) -> None:
    library = Library(engine, owner="coach", recordings=recordings)
    begin(library, sha256=recordings.keep(b"one"))
    object_store.stop()
    try:
        with pytest.raises(LibraryError, match=r"It's deleted, but its recording isn't yet\."):
            library.delete_everything()
        assert library.page().total == 0
    finally:
        object_store.start()
    object_store.age(store_place, timedelta(seconds=GRACE_S))
    library.purge_deleted()
    seconds.now_s += REMEMBERED_S
    assert recordings.space_used() == 0


def test_no_bucket_and_no_permission_are_said_without_a_secret(
    object_store: ObjectStore, store_place: StorePlace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    nowhere = RecordingsStore(Bucket(object_store.place("no-such-bucket")), owner="coach")
    with pytest.raises(LibraryError, match=NO_BUCKET):
        nowhere.keep(b"x")
    object_store.refuse(yes=True)
    try:
        with pytest.raises(LibraryError, match=REFUSED) as caught:
            RecordingsStore(Bucket(store_place), owner="coach").keep(b"x")
    finally:
        object_store.refuse(yes=False)
    assert caught.value.__cause__ is None
    said = f"{caplog.text} {caught.value} {store_place!r}"
    assert KEY not in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("error", "words", "problem"),
    [
        (TimeoutError(), UNREACHABLE, "unreachable"),
        (ConnectionResetError(104, "reset"), UNREACHABLE, "unreachable"),
        (OSError(16, "SlowDown"), UNREACHABLE, "unreachable"),
        (PermissionError(13, "AccessDenied"), REFUSED, "other"),
        (OSError(22, "InvalidRequest"), FAILED, "other"),
    ],
)
def test_each_kind_of_failure_has_its_words(
    recordings: RecordingsStore,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    words: str,
    problem: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    bucket = recordings._bucket
    monkeypatch.setattr(bucket, "_fs", type("Failing", (), {"call_s3": fail}))
    with pytest.raises(LibraryError, match=words) as caught:
        recordings.keep(b"x")
    assert caught.value.problem == problem


def test_the_oldest_make_room_and_the_newest_never_does() -> None:
    deleted: list[str] = []
    kept = [Kept(1.0, 40, "c"), Kept(3.0, 40, "a"), Kept(2.0, 40, "b")]
    make_room(kept, limit_bytes=50, but={"a"}, delete=deleted.append)
    assert deleted == ["b", "c"]


def test_keeping_one_again_makes_it_the_newest(
    recordings: RecordingsStore, object_store: ObjectStore, store_place: StorePlace
) -> None:
    sha256 = recordings.keep(b"x")
    object_store.age(store_place, timedelta(days=2))
    old = recordings.keep(b"y" * 60)
    object_store.age(store_place, timedelta(days=2))
    recordings.keep(b"x")
    recordings.keep(b"z" * 60)
    assert content(recordings, sha256) == b"x"
    assert content(recordings, old) is None, "it was kept longer ago"
