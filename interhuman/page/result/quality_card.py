"""The quality card: the radar, and every score for the whole recording and at the playhead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
import streamlit as st

from interhuman.findings.engagement import share_engaged
from interhuman.findings.explanations import LIMITS_TITLE, NO_QUALITY
from interhuman.findings.extremes import extremes
from interhuman.findings.time_axis import windows
from interhuman.formats import dimension_score, index_words, label, percent, score
from interhuman.frames import overall_scores
from interhuman.page.result import component
from interhuman.page.result.limits import open_limits
from interhuman.runs.results import Result
from interhuman.vocabulary import DIMENSIONS, INDEX, NO_EVIDENCE, SCORE_MEANINGS, SCORES


def draw_quality_card(result: Result, *, alone: bool = False) -> None:
    """Draw the card; what it says of the playhead, the browser fills in.

    `alone` is for a page without the other parts of a result, one of which brings the script.
    """
    quality = result.analysis.conversation_quality
    share = share_engaged(result.tables.engagement, result.analysis.end_s)
    part = component.VIEW if alone else component.PART
    asked = part(
        key=result.key("quality"),
        data={
            **component.part_data(result, "quality"),
            "scores": _scores(result.identity, result),
            "engaged": None if share is None else percent(share),
            "endS": result.analysis.end_s,
            "total": len(result.analysis.signals),
            "absent": NO_QUALITY,
            "overallIs": (quality.overall_is if quality is not None else None) or "",
            "limits": LIMITS_TITLE,
        },
        on_limits_change=lambda: None,
    ).limits
    if asked:
        open_limits()


@st.cache_resource(show_spinner=False, scope="session", max_entries=4)
def _scores(identity: str, _result: Result) -> list[dict[str, object]]:
    """Return the scores that were given, the index first, as the browser reads them."""
    overall, timeline = overall_scores(_result.tables.quality), _result.tables.quality_timeline
    dimensions = [overall[name] for name in DIMENSIONS]
    scores: list[dict[str, object]] = []
    for name in SCORES:
        value = overall[name]
        scores.append(
            {
                "name": name,
                "label": label(name),
                "meaning": SCORE_MEANINGS[name],
                "overall": _reading(name, value, dimensions) if value is not None else None,
                "windows": list(_windows(timeline[timeline["dimension"] == name], name)),
                "extremes": [extreme.words for extreme in extremes(timeline, name)],
            }
        )
    given = any(each["overall"] or each["windows"] for each in scores)
    return scores if given else []


def _windows(frame: pd.DataFrame, name: str) -> Iterator[dict[str, object]]:
    """Yield where one score was given over time, in seconds, and how it reads there."""
    for start_s, end_s, value in windows(frame):
        yield {"start": start_s, "end": end_s, **_reading(name, value)}


def _reading(name: str, value: float, dimensions: Sequence[float | None] = ()) -> dict[str, object]:
    """Return a score as it is drawn and as it reads; the band is the index's alone."""
    is_index = name == INDEX
    return {
        "value": value,
        "words": score(value) if is_index else dimension_score(value),
        "band": index_words(value, dimensions) if is_index else "",
        "isEvidence": is_index or value != NO_EVIDENCE,
    }
