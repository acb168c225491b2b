"""Columns of tables on the page: times and shares as people read them, and as they sort."""

from __future__ import annotations

import datetime
import math

import pandas as pd
import streamlit as st
from pandas.api.typing import NaTType
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
    tenths = _in_tenths(seconds)
    if _beyond_a_day(tenths):
        return seconds
    times = {name: [_time(each_s) for each_s in tenths[name].tolist()] for name in tenths}
    return pd.DataFrame(times, seconds.index, dtype=object)


def time_column(seconds: pd.DataFrame) -> ColumnConfig:
    """Return how columns of `times_of_day` are shown: m:ss, with hours and tenths as needed."""
    tenths = _in_tenths(seconds)
    if _beyond_a_day(tenths):
        return st.column_config.NumberColumn(width=TIME_PX, format="%.0f s")
    hours = "H:mm:ss" if (tenths.to_numpy() >= HOUR_S).any() else "m:ss"
    fraction = ".S" if (tenths.to_numpy() % 1 > 0).any() else ""
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


def _beyond_a_day(tenths: pd.DataFrame) -> bool:
    return bool((tenths.to_numpy() >= DAY_S).any())


def _time(tenths_s: float) -> datetime.time | NaTType:
    if math.isnan(tenths_s):
        return pd.NaT
    return (datetime.datetime.min + datetime.timedelta(seconds=tenths_s)).time()
