"""A small example of what a result looks like, for a page that has none yet."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from interhuman.analysis import (
    Analysis,
    ConversationQuality,
    EngagementSpan,
    QualityScores,
    Signal,
)
from interhuman.findings.descriptions import tracks_caption
from interhuman.page.keys import Key
from interhuman.page.result import component, figures, quality_card
from interhuman.runs.results import Result
from interhuman.view.charts.tracks import tracks

_SIGNALS = (
    Signal("interest", 3.0, 11.0, "medium", "Leans in and asks a question back."),
    Signal("hesitation", 14.0, 18.0, "high", "A long pause before the price is named."),
    Signal("uncertainty", 17.0, 23.0, "low", "“Roughly” and “maybe” in one sentence."),
    Signal("skepticism", 26.0, 33.0, "medium", "A raised eyebrow, then “really?”."),
    Signal("confidence", 36.0, 49.0, "high", "A steady voice while the plan is explained."),
    Signal("agreement", 44.0, 44.0, "high", "A nod."),
    Signal("agreement", 51.0, 57.0, "high", "Nods and repeats the next step."),
)

_ENGAGEMENT = (
    EngagementSpan("engaged", 0.0, 25.0),
    EngagementSpan("neutral", 25.0, 34.0),
    EngagementSpan("engaged", 34.0, 60.0),
)

EXAMPLE = Result(
    number=0,
    analysis=Analysis(
        signals=_SIGNALS,
        engagement=_ENGAGEMENT,
        conversation_quality=ConversationQuality(
            overall=QualityScores(64.0, 72.0, 68.0, 55.0, 71.0, 54.0)
        ),
        duration_s=60.0,
    ),
    name="an example",
    arrived_at=datetime.now(UTC),
)
"""Made up, and never among the results of a visit."""


def draw_example() -> None:
    """Draw the example's quality card and its timeline: they show what to expect.

    The timeline does what `warm_up` does, too.
    """
    st.caption("**Sample output** (made up): one minute of a conversation")
    component.draw_styles()
    quality_card.draw_quality_card(EXAMPLE, alone=True)
    figures.draw_once(_draw, EXAMPLE)


def warm_up() -> None:
    """Have the browser load and start what draws charts, unseen, which takes it 1 to 2 seconds.

    So that is done while the person is still choosing, and not when a result is opened.
    """
    with st.container(key=Key.WARM_UP):
        figures.draw_once(_draw, EXAMPLE)


def _draw(result: Result) -> None:
    tables, end_s = result.tables, result.analysis.end_s
    drawn = tracks(
        tables.signals,
        tables.engagement,
        tables.quality_timeline,
        end_s=end_s,
        dark=figures.dark(),
    )
    caption = tracks_caption(
        tables.signals, tables.engagement, tables.quality_timeline, end_s=end_s
    )
    figures.draw(drawn.figure, f"Example: {caption}", key="example")
