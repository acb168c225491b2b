"""What is seen first of a comparison: who is who, radars, scores, and signals a minute.

The browser draws it, and what recurs below it, from plain values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path

import streamlit as st

from interhuman.findings.caveats import caveats
from interhuman.findings.comparison import LETTERS
from interhuman.findings.comparison_in_words import comparison_in_words
from interhuman.findings.recurring import THIRDS
from interhuman.findings.recurring_in_words import recurring_in_words
from interhuman.formats import day_and_time, label, length, model_title
from interhuman.page import state
from interhuman.page.browser import DOM, script
from interhuman.page.compare.entries import Entry, names
from interhuman.page.keys import Key
from interhuman.page.result import component
from interhuman.text import one_line
from interhuman.vocabulary import SANDBOX_NOTE

FOLDER = Path(__file__).parent / "browser"
TITLE_CHARACTERS = 120

MODULES = (
    DOM,
    component.FOLDER / "radar.js",
    *(FOLDER / f"{name}.js" for name in ("who", "numbers", "recurring", "sheet")),
)

_VIEW = st.components.v2.component(
    "interhuman_comparison", js=script(*MODULES), isolate_styles=False
)


def draw_styles() -> None:
    """Give the page the styles of the comparison; the radar has those of a result."""
    component.draw_styles()
    st.html(FOLDER / "compare.css")


def draw_sheet(
    entries: Sequence[Entry],
    *,
    link: str,
    on_open: Callable[[str, float | None], None],
    on_remove: Callable[[str], None] | None,
) -> None:
    """Draw who is who and what is unfair; for as many as have letters, the numbers too.

    `link` says why there is no link, "" where there is one. `on_open` gets the id of an entry and
    a time in seconds, or none; `on_remove` is None where none can be taken out.
    """
    recordings = [entry.compared for entry in entries]
    zone = state.time_zone()

    def asked(name: str) -> object:
        return st.session_state[Key.COMPARED].get(name)

    _VIEW(
        key=Key.COMPARED,
        data={
            "part": "sheet",
            "who": [
                _who(name, entry, zone) for name, entry in zip(names(entries), entries, strict=True)
            ],
            "noLink": link,
            "canRemove": on_remove is not None and len(entries) > 2,
            "caveats": caveats(recordings),
            "numbers": comparison_in_words(recordings) if len(entries) <= len(LETTERS) else None,
        },
        on_opened_change=lambda: _opened(asked("opened"), entries, on_open),
        on_removed_change=lambda: (
            on_remove(str(asked("removed"))) if on_remove is not None else None
        ),
    )


def draw_recurring(
    entries: Sequence[Entry], *, on_open: Callable[[str, float | None], None]
) -> None:
    """Draw in how many of the recordings each type occurs, in which third, and its moments."""
    _VIEW(
        key=Key.RECURRING,
        data={
            "part": "recurring",
            "names": names(entries),
            "ids": [entry.id for entry in entries],
            "titles": [one_line(entry.title, TITLE_CHARACTERS) for entry in entries],
            "thirds": [label(third) for third in THIRDS],
            **recurring_in_words([entry.compared for entry in entries]),
        },
        on_opened_change=lambda: _opened(
            st.session_state[Key.RECURRING].get("opened"), entries, on_open
        ),
    )


def _opened(
    asked: object, entries: Sequence[Entry], on_open: Callable[[str, float | None], None]
) -> None:
    """Open what the browser asks for, if it is one of the entries."""
    if not isinstance(asked, Mapping) or asked.get("id") not in {entry.id for entry in entries}:
        return
    seconds = asked.get("seconds")
    is_time = isinstance(seconds, int | float) and math.isfinite(seconds) and seconds >= 0
    on_open(str(asked["id"]), float(seconds) if is_time and seconds is not None else None)


def _who(name: str, entry: Entry, zone: tzinfo) -> dict[str, object]:
    compared = entry.compared
    facts = [
        day_and_time(entry.analyzed_at, zone) if entry.analyzed_at is not None else "",
        length(compared.end_s),
        model_title(compared.model),
    ]
    return {
        "id": entry.id,
        "name": name,
        "title": one_line(entry.title, TITLE_CHARACTERS) or "(unnamed)",
        "facts": " · ".join(filter(None, facts)),
        "sandbox": SANDBOX_NOTE if compared.sandbox else "",
    }
