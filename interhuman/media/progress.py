"""How far the work on a recording is, as a process reports it and as a person sees it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

PHASES = (
    "waiting",
    "reading",
    "searching",
    "measuring",
    "converting",
    "converting again",
    "checking",
)


@dataclass(frozen=True, slots=True)
class MediaProgress:
    """How far it is."""

    phase: str
    """One of `PHASES`."""
    share: float
    """How much of the phase is done, 0 to 1."""
    remaining_s: float | None = None
    """How long the phase will still take, None where that can't be said yet."""
    waiting_for: int = 0
    """How many other recordings are converted first, in the phase "waiting"."""


class ProgressClock:
    """Turns what a process reports into a progress with the time that remains."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._phase = ""
        self._began_s = 0.0

    def at(self, report: object) -> MediaProgress:
        """Return the progress; a report of another form is one of nothing done."""
        match report:
            case {"phase": str(phase), "share": int() | float() as share} if phase in PHASES:
                share = min(max(float(share), 0.0), 1.0)
            case _:
                phase, share = PHASES[1], 0.0
        if phase != self._phase:
            self._phase, self._began_s = phase, self._now()
        running_s = self._now() - self._began_s
        known = share > 0.02 and running_s > 1.0
        return MediaProgress(phase, share, running_s * (1 - share) / share if known else None)


def ignore(_: MediaProgress) -> None:
    """Do nothing: what is called where nobody asked for the progress."""


def never() -> bool:
    """Return False: what is asked where nobody can cancel."""
    return False
