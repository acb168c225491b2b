"""Downloads of many analyses: those that are ticked, all that a search finds, what is compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from interhuman.errors import LibraryError
from interhuman.exports.kinds import DEFAULT_BIN_S, FileKind, kinds, tables
from interhuman.findings.statistics import BINS_S
from interhuman.formats import count
from interhuman.library.library import Library
from interhuman.page import exporting, state, widgets
from interhuman.page.exporting import Export
from interhuman.page.keys import Key
from interhuman.page.visit import Visit
from interhuman.runs.exporting import ExportRun, Results, of_library
from interhuman.runs.kept_results import finished_ids
from interhuman.text import markdown_plain

TOO_MANY = "{} holds up to {:,} analyses; these are {:,}. Choose the workbook, or tick fewer."

Chosen = Callable[[], tuple[Results, int]]
"""Returns the results to download, and how many there are at most. Raises LibraryError."""


def draw_downloads(visit: Visit, library: Library, *, ids: Sequence[str], search: str) -> None:
    """Draw what the ticked analyses can be downloaded as; without any, all that match."""

    def chosen() -> tuple[Results, int]:
        wanted = list(ids) or finished_ids(library, search=search)
        return of_library(library, wanted), len(wanted)

    with draw_panel():
        draw_files(visit, chosen, what=_what(len(ids), search))


def draw_panel() -> DeltaGenerator:
    """Draw the button that opens the panel of downloads; return the panel, which is empty."""
    return st.popover("Download", icon=":material/download:", key=Key.EXPORTS)


def draw_files(visit: Visit, chosen: Chosen, *, what: str) -> None:
    """Draw what results can be downloaded as; `what` says which."""
    st.caption(exporting.BUSY if exporting.is_writing() else what)
    for kind in kinds(zone=state.time_zone()):
        _draw_kind(visit, kind, chosen)
    with st.expander("Tables (CSV)"):
        bin_s = widgets.one_of(Key.EXPORT_BIN, BINS_S, DEFAULT_BIN_S)
        for kind in tables(bin_s):
            _draw_kind(visit, kind, chosen)
        st.segmented_control(
            "Length of a time bin",
            BINS_S,
            default=bin_s,
            format_func=lambda seconds: f"{seconds} s",
            key=widgets.key_of(Key.EXPORT_BIN),
            required=True,
        )


def _what(ticked: int, search: str) -> str:
    if ticked:
        return f"{count(ticked, 'selected analysis', 'selected analyses')}:"
    if search.strip():
        return "Every analysis that matches the search:"
    return "The whole library. Tick analyses to download only those."


def _draw_kind(visit: Visit, kind: FileKind, chosen: Chosen) -> None:
    with st.container(gap="xxsmall"):
        st.button(
            kind.label,
            key=f"{Key.EXPORTS}-{kind.name}",
            on_click=_begin,
            args=(visit, kind, chosen),
            disabled=exporting.is_writing(),
            width="stretch",
        )
        st.caption(kind.purpose)


def _begin(visit: Visit, kind: FileKind, chosen: Chosen) -> None:
    try:
        results, total = chosen()
    except LibraryError as error:
        visit.kept.notice = markdown_plain(str(error))
        return
    if kind.max_results is not None and total > kind.max_results:
        visit.kept.notice = TOO_MANY.format(kind.title, kind.max_results, total)
        return
    stem = f"interhuman {count(total, 'analysis', 'analyses')}"
    run = ExportRun(results, total, kind.write, suffix=kind.suffix)
    exporting.begin(Export(kind.title, stem, kind.suffix, kind.mime, total, run))
