"""Finds recordings that are parts of one: a camera begins a new file every few minutes.

GoPro names them: ``GX010042.MP4`` and ``GX020042.MP4`` are the first and second part of recording
0042, as are ``GOPR0042.MP4`` and ``GP010042.MP4`` of older models (GoPro's file naming convention).
Other cameras count their files: those are parts of one where each begins when the one before it
ends, by the camera's clock or by the times of the files.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Final

from interhuman.media.probe import Probe

MAX_APART_S: Final = 3.0
"""How far a counted file may begin from the end of the one before it; the times of some disks are
two seconds apart."""

ROUNDING_S: Final = 2.0
"""A camera's clock counts whole seconds: what differs by less begins when the other ends."""

MAX_GAP_S: Final = 3600.0
"""Further apart, files of one number are those of two cameras, or of a clock that was set."""

MAX_FILES: Final = 100
"""So many files can be joined to one recording."""

_CHAPTER: Final = re.compile(r"(?P<kind>G[HXL])(?P<part>\d\d)(?P<number>\d{4})", re.IGNORECASE)
_OLD_FIRST: Final = re.compile(r"GOPR(?P<number>\d{4})", re.IGNORECASE)
_OLD_NEXT: Final = re.compile(r"GP(?P<part>\d\d)(?P<number>\d{4})", re.IGNORECASE)
_COUNTED: Final = re.compile(r"(?P<stem>.*?)(?P<part>\d+)(?P<rest>\D*)")

_Follows = Callable[["CameraFile", "CameraFile", int], bool]
"""Whether a file goes on where another ends; the number is by how many theirs differ."""


@dataclass(frozen=True, slots=True)
class CameraFile:
    """A recording as far as its file and its header say."""

    id: str
    name: str
    duration_s: float | None = None
    ended_at: datetime | None = None
    """When its file was last changed, which a camera does at its end and a copy may do later."""
    began_s: float | None = None
    """When it began by the camera's clock, in seconds since 1970."""
    form: tuple[object, ...] = ()
    """What the parts of one recording have in common: container, codecs and size of picture."""

    @classmethod
    def of(
        cls, id: str, name: str, header: Probe | None, ended_at: datetime | None = None
    ) -> CameraFile:
        """Return a file with this header, None where it isn't known."""
        if header is None:
            return cls(id, name, ended_at=ended_at)
        picture = (header.video_codec, header.width, header.height)
        form = (header.container, *picture, header.audio_codec)
        return cls(id, name, header.duration_s, ended_at, header.created_s, form)


@dataclass(frozen=True, slots=True)
class Series:
    """Recordings that look like the parts of one, in order."""

    title: str
    ids: tuple[str, ...]
    gaps_s: tuple[float | None, ...]
    """Between each part and the next in seconds; None where the camera's clock doesn't say."""
    durations_s: tuple[float | None, ...]

    @property
    def is_timed(self) -> bool:
        """Whether the camera's clock says of each part when it began."""
        return None not in self.gaps_s

    @property
    def starts_s(self) -> tuple[float, ...]:
        """When each part begins, from the start of the first; one after another if not `is_timed`.

        A part of unknown length lasts for no time.
        """
        gaps = [gap_s or 0.0 if self.is_timed else 0.0 for gap_s in self.gaps_s]
        steps = [
            (length_s or 0.0) + gap_s
            for length_s, gap_s in zip(self.durations_s, gaps, strict=False)
        ]
        return (0.0, *itertools.accumulate(steps))


def series_in(files: Iterable[CameraFile], *, max_files: int = MAX_FILES) -> list[Series]:
    """Return the recordings among `files` that look like parts of one, each in one series.

    A series of more than `max_files` is none: it can't be joined.
    """
    named: dict[tuple[object, ...], list[tuple[int, CameraFile]]] = {}
    counted: dict[tuple[object, ...], list[tuple[int, CameraFile]]] = {}
    for file in files:
        path = PurePath(file.name)
        kind = (path.suffix.lower(), file.form)
        if chapter := _chapter(path.stem):
            named.setdefault((chapter[0], *kind), []).append((chapter[1], file))
        elif match := _COUNTED.fullmatch(path.stem):
            stem = f"{match['stem']}#{match['rest']}"
            counted.setdefault((stem, *kind), []).append((int(match["part"][-9:]), file))
    found = [
        _series(str(title), run)
        for (title, *_), parts in named.items()
        for run in _runs(parts, _is_next_chapter)
    ]
    found += [
        _series(PurePath(run[0].name).stem, run)
        for parts in counted.values()
        for run in _runs(parts, _begins_at_the_end)
    ]
    return [series for series in found if len(series.ids) <= max_files]


def _chapter(stem: str) -> tuple[str, int] | None:
    """Return of which recording a GoPro's file is a part, and which part; None for others."""
    if match := _CHAPTER.fullmatch(stem):
        return f"{match['kind'].upper()}{match['number']}", int(match["part"])
    if match := _OLD_FIRST.fullmatch(stem):
        return f"GOPR{match['number']}", 0
    if match := _OLD_NEXT.fullmatch(stem):
        return f"GOPR{match['number']}", int(match["part"])
    return None


def _runs(parts: Sequence[tuple[int, CameraFile]], follows: _Follows) -> Iterator[list[CameraFile]]:
    """Yield the parts that follow each other, two at least; of two with one number the first."""
    distinct = sorted(dict(reversed(parts)).items())
    run = [file for _, file in distinct[:1]]
    for (number, before), (next_number, file) in itertools.pairwise(distinct):
        if not follows(before, file, next_number - number):
            if len(run) > 1:
                yield run
            run = []
        run.append(file)
    if len(run) > 1:
        yield run


def _is_next_chapter(before: CameraFile, file: CameraFile, step: int) -> bool:
    """Return whether it is the next one, or the clock says how long the missing ones are."""
    gap_s = _gap_s(before, file)
    return step == 1 if gap_s is None else gap_s <= MAX_GAP_S and (step == 1 or gap_s > 0)


def _begins_at_the_end(before: CameraFile, file: CameraFile, step: int) -> bool:
    """Return whether the times of the files say that it is the next one."""
    gap_s = _gap_s(before, file)
    if gap_s is None and before.ended_at is not None and file.ended_at is not None:
        lasted_s = (file.ended_at - before.ended_at).total_seconds()
        gap_s = None if file.duration_s is None else lasted_s - file.duration_s
    return step == 1 and gap_s is not None and abs(gap_s) <= MAX_APART_S


def _series(title: str, files: Sequence[CameraFile]) -> Series:
    gaps = tuple(itertools.starmap(_gap_s, itertools.pairwise(files)))
    return Series(
        title, tuple(file.id for file in files), gaps, tuple(file.duration_s for file in files)
    )


def _gap_s(before: CameraFile, file: CameraFile) -> float | None:
    """Return for how long nothing was recorded by the camera's clock; None if it can't be right.

    Some cameras give all parts the time of the first: then they would overlap.
    """
    if before.began_s is None or before.duration_s is None or file.began_s is None:
        return None
    gap_s = file.began_s - before.began_s - before.duration_s
    if abs(gap_s) < ROUNDING_S:
        return 0.0
    return gap_s if gap_s > 0 else None
