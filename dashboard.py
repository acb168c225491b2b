"""Interhuman dashboard: run `streamlit run dashboard.py`."""

import streamlit as st

from interhuman.page import (
    address,
    announce,
    connect,
    exporting,
    resume,
    secrets_file,
    serving,
    sign_in,
    state,
)
from interhuman.page.compare import compare
from interhuman.page.library import entry
from interhuman.page.library import library as library_page
from interhuman.page.many import many, reading
from interhuman.page.many.intake import INTAKE
from interhuman.page.result import printing, result
from interhuman.page.serving import PLAYBACK
from interhuman.page.start import navigation, progress, start
from interhuman.page.visit import Visit
from interhuman.runs import recording_files


def draw_analyze(visit: Visit, connection: connect.Connection | None) -> None:
    """Draw the result that is looked at, the comparison, the list of many, or the start page."""
    if visit.results.shown is not None:
        result.draw_result(visit, connection)
    elif visit.results.compared is not None:
        compare.draw_comparison(visit, visit.results.compared)
    elif visit.results.is_listing:
        many.draw_many(visit, connection)
    else:
        start.draw_start(visit, connection)


def draw() -> None:
    """Draw the page that is looked at."""
    announce.begin_page()
    visit = state.visit()

    analyze = st.Page(
        lambda: draw_analyze(visit, connection),
        title="Analyze",
        icon=":material/graphic_eq:",
        default=True,
    )
    library = st.Page(
        lambda: library_page.draw_library(visit),
        title="Library",
        icon=":material/inventory_2:",
        url_path="library",
    )
    current = st.navigation([analyze, library], position="top")

    # The order matters. Runs that ended are taken in before anything is drawn; the address may name
    # one of them. The top bar opens the visitor's library, which has what the address names; a job
    # in it, and the queue, take a connection before the page is drawn.
    navigation.turn_to(visit, library=current is library)
    if visit.consume_leaving() and visit.in_library:
        visit.in_library = False  # this is no press of the link
        # Else Back from the result would lead to the start page, not to the library.
        st.switch_page(analyze, query_params=address.of(visit.looked_at))
    state.collect()
    sign_in.remember_address(visit)
    resume.resume_run(visit)
    connection = connect.draw_top_bar(visit)
    reading.connect(visit, connection)
    resume.open_addressed(visit)
    resume.resume_job(visit, connection)
    resume.resume_left_jobs(visit, connection)
    entry.stop_editing_elsewhere(visit)
    announce.put_title(visit)
    navigation.lead_to_start(visit)
    announce.draw_announcer(visit)
    announce.notify(visit)
    with st.container():  # as it may follow a run, its place is never taken by something else
        progress.draw_arrived(visit)
    current.run()
    if visit.in_library or not visit.results.is_reading:
        printing.forget()
    exporting.draw_export()


# `streamlit run` imports this file once for its app, which serves the recordings, too. Then the
# app runs the file as its script, once for each session and rerun.
if st.runtime.exists():
    draw()
else:
    secrets_file.set_aside_unusable()
    sign_in.allow_long_cookies()
    serving.stop_collecting_what_stays()
    app = st.App(
        __file__,
        routes=[PLAYBACK.route(), INTAKE.route()],
        lifespan=recording_files.while_serving,
        middleware=serving.middleware(),
    )
