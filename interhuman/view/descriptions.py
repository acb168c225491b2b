"""What each chart says, in words: computed text alternatives with the finding.

Plain text, outside names in it as they came: whoever shows a caption where Markdown is
rendered escapes it there (`interhuman.text.markdown_plain`). The wording is careful on
purpose: a model detects and reads, it does not know what a person feels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

import pandas as pd

from interhuman.formats import (
    NO_EVIDENCE_WORDS,
    NOT_GIVEN,
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
    PROBABILITIES,
    STATES,
    band,
)

_MOST_NAMED = 3
_NAME_CHARACTERS = 40

OTHER_STATES = "other states"
"""What many unpublished engagement states are called together; no state has this name alone."""


@dataclass(frozen=True, slots=True)
class EngagementTimes:
    """How long each engagement state was read, in seconds; times that overlap count once."""

    covered_s: float
    """Time with any engagement data."""
    by_state_s: Mapping[str, float]
    """Published states first; others in order of name, or all as one when there are many."""
    share_engaged: float | None
    """Engaged time as a share (0-1) of the time with data, None without any."""


def covered_s(spans: Iterable[tuple[float, float]]) -> float:
    """Return the time in seconds that (from, to) spans cover together, overlaps counted once."""
    return sum(covered_by_name_s(("", start, end) for start, end in spans).values(), 0.0)


def covered_by_name_s(spans: Iterable[tuple[str, float, float]]) -> dict[str, float]:
    """Return the time in seconds that the (name, from, to) spans of each name cover.

    Overlaps inside a name count once. One pass, whatever the number of names.
    """
    total: dict[str, float] = {}
    reached: dict[str, float] = {}
    for name, start, end in sorted(spans, key=itemgetter(1)):
        covered_to = reached.get(name, start)
        total[name] = total.get(name, 0.0) + max(0.0, end - max(start, covered_to))
        reached[name] = max(covered_to, end)
    return total


def engagement_times(frame: pd.DataFrame, end_s: float) -> EngagementTimes:
    """Return how long each state of an `engagement_frame` lasted between 0 and `end_s` seconds.

    More than `_MOST_NAMED` unpublished states count together as `OTHER_STATES`.
    """
    states = frame["state"].tolist()
    others = sorted(set(states) - set(STATES))
    if len(others) > _MOST_NAMED:
        states = [state if state in STATES else OTHER_STATES for state in states]
        others = [OTHER_STATES]
    spans = _spans(frame, end_s)
    times_s = covered_by_name_s(
        (state, start, end) for state, (start, end) in zip(states, spans, strict=True)
    )
    by_state_s = {name: times_s.get(name, 0.0) for name in (*STATES, *others)}
    total_s = covered_s(spans)
    share = by_state_s["engaged"] / total_s if total_s > 0 else None
    return EngagementTimes(total_s, by_state_s, share)


def share_engaged(frame: pd.DataFrame, end_s: float) -> float | None:
    """Return the share (0-1) of the time with engagement data that was read as engaged.

    Gaps do not count, neither as engaged nor against it; None when there is no data at all.
    """
    return engagement_times(frame, end_s).share_engaged


def signals_caption(frame: pd.DataFrame, *, end_s: float) -> str:
    """Return the finding of the signal timeline: how many, which lasted longest, how sure."""
    if frame.empty:
        return f"No signals were detected in {clock(end_s)}."
    types = frame["type"].nunique()
    verb = "was" if len(frame) == 1 else "were"
    number = f"{count(len(frame), 'signal')} of {count(types, 'type')}"
    longest = _longest(frame)
    return (
        f"{number} {verb} detected in {clock(end_s)}. {longest[:1].upper()}{longest[1:]}. "
        f"{_probabilities(frame)}"
    )


def engagement_caption(frame: pd.DataFrame, *, end_s: float) -> str:
    """Return the finding of the ribbon: time per state, the share engaged, time without data."""
    times = engagement_times(frame, end_s)
    if times.share_engaged is None:
        return f"There is no engagement data over time in {clock(end_s)}."
    first = (
        f"Read as engaged for {_length(times.by_state_s['engaged'])} of the "
        f"{_length(times.covered_s)} with data ({times.share_engaged:.0%})"
    )
    others = [
        f"{_name(state)} for {_length(time_s)}"
        for state, time_s in times.by_state_s.items()
        if state != "engaged" and time_s > 0
    ]
    missing_s = end_s - times.covered_s
    gap = f" No data for {_length(missing_s)}." if missing_s >= 0.05 else ""
    return ", ".join([first, *others]) + "." + gap


def quality_caption(frame: pd.DataFrame) -> str:
    """Return the finding of the radar: the index with its band, then every dimension."""
    scores = overall_scores(frame)
    values = [scores[name] for name in DIMENSIONS]
    if all(value is None for value in scores.values()):
        return "No quality scores were given for the whole recording."
    index = scores[INDEX]
    meaning = f", {index_words(index, values)}" if index is not None else ""
    dimensions = ", ".join(f"{name} {dimension_score(scores[name])}" for name in DIMENSIONS)
    text = f"Quality index {score(index)}{meaning}. {dimensions.capitalize()}."
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
    shown_count: int | None = None,
) -> str:
    """Return the finding of the tracks, a sentence each for signals, engagement and index.

    `shown_count` says how many of the signals a filter leaves; None where there is no filter.
    What was not given has no track, and no sentence either.
    """
    sentences = [_signals_sentence(signals, end_s, shown_count)]
    times = engagement_times(engagement, end_s)
    if times.share_engaged is not None:
        with_data = _length(times.covered_s)
        sentences.append(f"Engaged for {times.share_engaged:.0%} of the {with_data} with data.")
    index = quality_timeline[quality_timeline["dimension"] == INDEX]
    if index["value"].notna().any():
        sentences.append(_over_time(index, INDEX))
    return " ".join(sentences)


def _signals_sentence(frame: pd.DataFrame, end_s: float, shown_count: int | None) -> str:
    if frame.empty:
        return f"No signals were detected in {clock(end_s)}."
    number = f"{count(len(frame), 'signal')} of {count(frame['type'].nunique(), 'type')}"
    is_filtered = shown_count is not None and shown_count != len(frame)
    shown = f", {shown_count:,} shown" if is_filtered else ""
    return f"{number} in {clock(end_s)}{shown}; {_longest(frame)}."


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


def _spans(frame: pd.DataFrame, end_s: float) -> list[tuple[float, float]]:
    """Return the (from, to) of a frame's rows, cut to 0 to `end_s`."""
    start, end = frame["start_s"].clip(0.0, end_s), frame["end_s"].clip(0.0, end_s)
    return list(zip(start.tolist(), end.tolist(), strict=True))


def _length(seconds: float) -> str:
    """Return a length as m:ss, rounded; with a tenth where whole seconds would read 0:00."""
    return clock(seconds, tenths=True) if 0 < seconds < 1 else clock(round(seconds))


def _name(name: str) -> str:
    return readable(name, most=_NAME_CHARACTERS)


def _longest(frame: pd.DataFrame) -> str:
    """Name, in a clause, the types that were detected for the most time in total."""
    columns = (frame[name].tolist() for name in ("type", "start_s", "end_s"))
    times = covered_by_name_s(zip(*columns, strict=True))
    ranked = sorted([(-time_s, name) for name, time_s in times.items() if time_s > 0])
    if not ranked:
        return "it is a single moment" if len(frame) == 1 else "all of them are single moments"
    named = [f"{_name(name)} {_length(-negative_s)}" for negative_s, name in ranked[:_MOST_NAMED]]
    lead = "most time in total" if len(ranked) > 1 else "time in total"
    return f"{lead}: {', '.join(named)}"


def _probabilities(frame: pd.DataFrame) -> str:
    """Say how many detections are how sure."""
    numbers = {name: int((frame["probability"] == name).sum()) for name in PROBABILITIES}
    numbers[NOT_GIVEN] = len(frame) - sum(numbers.values())
    return f"Probability: {', '.join(f'{n} {name}' for name, n in numbers.items() if n)}."


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
