"""Exports of many results: written in the background, one result in memory at a time."""

from __future__ import annotations

import errno
import gc
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from interhuman.annotations import Judge
from interhuman.answers.saved import load
from interhuman.exports.kinds import FileKind, kinds, tables
from interhuman.exports.named import NamedResult
from interhuman.library.annotating import annotate
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.reading import summarize
from interhuman.runs import recording_files
from interhuman.runs.exporting import (
    CANCELED,
    FAILED,
    MAX_REASONS,
    NO_ROOM,
    NOTHING,
    ExportProgress,
    ExportRun,
    of_library,
)
from interhuman.runs.kept_results import (
    DELETED,
    NO_TITLE,
    UNDER_WAY,
    UNREADABLE,
    finished_ids,
)
from interhuman.runs.recording_files import PrivateFolder
from tests.library.conftest import answer, begin
from tests.processes import wait_until


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(recording_files, "FOLDER", PrivateFolder())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    engine = open_engine(tmp_path / "library", busy_timeout_s=5)
    yield Library(engine, owner="coach")
    engine.dispose()


def keep(library: Library, name: str, *, signals: int = 1) -> str:
    spans = [{"type": "interest", "start": n, "end": n + 1} for n in range(signals)]
    body = json.dumps({"signals": spans}).encode()
    id = begin(library, name, options={"include": [], "goal_dimensions": ["clarity"]})
    library.store_answer(id, answer(body))
    library.finish(id, summary=summarize(load(body).analysis))
    return id


def titles(named: Iterator[NamedResult], path: Path) -> None:
    with path.open("w") as file:
        file.writelines(f"{one.title} {len(one.analysis.signals)}\n" for one in named)


def finished(run: ExportRun) -> ExportRun:
    wait_until(lambda: run.finished)
    return run


def test_every_result_is_written_with_what_a_person_said_of_it(library: Library) -> None:
    ids = [keep(library, "one.mp4"), keep(library, "two.mp4", signals=3)]
    library.describe(ids[0], title="The pitch", labels=["q4"], note="Strong start")
    annotate(library.access, ids[0], [Judge(0, "agree")])
    seen: list[NamedResult] = []
    run = finished(
        ExportRun(of_library(library, ids), 2, lambda named, _: seen.extend(named), suffix=".txt")
    )
    assert run.made is not None
    assert (run.made.written, run.made.left_out) == (2, ())
    assert run.progress == ExportProgress(2, 2)
    first, second = seen
    assert (first.title, first.recording, first.id) == ("The pitch", "one.mp4", ids[0])
    assert (first.labels, first.note) == (("q4",), "Strong start")
    assert first.annotations.says == {0: "agree"}
    assert first.analyzed_at is not None
    assert first.options is not None
    assert first.options["feedback goals"] == "clarity"
    assert (second.title, len(second.analysis.signals)) == ("two.mp4", 3)


def test_the_file_is_there_until_nobody_holds_it(library: Library) -> None:
    run = finished(ExportRun(of_library(library, [keep(library, "a")]), 1, titles, suffix=".txt"))
    path = run.path
    assert path.read_text() == "a 1\n"
    assert path.suffix == ".txt"
    del run
    gc.collect()
    assert not path.exists()


def test_what_has_no_result_is_named_and_stops_no_other(library: Library) -> None:
    deleted, running, good = keep(library, "old"), begin(library, "now.mp4"), keep(library, "good")
    broken = begin(library, "broken.mp4")
    library.store_answer(broken, answer(b"{"))
    library.fail(broken, "The response isn't JSON.")
    library.delete(deleted)
    ids = [deleted, running, broken, good]
    run = finished(ExportRun(of_library(library, ids), 4, titles, suffix=".txt"))
    assert run.made is not None
    assert run.path.read_text() == "good 1\n"
    assert run.made.left_out == (
        (NO_TITLE, DELETED),
        ("now.mp4", UNDER_WAY),
        ("broken.mp4", f"{UNREADABLE} The response isn't JSON."),
    )


@pytest.mark.parametrize("kind", [*kinds(), *tables()], ids=lambda kind: kind.name)
def test_nothing_to_write_is_said_with_why(library: Library, kind: FileKind) -> None:
    ids = [begin(library, f"{number}.mp4") for number in range(MAX_REASONS + 1)]
    run = finished(ExportRun(of_library(library, ids), 6, kind.write, suffix=kind.suffix))
    assert run.made is None
    assert run.problem is not None
    assert run.problem.startswith(f"{NOTHING} 0.mp4: {UNDER_WAY} 1.mp4: ")
    assert run.problem.endswith("And 1 more.")
    assert not run.path.exists()


def test_what_is_deleted_while_it_is_read_is_said_to_be(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raw(id: str) -> bytes | None:
        library.delete(id)
        return None

    monkeypatch.setattr(library, "raw", raw)
    run = finished(
        ExportRun(of_library(library, [keep(library, "a.mp4")]), 1, titles, suffix=".txt")
    )
    assert run.problem == f"{NOTHING} a.mp4: {DELETED}"


def test_the_ids_of_a_search_are_those_with_a_result_newest_first(library: Library) -> None:
    old, _, new = keep(library, "a talk"), begin(library, "a talk"), keep(library, "another talk")
    keep(library, "lesson")
    assert finished_ids(library, search="talk") == [new, old]


def test_the_ids_are_read_at_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is deleted between two parts of a list takes another one out of them."""
    ids = [keep(library, f"{number}.mp4") for number in range(3)]
    monkeypatch.setattr("interhuman.library.listing.MAX_ROWS", 2)
    assert finished_ids(library) == ids[::-1]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left"), NO_ROOM),
        (OSError(errno.EIO, "Input/output error"), FAILED),
        (ValueError("secret"), FAILED),
    ],
)
def test_a_failure_is_told_in_words_and_leaves_no_file(
    library: Library, error: Exception, says: str
) -> None:
    def write(named: Iterator[NamedResult], path: Path) -> None:
        path.write_text(next(named).title)
        raise error

    run = finished(ExportRun(of_library(library, [keep(library, "a")]), 1, write, suffix=".txt"))
    assert (run.made, run.problem) == (None, says)
    wait_until(lambda: not run.path.exists())


def test_canceling_stops_at_the_next_result(library: Library) -> None:
    ids = [keep(library, "a"), keep(library, "b")]
    first, go_on = threading.Event(), threading.Event()
    taken: list[str] = []

    def write(named: Iterator[NamedResult], path: Path) -> None:
        for one in named:
            path.touch()
            taken.append(one.title)
            first.set()
            go_on.wait()

    run = ExportRun(of_library(library, ids), 2, write, suffix=".txt")
    first.wait()
    run.cancel()
    go_on.set()
    assert finished(run).problem == CANCELED
    assert taken == ["a"]
    wait_until(lambda: not run.path.exists())
