"""Which parts of a recording can be taken over without encoding them anew."""

from __future__ import annotations

from typing import Final

from interhuman.media.facts import SDR, Facts, PictureFacts, SoundFacts
from interhuman.vocabulary import INTER_2_AUDIO, MODELS

MIN_RATE_HZ: Final = 16_000
"""The lowest sampling rate of sound that is sent."""

_CLOCK_TOLERANCE_S: Final = 0.1
"""How far from 0 a recording's own clock may begin: sound often begins a packet early or late."""


def needs_nothing(facts: Facts, muxer: str, max_bytes: int) -> bool:
    """Return whether a recording can be sent as it is, where its picture and sound can."""
    return (
        facts.container == muxer
        and facts.size_bytes <= max_bytes
        and facts.index_first
        and begins_at_0(facts)
        and facts.picture_tracks == 1
        and facts.sound_tracks == (facts.sound is not None)
        and (facts.sound is None or facts.sound.channel is None)
        and facts.header_duration_s is not None
        and abs(facts.header_duration_s - facts.duration_s) < 0.5
    )


def sound_needs_nothing(facts: Facts, sound: SoundFacts, max_bytes: int) -> bool:
    """Return whether a recording of sound alone can be sent as it is."""
    return (
        facts.picture_tracks == 0
        and facts.sound_tracks == 1
        and sound.channel is None
        and facts.container in MODELS[INTER_2_AUDIO].containers
        and facts.size_bytes <= max_bytes
        and sound.rate_hz >= MIN_RATE_HZ
        and facts.header_duration_s is not None
        and facts.index_first
        and begins_at_0(facts)
        and not facts.damaged
    )


def begins_at_0(facts: Facts) -> bool:
    """Return whether times in the file's own clock are those from its first picture or sound."""
    return abs(facts.origin_s) < _CLOCK_TOLERANCE_S


def is_good_h264(picture: PictureFacts) -> bool:
    """Return whether the picture can be copied into an MP4."""
    return (
        picture.codec == "h264" and _is_plain(picture) and not picture.untimed and not picture.cut
    )


def is_good_webm(facts: Facts, picture: PictureFacts) -> bool:
    """Return whether the picture and the sound can be copied into another WebM."""
    sound = facts.sound.codec if facts.sound else None
    return (
        facts.container == "webm"
        and picture.codec in {"vp8", "vp9"}
        and _is_plain(picture)
        and sound in {"opus", "vorbis", None}
        and (facts.sound is None or facts.sound.channel is None)
    )


def _is_plain(picture: PictureFacts) -> bool:
    return (
        picture.pixel_format in {"yuv420p", "yuvj420p"}
        and picture.rotation == 0
        and not picture.mirrored
        and not picture.disputed_aspect
        and picture.transfer == SDR
        and not picture.interlaced
        and abs(picture.pixel_aspect - 1) < 0.01
    )


def is_good_aac(sound: SoundFacts) -> bool:
    """Return whether the sound can be copied: a gap in it would be read differently everywhere."""
    return (
        sound.codec == "aac"
        and sound.profile == "LC"
        and sound.channel is None
        and sound.channels <= 2
        and MIN_RATE_HZ <= sound.rate_hz <= 48_000
        and sound.start_s < 0.04
        and sound.missing_s < 0.04
    )
