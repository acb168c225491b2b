"""The parts of one long recording while they are analyzed, each answer kept as it arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from interhuman.analysis import Analysis
from interhuman.answers.answer import Answer
from interhuman.answers.jobs import UploadJob
from interhuman.answers.saved import load
from interhuman.answers.stitched import PATH, UNFINISHED, KeptPart, Stitched, open_stitched
from interhuman.errors import (
    InterhumanAPIError,
    InterhumanError,
    UploadJobError,
    UploadJobTimeoutError,
)
from interhuman.media.cutting import CutPart
from interhuman.media.fit import FitError
from interhuman.media.joining import Joined
from interhuman.runs.record import JOB_LASTS, JOB_UNKNOWN

CANCELED: Final = "Canceled before it was analyzed."
UNANSWERED: Final = "It was sent, and no response has arrived: it may have been billed."
NOT_REACHED: Final = "Not sent, because an earlier part failed."
LEFT_OUT: Final = "Not sent, because only what was sent before was asked for."
NOT_AT_ALL: Final = datetime.min.replace(tzinfo=UTC)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_ACCEPTED: Final = 202
_ABOUT_ONE_FILE: Final = frozenset({400, 413, 415, 422})
"""HTTP statuses that say something of the file alone: the next part may go well."""


def kept_parts(answer: Answer | None) -> Stitched | None:
    """Return the parts of a long recording in the kept answer of an analysis, if it has those.

    Raises SavedFileError where they can't be read: nobody knows then what was sent.
    """
    if answer is None or answer.path != PATH:
        return None
    return open_stitched(answer.body)


def to_go_on_with(document: Stitched) -> tuple[int, ...]:
    """Return the missing parts that no person has to decide on: unsent, or at a known job."""
    parts = document.parts
    return tuple(
        place
        for place in document.missing
        if parts[place].is_unsent or parts[place].open_job_id is not None
    )


def goes_on_unasked(document: Stitched) -> bool:
    """Return whether there is something to do with a document that can't be billed twice."""
    missing = [document.parts[place] for place in document.missing]
    may_be_billed = any(part.maybe_sent or part.answer is not None for part in missing)
    return not may_be_billed or can_be_asked(document)


def tried_again(document: Stitched, *, send_again: bool) -> Stitched:
    """Return a document with parts that failed as unsent, as a person wants.

    A part with a job that can be asked stays as it is, and without `send_again` one that may have
    been billed.
    """
    for place in document.missing:
        part = document.parts[place]
        may_be_billed = part.maybe_sent or part.answer is not None
        if part.open_job_id is None and (send_again or not may_be_billed):
            unsent = {"answer": None, "problem": None, "maybe_sent": False, "job_id": None}
            document = document.changed(place, **unsent)
    return document


def can_be_asked(document: Stitched) -> bool:
    """Return whether a part without a result has a job that can be asked, which bills nothing."""
    return asked_until(document) > datetime.now(UTC)


def asked_until(document: Stitched) -> datetime:
    """Return until when a part without a result has a job that can be asked; the past if none."""
    missing = [document.parts[place] for place in document.missing]
    ends = [part.job_expires_at or _NEVER for part in missing if part.job_id is not None]
    return max(ends, default=NOT_AT_ALL)


def only_asked(document: Stitched) -> Stitched:
    """Return a document of which nothing is sent until a person has it tried again."""
    for place in document.missing:
        if document.parts[place].is_unsent:
            document = document.changed(place, problem=LEFT_OUT)
    return document


def as_answer(document: Stitched, *, is_finished: bool = False) -> Answer:
    """Return a document as it is kept; the queue goes on with one that isn't finished."""
    return Answer(
        path=PATH,
        status=200 if is_finished else UNFINISHED,
        body=document.to_bytes(),
        correlation_id=None,
        sandbox=any(part.sandbox for part in document.parts),
        received_at=datetime.now(UTC),
    )


def begun(parts: Sequence[CutPart], *, model: str, joined: Joined | None = None) -> Stitched:
    """Return a document of the parts of a recording, `joined` from files, without any answer."""
    if joined is None:
        kept = tuple(KeptPart(part.start_s, part.end_s) for part in parts)
        return Stitched(kept, parts[-1].end_s, model)
    kept = tuple(
        KeptPart(part.start_s, part.end_s, file=joined.name_at(part.start_s)) for part in parts
    )
    return Stitched(kept, parts[-1].end_s, model, is_timed=joined.is_timed)


class PartsInWork:
    """What came of each part so far; changed by the thread of its run alone.

    `keep` gets the whole document, as an answer, whenever something was added that may have been
    paid for. One that is `queued` is kept before it is begun, and gone on with after an
    interruption: only with what no person has to decide on, and what was answered then counts.
    """

    def __init__(
        self, document: Stitched, *, keep: Callable[[Answer], None], queued: bool = False
    ) -> None:
        self.document = document
        self.places = to_go_on_with(document) if queued else document.missing
        """Which parts are to be analyzed now."""
        self._keep, self._queued = keep, queued
        self._place = 0
        answered = set(range(len(document.parts))) - set(document.missing)
        self._tried = answered if queued else set[int]()
        self._first_error: Exception | None = None
        self._billed_error: Exception | None = None
        if queued and not document.any_sent:
            self._keep_document()

    def begin(self, place: int) -> CutPart:
        """Turn to a part, counted from 0, and return from when to when it lasts."""
        self._place = place
        self._tried.add(place)
        return CutPart(self._part.start_s, self._part.end_s)

    @property
    def job_id(self) -> str | None:
        """The job that may have the answer for the present part."""
        return self._part.open_job_id

    @property
    def is_out(self) -> bool:
        """Whether the present part is being sent, or its response is awaited."""
        return self._part.is_out

    @property
    def left(self) -> Stitched:
        """The document as `leave` leaves it."""
        if self._part.is_missing and self._part.job_id is None:
            return self.document.changed(self._place, problem=None, maybe_sent=False)
        return self.document

    def leave(self) -> None:
        """Leave what is missing for another time; the present part has a job or isn't accepted."""
        self.document = self.left
        self._keep_document()

    def begins_at(self, start_s: float) -> None:
        """Note when the present part truly begins."""
        self._change(start_s=start_s)

    def send(self) -> None:
        """Keep that the present part goes out now, where there is something to keep it with."""
        if not self._part.maybe_sent:
            self._change(problem=UNANSWERED, maybe_sent=True)
            if self._queued or len(self.document.missing) < len(self.document.parts):
                self._keep_document()

    def take_answer(self, answer: Answer) -> None:
        """Keep an answer for the present part before anything reads it, unless it is but a job."""
        if answer.status == _ACCEPTED:
            return
        self.document = self.document.answered(self._place, answer)
        self._keep_document()

    def take_job(self, job: UploadJob) -> None:
        """Keep which job has the present part."""
        if job.job_id and job.job_id != self._part.job_id:
            sent = {"problem": UNANSWERED, "maybe_sent": True}
            expires_at = job.expires_at or datetime.now(UTC) + JOB_LASTS
            self._change(job_id=job.job_id, job_expires_at=expires_at, **sent)
            self._keep_document()

    def fail(self, error: Exception | None) -> bool:
        """Note why the present part has no result, None if canceled; return whether to go on."""
        maybe_sent = isinstance(error, UploadJobTimeoutError) or (
            isinstance(error, InterhumanAPIError) and error.maybe_accepted
        )
        ended_job = isinstance(error, UploadJobError)
        unknown_job = isinstance(error, InterhumanAPIError) and error.error_id == JOB_UNKNOWN
        maybe_sent |= self._part.job_id is not None and not ended_job
        self._change(
            problem=CANCELED if error is None else str(error),
            maybe_sent=maybe_sent,
            job_id=None if ended_job or unknown_job else self._part.job_id,
        )
        if self._queued:
            self._keep_document()
        if maybe_sent:
            self._billed_error = self._billed_error or error
        self._first_error = self._first_error or error
        return error is not None and _concerns_one_part(error)

    def analysis(self) -> Analysis | None:
        """Return what the parts say together, None if canceled before any of them was sent.

        Raises an error where none of those that were tried has a result: that one of them may have
        been billed, or else the first.
        """
        for place in self.document.missing:
            if place not in self._tried and self.document.parts[place].is_unsent:
                why = CANCELED if self._first_error is None else NOT_REACHED
                self.document = self.document.changed(place, problem=why)
        if self._tried <= set(self.document.missing):
            self._say_what_may_be_billed()
            if self._first_error is not None:
                raise self._first_error
            return None
        self._keep_document(is_finished=True)
        return load(self.document.to_bytes()).analysis

    def _say_what_may_be_billed(self) -> None:
        """Keep the document and raise an error if a part may have been billed."""
        if not any(part.maybe_sent for part in self.document.parts):
            return
        self._keep_document()
        error = self._billed_error
        if isinstance(error, InterhumanAPIError) and error.maybe_accepted:
            raise error
        raise InterhumanAPIError(
            str(error or UNANSWERED), maybe_accepted=True, failure="read_timeout"
        ) from error

    @property
    def _part(self) -> KeptPart:
        return self.document.parts[self._place]

    def _change(self, **values: object) -> None:
        self.document = self.document.changed(self._place, **values)

    def _keep_document(self, *, is_finished: bool = False) -> None:
        self._keep(as_answer(self.document, is_finished=is_finished or not self._queued))


def _concerns_one_part(error: Exception) -> bool:
    """Return whether the next part may go well although this one failed."""
    if isinstance(error, UploadJobError | UploadJobTimeoutError):
        return True
    if isinstance(error, FitError):
        return error.reason not in {"disk_full", "cancelled"}
    if isinstance(error, InterhumanAPIError):
        return error.status in _ABOUT_ONE_FILE or error.maybe_accepted
    return not isinstance(error, InterhumanError)
