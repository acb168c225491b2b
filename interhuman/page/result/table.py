"""Every signal in the order of time; choosing a row moves the recording there."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from interhuman.formats import NOT_GIVEN, label
from interhuman.page.player import jump_to
from interhuman.page.result.columns import time_column, times_of_day
from interhuman.page.result.filter import Filtered, SignalFilter
from interhuman.runs.results import Result
from interhuman.text import cut

CELL_CHARACTERS = 600
"""How much of a rationale the table shows; the list has it in full."""

TABLE_HEIGHT_PX = 520
WHY_PX = 720

TABLES_IN_MEMORY = 8
"""Filtered tables that a session holds."""


@dataclass(frozen=True)
class Table:
    """The signals that the filter leaves, as the page shows them."""

    signals: pd.DataFrame
    """In the order of time; the index is the place in the analysis."""
    shown: pa.Table
    column_config: dict[str, ColumnConfig]


def draw_table(result: Result, filtered: Filtered) -> None:
    """Draw the table of the signals that the filter leaves."""
    if filtered.signals.empty:
        st.caption("No signals match the filter.")
        return
    table = _table(result.identity, filtered.filter, filtered.signals)
    # A selection is a row's position, so a filter makes a new table, without one.
    key = result.key(f"table-{hash(filtered.filter)}")

    def jump() -> None:
        selection = st.session_state[key].selection
        rows = [*selection.rows, *(row for row, _ in selection.cells)]
        if rows and rows[0] < len(table.signals):
            signal = table.signals.iloc[rows[0]]
            jump_to(result, float(signal["start_s"]), int(table.signals.index[rows[0]]))

    st.dataframe(
        table.shown,
        hide_index=True,
        height="content" if len(filtered.signals) < 13 else TABLE_HEIGHT_PX,
        column_config=table.column_config,
        on_select=jump,
        selection_mode=("single-row", "single-cell"),
        key=key,
        alt="Signals with type, time, probability and why they were detected",
    )
    st.caption("Select a row to jump to that moment.")


@st.cache_resource(show_spinner=False, scope="session", max_entries=TABLES_IN_MEMORY)
def _table(identity: str, chosen: SignalFilter, _signals: pd.DataFrame) -> Table:
    """Return the table of one result under its filter, built once."""
    ordered = _signals.sort_values(["start_s", "end_s"], kind="stable")
    # Streamlit sends an Arrow table as it is, and would convert a frame in every rerun.
    shown = pa.Table.from_pandas(display(ordered), preserve_index=False)
    return Table(ordered, shown, column_config(ordered))


def display(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a signals frame as a person reads them; times sort as times."""
    times = times_of_day(frame[["start_s", "end_s"]])
    return pd.DataFrame(
        {
            "Type": pd.Series([label(name) for name in frame["type"]], dtype="string"),
            "From": times["start_s"].to_numpy(),
            "To": times["end_s"].to_numpy(),
            "Probability": frame["probability"].astype("string").fillna(NOT_GIVEN).to_numpy(),
            "Why": [cut(text, CELL_CHARACTERS) for text in frame["rationale"].fillna("")],
        }
    )


def column_config(signals: pd.DataFrame) -> dict[str, ColumnConfig]:
    """Return how the columns of `display` are shown for these signals."""
    time = time_column(signals[["start_s", "end_s"]])
    return {
        "Type": st.column_config.TextColumn(width=120),
        "From": time,
        "To": time,
        "Probability": st.column_config.TextColumn(width=100),
        "Why": st.column_config.TextColumn(width=WHY_PX),
    }
