"""What a person should know of a recording that was read through, in sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from interhuman.formats import clock, percent
from interhuman.media.advice import concerns
from interhuman.media.facts import Facts
from interhuman.media.fit_words import (
    encoding_reasons,
    fit_reasons,
    intention_words,
    what_is_missing,
)
from interhuman.media.plan import Plan
from interhuman.media.preflight import Outlook, Preflight, probe_as_sent
from interhuman.vocabulary import Model

_MOSTLY: Final = 0.5
_THROUGHOUT: Final = 0.995
_QUIET_LUFS: Final = -40.0
"""Speech is recorded at about -23; below this it drowns in the noise of the microphone."""


def nothing_to_analyze(outlook: Outlook) -> str | None:
    """Return that a recording which can be sent has nothing to see or hear; None where it has."""
    result = outlook.read
    is_silent = (result.silent_share or 0.0) > _THROUGHOUT
    if outlook.refusal is not None or not (is_silent or result.facts.sound is None):
        return None
    sound = "its audio is silent throughout" if is_silent else "it has no audio"
    if not outlook.takes.needs_picture:
        return f"Nothing to analyze: {sound}."
    if result.black_share > _THROUGHOUT:
        return f"Nothing to analyze: its video is black and {sound}."
    if result.still_share > _THROUGHOUT:
        return f"Nothing to analyze: its video is a still image and {sound}."
    return None


def findings(outlook: Outlook) -> tuple[str, ...]:
    """Return what a person should know before sending a recording: what is missing, what follows.

    Where it can't be sent at all, only why; what `nothing_to_analyze` says is not said again.
    """
    if outlook.refusal is not None:
        return (outlook.refusal[1],)
    facts, model = outlook.read.facts, outlook.takes
    has_content = nothing_to_analyze(outlook) is None
    sent = probe_as_sent(facts, model)
    if outlook.cutting is not None:
        sent = replace(sent, duration_s=outlook.cutting.parts[0].length_s)
    return (
        *what_is_missing(facts),
        *(concerns(sent, outlook.model) if has_content else ()),
        *_content(outlook.read, model, has_content=has_content),
    )


def changes(outlook: Outlook) -> tuple[str, ...]:
    """Return what will be done to a recording before it is sent, then why; empty if nothing is."""
    facts, intended = outlook.read.facts, outlook.plan
    if intended is None or intended.unchanged:
        return ()
    if outlook.cutting is not None:
        return _changes_of_parts(facts, intended)
    reasons = fit_reasons(
        facts,
        action="encoded" if intended.encodes else "remuxed",
        max_bytes=outlook.max_bytes,
        audio_only=not outlook.takes.needs_picture,
    )
    missing = what_is_missing(facts)  # which `findings` says
    return (
        intention_words(facts, intended),
        *(reason for reason in reasons if reason not in missing),
        *encoding_reasons(facts, intended),
    )


def _changes_of_parts(facts: Facts, intended: Plan) -> tuple[str, ...]:
    form = "M4A, audio only," if intended.muxer == "ipod" else "MP4 with H.264"
    first = f"Each part is converted to {form} before it's sent." if intended.encodes else ""
    sentences = (first, *encoding_reasons(facts, intended))
    return tuple(sentence for sentence in sentences if sentence)


def _content(result: Preflight, model: Model, *, has_content: bool) -> tuple[str, ...]:
    about_the_content = (
        _silence,
        _loudness,
        _voices,
        *((_black, _still) if model.needs_picture else ()),
    )
    sentences = (about(result) for about in (*(about_the_content if has_content else ()), _damage))
    return tuple(sentence for sentence in sentences if sentence)


def _silence(result: Preflight) -> str | None:
    share = result.silent_share
    if share is None or share < _MOSTLY:
        return None
    if share > _THROUGHOUT:
        return "Its audio is silent throughout, so expect few signals."
    return f"{percent(share)} of it is silent, so expect few signals."


def _loudness(result: Preflight) -> str | None:
    levels, share = result.sound_levels, result.silent_share
    loudness_lufs = levels.loudness_lufs if levels is not None else None
    if share is None or share >= _MOSTLY or loudness_lufs is None or loudness_lufs > _QUIET_LUFS:
        return None
    return (
        f"Its audio is very quiet ({loudness_lufs:.0f} LUFS; speech is usually about -23), so "
        "words may be missed."
    )


def _voices(result: Preflight) -> str | None:
    sound, levels = result.facts.sound, result.sound_levels
    if sound is None or levels is None or sound.channel is not None:
        return None
    if not levels.has_a_voice_per_channel:
        return None
    return "Each channel of its audio has its own voice. Both are sent unless you choose one."


def _black(result: Preflight) -> str | None:
    if result.black_share < _MOSTLY:
        return None
    return f"{percent(result.black_share)} of the video is black, so no face can be read there."


def _still(result: Preflight) -> str | None:
    if result.still_share < _MOSTLY or result.black_share >= _MOSTLY:
        return None
    return (
        f"{percent(result.still_share)} of the video is a still image; signals will rely on the "
        "audio."
    )


def _damage(result: Preflight) -> str | None:
    if not result.errors or result.first_error_s is None:
        return None
    return (
        f"It's damaged, first at {clock(result.first_error_s)}. Whatever can't be read there is "
        "left out."
    )
