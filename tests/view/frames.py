"""Small frames to draw and describe, and a look into the figures that come of them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from interhuman.analysis import (
    Analysis,
    ConversationQuality,
    EngagementSpan,
    QualityScores,
    QualityWindow,
    Signal,
)
from interhuman.frames import (
    engagement_frame,
    quality_frame,
    quality_timeline_frame,
    signals_frame,
)
from interhuman.view.charts import Tracks, tracks
from interhuman.view.charts.marks import SignalTrace

END_S = 100.0
"""The length of the recording in most tests of charts."""

HOSTILE = "<script>x</script><b>b</b> $y$ &lt; <a href='javascript:z'>a</a>"


def signals(*values: tuple[str, float, float, str | None]) -> pd.DataFrame:
    return signals_frame(Analysis(signals=tuple(Signal(*value, "Why.") for value in values)))


def engagement(*values: tuple[str, float, float]) -> pd.DataFrame:
    return engagement_frame(Analysis(engagement=tuple(EngagementSpan(*value) for value in values)))


def quality(**scores: float) -> pd.DataFrame:
    overall = QualityScores(**scores)
    return quality_frame(Analysis(conversation_quality=ConversationQuality(overall)))


def over_time(*values: tuple[float, float, float | None]) -> pd.DataFrame:
    """Return windows (from, to, score) whose score is both the index and the clarity."""
    windows = tuple(
        QualityWindow(start, end, QualityScores(score, clarity=score))
        for start, end, score in values
    )
    return quality_timeline_frame(Analysis(conversation_quality=ConversationQuality(None, windows)))


def as_json(figure: go.Figure) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(figure.to_json())
    return decoded


def bars(figure: go.Figure) -> list[go.Bar]:
    return [trace for trace in figure.data if isinstance(trace, go.Bar)]


def only_signals(frame: pd.DataFrame, *, end_s: float = END_S, **options: Any) -> Tracks:
    return tracks(frame, engagement(), over_time(), end_s=end_s, **options)


def on(figure: go.Figure, axis: str) -> list[Any]:
    """Return the traces on a y axis."""
    return [trace for trace in figure.data if (trace.yaxis or "y") == axis]


def signal_bars(figure: go.Figure) -> list[go.Bar]:
    """Return the bars of signals and runs that are drawn whole, not the lower halves."""
    return [
        trace for trace in on(figure, "y") if trace.type == "bar" and trace.hovertext is not None
    ]


def signal_traces(drawn: Tracks) -> list[tuple[Any, SignalTrace]]:
    """Return the traces of signals as they are in the figure, each with what it was made of."""
    made = [*drawn.always, *(trace for level in drawn.levels for trace in level.traces)]
    return list(zip(drawn.figure.data[: len(made)], made, strict=True))
