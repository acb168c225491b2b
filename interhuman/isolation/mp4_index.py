"""Compares what the index of an MP4 or MOV claims with the size of the file.

A sample table of a few bytes can claim millions of samples, and a reader that believes it
allocates dozens of bytes for each. Every real sample has at least a byte in the file. The
boxes are those of ISO/IEC 14496-12; QuickTime's are the same.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

_CONTAINERS: Final = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"edts"}
)
_RUN_LENGTHS: Final = frozenset({b"stts", b"ctts"})
_MAX_BOXES: Final = 100_000
_MAX_ENTRIES_READ: Final = 1_000_000


def claims_too_much(file: BinaryIO) -> bool:
    """Return whether the index claims more samples or bytes than the file can hold.

    Reads box headers and run lengths only, from the file's start. A file that is no MP4, or
    is damaged, claims nothing.
    """
    size_bytes = file.seek(0, os.SEEK_END)
    claimed_bytes = claimed_samples = 0
    for boxes_read, (kind, first, end) in enumerate(_boxes(file, 0, size_bytes), 1):
        if boxes_read > _MAX_BOXES:
            return True
        file.seek(first)
        if kind == b"stsz":
            sample_bytes, samples = _numbers(file, 2, after=4)
            claimed_bytes += max(1, sample_bytes) * samples
        elif kind == b"stz2":
            claimed_bytes += _numbers(file, 2, after=4)[1]
        elif kind == b"trun":
            claimed_samples += _numbers(file, 1, after=4)[0]
        elif kind in _RUN_LENGTHS and _samples_in_runs(file, end) > size_bytes:
            return True
        if max(claimed_bytes, claimed_samples) > size_bytes:
            return True
    return False


def _boxes(
    file: BinaryIO, first: int, end: int, depth: int = 0
) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start of its content, end) of every box that contains no further boxes."""
    at = first
    while at + 8 <= end:
        file.seek(at)
        header = file.read(16)
        length, kind, content = int.from_bytes(header[:4], "big"), header[4:8], at + 8
        if length == 1:
            length, content = int.from_bytes(header[8:16], "big"), at + 16
        box_end = end if length == 0 else at + length
        if box_end < content:
            return
        if kind in _CONTAINERS and depth < 10:
            yield from _boxes(file, content, min(box_end, end), depth + 1)
        else:
            yield kind, content, min(box_end, end)
        at = box_end


def _numbers(file: BinaryIO, count: int, *, after: int) -> tuple[int, ...]:
    """Return the 32-bit numbers `after` so many bytes; 0 where the file ends."""
    data = file.read(after + 4 * count)[after:]
    return struct.unpack(f">{count}I", data.ljust(4 * count, b"\0"))


def _samples_in_runs(file: BinaryIO, end: int) -> int:
    """Return how many samples a table of (count, value) pairs claims."""
    entries = _numbers(file, 1, after=4)[0]
    entries_in_box = max(0, end - file.tell()) // 8
    table = file.read(8 * min(entries, entries_in_box, _MAX_ENTRIES_READ))
    table = table[: len(table) // 8 * 8]
    return sum(count for count, _ in struct.iter_unpack(">II", table))
