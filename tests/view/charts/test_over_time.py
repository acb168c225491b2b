"""Values over dates as a figure and in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd

from interhuman.findings.over_time import MEASURES, over_time
from interhuman.findings.over_time_in_words import over_time_caption, over_time_rows
from interhuman.view.charts import over_time_chart
from tests.findings.compared import FULL, recording
from tests.view.frames import HOSTILE, as_json

DAY = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
TITLES = ["first", "second", "third", HOSTILE]


def table(*scores: dict[str, float] | None) -> pd.DataFrame:
    return over_time(
        [(DAY + timedelta(days=day), recording(scores=each)) for day, each in enumerate(scores)]
    )


def traces(frame: pd.DataFrame, measure: str) -> list[dict[str, Any]]:
    """Return the traces of one measure."""
    figure = as_json(over_time_chart(frame, TITLES, zone=UTC))
    axis = f"y{MEASURES.index(measure) + 1}" if measure != MEASURES[0] else "y"
    return [trace for trace in figure["data"] if trace["yaxis"] == axis]


def dots(frame: pd.DataFrame, measure: str) -> dict[str, Any]:
    (found,) = (trace for trace in traces(frame, measure) if trace["mode"] == "markers")
    return found


def test_two_are_dots_three_are_joined() -> None:
    assert [trace["mode"] for trace in traces(table(FULL, FULL), "clarity")] == ["markers"]
    line, _ = traces(table(FULL, FULL, FULL), "clarity")
    assert line["mode"] == "lines"
    assert line["y"] == [70.0] * 3
    assert line["connectgaps"] is False


def test_a_missing_value_has_no_dot_and_no_evidence_a_hollow_one() -> None:
    frame = table(FULL, None, FULL)
    assert dots(frame, "clarity")["y"] == [70.0, 70.0]
    assert len(set(dots(frame, "clarity")["marker"]["color"])) == 1
    assert dots(frame, "rapport")["marker"]["color"] != dots(frame, "clarity")["marker"]["color"]


def test_dots_say_their_title_and_date_in_the_zone_of_the_visitor() -> None:
    figure = over_time_chart(table(FULL), TITLES, zone=timezone(timedelta(hours=2)))
    trace = as_json(figure)["data"][1]
    assert trace["x"] == ["2026-11-02 01:30:00"]
    assert trace["hovertext"] == ["<b>Clarity 70</b><br>first<br>Nov 2, 2026, 01:30<br>Inter-1"]


def test_makers_are_told_apart() -> None:
    makers = (("inter-1", False), ("inter-1", True), ("<b>", False))
    made = [recording(scores=FULL, model=model, sandbox=side) for model, side in makers]
    frame = over_time([(DAY + timedelta(days=day), one) for day, one in enumerate(made)])
    drawn = dots(frame, "clarity")
    assert drawn["marker"]["symbol"] == ["circle", "diamond", "circle"]
    ends = [words.rsplit("<br>", 1)[1] for words in drawn["hovertext"]]
    assert ends == ["Inter-1", "Inter-1, sandbox", "&lt;b&gt;"]
    assert [words[0] for _, words in over_time_rows(frame)] == [
        "Inter-1",
        "Inter-1, sandbox",
        "<b>",
    ]


def test_each_maker_has_a_range_of_its_own() -> None:
    low = {"clarity": 20.0}
    made = [recording(scores=low, states=(), sandbox=True), recording(scores=FULL, states=())]
    words = over_time_caption(over_time([(DAY, one) for one in made]))
    assert words.startswith("1 analysis by Inter-1, sandbox: clarity 20. 1 analysis by Inter-1: ")
    assert "clarity 70;" in words


def test_a_title_from_outside_is_no_markup() -> None:
    hover = dots(table(FULL, FULL, FULL, FULL), "clarity")["hovertext"][3]
    assert "<script>" not in hover
    assert "&lt;script&gt;" in hover


def test_the_caption_has_lowest_and_highest_and_claims_no_trend() -> None:
    words = over_time_caption(table(FULL, None, {**FULL, "clarity": 61.0}))
    assert words == (
        "3 analyses: quality index 60 in 2; clarity 61 to 70 in 2; authority 60 in 2; "
        "energy 55 in 2; learning 40 in 2; time engaged 100%."
    )
    assert over_time_caption(over_time([])) == "0 analyses: no scores."
