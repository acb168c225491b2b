"""What each chart says, in words: computed text alternatives with the finding.

Plain text, outside names in it as they came: whoever shows a caption where Markdown is
rendered escapes it there (`interhuman.text.markdown_plain`). The wording is careful on
purpose: a model detects and reads, it does not know what a person feels.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from interhuman.findings.engagement import engagement_times
from interhuman.findings.spans import covered_by_name_s
from interhuman.formats import (
    NO_EVIDENCE_WORDS,
    NO_SIGNALS,
    NOT_GIVEN,
    SIGNALS_UNREAD,
    clock,
    count,
    dimension_score,
    index_words,
    readable,
    score,
    span,
)
from interhuman.frames import overall_scores
from interhuman.vocabulary import (
    DIMENSIONS,
    INDEX,
    NO_EVIDENCE,
    band,
)

_MAX_NAMED = 3
_NAME_CHARACTERS = 40


def quality_caption(frame: pd.DataFrame, *, overall_is: str | None = None) -> str:
    """Return the finding of the radar: the index with its band, then every dimension.

    `overall_is` says what the scores are where the API did not judge the whole.
    """
    scores = overall_scores(frame)
    values = [scores[name] for name in DIMENSIONS]
    if all(value is None for value in scores.values()):
        return "No quality scores were given for the whole recording."
    index = scores[INDEX]
    meaning = f", {index_words(index, values)}" if index is not None else ""
    dimensions = ", ".join(f"{name} {dimension_score(scores[name])}" for name in DIMENSIONS)
    what = f" ({overall_is})" if overall_is is not None else ""
    text = f"Quality index {score(index)}{meaning}{what}. {dimensions.capitalize()}."
    return f"{text}{_extremes(scores)}"


def quality_over_time_caption(frame: pd.DataFrame, *, dimension: str = INDEX) -> str:
    """Return the finding of one score over time: lowest and highest window, and gaps."""
    values = frame.loc[frame["dimension"] == dimension, "value"]
    missing = int(values.isna().sum())
    gap = f" Not given in {count(missing, 'window')}." if 0 < missing < len(values) else ""
    return _over_time(frame, dimension) + gap


def small_multiples_caption(frame: pd.DataFrame) -> str:
    """Return the finding of the five dimensions over time, a sentence each."""
    sentences = [quality_over_time_caption(frame, dimension=name) for name in DIMENSIONS]
    return " ".join(sentences)


def tracks_caption(
    signals: pd.DataFrame,
    engagement: pd.DataFrame,
    quality_timeline: pd.DataFrame,
    *,
    end_s: float,
    signals_read: bool = True,
    gaps: Sequence[tuple[float, float]] = (),
) -> str:
    """Return the finding of the tracks, a sentence each for signals, engagement, index and gaps.

    What was not given has no track, and no sentence either. `signals_read` is whether no signals
    means that the answer has none.
    """
    sentences = [_signals_sentence(signals, end_s) if signals_read else f"{SIGNALS_UNREAD}."]
    times = engagement_times(engagement, end_s)
    if times.share_engaged is not None:
        with_data = _length(times.covered_s)
        sentences.append(f"Engaged for {times.share_engaged:.0%} of the {with_data} with data.")
    index = quality_timeline[quality_timeline["dimension"] == INDEX]
    if index["value"].notna().any():
        sentences.append(_over_time(index, INDEX))
    if gaps:
        sentences.append(f"Not analyzed: {', '.join(span(*gap) for gap in gaps)}.")
    return " ".join(sentences)


def _signals_sentence(frame: pd.DataFrame, end_s: float) -> str:
    if frame.empty:
        return f"{NO_SIGNALS} in {clock(end_s)}."
    return f"{count(len(frame), 'signal')} in {clock(end_s)}{_longest(frame)}."


def _over_time(frame: pd.DataFrame, dimension: str) -> str:
    """Return the lowest and the highest window of one score, as a sentence."""
    known = frame[frame["dimension"] == dimension].dropna(subset=["value"])
    name = "Quality index" if dimension == INDEX else dimension.capitalize()
    if known.empty:
        return f"{name} over time: {NOT_GIVEN}."
    if dimension != INDEX and bool((known["value"] == NO_EVIDENCE).all()):
        return f"{name} over time: {NO_EVIDENCE_WORDS} throughout."
    low, high = (known.iloc[int(at)] for at in (known["value"].argmin(), known["value"].argmax()))
    lowest, highest = _level(low, dimension), _level(high, dimension)
    if lowest == highest:
        return f"{name} over time: {lowest} throughout."
    return f"{name} over time: lowest {lowest} ({_when(low)}), highest {highest} ({_when(high)})."


def _length(seconds: float) -> str:
    """Return a length as m:ss, rounded; with a tenth where whole seconds would read 0:00."""
    return clock(seconds, tenths=True) if 0 < seconds < 1 else clock(round(seconds))


def _name(name: str) -> str:
    return readable(name, most=_NAME_CHARACTERS)


def _longest(frame: pd.DataFrame) -> str:
    """Go on with the types that were detected for the most time in total."""
    columns = (frame[name].tolist() for name in ("type", "start_s", "end_s"))
    times = covered_by_name_s(zip(*columns, strict=True))
    ranked = sorted([(-time_s, name) for name, time_s in times.items() if time_s > 0])
    if not ranked:
        return ", a single moment" if len(frame) == 1 else ", all single moments"
    named = [f"{_name(name)} ({_length(-negative_s)})" for negative_s, name in ranked[:_MAX_NAMED]]
    return f". {'Most time' if len(ranked) > 1 else 'Time in total'}: {', '.join(named)}"


def _extremes(scores: dict[str, float | None]) -> str:
    """Name the highest and the lowest dimension where at least two carry evidence and differ."""
    known = {
        name: value
        for name in DIMENSIONS
        if (value := scores[name]) is not None and value != NO_EVIDENCE
    }
    if len(known) < 2 or len(set(known.values())) < 2:
        return ""
    highest, lowest = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    return f" Highest: {highest}, lowest: {lowest}."


def _level(row: pd.Series, dimension: str) -> str:
    value = float(row["value"])
    return f"{score(value)}, {band(value)}" if dimension == INDEX else dimension_score(value)


def _when(row: pd.Series) -> str:
    return span(float(row["start_s"]), float(row["end_s"]))
