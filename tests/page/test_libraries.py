"""The libraries of a process: opened once, and what an earlier process left is finished."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from interhuman.deployment import LibraryPlace
from interhuman.errors import LibraryError
from interhuman.library import libraries
from interhuman.library.libraries import LOCAL_OWNER, RETRY_AFTER_S, UNDO_FOR, Libraries
from interhuman.library.library import Library
from tests.page.kept import KeptPlace

PATIENCE_S = 30.0


class FakeTimer:
    """Stands in for `threading.Timer`: it goes off when it is told to."""

    set: ClassVar[list[FakeTimer]] = []

    def __init__(self, after_s: float, call: Callable[..., None], args: tuple[Any, ...]) -> None:
        self.after_s, self._call, self._args = after_s, call, args
        self.daemon = False

    def go_off(self) -> None:
        self._call(*self._args)

    def start(self) -> None:
        FakeTimer.set.append(self)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[KeptPlace]:
    FakeTimer.set = []
    yield KeptPlace(tmp_path / "library")
    # What a library still does in the background must not set a timer of the next test.
    while OPENED:
        assert OPENED.pop().wait_until_caught_up(PATIENCE_S)


OPENED: list[Libraries] = []


def made(where: LibraryPlace, **more: Any) -> Libraries:
    OPENED.append(Libraries(where, timer=FakeTimer, **more))
    return OPENED[-1]


def opened(place: KeptPlace, **more: Any) -> Libraries:
    """Open the library as a process does that starts, and wait until it has caught up."""
    folder = LibraryPlace(folder=place.folder, recordings_limit_bytes=1_000_000)
    started = made(folder, **more)
    started.of(LOCAL_OWNER)
    assert started.wait_until_caught_up(PATIENCE_S)
    return started


def test_a_database_that_does_not_answer_one_visitor_stops_no_other(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = opened(place)
    asked, answer = threading.Event(), threading.Event()

    def hanging(*args: Any, **more: Any) -> Library:
        asked.set()
        assert answer.wait(2 * PATIENCE_S)
        return Library(*args, **more)

    monkeypatch.setattr(libraries, "Library", hanging)
    with ThreadPoolExecutor(2) as visitors:
        try:
            waiting = visitors.submit(started.of, "another")
            assert asked.wait(PATIENCE_S)
            assert visitors.submit(started.of, LOCAL_OWNER).result(PATIENCE_S)
            assert not waiting.done()
        finally:
            answer.set()
        assert waiting.result(PATIENCE_S).get(place.add()) is None


def test_an_owner_has_one_library_and_nobody_elses(place: KeptPlace) -> None:
    started = opened(place)
    assert started.of(LOCAL_OWNER) is started.of(LOCAL_OWNER)
    id = place.add()
    assert started.of(LOCAL_OWNER).get(id) is not None
    assert started.of("another").get(id) is None


def test_answers_that_were_not_read_are(place: KeptPlace) -> None:
    ids = [place.add(read=False), place.add(read=False, body=b"not JSON")]
    opened(place)
    rows = [place.of().get(id) for id in ids]
    assert [row.state for row in rows if row is not None] == ["done", "failed"]


def test_what_was_deleted_long_ago_is_erased_and_the_rest_in_time(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = place.of()
    ids = {name: place.add(name=name) for name in ("long ago", "just now")}
    moment = datetime.now(UTC) - 2 * UNDO_FOR
    monkeypatch.setattr(library.access, "now", lambda: moment)
    library.delete(ids["long ago"])
    moment = datetime.now(UTC)
    library.delete(ids["just now"])
    opened(place)
    with pytest.raises(LibraryError):
        library.undo(ids["long ago"])
    library.undo(ids["just now"])
    library.delete(ids["just now"])
    (timer,) = FakeTimer.set
    assert timer.after_s > UNDO_FOR.total_seconds()
    monkeypatch.setattr(libraries, "UNDO_FOR", timedelta(seconds=-1))
    timer.go_off()
    with pytest.raises(LibraryError):
        library.undo(ids["just now"])


def test_one_step_that_fails_costs_no_other(
    place: KeptPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Library) -> None:
        raise LibraryError("The library is busy.", problem="locked")

    monkeypatch.setattr(libraries, "read_unread", fail)
    library, id = place.of(), place.add()
    monkeypatch.setattr(library.access, "now", lambda: datetime.now(UTC) - 2 * UNDO_FOR)
    library.delete(id)
    opened(place)
    with pytest.raises(LibraryError):
        library.undo(id)


def test_a_library_that_could_not_be_opened_is_left_alone_for_a_while(tmp_path: Path) -> None:
    blocked = tmp_path / "library"
    blocked.write_text("not a folder")
    now_s = [100.0]
    started = made(LibraryPlace(folder=blocked), clock=lambda: now_s[0])
    with pytest.raises(LibraryError):
        started.of(LOCAL_OWNER)
    blocked.unlink()
    with pytest.raises(LibraryError):
        started.of(LOCAL_OWNER)
    now_s[0] += RETRY_AFTER_S
    assert started.of(LOCAL_OWNER).page().total == 0


def test_recordings_are_kept_beside_a_folder_alone(place: KeptPlace) -> None:
    assert opened(place).of(LOCAL_OWNER).recordings is not None
    off = made(LibraryPlace(folder=place.folder))
    assert off.of(LOCAL_OWNER).recordings is None
    url = f"sqlite:///{place.folder / 'library.sqlite3'}"
    at_url = made(LibraryPlace(url=url))
    assert at_url.of(LOCAL_OWNER).recordings is None
