"""A page with nothing but the tracks of known recordings under each other.

`?compare=` names them by their letters in `TALKS`, in the order in which they are shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from interhuman import page
from interhuman.analysis import Analysis
from interhuman.frames import engagement_frame, quality_timeline_frame, signals_frame
from interhuman.page.compare.tracks import draw_tracks
from interhuman.page.serving import PLAYBACK
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.results import Result
from interhuman.view.charts.tracks import Tracks, tracks
from tests import clips, examples, long_result
from tests.browser import known_talk

# In the short talk the question comes 6 s earlier than in the known one, where it is at 31 s.
SHORT_S, QUESTION_S = 40, 25
LONG_S = 600


def short_talk() -> dict[str, Any]:
    """Return the answer about the short talk."""
    signals = [
        examples.signal("hesitation", 2.0, 4.0, "high", "Looks for the first word."),
        examples.signal("skepticism", QUESTION_S, QUESTION_S + 5.0, "medium", "Asks for proof."),
        examples.signal("agreement", 33.0, 33.0, "low", "Nods once."),
    ]
    answer = known_talk.payload(signals=signals)
    quality = answer["conversation_quality"]
    return {
        **answer,
        "engagement_state": answer["engagement_state"][:3],
        "conversation_quality": {**quality, "timeline": quality["timeline"][:3]},
    }


def _read(payload: dict[str, Any], length_s: float) -> Analysis:
    return examples.read(payload).with_duration(length_s)


def _long(seed: int) -> Analysis:
    return examples.read(json.loads(long_result.payload(120, duration_s=LONG_S, seed=seed)))


TALKS: dict[str, Callable[[], tuple[str, Analysis, int | None]]] = {
    "a": lambda: ("The known talk", known_talk.analysis(), known_talk.DURATION_S),
    "b": lambda: ("A shorter one", _read(short_talk(), SHORT_S), SHORT_S),
    "c": lambda: ("No signals", _read(known_talk.payload(signals=[]), 50.0), None),
    "d": lambda: ("No length", examples.read({"signals": []}), None),
    **{
        str(seed): partial(lambda seed: (f"Long {seed}", _long(seed), 20), seed)
        for seed in range(1, 5)
    },
}


@st.cache_resource(scope="session")
def _result(number: int, name: str) -> Result:
    title, analysis, recorded_s = TALKS[name]()
    recording = None
    if recorded_s is not None:
        data = clips.recording(duration_s=recorded_s, silences=(), fps=10, size=(160, 90))
        recording = UploadedRecording(f"{title}.mp4", data)
    return Result(number, analysis, title, datetime(2026, 11, 2, tzinfo=UTC), recording)


def drawn(analysis: Analysis, *, widest_s: float) -> Tracks:
    """Return the tracks of a talk as the page draws them."""
    return tracks(
        signals_frame(analysis),
        engagement_frame(analysis),
        quality_timeline_frame(analysis),
        end_s=analysis.end_s,
        widest_s=widest_s,
    )


def draw() -> None:
    """Draw the page."""
    st.set_page_config(layout="wide")
    for name in ("page.css", "undocumented.css"):
        st.html(Path(page.__file__).parent / "browser" / name)
    st.title("Tracks")
    named = st.query_params.get("compare", "ab")
    draw_tracks([_result(n, name) for n, name in enumerate(named, 1)], named=named)
    st.button("Rerun")


if st.runtime.exists():
    draw()
else:
    app = st.App(__file__, routes=[PLAYBACK.route()])
