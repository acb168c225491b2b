"""A recording as whoever calls has it, turned into a file that another process can read."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import BinaryIO

Source = bytes | BinaryIO | str | os.PathLike[str]
"""The content, a seekable binary file (read from its start, left where it was), or a path."""


@contextlib.contextmanager
def as_file(source: Source) -> Iterator[BinaryIO]:
    """Yield a real file with the content of `source`; a copy of it is gone afterwards.

    Only a path that cannot be opened raises (OSError), and a copy for which there is no room.
    """
    if isinstance(source, (str, os.PathLike)):
        with Path(source).open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as copy:
        if isinstance(source, bytes):
            copy.write(source)
        else:
            position = source.tell()
            source.seek(0)
            shutil.copyfileobj(source, copy)
            source.seek(position)
        yield copy


def extension_of(source: Source, filename: str) -> str:
    """Return the extension of a path or else of `filename`, and nothing else of the name.

    Everyone on the machine can read the arguments of a process.
    """
    name = os.fspath(source) if isinstance(source, (str, os.PathLike)) else filename
    return PurePath(name).suffix.lower()[:10]
