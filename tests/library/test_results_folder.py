"""The older folder of results: listed by name, read file by file, whatever else is in it."""

from __future__ import annotations

import errno
import io
import os
import socket
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from interhuman.answers.saved import load
from interhuman.errors import ResultStoreError, SavedFileError
from interhuman.library.results_folder import StoredAnswer, read_stored, stored_answers
from tests.library.conftest import BODY, NOW, answer
from tests.library.older_folder import keep


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    return folder


def problem(kept: StoredAnswer) -> str | None:
    """Return why a file holds no result, None for one that does."""
    try:
        load(read_stored(kept))
    except SavedFileError as error:
        return str(error)
    return None


def test_whatever_lies_in_the_folder_is_listed_and_nothing_raises(folder: Path) -> None:
    keep(folder, answer(), recording="a.mp4")
    (folder / "notes.txt").write_text("not ours")
    (folder / "mine.json").write_bytes(BODY)
    (folder / "odd.json").write_text("{}")
    (folder / "folder.json").mkdir()
    (folder / "20269999T999999.000000Z_a_b_c.json").write_text("")
    (folder / "left.json.part").write_bytes(BODY[:20])
    (folder / "gone.json").symlink_to("nowhere")
    listed = {kept.path.name: kept for kept in stored_answers(folder)}
    problems = {name: problem(kept) for name, kept in listed.items()}
    assert len(listed) == 7
    assert "notes.txt" not in listed
    assert problems["mine.json"] is None
    assert listed["mine.json"] == StoredAnswer(folder / "mine.json")
    assert "neither" in str(problems["odd.json"])
    assert "cannot be read" in str(problems["folder.json"])
    assert "cannot be read" in str(problems["gone.json"])
    assert "is empty" in str(problems["20269999T999999.000000Z_a_b_c.json"])
    assert "not complete JSON" in str(problems["left.json.part"])


def test_what_no_file_should_be_stands_for_itself(folder: Path) -> None:
    good = keep(folder, answer(), recording="a.mp4")
    place = os.fsencode(folder)
    named = place + b"/20261122T150405.678901Z_caf\xe9_id_a1b2c3.json"
    Path(os.fsdecode(named)).write_bytes(BODY)
    Path(os.fsdecode(place + b"/\xed\xa0\x80\x1b\n.json")).write_bytes(BODY)
    os.mkfifo(folder / "pipe.json")
    os.mkfifo(folder / "20261122T150405.678901Z_pipe_id_a1b2c3.json")
    (folder / "endless.json").symlink_to("/dev/zero")
    (folder / "round.json").symlink_to("round.json")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(folder)  # A socket's path may have about a hundred characters.
        try:
            listener.bind("socket.json")
        finally:
            os.chdir(here)
        entries = stored_answers(folder)
        problems = {kept.title: problem(kept) for kept in entries}
    assert len(entries) == 8
    assert {kept.path for kept in entries if problem(kept) is None} == {
        good,
        Path(os.fsdecode(named)),
        *(kept.path for kept in entries if kept.title == "\ufffd\ufffd\ufffd\ufffd\n.json"),
    }
    for title in ("pipe.json", "pipe", "endless.json"):
        assert problems[title] == "This is not a file, so not a saved result."
    for title in ("round.json", "socket.json"):
        assert str(problems[title]).startswith("This file cannot be read: ")
    for text in [*problems, *map(str, problems.values())]:
        text.encode()


def test_a_file_that_may_not_be_read_is_said_when_it_is_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(folder, answer(), recording="a.mp4")

    def denied(*_: Any) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    (kept,) = stored_answers(folder)
    assert problem(kept) == "This file cannot be read: Permission denied."


def test_a_list_opens_no_file_and_takes_no_memory_to_speak_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b'{"signals": [' + BODY[13:-2] + b"]}" + b" " * 1_000_000
    for second in range(50):
        keep(folder, answer(body, received_at=NOW.replace(second=second)), recording="a.mp4")

    def refuse(*_: Any, **__: Any) -> int:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr(io, "open", refuse)
    tracemalloc.start()
    try:
        entries = stored_answers(folder)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [kept.recording for kept in entries] == ["a.mp4"] * 50
    assert held < 200_000


def test_a_submission_is_told_from_a_result_by_its_name(folder: Path) -> None:
    keep(folder, answer(status=202, received_at=NOW.replace(second=1)), recording="a_b.mp4")
    keep(folder, answer(received_at=NOW.replace(second=2)), recording="a_b.mp4")
    keep(folder, answer(complete=False, received_at=NOW.replace(second=3)), recording=None)
    assert [(kept.recording, kept.kind) for kept in stored_answers(folder)] == [
        ("recording", "incomplete"),
        ("a-b.mp4", None),
        ("a-b.mp4", "submitted"),
    ]


def test_a_folder_that_vanished_is_said(folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(ResultStoreError, match="No such file"):
        stored_answers(folder)
