"""The part of the result view that the browser draws: cards, chips, list, keys and playhead.

Several mounts of one component share one view in the browser: the list gets the signals and the
quality card the scores, which never change, the chips get the filter, and the now-card gets what
changes (moments, annotations, jumps).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from interhuman.findings.explanations import MOMENTS_TITLE
from interhuman.findings.time_axis import axis_end_s
from interhuman.formats import SIGNALS_UNREAD
from interhuman.page.browser import DOM, script
from interhuman.page.keys import Key
from interhuman.page.player import last_jump, starts_at_s
from interhuman.page.result import filter, moments, tracks
from interhuman.page.result.filter import Filtered
from interhuman.runs.results import Result
from interhuman.vocabulary import FAMILIES

FOLDER = Path(__file__).parent / "browser"

_NAMES = (
    *("clock", "undocumented", "axis", "annotations", "notes", "captions", "players", "timechart"),
    *("filter", "marks", "window", "press", "glyphs", "list", "tracks", "moments", "panel"),
    *(
        "clip",
        "card",
        "radar",
        "quality",
        "keys",
        "current",
        "address",
        "mounts",
        "view",
        "parts",
        "mount",
    ),
)

MODULES = (DOM, *(FOLDER / f"{name}.js" for name in _NAMES))
"""The modules in an order in which each comes after those that it imports."""

NO_SIGNALS = (
    "No signals were detected. That can happen where little is said or shown, and says nothing "
    "about the person. Try a longer recording of one person, with the face in view and the voice "
    "clear."
)

VIEW = st.components.v2.component(
    "interhuman_result_view",
    js=script(*MODULES),
    isolate_styles=False,
)
"""The one part that comes with the script of all: with each, it would be sent seven times.

It is the last one, since the browser draws no tracks while it reads the script."""

PART = st.components.v2.component(
    "interhuman_result_part",
    js=script(FOLDER / "parts.js", FOLDER / "part.js"),
    isolate_styles=False,
)
"""Mounted once for each other part, with `script`, `part` and `view` in its data."""


def draw_styles() -> None:
    """Give the page the styles of all parts.

    They are not the component's own: what it draws over the charts stands outside of it.
    """
    st.html(FOLDER / "result.css")


def part_data(result: Result, part: str) -> dict[str, object]:
    """Return what each part's data has: what it is, of which view, and whose script mounts it."""
    return {"script": "result", "part": part, "view": result.identity}


def draw_chips(result: Result) -> None:
    """Draw a chip for each type with its family's mark and its number: legend and filter."""
    chips = filter.chips(result)
    key = result.key("chips")

    def take_in(reported: object) -> None:
        if isinstance(reported, Mapping):
            filter.choose(result, reported)

    reported = PART(
        key=key,
        data={
            **part_data(result, "chips"),
            "rows": [
                {"label": chip.label, "family": chip.family, "count": chip.count} for chip in chips
            ],
            "families": FAMILIES,
            "filter": filter.places(result),
        },
        # Whoever leaves at once has the chips drawn no more.
        on_filter_change=lambda: take_in(st.session_state[key].get("filter")),
    ).filter
    # Here, too: a session that takes over from another hears of a state, not a change.
    take_in(reported)


def draw_list(result: Result) -> None:
    """Draw the search, the probabilities, every signal with its rationale, and the moments."""
    asked = VIEW(
        key=result.key("list"),
        data={
            **part_data(result, "list"),
            "signals": tracks.signals(result),
            "none": NO_SIGNALS if result.analysis.signals_read else f"{SIGNALS_UNREAD}.",
            "rules": MOMENTS_TITLE,
            "probabilities": [
                {"name": name, "fill": filter.MARKS[name]}
                for name in filter.given_probabilities(result)
            ],
        },
        on_rules_change=lambda: None,
    ).rules
    if asked:
        moments.open_rules()


def draw_reporter(result: Result, take_in: Callable[[object], None]) -> None:
    """Have `take_in` get the changes of notes and judgments that the browser reports; it is unseen.

    Outside of fragments: a server that was started anew does not know them, and would not hear.
    """
    key = result.key("reporter")
    changes = PART(
        key=key,
        data=part_data(result, "reporter"),
        # Whoever leaves at once has the reporter drawn no more.
        on_changes_change=lambda: take_in(st.session_state[key].get("changes")),
    ).changes
    take_in(changes)  # a session that takes over from another hears of a state, not a change


def draw_notes(result: Result) -> None:
    """Draw the notes as a row over the tracks."""
    PART(key=result.key("notes"), data=part_data(result, "notes"))


def draw_now_card(
    result: Result,
    filtered: Filtered,
    *,
    annotations: Mapping[str, object],
    tab: str,
) -> None:
    """Draw what holds at the playhead, and connect recording, tracks and list in the browser.

    `tab` is the open one below the tracks, as the address names it.
    """
    PART(
        key=result.key("now"),
        data={
            **part_data(result, "now"),
            "region": Key.RESULT,
            "stage": Key.STAGE,
            "heading": Key.HEADING,
            "player": Key.PLAYER,
            "tracks": result.key("tracks"),
            "charts": [result.key("quality-dimensions")],
            "endS": axis_end_s(result.analysis.end_s),
            "unrecorded": result.analysis.unrecorded,
            "geometry": {**tracks.geometry(result), "scores": tracks.scores(result)},
            "states": tracks.states(result),
            "moments": moments.browser_data(result, filtered.signals),
            "annotations": annotations,
            "jump": last_jump(result),
            "recordingStartS": starts_at_s(result.recording, result.sound),
            "result": result.kept_id,
            "tab": tab,
        },
    )
