"""Opening what the library keeps: by its id, by its job, or from the page's address."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from interhuman.answers.answer import Answer
from interhuman.answers.saved import SavedAnalysis
from interhuman.errors import InterhumanError, LibraryError
from interhuman.library.annotating import annotate_undecided
from interhuman.library.library import Library
from interhuman.library.reading import summarize
from interhuman.library.rows import DONE, UNDATED, KeptAnalysis
from interhuman.page import address
from interhuman.page.visit import Visit
from interhuman.runs.keeping import Keeping
from interhuman.runs.kept_results import analysis_of
from interhuman.runs.record import HEADER, OPENED, header_option
from interhuman.runs.recording import UploadedRecording
from interhuman.runs.results import Result
from interhuman.runs.under_way import NamedJob
from interhuman.text import markdown_plain

NOT_HERE = (
    "We can't find that result. It may have been deleted, or it may be in a library you need to "
    "sign in to."
)
"""The same words whether there is such a result or not."""

AT_ONCE_S = 0.5
COPYING = "Getting the recording from its store…"

SIGN_IN_FIRST = "Sign in to open this link, if it's yours."


def open_addressed(visit: Visit) -> None:
    """Open the result that the page's address names."""
    id = address.named_result()
    if id is not None and not open_result(visit, id):
        address.put_looked_at(None)


def open_result(visit: Visit, id: str) -> bool:
    """Show a result of the library; return whether that could be done, the visit's notice says why.

    The recording comes with it where it is kept.
    """
    result = find_result(visit, id)
    if isinstance(result, str):
        visit.notice = result
        return False
    visit.show(result.number)
    return True


def find_result(visit: Visit, id: str) -> Result | str:
    """Return a result of the library, which the visit then has, or why there is none.

    The recording comes with it where it is kept.
    """
    result = visit.results.of_id(id)
    if result is not None:
        return result
    try:
        row = visit.kept.library.get(id) if visit.kept.library is not None else None
        if visit.kept.library is None or row is None:
            return SIGN_IN_FIRST if visit.address_after_sign_in else NOT_HERE
        analysis = analysis_of(visit.kept.library, row)
    except InterhumanError as error:
        return markdown_plain(str(error))
    visit.failure = None
    visit.results.deleted.discard(row.id)  # Another tab may have brought it back.
    return visit.results.add_opened(
        analysis,
        row.heading,
        row=row,
        recording=_recording(
            visit.kept.library,
            sha256=row.sha256,
            name=row.name,
            size_bytes=row.size_bytes,
            header=row.options.get(HEADER),
        ),
    )


def open_job(visit: Visit, job: NamedJob) -> bool:
    """Show the result of a job that the library has already; return whether it does."""
    # The job can be asked for, whatever is wrong with the library.
    row = row_of_job(visit, job)
    return row is not None and row.state == DONE and open_result(visit, row.id)


def row_of_job(visit: Visit, job: NamedJob) -> KeptAnalysis | None:
    """Return what this visitor's library has of a job, None where it has nothing."""
    try:
        library = visit.kept.library
        return library.of_job(job.job_id, sandbox=job.sandbox) if library is not None else None
    except LibraryError:
        return None


def show_opened(
    visit: Visit, opened: SavedAnalysis, *, name: str, recording: UploadedRecording | None
) -> None:
    """Show a result from a file, and keep it; the same bytes are one result, and kept once."""
    row, problem, keeping = _keep_opened(visit, opened, name=name, recording=recording)
    if row is not None:
        visit.results.deleted.discard(row.id)  # Another tab may have brought it back.
    result = visit.results.of_id(row.id) if row is not None else None
    if row is None or result is None:
        result = visit.results.add_opened(
            opened.analysis,
            name,
            row=row,
            recording=recording,
            storage_problem=problem,
            keeping=keeping,
            arrived_at=_saved_at(opened),
            undated=opened.saved_at is None,
            annotations=opened.annotations,
            note=opened.note,
        )
    else:
        visit.results.describe(row)
        if recording is not None and result.recording is None:
            visit.results.add_recording(visit.results.all[result.number - 1], recording)
    visit.show(result.number)


def _keep_opened(
    visit: Visit, opened: SavedAnalysis, *, name: str, recording: UploadedRecording | None
) -> tuple[KeptAnalysis | None, str | None, Keeping | None]:
    """Keep a result that was opened from a file; return its row, or why there is none.

    The third is how it goes with its recording.

    What the file adds is kept where the library has nothing on the same note or signal, or on the
    whole result.
    """
    library = visit.kept.library
    if library is None or library.notice is not None:
        return None, None, None
    keeping = None
    try:
        kept = library.of_answer(opened.analysis.raw_bytes)
        id = kept.id if kept is not None else None
        if id is None:
            id = _keep(library, opened, name=name, recording=recording)
            keeping = _keeping(library, id, recording) if recording is not None else None
        annotate_undecided(library.access, id, opened.annotations)
        if opened.note and not (kept is not None and kept.note):
            library.describe(id, note=opened.note)
        return library.get(id), None, keeping
    except LibraryError as error:
        return None, str(error), keeping


def with_recording(visit: Visit, result: Result) -> Result:
    """Return a result with its recording, if that is kept and was let go or never here."""
    library = visit.kept.library
    if result.recording is not None or result.kept_id is None or library is None:
        return result
    try:
        row = library.get(result.kept_id)
    except LibraryError:
        row = None
    recording = _recording(
        library,
        sha256=result.sha256,
        name=result.name,
        size_bytes=row.size_bytes if row is not None else None,
        header=row.options.get(HEADER) if row is not None else None,
    )
    return visit.results.add_recording(result, recording) if recording is not None else result


def add_recording(visit: Visit, result: Result, recording: UploadedRecording) -> None:
    """Put a recording beside its result, and keep it if it is the one that was analyzed."""
    library, keeping = visit.kept.library, None
    if library is not None and result.kept_id is not None and result.sha256 == recording.digest:
        keeping = _keeping(library, result.kept_id, recording)
    visit.results.add_recording(result, recording, keeping=keeping)


def _keeping(library: Library, id: str, recording: UploadedRecording) -> Keeping | None:
    if library.recordings is None:
        return None
    keeping = Keeping(library, id, recording)
    keeping.settle()
    return keeping


def _recording(
    library: Library, *, sha256: str | None, name: str, size_bytes: int | None, header: object
) -> UploadedRecording | None:
    found = library.recordings.find(sha256) if library.recordings and sha256 else None
    try:
        if isinstance(found, Path):
            return UploadedRecording.in_file(name, found, found.name, header=header)
        if found is not None:
            size_bytes = size_bytes if size_bytes is not None else found.size_bytes
            recording = UploadedRecording.in_store(
                name, found, size_bytes=size_bytes, header=header
            )
            if recording.probe_within(AT_ONCE_S) is None:
                with st.spinner(COPYING):
                    _ = recording.probe
            return recording
    except (OSError, LibraryError):
        pass  # It was deleted just now to make room for another, or the store is away.
    return None


def _saved_at(opened: SavedAnalysis) -> datetime:
    """Return when a result arrived: as its file says, unless that lies ahead; else now."""
    now = datetime.now(UTC)
    return min(opened.saved_at or now, now)


def _keep(
    library: Library, opened: SavedAnalysis, *, name: str, recording: UploadedRecording | None
) -> str:
    """Add a row for a result that was opened from a file, in the list where it was saved."""
    analysis, saved_at = opened.analysis, _saved_at(opened)
    id = library.begin(
        name=name,
        model=analysis.model,
        options={
            OPENED: True,
            **({UNDATED: True} if opened.saved_at is None else {}),
            **header_option(recording),
        },
        sandbox=analysis.sandbox,
        duration_s=analysis.duration_s,
        size_bytes=recording.size_bytes if recording is not None else None,
        sha256=recording.digest if recording is not None else None,
        created_at=saved_at,
    )
    answer = Answer(
        path="",
        status=200,
        body=analysis.raw_bytes,
        correlation_id=analysis.correlation_id,
        sandbox=analysis.sandbox,
        received_at=saved_at,
    )
    library.store_answer(id, answer)
    library.finish(id, summary=summarize(analysis))
    return id
