"""Offering the result of a recording that was analyzed in an earlier visit."""

from __future__ import annotations

import logging

import streamlit as st

from interhuman.errors import LibraryError
from interhuman.formats import day_and_time
from interhuman.page import open_kept, state
from interhuman.page.connect import Connection
from interhuman.page.keys import Key
from interhuman.page.visit import Visit
from interhuman.runs.queue.same import Same, find_same
from interhuman.runs.queue.states import ItemState
from interhuman.runs.recording import UploadedRecording

log = logging.getLogger(__name__)


def earlier_result(
    visit: Visit, connection: Connection | None, recording: UploadedRecording
) -> Same | None:
    """Return the result that the library has of a recording with the same options.

    None for a result of this visit, which pressing Analyze shows. The header has been read.
    """
    library = visit.kept.library
    if library is None or connection is None or recording.had_no_room:
        return None
    request = visit.options.about(recording, sandbox=connection.sandbox)
    if visit.results.of_request(request) is not None:
        return None
    try:
        same = find_same(library, request)
    except LibraryError as error:
        log.warning("the library can't be searched for an earlier result: %s", error)
        return None
    return same if same is not None and same.state is ItemState.DONE else None


def draw_earlier(visit: Visit, same: Same) -> None:
    """Say that the result is there, with the button that opens it."""
    when = f" on {day_and_time(same.created_at, state.time_zone())}" if same.created_at else ""
    st.markdown(f"You analyzed this recording with the same options{when}.")
    st.button(
        "Open that result",
        key=Key.OPEN_EARLIER,
        type="primary",
        width="stretch",
        icon=":material/history:",
        on_click=_open,
        args=(visit, same.id),
    )


def _open(visit: Visit, id: str) -> None:
    open_kept.open_result(visit, id)
