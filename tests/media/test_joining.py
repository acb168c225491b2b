"""Files of one camera recording, joined to one that plays: where each is in it, and its content."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import av
import pytest

from interhuman.media.fit_error import FitError
from interhuman.media.joining import Joined, can_join, join
from interhuman.media.probe import probe
from interhuman.media.worker.join import DAMAGED, DIFFERENT
from tests import clips

pytestmark = pytest.mark.usefixtures("in_process")


def written(folder: Path, *contents: bytes) -> list[tuple[str, Path]]:
    """Return files with the names of a camera's."""
    files = []
    for number, content in enumerate(contents, start=1):
        path = folder / f"{number}.bin"
        path.write_bytes(content)
        files.append((f"GX{number:02d}0042.MP4", path))
    return files


def times(path: Path, kind: str) -> list[float]:
    with av.open(path) as source:
        packets = source.demux(getattr(source.streams, kind)[0])
        return sorted(float(one.pts * one.time_base) for one in packets if one.pts is not None)


def test_files_follow_each_other_with_the_gap_between_them(tmp_path: Path) -> None:
    files = written(
        tmp_path, clips.camera_part(4.0), clips.camera_part(5.0), clips.camera_part(3.0)
    )
    target = tmp_path / "joined.mp4"
    joined = join(files, target, starts_s=(0.0, 4.0, 19.0), is_timed=True)
    assert [file.name for file in joined.files] == [name for name, _ in files]
    starts = [file.start_s for file in joined.files]
    assert starts == pytest.approx([0.0, 4.0, 19.0], abs=0.05)
    assert probe(target, "joined.mp4").duration_s == pytest.approx(22.0, abs=0.1)
    for kind in ("video", "audio"):
        at = times(target, kind)
        assert not [time_s for time_s in at if 9.1 < time_s < 18.9]
        steps = [after - before for before, after in itertools.pairwise(at)]
        assert sorted(steps)[-2] < 0.12
    assert joined.name_at(20.0) == "GX030042.MP4"


def test_what_was_joined_decodes_to_its_last_picture(tmp_path: Path) -> None:
    files = written(tmp_path, clips.camera_part(4.0), clips.camera_part(5.0))
    join(files, tmp_path / "joined.mp4", starts_s=(0.0, 4.0), is_timed=False)
    with av.open(tmp_path / "joined.mp4") as source:
        frames = sum(1 for _ in source.decode(video=0))
    parts = [av.open(io.BytesIO(path.read_bytes())) for _, path in files]
    assert frames == sum(part.streams.video[0].frames for part in parts)


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    files = written(tmp_path, clips.camera_part(4.0), clips.camera_part(3.0))
    for name in ("one.mp4", "two.mp4"):
        join(files, tmp_path / name, starts_s=(0.0, 6.0), is_timed=True)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_a_file_that_would_begin_too_early_begins_when_the_one_before_ends(tmp_path: Path) -> None:
    files = written(tmp_path, clips.camera_part(4.0), clips.camera_part(3.0))
    joined = join(files, tmp_path / "joined.mp4", starts_s=(0.0, 1.0), is_timed=True)
    assert joined.files[1].start_s == joined.files[0].end_s


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (clips.camera_part(4.0, size=(64, 48)), DIFFERENT),
        (clips.sound_only("m4a"), DIFFERENT),
        (b"no recording at all", DAMAGED.format(2)),
        (clips.truncated_mp4(), DAMAGED.format(2)),
    ],
)
def test_what_can_t_be_joined_leaves_nothing(tmp_path: Path, second: bytes, why: str) -> None:
    files = written(tmp_path, clips.camera_part(4.0), second)
    with pytest.raises(FitError, match=why):
        join(files, tmp_path / "joined.mp4", starts_s=(0.0, 4.0), is_timed=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.bin", "2.bin"]


def test_what_was_joined_is_kept_as_json(tmp_path: Path) -> None:
    files = written(tmp_path, clips.camera_part(4.0), clips.camera_part(3.0))
    joined = join(files, tmp_path / "joined.mp4", starts_s=(0.0, 6.0), is_timed=True)
    assert Joined.from_json(joined.to_json()) == joined
    odd: dict[str, object] = {"files": [{"name": "a", "start_s": 1, "end_s": 0}] * 2}
    assert Joined.from_json(odd | {"is_timed": True}) is None
    assert Joined.from_json({}) is None


def test_only_what_plays_can_be_joined() -> None:
    assert can_join(("mp4", "hevc", 3840, 2160, "aac"))
    assert not can_join(("wav", None, None, None, "pcm_s16le"))
    assert not can_join(())
