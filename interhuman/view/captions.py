"""What each chart says, in words: computed text alternatives with the finding.

Plain text, outside names in it as they came: whoever shows a caption where Markdown is
rendered escapes it there (`interhuman.text.markdown_plain`). The wording is careful on
purpose: a model detects and reads, it does not know what a person feels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from interhuman.frames import overall_scores
from interhuman.view.formats import (
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
from interhuman.vocabulary import (
    DIMENSIONS,
    INDEX,
    NO_EVIDENCE,
    PROBABILITIES,
    SANDBOX_NOTE,
    STATES,
    band,
)

_MOST_NAMED = 3
_NAME_CHARACTERS = 40


OTHER_STATES = "other states"
"""What many unpublished engagement states are called together; no state has this name alone."""


@dataclass(frozen=True, slots=True)
class Attention:
    """How long each engagement state was read, in seconds; times that overlap count once."""

    covered_s: float
    """Time with any engagement data."""
    by_state_s: tuple[tuple[str, float], ...]
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
    for name, start, end in sorted(spans, key=_start):
        covered_to = reached.get(name, start)
        total[name] = total.get(name, 0.0) + max(0.0, end - max(start, covered_to))
        reached[name] = max(covered_to, end)
    return total


def attention(frame: pd.DataFrame, end_s: float) -> Attention:
    """Return how long each state of an `engagement_frame` lasted between 0 and `end_s` seconds.

    More than `_MOST_NAMED` unpublished states count together as `OTHER_STATES`.
    """
    states = frame["state"].astype("object")
    others = sorted(set(states) - set(STATES))
    if len(others) > _MOST_NAMED:
        states, others = states.where(states.isin(STATES), OTHER_STATES), [OTHER_STATES]
    spans = _spans(frame, end_s)
    by_state = covered_by_name_s(
        (state, start, end) for state, (start, end) in zip(states, spans, strict=True)
    )
    covered = covered_s(spans)
    times = tuple((name, by_state.get(name, 0.0)) for name in (*STATES, *others))
    return Attention(covered, times, dict(times)["engaged"] / covered if covered > 0 else None)


def share_engaged(frame: pd.DataFrame, end_s: float) -> float | None:
    """Return the share (0-1) of the time with engagement data that was read as engaged.

    Gaps do not count, neither as engaged nor against it; None when there is no data at all.
    """
    return attention(frame, end_s).share_engaged


def signals_caption(frame: pd.DataFrame, *, end_s: float, sandbox: bool = False) -> str:
    """Return the finding of the signal timeline: how many, which lasted longest, how sure."""
    if frame.empty:
        return _said(f"No signals were detected in {clock(end_s)}.", sandbox)
    types = frame["type"].nunique()
    verb = "was" if len(frame) == 1 else "were"
    parts = [
        f"{count(len(frame), 'signal')} of {count(types, 'type')} {verb} detected in "
        f"{clock(end_s)}.",
        _longest(frame),
        _probabilities(frame),
    ]
    return _said(" ".join(parts), sandbox)


def engagement_caption(frame: pd.DataFrame, *, end_s: float, sandbox: bool = False) -> str:
    """Return the finding of the ribbon: time per state, the share engaged, time without data."""
    found = attention(frame, end_s)
    if found.share_engaged is None:
        return _said(f"There is no engagement data over time in {clock(end_s)}.", sandbox)
    times = dict(found.by_state_s)
    first = (
        f"Read as engaged for {_length(times['engaged'])} of the {_length(found.covered_s)} "
        f"with data ({found.share_engaged:.0%})"
    )
    others = [f"{_name(state)} for {_length(time)}" for state, time in found.by_state_s[1:] if time]
    missing = end_s - found.covered_s
    gap = f" No data for {_length(missing)}." if missing >= 0.05 else ""
    return _said(", ".join([first, *others]) + "." + gap, sandbox)


def quality_caption(frame: pd.DataFrame, *, sandbox: bool = False) -> str:
    """Return the finding of the radar: the index with its band, then every dimension."""
    scores = overall_scores(frame)
    values = [scores[name] for name in DIMENSIONS]
    if all(value is None for value in scores.values()):
        return _said("No quality scores were given for the whole recording.", sandbox)
    index = scores[INDEX]
    meaning = f", {index_words(index, values)}" if index is not None else ""
    dimensions = ", ".join(f"{name} {dimension_score(scores[name])}" for name in DIMENSIONS)
    text = f"Quality index {score(index)}{meaning}. {dimensions.capitalize()}."
    return _said(f"{text}{_extremes(scores)}", sandbox)


def quality_over_time_caption(
    frame: pd.DataFrame, *, dimension: str = INDEX, sandbox: bool = False
) -> str:
    """Return the finding of one score over time: lowest and highest window, and gaps."""
    some = frame[frame["dimension"] == dimension]
    known = some.dropna(subset=["value"])
    name = "Quality index" if dimension == INDEX else dimension.capitalize()
    if known.empty:
        return _said(f"{name} over time: {NOT_GIVEN}.", sandbox)
    if dimension != INDEX and bool((known["value"] == NO_EVIDENCE).all()):
        return _said(f"{name} over time: {NO_EVIDENCE_WORDS} throughout.", sandbox)
    low, high = (known.iloc[int(at)] for at in (known["value"].argmin(), known["value"].argmax()))
    words = _level(low, dimension)
    text = f"{name} over time: {words} throughout."
    if _level(low, dimension) != _level(high, dimension):
        text = f"{name} over time: lowest {words} ({_when(low)}), "
        text += f"highest {_level(high, dimension)} ({_when(high)})."
    gaps = len(some) - len(known)
    missing = f" Not given in {count(gaps, 'window')}." if gaps else ""
    return _said(text + missing, sandbox)


def small_multiples_caption(frame: pd.DataFrame, *, sandbox: bool = False) -> str:
    """Return the finding of the five dimensions over time, a sentence each."""
    sentences = [quality_over_time_caption(frame, dimension=name) for name in DIMENSIONS]
    return _said(" ".join(sentences), sandbox)


def _said(text: str, sandbox: bool) -> str:
    return f"{SANDBOX_NOTE} {text}" if sandbox else text


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
    """Name the types that were detected for the most time, all their signals together."""
    times = covered_by_name_s(zip(frame["type"], frame["start_s"], frame["end_s"], strict=True))
    ranked = sorted(((time, name) for name, time in times.items() if time > 0), key=_ranking)
    if not ranked:
        return "It is a single moment." if len(frame) == 1 else "All of them are single moments."
    named = [f"{_name(name)} {_length(time)}" for time, name in ranked[:_MOST_NAMED]]
    lead = "Most time in total" if len(ranked) > 1 else "Time in total"
    return f"{lead}: {', '.join(named)}."


def _start(span: tuple[str, float, float]) -> float:
    return span[1]


def _ranking(timed: tuple[float, str]) -> tuple[float, str]:
    return (-timed[0], timed[1])


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
    high, low = max(known, key=lambda n: known[n]), min(known, key=lambda n: known[n])
    return f" Highest: {high}, lowest: {low}."


def _level(row: pd.Series, dimension: str) -> str:
    value = float(row["value"])
    return f"{score(value)}, {band(value)}" if dimension == INDEX else dimension_score(value)


def _when(row: pd.Series) -> str:
    return span(float(row["start_s"]), float(row["end_s"]))
