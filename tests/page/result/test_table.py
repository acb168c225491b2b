"""The table of signals: its times sort as times, and a choice in it is a signal, not a row."""

from __future__ import annotations

import datetime

import pandas as pd

from interhuman.page.result.table import times
from tests import examples
from tests.page.conftest import Page
from tests.page.result.test_filter import choose
from tests.page.test_results import open_tab


def table_key(page: Page) -> str:
    (key,) = [str(table.key) for table in page.at.dataframe if "Why" in table.value.columns]
    return key


def test_times_sort_as_times() -> None:
    starts = pd.Series([600.0, 595.0, 5.25, 86_399.0])
    shown = times(starts)
    assert shown.tolist() == [
        datetime.time(0, 10),
        datetime.time(0, 9, 55),
        datetime.time(0, 0, 5, 200_000),
        datetime.time(23, 59, 59),
    ]
    assert sorted(shown) == list(shown[starts.sort_values().index])


def test_times_from_a_day_on_sort_too() -> None:
    assert times(pd.Series([86_399.96, 5.0])).tolist() == [
        pd.Timedelta(days=1),
        pd.Timedelta(seconds=5),
    ]


def test_a_filter_makes_a_new_table_since_a_selection_is_a_position(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    open_tab(page, "Table")
    whole = table_key(page)
    choose(page, rows=[0])
    assert table_key(page) != whole
    choose(page)
    assert table_key(page) == whole
