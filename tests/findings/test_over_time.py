"""Values over dates, without filling a gap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd

from interhuman.findings.comparison import ENGAGED, Compared
from interhuman.findings.over_time import MEASURES, OVER_TIME_COLUMNS, over_time
from tests.findings.compared import FULL, recording, rows

DAY = datetime(2026, 11, 1, 9, tzinfo=UTC)


def days(*recordings: Compared | None) -> pd.DataFrame:
    """Return the table of recordings a day apart; None is a day without one."""
    return over_time(
        [
            (DAY + timedelta(days=day), each)
            for day, each in enumerate(recordings)
            if each is not None
        ]
    )


def of(table: pd.DataFrame, measure: str, *columns: str) -> list[tuple[object, ...]]:
    return rows(table[table["measure"] == measure], *columns)


def test_rows_in_order_of_dates_whatever_the_order_of_the_recordings() -> None:
    table = over_time(
        [
            (DAY + timedelta(days=9), recording(scores=FULL)),
            (DAY, recording(scores={**FULL, "clarity": 61.0})),
            (None, recording(scores=FULL)),
        ]
    )
    assert of(table, "clarity", "place", "value") == [(1, 61.0), (0, 70.0)]
    assert table["analyzed_at"].tolist()[:2] == [DAY, DAY + timedelta(days=9)]
    assert list(dict.fromkeys(table["measure"])) == list(MEASURES)


def test_a_line_joins_three_points_but_not_two() -> None:
    two = days(recording(scores=FULL), recording(scores=FULL))
    assert not two["joined"].any()
    three = days(*[recording(scores=FULL)] * 3)
    assert of(three, "clarity", "joined") == [(True,)] * 3
    assert of(three, ENGAGED, "joined") == [(True,)] * 3


def test_what_has_no_evidence_or_is_missing_is_a_gap_and_counts_for_no_line() -> None:
    table = days(recording(scores=FULL), recording(), recording(scores={**FULL, "clarity": 50.0}))
    assert of(table, "clarity", "value", "is_evidence", "joined") == [
        (70.0, True, False),
        (None, False, False),
        (50.0, False, False),
    ]
    assert of(table, "rapport", "is_evidence") == [(False,)] * 3


def test_a_line_joins_only_what_one_model_of_one_side_made() -> None:
    api = recording(scores=FULL)
    table = days(
        api, recording(scores=FULL, sandbox=True), api, recording(scores=FULL, model="inter-2"), api
    )
    assert [row[0] for row in of(table, "clarity", "joined")] == [True, False, True, False, True]


def test_the_share_engaged_is_in_percent_and_missing_without_data() -> None:
    table = days(recording(states=(("engaged", 0, 15), ("neutral", 15, 60))), recording(states=()))
    assert of(table, ENGAGED, "value", "is_evidence") == [(25.0, True), (None, False)]


def test_nothing_gives_the_same_columns() -> None:
    assert dict(over_time([]).dtypes) == dict(days(recording(scores=FULL)).dtypes)
    assert list(over_time([]).columns) == list(OVER_TIME_COLUMNS)


def test_a_gap_ends_a_line_and_what_is_left_on_a_side_of_it_must_suffice() -> None:
    api, gap = recording(scores=FULL), recording()
    table = days(api, api, gap, api, api, api)
    assert [row[0] for row in of(table, "clarity", "joined")] == [False] * 3 + [True] * 3
