"""The score strip: the quality index with its band, the dimensions, engagement, the signals."""

from __future__ import annotations

import math

import streamlit as st

from interhuman.findings.engagement import share_engaged
from interhuman.formats import count, dimension_score, index_words, label, score
from interhuman.frames import overall_scores
from interhuman.page.result.limits import open_limits
from interhuman.page.results import Result
from interhuman.page.state import Key
from interhuman.vocabulary import DIMENSIONS, FAMILIES, INDEX, NO_EVIDENCE

DIMENSION_MEANINGS = {
    "clarity": "Easy to follow.",
    "authority": "Decisive and credible.",
    "energy": "Vitality and responsiveness.",
    "rapport": "Warmth, respect and safety.",
    "learning": "Curiosity and openness.",
}


_FAMILY_MARKS = {"toward": ":blue[■]", "unsure": ":gray[■]", "away": ":orange[■]"}
"""The families as marks in a text; the theme gives these color names the families' colors."""


def draw_scores(result: Result) -> None:
    """Draw the scores in one row; each opens what it can and cannot tell."""
    scores = overall_scores(result.tables.quality)
    index = scores[INDEX]
    words = index_words(index, [scores[name] for name in DIMENSIONS])
    with st.container(key="scores", horizontal=True, gap="small", vertical_alignment="center"):
        given = index is not None
        _score(
            "index",
            f"**{score(index)}** Quality index · {words}" if given else "Quality index not given",
            "0 to 100, over the whole recording. It judges how the conversation went, not whether "
            "what was said is right.",
        )
        for name in DIMENSIONS if len(result.tables.quality) else ():
            value = scores[name]
            meaning = f"{DIMENSION_MEANINGS[name]} Exactly 50 means no evidence either way."
            _score(name, f"{label(name)} **{dimension_score(value)}**", meaning, bar=value)
        share = share_engaged(result.tables.engagement, result.analysis.end_s)
        _score(
            "engaged",
            "No engagement data" if share is None else f"Engaged **{share:.0%}** of the time",
            "Share of the time with engagement data in which the person appeared engaged.",
        )
        number, noun = count(len(result.analysis.signals), "signal").split()
        _score(
            "signals",
            f"**{number}** {noun}",
            "Moments or stretches at which one of the social signals was detected.",
        )
        if result.analysis.signals:
            # The stylesheet knows by this container whether there is a list to make room for.
            with st.container(key=Key.FAMILIES, width="content"):
                _draw_families()


def _draw_families() -> None:
    """Say what the colors of the signals mean."""
    names = "  ".join(f"{_FAMILY_MARKS[family]} {family}" for family in FAMILIES)
    st.markdown(
        f":small[{names}]",
        width="content",
        help="The direction of a signal: toward what is said or the other person, unsure, or away "
        "from it. Away is no fault: skepticism can be a good question. How a mark is filled tells "
        "how sure the detection is.",
    )


def _score(name: str, words: str, meaning: str, *, bar: float | None = None) -> None:
    """Draw one score as a button; `bar` (0-100) is drawn under it, with a mark at 50."""
    key = f"score-{name}"
    if st.button(words, key=key, type="tertiary", help=meaning):
        open_limits()
    if bar is not None and math.isfinite(bar) and bar != NO_EVIDENCE:
        st.html(f"<style>.st-key-{key} {{ --score: {bar:.1f}%; }}</style>")
