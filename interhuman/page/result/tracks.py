"""The tracks of one result: their figure, and what the browser has to know to use it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from interhuman.findings.descriptions import tracks_caption
from interhuman.findings.lanes import row_of
from interhuman.formats import NOT_GIVEN, label, probability_words, span
from interhuman.page.result import figures, filter
from interhuman.runs.results import Result
from interhuman.view.charts.geometry import geometry as geometry_of
from interhuman.view.charts.geometry import scores as scores_of
from interhuman.view.charts.tracks import Tracks, tracks
from interhuman.view.states_in_words import Stretch, states_in_words

TRACKS_IN_MEMORY = 8
"""Drawn tracks that a session holds: those of the last few results, in either theme."""


def draw_figure(result: Result, *, key: str, widest_s: float = 0.0) -> None:
    """Draw the tracks in the page's theme; later reruns send the element without building it.

    `widest_s` is the longest window that they are shown in, in seconds, if that is longer than the
    recording.
    """
    _draw(result.identity, figures.dark(), widest_s, key, result)


def geometry(result: Result, *, widest_s: float = 0.0) -> dict[str, object]:
    """Return where the parts of a result's figure are."""
    drawn = _tracks(result.identity, figures.dark(), widest_s, result)
    return geometry_of(drawn, end_s=result.analysis.end_s)


def scores(result: Result) -> dict[str, object]:
    """Return what a result's figure shows when another score is chosen."""
    return _scores(result.identity, result)


def states(result: Result) -> list[Stretch]:
    """Return engagement and quality index over time in words."""
    return _states(result.identity, result)


@st.cache_resource(show_spinner=False, scope="session", max_entries=TRACKS_IN_MEMORY)
def _tracks(identity: str, dark: bool, widest_s: float, _result: Result) -> Tracks:
    return tracks(
        _result.tables.signals,
        _result.tables.engagement,
        _result.tables.quality_timeline,
        end_s=_result.analysis.end_s,
        signals_read=_result.analysis.signals_read,
        widest_s=widest_s,
        dark=dark,
        gaps=_result.analysis.gaps,
    )


@st.cache_resource(show_spinner=False, scope="session", max_entries=TRACKS_IN_MEMORY)
def _draw(identity: str, dark: bool, widest_s: float, key: str, _result: Result) -> None:
    tables = _result.tables
    caption = tracks_caption(
        tables.signals,
        tables.engagement,
        tables.quality_timeline,
        end_s=_result.analysis.end_s,
        signals_read=_result.analysis.signals_read,
        gaps=_result.analysis.gaps,
    )
    st.plotly_chart(
        _tracks(identity, dark, widest_s, _result).figure,
        theme=None,
        key=key,
        config=figures.CONFIG,
        alt=caption,
    )


@st.cache_resource(show_spinner=False, scope="session", max_entries=TRACKS_IN_MEMORY)
def _scores(identity: str, _result: Result) -> dict[str, object]:
    drawn = _tracks(identity, figures.dark(), 0.0, _result)
    return scores_of(drawn, _result.tables.quality_timeline)


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


@st.cache_resource(show_spinner=False, scope="session", max_entries=TRACKS_IN_MEMORY)
def _states(identity: str, _result: Result) -> list[Stretch]:
    tables, gaps = _result.tables, _result.analysis.gaps
    return states_in_words(tables.engagement, tables.quality_timeline, gaps=gaps)
