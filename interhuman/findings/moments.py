"""The turning points of a result: where a coach looks first, and why.

`RULES` is the whole of what counts as a moment: its order is the order of weight, its thresholds
are those that the functions below apply, and its words are what the page says about them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import pandas as pd

from interhuman.findings.spans import TOUCHING_S, crowded, half_open, merged, placed
from interhuman.formats import count, duration_words, label, readable, score
from interhuman.frames import TEXT, Columns, typed_frame
from interhuman.vocabulary import DIMENSIONS, FAMILY_OF, INDEX, NO_EVIDENCE, band

NAMED_TYPES = 3
NAME_CHARACTERS = 40

_DECIMALS = 6
"""Differences are rounded to this before they meet a threshold: 74.3 - 64.3 is to be 10."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a moment, how much of it is needed, and the words for both."""

    title: str
    words: str
    """One sentence or two; the names in braces stand for the values below."""
    at_least: float
    unit: str
    """What `at_least` and the weight of the rule's moments are counted in."""
    family: str | None = None
    probability: str | None = None
    max_shown: int = 5
    """How many of its moments a list shows, the weightiest first."""

    @property
    def sentence(self) -> str:
        """The rule in words, with its thresholds."""
        return self.words.format(
            at_least=f"{self.at_least:g}",
            family=self.family,
            members=", ".join(name for name, family in FAMILY_OF.items() if family == self.family),
            probability=self.probability,
        )


CHANGE: Final = "quality-change"
DISENGAGED: Final = "disengaged"
AWAY: Final = "away"
AT_ONCE: Final = "at-once"
STRONGEST: Final = "strongest"

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        CHANGE: Rule(
            title="Quality changes",
            words="The quality index drops or rises by at least {at_least} points from one window "
            "to the next. Windows with a gap between them aren't compared.",
            at_least=10.0,
            unit="points",
        ),
        DISENGAGED: Rule(
            title="Disengaged",
            words="The person appeared disengaged for at least {at_least} seconds in a row.",
            at_least=5.0,
            unit="seconds",
        ),
        AWAY: Rule(
            title="Strong “away” signal",
            words="At least {at_least} signal in the {family} family ({members}) with "
            "{probability} probability. Signals at exactly the same time count as one moment.",
            at_least=1.0,
            unit="signals",
            family="away",
            probability="high",
        ),
        AT_ONCE: Rule(
            title="Many signals at once",
            words="At least {at_least} signals overlap, whatever their types and probabilities.",
            at_least=3.0,
            unit="signals",
        ),
        STRONGEST: Rule(
            title="Strongest stretch",
            words="The highest quality index over time, if at least {at_least} windows have one "
            "and they differ.",
            at_least=2.0,
            unit="index",
        ),
    }
)
"""The rules by name, weightiest first."""

NO_EVIDENCE_RULE: Final = (
    f"Quality windows with all five dimensions at exactly {NO_EVIDENCE:g} carry no evidence and "
    "count as a gap."
)
"""What every rule on the quality index leaves out, in words."""

OWN_RULES: Final = "The rules are this app's own: a moment is a place to look, not a judgment."

MOMENT_COLUMNS: Columns = MappingProxyType(
    {
        "rule": TEXT,
        "start_s": "float64",
        "end_s": "float64",
        "weight": "float64",
        "unit": TEXT,
        "reason": TEXT,
        "signal": "Int64",
    }
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One turning point; times are seconds from the start of the recording."""

    rule: str
    """A name in `RULES`."""
    start_s: float
    end_s: float
    weight: float
    """Points, seconds, signals or index, as the rule's `unit` says; the size of a change."""
    reason: str
    """Why this is a moment, in plain text; names from the API in it are not escaped."""
    signal: int | None = None
    """The place of the signal in the analysis, where the moment is one signal."""
    mark: str = ""
    """How it is marked: "drop", "rise", "highest", the state "disengaged", a
    family, or "many" of them."""


def find_moments(
    *, signals: pd.DataFrame, engagement: pd.DataFrame, quality_timeline: pd.DataFrame
) -> tuple[Moment, ...]:
    """Return the moments of a result, in the order of the rules, then weightiest first.

    Takes a `signals_frame` (filtered or not), an `engagement_frame` and a
    `quality_timeline_frame`; the order of their rows does not matter.
    """
    windows = _windows(quality_timeline)
    spans = placed(signals).sort_values(["start_s", "end_s", "type"], kind="stable")
    moments = [
        *_changes(windows),
        *_disengaged(placed(engagement)),
        *_away(spans),
        *_at_once(spans),
        *_strongest(windows),
    ]
    rank = {name: place for place, name in enumerate(RULES)}
    return tuple(
        sorted(
            moments,
            key=lambda m: (rank[m.rule], -m.weight, m.start_s - m.end_s, m.start_s, m.end_s),
        )
    )


def weightiest(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return the moments that a list shows: of each rule the first `max_shown`."""
    seen = dict.fromkeys(RULES, 0)
    shown = []
    for moment in moments:
        seen[moment.rule] += 1
        if seen[moment.rule] <= RULES[moment.rule].max_shown:
            shown.append(moment)
    return tuple(shown)


def moments_frame(moments: Iterable[Moment]) -> pd.DataFrame:
    """Return one row per moment, with the unit of its weight; the columns of `MOMENT_COLUMNS`."""
    rows = tuple(moments)
    return typed_frame(
        {
            "rule": [moment.rule for moment in rows],
            "start_s": [moment.start_s for moment in rows],
            "end_s": [moment.end_s for moment in rows],
            "weight": [moment.weight for moment in rows],
            "unit": [RULES[moment.rule].unit for moment in rows],
            "reason": [moment.reason for moment in rows],
            "signal": [moment.signal for moment in rows],
        },
        MOMENT_COLUMNS,
    )


@dataclass(frozen=True, slots=True)
class _Window:
    start_s: float
    end_s: float
    index: float


def _windows(quality_timeline: pd.DataFrame) -> list[_Window]:
    """Return the windows with a quality index that rests on evidence, in order of time."""
    # One window has one row per score; two windows of one span are kept apart by their order.
    seen: Counter[tuple[object, ...]] = Counter()
    scores: dict[tuple[float, float, int], dict[object, float]] = {}
    columns = placed(quality_timeline)[["start_s", "end_s", "dimension", "value"]]
    for start, end, name, value in columns.itertuples(index=False):
        scores.setdefault((start, end, seen[start, end, name]), {})[name] = value
        seen[start, end, name] += 1
    windows = [
        _Window(start, end, values[INDEX])
        for (start, end, _), values in scores.items()
        if not math.isnan(values.get(INDEX, math.nan))
        and any(values.get(name) != NO_EVIDENCE for name in DIMENSIONS)
    ]
    return sorted(windows, key=lambda window: (window.start_s, window.end_s, window.index))


def _changes(windows: list[_Window]) -> Iterator[Moment]:
    for before, after in pairwise(windows):
        adjacent = before.start_s < after.start_s <= before.end_s + TOUCHING_S
        points = round(abs(after.index - before.index), _DECIMALS)
        if adjacent and points >= RULES[CHANGE].at_least:
            verb = "drops" if after.index < before.index else "rises"
            reason = f"Quality index {verb} from {_level(before.index)} to {_level(after.index)}"
            mark = verb.removesuffix("s")
            yield Moment(CHANGE, after.start_s, after.end_s, points, reason, mark=mark)


def _disengaged(engagement: pd.DataFrame) -> Iterator[Moment]:
    for start_s, end_s in merged(_pairs(engagement[engagement["state"] == DISENGAGED])):
        length_s = round(end_s - start_s, _DECIMALS)
        if length_s >= RULES[DISENGAGED].at_least:
            reason = f"Appeared disengaged for {duration_words(length_s)}"
            yield Moment(DISENGAGED, start_s, end_s, length_s, reason, mark=DISENGAGED)


def _away(spans: pd.DataFrame) -> Iterator[Moment]:
    rule = RULES[AWAY]
    chosen = (spans["family"] == rule.family) & (spans["probability"] == rule.probability)
    same_time: dict[tuple[float, float], list[tuple[int, str]]] = {}
    for place, name, time in zip(
        spans.index[chosen], spans["type"][chosen], _pairs(spans[chosen]), strict=True
    ):
        same_time.setdefault(time, []).append((int(place), name))
    for (start_s, end_s), members in same_time.items():
        if len(members) < rule.at_least:
            continue
        names = _names([name for _, name in members])
        reason = f"{names[:1].upper()}{names[1:]} detected with {rule.probability} probability"
        signal = members[0][0] if len(members) == 1 else None
        yield Moment(
            AWAY, start_s, end_s, float(len(members)), reason, signal, mark=rule.family or ""
        )


def _at_once(spans: pd.DataFrame) -> Iterator[Moment]:
    start, end = half_open(spans)
    types, family = (spans[name].to_numpy(dtype=object) for name in ("type", "family"))
    for start_s, to_s, most in crowded(start, end, int(RULES[AT_ONCE].at_least)):
        inside = (start < to_s) & (end > start_s)
        members = types[inside].tolist()
        lead = "" if most == len(members) else "Up to "
        reason = f"{lead}{count(most, 'signal')} at once: {_names(members)}"
        end_s = max(start_s, round(to_s, _DECIMALS))
        families = set(family[inside])
        mark = families.pop() if len(families) == 1 else "many"
        yield Moment(AT_ONCE, start_s, end_s, float(most), reason, mark=mark)


def _strongest(windows: list[_Window]) -> Iterator[Moment]:
    values = [window.index for window in windows]
    if len(values) < RULES[STRONGEST].at_least or min(values) == max(values):
        return
    highest = max(values)
    spans = [(window.start_s, window.end_s) for window in windows if window.index == highest]
    for start_s, end_s in merged(spans):
        reason = f"Highest quality index: {_level(highest)}"
        yield Moment(STRONGEST, start_s, end_s, highest, reason, mark="highest")


def _level(index: float) -> str:
    return f"{score(index)} ({band(index)})"


def _names(types: list[str]) -> str:
    """Return the first few names of types in words: "stress, hesitation and 2 more types"."""
    names = [readable(name, most=NAME_CHARACTERS) or label("") for name in dict.fromkeys(types)]
    more = len(names) - NAMED_TYPES
    if more > 0:
        names = [*names[:NAMED_TYPES], count(more, "more type")]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _pairs(frame: pd.DataFrame) -> list[tuple[float, float]]:
    return list(zip(frame["start_s"].tolist(), frame["end_s"].tolist(), strict=True))
