"""Recording oneself: the browser records, and hands a file to the uploader when it is asked to."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

import streamlit as st

from interhuman.page.browser import DOM, script
from interhuman.page.keys import Key
from interhuman.page.start import before_sending
from interhuman.page.visit import Visit
from interhuman.runs.recording import UploadedRecording
from interhuman.vocabulary import INTER_2_AUDIO, MAX_FILE_BYTES, MIN_DURATION_S, MODELS

RECORDER: Final = "recorder"
"""What `Visit.source` is while the recorder is open."""

_FOLDER = Path(__file__).parent / "browser" / "recorder"
_CLOCK = Path(__file__).parents[1] / "result" / "browser" / "clock.js"
_NAMES = (
    *("formats", "problems", "camera", "level", "webm", "taking", "handing", "words", "presence"),
    *("presses", "loudness", "choices", "view", "recorder", "mount"),
)

MODULES = (DOM, _CLOCK, *(_FOLDER / f"{name}.js" for name in _NAMES))
"""The modules in an order in which each comes after those that it imports."""

CSS = (_FOLDER / "recorder.css").read_text(encoding="utf-8")

_component = st.components.v2.component(
    "interhuman_recorder",
    js=script(*MODULES),
    css=CSS,
)

_SESSION = "recorder-session"
"""Where a session keeps what tells it from others."""


def draw_recorder(visit: Visit, *, arrived: UploadedRecording | None, max_mb: int) -> None:
    """Draw the recorder, unseen while it is closed: then it keeps what was recorded.

    `arrived` is what the uploader has, `max_mb` how many megabytes it takes.
    """
    max_bytes = max_mb * 1_000_000
    chosen, sound = MODELS[visit.options.model], MODELS[INTER_2_AUDIO]
    _component(
        key=Key.RECORDER,
        data={
            "open": visit.source == RECORDER,
            "session": st.session_state.setdefault(_SESSION, secrets.token_hex(8)),
            "busy": visit.run is not None,
            "opener": f"st-key-{Key.RECORD_YOURSELF}",
            "uploader": f"st-key-{Key.UPLOAD}",
            "arrived": arrived and {"name": arrived.name, "size_bytes": arrived.size_bytes},
            "min_seconds": MIN_DURATION_S,
            "max_bytes": max_bytes if visit.deployment.convert else min(max_bytes, MAX_FILE_BYTES),
            "max_seconds": {"picture": chosen.max_duration_s, "sound": sound.max_duration_s},
            "model": chosen.title,
            "sound_model": sound.title if chosen.needs_picture else None,
        },
        on_asked_change=lambda: _open_or_close(visit, _reported("asked")),
        on_handed_change=lambda: _take_over(visit, _reported("handed")),
    )


def _reported(name: str) -> object:
    return st.session_state[Key.RECORDER].get(name)


def _open_or_close(visit: Visit, asked: object) -> None:
    if asked == "open":
        visit.source = RECORDER
    elif visit.source == RECORDER:
        visit.source = None


def _take_over(visit: Visit, handed: object) -> None:
    """Analyze the recording that the uploader now has; sound alone needs a model that takes it."""
    if handed == "sound" and MODELS[visit.options.model].needs_picture:
        before_sending.use_sound_alone(visit)
    visit.source = None
    visit.press()
