"""The whole of cutting a clip out of a recording, as one call for a process of its own."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from interhuman.media.clip_plan import DISK_FULL, EXTENSIONS, part_of, plan_clip
from interhuman.media.facts import Facts, SoundChoice
from interhuman.media.fit_error import FitError
from interhuman.media.plan import ENCODE, Plan
from interhuman.media.worker import opening
from interhuman.media.worker.convert import TooLargeError, convert
from interhuman.media.worker.scan import scan
from interhuman.media.worker.window import Keyframes, Window, keyframes_around

_MIN_LENGTH_S: Final = 0.1
_MAX_LENGTH_DIFFERENCE_S: Final = 0.5
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})

_Reporter = Callable[[str], Callable[[float], None]]


@dataclass(frozen=True, slots=True)
class _Cut:
    """One way to cut a clip, in seconds from the recording's start."""

    start_s: float
    end_s: float
    part: Facts
    plan: Plan
    window: Window

    @property
    def encodes_picture(self) -> bool:
        return self.plan.picture.action == ENCODE


def make_clip(
    file: BinaryIO,
    *,
    target: str,
    extension: str,
    start_s: float,
    end_s: float,
    sound: int | None,
    may_encode: bool,
    max_bytes: int,
    report: Callable[[object], None],
) -> dict[str, object]:
    """Write a part of the recording to `target` and return what was done, as JSON.

    `sound` is the track of sound, None for the first. The result is {"start_s", "end_s",
    "encoded", "extension"}, or {"reason", "sentence"} of a `FitError`, or {"must_encode": True}
    where the picture can't be copied and may not be encoded.
    """

    def reporter(phase: str) -> Callable[[float], None]:
        return lambda share: report({"phase": phase, "share": round(share, 4)})

    try:
        facts = _with_sound(scan(file, extension, on_share=reporter("reading")), sound)
        path = Path(target)
        for cut in _ways(file, facts, start_s, min(end_s, facts.duration_s), reporter):
            if cut.encodes_picture and not may_encode:
                return {"must_encode": True}
            if _carry_out(cut, file, path, max_bytes=max_bytes, reporter=reporter):
                return {
                    "start_s": cut.start_s,
                    "end_s": cut.end_s,
                    "encoded": cut.encodes_picture,
                    "extension": EXTENSIONS[cut.plan.muxer],
                }
        raise FitError("failed", "The clip can't be saved: the recording is damaged here.")
    except FitError as refused:
        return {"reason": refused.reason, "sentence": str(refused)}


def _with_sound(facts: Facts, track: int | None) -> Facts:
    """Return the facts with all channels of a track; another recording may not have that track."""
    if track is not None:
        with contextlib.suppress(ValueError):
            return facts.choosing(SoundChoice(track))
    return facts


def _ways(
    file: BinaryIO, facts: Facts, start_s: float, end_s: float, reporter: _Reporter
) -> list[_Cut]:
    """Return the ways to cut, the best first: from a keyframe near the start, or exactly."""
    start_s = max(0.0, start_s)
    if end_s - start_s < _MIN_LENGTH_S:
        raise FitError("failed", "The clip can't be saved: the recording ends before it.")
    keyframes = Keyframes(None, None)
    if facts.picture is not None:
        keyframes = keyframes_around(file, facts, start_s, on_share=reporter("searching"))
    exact = _cut(facts, start_s, end_s, from_s=keyframes.before_s, at_keyframe=False)
    if keyframes.near_s is None or keyframes.near_s >= end_s - _MIN_LENGTH_S:
        return [exact]
    near = _cut(facts, keyframes.near_s, end_s, from_s=keyframes.near_s, at_keyframe=True)
    return [exact] if near.encodes_picture else [near, exact]


def _cut(
    facts: Facts, start_s: float, end_s: float, *, from_s: float | None, at_keyframe: bool
) -> _Cut:
    first_s = facts.picture.start_s if facts.picture is not None else start_s
    decoded_from_s = first_s if from_s is None else from_s
    part = part_of(facts, start_s, end_s, decoded_from_s=decoded_from_s)
    plan, origin_s = plan_clip(part, at_keyframe=at_keyframe), facts.origin_s
    picture_from_s = None if from_s is None else origin_s + from_s
    window = Window(origin_s + start_s, origin_s + end_s, picture_from_s)
    return _Cut(start_s, end_s, part, plan, window)


def _carry_out(
    cut: _Cut, file: BinaryIO, path: Path, *, max_bytes: int, reporter: _Reporter
) -> bool:
    """Write the file; return whether it has all that it should have."""
    try:
        convert(
            file,
            path,
            cut.part,
            cut.plan,
            max_bytes=max_bytes,
            on_share=reporter("converting"),
            window=cut.window,
        )
        with path.open("rb") as written:
            extension = EXTENSIONS[cut.plan.muxer]
            after = scan(written, extension, on_share=reporter("checking"))
    except TooLargeError:
        raise FitError("too_long", "The clip is too large to be saved.") from None
    except FitError:
        return False
    except MemoryError:
        raise
    except opening.UNREADABLE as error:
        if getattr(error, "errno", None) in _FULL:
            raise FitError("disk_full", DISK_FULL) from None
        return False
    kept = (cut.part.picture is None or after.picture is not None) and (
        cut.part.sound is None or after.sound is not None
    )
    length_s = max(t.end_s for t in (cut.part.picture, cut.part.sound) if t is not None)
    written_s = after.header_duration_s or after.duration_s
    return kept and abs(written_s - length_s) <= _MAX_LENGTH_DIFFERENCE_S
