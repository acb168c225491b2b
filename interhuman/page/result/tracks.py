"""The tracks of one result: their figure, and what the browser has to know to use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict

import pandas as pd
import streamlit as st

from interhuman.findings.descriptions import tracks_caption
from interhuman.findings.extremes import extremes
from interhuman.findings.lanes import row_of
from interhuman.findings.time_axis import STEPS_S, axis_end_s
from interhuman.formats import NOT_GIVEN, index_words, label, probability_words, score, span
from interhuman.page.result import figures, filter
from interhuman.page.results import Result
from interhuman.view.charts.axes import LEFT_PX, RIGHT_PX
from interhuman.view.charts.marks import SignalTrace
from interhuman.view.charts.tracks import Tracks, tracks
from interhuman.vocabulary import FAMILIES, INDEX

TRACKS_IN_MEMORY = 8
"""Drawn tracks that a session holds: those of the last few results, in either theme."""


def drawn_tracks(result: Result, *, widest_s: float = 0.0) -> Tracks:
    """Return the tracks of a result in the page's theme, built once.

    `widest_s` is the longest window that they are shown in, in seconds, if that is longer than the
    recording.
    """
    return _tracks(result.identity, figures.dark(), widest_s, result)


def draw_figure(result: Result, *, key: str, widest_s: float = 0.0) -> None:
    """Draw the tracks; on later reruns Streamlit sends the same element without building it."""
    _draw(result.identity, figures.dark(), widest_s, key, result)


@st.cache_resource(show_spinner=False, scope="session", max_entries=TRACKS_IN_MEMORY)
def _tracks(identity: str, dark: bool, widest_s: float, _result: Result) -> Tracks:
    return tracks(
        _result.tables.signals,
        _result.tables.engagement,
        _result.tables.quality_timeline,
        end_s=_result.analysis.end_s,
        widest_s=widest_s,
        dark=dark,
    )


@st.cache_resource(show_spinner=False, scope="session", max_entries=TRACKS_IN_MEMORY)
def _draw(identity: str, dark: bool, widest_s: float, key: str, _result: Result) -> None:
    tables = _result.tables
    caption = tracks_caption(
        tables.signals,
        tables.engagement,
        tables.quality_timeline,
        end_s=_result.analysis.end_s,
    )
    st.plotly_chart(
        _tracks(identity, dark, widest_s, _result).figure,
        theme=None,
        key=key,
        config=figures.CONFIG,
        alt=caption,
    )


def geometry(result: Result, drawn: Tracks) -> dict[str, object]:
    """Return where the parts of the figure are, and how it is zoomed and filtered."""
    timeline = result.tables.quality_timeline
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
        "scores": {
            each.name: {
                "label": each.label,
                "traces": each.traces,
                "extremes": [asdict(extreme) for extreme in extremes(timeline, each.name)],
            }
            for each in drawn.scores
        },
        "gutterPx": (LEFT_PX, RIGHT_PX),
        "endS": axis_end_s(result.analysis.end_s),
        "stepsS": STEPS_S,
    }


def _points(traces: Iterable[SignalTrace]) -> list[dict[str, object]]:
    """Return for each trace how high its points are and which signals they stand for."""
    return [{"y": trace.y, "members": trace.members} for trace in traces]


def signals(result: Result) -> list[dict[str, object]]:
    """Return the signals as the browser reads them, in the order of their starts."""
    return _signals(result.identity, result)


@st.cache_resource(show_spinner=False, scope="session", max_entries=TRACKS_IN_MEMORY)
def _signals(identity: str, _result: Result) -> list[dict[str, object]]:
    frame = _result.tables.signals.sort_values(["start_s", "end_s"], kind="stable")
    places = {chip.row: place for place, chip in enumerate(filter.chips(_result))}
    columns = ("type", "family", "start_s", "end_s", "probability")
    return [
        {
            "id": number,
            "row": row,
            "type": label(name),
            "family": family,
            "start": start_s,
            "end": end_s,
            "span": span(start_s, end_s),
            "sureness": NOT_GIVEN if pd.isna(probability) else probability,
            "fill": filter.MARKS[NOT_GIVEN if pd.isna(probability) else probability],
            "probability": probability_words(probability),
            "why": why,
        }
        for number, row, why, name, family, start_s, end_s, probability in zip(
            frame.index.tolist(),
            row_of(frame).map(places).tolist(),
            filter.rationales(frame),
            *(frame[column].tolist() for column in columns),
            strict=True,
        )
    ]


def states(result: Result) -> list[tuple[float, float, str]]:
    """Return engagement and quality index over time, each stretch as (from, to, words)."""
    return _states(result.identity, result)


@st.cache_resource(show_spinner=False, scope="session", max_entries=TRACKS_IN_MEMORY)
def _states(identity: str, _result: Result) -> list[tuple[float, float, str]]:
    return [*_engagement(_result), *_index(_result)]


def _engagement(result: Result) -> Iterator[tuple[float, float, str]]:
    frame = result.tables.engagement
    for state, start_s, end_s in frame.itertuples(index=False, name=None):
        yield start_s, end_s, label(state)


def _index(result: Result) -> Iterator[tuple[float, float, str]]:
    frame = result.tables.quality_timeline
    windows = frame[(frame["dimension"] == INDEX) & frame["value"].notna()]
    for start_s, end_s, value in windows[["start_s", "end_s", "value"]].itertuples(
        index=False, name=None
    ):
        yield start_s, end_s, f"quality index {score(value)}, {index_words(value, ())}"
