"""The tables of a result, each defined once for CSV, workbooks and frames.

Every table begins with the columns of `LEAD` and ends with the source, so that tables of many
results can be laid under each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import pandas as pd

from interhuman.analysis import Analysis
from interhuman.exports.columns import LEAD, SOURCE, Row, cells, column_of, frame_of
from interhuman.exports.named import Named, NamedResult, named_results
from interhuman.findings.moments import find_moments, moments_frame
from interhuman.findings.statistics import (
    engagement_statistics,
    family_statistics,
    pair_statistics,
    time_bins,
    type_statistics,
)
from interhuman.findings.stitching_in_words import NOT_ANALYZED
from interhuman.formats import count, span
from interhuman.frames import (
    engagement_frame,
    quality_frame,
    quality_timeline_frame,
    signals_frame,
)
from interhuman.text import one_line
from interhuman.vocabulary import SANDBOX_NOTE, SCORES

Values = Iterable[tuple[object, ...]]

OVERALL = "overall"
"""The scope of the scores of a whole recording; it goes on where they are a mean of parts."""

_MODEL_CHARACTERS = 60


@dataclass(frozen=True)
class Table:
    """One table of a result, and how its rows are made."""

    title: str
    columns: tuple[str, ...]
    """Its own columns, between `LEAD` and the source."""
    make: Callable[[NamedResult, pd.DataFrame], Values]
    """Takes a result and its `signals_frame`, filtered or not; gives the values of `columns`."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of all columns."""
        return (*LEAD, *self.columns, SOURCE)

    @cached_property
    def _decimals(self) -> tuple[int | None, ...]:
        return tuple(column_of(name).decimals for name in self.header)

    def rows(self, result: NamedResult, signals: pd.DataFrame | None = None) -> Iterator[Row]:
        """Yield the rows of a result, or of those of its `signals` that a filter left."""
        if signals is None:
            signals = signals_frame(result.analysis)
        start, end = len(LEAD), len(self._decimals) - 1
        # These are the same in every row.
        lead = cells(lead_of(result), self._decimals[:start])
        source = cells((_source(result.analysis, signals),), self._decimals[end:])
        decimals = self._decimals[start:end]
        for values in self.make(result, signals):
            yield (*lead, *cells(values, decimals), *source)

    def rows_of(self, named: Named) -> Iterator[Row]:
        """Yield the rows of many results, one result after the other."""
        for result in named_results(named):
            yield from self.rows(result)

    def frame(self, named: Named) -> pd.DataFrame:
        """Return the rows of many results as a frame with the declared dtypes."""
        return frame_of(self.header, self.rows_of(named))


def lead_of(result: NamedResult) -> tuple[object, ...]:
    """Return what every row of a result begins with."""
    model = one_line(result.analysis.model, _MODEL_CHARACTERS)
    return result.file_name, result.analysis_id, model, result.analyzed_at


def source_of(analysis: Analysis) -> str:
    """Return the source of a result as every export names it."""
    made_by = f"Interhuman API, {one_line(analysis.model, _MODEL_CHARACTERS)}"
    return f"{SANDBOX_NOTE if analysis.sandbox else made_by}{_stitched(analysis)}"


def _stitched(analysis: Analysis) -> str:
    """Return what a source says of a result that was stitched from parts, "" of any other."""
    if not analysis.parts:
        return ""
    quality, gaps = analysis.conversation_quality, analysis.gaps
    says = [f"stitched from {count(len(analysis.parts), 'part')}"]
    if quality is not None and quality.overall_is is not None:
        says.append(f"overall scores: {quality.overall_is}")
    if gaps:
        says.append(f"{NOT_ANALYZED}: {', '.join(span(*gap) for gap in gaps)}")
    return f" ({'; '.join(says)})"


def _overall_scope(analysis: Analysis) -> str:
    quality = analysis.conversation_quality
    overall_is = quality.overall_is if quality is not None else None
    return OVERALL if overall_is is None else f"{OVERALL}, {overall_is}"


def _source(analysis: Analysis, signals: pd.DataFrame) -> str:
    """Return the source of a table, and that a filter left out some of the signals it is of."""
    kept, total = len(signals), len(analysis.signals)
    filtered = f" (filtered: {kept} of {count(total, 'signal')})" if kept < total else ""
    return source_of(analysis) + filtered


def _values(frame: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a frame as plain values."""
    return zip(*(frame[name].tolist() for name in frame.columns), strict=True)


def _signals(result: NamedResult, signals: pd.DataFrame) -> Values:
    says, places = result.annotations.says, signals.index.tolist()
    return zip(
        *(signals[name].tolist() for name in signals.columns),
        [says.get(place) for place in places],
        places,
        repeat(result.title, len(places)),
        strict=True,
    )


def _engagement(result: NamedResult, signals: pd.DataFrame) -> Values:
    return _values(engagement_frame(result.analysis))


def _quality(result: NamedResult, signals: pd.DataFrame) -> Values:
    scope = _overall_scope(result.analysis)
    for dimension, value in _values(quality_frame(result.analysis)):
        yield scope, None, None, dimension, value
    for window in _values(quality_timeline_frame(result.analysis)):
        yield "window", *window


def _quality_by_window(result: NamedResult, signals: pd.DataFrame) -> Values:
    values = [value for _, value in _values(quality_frame(result.analysis))]
    if values:
        yield _overall_scope(result.analysis), None, None, *values
    rows = list(_values(quality_timeline_frame(result.analysis)))
    for at in range(0, len(rows), len(SCORES)):
        window = rows[at : at + len(SCORES)]
        yield "window", *window[0][:2], *(value for *_, value in window)


def _moments(result: NamedResult, signals: pd.DataFrame) -> Values:
    moments = find_moments(
        signals=signals,
        engagement=engagement_frame(result.analysis),
        quality_timeline=quality_timeline_frame(result.analysis),
    )
    return _values(moments_frame(moments))


def _statistics(result: NamedResult, signals: pd.DataFrame) -> Values:
    end_s, analyzed_s = result.analysis.end_s, result.analysis.analyzed_s
    for kind, family, number, total_s, share, *others in _values(
        type_statistics(signals, end_s=end_s, analyzed_s=analyzed_s)
    ):
        yield "type", kind, family, number, total_s, share, None, *others
    for family, number, total_s, share, *others in _values(
        family_statistics(signals, end_s=end_s, analyzed_s=analyzed_s)
    ):
        yield "family", family, family, number, total_s, share, None, *others
    states = engagement_statistics(
        engagement_frame(result.analysis), end_s=end_s, analyzed_s=analyzed_s
    )
    for state, total_s, share, share_of_data in _values(states):
        yield "engagement", state, None, None, total_s, share, share_of_data, None, None, None


def _pairs(result: NamedResult, signals: pd.DataFrame) -> Values:
    return _values(
        pair_statistics(signals, end_s=result.analysis.end_s, analyzed_s=result.analysis.analyzed_s)
    )


def _notes(result: NamedResult, signals: pd.DataFrame) -> Values:
    if result.note:
        yield None, None, result.note
    for note in result.annotations.notes:
        yield note.start_s, note.end_s, note.text


SIGNALS = Table(
    "Signals",
    (
        *("type", "family", "start_s", "end_s", "duration_s"),
        *("probability", "rationale", "person_says", "signal", "title"),
    ),
    _signals,
)
"""A row a signal; person_says is empty where nothing was said."""

ENGAGEMENT = Table("Engagement", ("state", "start_s", "end_s"), _engagement)
"""A row a stretch of engagement."""

QUALITY = Table("Quality", ("scope", "start_s", "end_s", "dimension", "value_0_to_100"), _quality)
"""A row a score: of the whole recording (scope `OVERALL`, without times), then by "window"."""

QUALITY_BY_WINDOW = Table("Quality", ("scope", "start_s", "end_s", *SCORES), _quality_by_window)
"""What `QUALITY` has, with a row for all scores of one time."""

MOMENTS = Table(
    "Moments", ("rule", "start_s", "end_s", "weight", "unit", "reason", "signal"), _moments
)
"""A row a moment; signal is empty where a moment is not one signal."""

STATISTICS = Table(
    "Statistics",
    (
        *("scope", "name", "family", "count", "total_s", "share_of_recording_0_to_1"),
        *("share_of_data_0_to_1", "signals_per_minute", "mean_s", "first_s"),
    ),
    _statistics,
)
"""A row a type, family or engagement state, as scope says; what it does not have is empty."""

PAIRS = Table(
    "Pairs", ("first_type", "second_type", "overlaps", "both_s", "expected_s", "lift"), _pairs
)
"""A row a pair of types that overlap in time."""

NOTES = Table("Notes", ("start_s", "end_s", "note"), _notes)
"""A row a note: that on the whole result, without times, then those at a time."""


def bins_table(bin_s: float) -> Table:
    """Return the table of the signals of each family in every `bin_s` seconds.

    Making its rows raises ValueError as `time_bins` does.
    """

    def bins(result: NamedResult, signals: pd.DataFrame) -> Values:
        return _values(time_bins(signals, end_s=result.analysis.end_s, bin_s=bin_s))

    return Table("Intervals", ("start_s", "end_s", "family", "starting", "under_way"), bins)
