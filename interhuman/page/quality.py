"""Conversation quality: the radar beside the exact values, and the values over time."""

from __future__ import annotations

import streamlit as st

from interhuman.page import figures
from interhuman.page.figures import Chart
from interhuman.page.visit import Result
from interhuman.view.captions import (
    quality_caption,
    quality_over_time_caption,
    small_multiples_caption,
)
from interhuman.view.charts import (
    quality_dots,
    quality_over_time,
    quality_radar,
    quality_small_multiples,
)

ABSENT = (
    "This answer holds no conversation quality{part}. It comes only when it is asked for, and "
    "with Inter-1 only when something was detected."
)


def draw_overall(result: Result) -> None:
    """Draw the five dimensions as a radar and as exact values."""
    st.subheader("Quality of the conversation", anchor=False)
    frame = result.tables.quality
    if frame.empty:
        st.info(ABSENT.format(part=" for the whole recording"), icon=":material/donut_large:")
        return
    left, right = st.columns(2, vertical_alignment="center")
    caption = quality_caption(frame, sandbox=result.analysis.sandbox)
    with left:
        st.plotly_chart(
            quality_radar(frame, dark=figures.dark()),
            theme=None,
            key=result.key(Chart.RADAR),
            config=figures.CONFIG,
            alt=caption,
        )
    with right:
        figures.draw(
            quality_dots(frame, dark=figures.dark()), caption, key=result.key(Chart.SCORES)
        )


def draw_over_time(result: Result) -> None:
    """Draw the index over time, or say that the answer holds none."""
    st.subheader("Quality over time", anchor=False)
    frame = result.tables.quality_timeline
    if frame.empty:
        st.info(ABSENT.format(part=" over time"), icon=":material/show_chart:")
        return
    figures.draw(
        quality_over_time(frame, end_s=result.analysis.end_s, dark=figures.dark()),
        quality_over_time_caption(frame, sandbox=result.analysis.sandbox),
        key=result.key(Chart.INDEX),
    )


def draw_dimensions_over_time(result: Result) -> None:
    """Draw an expander with the five dimensions over time, which are built once it is open."""
    if result.tables.quality_timeline.empty:
        return
    dimensions = st.expander(
        "The five dimensions over time",
        type="compact",  # without padding, so that these charts stand under the others
        key=result.key("dimensions"),
        on_change="rerun",
    )
    if dimensions.open:
        with dimensions:
            figures.draw_once(_draw_small_multiples, result)


def _draw_small_multiples(result: Result) -> None:
    frame = result.tables.quality_timeline
    figures.draw(
        quality_small_multiples(frame, end_s=result.analysis.end_s, dark=figures.dark()),
        small_multiples_caption(frame, sandbox=result.analysis.sandbox),
        key=result.key(Chart.DIMENSIONS),
    )
