"""Many results as one table: a row a signal, a row a recording, or a row a stretch of time.

Every function goes through the results once, so they may come from a generator, and needs the
memory of one result beside what it returns; the CSV writers return nothing. Rows of tables whose
columns are the types that occur wait in a temporary file until all types are known.

In frames, text is as it was given save what no screen or file can carry (U+FFFD stands there);
in CSV it is inert, too: see `interhuman.exports.csv`. `interhuman.exports.columns` says what each
column means, and its unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import pandas as pd

from interhuman.analysis import Analysis, QualityScores
from interhuman.exports.columns import LEAD, MEASURES, frame_of
from interhuman.exports.csv import write_csv
from interhuman.exports.files import Target
from interhuman.exports.named import Named, NamedResult, named_results
from interhuman.exports.result_tables import SIGNALS, lead_of, source_of
from interhuman.exports.rows_by_type import RowByType, TypeNames, rows_by_type
from interhuman.findings.amounts import amounts
from interhuman.findings.engagement import share_engaged
from interhuman.findings.statistics import MAX_BINS, seconds_by_bin
from interhuman.frames import engagement_frame
from interhuman.vocabulary import SCORES

WIDE_COLUMNS: Final = (
    *LEAD,
    *("title", "labels", "duration_s", "signals", "unread"),
    *SCORES,
    "engaged_share",
)
"""The first columns of `wide_table`."""

WIDE_MEASURES: Final = tuple(MEASURES)

BINNED_COLUMNS: Final = (*LEAD, "start_s", "end_s")
"""The first columns of `binned_table`."""

BINNED_MEASURES: Final = ("seconds",)


def long_table(named: Named) -> pd.DataFrame:
    """Return one row per signal of all results, in the order of the responses.

    Columns: recording, analysis_id, model, analyzed_at (UTC), then type, family, start_s, end_s,
    duration_s (seconds), probability (low < medium < high, or NA), rationale, person_says
    ("agree", "disagree", or NA), signal (its place in the response), title, source.
    """
    return SIGNALS.frame(named)


def write_long_csv(named: Named, target: Target) -> None:
    """Write `long_table` as CSV to a path or a binary file, row by row. Raises OSError."""
    write_csv(target, SIGNALS.header, SIGNALS.rows_of(named))


def wide_table(named: Named) -> pd.DataFrame:
    """Return one row per result.

    Columns: those of `WIDE_COLUMNS`, then for each type that occurs in any result
    ``count_<type>``, ``seconds_<type>`` (overlaps counted once), ``share_<type>`` (0-1 of the
    recording) and ``per_minute_<type>``, then source.

    A type that a result does not have is 0 there. It is NA where the response's signals couldn't
    be read; shares and rates, and duration_s, are NA where the recording has no known length.
    """
    with rows_by_type(WIDE_COLUMNS, WIDE_MEASURES, _wide_rows(named)) as rows:
        return frame_of(rows.header, rows)


def write_wide_csv(named: Named, target: Target) -> None:
    """Write `wide_table` as CSV to a path or a binary file. Raises OSError."""
    with rows_by_type(WIDE_COLUMNS, WIDE_MEASURES, _wide_rows(named)) as rows:
        write_csv(target, rows.header, rows)


def binned_table(named: Named, *, bin_s: float) -> pd.DataFrame:
    """Return one row per `bin_s` seconds of each result, the last one ending with its recording.

    Columns: recording, analysis_id, model, analyzed_at, start_s, end_s, then for each type that
    occurs ``seconds_<type>``: the time with it in that bin. Types that overlap each have their
    time; what overlaps inside a type counts once. Then source. A recording without length has no
    rows. Raises ValueError as `interhuman.findings.statistics.time_bins` does.
    """
    with rows_by_type(BINNED_COLUMNS, BINNED_MEASURES, _binned_rows(named, bin_s)) as rows:
        return frame_of(rows.header, rows)


def write_binned_csv(named: Named, target: Target, *, bin_s: float) -> None:
    """Write `binned_table` as CSV to a path or a binary file, with any number of bins.

    Raises OSError, and ValueError for a bin without length.
    """
    binned = _binned_rows(named, bin_s, max_bins=math.inf)
    with rows_by_type(BINNED_COLUMNS, BINNED_MEASURES, binned) as rows:
        write_csv(target, rows.header, rows)


def wide_row(result: NamedResult, names: TypeNames) -> RowByType:
    """Return the row of one result in `wide_table`."""
    analysis = result.analysis
    end_s, are_read = analysis.end_s, analysis.signals_read
    by_type = {
        name: (amount.count, amount.total_s, amount.share, amount.per_minute)
        for name, amount in amounts(
            _spans(analysis, names), end_s=end_s, analyzed_s=analysis.analyzed_s
        ).items()
    }
    quality = analysis.conversation_quality
    overall = (quality.overall if quality is not None else None) or QualityScores()
    absent = (0, 0.0, *((0.0, 0.0) if end_s else (None, None))) if are_read else (None,) * 4
    fixed = (
        *lead_of(result),
        result.title,
        "; ".join(result.labels),
        end_s or None,
        len(analysis.signals) if are_read else None,
        len(analysis.unread),
        *(getattr(overall, name) for name in SCORES),
        share_engaged(engagement_frame(analysis), end_s) if analysis.engagement else None,
    )
    return RowByType(fixed, by_type, absent, source_of(analysis))


def _wide_rows(named: Named) -> Iterator[RowByType]:
    names = TypeNames()
    return (wide_row(result, names) for result in named_results(named))


def _binned_rows(named: Named, bin_s: float, *, max_bins: float = MAX_BINS) -> Iterator[RowByType]:
    names = TypeNames()
    for result in named_results(named):
        analysis = result.analysis
        lead, source = lead_of(result), source_of(analysis)
        absent = (0.0 if analysis.signals_read else None,)
        spans = _spans(analysis, names)
        bins = seconds_by_bin(spans, end_s=analysis.end_s, bin_s=bin_s, max_bins=max_bins)
        for start_s, end_s, by_type in bins:
            seconds = {name: (time_s,) for name, time_s in by_type.items()}
            yield RowByType((*lead, start_s, end_s), seconds, absent, source)


def _spans(analysis: Analysis, names: TypeNames) -> Iterator[tuple[str, float, float]]:
    return ((names[signal.type], signal.start, signal.end) for signal in analysis.signals)
