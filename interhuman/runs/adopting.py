"""Results of a visit that had no library for a while, taken into the one that came."""

from __future__ import annotations

from interhuman.library.library import Library
from interhuman.library.reading import summarize
from interhuman.runs.kept_results import analysis_of
from interhuman.runs.own_library import OwnLibrary


def adopt(own: OwnLibrary, id: str, library: Library) -> None:
    """Keep a result and its recording in another library, unless that has it.

    Raises LibraryError, and SavedFileError where the result can't be read.
    """
    row, answer = own.library.get(id), own.library.answer(id)
    if row is None or answer is None:
        return
    if row.sha256 is not None and library.recordings is not None:
        path = own.recordings.find(row.sha256)
        if path is not None:
            library.recordings.keep(path)
    if library.of_answer(answer.body) is not None:
        return
    analysis = analysis_of(own.library, row)
    new = library.begin(
        name=row.name,
        model=row.model,
        options=row.options,
        sandbox=row.sandbox,
        duration_s=row.duration_s,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        created_at=row.created_at,
    )
    library.store_answer(new, answer)
    library.finish(new, summary=summarize(analysis))
    library.describe(new, title=row.title)
