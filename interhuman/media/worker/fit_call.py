"""The whole of making a recording fit, as one call for a process of its own."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from interhuman.media.facts import Facts, SoundChoice
from interhuman.media.fit_error import FitError
from interhuman.media.plan import (
    COPY,
    DROP,
    ENCODE,
    MAX_SHARE,
    Plan,
    corrected,
    plan,
    plan_encoding,
)
from interhuman.media.worker import opening
from interhuman.media.worker.convert import TooLargeError, convert
from interhuman.media.worker.cut import cut_out
from interhuman.media.worker.scan import scan
from interhuman.media.worker.tracks import FINEST_QUANTIZER
from interhuman.media.worker.window import Window

_MIN_SHARE: Final = 0.85
_MAX_LENGTH_DIFFERENCE_S: Final = 0.5
"""More comes from damage alone; signals would stand at the wrong times."""
_MAX_ATTEMPTS: Final = 4
_MAX_UPWARD_ATTEMPTS: Final = 2
"""A file that is smaller than it might be is good enough after these."""
_FINE_QUANTIZER_STEPS: Final = 3
"""How far the mean may be from the finest, whose B-frames are coarser by two."""


def make_fit(
    file: BinaryIO,
    *,
    target: str,
    extension: str,
    max_bytes: int,
    audio_only: bool,
    sound: dict[str, Any] | None,
    part: dict[str, float] | None = None,
    facts: dict[str, Any] | None = None,
    report: Callable[[object], None],
) -> dict[str, Any]:
    """Write `target` and return what was done, as JSON; nothing is written for "unchanged".

    With a `part`, {"start_s", "end_s"}, that alone is written; `facts` are those of the whole, if
    it was scanned before. The result is {"action", "before", "after", "start_s"} with "unchanged",
    "remuxed" or "encoded", two `Facts` and when what was written begins, or {"reason", "sentence"}
    of a `FitError`.
    """

    def reporter(phase: str) -> Callable[[float], None]:
        return lambda share: report({"phase": phase, "share": round(share, 4)})

    try:
        if facts is None:
            read = scan(file, extension, on_share=reporter("reading"))
        else:
            read = Facts.from_json(facts)
        whole = read.choosing(SoundChoice(**sound) if sound is not None else None)
        if part is None:
            before, start_s, window = whole, 0.0, None
            intended = plan(before, max_bytes=max_bytes, audio_only=audio_only)
        else:
            before, start_s, window, intended = cut_out(
                file,
                whole,
                **part,
                max_bytes=max_bytes,
                audio_only=audio_only,
                on_share=reporter("searching"),
            )
        if intended.unchanged:
            return _result("unchanged", before, before, intended, start_s)
        path = Path(target)
        carried_out = _convert(
            file, path, before, intended, window, max_bytes=max_bytes, reporter=reporter
        )
        with path.open("rb") as written:
            after = scan(written, path.suffix, on_share=reporter("checking"))
        _check(before, after, carried_out)
        action = "encoded" if carried_out.encodes else "remuxed"
        return _result(action, before, after, carried_out, start_s)
    except FitError as refused:
        return {"reason": refused.reason, "sentence": str(refused)}
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        return {
            "reason": "disk_full",
            "sentence": "The app's disk is full, so the recording can't be converted.",
        }


def _check(before: Facts, after: Facts, carried_out: Plan) -> None:
    """Refuse what came out without a track or with another length: it must not be sent."""
    lost = (carried_out.picture.action != DROP and after.picture is None) or (
        carried_out.sound.action != DROP and after.sound is None
    )
    kept = (before.picture, before.sound) if carried_out.picture.action != DROP else (before.sound,)
    wanted_s = max(track.end_s for track in kept if track is not None)
    if lost or abs(after.duration_s - wanted_s) > _MAX_LENGTH_DIFFERENCE_S:
        raise FitError("failed", "It can't be converted: too much of it is damaged.")


def _result(
    action: str, before: Facts, after: Facts, carried_out: Plan, start_s: float
) -> dict[str, object]:
    return {
        "action": action,
        "picture": carried_out.picture.action,
        "sound": carried_out.sound.action,
        "before": before.to_json(),
        "after": after.to_json(),
        "start_s": start_s,
    }


def _convert(
    file: BinaryIO,
    target: Path,
    facts: Facts,
    intended: Plan,
    window: Window | None,
    *,
    max_bytes: int,
    reporter: Callable[[str], Callable[[float], None]],
) -> Plan:
    """Convert, again with another bitrate where the first missed the size that was aimed at.

    The encoder keeps to a bitrate within a few percent over minutes; a short or uneven recording
    can miss it. Returns the plan that led to the file.
    """
    for attempt in range(1, _MAX_ATTEMPTS + 1):
        phase = reporter("converting" if attempt == 1 else "converting again")
        try:
            size_bytes, is_best = _attempt(
                file, target, facts, intended, window, max_bytes=max_bytes, on_share=phase
            )
        except MemoryError:
            raise
        except opening.UNREADABLE as error:
            # No muxer takes a damaged packet; a decoder passes over it.
            is_full = getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}
            if is_full or COPY not in {intended.picture.action, intended.sound.action}:
                raise
            facts = replace(facts, damaged=True)
            audio_only = intended.picture.action == DROP
            intended = plan_encoding(facts, max_bytes=max_bytes, audio_only=audio_only)
            continue
        if size_bytes <= MAX_SHARE * max_bytes and (
            size_bytes >= _MIN_SHARE * max_bytes or is_best or attempt >= _MAX_UPWARD_ATTEMPTS
        ):
            return intended
        if intended.encodes:
            intended = corrected(intended, facts, size_bytes=size_bytes, max_bytes=max_bytes)
        else:
            intended = plan_encoding(
                facts, max_bytes=max_bytes, audio_only=intended.picture.action == DROP
            )
    raise FitError(
        "too_long",
        "It doesn't fit, even at the lowest usable quality. Cut it into parts.",
    )


def _attempt(
    file: BinaryIO,
    target: Path,
    facts: Facts,
    intended: Plan,
    window: Window | None,
    *,
    max_bytes: int,
    on_share: Callable[[float], None],
) -> tuple[float, bool]:
    """Return the size in bytes that the plan leads to, and whether it can't be better."""
    limit_bytes = round(MAX_SHARE * max_bytes)
    try:
        quantizer = convert(
            file,
            target,
            facts,
            intended,
            max_bytes=limit_bytes,
            on_share=on_share,
            window=window,
        )
    except TooLargeError as error:
        return limit_bytes / error.share, False
    is_best = (
        intended.picture.action != ENCODE
        or intended.picture.keeps_quality
        or quantizer <= FINEST_QUANTIZER + _FINE_QUANTIZER_STEPS
    )
    return target.stat().st_size, is_best
