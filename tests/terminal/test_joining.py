"""The files of a camera that a command joins."""

from __future__ import annotations

from pathlib import Path

import pytest

from interhuman.terminal.joining import join_parts
from tests import clips

pytestmark = pytest.mark.usefixtures("in_process")

NAMES = ("GX010042.MP4", "GX020042.MP4")


def parts(folder: Path, *, seconds: tuple[float, float] = (3.0, 4.0)) -> list[Path]:
    folder.mkdir()
    paths = [folder / name for name in NAMES]
    for path, length_s in zip(paths, seconds, strict=True):
        path.write_bytes(clips.camera_part(length_s))
    return paths


def test_equal_names_are_two_files_and_equal_parts_are_joined_once(tmp_path: Path) -> None:
    out = tmp_path / "joined"
    first = join_parts(parts(tmp_path / "monday"), out)
    (path,) = first
    written_at = path.stat().st_mtime_ns
    other = join_parts(parts(tmp_path / "tuesday", seconds=(4.0, 3.0)), out)
    assert [one.name for one in (*first, *other)] == ["GX0042.mp4"] * 2
    assert not set(first) & set(other)
    again = join_parts([*(tmp_path / "monday").iterdir(), path], out)
    assert again == first
    assert path.stat().st_mtime_ns == written_at


def test_joining_ends_when_the_command_is_stopped(tmp_path: Path) -> None:
    out = tmp_path / "joined"
    with pytest.raises(KeyboardInterrupt):
        join_parts(parts(tmp_path / "monday"), out, cancelled=lambda: True)
    assert not list(out.glob("*/*"))
