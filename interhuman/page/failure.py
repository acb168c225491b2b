"""What a person reads when something went wrong: what happened, what to do, whom to ask."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from interhuman.errors import InterhumanAPIError, InterhumanError
from interhuman.page.state import Failure, Key, Visit
from interhuman.text import markdown_plain

DOCS_HOST_SUFFIX = ".interhuman.ai"


def panel(visit: Visit) -> None:
    """Draw the last run's failure, and what was received if it could not be read."""
    if visit.failure is None:
        return
    with st.container(border=True):
        explain(visit.failure.error)
        _received(visit.failure)
        st.button("Dismiss", key=Key.DISMISS, on_click=visit.dismiss)


def explain(error: Exception) -> None:
    """Say what `error` means and what to do now, in plain words."""
    if isinstance(error, InterhumanAPIError):
        advice = error.advice
        told_here = error.failure is not None and error.error_id is None
        st.error(
            markdown_plain(error.message)
            if told_here
            else f"{advice.meaning}\n\n**What to do now:** {advice.action}",
            title=advice.title,
            icon=":material/error:",
        )
        if error.maybe_accepted:
            st.warning(
                "The recording may have been analysed and billed although no result came back. "
                "It was not sent again; whether to send it again is yours to decide.",
                icon=":material/receipt_long:",
            )
        _evidence(error)
    elif isinstance(error, InterhumanError):
        st.error(markdown_plain(str(error)), icon=":material/error:")
    else:
        st.error(
            "This is a fault of the dashboard, not of your recording. Your recording and your "
            f"earlier results are still here. The log names it: {type(error).__name__}.",
            title="The dashboard made a mistake",
            icon=":material/bug_report:",
        )


def _evidence(error: InterhumanAPIError) -> None:
    """Show what support will ask for: the error id, its page, the correlation id to copy."""
    if error.error_id:
        st.caption("Error id")
        st.code(error.error_id, language=None, width="content")
    if error.correlation_id:
        st.caption("Correlation id: copy it when you write to support")
        st.code(error.correlation_id, language=None, width="content")
    if is_documentation(error.link):
        st.link_button("Read about this error", str(error.link), icon=":material/open_in_new:")


def is_documentation(link: str | None) -> bool:
    """Whether a link that came with an error leads to Interhuman's own pages over https."""
    if not link:
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and (parts.hostname or "").endswith(DOCS_HOST_SUFFIX)


def _received(failure: Failure) -> None:
    for number, answer in enumerate(failure.run.answers):
        if 200 <= answer.status < 300:
            st.download_button(
                "Download the answer as it came",
                answer.body,
                file_name=f"interhuman-answer-{answer.correlation_id or number}.txt",
                mime="application/octet-stream",
                on_click="ignore",
                key=f"answer-{number}",
            )
