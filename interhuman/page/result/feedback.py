"""Coaching feedback, where it was asked for or came."""

from __future__ import annotations

import streamlit as st

from interhuman.analysis import Feedback
from interhuman.findings.stitching_in_words import part_title
from interhuman.runs.results import Result
from interhuman.text import cut, displayable, markdown_plain, one_line

FEEDBACK_CHARACTERS = 4_000
TOPICS_SHOWN, TOPIC_CHARACTERS = 10, 60


def belongs_to(result: Result) -> bool:
    """Return whether the result has feedback, or was asked for it."""
    wanted = result.request is not None and result.request.wants_feedback
    given = any(part.feedback is not None for part in result.analysis.parts)
    return wanted or given or result.analysis.feedback is not None


def draw_feedback(result: Result) -> None:
    """Draw the feedback, that of each part where there are several, or say why there is none."""
    analysis = result.analysis
    if not analysis.parts:
        _draw_one(analysis.feedback)
    for number, part in enumerate(analysis.parts, start=1):
        st.markdown(f"**{markdown_plain(part_title(number, part))}**")
        if part.problem is None:
            _draw_one(part.feedback)
        else:
            st.text("Not analyzed.")


def _draw_one(feedback: Feedback | None) -> None:
    if feedback is None:
        st.text("You asked for feedback, but this result has none. That's common.")
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
