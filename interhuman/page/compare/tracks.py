"""The tracks of several results under each other, on one axis and with one playhead.

The browser shifts them, changes the unit of the axis, zooms and plays, all without a rerun: one
component is mounted for the bar and once above the tracks of each result, and its mounts share a
view.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from interhuman.findings.comparison import LETTERS
from interhuman.findings.time_axis import STEPS_S, axis_end_s
from interhuman.formats import NO_SIGNALS, SIGNALS_UNREAD
from interhuman.page.browser import script
from interhuman.page.keys import Key
from interhuman.page.player import OTHER_RECORDING, play, played, starts_at_s
from interhuman.page.result import component, tracks
from interhuman.runs.results import Result
from interhuman.text import markdown_plain, one_line

FOLDER = Path(__file__).parent / "browser"

TITLE_CHARACTERS = 200

_SHARED = (
    *("dom", "clock", "undocumented", "axis", "captions", "players", "timechart", "filter"),
    *("marks", "window", "press", "glyphs", "tracks", "keys", "current", "mounts", "parts"),
)
_NAMES = ("together", "look", "shift", "member", "linked", "mount")

MODULES = (
    *(module for module in component.MODULES if module.stem in _SHARED),
    *(FOLDER / f"{name}.js" for name in _NAMES),
)
"""The modules in an order in which each comes after those that it imports."""

LINKED = st.components.v2.component(
    "interhuman_linked_tracks",
    js=script(*MODULES),
    isolate_styles=False,
)
"""The last part, which comes with the script of all: see `component.VIEW`."""


def draw_tracks(results: Sequence[Result], *, named: str | None = None) -> None:
    """Draw the tracks of two to four results under each other, and play their recordings.

    They are A, B, C, D in their order. `named` is what the address has as `compare` while they are
    looked at; moment, shifts, unit and whether players run alone are then in the address, too.
    """
    component.draw_styles()
    st.html(FOLDER / "linked.css")
    _draw(results, named)


@st.fragment
def _draw(results: Sequence[Result], named: str | None) -> None:
    """Draw all that follows the theme; a change of it redraws this part alone."""
    widest_s = max(axis_end_s(result.analysis.end_s) for result in results)
    view = "+".join(result.identity for result in results)
    with st.container(key=Key.COMPARE_TRACKS):
        if any(result.recording is not None for result in results):
            with st.container(key=Key.COMPARE_PLAYERS):
                for letter, result in _lettered(results):
                    _draw_player(letter, result)
        component.PART(
            key="compare-bar",
            data={
                "script": "linked",
                "part": "bar",
                "view": view,
                "region": Key.COMPARE_TRACKS,
                "count": len(results),
                "stepsS": STEPS_S,
                "named": named,
            },
            on_theme_change=lambda: None,  # The run draws the charts in the theme's colors.
        )
        for place, (letter, result) in enumerate(_lettered(results)):
            part = LINKED if place == len(results) - 1 else component.PART
            with st.container(key=f"compare-of-{result.number}", gap=None):
                _draw_member(part, result, letter=letter, place=place, view=view, widest_s=widest_s)


def _draw_player(letter: str, result: Result) -> None:
    if result.recording is None:
        return
    with st.container(key=_player_key(result), gap="xxsmall"):
        title = one_line(result.name, TITLE_CHARACTERS)
        st.caption(f"**{letter}** {markdown_plain(title)}")
        play(result.recording, sound=result.sound)
        if result.other_recording:
            st.caption(OTHER_RECORDING)


def _draw_member(
    part: ComponentRenderer,
    result: Result,
    *,
    letter: str,
    place: int,
    view: str,
    widest_s: float,
) -> None:
    """Draw what stands above the tracks of a result, and the tracks."""
    chart = f"compare-chart-{result.number}"
    end_s = result.analysis.end_s
    part(
        key=f"compare-member-{result.number}",
        data={
            "script": "linked",
            "part": "member",
            "view": view,
            "id": result.number,
            "place": place,
            "letter": letter,
            "title": one_line(result.name, TITLE_CHARACTERS),
            "player": _player_key(result),
            "noPlayer": _why_no_player(result),
            "startS": starts_at_s(result.recording, result.sound),
            "tracks": chart,
            "geometry": {
                **tracks.geometry(result, widest_s=widest_s),
                "scores": {},  # none is chosen here
                "lengthS": end_s if axis_end_s(end_s) == end_s else 0,
            },
            "signals": tracks.signals(result),
            "none": NO_SIGNALS if result.analysis.signals_read else SIGNALS_UNREAD,
            "states": tracks.states(result),
        },
    )
    tracks.draw_figure(result, key=chart, widest_s=widest_s)


def _player_key(result: Result) -> str:
    return f"compare-player-{result.number}"


def _why_no_player(result: Result) -> str:
    """Return why no player is drawn that the browser can play, "" where one is."""
    if result.recording is None:
        return "no recording here"
    can_play = played(result.recording, result.sound) is not None
    return "" if can_play else "recording can't be played here"


def _lettered(results: Sequence[Result]) -> Iterable[tuple[str, Result]]:
    return zip(LETTERS, results, strict=False)
