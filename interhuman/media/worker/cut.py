"""Cuts a part out of a long recording: what it has, how it is written, and when it begins.

Runs in a process of its own. Times are seconds from the recording's start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from interhuman.media.clip_plan import part_of
from interhuman.media.facts import Facts
from interhuman.media.fit_error import FitError
from interhuman.media.plan import COPY, Plan, plan, plan_encoding
from interhuman.media.worker.window import Keyframes, Window, keyframes_around


def cut_out(
    file: BinaryIO,
    whole: Facts,
    *,
    start_s: float,
    end_s: float,
    max_bytes: int,
    audio_only: bool,
    on_share: Callable[[float], None],
) -> tuple[Facts, float, Window, Plan]:
    """Return the facts of a part, when it begins, what is read for it, and how it is written.

    A picture that can be copied begins at a keyframe, up to half a second earlier or later than
    `start_s`; everything else begins exactly there.
    """
    end_s = min(end_s, whole.duration_s)
    if end_s <= start_s:
        raise FitError("failed", "The recording ends before this part.")
    if audio_only:
        # The picture isn't read at all, wherever its keyframes are.
        whole = replace(whole, picture=None)
    keyframes = Keyframes(None, None)
    if whole.picture is not None:
        keyframes = keyframes_around(file, whole, start_s, on_share=on_share)
    near_s = keyframes.near_s
    if near_s is not None and near_s < end_s:
        part = _part(whole, near_s, end_s, from_s=near_s)
        intended = plan(part, max_bytes=max_bytes, audio_only=audio_only)
        if intended.picture.action == COPY:
            return part, near_s, _window(whole, near_s, end_s, near_s), intended
    part = _part(whole, start_s, end_s, from_s=keyframes.before_s)
    intended = plan(part, max_bytes=max_bytes, audio_only=audio_only)
    if intended.picture.action == COPY:
        intended = plan_encoding(part, max_bytes=max_bytes, audio_only=audio_only)
    return part, start_s, _window(whole, start_s, end_s, keyframes.before_s), intended


def _part(whole: Facts, start_s: float, end_s: float, *, from_s: float | None) -> Facts:
    """Return the facts of a part, which is never the whole file as it is."""
    first_s = whole.picture.start_s if whole.picture is not None else start_s
    decoded_from_s = first_s if from_s is None else from_s
    part = part_of(whole, start_s, end_s, decoded_from_s=decoded_from_s)
    return replace(part, header_duration_s=None)


def _window(whole: Facts, start_s: float, end_s: float, from_s: float | None) -> Window:
    origin_s = whole.origin_s
    return Window(
        origin_s + start_s, origin_s + end_s, None if from_s is None else origin_s + from_s
    )
