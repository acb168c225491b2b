"""One result: its head, then all that is read together under one playhead."""

from __future__ import annotations

import streamlit as st

from interhuman.analysis import Unread
from interhuman.formats import count
from interhuman.page import open_kept
from interhuman.page.connect import Connection
from interhuman.page.keys import Key
from interhuman.page.result import component, header, stage
from interhuman.page.result.added import added_to
from interhuman.page.result.downloads import draw_downloads
from interhuman.page.result.printing import print_report_of
from interhuman.page.result.stitched import draw_stitched
from interhuman.page.visit import Visit
from interhuman.runs.results import Result
from interhuman.text import markdown_plain, one_line

UNREAD_SHOWN, UNREAD_CHARACTERS = 200, 200


def draw_result(visit: Visit, connection: Connection | None) -> None:
    """Draw the result that the visitor looks at, if there is one."""
    result = visit.results.shown
    if result is None:
        return
    result = open_kept.with_recording(visit, result)
    component.draw_styles()
    added = added_to(result)
    print_report_of(result.identity, lambda: [result.named(added.annotations)])
    with st.container(key=Key.RESULT):
        panel = header.draw_header(visit, result)
        _draw_notices(visit, result)
        draw_stitched(visit, connection, result)
        stage.draw_stage(visit, result)
        with panel:  # last, since nobody sees it yet
            draw_downloads(result, added_to(result))


def _draw_notices(visit: Visit, result: Result) -> None:
    """Say what is to be known of this result before it is read."""
    analysis = result.analysis
    if visit.notice is not None:
        st.info(visit.notice, icon=":material/info:")
    if result.sent_as:
        st.caption(markdown_plain(f"Sent as: {result.sent_as}. Times refer to the original."))
    if result.arrived_after_cancel:
        st.info("This result arrived after you canceled. It was kept.")
    if result.storage_problem is not None:
        st.warning(f"{markdown_plain(result.storage_problem)} Download it to keep it.")
    if result.recording_problem is not None:
        st.info(f"The recording wasn't saved: {markdown_plain(result.recording_problem)}")
    _draw_unread(analysis.unread)
    if not (analysis.signals or analysis.engagement or analysis.conversation_quality):
        st.warning(
            "This result has no signals, engagement or quality that could be read. The full "
            "response is kept: see the JSON tab.",
            title="Nothing to show",
            icon=":material/help:",
        )


def _draw_unread(unread: tuple[Unread, ...]) -> None:
    if not unread:
        return
    with st.expander(
        f"{count(len(unread), 'thing')} in this response couldn't be read as sent",
        icon=":material/rule:",
    ):
        st.caption("Everything else is shown. The JSON tab has the full response.")
        st.dataframe(
            [
                {
                    "where": one_line(item.path, UNREAD_CHARACTERS),
                    "what": one_line(item.why, UNREAD_CHARACTERS),
                }
                for item in unread[:UNREAD_SHOWN]
            ],
            hide_index=True,
            height="content" if len(unread) < 12 else 400,
        )
        if len(unread) > UNREAD_SHOWN:
            st.caption(f"Showing the first {UNREAD_SHOWN} of {len(unread):,}.")
