"""The recording beside its result, and the component that lets charts and rows move it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

from interhuman.media.advice import preview_problem
from interhuman.page.figures import TIME_CHARTS
from interhuman.page.request import UploadedRecording
from interhuman.page.state import Key
from interhuman.page.visit import Result
from interhuman.settings import content_type_for

_bridge = st.components.v2.component(
    "interhuman_player_bridge",
    js=(Path(__file__).parent / "player_bridge.js").read_text(encoding="utf-8"),
)


def draw_player(result: Result) -> None:
    """Play the result's recording, or say in words why it can't be played here."""
    recording = result.recording
    if recording is None:
        st.caption(
            "The recording itself is not at hand, so there is nothing to play. Open this result "
            "together with its recording to have both."
        )
        return
    with st.container(key=Key.PLAYER, horizontal_alignment="center"):
        play(recording, width=720)


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


def link_charts(result: Result, seek_s: float | None, seek_number: int) -> None:
    """Connect player and charts in the browser; `seek_s` moves the player, in seconds.

    The same time asked for again counts as new when `seek_number` differs.
    """
    _bridge(
        key=result.key("bridge"),
        data={
            "player": f"st-key-{Key.PLAYER}",
            "charts": [f"st-key-{result.key(chart)}" for chart in TIME_CHARTS],
            "seek_s": seek_s,
            "seek_number": seek_number,
        },
    )


def jump_to(result: Result, seconds: float, signal: int | None = None) -> None:
    """Ask the player of a result to move to `seconds`, and to `signal` if it is one of them."""
    st.session_state[result.key("seek")] = (seconds, signal)
