"""Runs what may encode a recording in a process of its own, with its failures for a person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from interhuman import isolation
from interhuman.media.fit_error import STOPPED, FitError
from interhuman.media.progress import MediaProgress, ProgressClock
from interhuman.media.turns import Turns

log = logging.getLogger(__name__)

TURNS: Final = Turns()
"""On two processors, two encoders would be no faster than one and take twice the memory."""

_MIB: Final = 1024**2
_MAX_RESIDENT_BYTES: Final = 420 * _MIB
"""Recordings up to 1080p stay below 150 MiB, 4K of 8 bits below 210. Of 4K with 10 bits, as phones
record it, a decoder alone holds five or six pictures of 30 MB, by the format's own rules: 290 to
340 MiB in all. What takes still more is refused.
"""
_RESERVED_BYTES: Final = 900 * _MIB
"""A dozen threads reserve a stack and a heap each and use little of them."""
_WALL_S: Final = 3600.0
_CPU_S: Final = 2 * 3600
_STALLED_AFTER_S: Final = 90.0
_TOO_DEMANDING: Final = (
    "{} it takes more {} than this app allows. Export it at 1080p or less, as MP4 with H.264 video."
)


def run_limited(
    function: str,
    file: BinaryIO,
    arguments: Mapping[str, object],
    *,
    file_bytes: int,
    doing: str,
    failed: str,
    on_progress: Callable[[MediaProgress], None],
    cancelled: Callable[[], bool] | None,
) -> object:
    """Return what `function` says; it may write files of `file_bytes` at most.

    `doing` names the work in errors, such as "Converting"; `failed` is the error for a recording
    that it can't be done with. Raises `FitError`, and `CancelledError` of `isolation`.
    """
    limits = isolation.Limits(
        _RESERVED_BYTES,
        _CPU_S,
        _WALL_S,
        file_bytes=file_bytes,
        resident_bytes=_MAX_RESIDENT_BYTES,
    )
    clock = ProgressClock()
    try:
        return isolation.run(
            function,
            file,
            arguments,
            limits=limits,
            on_report=lambda report: on_progress(clock.at(report)),
            cancelled=cancelled,
            stalled_after_s=_STALLED_AFTER_S,
            low_priority=True,
        )
    except isolation.OutOfMemoryError:
        raise FitError("too_demanding", _TOO_DEMANDING.format(doing, "memory")) from None
    except isolation.OutOfTimeError:
        raise FitError("too_demanding", _TOO_DEMANDING.format(doing, "time")) from None
    except isolation.KilledError:
        raise FitError("failed", STOPPED.format(doing)) from None
    except (isolation.CrashedError, isolation.RaisedError) as fault:
        log.warning("%s a recording failed: %s", doing, fault)
        raise FitError("failed", failed) from None
