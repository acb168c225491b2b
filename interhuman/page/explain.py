"""An error in a person's words: what happened, what to do now, what support will ask for."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

import streamlit as st

from interhuman.errors import MAYBE_BILLED, InterhumanAPIError, InterhumanError
from interhuman.media.fit import FitError
from interhuman.text import markdown_plain

MESSAGE_CHARACTERS = 300
"""How much of the API's own words is shown."""

DOCS_HOST_SUFFIX = ".interhuman.ai"


def explain(error: Exception) -> None:
    """Say what `error` means and what to do now, in plain words."""
    if isinstance(error, InterhumanAPIError):
        st.error(
            f"{error.meaning}\n\n**What to do now:** {error.action}"
            if error.action is not None
            else markdown_plain(error.meaning),
            title=error.advice.title,
            icon=":material/error:",
        )
        if error.action is not None and error.message and error.failure is None:
            message = markdown_plain(error.message, most=MESSAGE_CHARACTERS)
            st.caption(f'{error.speaker} said: "{message}"')
        if error.maybe_accepted:
            st.warning(
                f"{MAYBE_BILLED} It's up to you whether to send it again.",
                icon=":material/receipt_long:",
            )
    elif isinstance(error, FitError):
        st.error(
            f"{markdown_plain(str(error))} Nothing was sent.",
            title="The recording couldn't be prepared",
            icon=":material/movie_off:",
        )
    elif isinstance(error, InterhumanError):
        st.error(markdown_plain(str(error)), icon=":material/error:")
    else:
        st.error(
            "The problem is in the app, not in your recording. Your recording and results are "
            "safe. Try again. If it keeps happening, ask the person who runs this app to look for "
            f"{type(error).__name__} in the log.",
            title="Something went wrong in this app",
            icon=":material/bug_report:",
        )


def link_to_documentation(error: Exception) -> None:
    """Link to Interhuman's page about the error, where it names one."""
    link = error.link if isinstance(error, InterhumanAPIError) else None
    if is_documentation(link):
        st.link_button("Read about this error", str(link), icon=":material/open_in_new:")


def draw_ids(error: Exception) -> None:
    """Show what support will ask for: the correlation ID to copy, and the error ID."""
    if not isinstance(error, InterhumanAPIError):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if error.correlation_id:
            _draw_id("Correlation ID, for support", error.correlation_id)
        if error.error_id:
            _draw_id("Error ID", error.error_id, width="content")


def _draw_id(label: str, value: str, *, width: Literal["content", "stretch"] = "stretch") -> None:
    with st.container(gap="xxsmall", width=width):
        st.caption(label)
        st.code(value, language=None, wrap_lines=True)


def is_documentation(link: str | None) -> bool:
    """Return whether a link that came with an error leads to Interhuman's own pages over https."""
    if not link:
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and (parts.hostname or "").endswith(DOCS_HOST_SUFFIX)
