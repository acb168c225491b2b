"""A clip of the recording around a signal or a note: cut in the background, then downloaded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, cast

import streamlit as st

from interhuman.formats import span
from interhuman.media.progress import MediaProgress
from interhuman.page.result.component import PART, part_data
from interhuman.page.serving import PLAYBACK
from interhuman.page.uploads import content_type_of
from interhuman.runs.clips import ClipRun
from interhuman.runs.results import Result
from interhuman.text import safe_stem

AROUND_S: Final = 2.0
"""How much of the recording a clip has before and after what it is of."""

_PHASES: Final = {
    "waiting": "waiting for another conversion to finish",
    "reading": "reading",
    "searching": "finding the start",
    "converting": "cutting",
    "checking": "checking",
}


_LAST, _COUNT = "saved-clip", "saved-clips"
"""Where a session keeps its one clip, whose file goes with it, and how many there were."""


@dataclass(frozen=True)
class SavedClip:
    """The last clip of a visit."""

    of: int
    """The number of its result."""
    number: int
    run: ClipRun


@st.fragment
def draw_clip(result: Result) -> None:
    """Draw the button that saves a clip, how far that is, and the file, in the now-card.

    The browser asks again and again while a clip is cut, and runs this fragment alone.
    """
    PART(
        key=result.key("clip"),
        data={
            **part_data(result, "clip"),
            "isOffered": _is_offered(result),
            "aroundS": AROUND_S,
            "clip": _browser_data(result),
        },
        on_save_change=lambda: _save(result),
        on_look_change=lambda: None,
        on_drop_change=lambda: _drop(result),
    )


def _is_offered(result: Result) -> bool:
    """Return whether there is a recording, and a server to take a clip from."""
    return result.recording is not None and result.recording.probe.readable and PLAYBACK.is_served


def current(result: Result) -> SavedClip | None:
    """Return the last clip if it is of this result."""
    last = cast("SavedClip | None", st.session_state.get(_LAST))
    return last if last is not None and last.of == result.number else None


def begin(result: Result, asked: object) -> None:
    """Begin to cut what the browser asks for, unless one is being cut."""
    wanted, last = span_s(asked, end_s=result.analysis.end_s), current(result)
    if wanted is None or result.recording is None or (last and not last.run.finished):
        return
    start_s, end_s = wanted
    run = ClipRun(result.recording, start_s=start_s, end_s=end_s, sound=_track(result))
    number = st.session_state[_COUNT] = int(st.session_state.get(_COUNT, 0)) + 1
    st.session_state[_LAST] = SavedClip(result.number, number, run)


def span_s(asked: object, *, end_s: float) -> tuple[float, float] | None:
    """Return the part of what the browser asks for with what is around it, None for anything else.

    `end_s` is the end of the analysis.
    """
    match asked:
        case {"start": float() | int() as start_s, "end": float() | int() as until_s}:
            is_number = not isinstance(start_s, bool) and not isinstance(until_s, bool)
            if is_number and 0 <= start_s <= until_s < math.inf and start_s <= end_s:
                return max(0.0, start_s - AROUND_S), until_s + AROUND_S
    return None


def file_name(title: str, start_s: float, end_s: float, extension: str) -> str:
    """Return what a clip is called, safe on any system: "talk 1m05s-1m19s.mp4"."""
    times = f"{_time_in_name(math.floor(start_s))}-{_time_in_name(math.ceil(end_s))}"
    return f"{safe_stem(title)[:60].strip()} {times}{extension}"


def phase_words(progress: MediaProgress | None) -> str:
    """Return how far a clip is; None for one that is not begun."""
    if progress is None or progress.phase not in _PHASES:
        return "starting"
    words = _PHASES[progress.phase]
    return words if progress.phase == "waiting" else f"{words}, {round(100 * progress.share)}%"


def _time_in_name(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m{seconds:02}s" if hours else f"{minutes}m{seconds:02}s"


def _save(result: Result) -> None:
    begin(result, st.session_state[result.key("clip")].save)


def _drop(result: Result) -> None:
    """Let go of the clip: cutting it ends, and its file goes."""
    if current(result) is not None:
        del st.session_state[_LAST]


def _track(result: Result) -> int | None:
    """Return which track of sound was analyzed, None for the first."""
    if result.recording is None:
        return None
    made = result.recording.preparation.made_file(result.sound)
    sound = result.sound or (made.sound if made is not None else None)
    return sound.track if sound is not None else None


def _browser_data(result: Result) -> dict[str, object] | None:
    """Return how far the last clip is, and where its file is."""
    last = current(result)
    if last is None:
        return None
    run, clip = last.run, last.run.made
    if clip is not None:
        name = file_name(result.name, clip.start_s, clip.end_s, clip.extension)
        kind = content_type_of(name)
        address = PLAYBACK.address(run, run.path, kind, save_as=name)
        return {"number": last.number, "state": "ready", "name": name, "address": address}
    if run.problem is not None:
        return {"number": last.number, "state": "failed", "words": run.problem}
    words = f"Saving {span(run.start_s, run.end_s)}: {phase_words(run.progress)}"
    return {"number": last.number, "state": "cutting", "words": words}
