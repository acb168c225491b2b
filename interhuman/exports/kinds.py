"""The files that results can be handed on as: what each is for, and what writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from typing import Final

from interhuman.exports.files import Target
from interhuman.exports.named import Named
from interhuman.exports.report.document import write_report
from interhuman.exports.research.pack import write_research_pack
from interhuman.exports.tables import write_binned_csv, write_long_csv, write_wide_csv
from interhuman.exports.workbook import write_workbook

REPORT: Final = "report"

DEFAULT_BIN_S: Final = 30
"""The length of a time bin that is offered first, in seconds."""


MAX_REPORTED: Final = 200
"""Results in one report: each takes about 100 kB, and a browser shows the whole file at once."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that holds one result or many."""

    name: str
    """What it goes by in code, such as "workbook"."""
    title: str
    purpose: str
    """What a person wants it for."""
    suffix: str
    mime: str
    write: Callable[[Named, Target], object]
    max_results: int | None = None
    """So many results at most are worth one file; None for any number."""

    @property
    def label(self) -> str:
        """Its title with the format: "Report (HTML)"."""
        return f"{self.title} ({self.suffix.rpartition('.')[2].upper()})"


def kinds(*, zone: tzinfo = UTC) -> tuple[FileKind, ...]:
    """Return the kinds that hold all there is of each result; a report has its times in `zone`."""
    return (
        FileKind(
            REPORT,
            "Report",
            "To send to someone: opens in any browser, and prints.",
            ".html",
            "text/html",
            partial(write_report, zone=zone),
            max_results=MAX_REPORTED,
        ),
        FileKind(
            "workbook",
            "Workbook",
            "For Excel, Numbers and Google Sheets.",
            ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            write_workbook,
        ),
        FileKind(
            "research",
            "Research pack",
            "For ELAN, BORIS, Praat, BIDS, captions and statistics.",
            "-research.zip",
            "application/zip",
            write_research_pack,
        ),
    )


def tables(bin_s: float = DEFAULT_BIN_S) -> tuple[FileKind, ...]:
    """Return the kinds that are one table of many results; a bin has `bin_s` seconds."""
    return (
        _table("long", "Signals", "One row per signal, for R, pandas or SPSS.", write_long_csv),
        _table("wide", "Recordings", "One row per recording, with its scores.", write_wide_csv),
        _table(
            "bins",
            "Time bins",
            f"The seconds of each signal type in every {bin_s:g} seconds.",
            partial(write_binned_csv, bin_s=bin_s),
        ),
    )


def _table(
    name: str, title: str, purpose: str, write: Callable[[Named, Target], object]
) -> FileKind:
    return FileKind(name, title, purpose, f"-{name}.csv", "text/csv", write)
