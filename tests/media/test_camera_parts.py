"""Which recordings look like the parts of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from interhuman.media.camera_parts import MAX_FILES, CameraFile, series_in
from interhuman.media.probe import Probe

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def files(*names: str) -> list[CameraFile]:
    return [CameraFile(name, name) for name in names]


def timed(name: str, *, begins_s: float, lasts_s: float) -> CameraFile:
    return CameraFile(name, name, lasts_s, AT + timedelta(seconds=begins_s + lasts_s))


def test_chapters_of_a_gopro_are_one_recording_in_their_order() -> None:
    (found,) = series_in(files("GX020042.MP4", "talk.mp4", "GX010042.MP4", "gx030042.mp4"))
    assert found.title == "GX0042"
    assert found.ids == ("GX010042.MP4", "GX020042.MP4", "gx030042.mp4")
    assert found.gaps_s == (None, None)


def test_more_files_than_can_be_joined_are_no_series() -> None:
    parts = [timed(f"C{n:04}.MP4", begins_s=60.0 * n, lasts_s=60.0) for n in range(MAX_FILES + 1)]
    assert series_in(parts) == []
    (series,) = series_in(parts[1:])
    assert len(series.ids) == MAX_FILES


def test_an_older_gopro_names_its_first_chapter_otherwise() -> None:
    (found,) = series_in(files("GP010007.MP4", "GOPR0007.MP4"))
    assert (found.title, found.ids) == ("GOPR0007", ("GOPR0007.MP4", "GP010007.MP4"))


def test_other_recordings_and_kinds_are_not_mixed() -> None:
    assert series_in(files("GX010042.MP4", "GX010043.MP4", "GH020042.MP4", "GX020042.LRV")) == []


def test_a_missing_chapter_parts_them() -> None:
    found = series_in(files("GX010042.MP4", "GX030042.MP4", "GX040042.MP4"))
    assert [each.ids for each in found] == [("GX030042.MP4", "GX040042.MP4")]


def test_counted_files_are_parts_where_one_begins_as_the_other_ends() -> None:
    parts = [
        timed("C0002.MP4", begins_s=601.5, lasts_s=600),
        timed("C0001.MP4", begins_s=0, lasts_s=600),
        timed("C0003.MP4", begins_s=5_000, lasts_s=60),
    ]
    (found,) = series_in(parts)
    assert (found.title, found.ids) == ("C0001", ("C0001.MP4", "C0002.MP4"))
    assert found.starts_s == (0.0, 600.0)


def test_counted_files_without_times_are_no_parts() -> None:
    assert series_in(files("C0001.MP4", "C0002.MP4", "Interview 1.mp4", "Interview 2.mp4")) == []


def shot(
    name: str, *, begins_s: float | None, lasts_s: float = 600, height: int = 1080
) -> CameraFile:
    """Return a file that says by its header when its camera began it."""
    header = Probe(1, container="mp4", duration_s=lasts_s, height=height, created_s=begins_s)
    return CameraFile.of(name, name, header)


def test_the_camera_s_clock_says_when_each_chapter_begins() -> None:
    (found,) = series_in(
        [shot("GX020042.MP4", begins_s=1_720), shot("GX010042.MP4", begins_s=1_000)]
    )
    assert (found.gaps_s, found.is_timed, found.starts_s) == ((120.0,), True, (0.0, 720.0))


def test_a_clock_of_whole_seconds_makes_no_gap() -> None:
    (found,) = series_in(
        [shot("GX010042.MP4", begins_s=0, lasts_s=531.4), shot("GX020042.MP4", begins_s=532)]
    )
    assert (found.gaps_s, found.starts_s) == ((0.0,), (0.0, 531.4))


@pytest.mark.parametrize("second_s", [None, 0.0, 500.0])
def test_without_a_clock_that_can_be_right_chapters_are_joined_end_to_end(
    second_s: float | None,
) -> None:
    (found,) = series_in(
        [
            shot("GX010042.MP4", begins_s=0),
            shot("GX020042.MP4", begins_s=second_s),
            shot("GX030042.MP4", begins_s=1_300),
        ]
    )
    assert not found.is_timed
    assert found.starts_s == (0.0, 600.0, 1_200.0)


def test_a_missing_chapter_is_a_gap_where_the_clock_says_how_long_it_is() -> None:
    (found,) = series_in(
        [shot("GX010042.MP4", begins_s=0), shot("GX030042.MP4", begins_s=1_200, lasts_s=60)]
    )
    assert (found.ids, found.starts_s) == (("GX010042.MP4", "GX030042.MP4"), (0.0, 1_200.0))


def test_files_of_two_cameras_are_not_one_recording() -> None:
    assert (
        series_in([shot("GX010042.MP4", begins_s=0), shot("GX020042.MP4", begins_s=90_000)]) == []
    )
    other_size = shot("GX020042.MP4", begins_s=600, height=720)
    assert series_in([shot("GX010042.MP4", begins_s=0), other_size]) == []


def test_counted_files_go_by_the_camera_s_clock_first() -> None:
    one, two = shot("C0001.MP4", begins_s=0), shot("C0002.MP4", begins_s=601)
    copied_later = replace(two, ended_at=AT)
    (found,) = series_in([replace(one, ended_at=AT), copied_later])
    assert (found.ids, found.gaps_s) == (("C0001.MP4", "C0002.MP4"), (0.0,))


def test_any_name_can_be_looked_at() -> None:
    hostile = [
        "9" * 5_000 + ".mp4",
        "../GX010042.MP4",
        "",
        ".",
        "GX020042.MP4",
        "\0\u202e1.mp4",
        "GX\u0661\u06620042.MP4",
    ]
    assert len(series_in(files(*hostile))) == 1
