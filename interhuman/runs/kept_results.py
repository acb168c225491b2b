"""Results that the library keeps, read one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from interhuman.analysis import Analysis
from interhuman.annotations import Annotations
from interhuman.errors import SavedFileError
from interhuman.exports.named import NamedResult
from interhuman.library.annotating import annotations_of
from interhuman.library.library import Library
from interhuman.library.listing import done_ids
from interhuman.library.reading import read_kept
from interhuman.library.rows import RUNNING, KeptAnalysis
from interhuman.runs.asked import options_words

UNDER_WAY = "This analysis has no result yet."

UNREADABLE = "This response can't be read. Download it as it came: press Edit in the library."

DELETED = "This analysis was deleted."

NO_TITLE = "A deleted analysis"

LeftOut = Callable[[str, str], None]
"""Takes the title of an analysis that has no result to read, and why."""


def analysis_of(library: Library, row: KeptAnalysis) -> Analysis:
    """Read the answer of a row.

    Raises LibraryError, and SavedFileError with why there is no result.
    """
    raw = library.raw(row.id)
    if raw is None and library.get(row.id) is None:
        raise SavedFileError(DELETED)
    if raw is None:
        raise SavedFileError(UNDER_WAY if row.state == RUNNING else row.failure or UNDER_WAY)
    try:
        return read_kept(row, raw)
    except SavedFileError as error:
        raise SavedFileError(f"{UNREADABLE} {row.failure or error}") from error


def finished_ids(library: Library, *, search: str = "") -> list[str]:
    """Return the ids of all analyses with a result that `search` finds, newest first.

    Raises LibraryError.
    """
    with library.access.reading() as connection:
        return done_ids(connection, owner=library.access.owner, search=search)


def kept_results(
    library: Library, ids: Sequence[str], *, leave_out: LeftOut
) -> Iterator[NamedResult]:
    """Yield the results of these ids in their order; `leave_out` hears of those without one.

    Only one is in memory at a time. Raises LibraryError where the library can't be read.
    """
    for id in ids:
        row = library.get(id)
        if row is None:
            leave_out(NO_TITLE, DELETED)
            continue
        try:
            analysis = analysis_of(library, row)
        except SavedFileError as error:
            leave_out(row.heading, str(error))
            continue
        yield NamedResult(
            title=row.heading,
            analysis=analysis,
            id=row.id,
            recording=row.name,
            analyzed_at=row.analyzed_at,
            labels=row.labels,
            annotations=annotations_of(library.access, row.id) or Annotations(),
            options=options_words(row.options),
            note=row.note,
        )
