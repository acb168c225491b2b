"""The statistics as tables: what they show of a result, and that every state of it draws."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from interhuman.analysis import Analysis, Signal
from interhuman.exports.csv import table_csv
from interhuman.exports.result_tables import PAIRS, STATISTICS, bins_table
from interhuman.page.result import statistics
from interhuman.page.result.statistics import ROWS_SHOWN, draw_statistics
from tests import examples
from tests.page.part import result_of, run_part

FULL = examples.read(examples.FULL)


def table(at: AppTest, *columns: str) -> pd.DataFrame:
    """Return the first table with these columns."""
    return next(d.value for d in at.dataframe if {*columns} <= {*d.value.columns})


def test_types_families_and_engagement_by_value() -> None:
    at = run_part(draw_statistics, result_of(FULL))
    assert not at.exception
    confidence = table(at, "Type", "Signals").iloc[0]
    assert confidence["Type"] == "Confidence"
    assert (confidence["Signals"], confidence["Of the recording"]) == (2, 50.0)
    assert confidence["Time"] == datetime.time(0, 0, 20)
    families = next(d.value for d in at.dataframe if "Type" not in d.value and "Family" in d.value)
    assert [list(names) for names in families["Family"]] == [["Toward"], ["Unsure"], ["Away"]]
    engagement = table(at, "State")
    assert engagement["State"].tolist() == ["Engaged", "Neutral", "Disengaged", "No data"]
    assert engagement["Of the recording"].tolist() == [50.0, 25.0, 12.5, 12.5]


def test_the_length_of_a_bin_can_be_chosen() -> None:
    at = run_part(draw_statistics, result_of(FULL))
    assert len(table(at, "Started")) == 2
    at.segmented_control(key="result-1-bins").set_value(15).run()
    bins = table(at, "Started")
    assert bins["To"].tolist() == [datetime.time(0, 0, at) for at in (15, 30, 40)]
    assert bins["Started"].tolist() == [3, 3, 1]
    assert bins["Away"].tolist() == [0, 2, 0]


def test_a_rerun_sends_the_same_tables_and_builds_none(monkeypatch: pytest.MonkeyPatch) -> None:
    at = run_part(draw_statistics, result_of(FULL))
    before = [table.value for table in at.dataframe]
    monkeypatch.delattr(statistics, "_draw_table")
    at.run()
    assert not at.exception
    after = [table.value for table in at.dataframe]
    assert len(after) == len(before) == 5
    assert all(map(pd.DataFrame.equals, after, before))


def test_pairs_say_how_they_are_compared() -> None:
    at = run_part(draw_statistics, result_of(FULL))
    pairs = table(at, "Lift")
    assert pairs[["Type", "With", "Overlaps"]].iloc[0].tolist() == ["Agreement", "Confidence", 1]
    assert any("fewer than 3 signals" in caption.value for caption in at.caption)


def test_a_filter_leaves_its_own_numbers() -> None:
    result = result_of(FULL)
    assert len(table(run_part(draw_statistics, result), "Type", "Signals")) == 6
    at = run_part(draw_statistics, result, types=("stress",))
    assert table(at, "Type", "Signals")["Type"].tolist() == ["Stress"]


@pytest.mark.parametrize(
    "analysis",
    [
        Analysis(),
        examples.read(examples.EMPTY),
        examples.read(examples.HOSTILE_PAYLOAD),
        Analysis(signals=(Signal("stress", 0.0, 0.0, "high"),)),
        Analysis(signals=(Signal("stress", 0.0, 1e12),)),
        Analysis(signals=(Signal("stress", 90_000.0, 90_001.0),)),
    ],
    ids=["nothing", "no signals", "hostile", "no length", "too long", "over a day"],
)
def test_every_state_of_a_result_draws(analysis: Analysis) -> None:
    at = run_part(draw_statistics, result_of(analysis))
    assert not at.exception
    assert len(table(at, "State")) >= 1


def test_no_signals_are_one_muted_line() -> None:
    at = run_part(draw_statistics, result_of(examples.read(examples.EMPTY)))
    assert "No signals to count." in [caption.value for caption in at.caption]
    assert [heading.value for heading in at.header] == ["Engagement"]


def test_thousands_of_types_make_no_thousands_of_rows() -> None:
    signals = tuple(Signal(f"t{n}", n, n + 1.0) for n in range(3_000))
    at = run_part(draw_statistics, result_of(Analysis(signals=signals)))
    assert len(table(at, "Type", "Signals")) == ROWS_SHOWN
    assert any(f"first {ROWS_SHOWN} of 3,000" in caption.value for caption in at.caption)


@pytest.mark.parametrize(
    ("types", "says"), [(None, ""), (("agreement", "confidence"), "-filtered")]
)
def test_every_table_can_be_taken_away_and_says_whether_it_is_filtered(
    types: tuple[str, ...] | None, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, tuple[str, bytes]] = {}

    def offer(label: str, make: Callable[[], bytes], *, file_name: str, **_: object) -> None:
        files[label] = (file_name, make())

    monkeypatch.setattr("streamlit.download_button", offer)
    result = result_of(examples.read(examples.FULL, sandbox=True))
    signals = result.tables.signals
    left = signals if types is None else signals[signals["type"].isin(types)]
    assert not run_part(draw_statistics, result, types=types).exception
    tables = {
        "Signals by interval (CSV)": ("-bins-30s", bins_table(30)),
        "Co-occurrence (CSV)": ("-pairs", PAIRS),
        "Statistics (CSV)": ("-statistics", STATISTICS),
    }
    assert files == {
        label: (f"talk-sandbox{says}{name}.csv", table_csv(table, result.named(), left))
        for label, (name, table) in tables.items()
    }
    assert all((b"(filtered: " in data) == bool(says) for _, data in files.values())
