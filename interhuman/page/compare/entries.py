"""What is compared, each with its numbers: results of the visit, or rows of the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from interhuman.errors import InterhumanError
from interhuman.findings.comparison import LETTERS, Compared
from interhuman.frames import tables_of
from interhuman.library.library import Library
from interhuman.library.rows import DONE, KeptAnalysis, label_search, search_key
from interhuman.page.address import MAX_OVER_TIME
from interhuman.page.visit import Visit
from interhuman.runs.asked import options_words
from interhuman.runs.kept_results import analysis_of
from interhuman.runs.results import Comparison, Result

MISSING, UNREADABLE = "missing", "unreadable"


@dataclass(frozen=True)
class Entry:
    """One analysis of a comparison."""

    id: str
    """Its `listed_id`."""
    title: str
    analyzed_at: datetime | None
    compared: Compared
    result: Result | None = None
    """The result, where the visit has it."""


def names(entries: Sequence[Entry]) -> list[str]:
    """Return what stands for each of the entries: letters, or numbers where there are more."""
    if len(entries) <= len(LETTERS):
        return list(LETTERS[: len(entries)])
    return [str(place + 1) for place in range(len(entries))]


@dataclass(frozen=True)
class Found:
    """What there is of a comparison, and how many of its analyses are left out and why."""

    entries: list[Entry]
    missing: int = 0
    """Those that are not here."""
    unreadable: int = 0
    """Those without a result that can be read."""
    older: int = 0
    """Those that are not looked at: they come after the newest `MAX_OVER_TIME`."""


def entries_of(visit: Visit, comparison: Comparison) -> Found:
    """Return what is compared. Raises LibraryError where the library can't be read."""
    library = visit.kept.library
    if comparison.label:
        return _labeled(library, comparison.label) if library is not None else Found([])
    found = [_entry(visit, library, id) for id in comparison.ids]
    entries = [each for each in found if isinstance(each, Entry)]
    return Found(entries, missing=found.count(MISSING), unreadable=found.count(UNREADABLE))


def _labeled(library: Library, label: str) -> Found:
    listing = library.page(search=label_search(label), limit=MAX_OVER_TIME)
    wanted = search_key(label)
    rows = [row for row in listing.rows if wanted in map(search_key, row.labels)]
    found = [_of_row(library, row) for row in rows]
    entries = [each for each in found if isinstance(each, Entry)]
    return Found(
        entries,
        unreadable=found.count(UNREADABLE),
        older=listing.total - len(listing.rows),
    )


def entry_of(result: Result) -> Entry:
    """Return a result of the visit as it is compared."""
    compared = Compared.of(result.analysis, result.tables, result.options)
    return Entry(result.listed_id, result.name, result.analyzed_at, compared, result)


def _entry(visit: Visit, library: Library | None, id: str) -> Entry | str:
    result = visit.results.listed(id)
    if result is not None:
        return entry_of(result)
    row = library.get(id) if library is not None else None
    return _of_row(library, row) if library is not None and row is not None else MISSING


def _of_row(library: Library, row: KeptAnalysis) -> Entry | str:
    """Return a row of the library as it is compared, or that it has no readable result."""
    if row.state != DONE:
        return UNREADABLE
    try:
        compared = _compared(row.id, row.updated_at, library, row)
    except InterhumanError:
        return UNREADABLE
    return Entry(row.id, row.heading, row.analyzed_at, compared)


@st.cache_resource(show_spinner=False, scope="session", max_entries=2 * MAX_OVER_TIME)
def _compared(
    id: str, updated_at: datetime | None, _library: Library, _row: KeptAnalysis
) -> Compared:
    """Read an answer; the arguments without an underscore are the key of what is held."""
    analysis = analysis_of(_library, _row)
    return Compared.of(analysis, tables_of(analysis), options_words(_row.options))
