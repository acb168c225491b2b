"""Decides what becomes of a recording: left alone, copied into another container, or encoded.

Pure: facts in, plan out. Speech comes first: sound has at least 64 kbit/s, and what the picture
gets is what remains.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from interhuman.formats import clock
from interhuman.media.copyable import (
    is_good_aac,
    is_good_h264,
    is_good_webm,
    needs_nothing,
    sound_needs_nothing,
)
from interhuman.media.facts import Facts, PictureFacts, SoundFacts
from interhuman.media.fit_error import FitError
from interhuman.media.picture_size import (
    MAX_PIXELS,
    MIN_SIDE,
    constant_rate,
    picture_size,
)

COPY: Final = "copy"
ENCODE: Final = "encode"
DROP: Final = "drop"

AIMED_SHARE: Final = 0.94
"""How much of the limit an encoding aims at, so that it lands between 85 % and 99 %."""
MAX_SHARE: Final = 0.99

MIN_SOUND_BITS_PER_S: Final = 64_000
_SOUND_BITS_PER_S: Final = (160_000, 128_000, 96_000, MIN_SOUND_BITS_PER_S)
_SOUND_SHARE: Final = 0.22
"""How much of the whole the sound may take beyond its minimum."""
_MONO_BELOW_BITS_PER_S: Final = 80_000
_SOUND_RATES_HZ: Final = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)

_MIN_PICTURE_BITS_PER_S: Final = 40_000
_MAX_PICTURE_BITS_PER_S: Final = 40_000_000
_POOR_BITS_PER_PIXEL: Final = 0.018
"""With less, fewer pictures a second are better than worse ones."""
_MIN_RATES: Final = (Fraction(15), Fraction(10))
_RECODING_FACTOR: Final = 2.5
"""How many bits keep the quality of another codec's one."""
_PLENTY_BITS_PER_PIXEL: Final = 0.12
"""Where there's room, so much is given to any picture."""

_PICTURE_PACKET_BYTES: Final = 18
_SOUND_PACKET_BYTES: Final = 12
_HEADER_BYTES: Final = 6_000
"""What an mp4's index takes for each packet, and once."""


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """What becomes of the picture; sizes are even and upright, where it is encoded."""

    action: str
    width: int = 0
    height: int = 0
    rate: Fraction = Fraction(30)
    bits_per_s: int = 0
    keeps_quality: bool = False
    """Whether there is room for all that the original shows: `bits_per_s` is a limit, no aim."""


@dataclass(frozen=True, slots=True)
class SoundPlan:
    """What becomes of the sound."""

    action: str
    rate_hz: int = 0
    channels: int = 0
    bits_per_s: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a recording; `unchanged` is a plan to do nothing."""

    muxer: str
    """FFmpeg's name: "mp4", "webm" or "ipod" (which is m4a)."""
    picture: PicturePlan
    sound: SoundPlan
    unchanged: bool = False

    @property
    def encodes(self) -> bool:
        """Whether anything is encoded."""
        return ENCODE in {self.picture.action, self.sound.action}


def plan(facts: Facts, *, max_bytes: int, audio_only: bool = False) -> Plan:
    """Return how the recording gets into `max_bytes`; raise `FitError` where it can't."""
    if facts.duration_s <= 0:
        raise FitError("unreadable", "It has no length: it's a single image at most.")
    if audio_only:
        return _plan_sound_alone(facts, max_bytes)
    if facts.picture is None:
        raise FitError(
            "no_picture", _MISSING_PICTURE if facts.picture_tracks == 0 else _BAD_PICTURE
        )
    if min(facts.picture.shown_size) < MIN_SIDE:
        width, height = facts.picture.shown_size
        raise FitError(
            "picture_too_small",
            f"Its video is {width} by {height} pixels, too small to see anyone.",
        )
    return _plan_both(facts, facts.picture, max_bytes)


def plan_encoding(facts: Facts, *, max_bytes: int, audio_only: bool) -> Plan:
    """Return a plan that encodes what `plan` would copy."""
    if facts.sound is not None and audio_only:
        return _plan_sound_encoding(facts, facts.sound, max_bytes)
    if facts.picture is None:
        raise FitError("no_picture", _MISSING_PICTURE)
    return _plan_encoding(facts, facts.picture, max_bytes)


_MISSING_PICTURE: Final = "It has no video. Choose one with video, or the model Inter-2 audio."
_BAD_PICTURE: Final = "Its video can't be decoded. Export it again as MP4 with H.264 video."
_MISSING_SOUND: Final = "It has no audio. Choose a recording with audio."
_BAD_SOUND: Final = "Its audio can't be decoded. Export it again as MP4 with AAC audio."


def _plan_sound_alone(facts: Facts, max_bytes: int) -> Plan:
    sound, dropped = facts.sound, PicturePlan(DROP)
    if sound is None:
        raise FitError("no_sound", _MISSING_SOUND if facts.sound_tracks == 0 else _BAD_SOUND)
    if sound_needs_nothing(facts, sound, max_bytes):
        return Plan("ipod", dropped, SoundPlan(COPY), unchanged=True)
    room_bytes = MAX_SHARE * max_bytes - _HEADER_BYTES - _SOUND_PACKET_BYTES * sound.packets
    if is_good_aac(sound) and sound.channels == 1 and sound.size_bytes <= room_bytes:
        return Plan("ipod", dropped, SoundPlan(COPY))
    return _plan_sound_encoding(facts, sound, max_bytes)


def _plan_sound_encoding(facts: Facts, sound: SoundFacts, max_bytes: int) -> Plan:
    bits_per_s = _total_bits_per_s(facts, max_bytes) - 8 * _SOUND_PACKET_BYTES * 48_000 // 1024
    choices = [choice for choice in _SOUND_BITS_PER_S[1:] if choice <= bits_per_s]
    if not choices:
        raise _too_long(facts, max_bytes, MIN_SOUND_BITS_PER_S + 5_000)
    return Plan("ipod", PicturePlan(DROP), SoundPlan(ENCODE, _rate_hz(sound), 1, choices[0]))


def _plan_both(facts: Facts, picture: PictureFacts, max_bytes: int) -> Plan:
    for muxer, picture_fits, sound_fits in (
        ("mp4", is_good_h264(picture), facts.sound is None or is_good_aac(facts.sound)),
        ("webm", is_good_webm(facts, picture), True),
    ):
        if picture_fits and not facts.damaged:
            sound = _copied_sound(facts) if sound_fits else encoded_sound(facts, max_bytes)
            if _copied_bytes(facts, picture, sound) <= MAX_SHARE * max_bytes:
                unchanged = sound.action != ENCODE and needs_nothing(facts, muxer, max_bytes)
                return Plan(muxer, PicturePlan(COPY), sound, unchanged=unchanged)
    return _plan_encoding(facts, picture, max_bytes)


def _copied_sound(facts: Facts) -> SoundPlan:
    return SoundPlan(DROP if facts.sound is None else COPY)


def _copied_bytes(facts: Facts, picture: PictureFacts, sound: SoundPlan) -> float:
    """Return the size of a file with the same picture and the planned sound."""
    frames = picture.frames_per_s * facts.duration_s
    total = picture.size_bytes + _PICTURE_PACKET_BYTES * frames + _HEADER_BYTES
    if sound.action == ENCODE:
        return total + sound.bits_per_s / 8 * facts.duration_s * 1.02
    if facts.sound is not None:
        total += facts.sound.size_bytes + _SOUND_PACKET_BYTES * facts.sound.packets
    return total


def _total_bits_per_s(facts: Facts, max_bytes: int) -> float:
    return 8 * (AIMED_SHARE * max_bytes - _HEADER_BYTES) / facts.duration_s


def _plan_encoding(facts: Facts, picture: PictureFacts, max_bytes: int) -> Plan:
    total = _total_bits_per_s(facts, max_bytes)
    sound, sound_bits_per_s = SoundPlan(DROP), 0.0
    if facts.sound is not None:
        sound = encoded_sound(facts, max_bytes)
        copied_bits_per_s = 8 * facts.sound.size_bytes / facts.duration_s
        affordable = max(_SOUND_SHARE * total, sound.bits_per_s)
        copies = is_good_aac(facts.sound) and not facts.damaged
        if copies and copied_bits_per_s <= affordable:
            sound = SoundPlan(COPY, bits_per_s=round(copied_bits_per_s))
        packets_per_s = (sound.rate_hz or facts.sound.rate_hz) / 1024
        sound_bits_per_s = sound.bits_per_s + 8 * _SOUND_PACKET_BYTES * packets_per_s
    rate = constant_rate(picture.frames_per_s)
    available = total - sound_bits_per_s - 8 * _PICTURE_PACKET_BYTES * float(rate)
    available = min(available, _MAX_PICTURE_BITS_PER_S)
    if available < _MIN_PICTURE_BITS_PER_S:
        lowest = MIN_SOUND_BITS_PER_S if facts.sound else 0
        raise _too_long(facts, max_bytes, lowest + _MIN_PICTURE_BITS_PER_S + 8_000)
    as_before = _RECODING_FACTOR * 8 * picture.size_bytes / facts.duration_s
    plenty = _PLENTY_BITS_PER_PIXEL * float(rate) * math.prod(picture.shown_size)
    as_before = max(as_before, min(plenty, _PLENTY_BITS_PER_PIXEL * MAX_PIXELS * float(rate)))
    keeps_quality = as_before < available
    bits_per_s = min(available, as_before)
    width, height = picture_size(picture.shown_size, rate=rate, bits_per_s=bits_per_s)
    for slower in _MIN_RATES:
        if bits_per_s < _POOR_BITS_PER_PIXEL * width * height * float(rate) and slower < rate:
            rate = slower
    allowed = round(available if keeps_quality else bits_per_s)
    encoded = PicturePlan(ENCODE, width, height, rate, allowed, keeps_quality)
    return Plan("mp4", encoded, sound)


def is_decent(planned: PicturePlan, *, frames_per_s: float) -> bool:
    """Return whether an encoded picture shows a person well: at 15 pictures a second, if it has
    so many, with enough bits for each.
    """
    rate = min(constant_rate(frames_per_s), _MIN_RATES[0])
    pixels = planned.width * planned.height
    enough = planned.bits_per_s >= _POOR_BITS_PER_PIXEL * pixels * float(rate)
    return planned.keeps_quality or (enough and planned.rate >= rate)


def corrected(intended: Plan, facts: Facts, *, size_bytes: float, max_bytes: int) -> Plan:
    """Return the plan with the bitrate that would have led to the size that is aimed at."""
    if intended.picture.action != ENCODE:
        lower = MIN_SOUND_BITS_PER_S
        return replace(intended, sound=replace(intended.sound, bits_per_s=lower))
    sound_bytes = intended.sound.bits_per_s / 8 * facts.duration_s + _HEADER_BYTES
    wanted = max(0.1 * max_bytes, AIMED_SHARE * max_bytes - sound_bytes)
    factor = wanted / max(size_bytes - sound_bytes, 0.01 * max_bytes)
    bits_per_s = max(1_000, round(intended.picture.bits_per_s * min(factor, 4.0)))
    aimed = replace(intended.picture, bits_per_s=bits_per_s, keeps_quality=False)
    return replace(intended, picture=aimed)


def encoded_sound(facts: Facts, max_bytes: int) -> SoundPlan:
    """Return how the sound becomes AAC where the whole may have so many bytes."""
    if facts.sound is None:
        return SoundPlan(DROP)
    affordable = _SOUND_SHARE * _total_bits_per_s(facts, max_bytes)
    bits_per_s = next((b for b in _SOUND_BITS_PER_S if b <= affordable), MIN_SOUND_BITS_PER_S)
    mono = (
        facts.sound.channels == 1
        or facts.sound.channel is not None
        or bits_per_s < _MONO_BELOW_BITS_PER_S
    )
    if mono:
        bits_per_s = min(bits_per_s, 96_000)
    return SoundPlan(ENCODE, _rate_hz(facts.sound), 1 if mono else 2, bits_per_s)


def _rate_hz(sound: SoundFacts) -> int:
    """Return the lowest rate of AAC that loses nothing of the sound, 48 kHz at most."""
    return next((rate for rate in _SOUND_RATES_HZ if rate >= sound.rate_hz), 48_000)


def _too_long(facts: Facts, max_bytes: int, lowest_bits_per_s: float) -> FitError:
    fitting_s = 8 * AIMED_SHARE * max_bytes / lowest_bits_per_s
    return FitError(
        "too_long",
        f"It's {clock(facts.duration_s)} long, but even at the lowest usable quality only about "
        f"{clock(fitting_s)} fits. Cut it into parts.",
    )
