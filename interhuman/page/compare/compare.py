"""The place in which results are compared: who is who, their numbers, over time, what recurs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from interhuman.errors import LibraryError
from interhuman.findings.comparison import LETTERS, MIN_COMPARED
from interhuman.findings.explanations import LIMITS_TITLE
from interhuman.findings.over_time import MIN_FOR_LINE, over_time
from interhuman.findings.over_time_in_words import COLUMNS, over_time_caption, over_time_rows
from interhuman.formats import count, day_and_time
from interhuman.page import address, open_kept, state
from interhuman.page.announce import compared_words
from interhuman.page.compare import opening, sheet, tracks
from interhuman.page.compare.entries import Entry, entries_of
from interhuman.page.compare.picker import draw_compare_with
from interhuman.page.keys import Key
from interhuman.page.library import downloads
from interhuman.page.player import jump_to
from interhuman.page.result import figures, limits
from interhuman.page.result.added import added_to
from interhuman.page.result.printing import print_no_report, print_report_of
from interhuman.page.visit import Visit
from interhuman.runs.exporting import Results, of_library
from interhuman.runs.results import Comparison
from interhuman.text import markdown_plain, one_line
from interhuman.view.charts import over_time_chart

IN_THIS_VISIT = "There's no link: these results aren't saved in a library."
DOWNLOADED = "Everything compared here. The report starts with the comparison."
TOO_FEW = "Choose at least two analyses with results."

LINES = (
    f"A line joins {MIN_FOR_LINE} or more values in a row by the same model; it shows no trend. "
    "Gaps are missing values, hollow dots are no evidence."
)
DIAMONDS = "Diamonds came from the sandbox: don't compare them with the others."


def unreadable_words(number: int) -> str:
    """Say that some of what is to be compared has no result, or one that can't be read."""
    if number == 1:
        return "One of these analyses has no result that can be read."
    return f"{number} of these analyses have no result that can be read."


def draw_comparison(visit: Visit, comparison: Comparison) -> None:
    """Draw what the visitor compares."""
    sheet.draw_styles()
    with st.container(key=Key.COMPARISON):
        header = st.container(
            key=Key.HEADING, horizontal=True, vertical_alignment="center", gap="small"
        )
        with header:
            _draw_header(visit, comparison)
        if visit.notice is not None:
            st.info(visit.notice, icon=":material/info:")
        try:
            found = entries_of(visit, comparison)
        except LibraryError as error:
            st.error(markdown_plain(str(error)), title="The library can't be read")
            return
        entries = found.entries
        if found.missing:
            st.info(opening.missing_words(found.missing), icon=":material/info:")
        if found.unreadable:
            st.info(unreadable_words(found.unreadable), icon=":material/info:")
        if found.older:
            newest = f"Only the newest {address.MAX_OVER_TIME} with this label are looked at"
            st.caption(f"{newest}; {count(found.older, 'older one')} left out.")
        if len(entries) < MIN_COMPARED:
            st.caption(TOO_FEW)
        if entries:
            chosen = _chosen(visit, comparison, entries)
            if len(entries) <= len(LETTERS):
                print_report_of(",".join(entry.id for entry in entries), lambda: chosen(_ignore))
            else:
                print_no_report()
            with header:
                panel = downloads.draw_panel()
            _draw(visit, comparison, entries)
            with panel:  # last, since nobody sees it yet
                downloads.draw_files(visit, lambda: (chosen, len(entries)), what=DOWNLOADED)


def _ignore(title: str, why: str) -> None:
    """Leave out what has no result any more: the page says which are missing."""


def _draw(visit: Visit, comparison: Comparison, entries: Sequence[Entry]) -> None:
    def open_entry(id: str, seconds: float | None) -> None:
        _open(visit, comparison, id, seconds)

    def remove(id: str) -> None:
        opening.show(visit, Comparison(tuple(one for one in comparison.ids if one != id)))

    sheet.draw_sheet(
        entries,
        link="" if comparison.is_kept else IN_THIS_VISIT,
        on_open=open_entry,
        on_remove=None if comparison.label else remove,
    )
    _draw_tracks(visit, comparison, entries)
    if len(entries) >= MIN_FOR_LINE:
        _draw_over_time(entries)
    if len(entries) >= MIN_COMPARED:
        st.header("What recurs", anchor=False)
        sheet.draw_recurring(entries, on_open=open_entry)


def _draw_tracks(visit: Visit, comparison: Comparison, entries: Sequence[Entry]) -> None:
    """Draw the tracks under each other, where there are few enough to have letters."""
    results = [
        open_kept.with_recording(visit, entry.result)
        for entry in entries
        if entry.result is not None
    ]
    if MIN_COMPARED <= len(results) == len(entries) <= len(LETTERS):
        st.header("Tracks", anchor=False)
        tracks.draw_tracks(results, named=address.of(comparison).get(address.COMPARE))


def _draw_header(visit: Visit, comparison: Comparison) -> None:
    st.title(markdown_plain(compared_words(comparison)), anchor=False, width="content")
    st.space("stretch")
    if st.button(LIMITS_TITLE, key=Key.LIMITS, type="tertiary", icon=":material/help:"):
        limits.open_limits()
    if not comparison.label and len(comparison.ids) <= len(LETTERS):
        draw_compare_with(visit, comparison.ids, label="Add…")


def _chosen(visit: Visit, comparison: Comparison, entries: Sequence[Entry]) -> Results:
    """Return what is compared as it is downloaded and printed."""
    ids = [entry.id for entry in entries]
    library = visit.kept.library
    if library is not None and comparison.is_kept:
        return of_library(library, ids)
    results = filter(None, map(visit.results.listed, ids))
    named = [result.named(added_to(result).annotations) for result in results]
    return lambda _: iter(named)


def _open(visit: Visit, comparison: Comparison, id: str, seconds: float | None) -> None:
    """Open one of the results, at a time if one is given; there is a way back to the comparison."""
    result = visit.results.listed(id) or open_kept.find_result(visit, id)
    if isinstance(result, str):
        visit.notice = result
        return
    visit.show(result.number)
    visit.results.compared = comparison
    address.put_looked_at(result.kept_id, at_s=seconds)
    if seconds is not None and result.kept_id is None:
        jump_to(result, seconds)


def _draw_over_time(entries: Sequence[Entry]) -> None:
    """Draw the values over dates, and the same as a table."""
    st.header("Over time", anchor=False)
    table = over_time([(entry.analyzed_at, entry.compared) for entry in entries])
    titles = [one_line(entry.title, sheet.TITLE_CHARACTERS) for entry in entries]
    zone = state.time_zone()
    figures.draw(
        over_time_chart(table, titles, zone=zone, dark=figures.dark()),
        over_time_caption(table),
        key=Key.OVER_TIME,
    )
    undated = len(entries) - int(table["place"].nunique())
    if undated:
        st.caption(f"{count(undated, 'analysis', 'analyses')} without a date left out.")
    st.caption(f"{LINES} {DIAMONDS}" if table["sandbox"].any() else LINES)
    with st.expander("As a table"):
        st.dataframe(_values(table, titles, entries), hide_index=True)


def _values(
    table: pd.DataFrame, titles: Sequence[str], entries: Sequence[Entry]
) -> list[dict[str, str]]:
    zone = state.time_zone()
    rows = []
    for place, words in over_time_rows(table):
        moment = entries[place].analyzed_at
        date = day_and_time(moment, zone) if moment is not None else ""
        rows.append(
            {"Date": date, "Title": titles[place], **dict(zip(COLUMNS, words, strict=True))}
        )
    return rows
