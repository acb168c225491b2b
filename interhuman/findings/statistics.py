"""Statistics of a result: how much, how often, when first, and what occurs together.

Seconds are those that spans cover together between 0 and the end of the recording: what overlaps
counts once. A signal without length counts as a signal and takes no time. A share or a rate of a
recording without length is missing (NaN), never 0. Where parts of a recording were not analyzed,
shares and rates are of `analyzed_s`, the seconds that were; None stands for all of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from interhuman.findings.amounts import Amount, amounts, clip, ratio
from interhuman.findings.engagement import engagement_times
from interhuman.findings.spans import (
    Seconds,
    clipped_spans,
    covered_by_name_s,
    covered_s,
    half_open,
    placed,
)
from interhuman.frames import FAMILY, TEXT, Columns, typed_frame, typed_rows
from interhuman.vocabulary import FAMILIES

NO_DATA: Final = "no data"
"""The row of `engagement_statistics` for the time that no entry covers."""

MIN_SIGNALS_FOR_LIFT: Final = 3
"""Signals that each of two types needs before their overlap is compared with chance.

One or two signals overlap something or nothing by accident; the ratio would jump between 0 and
the largest value there is.
"""

MAX_PAIRED_TYPES: Final = 24
"""Types that are paired, the most frequent ones: as many as have a row of their own on a timeline.

There are ten published ones; this bounds what an answer with thousands of names can cost.
"""

BINS_S: Final = (15, 30, 60)
"""The lengths of a bin that are on offer, in seconds."""

MAX_BINS: Final = 2_000
"""Bins that one table has at most: more than eight hours in the shortest ones."""

TYPE_COLUMNS: Columns = MappingProxyType(
    {
        "type": TEXT,
        "family": FAMILY,
        "count": "int64",
        "total_s": "float64",
        "share_of_recording": "float64",
        "per_minute": "float64",
        "mean_s": "float64",
        "first_s": "float64",
    }
)
FAMILY_COLUMNS: Columns = MappingProxyType(
    {name: dtype for name, dtype in TYPE_COLUMNS.items() if name != "type"}
)
ENGAGEMENT_STATISTICS_COLUMNS: Columns = MappingProxyType(
    {
        "state": TEXT,
        "total_s": "float64",
        "share_of_recording": "float64",
        "share_of_data": "float64",
    }
)
PAIR_COLUMNS: Columns = MappingProxyType(
    {
        "first_type": TEXT,
        "second_type": TEXT,
        "overlaps": "int64",
        "both_s": "float64",
        "expected_s": "float64",
        "lift": "float64",
    }
)
BIN_COLUMNS: Columns = MappingProxyType(
    {
        "start_s": "float64",
        "end_s": "float64",
        "family": FAMILY,
        "starting": "int64",
        "under_way": "int64",
    }
)


def type_statistics(
    signals: pd.DataFrame, *, end_s: float, analyzed_s: float | None = None
) -> pd.DataFrame:
    """Return one row per type of a `signals_frame`, the one that took the most time first.

    Columns: type, family, count, total_s (seconds covered), share_of_recording (0-1 of `end_s`),
    per_minute (signals a minute), mean_s (mean length of a signal), first_s (first onset).
    """
    families = dict(zip(signals["type"], signals["family"], strict=True))
    table = sorted(
        _amounts(signals, "type", end_s, analyzed_s).items(),
        key=lambda row: (-row[1].total_s, -row[1].count, row[1].first_s, row[0]),
    )
    return typed_rows([(name, families[name], *_cells(each)) for name, each in table], TYPE_COLUMNS)


def family_statistics(
    signals: pd.DataFrame, *, end_s: float, analyzed_s: float | None = None
) -> pd.DataFrame:
    """Return one row per family of a `signals_frame` that occurs, in display order.

    The columns are those of `type_statistics` without the type.
    """
    table = _amounts(signals, "family", end_s, analyzed_s)
    rows = [(name, *_cells(table[name])) for name in FAMILIES if name in table]
    return typed_rows(rows, FAMILY_COLUMNS)


def engagement_statistics(
    engagement: pd.DataFrame, *, end_s: float, analyzed_s: float | None = None
) -> pd.DataFrame:
    """Return the time of each state of an `engagement_frame`, and in the last row of none.

    Columns: state, total_s (seconds covered), share_of_recording (0-1 of `end_s`), share_of_data
    (0-1 of the time with any data; missing in the row `NO_DATA`). Where an answer has two states
    at one time, both rows have it. An answer without engagement is one row of no data.
    """
    times = engagement_times(placed(engagement), end_s)
    totals_s = {state: time_s for state, time_s in times.by_state_s.items() if time_s > 0}
    whole_s = end_s if analyzed_s is None else analyzed_s
    missing_s = max(0.0, whole_s - times.covered_s)
    covered = times.covered_s
    return typed_frame(
        {
            "state": [*totals_s, NO_DATA],
            "total_s": [*totals_s.values(), missing_s],
            "share_of_recording": [ratio(t, whole_s) for t in (*totals_s.values(), missing_s)],
            "share_of_data": [*(ratio(t, covered) for t in totals_s.values()), None],
        },
        ENGAGEMENT_STATISTICS_COLUMNS,
    )


def pair_statistics(
    signals: pd.DataFrame, *, end_s: float, analyzed_s: float | None = None
) -> pd.DataFrame:
    """Return the pairs of types in a `signals_frame` that overlap in time, most seconds first.

    Columns: first_type and second_type (in order of name), overlaps (pairs of signals, one of
    either type, that overlap), both_s (seconds with both types), expected_s, lift.

    Lift is both_s / expected_s, and expected_s is share of the first type x share of the second x
    the seconds analyzed: the seconds with both, were the two spread over them independently of each
    other. 1 is chance, 2 is twice as much. It is missing where either type has fewer than
    `MIN_SIGNALS_FOR_LIFT` signals, or takes no time. The `MAX_PAIRED_TYPES` most frequent
    types are paired.
    """
    frame, whole_s = placed(signals), end_s if analyzed_s is None else analyzed_s
    members = {str(name): frame[frame["type"] == name] for name in _most_frequent(frame)}
    spans = {name: clipped_spans(rows, end_s) for name, rows in members.items()}
    total_s = {name: covered_s(pairs) for name, pairs in spans.items()}
    table = []
    for one, other in combinations(sorted(members), 2):
        overlaps = _overlaps(members[one], members[other])
        if overlaps == 0:
            continue
        both_s = total_s[one] + total_s[other] - covered_s([*spans[one], *spans[other]])
        expected_s = ratio(total_s[one] * total_s[other], whole_s)
        enough = min(len(members[one]), len(members[other])) >= MIN_SIGNALS_FOR_LIFT
        both_s = max(0.0, round(both_s, 9))
        lift = ratio(both_s, expected_s) if enough and expected_s is not None else None
        table.append((one, other, overlaps, both_s, expected_s, lift))
    table.sort(key=lambda row: (-row[3], -row[2], row[0], row[1]))
    return typed_rows(table, PAIR_COLUMNS)


def bin_choices_s(end_s: float) -> tuple[int, ...]:
    """Return the `BINS_S` that cut a recording of `end_s` seconds into at most `MAX_BINS`."""
    return tuple(length_s for length_s in BINS_S if end_s / length_s <= MAX_BINS)


def time_bins(signals: pd.DataFrame, *, end_s: float, bin_s: float) -> pd.DataFrame:
    """Return one row per bin of `bin_s` seconds and family of a `signals_frame`.

    Columns: start_s, end_s (the last bin ends with the recording), family, starting (signals that
    begin in the bin), under_way (signals that last at any time of it). What begins at the end of
    the recording or after it counts in the last bin.
    Raises ValueError for a bin without length or for more than `MAX_BINS` bins.
    """
    starts_s = _bin_starts_s(end_s, bin_s)
    number = len(starts_s)
    frame = placed(signals)
    table: list[tuple[object, ...]] = []
    for family in FAMILIES:
        starting, under_way = _counts(frame[frame["family"] == family], number, bin_s)
        ends_s = _bin_ends_s(starts_s, end_s, bin_s)
        columns = (starts_s, ends_s, [family] * number, starting, under_way)
        table += zip(*columns, strict=True)
    table.sort(key=lambda row: (row[0], FAMILIES.index(row[2])))
    return typed_rows(table, BIN_COLUMNS)


def seconds_by_bin(
    spans: Iterable[tuple[str, float, float]],
    *,
    end_s: float,
    bin_s: float,
    max_bins: float = MAX_BINS,
) -> list[tuple[float, float, dict[str, float]]]:
    """Return (from, to, seconds by name) of every bin of `bin_s` seconds, the last to `end_s`.

    Of the (name, from, to) `spans` a bin counts the part that is in it, what overlaps inside a
    name once; a span that only touches it may have 0 there. Raises ValueError as `time_bins` does,
    for more than `max_bins` bins.
    """
    starts_s = _bin_starts_s(end_s, bin_s, max_bins)
    ends_s = _bin_ends_s(starts_s, end_s, bin_s).tolist()
    inside: list[list[tuple[str, float, float]]] = [[] for _ in ends_s]
    for name, from_s, to_s in spans:
        if math.isnan(from_s) or math.isnan(to_s):
            continue
        start, end = clip(from_s, end_s), clip(to_s, end_s)
        for place in range(int(start // bin_s), min(int(end // bin_s) + 1, len(inside))):
            inside[place].append((name, max(start, starts_s[place]), min(end, ends_s[place])))
    return [
        (start, end, covered_by_name_s(parts))
        for start, end, parts in zip(starts_s.tolist(), ends_s, inside, strict=True)
    ]


def _bin_starts_s(end_s: float, bin_s: float, max_bins: float = MAX_BINS) -> Seconds:
    """Return where the bins of a recording begin. Raises ValueError as `time_bins` does."""
    if not 0 < bin_s < math.inf or end_s / bin_s > max_bins:
        raise ValueError(f"{end_s:g} seconds cannot be cut into bins of {bin_s:g}")
    # 2.1 / 0.7 is a little more than 3; that is no fourth bin.
    number = int(np.ceil(round(max(end_s, 0.0) / bin_s, 9)))
    starts_s: Seconds = np.arange(number, dtype="float64") * bin_s
    return starts_s


def _bin_ends_s(starts_s: Seconds, end_s: float, bin_s: float) -> Seconds:
    return np.append(starts_s[1:], end_s) if len(starts_s) else starts_s


def _amounts(
    frame: pd.DataFrame, by: str, end_s: float, analyzed_s: float | None
) -> dict[str, Amount]:
    """Return the amount of each value of a column of a `signals_frame`."""
    names = frame[by].astype("object").tolist()
    spans = zip(names, frame["start_s"].tolist(), frame["end_s"].tolist(), strict=True)
    return amounts(spans, end_s=end_s, analyzed_s=analyzed_s)


def _cells(amount: Amount) -> tuple[object, ...]:
    """Return an amount as the columns of types and families have it."""
    return (
        amount.count,
        amount.total_s,
        amount.share,
        amount.per_minute,
        amount.mean_s,
        amount.first_s,
    )


def _most_frequent(frame: pd.DataFrame) -> list[str]:
    counts = frame["type"].value_counts(sort=False)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return [str(name) for name, _ in ranked[:MAX_PAIRED_TYPES]]


def _overlaps(one: pd.DataFrame, other: pd.DataFrame) -> int:
    """Return how many pairs of rows, one of either frame, overlap in time."""
    start, end = half_open(one)
    other_start, other_end = (np.sort(times) for times in half_open(other))
    begun = np.searchsorted(other_start, end, side="left")
    over = np.searchsorted(other_end, start, side="right")
    return int((begun - over).sum())


def _counts(frame: pd.DataFrame, number: int, bin_s: float) -> tuple[Sequence[int], Sequence[int]]:
    """Return how many signals start in each of `number` bins, and how many are under way there."""
    if number == 0:
        return [], []
    start, end = half_open(frame)
    first = np.clip(np.floor(start / bin_s), 0, number - 1).astype("int64")
    last = np.clip(np.ceil(end / bin_s) - 1, first, number - 1).astype("int64")
    starting = np.bincount(first, minlength=number)
    change = np.bincount(first, minlength=number + 1) - np.bincount(last + 1, minlength=number + 1)
    return starting.tolist(), np.cumsum(change)[:number].tolist()
