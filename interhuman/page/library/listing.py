"""The list of the library, as the browser draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

import streamlit as st

from interhuman.formats import clock, count, day_and_time, index_words, score
from interhuman.library.listing import SORT_KEYS
from interhuman.library.reading import GAPS, OVERALL_IS
from interhuman.library.rows import DONE, FAILED, KeptAnalysis, Listing, is_id
from interhuman.page.browser import DOM, TABLE, script, style
from interhuman.page.keys import Key
from interhuman.runs.queue.items import WORDS as QUEUE_WORDS
from interhuman.runs.record import OPENED
from interhuman.text import one_line
from interhuman.view.tracks_in_words import tracks_in_words
from interhuman.vocabulary import FAMILIES, MODELS

NONE = "\N{EN DASH}"
TITLE_CHARACTERS = 200

MAX_TICKED = 1_000

FOLDER = Path(__file__).parent / "browser"

PICTURE = FOLDER / "picture.js"
"""Drawing the small picture of an analysis, for every list that shows it."""

_component = st.components.v2.component(
    "interhuman_library_list",
    js=script(DOM, PICTURE, FOLDER / "listing.js"),
    css=style(TABLE, FOLDER / "listing.css"),
)


@dataclass
class Ticked:
    """What is ticked in the list; it outlasts paging and searching in a visit."""

    ids: tuple[str, ...] = ()
    cleared: int = 0
    """How often all ticks were taken back: the browser then forgets its own."""

    def take_in(self, reported: object) -> None:
        """Take in the ids that the browser reports."""
        if isinstance(reported, Sequence) and not isinstance(reported, str):
            ids = (id for id in reported if isinstance(id, str) and is_id(id))
            self.ids = tuple(dict.fromkeys(ids))[:MAX_TICKED]

    def clear(self) -> None:
        """Take all ticks back."""
        self.ids, self.cleared = (), self.cleared + 1


_COLUMNS = (
    {"key": "heading", "text": "Title"},
    {"key": "created_at", "text": "Date"},
    {"key": "duration_s", "text": "Length"},
    {"key": "quality_index", "text": "Quality index"},
    {"key": "signal_count", "text": "Signals"},
    {"key": "", "text": ""},
)


def draw_list(
    listing: Listing,
    *,
    total: int,
    sort: str,
    descending: bool,
    ticked: Ticked,
    zone: tzinfo,
    on_open: Callable[[str], None],
    on_edit: Callable[[str], None],
    on_label: Callable[[str], None],
    on_sort: Callable[[str, bool], None],
) -> None:
    """Draw the rows; a heading sorts, a title opens, a label finds all that have it.

    What is ticked is taken into `ticked`. `total` is the number of all analyses, found or not.
    """

    def chosen(name: str) -> object:
        return st.session_state[Key.LIBRARY_LIST].get(name)

    def sorted_anew() -> None:
        wish = chosen("sorted")
        if isinstance(wish, Mapping) and wish.get("key") in SORT_KEYS:
            on_sort(str(wish["key"]), bool(wish.get("descending")))

    _component(
        key=Key.LIBRARY_LIST,
        data={
            "caption": _how_many(listing.total, total),
            "columns": _COLUMNS,
            "sort": sort,
            "descending": descending,
            "ticked": {"ids": ticked.ids, "cleared": ticked.cleared},
            "rows": [{**row_data(row, zone), "opens": row.state == DONE} for row in listing.rows],
        },
        on_ticked_change=lambda: ticked.take_in(chosen("ticked")),
        on_opened_change=lambda: on_open(str(chosen("opened"))),
        on_edited_change=lambda: on_edit(str(chosen("edited"))),
        on_label_change=lambda: on_label(str(chosen("label"))),
        on_sorted_change=sorted_anew,
    )


def _how_many(found: int, total: int) -> str:
    every = count(total, "analysis", "analyses")
    return every if found == total else f"{found:,} of {every}"


def row_data(row: KeptAnalysis, zone: tzinfo) -> dict[str, object]:
    """Return what the list shows of an analysis, as JSON; its date is in `zone`."""
    index, overall_is = row.quality_index, (row.tracks or {}).get(OVERALL_IS, "")
    return {
        "id": row.id,
        "title": one_line(row.heading, TITLE_CHARACTERS) or "(unnamed)",
        "about": _about(row),
        "labels": list(row.labels),
        "when": day_and_time(row.created_at, zone) if row.created_at is not None else NONE,
        "length": clock(row.duration_s) if row.duration_s is not None else NONE,
        "index": score(index) if index is not None else NONE,
        "band": ", ".join(filter(None, (index_words(index, ()), overall_is))),
        "tracks": {name: row.tracks.get(name, "") for name in (*FAMILIES, "engagement")}
        if row.tracks is not None
        else None,
        "words": _tracks_words(row),
    }


def _about(row: KeptAnalysis) -> str:
    """Return what is to be known beside the title, on one line."""
    model = MODELS.get(row.model)
    parts = [
        row.name if row.title else "",
        model.title if model is not None else row.model,
        "sandbox" if row.sandbox else "",
        "opened from a file" if row.options.get(OPENED) else "",
        row.failure or "",
        f"scores: {overall_is}" if (overall_is := (row.tracks or {}).get(OVERALL_IS)) else "",
        f"not analyzed {gaps}" if (gaps := (row.tracks or {}).get(GAPS)) else "",
        row.note,
    ]
    return one_line(" · ".join(filter(None, parts)), TITLE_CHARACTERS)


def _tracks_words(row: KeptAnalysis) -> str:
    if row.state == DONE:
        return tracks_in_words(row.tracks)
    others = "Failed" if row.state == FAILED else "In progress"
    return QUEUE_WORDS.get(row.stage or "", others)
