"""Conversation quality: the radar beside the exact values, and the dimensions over time."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from interhuman.findings.descriptions import quality_caption, small_multiples_caption
from interhuman.formats import dimension_score, index_words, label, score
from interhuman.frames import overall_scores
from interhuman.page.result import figures
from interhuman.page.result.figures import Chart
from interhuman.runs.results import Result
from interhuman.view.charts import quality_radar, quality_small_multiples
from interhuman.vocabulary import DIMENSIONS, INDEX, SCORE_MEANINGS

ABSENT = (
    "This result has no conversation quality{part}. You get it only if you ask for it, and with "
    "Inter-1 only if something was detected."
)


def draw_quality(result: Result) -> None:
    """Draw the five dimensions as a radar and as exact values, then over time."""
    _draw_overall(result)
    frame = result.tables.quality_timeline
    if frame.empty:
        st.caption(ABSENT.format(part=" over time"))
        return
    st.header("The five dimensions over time", anchor=False)
    figures.draw(
        quality_small_multiples(frame, end_s=result.analysis.end_s, dark=figures.dark()),
        small_multiples_caption(frame),
        key=result.key(Chart.DIMENSIONS),
    )


def _draw_overall(result: Result) -> None:
    frame, quality = result.tables.quality, result.analysis.conversation_quality
    overall_is = quality.overall_is if quality is not None else None
    if frame.empty:
        st.caption(ABSENT.format(part=" for the whole recording"))
        return
    left, right = st.columns(2, vertical_alignment="center")
    with left:
        st.plotly_chart(
            quality_radar(frame, dark=figures.dark()),
            theme=None,
            key=result.key(Chart.RADAR),
            config=figures.CONFIG,
            alt=quality_caption(frame, overall_is=overall_is),
        )
    with right:
        st.table(exact_values(frame), border="horizontal")
        if overall_is is not None:
            st.caption(f"These scores: {overall_is}.")
        st.caption("0 to 100. Exactly 50 in a dimension means there was no evidence either way.")


def exact_values(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of a `quality_frame` in words: score, and what the dimension means."""
    scores = overall_scores(frame)
    index = scores[INDEX]
    words = index_words(index, [scores[name] for name in DIMENSIONS])
    rows = [(label(INDEX), score(index), words.capitalize())] + [
        (label(name), dimension_score(scores[name]), SCORE_MEANINGS[name]) for name in DIMENSIONS
    ]
    return pd.DataFrame(rows, columns=["", "Score", "What it means"]).set_index("")
