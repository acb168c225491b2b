"""Saying in a live region what happened, and keeping the focus where it makes sense."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from interhuman.page.keys import Key
from interhuman.page.visit import Visit
from interhuman.text import name_line

START = (f".st-key-{Key.ANALYZE} button:enabled", "h1")
RESULT = (f".st-key-{Key.HEADING} h1",)
"""Where the focus goes when it was lost: CSS selectors, the first that is on the page counts."""

_announcer = st.components.v2.component(
    "interhuman_announcer",
    js=(Path(__file__).parent / "browser" / "announcer.js").read_text(encoding="utf-8"),
)


def draw_announcer(visit: Visit) -> None:
    """Announce what the page is about at present; the region stands there in every rerun."""
    announce(*announcement(visit), key=Key.ANNOUNCER)


def announce(text: str, focus: tuple[str, ...] = (), *, key: str) -> None:
    """Say `text` when it is new; then, if nothing has the focus, give it to the first of `focus`.

    `focus` holds CSS selectors.
    """
    _announcer(key=key, data={"text": text, "focus": list(focus)})


def announcement(visit: Visit) -> tuple[str, tuple[str, ...]]:
    """Return what to say about the visit, and where the focus goes if it was lost."""
    if visit.results.arrived is not None:
        arrived = f"The result for {name_line(visit.results.arrived.name)} has arrived."
        return arrived, START if visit.results.shown is None else RESULT
    if visit.results.shown is not None:
        return f"Showing the result for {name_line(visit.results.shown.name)}.", RESULT
    if visit.run is not None:
        run = f"The analysis of {name_line(visit.run.request.name)} is in progress."
        return run, (f".st-key-{Key.ANALYSIS}",)
    if visit.failure is not None:
        failure = f"The analysis of {name_line(visit.failure.request.name)} failed."
        return failure, (f".st-key-{Key.FAILURE}",)
    return visit.notice or "", START
