"""Which recordings look like the parts of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from interhuman.media.camera_parts import CameraFile, series_in

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def files(*names: str) -> list[CameraFile]:
    return [CameraFile(name, name, None, None) for name in names]


def timed(name: str, *, begins_s: float, lasts_s: float) -> CameraFile:
    return CameraFile(name, name, lasts_s, AT + timedelta(seconds=begins_s + lasts_s))


def test_chapters_of_a_gopro_are_one_recording_in_their_order() -> None:
    (found,) = series_in(files("GX020042.MP4", "talk.mp4", "GX010042.MP4", "gx030042.mp4"))
    assert found.title == "GX0042"
    assert found.ids == ("GX010042.MP4", "GX020042.MP4", "gx030042.mp4")
    assert found.gaps_s == (None, None)


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
    assert found.gaps_s == (1.5,)


def test_counted_files_without_times_are_no_parts() -> None:
    assert series_in(files("C0001.MP4", "C0002.MP4", "Interview 1.mp4", "Interview 2.mp4")) == []


def test_the_gap_between_chapters_is_told_by_the_times_of_their_files() -> None:
    (found,) = series_in(
        [
            timed("GX010042.MP4", begins_s=0, lasts_s=600),
            timed("GX020042.MP4", begins_s=720, lasts_s=600),
        ]
    )
    assert found.gaps_s == (120.0,)
