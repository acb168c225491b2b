"""Keeping a recording in the background: tried again where a store is away, and never for long."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from interhuman.errors import LibraryError, LibraryProblem
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.runs.keeping import FAILED, GIVEN_UP, RETRY_AFTER_S, TRIED_AGAIN, Keeping
from interhuman.runs.recording import UploadedRecording
from tests import clips
from tests.library.conftest import begin

PATIENCE_S = 30.0
TALK = UploadedRecording("talk.mp4", clips.recording(duration_s=1))


class Away:
    """Recordings whose store is away for so many tries."""

    limit_bytes: int | None = None
    settles_within_s: float | None = PATIENCE_S
    is_shared = True

    def __init__(self, tries: int, problem: LibraryProblem = "unreachable") -> None:
        self.tries = tries
        self.problem = problem
        self.kept: dict[str, bytes] = {}
        self.needed: Callable[[], Collection[str]] = tuple

    def keep(self, recording: bytes | Path) -> str:
        if self.tries:
            self.tries -= 1
            raise LibraryError("It's away.", problem=self.problem)
        data = recording if isinstance(recording, bytes) else recording.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return sha256

    def find(self, sha256: str, *, anew: bool = False) -> Path | None:
        return None

    def space_used(self) -> int:
        return sum(map(len, self.kept.values()))

    def delete_unused(
        self, in_use: Callable[[], Collection[str]], *, freed: Collection[str] = ()
    ) -> None:
        for sha256 in self.kept.keys() & set(freed) - set(in_use()):
            del self.kept[sha256]


def library_with(recordings: Away, folder: Path) -> Library:
    return Library(open_engine(folder), owner="coach", recordings=recordings)


@pytest.mark.parametrize("tries", [0, 1, len(RETRY_AFTER_S)])
def test_a_store_that_comes_back_gets_it_later(tmp_path: Path, tries: int) -> None:
    recordings, pauses = Away(tries), list[float]()
    library = library_with(recordings, tmp_path)
    keeping = Keeping(library, begin(library, sha256=TALK.digest), TALK, pause=pauses.append)
    assert keeping.wait(PATIENCE_S)
    assert keeping.problem is None
    assert set(recordings.kept) == {TALK.digest}
    assert pauses == list(RETRY_AFTER_S[:tries])


def test_what_a_person_is_told_meanwhile_and_in_the_end(tmp_path: Path) -> None:
    library = library_with(Away(99), tmp_path)
    said: list[str | None] = []
    begun = threading.Event()

    def pause(_: float) -> None:
        begun.wait(PATIENCE_S)
        said.append(keeping.problem)

    keeping = Keeping(library, begin(library, sha256=TALK.digest), TALK, pause=pause)
    keeping.settle()
    begun.set()
    assert keeping.wait(PATIENCE_S)
    assert said == [f"It's away. {TRIED_AGAIN}"] * len(RETRY_AFTER_S)
    assert keeping.problem == f"It's away. {GIVEN_UP}"


def test_what_trying_again_does_not_mend_is_tried_once(tmp_path: Path) -> None:
    recordings = Away(1, problem="full")
    library = library_with(recordings, tmp_path)
    keeping = Keeping(library, begin(library, sha256=TALK.digest), TALK)
    assert keeping.wait(PATIENCE_S)
    assert keeping.problem == "It's away."
    assert not recordings.kept


def test_what_was_deleted_meanwhile_is_not_kept(tmp_path: Path) -> None:
    for tries in (0, 1):
        recordings = Away(tries)
        library = library_with(recordings, tmp_path)
        id = begin(library, sha256=TALK.digest)
        library.delete_everything()
        keeping = Keeping(library, id, TALK, pause=lambda _: None)
        assert keeping.wait(PATIENCE_S)
        assert (keeping.problem is None) == (tries == 0)
        assert not recordings.kept


class Broken(Away):
    """Recordings whose code fails."""

    def keep(self, recording: bytes | Path) -> str:
        raise RuntimeError("a fault")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_in_the_code_keeps_nobody_waiting_and_is_no_success(tmp_path: Path) -> None:
    recordings = Broken(0)
    recordings.settles_within_s = 5.0
    library = library_with(recordings, tmp_path)
    keeping = Keeping(library, begin(library, sha256=TALK.digest), TALK)
    keeping.settle()
    assert keeping.wait(PATIENCE_S)
    assert keeping._tried.is_set()
    assert keeping.problem == FAILED


def test_how_long_it_is_tried_is_true() -> None:
    (minutes,) = (int(word) for word in TRIED_AGAIN.split() if word.isdigit())
    assert minutes * 60 == pytest.approx(sum(RETRY_AFTER_S), abs=30)
