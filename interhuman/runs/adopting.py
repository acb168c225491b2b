"""Results of a visit that had no library for a while, taken into the one that came."""

from __future__ import annotations

import weakref
from dataclasses import dataclass

from interhuman.annotations import Annotations
from interhuman.answers.answer import Answer
from interhuman.library.annotating import annotate_undecided
from interhuman.library.library import Library
from interhuman.library.reading import summarize
from interhuman.library.rows import KeptAnalysis
from interhuman.runs.keeping import Keeping
from interhuman.runs.kept_results import analysis_of
from interhuman.runs.own_library import OwnLibrary
from interhuman.runs.record import HEADER
from interhuman.runs.recording import UploadedRecording


@dataclass(frozen=True, slots=True)
class Adopted:
    """A result that another library has now."""

    row: KeptAnalysis
    keeping: Keeping | None
    """How it goes with its recording, None where that isn't to be kept."""


def adopt(
    own: OwnLibrary, id: str, library: Library, *, annotations: Annotations
) -> Adopted | None:
    """Keep a result in another library, with its recording where that is possible.

    One that the library has already gets the annotations alone; None where there is no result.
    Raises LibraryError, and SavedFileError where the result can't be read.
    """
    row, answer = own.library.get(id), own.library.answer(id)
    if row is None or answer is None:
        return None
    kept = library.of_answer(answer.body)
    new = kept.id if kept is not None else _add(own, row, answer, library)
    annotate_undecided(library.access, new, annotations)
    new_row = library.get(new)
    if new_row is None:
        return None
    return Adopted(new_row, _keep_recording(own, row, new, library))


def _add(own: OwnLibrary, row: KeptAnalysis, answer: Answer, library: Library) -> str:
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
    return new


def _keep_recording(
    own: OwnLibrary, row: KeptAnalysis, new: str, library: Library
) -> Keeping | None:
    path = own.recordings.find(row.sha256) if row.sha256 is not None else None
    if row.sha256 is None or path is None or library.recordings is None:
        return None
    recording = UploadedRecording.in_file(
        row.name, path, row.sha256, header=row.options.get(HEADER)
    )
    # The file goes with its library, which is held until the recording is kept or given up.
    weakref.finalize(recording, lambda _: None, own)
    keeping = Keeping(library, new, recording)
    keeping.settle()
    return keeping
