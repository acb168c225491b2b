"""What was done to a recording and why, in words for the person who chose it."""

from __future__ import annotations

from typing import Final

from interhuman.formats import clock, count, size
from interhuman.media.advice import format_name
from interhuman.media.facts import MAX_TRACKS, SDR, SIDES, Facts, PictureFacts, SoundFacts
from interhuman.media.plan import COPY, DROP, ENCODE, Plan
from interhuman.vocabulary import INTER_2_AUDIO, MAX_FILE_BYTES, MAX_FILE_SIZE, MODELS

_NO_NEWS: Final = 0.05
"""By what share a file's size may change with another container."""

_CODECS: Final = {"h264": "H.264", "hevc": "HEVC", "aac": "AAC"}


def intention_words(facts: Facts, plan: Plan) -> str:
    """Return what will be done, as a sentence, with a size where that can be said beforehand."""
    if not plan.encodes:
        return "It's repackaged before it's sent, with no loss of quality."
    if plan.muxer != "ipod" and plan.picture.action != ENCODE:
        return "Its audio is converted to AAC before it's sent. Its video and times stay the same."
    sound_form = "audio only, in M4A" if facts.picture_tracks else "M4A"
    form = sound_form if plan.muxer == "ipod" else "MP4 with H.264"
    expected_bytes = _expected_bytes(facts, plan)
    about = f", about {size(expected_bytes)}," if expected_bytes is not None else ""
    return f"It's converted to {form}{about} before it's sent. Its times stay the same."


def _expected_bytes(facts: Facts, plan: Plan) -> int | None:
    """Return how large the sent file will be; None where that depends on what is in the picture."""
    if plan.picture.action == ENCODE and plan.picture.keeps_quality:
        return None
    encoded_bits_per_s = sum(
        track.bits_per_s for track in (plan.picture, plan.sound) if track.action == ENCODE
    )
    copied_bytes = sum(
        track.size_bytes
        for track, planned in ((facts.picture, plan.picture), (facts.sound, plan.sound))
        if track is not None and planned.action == COPY
    )
    return round(encoded_bits_per_s / 8 * facts.duration_s) + copied_bytes


def fit_words(before: Facts, after: Facts, *, action: str, sound: str) -> str:
    """Return in one line what was done: what it was, what it is, what became of the sound.

    Nothing where that is no news to anybody: the same picture and sound in about the same size.
    """
    if action == "unchanged":
        return f"{_describe(before)}: sent as is"
    is_as_large = abs(after.size_bytes - before.size_bytes) <= _NO_NEWS * before.size_bytes
    if is_as_large and _kind(before) == _kind(after) and sound == COPY:
        return ""
    return f"{_describe(before)} → {_describe(after)}; {_sound_words(before, after, sound)}"


def _describe(facts: Facts) -> str:
    return f"{_kind(facts)}, {size(facts.size_bytes)}"


def _kind(facts: Facts) -> str:
    return _picture(facts.picture) if facts.picture is not None else _sound(facts.sound)


def _picture(picture: PictureFacts) -> str:
    width, height = picture.shown_size
    return f"{width}\N{MULTIPLICATION SIGN}{height} {_codec(picture.codec)}"


def _sound(sound: SoundFacts | None) -> str:
    return f"{_codec(sound.codec)} audio" if sound is not None else "audio"


def _codec(codec: str | None) -> str:
    return _CODECS.get(codec or "", format_name(codec))


def _sound_words(before: Facts, after: Facts, sound: str) -> str:
    if before.sound is None or sound == DROP:
        return "audio left out: it can't be decoded" if before.sound_tracks else "no audio"
    if sound == COPY:
        return "audio unchanged"
    channels = after.sound.channels if after.sound is not None else 0
    mono = " in mono" if channels == 1 and before.sound.channels > 1 else ""
    return f"audio converted to AAC{mono}"


def fit_reasons(
    before: Facts, *, action: str, max_bytes: int, audio_only: bool = False
) -> tuple[str, ...]:
    """Return why something was done, as sentences.

    None where nothing was, or nothing but what any player does not notice: moving the index.
    """
    if action == "unchanged":
        return ()
    about_the_form = _sound_reasons(before) if audio_only else _picture_reasons(before)
    checks = (
        _size_reason(before, max_bytes),
        *about_the_form,
        *_file_reasons(before, audio_only=audio_only),
        *what_is_missing(before),
    )
    return tuple(reason for reason in checks if reason)


def encoding_reasons(facts: Facts, plan: Plan) -> tuple[str, ...]:
    """Return what in picture and sound can't be copied as it is, as sentences."""
    checks: list[str | None] = []
    picture, sound = facts.picture, facts.sound
    if picture is not None and plan.picture.action == ENCODE:
        checks += [
            "Its colors are stored in a way that few players support."
            if picture.transfer == SDR and picture.pixel_format not in {"yuv420p", "yuvj420p"}
            else None,
            "Its frames have no timestamps." if picture.untimed else None,
        ]
    if sound is not None and plan.sound.action == ENCODE:
        checks += [
            f"{_codec(sound.codec)} audio may be rejected, so AAC is sent."
            if sound.codec != "aac"
            else None,
            f"Its audio has {sound.channels} channels." if sound.channels > 2 else None,
            "Its audio starts later than its video." if sound.start_s >= 0.04 else None,
            "Its audio has gaps." if sound.missing_s >= 0.04 else None,
        ]
    return tuple(reason for reason in checks if reason)


def what_is_missing(facts: Facts) -> tuple[str, ...]:
    """Return what of a recording is not there or not sent, as sentences."""
    checks = (_cut_off(facts), *_which_sound(facts))
    return tuple(sentence for sentence in checks if sentence)


def _cut_off(facts: Facts) -> str | None:
    promised_s = facts.header_duration_s
    if promised_s is None or promised_s <= facts.duration_s + 1:
        return None
    return (
        f"It ends at {clock(facts.duration_s)}, although the file says {clock(promised_s)}. It may "
        "be incomplete."
    )


def _size_reason(facts: Facts, max_bytes: int) -> str | None:
    if facts.size_bytes <= max_bytes:
        return None
    return f"It's {size(facts.size_bytes)}; the limit is {_limit(max_bytes)}."


def _limit(max_bytes: int) -> str:
    return MAX_FILE_SIZE if max_bytes == MAX_FILE_BYTES else size(max_bytes)


def _sound_reasons(facts: Facts) -> tuple[str | None, ...]:
    return (
        "Only its audio is sent." if facts.picture_tracks else None,
        f"{format_name(facts.container)} may be rejected, so M4A is sent."
        if not facts.picture_tracks and facts.container not in MODELS[INTER_2_AUDIO].containers
        else None,
    )


def _picture_reasons(facts: Facts) -> tuple[str | None, ...]:
    picture = facts.picture
    if picture is None:
        return ()
    return (
        f"{_codec(picture.codec)} video may be rejected, so H.264 is sent."
        if picture.codec not in {"h264", "vp8", "vp9"}
        else None,
        "It's stored sideways and turned by the player." if picture.rotation in {90, 270} else None,
        "It's stored upside down and turned by the player."
        if picture.rotation == 180 and not picture.mirrored
        else None,
        "It's stored mirrored and flipped by the player." if picture.mirrored else None,
        "Its container and codec disagree on the shape of the video."
        if picture.disputed_aspect
        else None,
        "Its video is interlaced." if picture.interlaced else None,
        "Parts of it were cut out in an editing app." if picture.cut else None,
        "Its video has a high dynamic range (HDR)." if picture.transfer != SDR else None,
        f"It has {facts.picture_tracks:,} video tracks; only one is sent."
        if facts.picture_tracks > 1
        else None,
    )


def _file_reasons(facts: Facts, *, audio_only: bool) -> tuple[str | None, ...]:
    return (
        f"{format_name(facts.container)} may be rejected, so MP4 is sent."
        if not audio_only and facts.container not in {"mp4", "webm"}
        else None,
        "The file doesn't state its length." if facts.header_duration_s is None else None,
        f"Its clock starts at {clock(facts.origin_s)}; times count from its first moment."
        if facts.origin_s >= 1
        else None,
        "Parts of it are damaged." if facts.damaged and _cut_off(facts) is None else None,
    )


def _which_sound(facts: Facts) -> tuple[str | None, ...]:
    sound, tracks = facts.sound, facts.sound_tracks
    unreadable = tracks - len(facts.sounds) if tracks <= MAX_TRACKS else 0
    return (
        f"It has {tracks:,} audio tracks; track {sound.track + 1} is sent."
        if sound is not None and tracks > 1
        else None,
        f"{count(unreadable, 'audio track')} can't be decoded." if unreadable else None,
        f"Only the {SIDES[sound.channel]} channel of its audio is sent."
        if sound is not None and sound.channel is not None
        else None,
    )
