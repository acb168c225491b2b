"""The folder of recordings: private, and without what killed processes left."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from interhuman.processes import this_process
from interhuman.runs import recording_files
from interhuman.runs.recording_files import PrivateFolder
from tests.coroutines import finished


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(recording_files, "FOLDER", PrivateFolder())


def test_nobody_else_can_look_into_it() -> None:
    assert stat.S_IMODE(PrivateFolder().path.stat().st_mode) == 0o700


def test_it_is_the_same_for_every_process() -> None:
    assert PrivateFolder().path == PrivateFolder().path


@pytest.mark.parametrize("kind", ["open to others", "a file", "a link"])
def test_what_is_not_private_is_not_used(kind: str, tmp_path: Path) -> None:
    first = PrivateFolder().path
    if kind == "open to others":
        first.chmod(0o755)
    else:
        first.rmdir()
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        first.write_text("") if kind == "a file" else first.symlink_to(elsewhere)
    other = PrivateFolder().path
    assert other != first
    assert stat.S_IMODE(other.stat().st_mode) == 0o700


def test_it_is_made_anew_when_it_was_deleted() -> None:
    folder = PrivateFolder()
    folder.path.rmdir()
    assert folder.path.is_dir()


def test_what_dead_processes_left_is_deleted_and_nothing_else() -> None:
    folder = PrivateFolder().path
    dead = f"{os.getpid()}-1"  # in a container, the next process has the same number
    left = [folder / f"recording-{dead}-ab.mp4", folder / f"fitted-{dead}-ab.mp4"]
    others = [folder / f"recording-{this_process()}-ab.mp4", folder / "notes.txt"]
    for path in (*left, *others):
        path.write_text("x")
    recording_files.delete_left_behind()
    assert sorted(folder.iterdir()) == sorted(others)


def test_what_was_left_while_the_name_was_taken_is_deleted_too(tmp_path: Path) -> None:
    first = PrivateFolder().path
    first.chmod(0o755)
    other, used = PrivateFolder().path, PrivateFolder().path
    (other / f"recording-{os.getpid()}-1-ab.mp4").write_text("x")
    living = used / f"recording-{this_process()}-ab.mp4"
    living.write_text("x")
    first.chmod(0o700)
    assert PrivateFolder().path == first
    assert set(tmp_path.iterdir()) == {first, used}
    assert list(used.iterdir()) == [living]


def test_a_user_without_a_name_has_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 54321")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert PrivateFolder().path.name.endswith(str(os.getuid()))


@pytest.mark.parametrize(
    ("extension", "ends_with"), [(".MP4", ".mp4"), ("", ""), (".mp4;rm", ""), (".x/../y", "")]
)
def test_of_a_name_only_a_plain_extension_is_used(extension: str, ends_with: str) -> None:
    path = recording_files.new_path(extension)
    assert path.suffix == ends_with
    assert path.parent == recording_files.FOLDER.path


def test_what_is_written_is_digested(tmp_path: Path) -> None:
    data = os.urandom(3 * 1024**2 + 1)
    assert recording_files.write(data, tmp_path / "a") == hashlib.sha256(data).hexdigest()
    assert (tmp_path / "a").read_bytes() == data


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def update(self, _: object) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("hashlib.sha256", Full)
    with pytest.raises(OSError, match="No space"):
        recording_files.write(b"x", tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_server_that_stops_takes_its_own_files_with_it() -> None:
    async def serve() -> None:
        async with recording_files.while_serving(None):
            recording_files.new_path(".mp4").write_text("x")

    other = PrivateFolder().path / "notes.txt"
    other.write_text("x")
    finished(serve())
    assert list(other.parent.iterdir()) == [other]
