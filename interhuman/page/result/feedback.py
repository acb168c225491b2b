"""Coaching feedback, where it was asked for or came."""

from __future__ import annotations

import streamlit as st

from interhuman.analysis import Feedback
from interhuman.runs.results import Result
from interhuman.text import cut, displayable, markdown_plain, one_line

FEEDBACK_CHARACTERS = 4_000
TOPICS_SHOWN, TOPIC_CHARACTERS = 10, 60


def belongs_to(result: Result) -> bool:
    """Return whether the result has feedback, or was asked for it."""
    wanted = result.request is not None and result.request.wants_feedback
    return wanted or result.analysis.feedback is not None


def draw_feedback(result: Result) -> None:
    """Draw the feedback, or say why there is none."""
    feedback = result.analysis.feedback
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
