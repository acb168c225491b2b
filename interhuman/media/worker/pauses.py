"""Finds the quietest half second in every second of a recording's sound.

Runs in a process of its own. It keeps three characters for a second, whatever the sound is.
"""

from __future__ import annotations

from collections import deque
from math import inf, log10
from typing import Final

PIECES_PER_S: Final = 10
_PIECES: Final = 5
"""How many tenths of a second a pause lasts."""
_SILENT_DB: Final = -127.0


class PauseMeter:
    """Takes the level of every tenth of a second, one after another."""

    def __init__(self) -> None:
        self._powers = deque[float](maxlen=_PIECES)
        self._seconds = bytearray()
        self._number = 0
        self._best: tuple[float, int] = (inf, 0)

    def add(self, level_db: float) -> None:
        """Note the level of the next tenth of a second, in decibels of full scale."""
        self._powers.append(10 ** (max(level_db, _SILENT_DB) / 10))
        self._number += 1
        first = self._number - _PIECES
        if first < 0:
            return
        self._best = min(self._best, (sum(self._powers) / _PIECES, first % PIECES_PER_S))
        if first % PIECES_PER_S == PIECES_PER_S - 1:
            self._end_second()

    def pauses(self) -> str:
        """Return what `media.cutting` reads: three digits for each second; call it at the end."""
        if self._best[0] < inf:
            self._end_second()
        return self._seconds.decode("ascii")

    def _end_second(self) -> None:
        power, tenths = self._best
        half_decibels = min(255, max(0, round(-20 * log10(power))))
        self._seconds += f"{half_decibels:02x}{tenths}".encode("ascii")
        self._best = (inf, 0)
