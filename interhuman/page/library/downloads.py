"""Downloads of many analyses: those that are ticked, else all that the search finds."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.exports.kinds import DEFAULT_BIN_S, FileKind, kinds, tables
from interhuman.findings.statistics import BINS_S
from interhuman.formats import count
from interhuman.library.library import Library
from interhuman.page import exporting, state, widgets
from interhuman.page.exporting import Export
from interhuman.page.keys import Key
from interhuman.page.visit import Visit
from interhuman.runs.exporting import ExportRun, of_library
from interhuman.runs.kept_results import finished_ids
from interhuman.text import markdown_plain

OF_LIBRARY = "library"


def draw_downloads(visit: Visit, library: Library, *, ids: Sequence[str], search: str) -> None:
    """Draw what the ticked analyses can be downloaded as; without any, all that match."""
    with st.popover("Download", icon=":material/download:", key=Key.EXPORTS):
        if exporting.draw_export(OF_LIBRARY):
            return
        st.caption(_what(len(ids), search))
        for kind in kinds(zone=state.time_zone()):
            _draw_kind(visit, library, kind, ids=ids, search=search)
        with st.expander("Tables (CSV)"):
            bin_s = widgets.one_of(Key.EXPORT_BIN, BINS_S, DEFAULT_BIN_S)
            for kind in tables(bin_s):
                _draw_kind(visit, library, kind, ids=ids, search=search)
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
        return f"Of the {count(ticked, 'analysis', 'analyses')} you ticked:"
    if search.strip():
        return "Of every analysis that matches the search:"
    return "Of every analysis in the library; tick some to download only those:"


def _draw_kind(
    visit: Visit, library: Library, kind: FileKind, *, ids: Sequence[str], search: str
) -> None:
    st.button(
        kind.label,
        key=f"{Key.EXPORTS}-{kind.name}",
        help=kind.purpose,
        on_click=_begin,
        args=(visit, library, kind),
        kwargs={"ids": ids, "search": search},
        width="stretch",
    )
    st.caption(kind.purpose)


def _begin(
    visit: Visit, library: Library, kind: FileKind, *, ids: Sequence[str], search: str
) -> None:
    try:
        wanted = list(ids) or finished_ids(library, search=search)
    except LibraryError as error:
        visit.kept.notice = markdown_plain(str(error))
        return
    analyses = count(len(wanted), "analysis", "analyses")
    run = ExportRun(of_library(library, wanted), len(wanted), kind.write, suffix=kind.suffix)
    name = f"interhuman {analyses}{kind.suffix}"
    exporting.begin(Export(OF_LIBRARY, kind.title, name, kind.mime, len(wanted), run))
