"""The recent analyses: the newest of the library, and all of this visit that it does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.library.library import Library
from interhuman.library.rows import DONE, KeptAnalysis
from interhuman.page import open_kept, state
from interhuman.page.browser import DOM, script
from interhuman.page.keys import Key
from interhuman.page.library.listing import FOLDER, NONE, PICTURE, row_data
from interhuman.page.visit import Visit
from interhuman.runs.record import OPENED
from interhuman.runs.results import Result
from interhuman.text import markdown_plain

TITLE = "Recent analyses"

OF_THE_LIBRARY = 5
"""So many of the newest are listed, and as many older ones that were opened in this visit."""

_SCRIPT = script(DOM, PICTURE, FOLDER / "recent.js")
_STYLES = (FOLDER / "recent.css").read_text(encoding="utf-8")

_component = st.components.v2.component("interhuman_recent", js=_SCRIPT, css=_STYLES)

# A dialog keeps the keyboard in what it can see, which a component with styles of its own is not.
_choice = st.components.v2.component(
    "interhuman_choice",
    js=_SCRIPT,
    css=f".st-key-{Key.COMPARE_LIST} {{\n{_STYLES}\n}}",
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class Recent:
    """The recent analyses, newest first."""

    rows: tuple[KeptAnalysis, ...] = ()
    problem: str | None = None
    """Why the library could not be read."""

    @property
    def can_open_any(self) -> bool:
        """Whether one of them has a result."""
        return any(row.state == DONE for row in self.rows)


def recent(visit: Visit) -> Recent:
    """Return what is listed for this visitor; the run that the page follows is not."""
    library, problem = visit.kept.library, None
    rows: dict[str, KeptAnalysis] = {}
    try:
        if library is not None:
            rows = _kept(visit, library)
    except LibraryError as error:
        problem = str(error)
    for result in visit.results.present:
        if problem is not None or result.kept_id is None:
            rows.setdefault(result.listed_id, as_row(result))
    return Recent(tuple(sorted(rows.values(), key=_moment, reverse=True)), problem)


def draw_recent(visit: Visit, listed: Recent, *, key: str) -> None:
    """Draw the list: a press opens an analysis; what has no result says so."""
    zone, shown = state.time_zone(), visit.results.shown

    def on_open() -> None:
        open_recent(visit, str(st.session_state[key].get("opened")))

    _component(
        key=key,
        data={
            "caption": TITLE,
            "rows": [
                {
                    **_as_item(row, zone),
                    "shown": shown is not None and shown.listed_id == row.id,
                }
                for row in listed.rows
            ],
        },
        on_opened_change=on_open,
    )
    if listed.problem is not None:
        st.caption(markdown_plain(listed.problem))


def draw_choice(rows: Sequence[KeptAnalysis], *, caption: str, zone: tzinfo) -> str | None:
    """Draw a list of analyses that one is chosen from; return the id that was just chosen."""
    chosen = _choice(
        key=Key.COMPARE_LIST,
        data={
            "caption": caption,
            "rows": [{**_as_item(row, zone), "shown": False} for row in rows],
        },
        on_opened_change=lambda: None,
    ).opened
    return str(chosen) if chosen else None


def open_recent(visit: Visit, id: str) -> None:
    """Show a result of the visit or of the library; the visit's notice says why that fails."""
    result = visit.results.listed(id)
    if result is not None:
        visit.show(result.number)
    else:
        open_kept.open_result(visit, id)


def _kept(visit: Visit, library: Library) -> dict[str, KeptAnalysis]:
    """Return the newest rows of the library, then the older ones that this visit has open."""
    followed = visit.run.record.id if visit.run is not None and visit.run.record else None
    newest = library.page(limit=OF_THE_LIBRARY + (followed is not None)).rows
    rows = {row.id: row for row in newest if row.id != followed}
    opened = [result.kept_id for result in visit.results.present if result.kept_id is not None]
    for id in _others(opened, rows):
        row = library.get(id)
        if row is not None:
            rows[id] = row
    return rows


def _others(opened: Sequence[str], rows: dict[str, KeptAnalysis]) -> list[str]:
    return [id for id in dict.fromkeys(reversed(opened)) if id not in rows][:OF_THE_LIBRARY]


def _as_item(row: KeptAnalysis, zone: tzinfo) -> dict[str, object]:
    """Return what the browser draws of an analysis: what is not known takes no room."""
    data = {name: "" if value == NONE else value for name, value in row_data(row, zone).items()}
    return {**data, "opens": row.state == DONE}


def as_row(result: Result) -> KeptAnalysis:
    """Return a result that no library holds in the form of one that is kept."""
    analysis, summary = result.analysis, result.summary
    return KeptAnalysis(
        id=result.listed_id,
        created_at=result.arrived_at,
        updated_at=None,
        name=result.name,
        duration_s=analysis.end_s or None,
        size_bytes=None,
        sha256=None,
        model=analysis.model,
        options={OPENED: True} if result.request is None else {},
        sandbox=analysis.sandbox,
        correlation_id=None,
        state=DONE,
        failure=None,
        job_id=None,
        job_expires_at=None,
        title="",
        labels=(),
        note=result.note,
        quality_index=summary.quality_index,
        signal_count=summary.signal_count,
        tracks=summary.tracks,
    )


def _moment(row: KeptAnalysis) -> datetime:
    return row.created_at or datetime.min.replace(tzinfo=UTC)
