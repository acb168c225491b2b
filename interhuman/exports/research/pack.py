"""Results as a research pack: a zip with a folder for each, for the tools of the field."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from interhuman.exports.columns import Row
from interhuman.exports.csv import csv_rows, table_csv
from interhuman.exports.files import Target, opened
from interhuman.exports.named import Named, NamedResult, named_results
from interhuman.exports.research.bids import events_json, events_tsv
from interhuman.exports.research.boris import boris_project
from interhuman.exports.research.boris_events import boris_events_csv
from interhuman.exports.research.elan import eaf
from interhuman.exports.research.facts import NO_DATE, date_of
from interhuman.exports.research.names import Names, file_stem
from interhuman.exports.research.pack_readme import about_result, readme
from interhuman.exports.research.praat import textgrid
from interhuman.exports.result_tables import (
    ENGAGEMENT,
    MOMENTS,
    NOTES,
    QUALITY,
    SIGNALS,
    STATISTICS,
)
from interhuman.exports.rows_by_type import RowsByType, TypeNames, rows_by_type
from interhuman.exports.subtitles import (
    captions_srt,
    captions_vtt,
    signal_cues_srt,
    signal_cues_vtt,
)
from interhuman.exports.tables import WIDE_COLUMNS, WIDE_MEASURES, wide_row
from interhuman.frames import signals_frame

README: Final = "README.txt"
ALL_SIGNALS: Final = "all-signals.csv"
ALL_RECORDINGS: Final = "all-recordings.csv"
ABOUT: Final = "-about.txt"

LAST_YEAR: Final = 2107
"""The last year that a zip can hold."""

Content = bytes | Callable[[IO[bytes]], None]
"""What a file holds, or what writes it."""


@dataclass(frozen=True, slots=True)
class PackFile:
    """One of the files that a pack has of each result."""

    ending: str
    """What follows the name of the folder."""
    what: str
    """What it is, in a sentence or two."""
    make: Callable[[NamedResult, pd.DataFrame], bytes | None]
    """Takes a result and its `signals_frame`; returns None where there is no such file."""


_CSV: Final = (
    PackFile(
        "-signals.csv",
        "One row per signal.",
        partial(table_csv, SIGNALS),
    ),
    PackFile(
        "-engagement.csv",
        "One row per stretch of engagement.",
        partial(table_csv, ENGAGEMENT),
    ),
    PackFile(
        "-quality.csv",
        "The scores of conversation quality, overall and over time.",
        partial(table_csv, QUALITY),
    ),
    PackFile(
        "-moments.csv",
        "The turning points, one row each.",
        partial(table_csv, MOMENTS),
    ),
    PackFile(
        "-statistics.csv",
        "Counts, times and shares of types, families and engagement states.",
        partial(table_csv, STATISTICS),
    ),
    PackFile(
        "-notes.csv",
        "One row per note of a person.",
        partial(table_csv, NOTES),
    ),
)

FILES: Final = (
    *_CSV,
    PackFile(
        ".eaf",
        "For ELAN 6: a tier per signal type, engagement, notes.",
        lambda one, signals: eaf(one),
    ),
    PackFile(".TextGrid", "For Praat: the same tiers.", lambda one, signals: textgrid(one)),
    PackFile(
        ".boris",
        "For BORIS 8 and 9: a project with one observation. Signal types and engagement states "
        "are behaviors, the probability is a modifier.",
        lambda one, signals: boris_project(one),
    ),
    PackFile(
        "-boris-events.csv",
        "The aggregated events of that project.",
        lambda one, signals: boris_events_csv(one),
    ),
    PackFile(
        "_events.tsv",
        "Events for BIDS. Rename it, and the next, for the data they belong to: "
        "sub-<label>_task-<label>_events.",
        lambda one, signals: events_tsv(one),
    ),
    PackFile(
        "_events.json",
        "What the columns of the BIDS events mean.",
        lambda one, signals: events_json(one),
    ),
    PackFile(
        "-captions.vtt",
        "Captions for players, merged so that no two overlap (WebVTT).",
        lambda one, signals: captions_vtt(signals, one.analysis, notes=one.annotations.notes),
    ),
    PackFile(
        "-captions.srt",
        "The same as SRT.",
        lambda one, signals: captions_srt(signals, one.analysis, notes=one.annotations.notes),
    ),
    PackFile(
        "-signals.vtt",
        "One cue a signal (WebVTT), for ELAN, EXMARaLDA, NVivo and MAXQDA to import. Cues may "
        "overlap.",
        lambda one, signals: signal_cues_vtt(one),
    ),
    PackFile(
        "-signals.srt",
        "The same as SRT. Of a sandbox result, the first cue says so and is no signal.",
        lambda one, signals: signal_cues_srt(one),
    ),
    PackFile(
        "-answer.json",
        "The API's answer, byte for byte; not there if it was not kept.",
        lambda one, signals: one.analysis.raw_bytes or None,
    ),
)
"""The files of each result, in the order in which they are written and described."""


def write_research_pack(named: Named, path: Target) -> None:
    """Write results, one at a time, as a zip to a path or a binary file.

    The same results give the same bytes. A file at the path is replaced once the pack is whole;
    whatever `named` raises passes through, and the path is left as it was, while what a binary
    file holds then is no pack. Raises OSError where nothing can be written.
    """
    names, results, from_sandbox = Names(), 0, 0
    latest = NO_DATE
    with (
        opened(path) as file,
        ZipFile(file, "w", ZIP_DEFLATED) as pack,
        _tables_of_all() as tables,
    ):
        for one in named_results(named):
            stem, signals = names.take(file_stem(one.title)), signals_frame(one.analysis)
            _write_result(pack, one, f"{stem}/{stem}", signals)
            tables.add(one, signals)
            results += 1
            from_sandbox += one.analysis.sandbox
            latest = max(latest, date_of(one))
        _add(pack, ALL_SIGNALS, tables.write_signals, at=latest)
        _add(pack, ALL_RECORDINGS, tables.write_recordings, at=latest)
        text = readme(
            {**{each.ending: each.what for each in FILES}, ABOUT: "Which analysis this is."},
            of_all={ALL_SIGNALS: "One row per signal.", ALL_RECORDINGS: "One row per recording."},
            results=results,
            from_sandbox=from_sandbox,
        )
        _add(pack, README, text.encode("utf-8-sig"), at=latest)


class _TablesOfAll:
    """The long and the wide table, which grow on disk while the results pass."""

    def __init__(self, signals: IO[bytes], write: Callable[[Row], None], wide: RowsByType) -> None:
        self._signals, self._write, self._wide = signals, write, wide
        self._names = TypeNames()

    def add(self, one: NamedResult, signals: pd.DataFrame) -> None:
        """Add a result with its `signals_frame`."""
        for row in SIGNALS.rows(one, signals):
            self._write(row)
        self._wide.add(wide_row(one, self._names))

    def write_signals(self, file: IO[bytes]) -> None:
        """Write what `interhuman.exports.tables.write_long_csv` writes."""
        self._signals.seek(0)
        shutil.copyfileobj(self._signals, file)

    def write_recordings(self, file: IO[bytes]) -> None:
        """Write what `interhuman.exports.tables.write_wide_csv` writes."""
        with csv_rows(file, self._wide.header) as write:
            for row in self._wide:
                write(row)


@contextmanager
def _tables_of_all() -> Iterator[_TablesOfAll]:
    with (
        tempfile.TemporaryFile() as signals,
        csv_rows(signals, SIGNALS.header) as write,
        rows_by_type(WIDE_COLUMNS, WIDE_MEASURES) as wide,
    ):
        yield _TablesOfAll(signals, write, wide)


def _write_result(pack: ZipFile, one: NamedResult, stem: str, signals: pd.DataFrame) -> None:
    at = date_of(one)
    for each in FILES:
        content = each.make(one, signals)
        if content is not None:
            _add(pack, f"{stem}{each.ending}", content, at=at)
    _add(pack, f"{stem}{ABOUT}", about_result(one).encode("utf-8-sig"), at=at)


def _add(pack: ZipFile, name: str, content: Content, *, at: datetime) -> None:
    year = min(max(at.year, NO_DATE.year), LAST_YEAR)
    entry = ZipInfo(name, (year, at.month, at.day, at.hour, at.minute, at.second))
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with pack.open(entry, "w", force_zip64=True) as file:  # Its size isn't known before.
        if isinstance(content, bytes):
            file.write(content)
        else:
            content(file)
