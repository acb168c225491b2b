"""What was asked for, in words: by a request, or as a row of the library says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interhuman.media.facts import SoundChoice
from interhuman.runs.record import OPENED, SOUND
from interhuman.runs.request import AnalysisRequest
from interhuman.vocabulary import QUALITY_OVERALL, QUALITY_TIMELINE

NOTHING = "none"

_INCLUDED = {QUALITY_OVERALL: "for the whole recording", QUALITY_TIMELINE: "over time"}


def asked_words(request: AnalysisRequest) -> Mapping[str, str]:
    """Return the options of a request, each by its name."""
    sound = request.sound or SoundChoice(0)
    return _in_words(request.include, request.goal_dimensions, request.conversation_context, sound)


def options_words(options: Mapping[str, object]) -> Mapping[str, str] | None:
    """Return the options of a row, each by its name; None where it does not say them.

    One that was opened from a file does not.
    """
    match options:
        case {"include": list(include), "goal_dimensions": list(goals)} if OPENED not in options:
            context, sound = options.get("conversation_context"), sound_of(options)
            return _in_words(include, goals, context, sound or SoundChoice(0))
    return None


def sound_of(options: Mapping[str, object]) -> SoundChoice | None:
    """Return which sound of the recording a row says was analyzed, None where it does not say."""
    match options.get(SOUND):
        case {"track": int(track), "channel": int() | None as channel}:
            return SoundChoice(track, channel)
    return None


def request_from(options: Mapping[str, object]) -> AnalysisRequest | None:
    """Return what a row says was asked for, None where it does not say it."""
    match options:
        case {"include": list(include), "goal_dimensions": list(goals)} if OPENED not in options:
            context = options.get("conversation_context")
            return AnalysisRequest(
                include=tuple(map(str, include)),
                goal_dimensions=tuple(map(str, goals)),
                conversation_context=context if isinstance(context, str) else None,
                sound=sound_of(options),
            )
    return None


def _in_words(
    include: Sequence[object], goals: Sequence[object], context: object, sound: SoundChoice
) -> Mapping[str, str]:
    included = [words for name, words in _INCLUDED.items() if name in include]
    channel = "" if sound.channel is None else f", channel {sound.channel + 1}"
    return {
        "conversation quality": " and ".join(included) or NOTHING,
        "feedback goals": ", ".join(sorted(map(str, goals))) or NOTHING,
        "context": context if isinstance(context, str) and context else NOTHING,
        "audio": f"track {sound.track + 1}{channel}",
    }
