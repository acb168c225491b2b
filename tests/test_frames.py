"""The frames: columns, dtypes and values, empty and missing included."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interhuman.analysis import (
    Analysis,
    ConversationQuality,
    EngagementSpan,
    QualityScores,
    QualityWindow,
    Signal,
)
from interhuman.frames import (
    ENGAGEMENT_COLUMNS,
    QUALITY_COLUMNS,
    QUALITY_TIMELINE_COLUMNS,
    SIGNAL_COLUMNS,
    engagement_frame,
    overall_scores,
    quality_frame,
    quality_timeline_frame,
    signals_frame,
)
from interhuman.vocabulary import DIMENSIONS

SCORES = QualityScores(66.4, 71.0, 68.0, None, 81.0, 50.0)
ANALYSIS = Analysis(
    signals=(
        Signal("agreement", 0.0, 10.0, "medium", "Nods twice."),
        Signal("daydreaming", 25.0, 25.0),
        Signal("stress", 20.0, 25.5, "very high", "Swallows."),
    ),
    engagement=(EngagementSpan("engaged", 0.0, 20.0), EngagementSpan("asleep", 20.0, 20.0)),
    conversation_quality=ConversationQuality(SCORES, (QualityWindow(0.0, 10.0, SCORES),)),
    duration_s=30.0,
)
FRAMES = [
    (signals_frame, SIGNAL_COLUMNS),
    (engagement_frame, ENGAGEMENT_COLUMNS),
    (quality_frame, QUALITY_COLUMNS),
    (quality_timeline_frame, QUALITY_TIMELINE_COLUMNS),
]


@pytest.mark.parametrize(("build", "columns"), FRAMES)
@pytest.mark.parametrize("analysis", [ANALYSIS, Analysis()], ids=["full", "empty"])
def test_columns_and_dtypes_are_always_the_declared_ones(
    build: Callable[[Analysis], pd.DataFrame], columns: dict[str, object], analysis: Analysis
) -> None:
    frame = build(analysis)
    assert list(frame.columns) == list(columns)
    assert [frame[name].dtype == dtype for name, dtype in columns.items()] == [True] * len(columns)
    assert (len(frame) == 0) == (analysis == Analysis())


def test_the_columns_are_the_published_ones() -> None:
    assert list(SIGNAL_COLUMNS) == [
        "type",
        "family",
        "start_s",
        "end_s",
        "duration_s",
        "probability",
        "rationale",
    ]
    assert list(ENGAGEMENT_COLUMNS) == ["state", "start_s", "end_s"]
    assert list(QUALITY_COLUMNS) == ["dimension", "value"]
    assert list(QUALITY_TIMELINE_COLUMNS) == ["start_s", "end_s", "dimension", "value"]


def test_signals_by_value() -> None:
    frame = signals_frame(ANALYSIS)
    assert frame["type"].tolist() == ["agreement", "daydreaming", "stress"]
    assert frame["family"].tolist() == ["toward", "unsure", "away"]
    assert frame["duration_s"].tolist() == [10.0, 0.0, 5.5]
    assert frame["probability"].isna().tolist() == [False, True, True]
    assert frame["rationale"].isna().tolist() == [False, True, False]
    assert list(frame.index) == [0, 1, 2]


def test_probability_is_ordered() -> None:
    analysis = Analysis(signals=tuple(Signal("x", 0, 1, p) for p in ("high", "low", "medium")))
    assert signals_frame(analysis).sort_values("probability").index.tolist() == [1, 2, 0]


def test_engagement_by_value() -> None:
    frame = engagement_frame(ANALYSIS)
    assert frame.to_dict("list") == {
        "state": ["engaged", "asleep"],
        "start_s": [0.0, 20.0],
        "end_s": [20.0, 20.0],
    }


def test_quality_has_the_index_first_and_keeps_a_gap() -> None:
    frame = quality_frame(ANALYSIS)
    assert frame["dimension"].tolist() == ["quality_index", *DIMENSIONS]
    assert frame["value"].isna().tolist() == [False, False, False, True, False, False]
    assert frame["value"].dropna().tolist() == [66.4, 71.0, 68.0, 81.0, 50.0]


def test_one_half_of_the_quality_is_no_reason_to_lose_the_other() -> None:
    only_time = Analysis(
        conversation_quality=ConversationQuality(None, (QualityWindow(0.0, 5.0, SCORES),))
    )
    assert quality_frame(only_time).empty
    assert len(quality_timeline_frame(only_time)) == 6
    only_overall = Analysis(conversation_quality=ConversationQuality(SCORES))
    assert len(quality_frame(only_overall)) == 6
    assert quality_timeline_frame(only_overall).empty


def test_quality_over_time_by_value() -> None:
    frame = quality_timeline_frame(ANALYSIS)
    assert set(frame["start_s"]) == {0.0}
    assert set(frame["end_s"]) == {10.0}
    energy = frame[frame["dimension"] == "energy"]["value"].tolist()
    assert len(energy) == 1
    assert math.isnan(energy[0])


def test_overall_scores_are_none_where_not_given() -> None:
    assert overall_scores(quality_frame(ANALYSIS))["energy"] is None
    assert overall_scores(quality_frame(ANALYSIS))["rapport"] == 81.0
    assert set(overall_scores(quality_frame(Analysis())).values()) == {None}


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=())), st.floats(0, 1e6))
def test_any_text_has_its_row(text: str, start: float) -> None:
    frame = signals_frame(Analysis(signals=(Signal(text, start, start, text, text),)))
    assert len(frame) == 1
    assert len(frame["type"][0]) == len(text)
    assert frame["start_s"][0] == start
