"""The headline: the few numbers that say most, each with what it does and does not mean."""

from __future__ import annotations

import streamlit as st

from interhuman.analysis import QualityScores
from interhuman.page.visit import Result
from interhuman.view.captions import share_engaged
from interhuman.view.formats import clock, dimension_score, index_words, label, score
from interhuman.vocabulary import DIMENSIONS

DIMENSION_MEANINGS = {
    "clarity": "Easy to follow.",
    "authority": "Decisive and credible.",
    "energy": "Vitality and responsiveness.",
    "rapport": "Warmth, respect and safety.",
    "learning": "Curiosity and openness.",
}


def draw_headline(result: Result) -> None:
    """Draw the index with its band, engagement, signals and length, then the five dimensions."""
    analysis = result.analysis
    quality = analysis.conversation_quality
    scores = quality.overall if quality is not None else None
    index = scores.quality_index if scores is not None else None
    share = share_engaged(result.tables.engagement, analysis.end_s)
    grid = st.grid(4, min_column_width=140)
    grid.metric(
        "Quality index",
        score(index),
        delta=_meaning(scores),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help="0 to 100, over the whole recording. It judges how the conversation went, "
        "not whether what was said is right.",
    )
    grid.metric(
        "Time engaged",
        "no data" if share is None else f"{share:.0%}",
        border=True,
        height="stretch",
        help="The share of the time with engagement data that was read as engaged.",
    )
    grid.metric("Signals", f"{len(analysis.signals):,}", border=True, height="stretch")
    grid.metric("Length", clock(analysis.end_s or None), border=True, height="stretch")
    if scores is None:
        return
    grid = st.grid(len(DIMENSIONS), min_column_width=130)
    for name in DIMENSIONS:
        grid.metric(
            label(name),
            dimension_score(getattr(scores, name)),
            border=True,
            height="stretch",
            help=f"{DIMENSION_MEANINGS[name]} Exactly 50 means no evidence either way.",
        )


def _meaning(scores: QualityScores | None) -> str | None:
    """Return the band of the index in words, or that nothing was detected."""
    if scores is None or scores.quality_index is None:
        return None
    return index_words(scores.quality_index, [getattr(scores, name) for name in DIMENSIONS])
