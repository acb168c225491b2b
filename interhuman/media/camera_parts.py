"""Finds recordings that are parts of one: a camera begins a new file every few minutes.

GoPro names them: ``GX010042.MP4`` and ``GX020042.MP4`` are the first and second part of recording
0042, as are ``GOPR0042.MP4`` and ``GP010042.MP4`` of older models (GoPro's file naming convention).
Other cameras count their files: those are parts of one where each begins when the one before it
ends, by the times of the files.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final

MAX_GAP: Final = timedelta(seconds=3)
"""How far a part may begin from the end of the one before it, where only times tell; the times of
some disks are two seconds apart."""

_CHAPTER: Final = re.compile(r"(?P<kind>G[HXL])(?P<part>\d\d)(?P<number>\d{4})", re.IGNORECASE)
_OLD_FIRST: Final = re.compile(r"GOPR(?P<number>\d{4})", re.IGNORECASE)
_OLD_NEXT: Final = re.compile(r"GP(?P<part>\d\d)(?P<number>\d{4})", re.IGNORECASE)
_COUNTED: Final = re.compile(r"(?P<stem>.*?)(?P<part>\d+)(?P<rest>\D*)")


@dataclass(frozen=True, slots=True)
class CameraFile:
    """A recording as far as its file tells."""

    id: str
    name: str
    duration_s: float | None
    ended_at: datetime | None
    """When its file was last changed, which a camera does at its end."""


@dataclass(frozen=True, slots=True)
class Series:
    """Recordings that look like the parts of one, in order."""

    title: str
    ids: tuple[str, ...]
    gaps_s: tuple[float | None, ...]
    """Between each part and the next in seconds; None where the files' times don't tell."""


def series_in(files: Sequence[CameraFile]) -> list[Series]:
    """Return the recordings among `files` that look like parts of one, each in one series."""
    named: dict[tuple[str, str], list[tuple[int, CameraFile]]] = {}
    counted = []
    for file in files:
        place = _chapter(file.name)
        if place is None:
            counted.append(file)
        else:
            named.setdefault(place[0], []).append((place[1], file))
    found = []
    for (title, _), parts in named.items():
        found += [_series(title, run) for run in _runs(parts)]
    return [*found, *_by_time(counted)]


def _chapter(name: str) -> tuple[tuple[str, str], int] | None:
    """Return of which recording a GoPro's file is a part, and which part; None for others."""
    path = PurePath(name)
    extension = path.suffix.lower()
    if match := _CHAPTER.fullmatch(path.stem):
        return (f"{match['kind'].upper()}{match['number']}", extension), int(match["part"])
    if match := _OLD_FIRST.fullmatch(path.stem):
        return (f"GOPR{match['number']}", extension), 0
    if match := _OLD_NEXT.fullmatch(path.stem):
        return (f"GOPR{match['number']}", extension), int(match["part"])
    return None


def _runs(parts: Sequence[tuple[int, CameraFile]]) -> Iterator[list[CameraFile]]:
    """Yield the parts whose numbers follow each other, two at least."""
    distinct = sorted(dict(reversed(parts)).items())
    for _, run in itertools.groupby(enumerate(distinct), lambda each: each[1][0] - each[0]):
        files = [file for _, (_, file) in run]
        if len(files) > 1:
            yield files


def _by_time(files: Sequence[CameraFile]) -> Iterator[Series]:
    """Yield the files of a camera that counts them, each of which begins where another ends."""
    groups: dict[tuple[str, str], list[tuple[int, CameraFile]]] = {}
    for file in files:
        path = PurePath(file.name)
        match = _COUNTED.fullmatch(path.stem)
        if match is not None and file.ended_at is not None and file.duration_s is not None:
            kind = (f"{match['stem']}#{match['rest']}", path.suffix.lower())
            groups.setdefault(kind, []).append((int(match["part"]), file))
    for parts in groups.values():
        for run in _runs(parts):
            yield from _consecutive(run)


def _consecutive(files: Sequence[CameraFile]) -> Iterator[Series]:
    run = list(files[:1])
    for file in files[1:]:
        gap_s = _gap_s(run[-1], file)
        if gap_s is not None and abs(gap_s) <= MAX_GAP.total_seconds():
            run.append(file)
            continue
        if len(run) > 1:
            yield _series(PurePath(run[0].name).stem, run)
        run = [file]
    if len(run) > 1:
        yield _series(PurePath(run[0].name).stem, run)


def _series(title: str, files: Sequence[CameraFile]) -> Series:
    gaps = tuple(itertools.starmap(_gap_s, itertools.pairwise(files)))
    return Series(title, tuple(file.id for file in files), gaps)


def _gap_s(one: CameraFile, following: CameraFile) -> float | None:
    if one.ended_at is None or following.ended_at is None or following.duration_s is None:
        return None
    began_at = following.ended_at - timedelta(seconds=following.duration_s)
    return (began_at - one.ended_at).total_seconds()
