"""Interhuman dashboard: run `streamlit run dashboard.py`."""

from pathlib import Path

import streamlit as st

from interhuman import page
from interhuman.page import analyze, choose, connect, failure, progress, results, state

st.set_page_config(
    page_title="Interhuman dashboard",
    page_icon="💬",
    layout="wide",
    initial_sidebar_state="auto",
)
st.html(Path(page.__file__).with_name("page.css"))

# The order matters. Runs that ended are taken in before anything is drawn, or the page would show
# a state that is past. Only a connection can resume what the address names, and a resumed run is
# known before the page decides whether the form is open. The form comes before the progress: it
# may start the run whose progress is drawn.
visit = state.visit()
state.collect()
connection = connect.choose_connection(visit)
progress.resume_from_address(visit, connection)

st.title("What happened, when, and why", anchor=False)
st.caption(
    "Interhuman reads social signals from a recording of a conversation: hesitation, agreement, "
    "stress and more, with engagement and the quality of the conversation over time."
)

form_open = visit.shown is None or visit.run is not None or visit.failure is not None
form_title = "Recording" if visit.shown is None else "Another recording"
with st.expander(form_title, expanded=form_open, icon=":material/movie:"):
    left, right = st.columns((5, 4), gap="medium")
    with left:
        source, recording = choose.choose_source(), None
        if source == choose.SAVED:
            choose.open_saved(visit)
        else:
            recording = choose.choose_recording(visit, source)
            analyze.draw_form(visit, connection, recording)
    with right:
        progress.draw_progress(visit, connection)
        failure.draw_failure(visit, connection)
        if recording is not None and visit.shown is None:
            choose.draw_preview(recording, visit.model)

results.draw_results(visit)
