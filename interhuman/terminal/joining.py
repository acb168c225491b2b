"""Makes one recording of a camera's parts, for whoever asks for that on the command line."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from interhuman.errors import InterhumanConfigError
from interhuman.formats import count
from interhuman.library.recordings_folder import digest_of
from interhuman.media.camera_parts import MAX_FILES, CameraFile, Series, series_in
from interhuman.media.fit_error import FitError
from interhuman.media.joining import EXTENSION, Joined, can_join, join
from interhuman.media.probe import probe
from interhuman.media.progress import never
from interhuman.text import displayable, safe_stem

NO_PARTS: Final = (
    "None of these files look like parts of one recording. Without --join, each is analyzed by "
    "itself."
)
TOO_MANY: Final = (
    f"These files have more than {MAX_FILES} parts of one recording, which is what can be joined. "
    "Name fewer of them, or leave out --join."
)
CONVERTS_NOT: Final = "--join needs conversion, which is off here (INTERHUMAN_CONVERT)."
FOLDER: Final = "joined"


def join_parts(
    files: Sequence[Path], folder: Path, *, cancelled: Callable[[], bool] = never
) -> dict[Path, Joined | None]:
    """Return the recordings that these files are, those that were joined with their files.

    What is joined is written below `folder`, where its times can be looked up, and taken from
    there the next time. Raises InterhumanConfigError where nothing can be joined: then nothing is
    to be sent either. Raises KeyboardInterrupt when it's `cancelled`, and OSError.
    """
    files = [path for path in files if folder.resolve() not in path.resolve().parents]
    cameras = [_camera_file(str(place), path) for place, path in enumerate(files)]
    can_be = [one for one in cameras if one.duration_s and can_join(one.form)]
    found = series_in(can_be, max_files=len(can_be))
    if not found:
        raise InterhumanConfigError(NO_PARTS)
    if any(len(series.ids) > MAX_FILES for series in found):
        raise InterhumanConfigError(TOO_MANY)
    joined: dict[str, tuple[Path, Joined]] = {}
    for series in found:
        parts = [files[int(id)] for id in series.ids]
        joined[series.ids[0]] = _join(series, parts, folder, cancelled)
    later = {id for series in found for id in series.ids[1:]}
    recordings: dict[Path, Joined | None] = {}
    for place, file in enumerate(files):
        if str(place) in joined:
            recordings.update([joined[str(place)]])
        elif str(place) not in later:
            recordings[file] = None
    return recordings


def _join(
    series: Series, parts: Sequence[Path], folder: Path, cancelled: Callable[[], bool]
) -> tuple[Path, Joined]:
    """Return the file of a series and what it was joined from, as before if that is there."""
    title = displayable(series.title)
    target = folder / _digest(series, parts) / f"{safe_stem(series.title)}{EXTENSION}"
    known = _read(target.with_suffix(".json")) if target.is_file() else None
    if known is not None:
        return target, known
    target.parent.mkdir(parents=True, exist_ok=True)
    print(f"Joining {count(len(parts), 'file')}: {title}", file=sys.stderr)
    try:
        joined = join(
            [(path.name, path) for path in parts],
            target,
            starts_s=series.starts_s,
            is_timed=series.is_timed,
            cancelled=cancelled,
        )
    except FitError as problem:
        if problem.reason == "cancelled":
            raise KeyboardInterrupt from None
        raise InterhumanConfigError(f"{title}: {problem}") from None
    target.with_suffix(".json").write_text(json.dumps(joined.to_json()), encoding="utf-8")
    return target, joined


def _digest(series: Series, parts: Sequence[Path]) -> str:
    """Return what the folder of a series is called, which no other files and places have."""
    files = [(path.name, digest_of(path)) for path in parts]
    facts = json.dumps([files, series.starts_s, series.is_timed])
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def _read(path: Path) -> Joined | None:
    """Return what an earlier command joined; None where that is unknown."""
    try:
        return Joined.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _camera_file(id: str, path: Path) -> CameraFile:
    header = probe(path, path.name)
    ended_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return CameraFile.of(id, path.name, header, ended_at)
