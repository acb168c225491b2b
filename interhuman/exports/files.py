"""Where exports are written: a path, or a binary file that is open already."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, TextIO

Target = str | os.PathLike[str] | BinaryIO


@contextmanager
def opened(target: Target) -> Iterator[BinaryIO]:
    """Open a target for writing; a path has the file only when all of it is written.

    Raises OSError. A file that was open already stays open.
    """
    if not isinstance(target, str | os.PathLike):
        yield target
        return
    path = Path(target)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def text_in(file: IO[bytes], *, encoding: str, newline: str) -> Iterator[TextIO]:
    """Write text to a binary file, which stays open whatever happens. Raises OSError."""
    text = io.TextIOWrapper(file, encoding=encoding, newline=newline, write_through=True)
    try:
        yield text
    finally:
        text.detach()
