"""Which recordings the arguments name: files, folders and patterns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from interhuman.errors import InterhumanConfigError
from interhuman.media.converted import CONVERTED_AUDIO, CONVERTED_VIDEO
from interhuman.settings import AUDIO_EXTENSIONS, VIDEO_EXTENSIONS

EXTENSIONS: Final = frozenset(
    {*VIDEO_EXTENSIONS, *AUDIO_EXTENSIONS, *CONVERTED_VIDEO, *CONVERTED_AUDIO}
)


def find_recordings(named: Iterable[str]) -> tuple[Path, ...]:
    """Return the files that are named, each once, those of a folder or pattern by name.

    A folder stands for the recordings in it and below, by their extensions; a file that is named
    is taken whatever it is called.

    Raises InterhumanConfigError for what isn't there, and for a folder without recordings.
    """
    found: dict[Path, Path] = {}
    for text in named:
        paths = list(_named(text))
        if not paths:
            raise InterhumanConfigError(f"There's no recording at {text}.")
        for path in paths:
            found.setdefault(path.resolve(), path)
    return tuple(found.values())


def _named(text: str) -> Iterator[Path]:
    path = Path(text).expanduser()
    if path.is_dir():
        yield from _in_folder(path)
    elif path.is_file():
        yield path
    else:
        for match in sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor)))):
            yield from _in_folder(match) if match.is_dir() else (match,)


def _in_folder(folder: Path) -> Iterator[Path]:
    """Yield the recordings below a folder, without hidden ones: macOS keeps `._` files there."""
    for path in sorted(folder.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in EXTENSIONS and path.is_file() and not is_hidden:
            yield path
