"""Where the outermost boxes of an MP4 or MOV lie, as ISO/IEC 14496-12 has them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, Final

_FIRST: Final = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
_MAX_BOXES: Final = 100


def index_comes_first(file: BinaryIO) -> bool:
    """Return whether a reader of an MP4 meets its one index before its content.

    True of any other file.
    """
    kinds = [kind for kind, _ in _boxes(file)]
    if not kinds:
        return True
    if b"moof" in kinds:
        return False
    return b"moov" in kinds and (
        b"mdat" not in kinds or kinds.index(b"moov") < kinds.index(b"mdat")
    )


def is_cut_off(file: BinaryIO) -> bool:
    """Return whether an MP4 ends before its content does; False of any other file."""
    size_bytes = file.seek(0, os.SEEK_END)
    boxes = list(_boxes(file))
    kinds = {kind for kind, _ in boxes}
    return any(end > size_bytes for _, end in boxes) or (
        b"moov" in kinds and not kinds & {b"mdat", b"moof"}
    )


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the type of each box, and where it says that it ends; nothing of another file."""
    at, size_bytes = 0, file.seek(0, os.SEEK_END)
    for number in range(_MAX_BOXES):
        file.seek(at)
        header = file.read(16)
        kind, length = header[4:8], int.from_bytes(header[:4], "big")
        if len(header) < 8 or (number == 0 and kind not in _FIRST):
            return
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        at = size_bytes if length == 0 else at + length
        yield kind, at
        if 0 < length < 8:
            return
