"""Makes one recording of a camera's parts, for whoever asks for that on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from interhuman.errors import InterhumanConfigError
from interhuman.media.camera_parts import MAX_FILES, CameraFile, Series, series_in
from interhuman.media.fit_error import FitError
from interhuman.media.joining import EXTENSION, Joined, can_join, join
from interhuman.media.probe import probe
from interhuman.text import displayable, safe_stem

NO_PARTS: Final = (
    f"None of these files look like parts of one recording of at most {MAX_FILES} files. Without "
    "--join, each is analyzed by itself."
)
CONVERTS_NOT: Final = "--join needs conversion, which is off here (INTERHUMAN_CONVERT)."
FOLDER: Final = "joined"


def join_parts(files: Sequence[Path], folder: Path) -> dict[Path, Joined | None]:
    """Return the recordings that these files are, those that were joined with their files.

    What is joined is written to `folder`, where its times can be looked up. Raises
    InterhumanConfigError where nothing can be joined: then nothing is to be sent either.
    """
    files = [path for path in files if path.resolve().parent != folder.resolve()]
    cameras = [_camera_file(str(place), path) for place, path in enumerate(files)]
    found = series_in(one for one in cameras if one.duration_s and can_join(one.form))
    if not found:
        raise InterhumanConfigError(NO_PARTS)
    joined: dict[str, tuple[Path, Joined]] = {}
    for number, series in enumerate(found):
        path = folder / f"{safe_stem(series.title)}{f' {number + 1}' if number else ''}{EXTENSION}"
        parts = [files[int(id)] for id in series.ids]
        joined[series.ids[0]] = path, _join(series, parts, path)
    later = {id for series in found for id in series.ids[1:]}
    recordings: dict[Path, Joined | None] = {}
    for place, file in enumerate(files):
        if str(place) in joined:
            recordings.update([joined[str(place)]])
        elif str(place) not in later:
            recordings[file] = None
    return recordings


def _join(series: Series, parts: Sequence[Path], target: Path) -> Joined:
    target.parent.mkdir(parents=True, exist_ok=True)
    named = [(path.name, path) for path in parts]
    try:
        return join(named, target, starts_s=series.starts_s, is_timed=series.is_timed)
    except FitError as problem:
        raise InterhumanConfigError(f"{displayable(series.title)}: {problem}") from None


def _camera_file(id: str, path: Path) -> CameraFile:
    header = probe(path, path.name)
    ended_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return CameraFile.of(id, path.name, header, ended_at)
