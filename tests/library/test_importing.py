from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interhuman.answers.payload import read_v1
from interhuman.answers.saved import dump
from interhuman.errors import ResultStoreError
from interhuman.library.importing import import_results_folder
from interhuman.library.library import Library
from tests.library.conftest import BODY, NOW, answer
from tests.library.older_folder import keep

V2 = b'{"job_id": "j", "status": "completed", "model": "inter-2", "result": {"windows": []}}'

MANY = 501


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "results"


def test_every_result_of_the_folder_is_taken_in_once(library: Library, folder: Path) -> None:
    keep(folder, answer(sandbox=True), recording="Grüße_1.mp4")
    job = answer(V2, path="/v2/upload/jobs/j", received_at=NOW.replace(second=9))
    keep(folder, job, recording="job.mp4")
    assert import_results_folder(library, folder) == 2
    newest, oldest = library.page().rows
    assert (oldest.name, oldest.created_at, oldest.sandbox) == ("Grüße_1.mp4", NOW, True)
    assert (oldest.correlation_id, oldest.model) == ("550e8400-e29b", "inter-1")
    assert (oldest.state, oldest.signal_count) == ("done", 1)
    assert library.answer(oldest.id) == answer(sandbox=True)
    assert (newest.name, newest.model, newest.state) == ("job.mp4", "inter-2", "done")
    assert library.answer(newest.id) == job

    assert import_results_folder(library, folder) == 0
    library.delete(oldest.id)
    library.purge(oldest.id)
    assert import_results_folder(library, folder) == 0, "what was deleted stays away"
    library.delete_everything()
    assert import_results_folder(library, folder) == 0
    assert len(list(folder.iterdir())) == 2, "the files stay"
    keep(folder, answer(), recording="later.mp4")
    assert import_results_folder(library, folder) == 1


@pytest.mark.parametrize(
    ("body", "complete", "why"),
    [
        (b"", False, "is empty"),
        (b'{"signals": [', False, "not complete JSON"),
        (b"\xff\x00", True, "The answer in this saved result"),
        (b'{"job_id": "j", "status": "failed", "error": {"error_id": "ih5002"}}', True, "ih5002"),
    ],
)
def test_an_answer_that_cannot_be_read_is_taken_in_byte_for_byte(
    library: Library, folder: Path, body: bytes, complete: bool, why: str
) -> None:
    given = answer(body, complete=complete, path="/v2/upload/jobs/j")
    keep(folder, given, recording="a.mp4")
    assert import_results_folder(library, folder) == 1
    (row,) = library.page().rows
    assert (row.state, row.name, row.model) == ("failed", "a.mp4", "inter-2")
    assert why in str(row.failure)
    assert library.answer(row.id) == given


@pytest.mark.parametrize(
    "content", [b'{"format": "inter', b'{"format": "interhuman-dashboard/saved-analysis"}']
)
def test_a_damaged_file_of_this_program_is_taken_in_as_it_is(
    library: Library, folder: Path, content: bytes
) -> None:
    keep(folder, answer(), recording="a.mp4").write_bytes(content)
    assert import_results_folder(library, folder) == 1
    (row,) = library.page().rows
    assert library.raw(row.id) == content
    assert (row.state, row.name, row.created_at) == ("failed", "a.mp4", NOW)


def test_what_is_no_result_is_left_where_it_is(library: Library, folder: Path) -> None:
    keep(folder, answer(b'{"job_id": "j", "status": "queued"}', status=202), recording="a.mp4")
    (folder / "notes.txt").write_text("not ours")
    (folder / "odd.json").write_text("{}")
    (folder / "left.json.part").write_bytes(BODY[:20])
    (folder / "20261122T150405.678901Z_a_b_a1b2c3.json.part").write_bytes(BODY[:20])
    (folder / "folder.json").mkdir()
    (folder / "gone.json").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.json")
    assert import_results_folder(library, folder) == 0
    assert library.page().total == 0


def test_results_that_came_into_the_folder_otherwise_are_taken_in(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    folder.mkdir()
    (folder / "api.json").write_bytes(BODY)
    os.utime(folder / "api.json", (1_800_000_000, 1_800_000_000))
    saved = dump(read_v1(BODY).with_duration(5.0), recording="s.mp4", saved_at=NOW)
    (folder / "saved.json").write_bytes(saved)
    named = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.json"))
    named.write_bytes(BODY)
    assert import_results_folder(library, folder) == 3
    assert import_results_folder(library, folder) == 0
    rows = {row.name: row for row in library.page().rows}
    assert set(rows) == {"api.json", "s.mp4", "caf\ufffd.json"}
    assert rows["api.json"].created_at == datetime.fromtimestamp(1_800_000_000, UTC)
    assert (rows["s.mp4"].duration_s, rows["s.mp4"].created_at) == (5.0, NOW)


def test_a_folder_may_hold_more_than_a_list_shows(library: Library, folder: Path) -> None:
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number}.json").write_bytes(BODY)
    assert import_results_folder(library, folder) == MANY


def test_two_imports_at_once_take_each_file_in_once(library: Library, folder: Path) -> None:
    for number in range(10):
        keep(folder, answer(), recording=f"{number}.mp4")
    with ThreadPoolExecutor(4) as threads:
        imports = [threads.submit(import_results_folder, library, folder) for _ in range(4)]
    assert sum(one.result() for one in imports) == 10
    assert library.page().total == 10


def test_no_folder_is_made_and_a_file_is_none(library: Library, tmp_path: Path) -> None:
    assert import_results_folder(library, tmp_path / "nowhere") == 0
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "file").write_text("x")
    assert import_results_folder(library, tmp_path / "file") == 0


def test_a_folder_that_cannot_be_read_is_said(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()

    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(ResultStoreError):
        import_results_folder(library, folder)
