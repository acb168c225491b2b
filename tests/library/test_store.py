from __future__ import annotations

import base64
import errno
import io
import json
import os
import socket
import stat
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interhuman.answers.answer import Answer
from interhuman.errors import ResultStoreError, SavedFileError
from interhuman.library.store import MAX_LISTED, ResultStore, StoredAnswer

NOW = datetime(2026, 11, 22, 15, 4, 5, 678901, tzinfo=UTC)
BODY = b'{"signals": [{"type": "interest", "start": 0, "end": 5}]}'


def answer(body: bytes = BODY, **changed: Any) -> Answer:
    facts = {
        "path": "/v1/upload/analyze",
        "status": 200,
        "correlation_id": "550e8400-e29b",
        "sandbox": False,
        "received_at": NOW,
    }
    return Answer(body=body, **{**facts, **changed})


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "deep" / "results")


def test_an_answer_is_kept_and_opens_again(store: ResultStore) -> None:
    path = store.keep(answer(sandbox=True), recording="Grüße 😀.mp4")
    assert store.entries() == (StoredAnswer(path, NOW, "Grüße-.mp4"),)
    saved = store.open(store.entries()[0])
    assert saved.recording == "Grüße 😀.mp4"
    assert saved.saved_at == NOW
    analysis = saved.analysis
    assert analysis.raw_bytes == BODY
    assert analysis.correlation_id == "550e8400-e29b"
    assert analysis.sandbox
    assert analysis.model == "inter-1"


def test_a_file_is_named_by_time_recording_and_correlation_id(store: ResultStore) -> None:
    path = store.keep(answer(), recording="Grüße an_alle 😀.mp4")
    assert path.parent == store.folder
    start = "20261122T150405.678901Z_Grüße-an-alle-.mp4_550e8400-e29b_"
    assert path.name.startswith(start)
    assert len(path.name) == len(start) + len("a1b2c3.json")


def test_only_its_owner_can_read_it(store: ResultStore) -> None:
    old = os.umask(0)
    try:
        path = store.keep(answer(), recording=None)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("body", "complete", "problem"),
    [
        (b"", False, "is empty"),
        (b"<html>", True, "is a web page"),
        (b'{"signals": [', False, "is not complete JSON"),
        (b"\xff\x00", True, "The answer in this saved result"),
        (b'{"job_id": "abc", "status": "queued"}', True, "id is abc"),
    ],
)
def test_an_unreadable_answer_is_kept_byte_for_byte_and_listed(
    store: ResultStore, body: bytes, complete: bool, problem: str
) -> None:
    path = store.keep(answer(body, complete=complete), recording="a.mp4")
    (kept,) = store.entries()
    assert kept.kind == (None if complete else "incomplete")
    with pytest.raises(SavedFileError, match=problem):
        store.open(kept)
    content = json.loads(path.read_bytes())
    packed = content.get("answer_base64")
    assert (base64.b64decode(packed) if packed else content["answer"].encode()) == body
    assert content["complete"] is complete


def test_the_newest_comes_first_and_nothing_is_overwritten(store: ResultStore) -> None:
    for second in (1, 3, 2):
        store.keep(answer(received_at=NOW.replace(second=second)), recording="a.mp4")
    store.keep(answer(received_at=NOW.replace(second=2)), recording="a.mp4")
    moments = [kept.received_at.second for kept in store.entries() if kept.received_at]
    assert moments == [3, 2, 2, 1]


def problem(store: ResultStore, kept: StoredAnswer) -> str | None:
    try:
        store.open(kept)
    except SavedFileError as error:
        return str(error)
    return None


def test_whatever_lies_in_the_folder_is_listed_and_nothing_raises(store: ResultStore) -> None:
    store.keep(answer(), recording="a.mp4")
    (store.folder / "notes.txt").write_text("not ours")
    (store.folder / "mine.json").write_bytes(BODY)
    (store.folder / "odd.json").write_text("{}")
    (store.folder / "folder.json").mkdir()
    (store.folder / "20269999T999999.000000Z_a_b_c.json").write_text("")
    (store.folder / "left.json.part").write_bytes(BODY[:20])
    (store.folder / "gone.json").symlink_to("nowhere")
    listed = {kept.path.name: kept for kept in store.entries()}
    problems = {name: problem(store, kept) for name, kept in listed.items()}
    assert len(listed) == 7
    assert "notes.txt" not in listed
    assert problems["mine.json"] is None
    assert listed["mine.json"] == StoredAnswer(store.folder / "mine.json")
    assert "neither" in str(problems["odd.json"])
    assert "cannot be read" in str(problems["folder.json"])
    assert "cannot be read" in str(problems["gone.json"])
    assert "is empty" in str(problems["20269999T999999.000000Z_a_b_c.json"])
    assert "not complete JSON" in str(problems["left.json.part"])


def test_what_no_file_should_be_stands_for_itself(store: ResultStore) -> None:
    good = store.keep(answer(), recording="a.mp4")
    folder = os.fsencode(store.folder)
    named = folder + b"/20261122T150405.678901Z_caf\xe9_id_a1b2c3.json"
    Path(os.fsdecode(named)).write_bytes(BODY)
    Path(os.fsdecode(folder + b"/\xed\xa0\x80\x1b\n.json")).write_bytes(BODY)
    os.mkfifo(store.folder / "pipe.json")
    os.mkfifo(store.folder / "20261122T150405.678901Z_pipe_id_a1b2c3.json")
    (store.folder / "endless.json").symlink_to("/dev/zero")
    (store.folder / "round.json").symlink_to("round.json")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(store.folder)  # A socket's path may have about a hundred characters.
        try:
            listener.bind("socket.json")
        finally:
            os.chdir(here)
        entries = store.entries()
        problems = {kept.title: problem(store, kept) for kept in entries}
    assert len(entries) == 8
    assert {kept.path for kept in entries if problem(store, kept) is None} == {
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
    store: ResultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(answer(), recording="a.mp4")

    def denied(*_: Any) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    (kept,) = store.entries()
    assert problem(store, kept) == "This file cannot be read: Permission denied."


def test_a_list_opens_no_file_and_takes_no_memory_to_speak_of(
    store: ResultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b'{"signals": [' + BODY[13:-2] + b"]}" + b" " * 1_000_000
    for second in range(50):
        store.keep(answer(body, received_at=NOW.replace(second=second)), recording="a.mp4")

    def refuse(*_: Any, **__: Any) -> int:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr(io, "open", refuse)
    tracemalloc.start()
    try:
        entries = store.entries()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [kept.recording for kept in entries] == ["a.mp4"] * 50
    assert held < 200_000


def test_a_submission_is_told_from_a_result_by_its_name(store: ResultStore) -> None:
    store.keep(answer(status=202, received_at=NOW.replace(second=1)), recording="a_b.mp4")
    store.keep(answer(received_at=NOW.replace(second=2)), recording="a_b.mp4")
    store.keep(answer(complete=False, received_at=NOW.replace(second=3)), recording=None)
    assert [(kept.recording, kept.kind) for kept in store.entries()] == [
        ("recording", "incomplete"),
        ("a-b.mp4", None),
        ("a-b.mp4", "submitted"),
    ]


def test_what_was_not_written_here_never_pushes_out_what_was(store: ResultStore) -> None:
    path = store.keep(answer(), recording="a.mp4")
    for i in range(MAX_LISTED):
        (store.folder / f"z{i}.json").touch()
    assert len(store.entries()) == MAX_LISTED
    assert store.entries()[0].path == path


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_cannot_be_written_whole_leaves_nothing_behind(
    store: ResultStore, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    target: Any = os if step == "fsync" else Path
    monkeypatch.setattr(target, step, full)
    with pytest.raises(ResultStoreError) as caught:
        store.keep(answer(), recording="a.mp4")
    assert str(caught.value) == "The answer could not be kept on disk: No space left on device."
    assert list(store.folder.iterdir()) == []


def test_the_file_is_on_the_disk_before_it_gets_its_name(
    store: ResultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def noting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            order.append(name)
            return real(*args)

        return call

    monkeypatch.setattr(os, "fsync", noting("fsync", os.fsync))
    monkeypatch.setattr(Path, "replace", noting("rename", Path.replace))
    store.keep(answer(), recording="a.mp4")
    assert order == ["fsync", "rename", "fsync"]


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for folder in (file, file / "below", Path("nul\0byte")):
        with pytest.raises(ResultStoreError, match="cannot be used"):
            ResultStore(folder)


def test_a_folder_that_vanished_is_said(store: ResultStore) -> None:
    store.folder.rmdir()
    with pytest.raises(ResultStoreError, match="No such file"):
        store.entries()
    with pytest.raises(ResultStoreError, match="No such file"):
        store.keep(answer(), recording=None)


def test_many_threads_keep_side_by_side(store: ResultStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: store.keep(answer(), recording="a.mp4"), range(50)))
    assert len(set(paths)) == 50
    assert [problem(store, kept) for kept in store.entries()] == [None] * 50


@given(st.none() | st.text(max_size=300), st.none() | st.text(max_size=300), st.binary(max_size=50))
def test_any_name_id_and_body_can_be_kept(
    tmp_path_factory: pytest.TempPathFactory, name: str | None, number: str | None, body: bytes
) -> None:
    store = ResultStore(tmp_path_factory.mktemp("store"))
    path = store.keep(answer(body, correlation_id=number), recording=name)
    assert path.parent == store.folder
    assert len(os.fsencode(path.name)) <= 255
    (kept,) = store.entries()
    assert kept.received_at == NOW
    assert kept.recording
    kept.title.encode()
