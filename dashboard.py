"""Interhuman dashboard: run `streamlit run dashboard.py`."""

from pathlib import Path

import streamlit as st

from interhuman import page
from interhuman.page import announce, connect, library_page, progress, results, start, state

st.set_page_config(page_title="Interhuman dashboard", page_icon="💬", layout="wide")
st.html(Path(page.__file__).with_name("page.css"))


def draw_analyze() -> None:
    """Draw the result that is looked at, else the start page."""
    if visit.shown is None:
        start.draw_start(visit, connection)
    else:
        results.draw_results(visit)


def draw_library() -> None:
    """Draw what was analyzed before."""
    library_page.draw_library(visit)


analyze_page = st.Page(draw_analyze, title="Analyze", icon=":material/graphic_eq:", default=True)
kept_page = st.Page(
    draw_library, title="Library", icon=":material/inventory_2:", url_path="library"
)
current_page = st.navigation([analyze_page, kept_page], position="top")

# The order matters. Runs that ended are taken in before anything is drawn, or the page would show
# a state that is past; the run that the address names may be one of them. The top bar opens the
# visitor's library, which has the result that the address names. A job that it names takes a
# connection to resume, and is under way before the page draws what is.
visit = state.visit()
visit.in_library = current_page is kept_page
if visit.consume_leaving() and visit.in_library:
    st.switch_page(analyze_page)
state.collect()
progress.resume_run(visit)
connection = connect.draw_top_bar(visit)
progress.open_addressed(visit)
progress.resume_job(visit, connection)
progress.resume_left_jobs(visit, connection)
announce.draw_announcer(visit)
progress.draw_arrived(visit)
current_page.run()
