"""Interhuman dashboard: run `streamlit run dashboard.py`."""

from pathlib import Path

import streamlit as st

from interhuman import page
from interhuman.page import announce, connect, progress, results, start, state

st.set_page_config(page_title="Interhuman dashboard", page_icon="💬", layout="wide")
st.html(Path(page.__file__).with_name("page.css"))

# The order matters. Runs that ended are taken in before anything is drawn, or the page would show
# a state that is past. Only a connection can resume what the address names, and a resumed run is
# known before the page draws what is under way.
visit = state.visit()
state.collect()
connection = connect.draw_top_bar(visit)
progress.resume_from_address(visit, connection)
announce.draw_announcer(visit)
progress.draw_arrived(visit)

if visit.shown is None:
    start.draw_start(visit, connection)
else:
    results.draw_results(visit)
