"""Columns of tables on the page: times and shares as people read them, and as they sort."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from interhuman.formats import label
from interhuman.vocabulary import FAMILIES

HOUR_S, DAY_S = 3_600, 86_400
TIME_PX, FAMILY_PX = 84, 100

FAMILY_COLORS = ("blue", "gray", "orange")
"""What the theme calls the colors of the families, in their order."""


def times_of_day(seconds: pd.DataFrame) -> pd.DataFrame:
    """Return times and lengths in seconds as times of day, which sort; from a day on as they are.

    Streamlit writes numbers and lengths of time in no format that reads as m:ss.
    """
    if _beyond_a_day(seconds):
        return seconds
    tenths = _in_tenths(seconds)
    return pd.DataFrame(
        {
            name: (pd.Timestamp(0) + pd.to_timedelta(tenths[name], unit="s")).dt.time
            for name in tenths
        }
    )


def time_column(seconds: pd.DataFrame) -> ColumnConfig:
    """Return how columns of `times_of_day` are shown: m:ss, with hours and tenths as needed."""
    if _beyond_a_day(seconds):
        return st.column_config.NumberColumn(width=TIME_PX, format="%.0f s")
    tenths = _in_tenths(seconds).to_numpy()
    hours = "H:mm:ss" if (tenths >= HOUR_S).any() else "m:ss"
    fraction = ".S" if (tenths % 1 > 0).any() else ""
    return st.column_config.TimeColumn(width=TIME_PX, alignment="right", format=hours + fraction)


def share_column() -> ColumnConfig:
    """Return how a column of percents (0-100) is shown: a bar and its number."""
    return st.column_config.ProgressColumn(format="%.1f%%", min_value=0, max_value=100)


def family_column() -> ColumnConfig:
    """Return how a column of lists of one family is shown: its name in its color."""
    return st.column_config.MultiselectColumn(
        width=FAMILY_PX, options=[label(name) for name in FAMILIES], color=FAMILY_COLORS
    )


def _in_tenths(seconds: pd.DataFrame) -> pd.DataFrame:
    return (seconds * 10).round() / 10


def _beyond_a_day(seconds: pd.DataFrame) -> bool:
    return bool((_in_tenths(seconds) >= DAY_S).to_numpy().any())
