"""Interhuman dashboard: run `streamlit run dashboard.py`."""

from pathlib import Path

import streamlit as st

from interhuman import page
from interhuman.page import announce, connect, progress, results, start, state

st.set_page_config(page_title="Interhuman dashboard", page_icon="💬", layout="wide")
st.html(Path(page.__file__).with_name("page.css"))

# The order matters. Runs that ended are taken in before anything is drawn, or the page would show
# a state that is past; the run that the address names may be one of them. A job that it names takes
# a connection to resume, and is under way before the page draws what is.
visit = state.visit()
state.collect()
progress.resume_run(visit)
connection = connect.draw_top_bar(visit)
progress.resume_job(visit, connection)
announce.draw_announcer(visit)
progress.draw_arrived(visit)

if visit.shown is None:
    start.draw_start(visit, connection)
else:
    results.draw_results(visit)
