"""Where the parts of the tracks' figure are, for whoever zooms it, filters it and draws over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import numpy as np
import pandas as pd

from interhuman.findings.extremes import extremes
from interhuman.findings.time_axis import STEPS_S, axis_end_s
from interhuman.formats import label
from interhuman.view.charts.axes import LEFT_PX, RIGHT_PX
from interhuman.view.charts.marks import SignalTrace
from interhuman.view.charts.quality import step_points
from interhuman.view.charts.tracks import Tracks
from interhuman.vocabulary import FAMILIES

POINTS = ("x", "y", "width", "hovertext")
"""The keys of `step_traces` that differ between scores."""


def geometry(drawn: Tracks, *, end_s: float) -> dict[str, object]:
    """Return places in px and times in seconds of `drawn` as JSON has them."""
    return {
        "places": drawn.places,
        "always": _points(drawn.always),
        "levels": [
            {"fromWindowS": level.from_window_s, "traces": _points(level.traces)}
            for level in drawn.levels
        ],
        "overview": {
            "joinedS": drawn.overview.joined_s,
            "families": dict(zip(FAMILIES, drawn.overview.colors, strict=True)),
        },
        "overviewPx": drawn.overview_px,
        "tracksPx": drawn.tracks_px,
        "scorePx": drawn.score_px,
        "scoreNameAt": drawn.score_name_at,
        "scoresAt": drawn.scores_at,
        "gutterPx": (LEFT_PX, RIGHT_PX),
        "endS": axis_end_s(end_s),
        "stepsS": STEPS_S,
    }


def scores(drawn: Tracks, timeline: pd.DataFrame) -> dict[str, object]:
    """Return what `drawn` shows when another of its scores is chosen, as JSON has it.

    `timeline` is the `quality_timeline_frame` that it was drawn from.
    """
    return {
        name: {
            "label": label(name),
            "points": _score_points(timeline, name),
            "extremes": [asdict(extreme) for extreme in extremes(timeline, name)],
        }
        for name in drawn.scores
    }


def _points(traces: Iterable[SignalTrace]) -> list[dict[str, object]]:
    """Return for each trace how high its points are and which signals they stand for."""
    return [{"y": trace.y, "members": trace.members} for trace in traces]


def _score_points(timeline: pd.DataFrame, name: str) -> list[dict[str, list[object]] | None]:
    """Return the points of each of the `step_traces` of a score, None where it has none."""
    windows = timeline[timeline["dimension"] == name]
    return [
        {key: _plain(points[key]) for key in POINTS if key in points}
        if np.asarray(points["x"]).size
        else None
        for points in step_points(windows, name)
    ]


def _plain(values: object) -> list[object]:
    """Return `values` as JSON has them, None for what is no number."""
    series = pd.Series(values, dtype=object)
    return list(series.where(series.notna(), None))
