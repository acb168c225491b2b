"""One analysis from its headline to its raw JSON, in the order a person asks."""

from __future__ import annotations

import streamlit as st

from interhuman.analysis import Feedback, Unread
from interhuman.page import (
    downloads,
    engagement,
    example,
    figures,
    headline,
    player,
    quality,
    signals,
    stored_answers,
)
from interhuman.page.choose import SAVED
from interhuman.page.state import Key
from interhuman.page.visit import Result, Visit
from interhuman.text import cut, displayable, markdown_plain, one_line
from interhuman.view.formats import count
from interhuman.vocabulary import SANDBOX_NOTE

NAME_CHARACTERS = 80
"""The longest name of a recording that the page shows."""

FEEDBACK_CHARACTERS = 4_000
UNREAD_SHOWN, UNREAD_CHARACTERS = 200, 200
TOPICS_SHOWN, TOPIC_CHARACTERS = 10, 60


def draw_results(visit: Visit) -> None:
    """Draw the shown result, or what will stand here while there is none."""
    if visit.notice is not None:
        st.info(visit.notice, icon=":material/info:")
    if visit.shown is None:
        _nothing_yet(visit)
        return
    _choose_result(visit, visit.shown)
    draw_result(visit.shown)


def draw_result(result: Result) -> None:
    """Draw one result, section by section: what has no widgets once, the rest in every rerun."""
    figures.draw_once(_draw_summary, result)
    player.draw_player(result)
    figures.draw_once(_draw_charts, result)
    quality.draw_dimensions_over_time(result)
    signals.draw_table(result)
    figures.draw_once(_draw_feedback, result)
    downloads.draw_downloads(result)


def _draw_summary(result: Result) -> None:
    analysis = result.analysis
    name = markdown_plain(result.name, most=NAME_CHARACTERS)
    st.header(f"What was seen and heard in {name}", anchor=False)
    if analysis.sandbox:
        st.warning(SANDBOX_NOTE, icon=":material/science:", title="Sandbox result")
    if result.arrived_after_cancel:
        st.info("This result arrived after you had canceled; it was kept.")
    if result.storage_problem is not None:
        st.warning(f"{markdown_plain(result.storage_problem)} Download it below to keep it.")
    _draw_unread(analysis.unread)
    if not (analysis.signals or analysis.engagement or analysis.conversation_quality):
        st.warning(
            "This answer holds no signals, no engagement and no quality that could be read. What "
            "came is kept: the raw JSON stands at the end of this page.",
            title="Nothing to show",
            icon=":material/help:",
        )
    headline.draw_headline(result)


def _draw_charts(result: Result) -> None:
    signals.draw_timeline(result)
    engagement.draw_engagement(result)
    quality.draw_overall(result)
    quality.draw_over_time(result)


def _nothing_yet(visit: Visit) -> None:
    with st.container(border=True):
        st.markdown("**What you will see here**")
        st.caption(
            "The quality of the conversation with its five dimensions · the recording · every "
            "signal on the recording's own time axis, with the reason it was detected · engagement "
            "· quality over time · everything as a table and as files to keep."
        )
        example.draw_example()
        if stored_answers.any_stored(visit):
            st.button(
                "Open an answer kept on this machine",
                key=Key.SHOW_STORED,
                on_click=_open_saved,
            )


def _open_saved() -> None:
    st.session_state[Key.SOURCE] = SAVED


def _choose_result(visit: Visit, shown: Result) -> None:
    if len(visit.results) < 2:
        return
    key = f"{Key.EARLIER}-{len(visit.results)}-{shown.number}"
    st.selectbox(
        "Results of this visit",
        [result.number for result in reversed(visit.results)],
        index=len(visit.results) - shown.number,
        format_func=lambda number: _title(visit.results[number - 1]),
        key=key,
        on_change=lambda: visit.show(st.session_state[key]),
    )


def _title(result: Result) -> str:
    return f"{result.arrived_at:%H:%M:%S} · {one_line(result.name, NAME_CHARACTERS)}"


def _draw_unread(unread: tuple[Unread, ...]) -> None:
    if not unread:
        return
    with st.expander(
        f"{count(len(unread), 'thing')} in this answer could not be read as sent",
        icon=":material/rule:",
    ):
        st.caption("Everything else is shown. The raw JSON at the end holds all of it.")
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
            st.caption(f"The first {UNREAD_SHOWN} of {len(unread):,} stand here.")


def _draw_feedback(result: Result) -> None:
    feedback = result.analysis.feedback
    wanted = result.request is not None and result.request.wants_feedback
    if feedback is None and not wanted:
        return
    st.subheader("Feedback", anchor=False)
    with st.container(border=True):
        if feedback is None:
            st.text("Feedback was asked for, and none came with this answer. That is common.")
        elif feedback.message is None:
            reason = cut(feedback.reason or "the API gave no reason.", FEEDBACK_CHARACTERS)
            st.text(f"No feedback: {displayable(reason)}")
        else:
            st.text(displayable(cut(feedback.message, FEEDBACK_CHARACTERS)))
            _draw_topics(feedback)


def _draw_topics(feedback: Feedback) -> None:
    """Say what the feedback is about, where the API says it."""
    topics = list(feedback.active_dimensions)
    if feedback.primary_signal:
        topics.append(f"signal {feedback.primary_signal}")
    if topics:
        shown = [one_line(topic, TOPIC_CHARACTERS) for topic in topics[:TOPICS_SHOWN]]
        if len(topics) > TOPICS_SHOWN:
            shown.append(f"and {len(topics) - TOPICS_SHOWN:,} more")
        st.caption("About " + markdown_plain(", ".join(shown)))
