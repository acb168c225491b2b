"""Ctrl-C and termination: the first one asks to stop, the second one ends at once."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Final, Self

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Takes the signals that end a process while its `with` lasts; use it in the main thread.

    The first sets `is_wanted`, each further one raises KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.is_wanted = False

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._take) for number in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self.is_wanted:
            raise KeyboardInterrupt
        self.is_wanted = True
