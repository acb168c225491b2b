"""The panel of a failed analysis: what happened, what was received, the next step."""

from __future__ import annotations

import streamlit as st

from interhuman.page import resume, widgets
from interhuman.page.connect import Connection
from interhuman.page.explain import draw_ids, explain, link_to_documentation
from interhuman.page.keys import Key
from interhuman.page.start.next_step import next_step_for
from interhuman.page.visit import Failure, Visit
from interhuman.text import markdown_name, safe_stem


def draw_failure(visit: Visit, connection: Connection | None) -> None:
    """Draw the last run's failure, what was received, and the next step as a button."""
    if visit.failure is None:
        return
    with st.container(border=True, key=Key.FAILURE):
        # Another recording may have been chosen since.
        st.caption(markdown_name(visit.failure.request.name))
        explain(visit.failure.error)
        with st.container(horizontal=True):
            _draw_next_step(visit, connection, visit.failure)
            link_to_documentation(visit.failure.error)
            _offer_received(visit.failure)
            st.button("Dismiss", key=Key.DISMISS, on_click=visit.dismiss)
        draw_ids(visit.failure.error)


def _draw_next_step(visit: Visit, connection: Connection | None, failure: Failure) -> None:
    step = next_step_for(failure.error, failure.request)
    if step is None:
        return
    if step.kind == "sign in":
        st.button(step.label, key=Key.NEXT_STEP, on_click=_sign_in_again, args=(visit,))
    else:
        st.button(
            step.label,
            key=Key.NEXT_STEP,
            disabled=connection is None or visit.run is not None,
            on_click=resume.start,
            args=(visit, connection, step.request),
        )


def _sign_in_again(visit: Visit) -> None:
    """Forget the visitor's credentials and open the fields for new ones."""
    visit.dismiss()
    visit.use_credentials(None)
    visit.access.asking = visit.access.starts_with_api = True
    widgets.renew(Key.TARGET)
    visit.access.open()


def _offer_received(failure: Failure) -> None:
    for number, answer in enumerate(failure.run.answers):
        which = safe_stem(answer.correlation_id or str(number))
        if 200 <= answer.status < 300:
            st.download_button(
                "Download the response as received",
                answer.body,
                file_name=f"interhuman-answer-{which}.txt",
                mime="application/octet-stream",
                on_click="ignore",
                key=f"answer-{number}",
            )
