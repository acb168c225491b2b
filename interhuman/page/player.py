"""Playing a recording, or saying in words why this browser can't."""

from __future__ import annotations

from typing import Literal, TypedDict, cast

import streamlit as st

from interhuman.media.advice import preview_problem
from interhuman.media.facts import SoundChoice
from interhuman.page.serving import PLAYBACK
from interhuman.page.uploads import content_type_of
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.results import Result
from interhuman.runs.sent_file import SentFile

CONVERTED = (
    "Your browser can't play the original, so this is the version converted for the analysis. Its "
    "times are the same."
)

OTHER_TRACK = "Audio track {} was analyzed, but your browser plays the first one."

OTHER_RECORDING = "This isn't the file that was analyzed, so signals may not line up."

SHIFTED_S = 0.1
"""From here on, the time at which a recording's own clock begins matters to whoever plays it."""


def play(
    recording: UploadedRecording,
    *,
    sound: SoundChoice | None,
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """Play a recording, or say in words why this browser can't; `width` is in pixels.

    `sound` is what was chosen to be analyzed, None for what is proposed. Where the browser can't
    play the recording, or would play another track of sound or count the time from another moment
    than the analysis does, a version of it that was made to be sent is played instead.
    """
    held = played(recording, sound)
    if held is None:
        problem = preview_problem(recording.probe)
        st.info(problem or "", icon=":material/videocam_off:")
        return
    is_audio = recording.probe.has_sound and not recording.probe.has_picture
    _draw(held, sound_alone=is_audio, width=width)
    if held is not recording and preview_problem(recording.probe) is not None:
        st.caption(CONVERTED)
    if held is recording and sound is not None and _is_another_track(sound):
        st.caption(OTHER_TRACK.format(sound.track + 1))


def played(
    recording: UploadedRecording, sound: SoundChoice | None
) -> UploadedRecording | SentFile | None:
    """Return the file that `play` plays, None where the browser can play none."""
    problem = preview_problem(recording.probe)
    made = recording.preparation.made_file(sound)
    if made is None:
        return recording if problem is None else None
    differs = _is_another_track(made.sound) or recording.probe.start_s >= SHIFTED_S
    return made if problem is not None or differs else recording


def _is_another_track(sound: SoundChoice | None) -> bool:
    """Return whether a browser, which plays the first track, plays another sound than this."""
    return sound is not None and sound.track > 0


def starts_at_s(recording: UploadedRecording | None, sound: SoundChoice | None) -> float:
    """Return the time that a player shows at the first moment of what `play` plays."""
    if recording is None or recording.preparation.made_file(sound) is not None:
        return 0.0
    start_s = recording.probe.start_s
    return start_s if start_s >= SHIFTED_S else 0.0


def _draw(
    held: UploadedRecording | SentFile, *, sound_alone: bool, width: int | Literal["stretch"]
) -> None:
    """Draw the player of a file that is there as long as `held` is."""
    kind = content_type_of(held.name)
    stored = held.stored if isinstance(held, UploadedRecording) else None
    if PLAYBACK.is_served:
        source = PLAYBACK.address(held, stored or held.path, kind)
    else:
        source = str(held.path)
    if sound_alone:
        st.audio(source, format=kind, width=width)
    else:
        st.video(source, format=kind, width=width)


class Jump(TypedDict):
    """Where the playhead was last asked to go; the number tells a new wish from an old one."""

    number: int
    seconds: float
    signal: int | None
    """A signal by its place in the analysis; it becomes the current one."""


def jump_to(result: Result, seconds: float, signal: int | None = None) -> None:
    """Move the playhead to a time in seconds, and to a signal by its place in the analysis."""
    number = last_jump(result)["number"] + 1
    st.session_state[result.key("jump")] = Jump(number=number, seconds=seconds, signal=signal)


def last_jump(result: Result) -> Jump:
    """Return the last jump; the first one has the number 1."""
    none = Jump(number=0, seconds=0.0, signal=None)
    return cast(Jump, st.session_state.get(result.key("jump"), none))
