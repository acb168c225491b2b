"""Files that a camera made of one recording, told by their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

_GOPRO: Final = re.compile(
    r"(?P<codec>G[HXLPS])(?P<chapter>\d{2})(?P<video>\d{4})(?P<end>\.[A-Za-z0-9]+)"
)
"""GX010042.MP4: chapter 1 of video 42. H is H.264, X is HEVC, P of cameras up to the HERO5.

https://community.gopro.com/s/article/GoPro-Camera-File-Naming-Convention
"""

_GOPRO_FIRST: Final = re.compile(r"GOPR(?P<video>\d{4})(?P<end>\.[A-Za-z0-9]+)")
"""GOPR0042.MP4: the beginning of video 42, which GP010042.MP4 follows."""


def group_camera_files(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the names that are parts of one recording, each group in playing order.

    Only names that follow each other without a gap are together, two at least; a name that is
    given twice is in no group. The groups come in the order of their first names.
    """
    parts: dict[tuple[str, str, str, str], dict[int, list[str]]] = defaultdict(dict)
    for name in names:
        found = _part_of(name)
        if found is not None:
            recording, chapter = found
            parts[recording].setdefault(chapter, []).append(name)
    groups = [run for chapters in parts.values() for run in _runs(chapters)]
    return tuple(sorted(groups, key=lambda group: names.index(group[0])))


def _part_of(name: str) -> tuple[tuple[str, str, str, str], int] | None:
    """Return which recording a file is of, and which part of it."""
    path = PurePath(name)
    folder, base = str(path.parent), path.name.upper()
    first = _GOPRO_FIRST.fullmatch(base)
    if first is not None:
        return (folder, "GP", first["video"], first["end"]), 0
    found = _GOPRO.fullmatch(base)
    if found is None:
        return None
    return (folder, found["codec"], found["video"], found["end"]), int(found["chapter"])


def _runs(chapters: dict[int, list[str]]) -> list[tuple[str, ...]]:
    """Return the runs of two and more chapters that follow each other."""
    runs: list[list[str]] = []
    last = None
    for chapter in sorted(chapters):
        if len(chapters[chapter]) > 1:
            last = None
            continue
        if last is None or chapter != last + 1:
            runs.append([])
        runs[-1] += chapters[chapter]
        last = chapter
    return [tuple(run) for run in runs if len(run) > 1]
