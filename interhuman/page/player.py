"""Playing a recording, or saying in words why this browser can't."""

from __future__ import annotations

from typing import Literal, TypedDict, cast

import streamlit as st

from interhuman.media.advice import preview_problem
from interhuman.page.request import UploadedRecording
from interhuman.page.visit import Result
from interhuman.settings import content_type_for


def play(recording: UploadedRecording, *, width: int | Literal["stretch"] = "stretch") -> None:
    """Play a recording, or say in words why this browser can't; `width` is in pixels."""
    problem = preview_problem(recording.probe)
    kind = content_type_for(recording.name)
    if problem is not None:
        st.info(problem, icon=":material/videocam_off:")
    elif recording.probe.has_sound and not recording.probe.has_picture:
        st.audio(recording.data, format=kind, width=width)
    else:
        st.video(recording.data, format=kind, width=width)


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
