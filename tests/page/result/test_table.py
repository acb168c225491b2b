"""The table of signals: its times sort as times, and a choice in it is a signal, not a row."""

from __future__ import annotations

import datetime
import json

import pandas as pd

from interhuman.analysis import Analysis, Signal
from interhuman.page.result import filter
from interhuman.page.result.columns import times_of_day
from interhuman.page.result.table import draw_table
from tests import examples
from tests.page.conftest import Page
from tests.page.part import result_of, run_part
from tests.page.result.test_filter import choose
from tests.page.result.test_result import open_tab


def table_key(page: Page) -> str:
    (key,) = [str(table.key) for table in page.at.dataframe if "Why" in table.value.columns]
    return key


def test_times_sort_as_times() -> None:
    starts = pd.Series([600.0, 595.0, 5.25, 86_399.0])
    shown = times_of_day(pd.DataFrame({"start_s": starts}))["start_s"]
    assert shown.tolist() == [
        datetime.time(0, 10),
        datetime.time(0, 9, 55),
        datetime.time(0, 0, 5, 200_000),
        datetime.time(23, 59, 59),
    ]
    assert sorted(shown) == list(shown[starts.sort_values().index])


def test_times_from_a_day_on_are_seconds_in_every_column() -> None:
    beyond = pd.DataFrame({"start_s": [5.0], "end_s": [86_399.96]})
    assert times_of_day(beyond).equals(beyond)


def test_the_rows_stand_in_the_order_of_time_and_in_one_format() -> None:
    spans = {"stress": (9.0, 9.5), "interest": (2.0, 4.0), "agreement": (2.0, 3.0)}
    signals = tuple(Signal(name, *span, "high", "Why.") for name, span in spans.items())
    result = result_of(Analysis(signals=signals))
    drawn = run_part(lambda result, signals: draw_table(result, filter.current(result)), result)
    (table,) = drawn.dataframe
    assert table.value["Type"].tolist() == ["Agreement", "Interest", "Stress"]
    config = json.loads(table.proto.columns)
    formats = {config[name]["type_config"]["format"] for name in ("From", "To")}
    assert formats == {"m:ss.S"}


def test_a_filter_makes_a_new_table_since_a_selection_is_a_position(page: Page) -> None:
    page.show(examples.read(examples.FULL))
    open_tab(page, "Table")
    whole = table_key(page)
    choose(page, rows=[0])
    assert table_key(page) != whole
    choose(page)
    assert table_key(page) == whole
