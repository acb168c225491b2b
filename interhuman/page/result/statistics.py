"""Statistics of a result, as tables: types, families, engagement, pairs, and bins of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from interhuman.exports.csv import table_csv
from interhuman.exports.result_tables import PAIRS, STATISTICS, Table, bins_table
from interhuman.findings.explanations import SHARES_NOTE
from interhuman.findings.statistics import (
    MIN_SIGNALS_FOR_LIFT,
    bin_choices_s,
    engagement_statistics,
    family_statistics,
    pair_statistics,
    time_bins,
    type_statistics,
)
from interhuman.findings.stitching_in_words import length_note
from interhuman.formats import ABSENT, NOT_KNOWN, SIGNALS_UNREAD, label, length
from interhuman.page import widgets
from interhuman.page.result.columns import family_column, share_column, time_column, times_of_day
from interhuman.runs.results import Result
from interhuman.vocabulary import FAMILIES

ROWS_SHOWN = 200
"""Rows of a table that the page shows; its file has all of them."""

TYPE_PX = 140

MANY_ROWS, MAX_TABLE_HEIGHT_PX = 11, 420
"""A table of more rows scrolls inside."""

TABLES_IN_MEMORY, PARTS_IN_MEMORY = 8, 32
"""Statistics that a session holds, and drawn parts: those of the last results and filters."""

Draw = Callable[[], None]


@dataclass(frozen=True)
class Statistics:
    """The tables of one result under its filter, as `interhuman.findings` gives them."""

    types: pd.DataFrame
    families: pd.DataFrame
    engagement: pd.DataFrame
    pairs: pd.DataFrame


def draw_statistics(result: Result, signals: pd.DataFrame) -> None:
    """Draw the statistics of the signals that the filter leaves, and of engagement.

    `signals` is the result's signals frame after the filter, its index the place in the analysis.
    """
    end_s = result.analysis.end_s
    places = signals.index.to_numpy().tobytes()
    tables = _tables(result.identity, places, signals, result)
    once = partial(_replayed, result.identity, places)
    shares = length_note(result.analysis, length(end_s, unknown=NOT_KNOWN))
    st.caption(f"{shares} {SHARES_NOTE}")
    if signals.empty:
        read = result.analysis.signals_read
        st.caption("No signals to count." if read else f"{SIGNALS_UNREAD}.")
    else:
        once("types", partial(_draw_types, tables))
        _draw_bins(result, signals, once)
        _draw_pairs(result, signals, tables.pairs, once)
    # Of the whole result, whatever the filter leaves.
    _replayed(result.identity, b"", "engagement", partial(_draw_engagement, tables.engagement))
    _draw_csv(result, signals, "Statistics (CSV)", STATISTICS, "-statistics.csv")


def _draw_csv(result: Result, signals: pd.DataFrame, title: str, table: Table, suffix: str) -> None:
    """Draw a download of a table, whose name and content say when it is filtered."""
    filtered = "-filtered" if len(signals) < len(result.tables.signals) else ""
    st.download_button(
        title,
        partial(table_csv, table, result.named(), signals),
        file_name=f"{result.named().file_stem}{filtered}{suffix}",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=result.key(f"download{suffix}"),
    )


@st.cache_resource(show_spinner=False, scope="session", max_entries=TABLES_IN_MEMORY)
def _tables(identity: str, places: bytes, _signals: pd.DataFrame, _result: Result) -> Statistics:
    """Return the statistics of one result under its filter, computed once."""
    end_s, analyzed_s = _result.analysis.end_s, _result.analysis.analyzed_s
    return Statistics(
        types=type_statistics(_signals, end_s=end_s, analyzed_s=analyzed_s),
        families=family_statistics(_signals, end_s=end_s, analyzed_s=analyzed_s),
        engagement=engagement_statistics(
            _result.tables.engagement, end_s=end_s, analyzed_s=analyzed_s
        ),
        pairs=pair_statistics(_signals, end_s=end_s, analyzed_s=analyzed_s),
    )


@st.cache_resource(show_spinner=False, scope="session", max_entries=PARTS_IN_MEMORY)
def _replayed(identity: str, places: bytes, name: str, _draw: Draw) -> None:
    """Draw a part without widgets; on later reruns, send the same elements, built once."""
    _draw()


def _draw_types(tables: Statistics) -> None:
    st.header("Types and families", anchor=False)
    types, families = tables.types, tables.families
    shown = _amounts(types)
    shown.insert(0, "Type", [label(name) for name in types["type"]])
    shown.insert(1, "Family", [label(name) for name in types["family"]])
    _draw_table(shown, "Types of signals with their count, time, share, rate and first onset")
    shown = _amounts(families)
    shown.insert(0, "Family", [label(name) for name in families["family"]])
    _draw_table(shown, "Families of signals with their count, time, share, rate and first onset")


def _draw_bins(result: Result, signals: pd.DataFrame, once: Callable[[str, Draw], None]) -> None:
    st.header("Signals over time", anchor=False)
    choices = bin_choices_s(result.analysis.end_s)
    if not choices or not result.analysis.end_s:
        st.caption("This recording's length can't be split into intervals.")
        return
    proposed_s = choices[min(1, len(choices) - 1)]
    st.segmented_control(
        "Interval",
        choices,
        default=proposed_s,
        required=True,
        format_func=_bin_words,
        key=result.key("bins"),
    )
    bin_s = widgets.one_of(result.key("bins"), choices, proposed_s)
    once(f"bins of {bin_s} s", partial(_draw_bins_of, signals, result.analysis.end_s, bin_s))
    title, suffix = "Signals by interval (CSV)", f"-bins-{bin_s}s.csv"
    _draw_csv(result, signals, title, bins_table(bin_s), suffix)


def _draw_bins_of(signals: pd.DataFrame, end_s: float, bin_s: int) -> None:
    bins = time_bins(signals, end_s=end_s, bin_s=bin_s)
    under_way = bins.pivot(index=["start_s", "end_s"], columns="family", values="under_way")
    starting = bins.groupby(["start_s", "end_s"])["starting"].sum()
    edges = under_way.index.to_frame(index=False)
    shown = pd.DataFrame({"From": edges["start_s"], "To": edges["end_s"]})
    shown["Started"] = starting.to_numpy()
    for family in FAMILIES:
        shown[label(family)] = under_way[family].to_numpy()
    _draw_table(shown, "Signals by interval", times=("From", "To"))
    st.caption(
        "Started: signals that begin in the interval. Toward, unsure and away: signals present at "
        "any time in it, so one signal may count in several intervals."
    )


def _draw_pairs(
    result: Result, signals: pd.DataFrame, pairs: pd.DataFrame, once: Callable[[str, Draw], None]
) -> None:
    st.header("Types that occur together", anchor=False)
    if pairs.empty:
        st.caption("No signals of different types overlap in time.")
        return
    once("pairs", partial(_draw_pairs_table, pairs))
    _draw_csv(result, signals, "Co-occurrence (CSV)", PAIRS, "-pairs.csv")


def _draw_pairs_table(pairs: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            "Type": [label(name) for name in pairs["first_type"]],
            "With": [label(name) for name in pairs["second_type"]],
            "Overlaps": pairs["overlaps"],
            "Together": pairs["both_s"],
            "Expected": pairs["expected_s"],
            "Lift": pairs["lift"],
        }
    )
    _draw_table(shown, "Pairs of types that overlap in time", times=("Together", "Expected"))
    st.caption(
        "Expected: the time together if the two were independent. Lift: actual ÷ expected (1 = "
        f"chance). It's left out if a type has fewer than {MIN_SIGNALS_FOR_LIFT} signals or takes "
        "no time."
    )


def _draw_engagement(engagement: pd.DataFrame) -> None:
    st.header("Engagement", anchor=False)
    shown = pd.DataFrame(
        {
            "State": [label(name) for name in engagement["state"]],
            "Time": engagement["total_s"],
            "Of the recording": 100 * engagement["share_of_recording"],
            "Of time with data": 100 * engagement["share_of_data"],
        }
    )
    _draw_table(
        shown,
        "Engagement states with their time and share",
        times=("Time",),
        shares=("Of the recording", "Of time with data"),
    )


def _amounts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that types and families share, as a person reads them."""
    return pd.DataFrame(
        {
            "Signals": table["count"],
            "Time": table["total_s"],
            "Of the recording": 100 * table["share_of_recording"],
            "Per minute": table["per_minute"],
            "Mean length": table["mean_s"],
            "First": table["first_s"],
        }
    )


def _draw_table(
    shown: pd.DataFrame,
    alt: str,
    *,
    times: tuple[str, ...] = ("Time", "Mean length", "First"),
    shares: tuple[str, ...] = ("Of the recording",),
) -> None:
    """Draw a table whose columns `times` are in seconds and `shares` in percent."""
    rows = shown.head(ROWS_SHOWN).copy()
    config: dict[str, ColumnConfig] = {
        **{name: share_column() for name in shares},
        **{name: time_column(rows[[name]]) for name in times},
        "Type": st.column_config.TextColumn(width=TYPE_PX),
        "With": st.column_config.TextColumn(width=TYPE_PX),
        "Family": family_column(),
        "Per minute": st.column_config.NumberColumn(format="%.1f"),
        "Lift": st.column_config.NumberColumn(format="%.1f"),
    }
    if "Family" in rows:
        rows["Family"] = [[name] for name in rows["Family"]]
    for name in times:
        rows[name] = times_of_day(rows[[name]])
    st.dataframe(
        rows,
        hide_index=True,
        height="content" if len(rows) <= MANY_ROWS else MAX_TABLE_HEIGHT_PX,
        column_config={name: config[name] for name in rows.columns if name in config},
        placeholder=ABSENT,
        alt=alt,
    )
    if len(rows) < len(shown):
        st.caption(f"Showing the first {ROWS_SHOWN} of {len(shown):,}. The file has them all.")


def _bin_words(bin_s: int) -> str:
    return f"{bin_s // 60} min" if bin_s % 60 == 0 else f"{bin_s} s"
