"""Decides how a clip is cut out of a recording: copied where that can be played, else encoded.

Pure: facts in, plan out.
"""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from interhuman.media.facts import Facts, PictureFacts, SoundFacts
from interhuman.media.picture_size import constant_rate, picture_size
from interhuman.media.plan import COPY, DROP, ENCODE, PicturePlan, Plan, SoundPlan, encoded_sound

EXTENSIONS: Final = MappingProxyType(
    {
        "mp4": ".mp4",
        "webm": ".webm",
        "ipod": ".m4a",
        "mp3": ".mp3",
        "wav": ".wav",
        "ogg": ".ogg",
    }
)
"""What the file of each muxer is called."""

DISK_FULL: Final = "The app's disk is full, so the clip can't be saved."

_MAX_PICTURE_BITS_PER_S: Final = 40_000_000
"""The quality decides; this limits what noise may take."""
_UNLIMITED_BYTES: Final = 10**12
_ENCODED_AS_LARGE_PIXELS: Final = 1920 * 1088
"""Of larger pictures the decoder alone takes most of the memory that there is."""
_PLAYED_PIXELS: Final = frozenset({"yuv420p", "yuvj420p"})
_PLAYED_10_BIT: Final = frozenset({"hevc", "av1"})
_WEB_SOUND: Final = frozenset({"opus", "vorbis", None})


def part_of(facts: Facts, start_s: float, end_s: float, *, decoded_from_s: float) -> Facts:
    """Return the facts of a part of a recording, whose times begin with it.

    `decoded_from_s` is the time of the first frame that is decoded, which may be before the part.
    """
    length_s, picture = end_s - start_s, facts.picture
    if picture is not None and picture.start_s < end_s:
        picture = replace(
            picture,
            start_s=decoded_from_s - start_s,
            end_s=min(picture.end_s - start_s, length_s),
            size_bytes=round(picture.size_bytes * _share(length_s, picture)),
        )
    else:
        picture = None
    sounds = tuple(
        replace(
            sound,
            start_s=max(0.0, sound.start_s - start_s),
            end_s=min(sound.end_s - start_s, length_s),
            size_bytes=round(sound.size_bytes * _share(length_s, sound)),
            packets=round(sound.packets * _share(length_s, sound)),
        )
        for sound in (facts.sound,)
        if sound is not None and sound.start_s < end_s and sound.end_s > start_s
    )
    return replace(
        facts,
        duration_s=length_s,
        origin_s=facts.origin_s + start_s,
        picture=picture,
        sound=next(iter(sounds), None),
        sounds=sounds,
    )


def _share(length_s: float, track: PictureFacts | SoundFacts) -> float:
    return length_s / max(track.end_s - track.start_s, length_s)


def plan_clip(part: Facts, *, at_keyframe: bool) -> Plan:
    """Return how a part is cut; `at_keyframe` says that its picture can be decoded from its start.

    What is encoded is H.264 and AAC in MP4, as large as it was up to 1080p.
    """
    sound, picture = part.sound, part.picture
    if picture is None:
        muxer = _sound_muxer(part, sound) if sound is not None else None
        copied = SoundPlan(COPY) if muxer is not None else encoded_sound(part, _UNLIMITED_BYTES)
        return Plan(muxer or "ipod", PicturePlan(DROP), copied)
    muxer = _picture_muxer(picture, sound) if at_keyframe else None
    if muxer == "webm":
        return Plan(muxer, PicturePlan(COPY), SoundPlan(COPY if sound is not None else DROP))
    copies = sound is not None and sound.codec == "aac"
    sound_plan = SoundPlan(COPY) if copies else encoded_sound(part, _UNLIMITED_BYTES)
    return Plan("mp4", PicturePlan(COPY) if muxer else _encoded(picture), sound_plan)


def _picture_muxer(picture: PictureFacts, sound: SoundFacts | None) -> str | None:
    """Return what a picture can be copied into so that it plays, None for nothing."""
    codec, is_deep = picture.codec, picture.pixel_format == "yuv420p10le"
    if picture.untimed or picture.cut:
        return None
    if picture.pixel_format not in _PLAYED_PIXELS and not (is_deep and codec in _PLAYED_10_BIT):
        return None
    is_web_sound = (sound.codec if sound is not None else None) in _WEB_SOUND
    if codec in {"vp8", "vp9"} or (codec == "av1" and sound is not None):
        return "webm" if is_web_sound else None
    return "mp4" if codec in {"h264", "hevc", "av1"} else None


def _sound_muxer(facts: Facts, sound: SoundFacts) -> str | None:
    """Return what sound alone can be copied into, None for nothing.

    FLAC can't: its header would still have the length of the whole recording.
    """
    if sound.codec in {"aac", "alac"}:
        return "ipod"
    if sound.codec == "mp3":
        return "mp3"
    if sound.codec in {"opus", "vorbis"} and facts.container in {"webm", "ogg"}:
        return facts.container
    return "wav" if (sound.codec or "").startswith("pcm_") and facts.container == "wav" else None


def _encoded(picture: PictureFacts) -> PicturePlan:
    rate = constant_rate(picture.frames_per_s)
    width, height = picture.shown_size
    if width * height > _ENCODED_AS_LARGE_PIXELS:
        width, height = picture_size(
            picture.shown_size, rate=rate, bits_per_s=_MAX_PICTURE_BITS_PER_S
        )
    return PicturePlan(
        ENCODE, _even(width), _even(height), rate, _MAX_PICTURE_BITS_PER_S, keeps_quality=True
    )


def _even(pixels: int) -> int:
    return max(2, 2 * math.ceil(pixels / 2))
